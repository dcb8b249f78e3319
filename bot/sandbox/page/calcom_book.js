// The form an outsider books with, in the shape Cal.com's POST /v2/bookings takes.
import { question, questions } from "./calcom_questions.js";
import { dayInWords, dayOf, instant, knownZone, now, timeOf } from "./dates.js";
import { h } from "./dom.js";
import { redraw } from "./store.js";

const KINDS = { roundRobin: "one of them", collective: "together", managed: "template" };

let given = { answers: {} };
let round = 0; // counts the forms: each begins empty

/** What to know of an event type beside its title: whose it is, how a team shares it, how long. */
export const about = (one) =>
  [
    ...(one.hosts || one.users || []).map((who) => who.username),
    KINDS[one.schedulingType],
    `${one.lengthInMinutes} min`,
    price(one),
  ].filter(Boolean);

/** The form. `book(body)` resolves to whether it was booked; then the next one may be written. */
export function bookingForm(types, bookings, book) {
  const zone = given.zone ?? knownZone(Intl.DateTimeFormat().resolvedOptions().timeZone);
  const tomorrow = `${dayOf(now() + 86400, knownZone(zone))}T10:00`;
  const offered = types.filter((one) => one.schedulingType !== "managed");
  const type = offered.find((one) => one.id === given.type) || offered[0];
  return h(
    "form",
    {
      class: "calcom-form",
      key: round,
      "data-testid": "calcom-book",
      onsubmit: (event) => submit(event, type, book),
    },
    line("Event type", choice(offered)),
    classes(type, bookings, zone),
    line("Start", field("start", given.start ?? tomorrow, { type: "datetime-local" })),
    line("Time zone", field("zone", zone)),
    line("Name", field("name", given.name)),
    line("E-mail", field("email", given.email, { type: "email" })),
    questions(type).map((one) =>
      line(
        one.label || one.slug,
        question(one, given.answers[one.slug], (value) => {
          given.answers[one.slug] = value;
          redraw();
        }),
        `${type.id}-${one.slug}`,
      ),
    ),
    h("button", { type: "submit", class: "button primary" }, "Book"),
  );
}

const line = (label, inside, key = label) =>
  h("label", { class: "line", key }, h("span", { dir: "auto" }, label), inside);

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
    {
      class: "text",
      name: "type",
      onchange: (event) => {
        given = { ...given, type: Number(event.target.value), answers: {} };
        redraw();
      },
    },
    types.map((one) =>
      h(
        "option",
        { key: one.id, value: one.id, selected: one.id === given.type },
        `${one.title} (${about(one).join(", ")})`,
      ),
    ),
  );

const price = (one) => one.price > 0 && `${(one.price / 100).toFixed(2)} ${one.currency.toUpperCase()}`;

/** The classes of a seated type that have a seat left: one press takes over their start. */
function classes(type, bookings, zone) {
  const most = type?.seats?.seatsPerTimeSlot || 0;
  const left = (one) => most - (one.attendees || []).length;
  return bookings
    .filter((one) => one.eventTypeId === type?.id && one.status === "accepted" && left(one) > 0)
    .map((one) => {
      const unix = Date.parse(one.start) / 1000;
      const [day, time] = [dayOf(unix, knownZone(zone)), timeOf(unix, knownZone(zone))];
      const join = () => {
        given.start = `${day}T${time}`;
        redraw();
      };
      return h(
        "button",
        { type: "button", class: "button small", key: one.uid, "data-testid": "calcom-join", onclick: join },
        `Join ${dayInWords(day, "short")}, ${time}: ${left(one)} of ${most} seats left`,
      );
    });
}

async function submit(event, type, book) {
  event.preventDefault();
  const said = Object.fromEntries(new FormData(event.target));
  const [day, time] = said.start.split("T");
  const start = instant(day, time.slice(0, 5), knownZone(said.zone));
  const asked = questions(type).map((one) => one.slug);
  const answers = Object.fromEntries(asked.map((slug) => [slug, given.answers[slug]]));
  const done = await book({
    eventTypeId: type.id,
    start: new Date(start * 1000).toISOString().replace(".000Z", "Z"),
    attendee: { name: said.name, email: said.email, timeZone: said.zone },
    ...(asked.length ? { bookingFieldsResponses: answers } : {}),
  });
  if (done) {
    given = { type: type.id, zone: given.zone, answers: {} };
    round += 1;
  }
  redraw();
}
