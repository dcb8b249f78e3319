// The month a datepicker opens, for the mouse and for arrow keys.
import * as dates from "./dates.js";
import { h } from "./dom.js";
import { trap } from "./focus.js";
import { icon } from "./icons.js";
import { closePopover } from "./popover.js";
import { redraw } from "./store.js";

/** One month as a grid. The popover holds `day` (in focus), `value`, `today`, and `save(day)`. */
export function calendar(popover) {
  const first = `${popover.day.slice(0, 8)}01`;
  const start = dates.addDays(first, -dates.weekday(first));
  const weeks = [0, 1, 2, 3, 4, 5].map((week) =>
    [0, 1, 2, 3, 4, 5, 6].map((day) => dates.addDays(start, week * 7 + day)),
  );
  const turn = (months) => {
    Object.assign(popover, { day: dates.addMonths(popover.day, months), moved: true });
    redraw();
  };
  return h(
    "div",
    {
      role: "dialog",
      "aria-modal": "true",
      "aria-label": "Choose a date",
      onkeydown: (event) => (trap(event), calendarKeys(event, popover)),
    },
    h(
      "div",
      { class: "calendar-head" },
      h(
        "button",
        { type: "button", class: "round", "aria-label": "Previous month", onclick: () => turn(-1) },
        icon("back"),
      ),
      h("div", { class: "calendar-month", "aria-live": "polite" }, dates.monthName(popover.day)),
      h(
        "button",
        { type: "button", class: "round", "aria-label": "Next month", onclick: () => turn(1) },
        icon("forward"),
      ),
    ),
    h(
      "div",
      { class: "calendar-grid", role: "grid", "aria-label": dates.monthName(popover.day) },
      h(
        "div",
        { class: "week", role: "row" },
        weeks[0].map((day) =>
          h(
            "span",
            { class: "weekday", role: "columnheader", "aria-label": dates.weekdayName(day) },
            dates.weekdayName(day).slice(0, 2),
          ),
        ),
      ),
      weeks.map((week) =>
        h(
          "div",
          { class: "week", role: "row", key: week[0] },
          week.map((day) => dayCell(popover, day)),
        ),
      ),
    ),
  );
}

function dayCell(popover, day) {
  const marks = [
    day === popover.value && "chosen",
    day === popover.today && "today",
    day.slice(0, 7) !== popover.day.slice(0, 7) && "other",
  ];
  const focused = day === popover.day;
  return h(
    "span",
    { role: "gridcell", "aria-selected": String(day === popover.value) },
    h(
      "button",
      {
        type: "button",
        class: ["day", ...marks.filter(Boolean)].join(" "),
        tabindex: focused ? "0" : "-1",
        "data-day": day,
        "aria-label": dates.dayInWords(day, "long"),
        mounted: (el) => focused && popover.moved === undefined && el.focus({ preventScroll: true }),
        onclick: () => {
          closePopover();
          popover.save(day);
        },
      },
      Number(day.slice(8)),
    ),
  );
}

// As a date grid is walked everywhere: days, weeks, the week's ends, months, and years with Shift.
function steps({ key, shiftKey }, day) {
  const days = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
  const ends = { Home: -dates.weekday(day), End: 6 - dates.weekday(day) };
  const months = { PageUp: -1, PageDown: 1 };
  if (key in months) return dates.addMonths(day, months[key] * (shiftKey ? 12 : 1));
  const count = days[key] ?? ends[key];
  return count === undefined ? null : dates.addDays(day, count);
}

function calendarKeys(event, popover) {
  const day = event.target.dataset.day && steps(event, popover.day);
  if (!day) return;
  event.preventDefault();
  Object.assign(popover, { day, moved: true });
  redraw();
  queueMicrotask(() => document.querySelector(`.calendar [data-day="${day}"]`)?.focus());
}
