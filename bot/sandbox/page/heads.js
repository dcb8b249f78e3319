// What stands above the messages: a channel's head, and the app's own.
import { act } from "./api.js";
import { h } from "./dom.js";
import { clock, knownZone, now, timeOf } from "./dates.js";
import { agreed } from "./fields.js";
import { avatar } from "./messages.js";
import { kindIcon } from "./sidebar.js";
import { app, channelName, go, me, person } from "./store.js";

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
