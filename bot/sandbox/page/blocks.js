// Block Kit's blocks as nodes, for messages, modals and the Home tab.
import { h } from "./dom.js";
import { element, image } from "./elements.js";
import { inBlock } from "./fields.js";
import { icon } from "./icons.js";
import { markdown } from "./markdown.js";
import { spoken, text } from "./mrkdwn.js";
import { richText, unknown } from "./richtext.js";
import { app } from "./store.js";

const DRAW = {
  section,
  actions,
  context,
  input,
  table,
  header: (block) =>
    h(
      "div",
      { class: "header", role: "heading", "aria-level": String((block.level || 1) + 1), dir: "auto" },
      text(block.text),
    ),
  divider: () => h("hr", { class: "divider" }),
  image: imageBlock,
  rich_text: (block) => h("div", { class: "rich" }, richText(block)),
  markdown: (block) => h("div", { class: "rich" }, markdown(block.text)),
  alert: (block) =>
    h(
      "div",
      { class: `alert ${block.level || "default"}`, role: block.level === "error" ? "alert" : "status" },
      icon({ success: "check", info: "info", default: "info" }[block.level || "default"] || "alert"),
      h("div", { class: "rich" }, text(block.text)),
    ),
  context_actions: (block, ctx) =>
    h(
      "div",
      { class: "row" },
      block.elements.map((one) => element(ctx, one)),
    ),
};

/** Where a container's blocks live: what a click is told, and the values and errors to show. */
export const messageContext = (message) => ({
  container: { type: "message", channel: message.channel, ts: message.ts },
  scope: `${app.route.as}/${message.channel}/${message.ts}`,
  values: message.state?.values || {},
  errors: {},
});

export const viewContext = (view, errors) => ({
  container: { type: "view", view_id: view.id },
  scope: view.id,
  values: view.state?.values || {},
  errors: errors || view.errors || {},
});

/** A list of blocks in their container's context. */
export function blocks(list, ctx) {
  const twice = saidTwice(list || []);
  const about = subjects(list || []);
  return (list || []).map((block, index) => {
    const draw = DRAW[block?.type] || unknown;
    return h(
      "div",
      {
        key: `${block?.block_id || index}|${block?.type}`,
        class: `block block-${block?.type}`,
        "data-block-id": block?.block_id,
      },
      draw(block, inBlock(ctx, block || {}, { twice, about: about[index] })),
    );
  });
}

// What each block is about, which tells equal buttons apart: the text above it. Where several begin
// alike, as meetings of a series do, their second line and the text over them are told too.
function subjects(list) {
  const titles = list.map((block) => (/^(header|section)$/.test(block?.type) ? spoken(block.text) : null));
  let over = null;
  let about = null;
  return list.map((block, index) => {
    const title = titles[index];
    if (!title) return about;
    over = titles[index - 1] || over;
    const alone = titles.filter((one) => one === title).length === 1;
    about = alone ? title : [spoken(block.text, 2), over].filter(Boolean).join(", ");
    return about;
  });
}

// What several buttons of a container say.
function saidTwice(list) {
  const said = list
    .flatMap((block) => block?.elements || [block?.accessory])
    .filter((one) => one?.type === "button")
    .map((one) => one.text?.text);
  return new Set(said.filter((words, index) => said.indexOf(words) !== index));
}

function section(block, ctx) {
  const words = block.text && h("div", { class: "section-text" }, text(block.text));
  const fields =
    block.fields &&
    h(
      "div",
      { class: "fields" },
      block.fields.map((field) => h("div", { class: "field", dir: "auto" }, text(field))),
    );
  const accessory = block.accessory;
  const wide = accessory && ["radio_buttons", "checkboxes"].includes(accessory.type);
  return h(
    "div",
    { class: `section ${wide ? "stacked" : ""} ${accessory?.type === "image" ? "with-image" : ""}` },
    h("div", { class: "section-body" }, words, fields),
    accessory && h("div", { class: "accessory" }, element(ctx, accessory, spoken(block.text))),
  );
}

function actions(block, ctx) {
  return h(
    "div",
    { class: "row actions" },
    block.elements.map((one) => element(ctx, one, one.placeholder?.text)),
  );
}

function context(block, ctx) {
  return h(
    "div",
    { class: "context" },
    block.elements.map((one) => {
      if (one.type === "image") return image(ctx, one);
      if (one.type === "mrkdwn" || one.type === "plain_text")
        return h("span", { class: "context-text", dir: "auto" }, text(one));
      return unknown(one);
    }),
  );
}

function imageBlock(block, ctx) {
  return h(
    "figure",
    { class: "figure" },
    block.title && h("figcaption", { dir: "auto" }, text(block.title)),
    image(ctx, block),
  );
}

function input(block, ctx) {
  const id = `field-${ctx.scope}-${block.block_id}`.replace(/[^\w-]/g, "_");
  const error = ctx.errors[block.block_id];
  const described = [error && `${id}-error`, block.hint && `${id}-hint`].filter(Boolean).join(" ") || null;
  const about = { "aria-describedby": described, "aria-invalid": error ? "true" : null };
  const inside = {
    ...ctx,
    input: true,
    dispatch: Boolean(block.dispatch_action),
    optional: Boolean(block.optional),
    required: !block.optional,
    described: about, // for what is no field by itself
    aria: { ...about, "aria-required": block.optional ? null : "true" },
  };
  const focus = (event) => event.currentTarget.parentElement.querySelector("[data-field]")?.focus();
  return h(
    "div",
    { class: `input ${error ? "wrong" : ""}` },
    h(
      "div",
      { class: "label", dir: "auto", onclick: focus },
      text(block.label),
      block.optional && h("span", { class: "optional" }, " (optional)"),
    ),
    element(inside, block.element, block.label?.text),
    error && h("div", { class: "field-error", id: `${id}-error`, role: "alert" }, icon("alert"), error),
    block.hint && h("div", { class: "hint", id: `${id}-hint`, dir: "auto" }, text(block.hint)),
  );
}

function table(block) {
  const setting = (column) => block.column_settings?.[column] || {};
  const cell = (one, column, tag) =>
    h(
      tag,
      {
        class: `align-${setting(column).align || "left"} ${setting(column).is_wrapped ? "wrapped" : ""}`,
        scope: tag === "th" ? "col" : null,
        dir: "auto",
      },
      one.type === "rich_text" ? richText(one) : String(one.text ?? one.value ?? ""),
    );
  const [head, ...rows] = block.rows || [];
  return h(
    "div",
    { class: "table-scroll", tabindex: "0", role: "region", "aria-label": "Table" },
    h(
      "table",
      { class: "table" },
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          (head || []).map((one, column) => cell(one, column, "th")),
        ),
      ),
      h(
        "tbody",
        null,
        rows.map((row) =>
          h(
            "tr",
            null,
            row.map((one, column) => cell(one, column, "td")),
          ),
        ),
      ),
    ),
  );
}
