// What could be meant at the caret: the app's command and its words, @people, #channels.
// Slack itself completes the command alone and then shows its usage hint; here each word that can
// follow is offered, with a line about what it does, so that nobody has to know them.
// The field stays a plain text field with a list that it controls (aria-activedescendant): several
// lines can be written into it, which a combobox has not.
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./messages.js";
import { app, channelName, nameOf, redraw } from "./store.js";

const MOST = 8; // people and channels; words come all

// One list at a time: whose it is, where the caret is, which offer is active. Nothing is (-1) until
// a letter is typed: Enter after the bare command sends it.
const state = { field: null, caret: 0, at: null, dismissed: null };

/** The offers for a field's draft, and which is active; none where the caret is elsewhere.
 *  With `commands` false (in threads there are none) only people and channels are offered. */
export function completing(field, draft, { commands = true } = {}) {
  if (state.field !== field) return { field, offers: [], active: null, list: null };
  const before = draft.slice(0, state.caret);
  const offers = state.dismissed === before ? [] : found(before, commands);
  if (state.at === null) state.at = /\S$/.test(before) ? 0 : -1;
  state.at = Math.min(state.at, offers.length - 1);
  return { field, offers, active: offers[state.at] || null, list: offers.length > 0 && list(field, offers) };
}

/** What the text field says of its list. */
export const described = ({ offers, active, field }) => ({
  "aria-autocomplete": "list",
  "aria-controls": offers.length ? `offers-${field}` : null,
  "aria-activedescendant": active ? `offer-${field}-${offers.indexOf(active)}` : null,
});

/** The draft was written in: offers are looked for anew. */
export function written(field, caret) {
  Object.assign(state, { field, caret, at: null, dismissed: null });
}

/** The caret was moved. */
export function followed(field, caret) {
  if (state.field === field && state.caret === caret) return;
  Object.assign(state, { field, caret, at: null });
  redraw();
}

/** A key in the field; true where it belonged to the list. */
export function pressed(event, { offers, active, field }) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!offers.length) return false;
  if (step && (offers.length > 1 || !active)) {
    state.at = step < 0 && state.at < 1 ? offers.length - 1 : (state.at + step) % offers.length;
    redraw();
  } else if (event.key === "Escape") {
    event.stopPropagation();
    state.dismissed = event.target.value.slice(0, state.caret);
    redraw();
  } else if (event.key === "Tab" && !event.shiftKey) take(active || offers[0], field);
  else if (event.key === "Enter" && !event.shiftKey && active && !active.exact) take(active, field);
  else return false;
  event.preventDefault();
  return true;
}

function found(before, commands) {
  const { command } = app.boot;
  if (commands && /^\/\S*$/.test(before)) return command.name.startsWith(before) ? [theCommand(before)] : [];
  const word = new RegExp(`^${command.name.replace(/\W/g, "\\$&")} +(\\S*)$`).exec(before);
  const named = /(^|\s)([@#])([^\s@#]*)$/.exec(before);
  if (named) return (named[2] === "@" ? people : channels)(named[3], before.length - named[3].length - 1);
  return commands && word ? words(word[1], before.length - word[1].length) : [];
}

function theCommand(before) {
  const { name, hint } = app.boot.command;
  return { from: 0, insert: `${name} `, label: name, note: hint, exact: before === name };
}

function words(typed, from) {
  const { name, words: known = [] } = app.boot.command;
  const fits = known
    .map(({ typed: label, does }) => ({ word: label.split(" ")[0], label, does }))
    .filter(({ word }) => word.startsWith(typed.toLowerCase()));
  return fits.map(({ word, label, does }) => ({
    from,
    insert: `${word} `,
    label: `${name} ${label}`,
    note: does,
    exact: word === typed.toLowerCase(),
  }));
}

function people(typed, from) {
  const wanted = typed.toLowerCase();
  const fits = (one) =>
    [one.name, ...nameOf(one).split(" ")].some((word) => word.toLowerCase().startsWith(wanted));
  return app.boot.people
    .filter((one) => !one.deleted && fits(one))
    .slice(0, MOST)
    .map((one) => ({
      from,
      insert: `@${one.name} `,
      label: nameOf(one),
      note: `@${one.name}`,
      picture: avatar(one, "small"),
      exact: wanted === one.name,
    }));
}

function channels(typed, from) {
  const wanted = typed.toLowerCase();
  return app.state.channels
    .filter((one) => ["public", "private"].includes(one.kind) && one.name.startsWith(wanted))
    .slice(0, MOST)
    .map((one) => ({
      from,
      insert: `#${one.name} `,
      label: channelName(one),
      note: one.kind === "private" ? "private" : "",
      picture: icon(one.kind === "private" ? "lock" : "hash"),
      exact: wanted === one.name,
    }));
}

function list(field, offers) {
  return [
    h("p", { key: "told", class: "heard-only", role: "status" }, `${offers.length} suggestions`),
    h(
      "ul",
      {
        key: "offers",
        id: `offers-${field}`,
        class: "completions",
        role: "listbox",
        "aria-label": "Suggestions",
        "data-testid": "completions",
      },
      offers.map((offer, index) => option(offer, index, field)),
    ),
  ];
}

const option = (offer, index, field) =>
  h(
    "li",
    {
      id: `offer-${field}-${index}`,
      key: offer.insert,
      role: "option",
      class: `choice ${index === state.at ? "active" : ""}`,
      "aria-selected": String(index === state.at),
      updated: (el) => index === state.at && el.scrollIntoView({ block: "nearest" }),
      onpointerdown: (event) => (event.preventDefault(), take(offer, field)),
    },
    offer.picture,
    h("span", { class: "choice-text" }, offer.label, h("span", { class: "choice-note" }, offer.note)),
  );

function take(offer, field) {
  const el = document.getElementById(`field-${field}`);
  const rest = el.value.slice(state.caret).replace(/^ /, "");
  const caret = offer.from + offer.insert.length;
  el.focus();
  el.value = el.value.slice(0, offer.from) + offer.insert + rest;
  el.setSelectionRange(caret, caret);
  el.dispatchEvent(new Event("input")); // it is typed, as if by hand
}
