// Where a person types: messages and commands, completed as they are written.
import { act } from "./api.js";
import { completing, described, followed, pressed, written } from "./completion.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { globalShortcuts } from "./shortcuts.js";
import { app, channelName, redraw } from "./store.js";

const state = { sending: false };

/** The composer of a channel, or of a thread in it; its draft is kept while this window is open. */
export function composer(channel, thread = null) {
  const key = `${app.route.as}/${channel.id}${thread ? `/${thread}` : ""}`;
  if (channel.archived) return note([icon("archive"), "This channel is archived."]);
  if (!channel.is_member && channel.kind !== "im")
    return note([icon("eye"), `You are looking at #${channel.name}; you have not joined it.`]);
  const draft = app.ui.drafts[key] || "";
  const field = thread ? "reply" : "message";
  const offered = completing(field, draft, { commands: !thread });
  const follow = (event) => followed(field, event.target.selectionStart);
  const to =
    channel.kind === "im" || channel.kind === "mpim" ? channelName(channel) : `#${channelName(channel)}`;
  return h(
    "form",
    {
      key,
      class: "composer",
      "data-testid": thread ? "thread-composer" : "composer",
      onsubmit: (event) => (event.preventDefault(), post(channel, key, thread)),
    },
    offered.list,
    h("textarea", {
      key: "text",
      id: `field-${field}`,
      rows: "1",
      dir: "auto",
      value: draft,
      placeholder: thread ? "Reply …" : `Message ${to}, or type ${app.boot.command.name}`,
      "aria-label": thread ? "Reply in thread" : `Message ${to}`,
      "data-testid": thread ? "thread-input" : "composer-input",
      ...described(offered),
      mounted: (el) =>
        (thread || matchMedia("(pointer: fine)").matches) && !app.state.views.length && el.focus({ preventScroll: true }),
      updated: grow,
      oninput: (event) => {
        app.ui.drafts[key] = event.target.value;
        written(field, event.target.selectionStart);
        redraw();
      },
      onselect: follow,
      onclick: follow,
      onkeyup: follow,
      onkeydown: (event) => keys(event, offered, channel, key, thread),
    }),
    h(
      "div",
      { class: "composer-foot" },
      h(
        "span",
        { class: "composer-tools" },
        !thread && globalShortcuts(),
      ),
      h(
        "span",
        { class: "composer-hint" },
        h("kbd", null, "Enter"),
        " sends · ",
        h("kbd", null, app.boot.command.name),
        " talks to ",
        app.boot.app.name,
      ),
      h(
        "button",
        {
          type: "submit",
          class: "send",
          "aria-label": "Send",
          "data-testid": "send",
          disabled: !draft.trim() || state.sending,
        },
        icon("send"),
      ),
    ),
  );
}

const note = (words) => h("div", { class: "composer-note" }, words);

function grow(el) {
  el.style.height = "auto";
  el.style.height = `${Math.min(el.scrollHeight, 220)}px`;
}

function keys(event, offered, channel, key, thread) {
  if (event.isComposing || pressed(event, offered)) return;
  if (event.key !== "Enter" || event.shiftKey) return;
  event.preventDefault();
  post(channel, key, thread);
}

async function post(channel, key, thread) {
  const text = (app.ui.drafts[key] || "").trim();
  if (!text || state.sending) return;
  delete app.ui.drafts[key];
  state.sending = true;
  redraw();
  const answer = await act("/page/command", { channel: channel.id, text, ...(thread && { thread_ts: thread }) });
  state.sending = false;
  if (answer.ok === false && !app.ui.drafts[key]) app.ui.drafts[key] = text; // nothing typed is lost
  redraw();
}
