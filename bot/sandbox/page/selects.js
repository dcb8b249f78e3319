// Every select menu: static, external, people, conversations and channels, for one or for several.
import { ask, list, same } from "./choices.js";
import { h } from "./dom.js";
import { choose, fieldKey, valueOf } from "./fields.js";
import { icon } from "./icons.js";
import { text } from "./mrkdwn.js";
import { isOpen, openPopover } from "./popover.js";
import { app, channel, channelName, nameOf, person } from "./store.js";

const plain = (label) => ({ type: "plain_text", text: label });
const personOption = (one) => ({ text: plain(nameOf(one)), value: one.id, note: `@${one.name}` });
const channelOption = (one) => ({
  text: plain((one.kind === "im" ? "" : "# ") + channelName(one)),
  value: one.id,
});

function people() {
  return app.boot.people.filter((one) => !one.deleted && !one.is_bot).map(personOption);
}

function conversations({ filter = {} }) {
  const wanted = filter.include || ["public", "private", "im", "mpim"];
  const bot = (one) => filter.exclude_bot_users && one.kind === "im" && person(one.im_with)?.is_bot;
  return app.state.channels
    .filter((one) => !one.archived && wanted.includes(one.kind) && !bot(one))
    .map(channelOption);
}

// What the elements differ in: the choices, and what a choice is (an option, or just its id).
const KINDS = {
  static_select: { groups: (element) => element.option_groups || [{ options: element.options || [] }] },
  external_select: { remote: true },
  users_select: { ids: personById, groups: () => [{ options: people() }] },
  conversations_select: { ids: channelById, groups: (element) => [{ options: conversations(element) }] },
  channels_select: {
    ids: channelById,
    groups: () => [{ options: conversations({ filter: { include: ["public"] } }) }],
  },
};

export const SELECTS = new Set(Object.keys(KINDS).flatMap((name) => [name, `multi_${name}`]));

function personById(id) {
  return personOption(person(id) || { id, name: id });
}

function channelById(id) {
  return channelOption(channel(id) || { id, name: id, kind: "public" });
}

/** A select menu of any kind. `label` names it for those who cannot see the field's label. */
export function select(ctx, element, label) {
  const many = element.type.startsWith("multi_");
  const kind = KINDS[element.type.replace("multi_", "")];
  const key = fieldKey(ctx, element);
  const value = valueOf(ctx, element);
  const listed = many ? value || [] : value ? [value] : [];
  const field = {
    ctx,
    element,
    kind,
    many,
    key,
    chosen: kind.ids ? listed.map(kind.ids) : listed,
    save(options) {
      const values = kind.ids ? options.map((one) => one.value) : options.map(({ note, ...one }) => one);
      return choose(ctx, element, many ? values : (values[0] ?? null));
    },
  };
  if (isOpen(key)) app.ui.popover.field = field; // what is floating works on what is chosen now
  return h(
    "div",
    { key, class: `select ${many ? "many" : ""}`, "data-action-id": element.action_id },
    many && chips(field),
    trigger(field, label),
    clearButton(field, label),
  );
}

function trigger(field, label) {
  const { element, many, chosen, key } = field;
  const placeholder = element.placeholder?.text || (many ? "Select options" : "Select an option");
  const shown =
    many || !chosen.length
      ? h("span", { class: "placeholder" }, placeholder)
      : h("span", { dir: "auto", class: "chosen" }, text(chosen[0].text));
  return h(
    "button",
    {
      type: "button",
      class: "select-button",
      role: "combobox",
      "aria-haspopup": "listbox",
      "aria-expanded": String(isOpen(key)),
      "aria-controls": isOpen(key) ? "choices-list" : null,
      "aria-label": label || placeholder,
      "aria-busy": app.ui.busy.has(key) ? "true" : null,
      "data-field": "",
      ...field.ctx.aria,
      onclick: (event) => open(field, event.currentTarget),
      onkeydown: (event) => {
        if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
        event.preventDefault();
        if (!isOpen(key)) open(field, event.currentTarget);
      },
    },
    shown,
    icon("down"),
  );
}

const chips = (field) =>
  field.chosen.length > 0 &&
  h(
    "span",
    { class: "chips" },
    field.chosen.map((option) =>
      h(
        "span",
        { class: "chip", key: option.value, dir: "auto" },
        text(option.text),
        h(
          "button",
          {
            type: "button",
            class: "chip-x",
            "aria-label": `Remove ${option.text?.text}`,
            onclick: () => field.save(field.chosen.filter((one) => !same(one, option))),
          },
          icon("close"),
        ),
      ),
    ),
  );

// Slack lets an optional input be emptied again.
const clearButton = (field, label) =>
  !field.many &&
  field.chosen.length > 0 &&
  field.ctx.optional &&
  h(
    "button",
    { type: "button", class: "clear", "aria-label": `Clear: ${label}`, onclick: () => field.save([]) },
    icon("close"),
  );

function open(field, anchor) {
  openPopover(field.key, anchor, list, {
    field,
    query: "",
    at: 0,
    groups: [],
    note: null,
    class: "choices",
    shrinks: true,
  });
  const popover = app.ui.popover;
  if (popover?.key === field.key && field.kind.remote) ask(popover, field, 0);
}
