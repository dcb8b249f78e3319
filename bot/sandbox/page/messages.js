// The messages of one channel, the thread beside them, and how one message looks.
import { blocks, messageContext } from "./blocks.js";
import { clock, dayDivider, fillTokens, knownZone, timeOf } from "./dates.js";
import { h } from "./dom.js";
import { drawing } from "./fields.js";
import { icon } from "./icons.js";
import { link, mrkdwn } from "./mrkdwn.js";
import { messageActions } from "./shortcuts.js";
import { app, go, me, nameOf, person, redraw } from "./store.js";

const TOGETHER = 300; // seconds within which messages of one author share a head
const BOTTOM = 40; // pixels from the end that still count as being there

const zone = () => knownZone(me()?.tz);
const byTime = (one, other) => Number(one.ts) - Number(other.ts);

/** A person's round picture: initials on their own colour. */
export function avatar(one, size = "") {
  const initials = nameOf(one)
    .split(/\s+/)
    .map((word) => [...word][0] || "")
    .slice(0, 2)
    .join("")
    .toUpperCase();
  const robot = one?.is_bot;
  return h(
    "span",
    {
      class: `avatar ${size} ${robot ? "app" : ""}`,
      "aria-hidden": "true",
      style: one?.avatar_color ? { "--tint": one.avatar_color } : {},
    },
    robot ? icon("calendar") : initials,
  );
}

function author(message) {
  const found = person(message.user);
  if (found && !message.bot) return found;
  const { id, name, bot_user_id: user } = app.boot.app;
  return found || { ...person(user), id, name, real_name: name, is_bot: true };
}

// Whose message it is, when it was written and who sees it, in words.
function said(message) {
  const time = clock(timeOf(Number(message.ts), zone()));
  return [nameOf(author(message)), time, message.ephemeral && "only visible to you"].filter(Boolean).join(", ");
}

const visible = (message) => !message.deleted || message.reply_count > 0;

/** The scrolling list of a channel, oldest first, replies in their threads only. */
export function messageList(channel) {
  const all = (app.state.messages[channel.id] || []).filter(visible).sort(byTime);
  const top = all.filter((one) => !one.thread_ts || one.thread_ts === one.ts);
  return scroller(channel.id, `Messages in ${channel.name || "this conversation"}`, [
    beginning(channel),
    withDays(top),
  ]);
}

/** A root message and its replies, for the panel at the side. */
export function threadPanel(channel, ts) {
  const all = (app.state.messages[channel.id] || []).sort(byTime);
  const root = all.find((one) => one.ts === ts);
  const replies = all.filter((one) => one.thread_ts === ts && one.ts !== ts && !one.deleted);
  if (!root) return h("p", { class: "quiet pad" }, "This thread is not here any more.");
  const count = replies.length === 1 ? "1 reply" : `${replies.length} replies`;
  return scroller(`${channel.id}/${ts}`, "Thread", [
    message(root, { inThread: true }),
    h("div", { class: "day thread-count" }, h("span", null, count)),
    replies.map((one, index) => message(one, { inThread: true, joined: joined(replies[index - 1], one) })),
  ]);
}

function beginning(channel) {
  const words =
    channel.kind === "im" || channel.kind === "mpim"
      ? "This is the beginning of your conversation."
      : `This is the beginning of #${channel.name}.`;
  return h("p", { class: "beginning", key: "beginning" }, words);
}

function withDays(list) {
  let day = null;
  let before = null;
  return list.flatMap((one) => {
    const words = dayDivider(Number(one.ts), zone());
    const head = words !== day && h("div", { class: "day", key: `day-${words}` }, h("span", null, words));
    const line = message(one, { joined: !head && joined(before, one) });
    day = words;
    before = one;
    return [head, line];
  });
}

const joined = (before, one) =>
  Boolean(before) &&
  !before.ephemeral &&
  !one.ephemeral &&
  before.user === one.user &&
  Number(one.ts) - Number(before.ts) < TOGETHER &&
  !before.reply_count;

