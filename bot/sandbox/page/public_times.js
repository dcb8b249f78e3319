// Open times by day, in a time zone of the visitor's choice.
import { addDays, clock, dayInWords, dayOf, knownZone, now, timeOf, weekdayName } from "./dates.js";
import { h } from "./dom.js";
import { redraw } from "./store.js";

const chosen = { zone: knownZone(Intl.DateTimeFormat().resolvedOptions().timeZone), day: null, start: null };

/** The zone and the start chosen so far. */
export const choice = () => chosen;

/** The days and, of one of them, the times; `open` as `{start, seatsLeft}`. */
export function times(open) {
  const days = Map.groupBy(open, (one) => dayOf(Date.parse(one.start) / 1000, chosen.zone));
  if (!days.has(chosen.day)) chosen.day = days.keys().next().value;
  if (!open.some((one) => one.start === chosen.start)) chosen.start = null;
  return h(
    "section",
    { class: "public-times", key: "times", "aria-label": "Open times" },
    h("label", { class: "line" }, h("span", null, "Time zone"), zones()),
    open.length === 0 && h("p", { "data-testid": "no-times" }, "There is no open time in the next two weeks."),
    h("div", { class: "public-days", role: "group", "aria-label": "Day" }, [...days.keys()].map(dayButton)),
    h(
      "div",
      { class: "public-starts", role: "group", "aria-label": `Times on ${chosen.day ? inWords(chosen.day) : "no day"}` },
      (days.get(chosen.day) || []).map(startButton),
    ),
  );
}

const zones = () =>
  h(
    "select",
    { class: "text", name: "zone", onchange: (event) => choose({ zone: event.target.value, day: null }) },
    [...new Set([chosen.zone, "UTC", ...Intl.supportedValuesOf("timeZone")])].map((zone) =>
      h("option", { key: zone, value: zone, selected: zone === chosen.zone }, zone),
    ),
  );

function choose(change) {
  Object.assign(chosen, change);
  redraw();
}

function inWords(day) {
  const today = dayOf(now(), chosen.zone);
  const near = { [today]: "Today", [addDays(today, 1)]: "Tomorrow" }[day];
  return near || `${weekdayName(day).slice(0, 3)}, ${dayInWords(day, "short").split(",")[0]}`;
}

const dayButton = (day) =>
  h(
    "button",
    {
      type: "button",
      class: "button small",
      key: day,
      "data-testid": "day",
      "aria-pressed": String(day === chosen.day),
      onclick: () => choose({ day }),
    },
    inWords(day),
  );

const startButton = ({ start, seatsLeft }) =>
  h(
    "button",
    {
      type: "button",
      class: "button",
      key: start,
      "data-testid": "start",
      "aria-pressed": String(start === chosen.start),
      onclick: () => choose({ start }),
    },
    clock(timeOf(Date.parse(start) / 1000, chosen.zone)),
    seatsLeft !== undefined && h("span", { class: "quiet" }, `${seatsLeft} left`),
  );

/** A start in words, in the visitor's zone. */
export function moment(start) {
  const unix = Date.parse(start) / 1000;
  const day = dayOf(unix, chosen.zone);
  return `${weekdayName(day)}, ${dayInWords(day)}, ${clock(timeOf(unix, chosen.zone))} (${chosen.zone})`;
}
