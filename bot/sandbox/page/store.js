// What the page knows: the server's answer, the address, and what only this window has (an open
// menu, what is being typed). Everything else is drawn from it.
import { knownZone } from "./dates.js";

export const app = {
  boot: null, // GET /page/bootstrap
  state: null, // GET /page/state for the person chosen
  route: { as: null, page: "channel", id: null, side: null },
  offline: false,
  ui: { popover: null, confirm: null, toasts: [], busy: new Set(), errors: {}, drafts: {}, menu: false },
};

let draw = () => {};
let waiting = false;

/** Say once how the page is drawn. */
export function drawWith(callback) {
  draw = callback;
}

/** Draw soon; many calls in one turn become one drawing. */
export function redraw() {
  if (waiting) return;
  waiting = true;
  queueMicrotask(() => {
    waiting = false;
    draw();
  });
}

// The address: #/U1/C1, #/U1/C1?thread=171.2, #/U1/C1?calcom, #/U1/C1?trouble, #/U1/app/home,
// #/U1/app/messages, #/calcom

const PANELS = ["calcom", "trouble"];

/** The address bar as a route. */
export function readRoute() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  const [first, second, third] = path.split("/").map(decodeURIComponent);
  const asked = new URLSearchParams(query || "");
  const thread = asked.get("thread");
  const kind = PANELS.find((one) => asked.has(one));
  const side = thread ? { kind: "thread", ts: thread } : kind ? { kind } : null;
  if (first === "calcom") return { as: null, page: "calcom", id: null, side: null };
  if (second === "app") return { as: first, page: "app", id: third || "home", side };
  return { as: first || null, page: "channel", id: second || null, side };
}

function address({ as, page, id, side }) {
  if (page === "calcom") return "#/calcom";
  const tail = side?.kind === "thread" ? `?thread=${side.ts}` : side ? `?${side.kind}` : "";
  const place = page === "app" ? `app/${id}` : id ? encodeURIComponent(id) : "";
  return `#/${encodeURIComponent(as || "")}/${place}${tail}`;
}

/** Change some of the route; the browser's back button undoes it unless `replace`. */
export function go(change, { replace = false } = {}) {
  const next = address({ ...app.route, ...change });
  if (next === location.hash) return;
  if (replace) {
    history.replaceState(null, "", next);
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  } else location.hash = next;
}

// Looking things up

export const person = (id) => app.boot.people.find((one) => one.id === id) || null;
export const me = () => person(app.route.as) || app.boot.people[0];
export const channel = (id) => app.state?.channels.find((one) => one.id === id) || null;
export const nameOf = (one) => (one ? one.real_name || one.name : "Somebody");

/** The zone of the person chosen; on a page of its own, this machine's. */
export const myZone = () =>
  knownZone(app.route.as ? me().tz : Intl.DateTimeFormat().resolvedOptions().timeZone);

/** The panel at the side that stays when somebody goes elsewhere; a thread does not. */
export const panelAtSide = () => (PANELS.includes(app.route.side?.kind) ? app.route.side : null);

/** Where an address leads: some are public by name only. */
export function trueAddress(url) {
  const [from, to] = Object.entries(app.boot.hosts).find(([from]) => url.startsWith(from)) || ["", ""];
  return to + url.slice(from.length);
}

/** A channel's name as people see it, without its #. */
export function channelName(one) {
  if (!one) return "private channel";
  if (one.kind !== "im") return one.name;
  return nameOf(person(one.im_with) || { name: one.name || one.im_with });
}

/** The direct messages between the person chosen and the app, if there are any yet. */
export const appChannel = () =>
  app.state?.channels.find((one) => one.kind === "im" && one.im_with === app.boot.app.bot_user_id) || null;

/** The channel on screen: by the address, or the app's messages. */
export function shownChannel() {
  if (app.route.page === "app") return app.route.id === "messages" ? appChannel() : null;
  return app.route.page === "channel" ? channel(app.route.id) : null;
}

/** A short notice at the foot of the page, read out, gone after a while. */
export function toast(text) {
  const notice = { text };
  app.ui.toasts = [...app.ui.toasts.filter((one) => one.text !== text), notice].slice(-4);
  setTimeout(() => {
    app.ui.toasts = app.ui.toasts.filter((one) => one !== notice);
    redraw();
  }, 8000);
  redraw();
}
