// Slack's mrkdwn as nodes: *bold* _italic_ ~strike~ `code` ```pre``` > quote, <…> references,
// :emoji:. Text from apps arrives with & < > escaped; only <…> is special.
import { h } from "./dom.js";
import { fillTokens, knownZone } from "./dates.js";
import { emoji, withEmoji } from "./emoji.js";
import { icon } from "./icons.js";
import { channel, channelName, me, nameOf, person, trueAddress } from "./store.js";

const STYLES = { "*": "strong", _: "em", "~": "s" };
const WEB = /^(https?:|mailto:|tel:)/i;
const BARE = /^https?:\/\/[^\s<>|`]+[^\s<>|`.,;:!?)'"*_~]/;
const LIST = /^(\s*)([•◦▪︎\-–]|\d+\.)(\s+)(.*)$/s;

export const decode = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

/** A text object of either kind (or null) as nodes. plain_text is shown letter by letter. */
export function text(object) {
  if (!object) return null;
  if (typeof object === "string") return object;
  if (object.type === "mrkdwn") return mrkdwn(object.text);
  return object.emoji === false ? object.text : withEmoji(object.text);
}

/** The first lines of a text object as they are read out, without marks. */
export const spoken = (object, lines = 1) =>
  object ? letters([text(object)].flat()).split("\n").slice(0, lines).join(", ") : null;

const letters = (nodes) =>
  nodes.map((one) => (typeof one === "string" ? one : (one.text ?? letters(one.children)))).join("");

/** mrkdwn source as a list of nodes. */
export function mrkdwn(source) {
  const pieces = String(source ?? "").split(/```\n?([\s\S]*?)```/);
  return pieces.flatMap((piece, index) =>
    index % 2 ? [h("pre", { class: "pre" }, decode(bareReferences(piece)).replace(/\n$/, ""))] : lines(piece),
  );
}

function lines(source) {
  if (source === "") return [];
  const out = [];
  let quote = null;
  let plain = null;
  const flush = () => {
    if (quote) out.push(h("blockquote", { class: "quote" }, lines(quote.join("\n"))));
    if (plain) out.push(h("span", { class: "lines" }, inline(plain.join("\n"))));
    quote = plain = null;
  };
  for (const line of source.replace(/^\n|\n$/g, "").split("\n")) {
    const quoted = /^(?:&gt;|>) ?(.*)$/s.exec(line);
    const item = quoted ? null : LIST.exec(line);
    if (quoted ? plain : quote) flush();
    if (quoted) (quote ||= []).push(quoted[1]);
    else if (item) {
      flush();
      out.push(listItem(item));
    } else (plain ||= []).push(line);
  }
  flush();
  return out;
}

function listItem([, indent, marker, , rest]) {
  const level = Math.min(Math.floor(indent.replace(/\t/g, "    ").length / 2), 4);
  return h(
    "span",
    { class: `item level-${level}`, dir: "auto" },
    h("span", { class: "marker" }, marker),
    h("span", null, inline(rest)),
  );
}

/** One run of mrkdwn without block structure. */
export function inline(source) {
  const out = [];
  let plain = "";
  const push = (node) => {
    if (plain) out.push(decode(plain));
    plain = "";
    if (node) out.push(node);
  };
  for (let i = 0; i < source.length;) {
    const found = tokenAt(source, i);
    if (found) {
      push(found.node);
      i += found.length;
    } else plain += source[i++];
  }
  push();
  return out;
}

function tokenAt(source, i) {
  const char = source[i];
  if (char === "<") return between(source, i, ">", (inside) => reference(inside));
  if (char === "`")
    return between(source, i, "`", (inside) => h("code", { class: "code" }, decode(bareReferences(inside))));
  if (STYLES[char]) return styled(source, i, char);
  if (char === ":") {
    const match = /^:([a-z0-9_+-]+):/.exec(source.slice(i));
    const found = match && emoji(match[1]);
    return found && { length: match[0].length, node: picture(found, match[1]) };
  }
  if (char === "h" && !/\w/.test(source[i - 1] || "")) {
    const match = BARE.exec(source.slice(i));
    return match && { length: match[0].length, node: link(match[0], match[0]) };
  }
  return null;
}

