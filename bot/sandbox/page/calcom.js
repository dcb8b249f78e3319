// The local Cal.com's panel: its bookings, event types and webhooks, and its faults.
import { get, send } from "./api.js";
import { about, bookingForm } from "./calcom_book.js";
import { clock, shortMoment, timeOf } from "./dates.js";
import { h } from "./dom.js";
import { myZone, redraw, toast, trueAddress } from "./store.js";
import { amount, countdown, list, part, status } from "./switches.js";

const EVERY = 2500; // milliseconds between looks at it while the panel is open

const SHOWN = 20; // so many of the last webhooks
const FAULTS = [
  ["refuse", "Refuse requests (503)", "requests"],
  ["cut", "Do the work, lose the answer", "requests"],
  ["lose_webhooks", "Lose webhooks", "webhooks"],
  ["double_webhooks", "Send webhooks twice", "webhooks"],
  ["reorder_webhooks", "Let the next one overtake", "webhooks"],
  ["delay_webhooks", "Hold webhooks back", "webhooks"],
];

const panel = { status: "loading", data: null, cancelling: null };

async function look() {
  try {
    panel.data = await get("/calcom/sandbox/state");
    panel.status = "there";
  } catch (error) {
    panel.status = error.status === 404 ? "missing" : "away";
  }
  redraw();
}

function watch(el) {
  look();
  const timer = setInterval(() => {
    if (!el.isConnected) clearInterval(timer);
    else if (document.visibilityState === "visible") look();
  }, EVERY);
}

/** Do something at the local Cal.com; whether it was done. A refusal is told. */
async function post(path, body) {
  const answer = await send(`/calcom/sandbox/${path}`, body);
  const refused = answer.error?.message || answer.error;
  if (refused) toast(`Cal.com: ${refused}`);
  await look();
  return !refused;
}

/** The panel's content. */
export function calcomPanel() {
  return h("div", { class: "calcom", key: "calcom-panel", tabindex: "0", mounted: watch }, content());
}

const NOTES = {
  loading: "Looking…",
  missing: "The local Cal.com is not available here. Everything else works without it.",
  away: "The local Cal.com is not answering. Trying again…",
};

function content() {
  if (panel.status !== "there")
    return h("p", { class: "quiet", "data-testid": `calcom-${panel.status}` }, NOTES[panel.status]);
  const { eventTypes = [], bookings = [], subscriptions = [], faults = {}, webhooks = [] } = panel.data;
  return [
    part(
      "Book as an outsider",
      bookingForm(eventTypes, bookings, (body) => post("book", body)),
    ),
    part("Make it misbehave", misbehave(faults)),
    part(
      `Last webhooks (${webhooks.length})`,
      list([...webhooks].reverse().slice(0, SHOWN).map(sent), "None was due yet."),
    ),
    part(`Bookings (${bookings.length})`, list([...bookings].reverse().map(booking), "No bookings yet.")),
    part(`Event types (${eventTypes.length})`, list(eventTypes.map(eventType), "None yet.")),
    part(`Subscriptions (${subscriptions.length})`, list(subscriptions.map(webhook), "Nobody has subscribed.")),
  ];
}

function booking(one) {
  const zone = myZone();
  const people = (one.attendees || []).map((who) => `${who.name} <${who.email}>`).join(", ");
  const alive = !["cancelled", "rejected"].includes(one.status);
  const ask = () => {
    panel.cancelling = one.uid;
    redraw();
  };
  return h(
    "li",
    { class: `booking ${one.status}`, key: one.uid, "data-testid": "booking", "data-uid": one.uid },
    h(
      "div",
      { class: "booking-head" },
      h("strong", { dir: "auto" }, one.title),
      status(one.unpaid ? "unpaid" : one.status),
    ),
    h("div", null, shortMoment(one.start, zone), h("span", { class: "quiet" }, ` ${zone}`)),
    h("div", { class: "quiet", dir: "auto" }, people),
    one.recordings > 0 && h("div", { class: "quiet" }, `Recordings: ${one.recordings}`),
    one.unpaid && does("Pay", "calcom-pay", () => post("pay", { uid: one.uid })),
    one.status === "accepted" &&
      does("Add a recording", "calcom-record", () => post("recording", { uid: one.uid })),
    publicPage(`booking/${one.uid}`, "Its page"),
    alive && panel.cancelling === one.uid && cancelling(one),
    alive &&
      panel.cancelling !== one.uid &&
      does("Cancel…", "calcom-cancel", ask),
  );
}

