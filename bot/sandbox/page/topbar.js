// The top bar: the workspace, the panels at the side, and the switcher that says who one is.
import { h } from "./dom.js";
import { clock, knownZone, now, timeOf } from "./dates.js";
import { icon } from "./icons.js";
import { lookButton } from "./look.js";
import { avatar } from "./messages.js";
import { isOpen, menu, openPopover } from "./popover.js";
import { app, channel, go, me, nameOf, panelAtSide, redraw } from "./store.js";
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

export function toggleMenu(open = !app.ui.menu) {
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
