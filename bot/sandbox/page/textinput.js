// The fields people type into.
import { h } from "./dom.js";
import { fieldKey, flush, press, type, valueOf } from "./fields.js";

const SHAPE = {
  number_input: { inputmode: "decimal" },
  email_text_input: { inputmode: "email", autocapitalize: "off", spellcheck: "false" },
  url_text_input: { inputmode: "url", autocapitalize: "off", spellcheck: "false" },
};

// A rich text value is a rich_text object; here it is one paragraph of plain pieces.
const toRich = (words) =>
  words && {
    type: "rich_text",
    elements: [{ type: "rich_text_section", elements: [{ type: "text", text: words }] }],
  };
const fromRich = (value) =>
  (value?.elements || [])
    .flatMap((one) => one.elements || [])
    .map((one) => one.text || one.url || "")
    .join("");

/** plain_text, number, email, url and rich_text inputs. */
export function textInput(ctx, one, label) {
  const rich = one.type === "rich_text_input";
  const held = valueOf(ctx, one);
  const value = rich ? fromRich(held) : (held ?? "");
  const long = one.multiline || rich;
  // on_character_entered needs nothing here: filling such a field tells the app.
  const on = one.dispatch_action_config?.trigger_actions_on || ["on_enter_pressed"];
  const enters = ctx.dispatch && on.includes("on_enter_pressed");
  const props = {
    key: fieldKey(ctx, one),
    class: long ? "text long" : "text",
    "data-action-id": one.action_id,
    "data-field": "",
    dir: "auto",
    value,
    "aria-label": label,
    placeholder: one.placeholder?.text,
    maxlength: one.max_length,
    autocomplete: "off",
    ...SHAPE[one.type],
    ...ctx.aria,
    mounted: one.focus_on_load ? (el) => el.focus() : null,
    oninput: (event) => {
      type(ctx, one, rich ? toRich(event.target.value) : event.target.value);
    },
    onblur: () => flush(),
    onkeydown: (event) => {
      if (event.key !== "Enter" || event.isComposing || (long && !event.metaKey && !event.ctrlKey)) return;
      if (!enters) return;
      event.preventDefault();
      event.stopPropagation();
      press(ctx, one, { value: event.target.value });
    },
  };
  const field = long
    ? h("textarea", { ...props, rows: one.min_lines || 4 })
    : h("input", { ...props, type: "text" });
  return h("div", { key: props.key, class: "text-field" }, field, counter(one, String(value)));
}

// As in Slack, what is left of a limit shows once it comes near.
function counter({ max_length: most, min_length: least }, value) {
  if (least && value && value.length < least)
    return h("span", { class: "counter" }, `${value.length} of at least ${least}`);
  if (!most || most - value.length > Math.max(10, most * 0.1)) return null;
  return h("span", { class: "counter", "aria-live": "polite" }, `${most - value.length} left`);
}
