// The form an outsider books with, in the shape Cal.com's POST /v2/bookings takes.
import { dayOf, instant, knownZone, now } from "./dates.js";
import { h } from "./dom.js";
import { redraw } from "./store.js";

const KINDS = { roundRobin: "one of them", collective: "together", managed: "template" };

let given = {};

/** What to know of an event type beside its title: whose it is, how a team shares it, how long. */
export const about = (one) =>
  [
    ...(one.hosts || one.users || []).map((who) => who.username),
    KINDS[one.schedulingType],
    `${one.lengthInMinutes} min`,
  ].filter(Boolean);

/** The form. `book(body)` resolves to whether it was booked; then the form is emptied. */
export function bookingForm(types, book) {
  const zone = given.zone ?? knownZone(Intl.DateTimeFormat().resolvedOptions().timeZone);
  const tomorrow = `${dayOf(now() + 86400, knownZone(zone))}T10:00`;
  return h(
    "form",
    { class: "calcom-form", "data-testid": "calcom-book", onsubmit: (event) => submit(event, book) },
    line("Event type", choice(types)),
    line("Start", field("start", given.start ?? tomorrow, { type: "datetime-local" })),
    line("Time zone", field("zone", zone)),
    line("Name", field("name", given.name)),
    line("E-mail", field("email", given.email, { type: "email" })),
    h("button", { type: "submit", class: "button primary" }, "Book"),
  );
}

const line = (label, inside) => h("label", { class: "line", key: label }, h("span", null, label), inside);

function field(name, value, more) {
  return h("input", {
    class: "text",
    name,
    value,
    required: true,
    autocomplete: "off",
    oninput: (event) => {
      given[name] = event.target.value;
      redraw();
    },
    ...more,
  });
}

const choice = (types) =>
  h(
    "select",
    { class: "text", name: "type" },
    types
      .filter((one) => one.schedulingType !== "managed")
      .map((one) => h("option", { key: one.id, value: one.id }, `${one.title} (${about(one).join(", ")})`)),
  );

async function submit(event, book) {
  event.preventDefault();
  const said = Object.fromEntries(new FormData(event.target));
  const [day, time] = said.start.split("T");
  const start = instant(day, time.slice(0, 5), knownZone(said.zone));
  const done = await book({
    eventTypeId: Number(said.type),
    start: new Date(start * 1000).toISOString().replace(".000Z", "Z"),
    attendee: { name: said.name, email: said.email, timeZone: said.zone },
  });
  if (done) given = {};
  redraw();
}
