// The sidebar: channels, direct messages and the app, with what is unread in them.
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./messages.js";
import { app, appChannel, channelName, go, panelAtSide, person } from "./store.js";
import { toggleMenu } from "./topbar.js";

export function sidebar() {
  const list = app.state.channels;
  const rooms = list
    .filter((one) => one.kind === "public" || one.kind === "private")
    .sort((a, b) => a.name.localeCompare(b.name));
  const bot = app.boot.app.bot_user_id;
  const direct = list.filter((one) => (one.kind === "im" && one.im_with !== bot) || one.kind === "mpim");
  return h(
    "nav",
    { id: "sidebar", class: `sidebar ${app.ui.menu ? "open" : ""}`, "aria-label": "Channels and direct messages" },
    group(
      "Channels",
      [...rooms.filter((one) => one.is_member), ...rooms.filter((one) => !one.is_member)].map(item),
    ),
    direct.length > 0 && group("Direct messages", direct.map(item)),
    group("Apps", [app.state.installed ? appItem() : addItem()]),
  );
}

const group = (title, items) =>
  h("section", { class: "group", "aria-label": title }, h("h3", null, title), h("ul", null, items));

// `words` say what the picture and the colour show.
function entry({ key, picture, label, words = [], current, unread, mentions, faint, testid, open }) {
  const told = [...words, unread > 0 && "unread", mentions > 0 && `${mentions} for you`].filter(Boolean);
  return h(
    "li",
    { key },
    h(
      "button",
      {
        type: "button",
        class: `channel ${current ? "current" : ""} ${unread ? "unread" : ""} ${faint ? "faint" : ""}`,
        "aria-current": current ? "page" : null,
        "data-testid": testid,
        "data-channel": key,
        onclick: () => (toggleMenu(false), open()),
      },
      picture,
      h("span", { class: "channel-name", dir: "auto" }, label),
      mentions > 0 && h("span", { class: "count", "aria-hidden": "true" }, mentions),
      told.length > 0 && h("span", { class: "heard-only" }, told.join(", ")),
    ),
  );
}

/** What a channel is, as a picture. */
export const kindIcon = (one) =>
  icon(one.archived ? "archive" : one.kind === "private" ? "lock" : one.kind === "mpim" ? "people" : "hash");

function item(one) {
  return entry({
    key: one.id,
    label: channelName(one),
    picture: one.kind === "im" ? avatar(person(one.im_with), "tiny") : kindIcon(one),
    unread: Number(one.unread) || 0,
    mentions: Number(one.mentions) || 0,
    current: app.route.page === "channel" && app.route.id === one.id,
    faint: one.archived || !one.is_member,
    words: [one.kind === "private" && "private", one.archived && "archived", !one.is_member && "not joined"],
    testid: "channel",
    open: () => open({ page: "channel", id: one.id }),
  });
}

function appItem() {
  const messages = appChannel();
  return entry({
    key: "app",
    label: app.boot.app.name,
    picture: avatar(
      person(app.boot.app.bot_user_id) || { real_name: app.boot.app.name, is_bot: true },
      "tiny",
    ),
    unread: Number(messages?.unread) || 0,
    mentions: Number(messages?.mentions) || 0,
    current: app.route.page === "app",
    testid: "app",
    open: () => open({ page: "app", id: messages?.unread ? "messages" : "home" }),
  });
}

// An app that is not here yet, and whoever may let it in.
function addItem() {
  const { app: one, install } = app.boot;
  return h(
    "li",
    { key: "add" },
    h(
      "a",
      { class: "channel faint", href: install, target: "_blank", rel: "noopener", "data-testid": "install" },
      icon("plus"),
      h("span", { class: "channel-name" }, `Add ${one.name}`),
    ),
  );
}

const open = (place) => go({ ...place, side: panelAtSide() });