const publicPage = (path, label) =>
  h("a", { class: "button small", key: path, href: `/cal.com/${path}`, target: "_blank", rel: "noopener" }, label);

const does = (label, testid, onclick) =>
  h("button", { type: "button", class: "button small", key: testid, "data-testid": testid, onclick }, label);

function cancelling(one) {
  const stop = () => {
    panel.cancelling = null;
    redraw();
  };
  const cancel = async (event) => {
    event.preventDefault();
    const cancellationReason = event.target.elements.reason.value;
    if (await post("cancel", { uid: one.uid, cancellationReason })) stop();
  };
  return h(
    "form",
    { class: "row cancelling", onsubmit: cancel },
    h("input", {
      class: "text",
      name: "reason",
      "aria-label": "Reason",
      placeholder: "Reason",
      autocomplete: "off",
      mounted: (el) => el.focus(),
    }),
    h("button", { type: "submit", class: "button danger small" }, "Cancel the booking"),
    h("button", { type: "button", class: "button small", onclick: stop }, "Keep it"),
  );
}

function eventType(one) {
  return h(
    "li",
    { key: one.id },
    linked(one),
    h("span", { class: "quiet" }, ` ${[one.slug, ...about(one)].join(" · ")}`),
  );
}

/** Its title, leading to where it is booked; what has no page has no link. */
function linked({ title, bookingUrl, hidden, schedulingType }) {
  const shown = h("strong", { dir: "auto" }, title);
  if (!bookingUrl || hidden || schedulingType === "managed") return shown;
  return h("a", { class: "link", href: trueAddress(bookingUrl), target: "_blank", rel: "noopener" }, shown);
}

function webhook(one) {
  return h(
    "li",
    { key: one.id, class: "webhook" },
    h("span", { class: `status ${one.active ? "accepted" : "cancelled"}` }, one.active ? "on" : "off"),
    h("code", { class: "code" }, one.subscriberUrl),
    h("span", { class: "quiet" }, (one.triggers || []).join(", ").replaceAll("_", " ").toLowerCase()),
  );
}

const MARKS = { lost: "bad", doubled: "warm", delayed: "warm", swapped: "warm" };

// One webhook that was due: what it was about, what became of it, what its receiver said.
function sent(one) {
  const answers = one.answers.map((code) =>
    status(code ? String(code) : "nobody there", code >= 200 && code < 300 ? "good" : "bad"),
  );
  const waits = !one.answers.length && one.mark !== "lost";
  return h(
    "li",
    { key: `${one.at}${one.trigger}${one.url}${one.about}`, class: "sent", "data-testid": "sent" },
    h("time", { class: "quiet" }, clock(timeOf(Date.parse(one.at) / 1000, myZone()))),
    h("span", null, one.trigger.replaceAll("_", " ").toLowerCase()),
    one.mark && status(one.mark, MARKS[one.mark]),
    answers,
    waits && status("waiting", "warm"),
    one.about && h("div", { class: "quiet about", dir: "auto" }, one.about),
  );
}

function misbehave(faults) {
  const rows = FAULTS.map(([name, label, unit]) => {
    const value = faults[name] || 0;
    const left = Array.isArray(value) ? value.reduce((sum, one) => sum + one.count, 0) : value;
    const wanted = (count) => (name === "refuse" ? (count ? [{ status: 503, count }] : []) : count);
    return countdown(name, label, unit, left, (count) => post("faults", { [name]: wanted(count) }));
  });
  const set = (name) => (value) => post("faults", { [name]: value });
  return [
    countdown("slow", "Answer slowly", "seconds", faults.slow || 0, set("slow")),
    rows,
    amount("delay_seconds", "… for so long", "seconds", faults.delay_seconds || 0, set("delay_seconds")),
  ];
}
