// The rich_text block: sections, lists, quotes and preformatted text made of styled pieces.
import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { broadcast, channelMention, dateText, link, picture, userMention } from "./mrkdwn.js";

const DRAW = {
  rich_text_section: (one) => h("div", { class: "lines" }, pieces(one)),
  rich_text_preformatted: (one) => h("pre", { class: "pre" }, pieces(one)),
  rich_text_quote: (one) => h("blockquote", { class: "quote lines" }, pieces(one)),
  rich_text_list: list,
};

const PIECES = {
  text: (one) => one.text,
  link: (one) => link(one.url, one.text || one.url),
  user: (one) => userMention(one.user_id),
  channel: (one) => channelMention(one.channel_id),
  usergroup: (one) => broadcast(one.usergroup_id),
  broadcast: (one) => broadcast(one.range),
  team: (one) => one.team_id,
  color: (one) => one.value,
  date: (one) => dateText(one.timestamp, one.format, one.url),
  emoji: (one) => {
    const found = emoji(one.name);
    return found ? picture(found, one.name) : `:${one.name}:`;
  },
};

/** The elements of a rich_text block (or of a table's cell). */
export const richText = (block) => (block.elements || []).map((one) => (DRAW[one.type] || unknown)(one));

/** Said in red rather than hidden: the page cannot draw this kind. */
export const unknown = (one) =>
  h(
    "div",
    { class: "not-drawn", role: "note", "data-testid": "not-drawn" },
    `not drawn: ${one?.type ?? typeof one}`,
  );

function list(one) {
  const props = {
    class: `list level-${Math.min(one.indent || 0, 4)} ${one.border ? "quote" : ""}`,
    start: one.style === "ordered" && one.offset ? one.offset + 1 : null,
  };
  return h(
    one.style === "ordered" ? "ol" : "ul",
    props,
    one.elements.map((item) => h("li", { dir: "auto" }, pieces(item))),
  );
}

const pieces = (one) => (one.elements || []).map(piece);

function piece(one) {
  const build = PIECES[one.type];
  if (!build) return unknown(one);
  const style = one.style || {};
  let node = build(one);
  if (style.code) node = h("code", { class: "code" }, node);
  if (style.bold) node = h("strong", null, node);
  if (style.italic) node = h("em", null, node);
  if (style.strike) node = h("s", null, node);
  if (style.underline) node = h("u", null, node);
  return node;
}
