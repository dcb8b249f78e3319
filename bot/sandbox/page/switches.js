// The rows with which somebody makes a stand-in misbehave, and what is shown of it.
import { h } from "./dom.js";
import { app } from "./store.js";

const MOST = 100;

/** A row that switches something on for so many of the next; `set(number)` says how many. */
export function countdown(name, label, unit, left, set) {
  return h(
    "label",
    { class: `line fault ${left ? "on" : ""}`, key: name },
    h("input", {
      type: "checkbox",
      role: "switch",
      checked: left > 0,
      "data-fault": name,
      onchange: (event) => set(event.target.checked ? 1 : 0),
    }),
    h("span", null, label),
    number(`${label}: ${unit}`, left, set),
    h("span", { class: "quiet" }, unit),
  );
}

/** A row for a number that switches nothing on by itself. */
export function amount(name, label, unit, value, set) {
  return h(
    "label",
    { class: "line fault", key: name },
    h("span"),
    h("span", { class: "quiet" }, label),
    number(`${label}: ${unit}`, value, set),
    h("span", { class: "quiet" }, unit),
  );
}

/** A row that is on or off. */
export function toggle(name, label, on, set) {
  return h(
    "label",
    { class: `line fault ${on ? "on" : ""}`, key: name },
    h("input", {
      type: "checkbox",
      role: "switch",
      checked: on,
      "data-fault": name,
      onchange: (event) => set(event.target.checked),
    }),
    h("span", { dir: "auto" }, label),
  );
}

/** A part of a panel, one heading below the panel's own. */
export const part = (title, ...inside) =>
  h(
    "section",
    { class: "part", key: title.replace(/ \(.*/, "") },
    h(app.route.side ? "h3" : "h2", null, title),
    inside,
  );

export const list = (items, none) =>
  items.length ? h("ul", { class: "plain" }, items) : h("p", { class: "quiet" }, none);

/** A word in a coloured pill; `tone` is good, warm, bad or nothing. */
export const status = (word, tone = word) => h("span", { class: `status ${tone}` }, word);

function number(label, value, set) {
  return h("input", {
    class: "text number",
    type: "number",
    min: "0",
    max: String(MOST),
    "aria-label": label,
    value: String(value),
    onchange: (event) => set(Math.max(0, Math.min(MOST, Math.round(Number(event.target.value))))),
  });
}
