// The list a select menu opens: searched here, or asked for from the app as one types.
import { send } from "./api.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { spoken, text } from "./mrkdwn.js";
import { closePopover } from "./popover.js";
import { app, redraw } from "./store.js";

const ASK = 180; // milliseconds of quiet before options are asked for
const LEAST = 3; // Slack's default min_query_length

/** Whether two options are the same choice. */
export const same = (one, other) => one.value === other.value;
const words = (option) => (option.text?.text || "").toLowerCase();

/** Load an external select's options for what is typed, after `delay` milliseconds of quiet. */
export function ask(popover, field, delay) {
  const least = field.element.min_query_length ?? LEAST;
  clearTimeout(popover.timer);
  const query = popover.query;
  if (query.length < least) {
    Object.assign(popover, { groups: [], note: `Type ${least} or more characters` });
    return;
  }
  popover.note = "Loading…";
  popover.timer = setTimeout(async () => {
    const { container, block_id } = field.ctx;
    const body = { as: app.route.as, container, block_id, action_id: field.element.action_id, query };
    const answer = await send("/page/options", body);
    if (popover.query !== query) return;
    const groups = answer.error ? null : answer.option_groups || [{ options: answer.options || [] }];
    const empty = !groups?.some((group) => group.options.length);
    Object.assign(popover, {
      groups: groups || [],
      at: 0,
      note: !groups ? answer.error || "The options could not be loaded" : empty ? "No results" : null,
    });
    redraw();
  }, delay);
}

function matching(popover, field) {
  if (field.kind.remote) return popover.groups;
  const query = popover.query.trim().toLowerCase();
  return field.kind
    .groups(field.element)
    .map((group) => ({
      ...group,
      options: group.options.filter((one) => `${words(one)} ${one.note || ""}`.toLowerCase().includes(query)),
    }))
    .filter((group) => group.options.length);
}

/** The floating list of a select's popover: a search line over the choices. */
export function list(popover) {
  const { field } = popover;
  const groups = matching(popover, field);
  const flat = groups.flatMap((group) => group.options);
  popover.at = Math.max(0, Math.min(popover.at, flat.length - 1));
  const id = (index) => `choice-${index}`;
  let index = 0;
  return [
    h("input", {
      key: "query",
      class: "choices-query",
      type: "text",
      role: "combobox",
      value: popover.query,
      "aria-expanded": "true",
      "aria-controls": "choices-list",
      "aria-autocomplete": "list",
      autocomplete: "off",
      "aria-activedescendant": flat.length ? id(popover.at) : null,
      "aria-label": "Search the choices",
      placeholder: "Search",
      "data-testid": "choices-query",
      mounted: (el) => el.focus({ preventScroll: true }),
      oninput: (event) => {
        Object.assign(popover, { query: event.target.value, at: 0 });
        if (field.kind.remote) ask(popover, field, ASK);
        redraw();
      },
      onkeydown: (event) => keys(event, popover, field, flat),
    }),
    h(
      "div",
      {
        key: "list",
        id: "choices-list",
        class: "choices-list",
        role: "listbox",
        "aria-label": "Choices",
        "aria-multiselectable": field.many ? "true" : null,
      },
      groups.map((one) =>
        group(
          one.label,
          one.options.map((option) => choice(popover, field, option, index, id(index++))),
        ),
      ),
    ),
    h(
      "p",
      { key: "none", class: "choices-none", role: "status" },
      !flat.length && ((field.kind.remote && popover.note) || "No results"),
    ),
  ];
}

function group(label, options) {
  if (!label) return options;
  return h(
    "div",
    { role: "group", key: `group-${label.text}`, "aria-label": spoken(label) },
    h("div", { class: "choices-group", "aria-hidden": "true" }, text(label)),
    options,
  );
}

function choice(popover, field, option, index, id) {
  const chosen = field.chosen.some((one) => same(one, option));
  const active = popover.at === index;
  return h(
    "div",
    {
      id,
      key: `${index}-${option.value}`,
      class: `choice ${active ? "active" : ""}`,
      role: "option",
      "aria-selected": String(chosen),
      dir: "auto",
      onclick: () => pick(popover, field, option),
      onpointermove: () => active || (Object.assign(popover, { at: index }), redraw()),
    },
    h(
      "span",
      { class: "choice-text" },
      text(option.text),
      (option.description || option.note) &&
        h("span", { class: "choice-note" }, option.description ? text(option.description) : option.note),
    ),
    chosen && icon("check"),
  );
}

function pick(popover, field, option) {
  const had = field.chosen.some((one) => same(one, option));
  const limit = field.element.max_selected_items || Infinity;
  if (!field.many) {
    closePopover();
    if (!had) field.save([option]);
  } else if (had || field.chosen.length < limit) {
    Object.assign(popover, { query: "", at: 0 });
    if (field.kind.remote) ask(popover, field, 0);
    field.save(had ? field.chosen.filter((one) => !same(one, option)) : [...field.chosen, option]);
  }
}

function keys(event, popover, field, flat) {
  const to = {
    ArrowDown: popover.at + 1,
    ArrowUp: popover.at - 1,
    PageDown: popover.at + 8,
    PageUp: popover.at - 8,
  }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    popover.at = to;
    redraw();
    queueMicrotask(() =>
      document.getElementById(`choice-${popover.at}`)?.scrollIntoView({ block: "nearest" }),
    );
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (flat[popover.at]) pick(popover, field, flat[popover.at]);
  } else if (event.key === "Backspace" && !popover.query && field.many && field.chosen.length) {
    field.save(field.chosen.slice(0, -1));
  }
}
