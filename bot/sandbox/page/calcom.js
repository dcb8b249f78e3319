// The local Cal.com's panel: its bookings, event types and webhooks, and its faults.
import { get, send } from "./api.js";
import { about, bookingForm } from "./calcom_book.js";
import { dayInWords, dayOf, clock, knownZone, timeOf } from "./dates.js";
import { h } from "./dom.js";
import { app, me, redraw, toast } from "./store.js";

const EVERY = 2500; // milliseconds between looks at it while the panel is open

const FAULTS = [
  ["slow", "Answer slowly", "seconds"],
  ["refuse", "Refuse requests (503)", "requests"],
  ["cut", "Do the work, lose the answer", "requests"],
  ["lose_webhooks", "Lose webhooks", "webhooks"],
  ["double_webhooks", "Send webhooks twice", "webhooks"],
  ["delay_webhooks", "Hold webhooks back", "seconds"],
  ["reorder_webhooks", "Swap webhooks", "webhooks"],
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
  const { eventTypes = [], bookings = [], subscriptions = [], faults = {} } = panel.data;
  return [
    part(
      "Book as an outsider",
      bookingForm(eventTypes, bookings, (body) => post("book", body)),
    ),
    part(`Bookings (${bookings.length})`, list([...bookings].reverse().map(booking), "No bookings yet.")),
    part(`Event types (${eventTypes.length})`, list(eventTypes.map(eventType), "None yet.")),
    part(`Webhooks (${subscriptions.length})`, list(subscriptions.map(webhook), "Nobody has subscribed.")),
    part(
      "Make it misbehave",
      FAULTS.map((one) => fault(one, faults[one[0]])),
    ),
  ];
}

const part = (title, ...inside) =>
  h("section", { class: "part", key: title.replace(/ \(.*/, "") }, h("h3", null, title), inside);
const list = (items, none) =>
  items.length ? h("ul", { class: "plain" }, items) : h("p", { class: "quiet" }, none);

function when(iso, zone) {
  const unix = Date.parse(iso) / 1000;
  return `${dayInWords(dayOf(unix, zone), "short")}, ${clock(timeOf(unix, zone))}`;
}

function booking(one) {
  const zone = knownZone(app.route.as ? me().tz : Intl.DateTimeFormat().resolvedOptions().timeZone);
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
    h("div", null, when(one.start, zone), h("span", { class: "quiet" }, ` ${zone}`)),
    h("div", { class: "quiet", dir: "auto" }, people),
    one.recordings > 0 && h("div", { class: "quiet" }, `Recordings: ${one.recordings}`),
    one.unpaid && does("Pay", "calcom-pay", () => post("pay", { uid: one.uid })),
    one.status === "accepted" &&
      does("Add a recording", "calcom-record", () => post("recording", { uid: one.uid })),
    alive && panel.cancelling === one.uid && cancelling(one),
    alive &&
      panel.cancelling !== one.uid &&
      does("Cancel…", "calcom-cancel", ask),
  );
}

const does = (label, testid, onclick) =>
  h("button", { type: "button", class: "button small", key: testid, "data-testid": testid, onclick }, label);

const status = (word) => h("span", { class: `status ${word}` }, word);

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
    h("strong", { dir: "auto" }, one.title),
    h("span", { class: "quiet" }, ` ${[one.slug, ...about(one)].join(" · ")}`),
  );
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

function fault([name, label, unit], value) {
  const refusals = Array.isArray(value) ? value.reduce((sum, one) => sum + one.count, 0) : 0;
  const number = Array.isArray(value) ? refusals : value || 0;
  const set = (wanted) =>
    post("faults", { [name]: name === "refuse" ? (wanted ? [{ status: 503, count: wanted }] : []) : wanted });
  return h(
    "label",
    { class: `line fault ${number ? "on" : ""}`, key: name },
    h("input", {
      type: "checkbox",
      role: "switch",
      checked: number > 0,
      "data-fault": name,
      onchange: (event) => set(event.target.checked ? 1 : 0),
    }),
    h("span", null, label),
    h("input", {
      class: "text number",
      type: "number",
      min: "0",
      "aria-label": `${label}: ${unit}`,
      value: String(number),
      onchange: (event) => set(Number(event.target.value)),
    }),
    h("span", { class: "quiet" }, unit),
  );
}