function between(source, i, end, build) {
  const close = source.indexOf(end, i + 1);
  if (close <= i + 1 || source.slice(i, close).includes("\n")) return null;
  return { length: close + 1 - i, node: build(source.slice(i + 1, close)) };
}

function styled(source, i, char) {
  const word = /[\p{L}\p{N}]/u;
  if (word.test(source[i - 1] || "") || /\s|^$/.test(source[i + 1] || "")) return null;
  for (let close = source.indexOf(char, i + 2); close > 0; close = source.indexOf(char, close + 1)) {
    const inside = source.slice(i + 1, close);
    if (inside.includes("\n")) return null;
    if (/\s$/.test(inside) || word.test(source[close + 1] || "") || insideReference(inside)) continue;
    return { length: close + 1 - i, node: h(STYLES[char], null, inline(inside)) };
  }
  return null;
}

const insideReference = (text) => text.lastIndexOf("<") > text.lastIndexOf(">");
const bareReferences = (source) =>
  source.replace(/<([^<>|\n]+)(?:\|([^<>\n]*))?>/g, (_, target, label) => label || target);

export const picture = (char, name) =>
  h("span", { class: "emoji", role: "img", "aria-label": name, title: `:${name}:` }, char);

export function link(url, label) {
  const shown = decode(label);
  const target = decode(url);
  if (!WEB.test(target)) return shown;
  return h(
    "a",
    { class: "link", href: trueAddress(target), target: "_blank", rel: "noopener noreferrer", title: target },
    shown,
  );
}

const chip = (label, kind = "", title = null) => h("span", { class: `mention ${kind}`, title }, label);

export function userMention(id) {
  const found = person(id);
  const title = found ? `${nameOf(found)} (@${found.name}), ${found.tz || "zone unknown"}` : id;
  return chip(`@${found ? nameOf(found) : id}`, id === me()?.id ? "me" : "", title);
}

export function channelMention(id, label) {
  const found = channel(id);
  if (!found) return chip(label ? `#${decode(label)}` : [icon("lock"), "private channel"]);
  const go = `#/${me().id}/${found.id}`;
  return h("a", { class: "mention", href: go }, `#${channelName(found)}`);
}

export const broadcast = (range) => chip(`@${range}`, "broadcast");

/** A date in the chosen person's zone, with the whole instant to be seen on hovering. */
export function dateText(unix, template, url) {
  const zone = knownZone(me()?.tz);
  const full = fillTokens("{date_long} at {time_secs}", unix, zone);
  const time = h(
    "time",
    { datetime: new Date(unix * 1000).toISOString(), title: `${full} (${zone})` },
    fillTokens(template, unix, zone),
  );
  return url && WEB.test(url)
    ? h("a", { class: "link", href: trueAddress(url), target: "_blank", rel: "noopener noreferrer" }, time)
    : time;
}

function reference(inside) {
  const [target, ...rest] = inside.split("|");
  const label = rest.join("|");
  if (target[0] === "@") return userMention(target.slice(1));
  if (target[0] === "#") return channelMention(target.slice(1), label);
  if (target.startsWith("!date^")) {
    const [, unix, template, url] = target.split("^");
    return /^\d+$/.test(unix) && template
      ? dateText(Number(unix), decode(template), url && decode(url))
      : decode(label);
  }
  if (target.startsWith("!subteam^")) return chip(label ? `@${decode(label).replace(/^@/, "")}` : "@group");
  if (target[0] === "!") return broadcast(label.replace(/^@/, "") || target.slice(1));
  return link(target, label || target.replace(/^mailto:/, ""));
}
