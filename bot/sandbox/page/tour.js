// The tour of five minutes: a band above the messages, one step at a time. A step is ticked off
// when it has really happened; what was done is kept for as long as this sandbox lives.
import { get } from "./api.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { app, redraw } from "./store.js";
import { STEPS } from "./tour_steps.js";

const KEY = "tour";
const EVERY = 1500; // milliseconds between looks at Cal.com and the bot while the tour is open
const TAKE = "take_time:"; // with these buttons times are proposed
const RULE = "rule"; // the form of a notification rule

const seen = { calcom: null, bot: null, rule: null };

const tour = () => (app.ui.tour ||= kept());

/** What was kept, of this sandbox; of an earlier one only that it was closed. */
function kept() {
  const { since } = app.boot;
  const stored = JSON.parse(localStorage.getItem(KEY) || "{}");
  const fresh = { since, at: STEPS[0].id, done: [], proposed: [], open: stored.closed ? false : null };
  return stored.since === since ? stored : { ...fresh, closed: stored.closed };
}

function keep(change) {
  Object.assign(tour(), change);
  localStorage.setItem(KEY, JSON.stringify(tour()));
  redraw();
}

addEventListener("storage", (event) => {
  if (event.key !== KEY || !app.boot) return;
  app.ui.tour = null;
  redraw();
});

/** The button in the bar; nothing where there is no tour. */
export function tourButton() {
  if (!app.boot.since) return null;
  const open = tour().open === true;
  return h(
    "button",
    {
      type: "button",
      class: `bar-button ${open ? "on" : ""}`,
      key: "tour",
      "aria-expanded": String(open),
      "aria-label": "Tour",
      "data-testid": "tour-toggle",
      onclick: () => keep({ open: !open, closed: open }),
    },
    icon("info"),
    h("span", { class: "bar-label panel-label" }, "Tour"),
  );
}

/** The band: the tour, or the offer of it to somebody who is here for the first time. */
export function tourBand() {
  if (!app.boot.since || tour().open === false) return null;
  return tour().open ? band() : offer();
}

const button = (label, onclick, extra = {}) =>
  h("button", { type: "button", class: "button small", key: label, onclick, ...extra }, label);

const offer = () =>
  h(
    "section",
    { class: "tour", key: "tour-offer", "aria-label": "Tour", "data-testid": "tour-offer" },
    h("p", { class: "tour-text" }, "New here? The tour shows all of it in five minutes."),
    h(
      "div",
      { class: "tour-buttons" },
      button("Start the tour", () => keep({ open: true }), { class: "button small primary", "data-testid": "tour-start" }),
      button("Not now", () => keep({ open: false, closed: true })),
    ),
  );

function band() {
  notice();
  const { at, done } = tour();
  const index = STEPS.findIndex((one) => one.id === at);
  const step = STEPS[index];
  const over = done.length === STEPS.length;
  return h(
    "section",
    { class: "tour", key: "tour", "aria-label": "Tour", "data-testid": "tour", mounted: watch },
    h(
      "div",
      { class: "tour-head" },
      h("h2", { class: "tour-title" }, `${index + 1}. ${step.title}`),
      h("p", { class: "tour-done", role: "status", "data-testid": "tour-status" }, done.includes(at) && [icon("check"), over ? "All done" : "Done"]),
      h("span", { class: "grow" }),
      dots(index, done),
      h(
        "button",
        { type: "button", class: "round", "aria-label": "Close the tour", "data-testid": "tour-close", onclick: () => keep({ open: false, closed: true }) },
        icon("close"),
      ),
    ),
    h("p", { class: "tour-text" }, step.text),
    h(
      "div",
      { class: "tour-buttons" },
      button("Show me", step.show, { class: `button small ${done.includes(at) ? "" : "primary"}`, "data-testid": "tour-show" }),
      step.act && button("Do it for me", step.act, { "data-testid": "tour-act" }),
      h("span", { class: "grow" }),
      index > 0 && button("Back", () => keep({ at: STEPS[index - 1].id })),
      index < STEPS.length - 1 &&
        button("Next", () => keep({ at: STEPS[index + 1].id }), {
          class: `button small ${done.includes(at) ? "primary" : ""}`,
          "data-testid": "tour-next",
        }),
    ),
  );
}

const dots = (current, done) =>
  h(
    "ol",
    { class: "tour-dots", "aria-label": "Steps" },
    STEPS.map((one, index) =>
      h(
        "li",
        { key: one.id },
        h(
          "button",
          {
            type: "button",
            class: `tour-dot ${done.includes(one.id) ? "done" : ""}`,
            "aria-current": index === current ? "step" : null,
            "aria-label": `${index + 1}. ${one.title}${done.includes(one.id) ? ", done" : ""}`,
            title: one.title,
            "data-step": one.id,
            onclick: () => keep({ at: one.id }),
          },
          done.includes(one.id) ? icon("check") : index + 1,
        ),
      ),
    ),
  );

function watch(el) {
  look();
  const timer = setInterval(() => {
    if (!el.isConnected) clearInterval(timer);
    else if (document.visibilityState === "visible") look();
  }, EVERY);
}

async function look() {
  try {
    [seen.calcom, seen.bot] = await Promise.all([get("/calcom/sandbox/state"), get("/bot/state")]);
  } catch {
    return; // the next look sees it
  }
  redraw();
}

/** Tick off what has happened; once done, a step stays so. */
function notice() {
  const { since, done } = tour();
  const { bookings = [], webhooks = [] } = seen.calcom || {};
  const facts = {
    since,
    made: bookings.filter((one) => Date.parse(one.createdAt) > Date.parse(since)),
    webhooks,
    bot: seen.bot,
    answered: answered(),
    ruled: ruled(),
  };
  const now = STEPS.filter((one) => done.includes(one.id) || one.done(facts)).map((one) => one.id);
  if (now.length > done.length) keep({ done: now });
}

// Times that were proposed before these eyes, and can be taken no more.
function answered() {
  const all = Object.values(app.state.messages).flat();
  const open = all.filter((one) => one.blocks.some(isTaken)).map((one) => one.ts);
  const fresh = open.filter((ts) => !tour().proposed.includes(ts));
  if (fresh.length) keep({ proposed: [...tour().proposed, ...fresh] });
  return all.some((one) => tour().proposed.includes(one.ts) && !open.includes(one.ts));
}

const isTaken = (block) => JSON.stringify(block).includes(`"${TAKE}`);

// A rule's form that was sent is another view now, under the same id.
function ruled() {
  const form = app.state.views.find((one) => one.callback_id === RULE);
  if (form) seen.rule = form.id;
  return app.state.views.some((one) => one.id === seen.rule && one.callback_id !== RULE);
}
