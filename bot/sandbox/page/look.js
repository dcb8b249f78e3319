// Light or dark: as the system has it, until a look is chosen; the choice is remembered here.
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { redraw } from "./store.js";

const KEY = "look";
const page = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");

system.addEventListener("change", redraw);
wear(localStorage.getItem(KEY));

/** The switch between the two looks. */
export function lookButton() {
  return h(
    "button",
    {
      type: "button",
      class: "bar-button",
      key: "look",
      "aria-pressed": String(dark()),
      "aria-label": "Dark mode",
      title: "Dark mode",
      "data-testid": "look",
      onclick: () => {
        turn();
        redraw();
      },
    },
    icon("look"),
  );
}

const dark = () => (page.dataset.look ? page.dataset.look === "dark" : system.matches);

function turn() {
  const look = dark() ? "light" : "dark";
  localStorage.setItem(KEY, look);
  wear(look);
}

function wear(look) {
  if (look) page.dataset.look = look;
}
