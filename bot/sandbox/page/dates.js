// Instants and local times in one person's zone. Instants are unix seconds; local days are
// "YYYY-MM-DD" and local times "HH:mm", as Slack's pickers have them.

const HALF_YEAR = 182 * 86400;

// Making a formatter costs far more than using it.
const formatters = new Map();

function formatter(options) {
  const key = JSON.stringify(options);
  if (!formatters.has(key)) formatters.set(key, new Intl.DateTimeFormat("en-US", options));
  return formatters.get(key);
}

function parts(unix, zone) {
  const two = "2-digit";
  const date = { year: "numeric", month: two, day: two };
  const format = formatter({
    timeZone: zone,
    hourCycle: "h23",
    ...date,
    hour: two,
    minute: two,
    second: two,
  });
  return Object.fromEntries(
    format.formatToParts(new Date(unix * 1000)).map((part) => [part.type, part.value]),
  );
}

/** The zone if this browser knows it, else UTC. */
export function knownZone(zone) {
  try {
    formatter({ timeZone: zone });
    return zone || "UTC";
  } catch {
    return "UTC";
  }
}

export const now = () => Date.now() / 1000;

export function dayOf(unix, zone) {
  const p = parts(unix, zone);
  return `${p.year}-${p.month}-${p.day}`;
}

export function timeOf(unix, zone) {
  const p = parts(unix, zone);
  return `${p.hour}:${p.minute}`;
}

/** The instant of a local day and time. In a gap the later, in an overlap the earlier reading. */
export function instant(day, time, zone) {
  const wanted = Date.parse(`${day}T${time}:00Z`) / 1000;
  const offset = (unix) => {
    const p = parts(unix, zone);
    return Date.parse(`${p.year}-${p.month}-${p.day}T${p.hour}:${p.minute}:${p.second}Z`) / 1000 - unix;
  };
  const first = wanted - offset(wanted - 86400);
  const second = wanted - offset(first);
  return timeOf(first, zone) !== time && timeOf(second, zone) === time ? second : first;
}

export function addDays(day, count) {
  const date = new Date(`${day}T12:00:00Z`);
  date.setUTCDate(date.getUTCDate() + count);
  return date.toISOString().slice(0, 10);
}

export function addMonths(day, count) {
  const [year, month, dayOfMonth] = day.split("-").map(Number);
  const last = new Date(Date.UTC(year, month + count, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + count, Math.min(dayOfMonth, last))).toISOString().slice(0, 10);
}

/** Monday 0 … Sunday 6. */
export const weekday = (day) => (new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7;

function ordinal(number) {
  const tail = number % 100 >= 11 && number % 100 <= 13 ? 0 : number % 10;
  return `${number}${["th", "st", "nd", "rd"][tail] || "th"}`;
}

const name = (day, options) =>
  formatter({ timeZone: "UTC", ...options }).format(new Date(`${day}T12:00:00Z`));

export const monthName = (day) => name(day, { month: "long", year: "numeric" });
export const weekdayName = (day) => name(day, { weekday: "long" });

function written(day, style, year) {
  const month = name(day, { month: style === "short" ? "short" : "long" });
  const number = Number(day.slice(8));
  if (style === "short") return `${month} ${number}${year}`;
  const date = `${month} ${ordinal(number)}${year}`;
  return style === "long" ? `${weekdayName(day)}, ${date}` : date;
}

/** A day in words: style `""` November 23rd, 2026 · `"short"` Nov 23, 2026 · `"long"` with weekday. */
export const dayInWords = (day, style = "") => written(day, style, `, ${day.slice(0, 4)}`);

function pretty(day, zone) {
  const today = dayOf(now(), zone);
  const words = { [addDays(today, -1)]: "Yesterday", [today]: "Today", [addDays(today, 1)]: "Tomorrow" };
  return words[day] || null;
}

/** A message list's divider: Today, Yesterday, or the day with its weekday. */
export function dayDivider(unix, zone) {
  const day = dayOf(unix, zone);
  return pretty(day, zone) || written(day, "long", "");
}

/** "14:05" as people here read it: 2:05 PM. */
export function clock(time) {
  const [hour, minute] = time.split(":");
  return `${Number(hour) % 12 || 12}:${minute} ${Number(hour) < 12 ? "AM" : "PM"}`;
}

/** An ISO instant as "Nov 23, 2026, 2:05 PM". */
export function shortMoment(iso, zone) {
  const unix = Date.parse(iso) / 1000;
  return `${dayInWords(dayOf(unix, zone), "short")}, ${clock(timeOf(unix, zone))}`;
}

/** What somebody typed as a time ("9", "9:30", "2pm", "14.05") as "HH:mm", or null. */
export function readTime(text) {
  const match = /^\s*(\d{1,2})(?:[:.h ]?(\d{2}))?\s*([ap])?\.?m?\.?\s*$/i.exec(text);
  if (!match) return null;
  const half = match[3]?.toLowerCase();
  let hour = Number(match[1]);
  if (half && (hour < 1 || hour > 12)) return null;
  if (half) hour = (hour % 12) + (half === "p" ? 12 : 0);
  const minute = Number(match[2] || 0);
  if (hour > 23 || minute > 59) return null;
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}

function ago(unix) {
  const seconds = unix - now();
  const steps = [
    ["day", 86400],
    ["hour", 3600],
    ["minute", 60],
    ["second", 1],
  ];
  const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) || steps[3];
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(Math.trunc(seconds / size), unit);
}

/** Slack's date tokens filled in: "{date_short_pretty} at {time}". The year is left out within
 *  half a year; an unknown token stays as it is. */
export function fillTokens(template, unix, zone) {
  const day = dayOf(unix, zone);
  const year = Math.abs(unix - now()) < HALF_YEAR ? "" : `, ${day.slice(0, 4)}`;
  return template.replace(/\{(\w+)\}/g, (whole, token) => {
    if (token === "date_num") return day;
    if (token === "time") return clock(timeOf(unix, zone));
    if (token === "time_secs") return clock(timeOf(unix, zone)).replace(" ", `:${parts(unix, zone).second} `);
    if (token === "ago") return ago(unix);
    const match = /^date(?:_(short|long))?(_pretty)?$/.exec(token);
    if (!match) return whole;
    const near = match[2] ? pretty(day, zone) : null;
    return near ? near.toLowerCase() : written(day, match[1] || "", year);
  });
}
