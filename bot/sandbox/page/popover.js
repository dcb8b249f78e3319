// The one thing that may float over the page: a menu, a list of choices or a calendar.
import { h } from "./dom.js";
import { app, redraw } from "./store.js";

/** Open a popover at an element. `draw(popover)` gives its content; `popover` may carry state of
 *  its own. A second call for the same key closes it. */
export function openPopover(key, anchor, draw, more = {}) {
  if (app.ui.popover?.key === key) return closePopover();
  app.ui.popover = { key, anchor, draw, ...more };
  redraw();
}

export const isOpen = (key) => app.ui.popover?.key === key;

/** Close it; the focus goes back to where it was opened from unless told otherwise. */
export function closePopover({ refocus = true } = {}) {
  const open = app.ui.popover;
  if (!open) return;
  app.ui.popover = null;
  if (refocus && open.anchor.isConnected) (open.focus || open.anchor).focus();
  redraw();
}

/** The floating layer, to be drawn last in the dialog or the main part of the page. */
export function popoverLayer() {
  const open = app.ui.popover;
  if (!open) return null;
  if (!open.anchor.isConnected || open.anchor.closest("[inert]")) {
    app.ui.popover = null;
    return null;
  }
  return h(
    "div",
    {
      key: open.key,
      class: `popover ${open.class || ""}`,
      "data-testid": "popover",
      updated: place,
      onkeydown: keys,
    },
    open.draw(open),
  );
}

function keys(event) {
  if (event.key === "Tab" && !app.ui.popover?.tabs) {
    event.preventDefault();
    closePopover();
  }
}

function place(el) {
  const open = app.ui.popover;
  if (!open) return;
  const at = open.anchor.getBoundingClientRect();
  const room = { width: document.documentElement.clientWidth, height: document.documentElement.clientHeight };
  el.style.minWidth = `${Math.min(at.width, room.width - 16)}px`;
  el.style.maxHeight = "";
  let { width, height } = el.getBoundingClientRect();
  const below = room.height - at.bottom - 12;
  const up = below < height && at.top > below;
  if (open.shrinks) {
    el.style.maxHeight = `${Math.max(160, up ? at.top - 12 : below)}px`;
    ({ width, height } = el.getBoundingClientRect());
  }
  const top = up
    ? Math.max(8, at.top - height - 4)
    : Math.max(8, Math.min(at.bottom + 4, room.height - height - 8));
  const left = open.right ? at.right - width : at.left;
  el.style.top = `${top}px`;
  el.style.left = `${Math.max(8, Math.min(left, room.width - width - 8))}px`;
}

/** Keep it where it belongs while things move, and close it on a press elsewhere. */
export function watchPopover() {
  const replace = () => {
    const el = document.querySelector(".popover");
    if (el) place(el);
  };
  addEventListener("resize", replace);
  addEventListener(
    "scroll",
    (event) => event.target !== document && !event.target.closest?.(".popover") && replace(),
    true,
  );
  addEventListener("pointerdown", (event) => {
    const open = app.ui.popover;
    if (open && !event.target.closest(".popover") && !open.anchor.contains(event.target))
      closePopover({ refocus: false });
  });
}

/** A menu of entries `{label, note, picture, checked, danger, disabled, pick}`. */
export function menu(entries, { label, testid } = {}) {
  return h(
    "div",
    {
      class: "menu",
      role: "menu",
      "aria-label": label,
      "data-testid": testid,
      onkeydown: menuKeys,
      mounted: focusFirst,
    },
    entries.map((entry) =>
      h(
        "button",
        {
          class: `menu-item ${entry.danger ? "danger" : ""}`,
          role: entry.checked === undefined ? "menuitem" : "menuitemradio",
          "aria-checked": entry.checked === undefined ? null : String(entry.checked),
          type: "button",
          tabindex: "-1",
          disabled: entry.disabled,
          "data-testid": entry.testid,
          onclick: () => {
            closePopover();
            entry.pick();
          },
        },
        entry.picture,
        h(
          "span",
          { class: "menu-text" },
          h("span", { class: "menu-label" }, entry.label),
          entry.note && h("span", { class: "menu-note" }, entry.note),
        ),
      ),
    ),
  );
}

function focusFirst(el) {
  const first = el.querySelector("[aria-checked=true]") || el.querySelector("button:not(:disabled)");
  first?.focus({ preventScroll: true });
}

function menuKeys(event) {
  const items = [...event.currentTarget.querySelectorAll("button:not(:disabled)")];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  items.at(to % items.length)?.focus();
}
