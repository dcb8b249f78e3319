// The steps of the tour through Harbour Labs: what to do, where, and how it is seen to be done.
import { send } from "./api.js";
import { app, go, redraw } from "./store.js";

const ALICE = "U0ALICE";
const BOB = "U0BOB";
const GENERAL = "C0GENERAL";
const BOOKINGS = "C0BOOKINGS";
const SALES = "C0SALES";

/** Each with a title, two sentences, `done(seen)`, `show()` and perhaps `act()`, which does it.
 *  `seen` has `made` (bookings since the start), `webhooks`, `bot`, and what was kept before. */
export const STEPS = [
  {
    id: "book",
    title: "Book a meeting",
    text: "As Alice, send “/cal book intro tomorrow” and choose a time. Under “For whom” take “A member” and Bob Stone, then press Book.",
    done: ({ made }) => made.some(isFromSlack),
    show: () => write(GENERAL, "/cal book intro tomorrow"),
  },
  {
    id: "card",
    title: "See its card",
    text: "Nobody had to tell the team: open #sales, where bookings of this kind are announced. The card there stands for the booking from now on.",
    done: ({ made }) => made.length > 0 && app.route.id === SALES && messages(SALES).some((one) => one.bot && !one.ephemeral),
    show: () => visit(ALICE, SALES),
  },
  {
    id: "move",
    title: "Move it",
    text: "Press Reschedule on the card and choose another time. The same card changes, in each channel, and its thread keeps what happened.",
    done: ({ made }) => made.some((one) => one.rescheduledFromUid),
    show: () => visit(ALICE, BOOKINGS),
  },
  {
    id: "outsider",
    title: "Let an outsider book",
    text: "Booking links lead to Cal.com's public page, here as everywhere: book on it with any name and e-mail. Cal.com sends a webhook, and #bookings has a card.",
    done: ({ made }) => made.some((one) => !isFromSlack(one) && !one.rescheduledFromUid),
    show: () => {
      window.open("/cal.com/alice/intro", "_blank", "noopener");
      visit(ALICE, BOOKINGS);
    },
  },
  {
    id: "lost",
    title: "Lose a webhook",
    text: "Beside Cal.com switch on “Lose webhooks”, and book as an outsider: the bot is not told. It asks by itself, and within ten seconds the card is there all the same.",
    done: ({ webhooks, bot, since }) => webhooks.some((one) => one.mark === "lost" && one.at > since) && allRight(bot),
    show: () => visit(ALICE, BOOKINGS, { kind: "calcom" }),
    act: async () => {
      visit(ALICE, BOOKINGS);
      await send("/calcom/sandbox/faults", { lose_webhooks: 1 });
      await send("/calcom/sandbox/visitor", { does: "book" });
    },
  },
  {
    id: "propose",
    title: "Propose times, as two people",
    text: "As Alice, send “/cal propose @bob intro”, choose three times and press Propose. Then be Bob (top right, or Show me again) and press one: it is booked.",
    done: ({ answered }) => answered,
    show: () => (app.ui.tour.proposed.length ? visit(BOB, "messages") : write(GENERAL, "/cal propose @bob intro")),
  },
  {
    id: "home",
    title: "Look at Home",
    text: "Calbot, under Apps, has a Home of its own: what waits for an answer, the next meetings, what is announced. Everybody has theirs.",
    done: () => app.route.page === "app" && app.route.id === "home" && Boolean(app.state.home),
    show: () => visit(ALICE, "home"),
  },
  {
    id: "rule",
    title: "Make a rule",
    text: "In #sales send “/cal notify” and press “Add for this channel”. Choose whose bookings are announced, and how much of them, and save.",
    done: ({ ruled }) => ruled,
    show: () => write(SALES, "/cal notify"),
  },
  {
    id: "crash",
    title: "Crash the bot",
    text: "Under Trouble crash the bot, and let somebody book while it is away. It comes back by itself; nothing is missing, and nothing comes twice.",
    done: ({ bot }) => bot !== null && bot.starts > 1 && bot.state === "running" && allRight(bot),
    show: () => visit(ALICE, BOOKINGS, { kind: "trouble" }),
    act: async () => {
      visit(ALICE, BOOKINGS);
      await send("/bot/crash", { away: 3 });
      await send("/calcom/sandbox/visitor", { does: "book" });
    },
  },
  {
    id: "look",
    title: "Turn the light off",
    text: "Everything here has a dark side as well. The switch is in the bar at the top.",
    done: () => Boolean(document.documentElement.dataset.look),
    show: () => document.querySelector("[data-testid=look]").focus(),
  },
];

// What the bot books bears a mark of its own; of what was moved, whoever moved it.
const isFromSlack = (one) => Object.keys(one.metadata || {}).length > 0 && !one.rescheduledFromUid;
const allRight = (bot) => bot !== null && bot.lines.length > 0 && bot.lines.every((one) => one.verdict === "right");
const messages = (channel) => app.state.messages[channel] || [];

/** Be somebody somewhere: in a channel, or on a tab of the app. */
function visit(as, id, side = null) {
  const tab = ["home", "messages"].includes(id);
  go({ as, page: tab ? "app" : "channel", id, side });
  redraw();
}

/** Be Alice in a channel, with something in the composer that is still to be sent. */
function write(channel, text) {
  app.ui.drafts[`${ALICE}/${channel}`] = text;
  visit(ALICE, channel);
  queueMicrotask(() => document.getElementById("field-message")?.focus());
}
