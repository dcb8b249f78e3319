// The page's icons, drawn as 20-pixel strokes in the colour of the text around them.
import { h } from "./dom.js";

const PATHS = {
  alert: "M10 3 2.5 16.5h15zM10 8v4M10 14.2v.3",
  archive: "M3 4h14v3.5H3zM4.2 7.5V16h11.6V7.5M8 10.5h4",
  back: "M11.5 4.5 6 10l5.5 5.5",
  calendar: "M3.5 5h13v11.5h-13zM3.5 8.5h13M7 3v3M13 3v3",
  check: "m4.5 10.5 3.7 3.7 7.5-8.4",
  clock: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14M10 6v4.2l2.8 1.8",
  close: "m5 5 10 10M15 5 5 15",
  dots: "M4.9 10h.2M9.9 10h.2M14.9 10h.2",
  down: "m5.5 8 4.5 4.5L14.5 8",
  eye: "M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5M10 7.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4",
  forward: "M8.5 4.5 14 10l-5.5 5.5",
  hash: "M8 3 6.5 17M13.5 3 12 17M3.5 7.5h13.5M3 12.5h13.5",
  home: "M3.5 9.5 10 4l6.5 5.5V17h-4.2v-4.5H7.7V17H3.5z",
  info: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14M10 9.2v4.3M10 6.5v.3",
  link: "M8.2 11.8a3 3 0 0 0 4.3 0l3-3a3 3 0 0 0-4.3-4.3l-.9.9M11.8 8.2a3 3 0 0 0-4.3 0l-3 3a3 3 0 0 0 4.3 4.3l.9-.9",
  lock: "M5 9h10v7.5H5zM7 9V6.5a3 3 0 0 1 6 0V9",
  look: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14M10 3v14M10 6.5h5.8M10 10h6.8M10 13.5h5.8",
  menu: "M3.5 6h13M3.5 10h13M3.5 14h13",
  plus: "M10 4v12M4 10h12",
  send: "m3.5 4 13.5 6-13.5 6 1.8-6zM5.3 10H17",
  thread: "M3.5 4.5h13v9H9l-3.8 3v-3H3.5zM6.8 8h6.4M6.8 10.5h4",
  people:
    "M8 4a2.7 2.7 0 1 0 0 5.4A2.7 2.7 0 0 0 8 4M2.8 16c.3-3 2.3-4.7 5.2-4.7s4.9 1.7 5.2 4.7M13 4.4a2.5 2.5 0 0 1 0 4.7M14.6 11.7c1.6.7 2.5 2.2 2.7 4.3",
};

/** An icon of the list above; decoration only, the name is for people who cannot see it elsewhere. */
export function icon(name, extra = "") {
  const props = { class: `icon ${extra}`, viewBox: "0 0 20 20", "aria-hidden": "true" };
  return h("svg", props, h("path", { d: PATHS[name] || PATHS.alert }));
}
