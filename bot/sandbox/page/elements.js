// The interactive elements that are not menus of choices or calendars, and the way to all of them.
import { h } from "./dom.js";
import { choose, fieldKey, press, valueOf } from "./fields.js";
import { icon } from "./icons.js";
import { spoken, text } from "./mrkdwn.js";
import { datepicker, datetimepicker, timepicker } from "./pickers.js";
import { isOpen, menu, openPopover } from "./popover.js";
import { unknown } from "./richtext.js";
import { SELECTS, select } from "./selects.js";
import { app, trueAddress } from "./store.js";
import { textInput } from "./textinput.js";

const DRAW = {
  button,
  overflow,
  checkboxes,
  radio_buttons: radioButtons,
  image,
  datepicker,
  timepicker,
  datetimepicker,
  plain_text_input: textInput,
  number_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  rich_text_input: textInput,
  icon_button: iconButton,
  feedback_buttons: feedbackButtons,
};

/** Any element of a block. `ctx` is the block's surroundings (fields.js), `label` its name. */
export function element(ctx, one, label) {
  if (SELECTS.has(one?.type)) return select(ctx, one, label);
  return (DRAW[one?.type] || ((_, what) => unknown(what)))(ctx, one, label);
}

function button(ctx, one) {
  const busy = app.ui.busy.has(fieldKey(ctx, one));
  const props = {
    key: fieldKey(ctx, one),
    class: `button ${one.style || ""}`,
    "data-action-id": one.action_id,
    "aria-label": one.accessibility_label || (ctx.twice.has(one.text?.text) ? named(one, ctx.about) : null),
    "aria-busy": busy ? "true" : null,
  };
  const shown = [h("span", { class: "button-text", dir: "auto" }, text(one.text)), one.url && icon("link")];
  const how = one.value === undefined ? {} : { value: one.value };
  if (!one.url)
    return h("button", { ...props, type: "button", onclick: () => busy || press(ctx, one, how) }, shown);
  return h(
    "a",
    {
      ...props,
      href: /^https?:/.test(one.url) ? trueAddress(one.url) : "#",
      target: "_blank",
      rel: "noopener noreferrer",
      onclick: () => press(ctx, one, how),
    },
    shown,
  );
}

const named = (one, about) => [spoken(one.text), about].filter(Boolean).join(": ");

function iconButton(ctx, one) {
  return button(ctx, { ...one, style: "quiet" });
}

function feedbackButtons(ctx, one) {
  return h(
    "span",
    { class: "row" },
    [one.positive_button, one.negative_button].map((half) =>
      h(
        "button",
        {
          type: "button",
          class: "button quiet",
          "data-action-id": one.action_id,
          onclick: () => press(ctx, one, { value: half.value }),
        },
        text(half.text),
      ),
    ),
  );
}

function overflow(ctx, one) {
  const key = fieldKey(ctx, one);
  const label = ["More actions", ctx.about].filter(Boolean).join(": ");
  const entries = () =>
    one.options.map((option) => ({
      label: text(option.text),
      note: option.description && text(option.description),
      pick: () => {
        if (/^https?:/.test(option.url || "")) window.open(trueAddress(option.url), "_blank", "noopener");
        press(ctx, one, { selected: option });
      },
    }));
  return h(
    "button",
    {
      key,
      type: "button",
      class: "button icon-only",
      "data-action-id": one.action_id,
      "aria-label": label,
      "aria-haspopup": "menu",
      "aria-expanded": String(isOpen(key)),
      "aria-busy": app.ui.busy.has(key) ? "true" : null,
      onclick: (event) =>
        openPopover(key, event.currentTarget, () => menu(entries(), { label })),
    },
    icon("dots"),
  );
}

export function image(_ctx, one) {
  const url = one.image_url || one.slack_file?.url || "";
  const near =
    url.startsWith("data:image/") ||
    (url.startsWith("/") && !url.startsWith("//")) ||
    url.startsWith(`${location.origin}/`);
  if (near) return h("img", { class: "image", src: url, alt: one.alt_text, title: one.alt_text });
  // Nothing is fetched from outside; the text that stands for the picture is shown instead.
  return h(
    "span",
    { class: "image-away", role: "img", "aria-label": one.alt_text, title: url },
    one.alt_text,
  );
}

function boxes(ctx, one, { kind, chosen, change, label }) {
  const group = fieldKey(ctx, one);
  return h(
    "div",
    {
      key: group,
      class: "boxes",
      role: kind === "radio" ? "radiogroup" : "group",
      "aria-label": kind === "checkbox" && ctx.required ? `${label} (required)` : label,
      "data-action-id": one.action_id,
      ...(kind === "radio" ? ctx.aria : ctx.described),
    },
    one.options.map((option, index) =>
      h(
        "label",
        { class: "box", key: option.value },
        h("input", {
          type: kind,
          name: kind === "radio" ? group : null,
          checked: chosen(option),
          "data-value": option.value,
          "data-field": index === 0 ? "" : null,
          onchange: (event) => change(option, event.target.checked),
        }),
        h(
          "span",
          { class: "box-text", dir: "auto" },
          text(option.text),
          option.description && h("span", { class: "box-note" }, text(option.description)),
        ),
      ),
    ),
  );
}

function checkboxes(ctx, one, label) {
  const list = valueOf(ctx, one) || [];
  const chosen = (option) => list.some((other) => other.value === option.value);
  const change = (option, on) =>
    choose(
      ctx,
      one,
      one.options.filter((other) => (other.value === option.value ? on : chosen(other))),
    );
  return boxes(ctx, one, { kind: "checkbox", chosen, change, label });
}

function radioButtons(ctx, one, label) {
  const value = valueOf(ctx, one);
  return boxes(ctx, one, {
    kind: "radio",
    chosen: (option) => value?.value === option.value,
    change: (option) => choose(ctx, one, option),
    label,
  });
}
