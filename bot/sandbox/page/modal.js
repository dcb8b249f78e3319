// The top modal of the stack, and the question a confirm object asks.
import { act } from "./api.js";
import { blocks, viewContext } from "./blocks.js";
import { h } from "./dom.js";
import { drawing, flush } from "./fields.js";
import { lastIn, trap } from "./focus.js";
import { icon } from "./icons.js";
import { text } from "./mrkdwn.js";
import { popoverLayer } from "./popover.js";
import { app, redraw } from "./store.js";

const waiting = new Set(); // views that have nothing to fill in yet
const scrolled = new Map(); // view → how far it was scrolled when another came over it

export const topView = () => app.state?.views.at(-1) || null;

function errorsOf(view) {
  const told = app.ui.errors[view.id];
  return { ...(told?.hash === view.hash ? told.errors : {}), ...view.errors };
}

/** The modal over the page, or null. */
export function modalLayer() {
  const view = topView();
  if (!view) return null;
  const deep = app.state.views.length > 1;
  const busy = view.busy || app.ui.busy.has(view.id);
  return h(
    "div",
    { class: "overlay", key: "modal", inert: Boolean(app.ui.confirm) },
    h(
      "div",
      {
        key: view.id,
        class: "modal",
        role: "dialog",
        "aria-modal": "true",
        "aria-labelledby": "modal-title",
        "data-testid": "modal",
        "data-view-id": view.id,
        "data-callback-id": view.callback_id,
        tabindex: "-1",
        "aria-busy": String(busy),
        mounted: (el) => enter(el, lastIn(el)),
        updated: (el) => waiting.has(view.id) && enter(el),
        onkeydown: (event) => keys(event, view),
      },
      h(
        "header",
        { class: "modal-head" },
        deep
          ? h(
              "button",
              {
                type: "button",
                class: "round",
                "aria-label": "Back",
                "data-testid": "modal-back",
                onclick: () => close(view, false),
              },
              icon("back"),
            )
          : h("span", { class: "app-mark", "aria-hidden": "true" }, icon("calendar")),
        h("h2", { id: "modal-title", dir: "auto" }, text(view.title)),
        h(
          "button",
          {
            type: "button",
            class: "round",
            "aria-label": "Close",
            "data-testid": "modal-x",
            onclick: () => close(view, true),
          },
          icon("close"),
        ),
      ),
      h(
        "div",
        {
          class: "modal-body",
          mounted: (el) => (el.scrollTop = scrolled.get(view.id) || 0),
          onscroll: (event) => scrolled.set(view.id, event.target.scrollTop),
        },
        drawing(view.id, () => blocks(view.blocks, viewContext(view, errorsOf(view)))),
      ),
      foot(view, busy),
      popoverLayer(), // what floats over a dialog belongs to it
    ),
  );
}

function foot(view, busy) {
  return h(
    "footer",
    { class: "modal-foot" },
    h(
      "button",
      { type: "button", class: "button", "data-testid": "modal-close", onclick: () => close(view, false) },
      text(view.close) || (view.submit ? "Cancel" : "Close"),
    ),
    view.submit &&
      h(
        "button",
        {
          type: "button",
          class: "button primary",
          "data-testid": "modal-submit",
          "aria-disabled": busy ? "true" : null, // the focus stays on it
          "aria-busy": busy ? "true" : null,
          onclick: () => submit(view),
        },
        h("span", { class: "button-text" }, text(view.submit)),
      ),
  );
}

// Into the form, as soon as it has fields; where fingers type, that would open the keyboard.
function enter(el, last = null) {
  if (document.activeElement !== el && el.contains(document.activeElement)) return;
  const field = el.querySelector(".modal-body [data-field]") || el.querySelector(".modal-foot .primary");
  waiting[field ? "delete" : "add"](el.dataset.viewId);
  const first = matchMedia("(pointer: fine)").matches && field;
  (last || first || el).focus({ preventScroll: true });
}

async function submit(view) {
  if (app.ui.busy.has(view.id) || view.busy) return;
  app.ui.busy.add(view.id);
  delete app.ui.errors[view.id];
  redraw();
  await flush();
  const answer = await act("/page/submit", { view_id: view.id });
  app.ui.busy.delete(view.id);
  if (answer.errors) {
    const now = app.state.views.find((one) => one.id === view.id);
    app.ui.errors[view.id] = { hash: now?.hash, errors: answer.errors };
  }
  if (!answer.errors) begin(view);
  redraw();
  if (answer.errors) queueMicrotask(() => document.querySelector(".modal .wrong [data-field]")?.focus());
}

/** Another page of the same form begins at its top, with its first field. */
function begin(view) {
  const now = topView();
  if (now?.id !== view.id || now.hash === view.hash) return;
  scrolled.delete(view.id);
  queueMicrotask(() => {
    const el = document.querySelector(".modal");
    el.querySelector(".modal-body").scrollTop = 0;
    document.activeElement?.blur();
    enter(el);
  });
}

/** Close this view, or with `all` the whole stack. */
export async function close(view, all) {
  await flush();
  await act("/page/close", { view_id: view.id, all });
}

function keys(event, view) {
  trap(event);
  if (event.key !== "Enter" || event.isComposing || event.defaultPrevented || !view.submit) return;
  const line = event.target.matches("input[type=text][data-field]");
  if (!line && !event.metaKey && !event.ctrlKey) return;
  event.preventDefault();
  submit(view);
}

/** The question of a confirm object, over everything else. */
export function confirmLayer() {
  const asked = app.ui.confirm;
  if (!asked) return null;
  return h(
    "div",
    { class: "overlay confirm", key: "confirm" },
    h(
      "div",
      {
        class: "modal small",
        role: "alertdialog",
        "aria-modal": "true",
        "aria-labelledby": "confirm-title",
        "aria-describedby": "confirm-text",
        "data-testid": "confirm",
        onkeydown: trap,
      },
      h("header", { class: "modal-head" }, h("h2", { id: "confirm-title", dir: "auto" }, text(asked.title))),
      h("div", { class: "modal-body", id: "confirm-text" }, h("div", { class: "rich" }, text(asked.text))),
      h(
        "footer",
        { class: "modal-foot" },
        h(
          "button",
          {
            type: "button",
            class: "button",
            "data-testid": "confirm-no",
            onclick: () => asked.answer(false),
          },
          text(asked.deny) || "Cancel",
        ),
        h(
          "button",
          {
            type: "button",
            class: `button ${asked.style || "primary"}`,
            "data-testid": "confirm-yes",
            mounted: (el) => el.focus(),
            onclick: () => asked.answer(true),
          },
          text(asked.confirm) || "OK",
        ),
      ),
    ),
  );
}
