// The page of one event type: what it is, when it can be booked, and the form that books it.
import { send } from "./api.js";
import { asked, labelOf, question } from "./calcom_questions.js";
import { h } from "./dom.js";
import { choice, moment, times } from "./public_times.js";
import { redraw, toast } from "./store.js";

const answers = {};
const busy = { now: false };

/** The page; `look(length)` asks for the open times of another length. */
export function typePage(page, look) {
  const { eventType, open } = page;
  return [
    h("h1", { key: "title", dir: "auto" }, eventType.title),
    heading(page),
    eventType.description && h("p", { key: "description", dir: "auto" }, eventType.description),
    lengths(page, look),
    times(open),
    choice().start ? form(page, look) : open.length > 0 && h("p", { class: "quiet", key: "form" }, "Choose a time."),
  ];
}

/** Whose it is, how long, what it costs: what is to be known before. */
export function heading({ eventType, hosts, team, length }) {
  const series = eventType.recurrence;
  const who = eventType.schedulingType === "roundRobin" ? `one of ${hosts.join(", ")}` : hosts.join(" and ");
  const facts = [
    team ? `${team}: ${who}` : who,
    `${length || eventType.lengthInMinutes} minutes`,
    eventType.price > 0 && `${(eventType.price / 100).toFixed(2)} ${eventType.currency.toUpperCase()}`,
    series && `${series.occurrences} times, ${series.frequency}`,
    eventType.seats.seatsPerTimeSlot && `up to ${eventType.seats.seatsPerTimeSlot} people`,
    eventType.confirmationPolicy.type && "the host has to say yes",
  ];
  return h("p", { class: "quiet", key: "heading", "data-testid": "facts" }, facts.filter(Boolean).join(" · "));
}

function lengths({ eventType, length }, look) {
  if (!eventType.lengthInMinutesOptions) return null;
  return h(
    "label",
    { class: "line", key: "length" },
    h("span", null, "Length"),
    h(
      "select",
      { class: "text", name: "length", onchange: (event) => look(Number(event.target.value)) },
      eventType.lengthInMinutesOptions.map((minutes) =>
        h("option", { key: minutes, value: minutes, selected: minutes === length }, `${minutes} minutes`),
      ),
    ),
  );
}

function form(page, look) {
  return h(
    "form",
    { class: "public-form", key: "form", "data-testid": "public-form", onsubmit: (event) => book(event, page, look) },
    h("h2", { key: "when", tabindex: "-1", mounted: (el) => el.focus() }, moment(choice().start)),
    line("Name", h("input", { class: "text", name: "name", required: true, autocomplete: "name" })),
    line("E-mail", h("input", { class: "text", name: "email", type: "email", required: true, autocomplete: "email" })),
    asked(page.eventType).map((one) =>
      line(`${labelOf(one)}${one.required ? "" : " (optional)"}`, question(one, answers[one.slug], keeping(one)), one.slug),
    ),
    h(
      "button",
      { type: "submit", class: "button primary", key: "book", "data-testid": "public-book", disabled: busy.now },
      page.eventType.price > 0 ? "Book and pay" : "Book",
    ),
  );
}

const line = (label, inside, key = label) =>
  h("label", { class: "line", key }, h("span", { dir: "auto" }, label), inside);

const keeping = (one) => (value) => {
  answers[one.slug] = value;
  redraw();
};

const isGiven = (value) => value !== undefined && value !== "" && !(Array.isArray(value) && !value.length);

async function book(event, { eventType, length }, look) {
  event.preventDefault();
  const said = Object.fromEntries(new FormData(event.target));
  const given = Object.entries(answers).filter(([, value]) => isGiven(value));
  const made = await does("book", {
    eventTypeId: eventType.id,
    start: choice().start,
    attendee: { name: said.name, email: said.email, timeZone: choice().zone },
    ...(eventType.lengthInMinutesOptions ? { lengthInMinutes: length } : {}),
    ...(given.length ? { bookingFieldsResponses: Object.fromEntries(given) } : {}),
  });
  if (!made) return look(length);
  const [first] = [made].flat(); // of a series, its first
  location.assign(`/cal.com/booking/${first.uid}${first.seatUid ? `?seat=${first.seatUid}` : ""}`);
}

/** Do something at the local Cal.com, once; what it answers, null where it refuses, which is told. */
export async function does(what, body) {
  if (busy.now) return null;
  busy.now = true;
  redraw();
  const answer = await send(`/calcom/sandbox/${what}`, body);
  busy.now = false;
  const refused = answer.error?.message || answer.error;
  if (refused) toast(`Cal.com: ${refused}`);
  redraw();
  return refused ? null : answer.data || answer;
}
