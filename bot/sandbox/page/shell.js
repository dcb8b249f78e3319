// What stands around the messages: the top bar with its switcher, the sidebar, a channel's head.
import { act } from "./api.js";
import { h } from "./dom.js";
import { clock, knownZone, now, timeOf } from "./dates.js";
import { agreed } from "./fields.js";
import { icon } from "./icons.js";
import { lookButton } from "./look.js";
import { avatar } from "./messages.js";
import { isOpen, menu, openPopover } from "./popover.js";
import { app, appChannel, channel, channelName, go, me, nameOf, panelAtSide, person, redraw } from "./store.js";
import { tourButton } from "./tour.js";

export function topBar() {
  return h(
    "header",
    { class: "topbar" },
    h(
      "button",
      {
        type: "button",
        class: "bar-button only-narrow",
        "aria-label": "Channels",
        "aria-expanded": String(app.ui.menu),
        "aria-controls": "sidebar",
        "data-testid": "menu",
        onclick: () => toggleMenu(),
      },
      icon("menu"),
    ),
    team(),
    h("span", { class: "pretend" }, "local workspace"),
    h("span", { class: "grow" }),
    app.offline && h("span", { class: "offline", role: "status" }, "Reconnecting…"),
    tourButton(),
    panelButton("calcom", "Cal.com", "calendar"),
    panelButton("trouble", "Trouble", "alert"),
    lookButton(),
    switcher(),
  );
}

// The workspace's name; where there are several, the way to the others.
function team() {
  const { team, workspaces } = app.boot;
  if (workspaces.length < 2) return h("span", { class: "team" }, team.name);
  const entries = () =>
    workspaces.map(({ name, url }) => ({
      label: h("span", { dir: "auto" }, name),
      checked: name === team.name,
      testid: `workspace-${name}`,
      pick: () => name === team.name || location.assign(url),
    }));
  return h(
    "button",
    {
      type: "button",
      class: "bar-button team",
      "data-testid": "workspaces",
      "aria-haspopup": "menu",
      "aria-expanded": String(isOpen("workspaces")),
      "aria-label": `Workspace ${team.name}. Go to another one`,
      onclick: (event) =>
        openPopover("workspaces", event.currentTarget, () =>
          menu(entries(), { label: "Workspaces", testid: "workspaces-menu" }),
        ),
    },
    team.name,
    icon("down"),
  );
}

function panelButton(kind, label, picture) {
  const open = app.route.side?.kind === kind;
  return h(
    "button",
    {
      type: "button",
      class: `bar-button ${open ? "on" : ""}`,
      key: kind,
      "aria-pressed": String(open),
      "aria-label": label,
      "data-testid": `${kind}-toggle`,
      onclick: () => go({ side: open ? null : { kind } }),
    },
    icon(picture),
    h("span", { class: "bar-label panel-label" }, label),
  );
}

function toggleMenu(open = !app.ui.menu) {
  app.ui.menu = open;
  redraw();
}

/** Close the channels on a narrow screen; the focus goes back to the button that opens them. */
export function closeMenu() {
  toggleMenu(false);
  document.querySelector(".topbar [data-testid=menu]").focus();
}

function switcher() {
  const who = me();
  return h(
    "button",
    {
      type: "button",
      class: "bar-button switcher",
      "data-testid": "switcher",
      "aria-haspopup": "menu",
      "aria-expanded": String(isOpen("switcher")),
      "aria-label": `You are ${nameOf(who)}. Be somebody else`,
      onclick: (event) =>
        openPopover(
          "switcher",
          event.currentTarget,
          () => menu([...people(), secondWindow()], { label: "Be somebody else", testid: "switcher-menu" }),
          { right: true },
        ),
    },
    avatar(who, "small"),
    h("span", { class: "bar-label" }, nameOf(who)),
    icon("down"),
  );
}

function people() {
  return app.boot.people
    .filter((one) => !one.is_bot)
    .map((one) => ({
      label: h("span", { dir: "auto" }, nameOf(one), roles(one)),
      note: `${one.tz || "no zone"} · ${clock(timeOf(now(), knownZone(one.tz)))}`,
      picture: avatar(one),
      checked: one.id === app.route.as,
      disabled: one.deleted,
      testid: `be-${one.name}`,
      pick: () =>
        go({ as: one.id, ...same(), side: panelAtSide() }),
    }));
}

// The address says who one is, so each window can be somebody else.
const secondWindow = () => ({
  label: "Open a second window",
  note: "To be two people side by side",
  testid: "second-window",
  pick: () => window.open(location.href, "_blank", "popup,width=900,height=800"),
});

// Another person sees the same place, unless it is somebody's direct messages.
function same() {
  const { page, id } = app.route;
  const private_ = page === "channel" && ["im", "mpim"].includes(channel(id)?.kind);
  return private_ ? { id: null } : { page, id };
}

function roles(one) {
  const role = one.deleted ? "deactivated" : one.is_restricted ? "guest" : one.is_admin ? "admin" : null;
  return role && h("span", { class: "badge" }, role);
}

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

const kindIcon = (one) =>
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

async function takeOut() {
  const plain = (text) => ({ type: "plain_text", text });
  const yes = await agreed({
    title: plain(`Take ${app.boot.app.name} out?`),
    text: plain(`Its token for ${app.boot.team.name} ends, and it is told so. It can be added again.`),
    confirm: plain("Take it out"),
    deny: plain("Keep it"),
    style: "danger",
  });
  if (yes) act("/page/uninstall", {});
}

const mayTakeOut = () => app.boot.install && app.state.installed && me().is_admin;

const open = (place) => go({ ...place, side: panelAtSide() });

export function channelHead(one) {
  const with_ = one.kind === "im" ? person(one.im_with) : null;
  return h(
    "header",
    { class: "channel-head" },
    h("h1", { dir: "auto" }, with_ ? avatar(with_, "small") : kindIcon(one), channelName(one)),
    with_?.tz && h("span", { class: "quiet" }, `${clock(timeOf(now(), knownZone(with_.tz)))} there`),
    h("span", { class: "grow" }),
    !one.bot_is_member &&
      one.kind !== "im" &&
      h("span", { class: "quiet wide-only" }, `${app.boot.app.name} is not in this channel`),
  );
}

/** The app's own head: its name and the tabs Home and Messages. */
export function appHead() {
  const tab = (id, label) =>
    h(
      "button",
      {
        type: "button",
        class: "tab",
        "aria-current": app.route.id === id ? "page" : null,
        "data-testid": `tab-${id}`,
        onclick: () => go({ page: "app", id, side: app.route.side }),
      },
      label,
    );
  return h(
    "header",
    { class: "channel-head with-tabs" },
    h(
      "div",
      { class: "head-line" },
      h(
        "h1",
        null,
        avatar(person(app.boot.app.bot_user_id), "small"),
        app.boot.app.name,
        h("span", { class: "badge" }, "APP"),
      ),
      h("span", { class: "grow" }),
      mayTakeOut() &&
        h(
          "button",
          { type: "button", class: "button small", "data-testid": "uninstall", onclick: takeOut },
          "Take it out",
        ),
    ),
    h(
      "nav",
      { class: "tabs", "aria-label": app.boot.app.name },
      tab("home", "Home"),
      tab("messages", "Messages"),
    ),
  );
}
