// The app's shortcuts: one menu in the composer, and one at each message.
import { act } from "./api.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { isOpen, menu, openPopover } from "./popover.js";
import { app, go } from "./store.js";

const entries = (kind, more) =>
  (app.state.installed ? app.boot.shortcuts || [] : [])
    .filter((one) => one.kind === kind)
    .map(({ callback_id, name }) => ({
      label: name,
      note: app.boot.app.name,
      testid: `shortcut-${callback_id}`,
      pick: () => act("/page/shortcut", { callback_id, ...more }),
    }));

function opener(key, label, picture, list, extra = {}) {
  return h(
    "button",
    {
      type: "button",
      "aria-haspopup": "menu",
      "aria-expanded": String(isOpen(key)),
      "aria-label": label,
      ...extra,
      onclick: (event) =>
        openPopover(key, event.currentTarget, () => menu(list(), { label, testid: "shortcuts" }), extra.place),
    },
    icon(picture),
  );
}

/** What can be started from anywhere; nothing where the app has no such shortcuts. */
export function globalShortcuts() {
  if (entries("global").length === 0) return null;
  return opener("shortcuts", "Shortcuts", "plus", () => entries("global"), {
    class: "round",
    "data-testid": "global-shortcuts",
  });
}

/** What can be done with one message; only lasting ones can be replied to or handed to the app.
 *  `said` names it. */
export function messageActions(message, inThread, said) {
  if (message.ephemeral || message.deleted) return null;
  const reply = {
    label: "Reply in thread",
    testid: "reply",
    pick: () => go({ side: { kind: "thread", ts: message.thread_ts || message.ts } }),
  };
  const list = () => [
    ...(inThread ? [] : [reply]),
    ...entries("message", { channel: message.channel, ts: message.ts }),
  ];
  if (list().length === 0) return null;
  return opener(`actions-${message.ts}-${inThread}`, `More actions: ${said}`, "dots", list, {
    class: "round message-more",
    "data-testid": "message-more",
    place: { right: true },
  });
}
