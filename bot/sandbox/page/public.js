// The public pages of the local Cal.com, where its links lead: /cal.com/alice, /cal.com/alice/intro,
// /cal.com/team/harbour-labs/panel, /cal.com/booking/UID. An outsider books here as on Cal.com's own.
import { get } from "./api.js";
import { about } from "./calcom_book.js";
import { h, render } from "./dom.js";
import "./look.js"; // light or dark as chosen in the workspace
import { bookingPage } from "./public_booking.js";
import { typePage } from "./public_type.js";
import { app, drawWith, redraw } from "./store.js";

const root = document.getElementById("root");
const path = location.pathname.replace(/^\/cal\.com\//, "");
const known = { page: undefined, away: false }; // null: there is nothing here

/** Look again at what is here; of an event type with several lengths, for this one. */
async function look(length) {
  try {
    known.page = await get(`/calcom/sandbox/public/${path}${length ? `?length=${length}` : ""}`);
    known.away = false;
  } catch (error) {
    if (error.status === 404) known.page = null;
    else known.away = true;
  }
  redraw();
}

function draw() {
  const { page } = known;
  document.title = `${titleOf(page)} · Cal.com`;
  render(
    root,
    known.away ? h("p", { class: "quiet", role: "alert" }, "The local Cal.com is not answering.") : content(page),
    h("p", { class: "public-foot quiet" }, "A page of the sandbox's own Cal.com. Nothing leaves this machine."),
    h(
      "div",
      { class: "toasts", key: "toasts", role: "alert" },
      app.ui.toasts.map((one) => h("div", { class: "toast", key: one.text, "data-testid": "toast" }, one.text)),
    ),
  );
}

const titleOf = (page) => page?.booking?.title || page?.eventType?.title || page?.name || "Booking page";

function content(page) {
  if (page === undefined) return h("p", { class: "quiet" }, "Looking…");
  if (page === null) return missing();
  return { shelf, type: typePage, booking: bookingPage }[page.kind](page, look);
}

// What a person or a team offers.
const shelf = ({ name, eventTypes }) => [
  h("h1", { key: "title", dir: "auto" }, name),
  eventTypes.length === 0 && h("p", { class: "quiet" }, "Nothing can be booked here just now."),
  h(
    "ul",
    { class: "shelf", key: "shelf" },
    eventTypes.map((one) =>
      h(
        "li",
        { key: one.id },
        h("a", { class: "link", dir: "auto", href: `/cal.com/${path.replace(/\/$/, "")}/${one.slug}` }, one.title),
        h("span", { class: "quiet" }, ` ${about(one).join(" · ")}`),
        one.description && h("div", { class: "quiet", dir: "auto" }, one.description),
      ),
    ),
  ),
];

const missing = () => [
  h("h1", { key: "title" }, "There is nothing to book here"),
  h(
    "p",
    { key: "words", "data-testid": "missing" },
    "The local Cal.com has no public page at this address: the link may be misspelled, its event type hidden or gone.",
  ),
  h("p", { key: "way" }, h("a", { class: "link", href: "/cal.com/alice" }, "See what Alice Martin offers")),
];

drawWith(draw);
draw();
look();
