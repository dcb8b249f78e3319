// The page: reads the address, follows the server, draws everything.
import { act, follow, get, refresh } from "./api.js";
import { blocks, viewContext } from "./blocks.js";
import { calcomPanel } from "./calcom.js";
import { composer } from "./composer.js";
import { h, render } from "./dom.js";
import { drawing } from "./fields.js";
import { keepingFocus, watchFocus } from "./focus.js";
import { appHead, channelHead } from "./heads.js";
import { icon } from "./icons.js";
import { messageList, threadPanel } from "./messages.js";
import { close, confirmLayer, modalLayer, topView } from "./modal.js";
import { closePopover, popoverLayer, watchPopover } from "./popover.js";
import { sidebar } from "./sidebar.js";
import {
  app,
  appChannel,
  channel,
  channelName,
  drawWith,
  go,
  me,
  panelAtSide,
  readRoute,
  redraw,
  shownChannel,
  toast,
} from "./store.js";
import { closeMenu, topBar } from "./topbar.js";
import { tourBand } from "./tour.js";
import { troublePanel } from "./trouble.js";

const root = document.getElementById("root");

function draw() {
  if (!app.boot)
    return render(
      root,
      h(
        "p",
        { class: "starting" },
        app.offline ? "The local server cannot be reached. Trying again…" : "Opening the workspace…",
      ),
    );
  if (app.route.page === "calcom")
    return render(
      root,
      h("main", { class: "calcom-page", key: "calcom" }, h("h1", null, "Cal.com"), calcomPanel()),
      toasts(),
    );
  if (!app.state)
    return render(
      root,
      topBar(),
      h("main", { key: "opening" }, h("p", { class: "starting" }, "Opening the workspace…"), popoverLayer()),
      toasts(),
    );
  settle();
  const covered = Boolean(topView() || app.ui.confirm);
  document.title = `${titleOf()} · ${app.boot.team.name}`;
  render(
    root,
    h(
      "div",
      { key: "shell", class: `shell ${app.route.side ? "with-side" : ""}`, inert: covered },
      topBar(),
      tourBand(),
      sidebar(),
      app.ui.menu && h("div", { class: "scrim", onclick: () => ((app.ui.menu = false), redraw()) }),
      h("main", { class: "main", key: "main" }, place(), !covered && popoverLayer()),
      side(),
    ),
    modalLayer(),
    confirmLayer(),
    toasts(),
  );
}

const titleOf = () => (app.route.page === "app" ? app.boot.app.name : channelName(shownChannel()));

function place() {
  const shown = shownChannel();
  if (app.route.page === "app" && app.route.id === "home") return [appHead(), home()];
  const head = app.route.page === "app" ? appHead() : shown && channelHead(shown);
  if (!shown)
    return [
      head,
      h(
        "p",
        { class: "quiet pad" },
        app.route.page === "app" ? "No messages yet." : "This conversation is not here for you.",
      ),
    ];
  return [head, messageList(shown), composer(shown)];
}

function home() {
  const view = app.state.home;
  if (!view)
    return h(
      "p",
      { class: "quiet pad", "data-testid": "home-empty" },
      `${app.boot.app.name} has nothing here yet.`,
    );
  return h(
    "div",
    { class: "home", key: view.id, "data-testid": "home" },
    h(
      "div",
      { class: "home-body" },
      drawing(view.id, () => blocks(view.blocks, viewContext(view))),
    ),
  );
}

const SIDES = { thread: "Thread", calcom: "Cal.com", trouble: "Trouble" };

function side() {
  const { side: open } = app.route;
  if (!open) return null;
  const title = SIDES[open.kind];
  const shown = shownChannel();
  const thread = open.kind === "thread";
  return h(
    "aside",
    { class: "side", key: "side", "aria-label": title, "data-testid": open.kind },
    h(
      "header",
      { class: "channel-head" },
      h("h2", null, title, thread && shown && h("span", { class: "quiet" }, channelName(shown))),
      h("span", { class: "grow" }),
      h(
        "button",
        {
          type: "button",
          class: "round",
          "aria-label": "Close the panel",
          "data-testid": "side-close",
          onclick: () => go({ side: null }),
        },
        icon("close"),
      ),
    ),
    thread ? shown && [threadPanel(shown, open.ts), composer(shown, open.ts)] : open.kind === "calcom" ? calcomPanel() : troublePanel(),
  );
}

const toasts = () =>
  h(
    "div",
    { class: "toasts", key: "toasts", role: "status", "aria-live": "polite" },
    app.ui.toasts.map((one) =>
      h("div", { class: "toast", key: one.text, "data-testid": "toast" }, icon("alert"), one.text),
    ),
  );

// What follows from the state: a channel to show, what has been read, what went wrong.

let reading = null;
let told = null;

function settle() {
  const { route, state } = app;
  if (route.page === "channel" && !channel(route.id)) {
    const first = state.channels.find((one) => one.is_member && one.kind === "public") || state.channels[0];
    if (first)
      go({ id: first.id, side: panelAtSide() }, { replace: true });
  }
  const shown = shownChannel();
  const seen = shown && `${route.as}/${shown.id}/${shown.unread}`;
  if (shown?.unread && seen !== reading && document.visibilityState === "visible")
    act("/page/read", { channel: shown.id });
  reading = seen;
  const errors = (state.errors || []).map((one) =>
    typeof one === "string" ? one : one.text || one.error || JSON.stringify(one),
  );
  if (told) errors.slice(told.length).forEach((one) => queueMicrotask(() => toast(one)));
  told = errors;
}

async function onRoute() {
  const before = app.route;
  app.route = readRoute();
  closePopover({ refocus: false });
  if (!app.boot || app.route.page === "calcom") return redraw();
  const known = app.boot.people.find((one) => one.id === app.route.as && !one.deleted && !one.is_bot);
  if (!known)
    return go(
      {
        as: (app.boot.people.find((one) => !one.deleted && !one.is_bot) || {}).id,
        page: "channel",
        id: null,
      },
      { replace: true },
    );
  if (before.as !== app.route.as || !app.state) {
    Object.assign(app, { state: null });
    told = null;
    follow(app.route.as);
  }
  const entered = before.page !== "app" || before.id !== "home" || before.as !== app.route.as;
  if (app.route.page === "app" && app.route.id === "home" && entered) act("/page/home", {});
  redraw();
}

function onEscape(event) {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  if (app.ui.popover) closePopover();
  else if (app.ui.confirm) app.ui.confirm.answer(false);
  else if (topView()) close(topView(), false);
  else if (app.ui.menu) closeMenu();
  else if (app.route.side) go({ side: null });
  redraw();
}

async function start() {
  drawWith(() => keepingFocus(draw));
  draw();
  watchFocus();
  watchPopover();
  addEventListener("hashchange", onRoute);
  addEventListener("keydown", onEscape);
  document.addEventListener("visibilitychange", redraw);
  while (!app.boot) {
    try {
      app.boot = await get("/page/bootstrap");
    } catch {
      app.offline = true;
      redraw();
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
  onRoute();
}

start();
