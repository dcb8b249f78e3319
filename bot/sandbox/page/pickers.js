// datepicker, timepicker and datetimepicker. Days and times are local; a datetimepicker's value is
// unix seconds, shown in the chosen person's zone.
import { calendar } from "./calendar.js";
import * as dates from "./dates.js";
import { h } from "./dom.js";
import { choose, fieldKey, valueOf } from "./fields.js";
import { icon } from "./icons.js";
import { isOpen, openPopover } from "./popover.js";
import { me } from "./store.js";
import { times } from "./times.js";

const zone = () => dates.knownZone(me()?.tz);
const today = () => dates.dayOf(dates.now(), zone());

export function datepicker(ctx, element, label) {
  const value = valueOf(ctx, element);
  return h(
    "div",
    { key: fieldKey(ctx, element), class: "picker", "data-action-id": element.action_id },
    dayButton(ctx, element, { value, label, save: (day) => choose(ctx, element, day) }),
    clear(ctx, element, value, label),
  );
}

export function timepicker(ctx, element, label) {
  const value = valueOf(ctx, element);
  return h(
    "div",
    { key: fieldKey(ctx, element), class: "picker", "data-action-id": element.action_id },
    timeButton(ctx, element, { value, label, save: (time) => choose(ctx, element, time) }),
    clear(ctx, element, value, label),
    element.timezone && h("span", { class: "zone" }, element.timezone),
  );
}

export function datetimepicker(ctx, element, label) {
  const value = valueOf(ctx, element);
  const day = value ? dates.dayOf(value, zone()) : null;
  const time = value ? dates.timeOf(value, zone()) : null;
  const save = (d, t) => choose(ctx, element, dates.instant(d, t, zone()));
  return h(
    "div",
    { key: fieldKey(ctx, element), class: "picker", "data-action-id": element.action_id },
    dayButton(ctx, element, { value: day, label, save: (d) => save(d, time || "09:00") }),
    timeButton(ctx, element, { value: time, label, save: (t) => save(day || today(), t) }),
    clear(ctx, element, value, label),
    h("span", { class: "zone" }, zone()),
  );
}

const clear = (ctx, element, value, label) =>
  value &&
  ctx.optional &&
  h(
    "button",
    {
      type: "button",
      class: "clear",
      "aria-label": `Clear: ${label}`,
      onclick: () => choose(ctx, element, null),
    },
    icon("close"),
  );

function button(ctx, { key, shown, picture, placeholder, label, onclick }) {
  return h(
    "button",
    {
      type: "button",
      class: "picker-button",
      "aria-haspopup": "dialog",
      "aria-expanded": String(isOpen(key)),
      "aria-label": [label && `${label}${ctx.required ? " (required)" : ""}`, shown || placeholder]
        .filter(Boolean)
        .join(": "),
      "data-field": "",
      ...ctx.described,
      onclick,
    },
    icon(picture),
    shown || h("span", { class: "placeholder" }, placeholder),
  );
}

function dayButton(ctx, element, { value, label, save }) {
  const key = `${fieldKey(ctx, element)}|day`;
  return button(ctx, {
    key,
    label,
    picture: "calendar",
    shown: value && dates.dayInWords(value),
    placeholder: element.placeholder?.text || "Select a date",
    onclick: (event) =>
      openPopover(key, event.currentTarget, calendar, {
        value,
        save,
        day: value || today(),
        today: today(),
        tabs: true,
        class: "calendar",
      }),
  });
}

function timeButton(ctx, element, { value, label, save }) {
  const key = `${fieldKey(ctx, element)}|time`;
  return button(ctx, {
    key,
    label,
    picture: "clock",
    shown: value && dates.clock(value),
    placeholder: element.placeholder?.text || "Select a time",
    onclick: (event) =>
      openPopover(key, event.currentTarget, times, {
        save,
        value,
        query: "",
        at: null,
        class: "choices times",
        shrinks: true,
      }),
  });
}
