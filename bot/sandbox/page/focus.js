// Where the keyboard is. What has the focus may go away in a drawing: a dialog closes, an app puts
// something else in a button's place. The focus then goes to what took its place, or back along
// the way it came; it is never left nowhere.
import { app } from "./store.js";

const LONGEST = 30; // so many places of the way are remembered
const SCOPE = ".modal, .message, .home";
const FOCUSABLE = ":is(a[href], button, input, select, textarea, [tabindex='0']):not(:disabled)";

let way = []; // what had the focus, the newest last
const fields = new Map(); // view → where in its modal the focus was

/** Remember the way the focus goes, from now on. */
export function watchFocus() {
  addEventListener("focusin", ({ target }) => {
    way = [...way.filter((one) => one !== target && one.isConnected), target].slice(-LONGEST);
    const view = target.closest(".modal")?.dataset.viewId;
    if (view) fields.set(view, placeOf(target));
  });
}

/** Draw, and see to it that the focus is somewhere afterwards. */
export function keepingFocus(draw) {
  const had = document.activeElement;
  const place = placeOf(had.closest(".popover") ? app.ui.popover?.anchor || had : had);
  const around = surroundings(had);
  draw();
  const now = document.activeElement;
  if (had === document.body || (now !== document.body && now !== had) || canHave(had)) return;
  const still = around.find((el) => el.isConnected);
  const next = (still && at(place, still)) || around.find(canHave) || way.findLast(canHave);
  (next || document.querySelector(".composer textarea"))?.focus({ preventScroll: true });
}

/** What had the focus in a view's modal when another view came over it, or null. */
export const lastIn = (modal) => at(fields.get(modal.dataset.viewId), modal);

/** Keep the Tab key inside a dialog. */
export function trap(event) {
  if (event.key !== "Tab" || event.defaultPrevented) return;
  const inside = [...event.currentTarget.querySelectorAll(FOCUSABLE)].filter(
    (el) => el.tabIndex >= 0 && el.checkVisibility(),
  );
  const [first, last] = [inside[0], inside.at(-1)];
  const leaving = event.shiftKey ? [first, event.currentTarget] : [last];
  if (!leaving.includes(document.activeElement)) return;
  event.preventDefault();
  (event.shiftKey ? last : first)?.focus();
}

const canHave = (el) =>
  el.isConnected &&
  !el.matches(":disabled, body") &&
  !el.closest("[inert]") &&
  el.checkVisibility({ visibilityProperty: true });

// The element's place among those of its action: a changed block has other elements, not others.
function placeOf(el) {
  const action = actionOf(el);
  const scope = action && el.closest(SCOPE);
  return scope ? { action, index: ofAction(scope, action).indexOf(el) } : null;
}

const actionOf = (el) => el.closest("[data-action-id]")?.dataset.actionId;

const ofAction = (scope, action) =>
  [...scope.querySelectorAll(FOCUSABLE)].filter((el) => actionOf(el) === action);

function at(place, scope) {
  if (!place) return null;
  const found = ofAction(scope, place.action);
  return found[Math.min(place.index, found.length - 1)] || null;
}

// What lies around the element and can have the focus itself, the nearest first.
function surroundings(el) {
  const outer = el.parentElement?.closest("[tabindex]");
  return outer ? [outer, ...surroundings(outer)] : [];
}