function message(one, { inThread = false, joined: short = false } = {}) {
  const who = author(one);
  const time = clock(timeOf(Number(one.ts), zone()));
  const whole = fillTokens("{date_long} at {time_secs}", Number(one.ts), zone());
  const ctx = messageContext(one);
  if (inThread) ctx.scope += "/thread";
  return h(
    "article",
    {
      key: one.ts,
      class: `message ${short ? "joined" : ""} ${one.ephemeral ? "ephemeral" : ""}`,
      "data-testid": "message",
      "data-ts": one.ts,
      "data-ephemeral": one.ephemeral ? "true" : null,
      "aria-label": said(one),
      tabindex: "-1", // where the focus stays when what had it in here is gone
    },
    h(
      "div",
      { class: "gutter" },
      short ? h("time", { class: "short-time", title: whole }, time.replace(/ .*/, "")) : avatar(who),
    ),
    h(
      "div",
      { class: "message-body" },
      one.ephemeral && h("div", { class: "only-you" }, icon("eye"), "Only visible to you"),
      !short &&
        h(
          "div",
          { class: "message-head" },
          h("span", { class: "author", dir: "auto" }, nameOf(who)),
          who.is_bot && h("span", { class: "badge" }, "APP"),
          h("time", { title: `${whole} (${zone()})` }, time),
        ),
      h("div", { class: "content", "data-testid": "message-content" }, content(one, ctx)),
      one.edited && !one.deleted && h("span", { class: "edited" }, "(edited)"),
      !inThread && one.reply_count > 0 && replies(one),
    ),
    messageActions(one, inThread, said(one)),
  );
}

function content(one, ctx) {
  if (one.deleted) return h("em", { class: "quiet" }, "This message was deleted.");
  return drawing(ctx.scope, () => [
    one.blocks?.length ? blocks(one.blocks, ctx) : h("div", { class: "rich" }, mrkdwn(one.text)),
    (one.attachments || []).map((each) => attachment(each, ctx)),
  ]);
}

// What an app puts under a link: blocks, or the older title and text.
function attachment(one, ctx) {
  const title = one.title && h("strong", null, one.title_link ? link(one.title_link, one.title) : one.title);
  const plain = [title, h("div", { class: "rich" }, mrkdwn(one.text || (title ? "" : one.fallback)))];
  return h("div", { class: "attachment" }, one.blocks?.length ? blocks(one.blocks, ctx) : plain);
}

function replies(one) {
  const count = one.reply_count === 1 ? "1 reply" : `${one.reply_count} replies`;
  const open = app.route.side?.ts === one.ts;
  return h(
    "button",
    {
      type: "button",
      class: "replies",
      "data-testid": "replies",
      "aria-expanded": String(open),
      onclick: () => go({ side: open ? null : { kind: "thread", ts: one.ts } }),
    },
    icon("thread"),
    count,
    icon("forward"),
  );
}

// A list stays where the person left it, and follows the end while they are there.

const ends = new WeakMap(); // element → where its end was when it was drawn last
const left = new Map(); // list → distance from the top, where it is not the end

function scroller(key, label, nodes) {
  const follow = (el) => {
    const moved = el.scrollTop < ends.get(el) - BOTTOM; // by the keyboard, just now
    if (!left.has(key) && !moved) el.scrollTop = el.scrollHeight;
    ends.set(el, el.scrollTop);
  };
  return h(
    "div",
    { class: "scroller", key: `scroller-${key}` },
    h(
      "div",
      {
        class: "messages",
        role: "log",
        "aria-live": "polite",
        "aria-label": label,
        tabindex: "0",
        "data-testid": "messages",
        mounted: (el) => {
          el.scrollTop = left.get(key) ?? el.scrollHeight;
          new ResizeObserver(() => follow(el)).observe(el);
        },
        updated: follow,
        onscroll: (event) => {
          const el = event.currentTarget;
          const away = el.scrollHeight - el.scrollTop - el.clientHeight > BOTTOM;
          const was = left.has(key);
          if (away) left.set(key, el.scrollTop);
          else left.delete(key);
          if (away !== was) redraw();
        },
      },
      nodes,
    ),
    left.has(key) &&
      h(
        "button",
        {
          type: "button",
          class: "to-latest",
          onclick: (event) => {
            left.delete(key);
            const list = event.currentTarget.parentElement.firstElementChild;
            list.scrollTop = list.scrollHeight;
            redraw();
          },
        },
        icon("down"),
        "Latest messages",
      ),
  );
}
