// Where a person types: messages and commands, with completion of the command and of @people.
import { act } from "./api.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./messages.js";
import { globalShortcuts } from "./shortcuts.js";
import { app, channelName, nameOf, redraw } from "./store.js";

const state = { caret: 0, at: 0, dismissed: null, sending: false };

/** The composer of a channel, or of a thread in it; its draft is kept while this window is open. */
export function composer(channel, thread = null) {
  const key = `${app.route.as}/${channel.id}${thread ? `/${thread}` : ""}`;
  if (channel.archived) return note([icon("archive"), "This channel is archived."]);
  if (!channel.is_member && channel.kind !== "im")
    return note([icon("eye"), `You are looking at #${channel.name}; you have not joined it.`]);
  const draft = app.ui.drafts[key] || "";
  const offers = completions(draft);
  state.at = Math.max(0, Math.min(state.at, offers.length - 1));
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
    offers.length > 0 && list(offers, key),
    h("textarea", {
      key: "text",
      rows: "1",
      dir: "auto",
      value: draft,
      placeholder: thread ? "Reply …" : `Message ${to}, or type ${app.boot.command.name}`,
      "aria-label": thread ? "Reply in thread" : `Message ${to}`,
      "data-testid": thread ? "thread-input" : "composer-input",
      "aria-autocomplete": "list",
      "aria-controls": offers.length ? "completions" : null,
      "aria-activedescendant": offers.length ? `completion-${state.at}` : null,
      mounted: (el) =>
        (thread || matchMedia("(pointer: fine)").matches) && !app.state.views.length && el.focus({ preventScroll: true }),
      updated: grow,
      oninput: (event) => {
        app.ui.drafts[key] = event.target.value;
        Object.assign(state, { caret: event.target.selectionStart, at: 0, dismissed: null });
        redraw();
      },
      onselect: follow,
      onclick: follow,
      onkeyup: follow,
      onkeydown: (event) => keys(event, offers, channel, key, thread),
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

function follow(event) {
  if (event.target.selectionStart === state.caret) return;
  state.caret = event.target.selectionStart;
  redraw();
}

/** What could be meant at the caret: `{from, insert, label, note}`. */
function completions(draft) {
  const before = draft.slice(0, state.caret);
  if (state.dismissed === before) return [];
  const { command } = app.boot;
  if (/^\/\S*$/.test(before) && command.name.startsWith(before)) {
    return [
      {
        from: 0,
        insert: `${command.name} `,
        label: command.name,
        note: command.hint,
        exact: before === command.name,
      },
    ];
  }
  const match = /(^|\s)@([^\s@]*)$/.exec(before);
  if (!match) return [];
  const wanted = match[2].toLowerCase();
  return app.boot.people
    .filter(
      (one) =>
        !one.deleted &&
        [one.name, ...nameOf(one).split(" ")].some((word) => word.toLowerCase().startsWith(wanted)),
    )
    .slice(0, 8)
    .map((one) => ({
      from: before.length - match[2].length - 1,
      insert: `@${one.name} `,
      label: nameOf(one),
      note: `@${one.name}`,
      person: one,
      exact: wanted === one.name,
    }));
}

function list(offers, key) {
  return h(
    "ul",
    { key: "offers", id: "completions", class: "completions", role: "listbox", "aria-label": "Completions", "data-testid": "completions" },
    offers.map((offer, index) =>
      h(
        "li",
        {
          id: `completion-${index}`,
          key: offer.insert,
          role: "option",
          class: `choice ${index === state.at ? "active" : ""}`,
          "aria-selected": String(index === state.at),
          onpointerdown: (event) => (event.preventDefault(), take(offer, key)),
        },
        offer.person ? avatar(offer.person, "small") : icon("send"),
        h("span", { class: "choice-text" }, offer.label, h("span", { class: "choice-note" }, offer.note)),
      ),
    ),
  );
}

function take(offer, key) {
  const draft = app.ui.drafts[key] || "";
  const rest = draft.slice(state.caret).replace(/^ /, "");
  app.ui.drafts[key] = draft.slice(0, offer.from) + offer.insert + rest;
  state.caret = offer.from + offer.insert.length;
  state.at = 0;
  redraw();
  const caret = state.caret;
  queueMicrotask(() => {
    const el = document.querySelector(".composer textarea");
    el?.focus();
    el?.setSelectionRange(caret, caret);
  });
}

function keys(event, offers, channel, key, thread) {
  if (event.isComposing) return;
  const offer = offers[state.at];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (offer && step && offers.length > 1) {
    event.preventDefault();
    state.at = (state.at + step + offers.length) % offers.length;
    redraw();
  } else if (offer && event.key === "Escape") {
    event.stopPropagation();
    state.dismissed = event.target.value.slice(0, state.caret);
    redraw();
  } else if (offer && (event.key === "Tab" || (event.key === "Enter" && !offer.exact))) {
    event.preventDefault();
    take(offer, key);
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    post(channel, key, thread);
  }
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
