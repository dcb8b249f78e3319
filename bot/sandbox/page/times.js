// The list of times a timepicker opens; any other time can be typed.
import * as dates from "./dates.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { closePopover } from "./popover.js";
import { app, redraw } from "./store.js";

const TIMES = Array.from({ length: 96 }, (_, quarter) =>
  dates.readTime(`${Math.floor(quarter / 4)}:${String((quarter % 4) * 15).padStart(2, "0")}`),
);

/** The times of a day in quarters. The popover holds `value`, what is typed, and `save(time)`. */
export function times(popover) {
  const typed = dates.readTime(popover.query);
  const query = popover.query.trim().toLowerCase();
  const found = TIMES.filter(
    (time) =>
      !query || dates.clock(time).toLowerCase().startsWith(query) || time.startsWith(query.padStart(2, "0")),
  );
  const offered = typed && !found.includes(typed) ? [typed, ...found] : found;
  const start = query
    ? offered.indexOf(typed)
    : offered.findIndex((time) => time >= (popover.value || "09:00"));
  if (popover.at === null) popover.at = Math.max(0, start);
  popover.at = Math.max(0, Math.min(popover.at, offered.length - 1));
  const pick = (time) => {
    closePopover();
    popover.save(time);
  };
  const move = (to) => {
    popover.at = to;
    redraw();
    queueMicrotask(show);
  };
  return [
    h("input", {
      key: "query",
      class: "choices-query",
      type: "text",
      role: "combobox",
      "aria-expanded": "true",
      "aria-controls": "times-list",
      "aria-label": "Type a time",
      "aria-autocomplete": "list",
      "aria-activedescendant": offered.length ? `time-${popover.at}` : null,
      placeholder: "9:30 or 2pm",
      value: popover.query,
      autocomplete: "off",
      "data-testid": "choices-query",
      mounted: (el) => {
        el.focus({ preventScroll: true });
        queueMicrotask(show); // once the list has its size
      },
      oninput: (event) => (Object.assign(popover, { query: event.target.value, at: null }), redraw()),
      onkeydown: (event) => {
        const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
        if (step) (event.preventDefault(), move(popover.at + step));
        else if (event.key === "Enter" && offered[popover.at])
          (event.preventDefault(), pick(offered[popover.at]));
      },
    }),
    h(
      "div",
      { key: "list", id: "times-list", class: "choices-list", role: "listbox", "aria-label": "Times" },
      offered.map((time, index) =>
        h(
          "div",
          {
            key: time,
            id: `time-${index}`,
            class: `choice ${index === popover.at ? "active" : ""}`,
            role: "option",
            "aria-selected": String(time === popover.value),
            onclick: () => pick(time),
          },
          dates.clock(time),
          time === popover.value && icon("check"),
        ),
      ),
    ),
    h("p", { key: "none", class: "choices-none", role: "status" }, !offered.length && "Not a time"),
  ];
}

const show = () =>
  document.getElementById(`time-${app.ui.popover?.at}`)?.scrollIntoView({ block: "nearest" });
