// A booking's own page, for whoever booked it: what stands, and the ways to move or cancel it.
import { h } from "./dom.js";
import { choice, moment, times } from "./public_times.js";
import { does, heading } from "./public_type.js";
import { redraw } from "./store.js";

const STANDS = {
  accepted: "Booked",
  pending: "Asked for: the host has yet to say yes",
  cancelled: "Cancelled",
  rejected: "Declined",
};
const open = { what: location.hash.slice(1), left: false }; // "", "reschedule", "cancel"; a seat given back
const seatUid = new URLSearchParams(location.search).get("seat") || undefined;

/** The page; `look()` looks again at what became of it. */
export function bookingPage(page, look) {
  const { booking } = page;
  const alive = ["accepted", "pending"].includes(booking.status) && !open.left;
  return [
    h("h1", { key: "title", tabindex: "-1", "data-testid": "stands" }, standing(booking)),
    h("p", { key: "what", dir: "auto" }, h("strong", null, booking.title)),
    h("p", { key: "when" }, h("time", { datetime: booking.start }, moment(booking.start))),
    heading({ ...page, length: booking.duration }),
    booking.cancellationReason && h("p", { key: "why", dir: "auto" }, `Reason: ${booking.cancellationReason}`),
    booking.rescheduledToUid &&
      h("p", { key: "moved" }, h("a", { class: "link", href: `/cal.com/booking/${booking.rescheduledToUid}` }, "It was moved")),
    booking.unpaid &&
      h("button", { type: "button", class: "button primary", key: "pay", "data-testid": "pay", onclick: () => pay(booking, look) }, "Pay"),
    alive && ways(page),
    alive && open.what === "reschedule" && moving(page),
    alive && open.what === "cancel" && cancelling(page, look),
  ];
}

const standing = (booking) =>
  open.left ? STANDS.cancelled : booking.unpaid ? "Held for you until it is paid" : booking.rescheduledToUid ? "Moved" : STANDS[booking.status];

function ways({ eventType }) {
  const way = (what, label) =>
    h(
      "a",
      {
        class: "link",
        key: what,
        href: `#${what}`,
        "data-testid": `to-${what}`,
        onclick: () => {
          open.what = what;
          redraw();
        },
      },
      label,
    );
  return h(
    "p",
    { class: "public-ways", key: "ways" },
    !eventType.disableRescheduling.disabled && way("reschedule", "Reschedule"),
    !eventType.disableCancelling.disabled && way("cancel", "Cancel"),
  );
}

function moving(page) {
  const move = async (event) => {
    event.preventDefault();
    const reschedulingReason = new FormData(event.target).get("reason") || undefined;
    const wish = { uid: page.booking.uid, start: choice().start, reschedulingReason, seatUid };
    const made = await does("reschedule", wish);
    if (made) location.assign(`/cal.com/booking/${made.uid}${made.seatUid ? `?seat=${made.seatUid}` : ""}`);
  };
  return [
    times(page.open.filter((one) => one.start !== page.booking.start)),
    choice().start &&
      h(
        "form",
        { class: "public-form", key: "move", onsubmit: move },
        h("h2", { key: "to" }, moment(choice().start)),
        why(),
        h("button", { type: "submit", class: "button primary", "data-testid": "public-move" }, "Move it there"),
      ),
  ];
}

function cancelling(page, look) {
  const cancel = async (event) => {
    event.preventDefault();
    const cancellationReason = new FormData(event.target).get("reason") || undefined;
    if (await does("cancel", { uid: page.booking.uid, cancellationReason, seatUid })) {
      Object.assign(open, { what: "", left: Boolean(seatUid) });
      await look();
      document.querySelector("h1").focus();
    }
  };
  return h(
    "form",
    { class: "public-form", key: "cancel", onsubmit: cancel },
    why((el) => el.focus()),
    h("button", { type: "submit", class: "button danger", "data-testid": "public-cancel" }, "Cancel the booking"),
  );
}

const why = (mounted) =>
  h(
    "label",
    { class: "line", key: "why" },
    h("span", null, "Reason"),
    h("textarea", { class: "text", name: "reason", mounted }),
  );

async function pay({ uid }, look) {
  if (await does("pay", { uid })) look();
}
