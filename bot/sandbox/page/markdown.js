// The markdown block: the common part of Markdown that Slack translates.
import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { link } from "./mrkdwn.js";

const SPANS = [
  [/^`([^`\n]+)`/, (m) => h("code", { class: "code" }, m[1])],
  [/^\*\*(?=\S)(.+?\S|\S)\*\*/s, (m) => h("strong", null, spans(m[1]))],
  [/^__(?=\S)(.+?\S|\S)__/s, (m) => h("strong", null, spans(m[1]))],
  [/^~~(?=\S)(.+?)~~/s, (m) => h("s", null, spans(m[1]))],
  [/^\*(?=\S)([^*\n]*[^\s*])\*/, (m) => h("em", null, spans(m[1]))],
  [/^_(?=\S)([^_\n]*[^\s_])_(?!\w)/, (m) => h("em", null, spans(m[1]))],
  [/^!?\[([^\]\n]*)\]\(([^()\s]+)\)/, (m) => link(m[2], m[1] || m[2])],
  [/^<(https?:[^>\s]+)>/, (m) => link(m[1], m[1])],
  [/^\\([\\`*_~[\]()#>+\-.!|])/, (m) => m[1]],
];

function spans(source) {
  const out = [];
  let plain = "";
  for (let i = 0; i < source.length;) {
    const rest = source.slice(i);
    const hit =
      /[`*_~![<\\]/.test(rest[0]) && SPANS.map(([rule, build]) => [rule.exec(rest), build]).find(([m]) => m);
    if (hit) {
      if (plain) out.push(withEmoji(plain));
      plain = "";
      out.push(hit[1](hit[0]));
      i += hit[0][0].length;
    } else plain += source[i++];
  }
  if (plain) out.push(withEmoji(plain));
  return out;
}

const ITEM = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/;
const cells = (line) =>
  line
    .trim()
    .replace(/^\||\|$/g, "")
    .split("|")
    .map((cell) => cell.trim());
const starts = (line) =>
  /^(```|#{1,6}\s|>|\s*$)/.test(line) || /^\s*([-*_]\s*){3,}$/.test(line) || ITEM.test(line);

/** Markdown source as block nodes. */
export function markdown(source) {
  const todo = String(source ?? "").split("\n");
  const out = [];
  const take = (wanted) => {
    const taken = [];
    while (todo.length && wanted(todo[0])) taken.push(todo.shift());
    return taken;
  };
  while (todo.length) {
    const line = todo[0];
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    if (!line.trim()) todo.shift();
    else if (line.startsWith("```")) {
      todo.shift();
      out.push(h("pre", { class: "pre" }, take((one) => !one.startsWith("```")).join("\n")));
      todo.shift();
    } else if (heading) {
      todo.shift();
      const depth = heading[1].length;
      out.push(
        h(
          "div",
          { class: `md-h md-h${depth}`, role: "heading", "aria-level": Math.min(depth + 1, 6) },
          spans(heading[2]),
        ),
      );
    } else if (/^\s*([-*_]\s*){3,}$/.test(line)) {
      todo.shift();
      out.push(h("hr", { class: "divider" }));
    } else if (line.startsWith(">"))
      out.push(
        h(
          "blockquote",
          { class: "quote" },
          markdown(
            take((one) => one.startsWith(">"))
              .map((one) => one.replace(/^> ?/, ""))
              .join("\n"),
          ),
        ),
      );
    else if (ITEM.test(line)) out.push(...list(take((one) => ITEM.test(one) || /^\s+\S/.test(one))));
    else if (line.includes("|") && /^[\s|:-]+$/.test(todo[1] || ""))
      out.push(table(take((one) => one.includes("|"))));
    else {
      todo.shift();
      out.push(h("p", { class: "lines" }, spans([line, ...take((one) => !starts(one))].join("\n"))));
    }
  }
  return out;
}

function list(source) {
  return source.map((line) => {
    const [, indent, marker, rest] = ITEM.exec(line) || [null, line.match(/^\s*/)[0], "", line.trim()];
    const sign = /\d/.test(marker) ? marker : marker && "•";
    const task = /^\[([ xX])\]\s+(.*)$/.exec(rest);
    return h(
      "div",
      { class: `item level-${Math.min(Math.floor(indent.length / 2), 4)}`, dir: "auto" },
      h("span", { class: "marker" }, task ? (task[1] === " " ? "☐" : "☑") : sign),
      h("span", null, spans(task ? task[2] : rest)),
    );
  });
}

function table([head, , ...rows]) {
  return h(
    "div",
    { class: "table-scroll", tabindex: "0" },
    h(
      "table",
      { class: "table" },
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          cells(head).map((cell) => h("th", { scope: "col" }, spans(cell))),
        ),
      ),
      h(
        "tbody",
        null,
        rows.map((row) =>
          h(
            "tr",
            null,
            cells(row).map((cell) => h("td", null, spans(cell))),
          ),
        ),
      ),
    ),
  );
}
