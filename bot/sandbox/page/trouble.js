// The panel of trouble: is the channel right, the bot that can be crashed, and a Slack that refuses.
import { get, send } from "./api.js";
import { shortMoment } from "./dates.js";
import { h } from "./dom.js";
import { myZone, redraw, toast } from "./store.js";
import { amount, countdown, list, part, status, toggle } from "./switches.js";

const EVERY = 1000; // milliseconds between looks while the panel is open
const SHOWN = 12; // so many of the last messages

const FAULTS = [
  ["lost", "Take it, lose the answer"],
  ["broken", "Slack is broken (500)"],
  ["not_in_channel", "Not in channel"],
  ["too_many", "Too many requests (429)"],
];
const TONES = { right: "good", "on its way": "warm", wrong: "bad" };
const STATES = {
  running: ["running", "good"],
  starting: ["starting again", "warm"],
  crashed: ["crashed", "bad"],
};

const panel = { status: "loading", bot: null, slack: null, away: 3 };

async function look() {
  try {
    [panel.bot, panel.slack] = await Promise.all([get("/bot/state"), get("/sandbox/state")]);
    panel.status = "there";
  } catch (error) {
    panel.status = error.status === 404 ? "missing" : "away";
  }
  redraw();
}

function watch(el) {
  look();
  const timer = setInterval(() => {
    if (!el.isConnected) clearInterval(timer);
    else if (document.visibilityState === "visible") look();
  }, EVERY);
}

async function post(path, body) {
  const answer = await send(path, body);
  if (answer.error) toast(answer.error);
  await look();
}

/** The panel's content. */
export function troublePanel() {
  return h("div", { class: "calcom", key: "trouble-panel", tabindex: "0", mounted: watch }, content());
}

const NOTES = {
  loading: "Looking…",
  missing: "There is no bot here that could be crashed.",
  away: "The sandbox is not answering. Trying again…",
};

function content() {
  if (panel.status !== "there")
    return h("p", { class: "quiet", "data-testid": `trouble-${panel.status}` }, NOTES[panel.status]);
  const { faults, channels, calls } = panel.slack;
  const set = (name) => (value) => post("/sandbox/faults", { [name]: value });
  return [
    part("Somebody at Cal.com", visits()),
    part("Is the channel right?", verdicts(panel.bot.lines)),
    part("The bot", bot(panel.bot)),
    part(
      "Slack refuses",
      FAULTS.map(([name, label]) => countdown(name, label, "messages", faults[name], set(name))),
      amount("retry_after", "Too many: try again after", "seconds", faults.retry_after, set("retry_after")),
      channels.map((one) =>
        toggle(`archive-${one.name}`, `#${one.name} is archived`, one.archived, (archived) =>
          post("/sandbox/archive", { channel: one.id, archived }),
        ),
      ),
    ),
    part("Last messages", list([...calls].reverse().slice(0, SHOWN).map(call), "None yet.")),
  ];
}

const VISITS = [
  ["book", "books"],
  ["move", "moves it"],
  ["cancel", "cancels it"],
];

function visits() {
  const button = ([does, label]) =>
    h(
      "button",
      {
        type: "button",
        class: "button small",
        key: does,
        "data-testid": `visitor-${does}`,
        onclick: () => post("/calcom/sandbox/visitor", { does }),
      },
      label,
    );
  return h("div", { class: "visits" }, VISITS.map(button));
}

function verdicts(lines) {
  const count = (verdict) => lines.filter((one) => one.verdict === verdict).length;
  const said = ["on its way", "wrong"].filter(count).map((verdict) => `${count(verdict)} ${verdict}`);
  const none = "Nothing has happened yet. Let somebody book, or book yourself.";
  return [
    lines.length > 0 &&
      h(
        "p",
        { class: "sum", "data-testid": "verdict-sum" },
        said.length ? said.join(", ") : "Every card says what Cal.com has.",
      ),
    list([...byBooking(lines).values()].map(compared), none),
  ];
}

function byBooking(lines) {
  const found = new Map();
  for (const one of lines) found.set(one.booking, [...(found.get(one.booking) || []), one]);
  return found;
}

// One booking: what Cal.com has, and what the card in each of its channels says.
function compared(those) {
  const [{ booking, title, start, has }] = those;
  return h(
    "li",
    { key: booking, class: "booking" },
    h("div", { class: "booking-head" }, h("strong", { dir: "auto" }, title), status(has)),
    h("div", { class: "quiet" }, shortMoment(start, myZone())),
    those.map(verdict),
  );
}

function verdict(one) {
  const says = one.says.length ? one.says.map((word) => `“${word}”`).join(" and ") : "no card";
  return h(
    "div",
    { key: one.channel, class: "verdict", "data-testid": "verdict", "data-verdict": one.verdict },
    h("span", { class: "verdict-place", dir: "auto" }, `#${one.channel}`),
    h("span", { class: "quiet" }, says),
    h("span", { class: "grow" }),
    status(one.verdict, TONES[one.verdict]),
  );
}

function bot({ state, starts }) {
  const [word, tone] = STATES[state];
  const crash = (event) => {
    event.preventDefault();
    post("/bot/crash", { away: panel.away });
  };
  return [
    h(
      "p",
      { class: "bot-state", role: "status", "data-testid": "bot-state" },
      status(word, tone),
      starts > 1 && h("span", { class: "quiet" }, `started ${starts} times`),
    ),
    h(
      "form",
      { class: "crash", onsubmit: crash },
      h(
        "button",
        {
          type: "submit",
          class: "button danger small",
          "data-testid": "crash",
          disabled: state === "crashed",
        },
        "Crash the bot",
      ),
      h(
        "label",
        { class: "quiet" },
        "and leave it away for ",
        h("input", {
          class: "text number",
          type: "number",
          min: "0",
          max: "60",
          "aria-label": "Seconds it is away",
          value: String(panel.away),
          onchange: (event) => {
            panel.away = Math.max(0, Math.min(60, Number(event.target.value)));
            redraw();
          },
        }),
        " seconds",
      ),
    ),
    h("p", { class: "quiet" }, "It is killed in the middle of whatever it does; only its database stays."),
  ];
}

const DONE = { "chat.postMessage": "posted", "chat.update": "edited", "chat.delete": "removed" };

function call(one, index) {
  const refused = one.error && status(one.error.replaceAll("_", " "), "bad");
  return h(
    "li",
    { key: index, class: "sent", "data-testid": "slack-call" },
    h("span", { dir: "auto" }, `#${one.channel}`),
    h("span", null, DONE[one.method]),
    refused || status(one.lost ? "answer lost" : "ok", one.lost ? "warm" : "good"),
  );
}
