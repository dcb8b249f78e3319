// What a person has put into the elements on screen, and how it is told to the server.
//
// A field is (container, block_id, action_id). What was typed here is newer than what the server
// last said, so it stays while the field stays; a changed block_id is another field and starts
// from the server's value, as in Slack.
import { act, send } from "./api.js";
import { app, redraw, toast } from "./store.js";

const TYPING = 300; // milliseconds of quiet before what is typed is sent

const held = new Map(); // field → value of this window
const unsent = new Map(); // field → {timer, post}
const onScreen = new Map(); // container → fields drawn in this pass

const INITIAL = [
  "initial_value",
  "initial_option",
  "initial_options",
  "initial_date",
  "initial_time",
  "initial_date_time",
  "initial_user",
  "initial_users",
  "initial_conversation",
  "initial_conversations",
  "initial_channel",
  "initial_channels",
];

/** The surroundings of a block's elements, from its container's. */
export const inBlock = (ctx, block, more = {}) => ({ ...ctx, block_id: block.block_id, ...more });

export const fieldKey = (ctx, element) => `${ctx.scope}|${ctx.block_id}|${element.action_id}`;

/** The value to show: an option, a list, a string, a number of seconds, or null. */
export function valueOf(ctx, element) {
  const key = fieldKey(ctx, element);
  onScreen.get(ctx.scope)?.add(key);
  if (held.has(key)) return held.get(key);
  const state = ctx.values?.[ctx.block_id]?.[element.action_id];
  const name = state && Object.keys(state).find((one) => one !== "type" && one !== "timezone");
  if (name) return state[name];
  const initial = INITIAL.find((one) => one in element);
  return initial ? element[initial] : null;
}

/** Call around the drawing of a container: fields that are gone afterwards are forgotten. */
export function drawing(scope, draw) {
  onScreen.set(scope, new Set());
  const nodes = draw();
  const kept = onScreen.get(scope);
  onScreen.delete(scope);
  for (const key of held.keys()) {
    if (!key.startsWith(`${scope}|`) || kept.has(key)) continue;
    held.delete(key);
    clearTimeout(unsent.get(key)?.timer);
    unsent.delete(key);
  }
  return nodes;
}

/** Ask the question of a confirm object; resolves to whether the person agreed. */
export function agreed(confirm) {
  if (!confirm) return Promise.resolve(true);
  return new Promise((resolve) => {
    app.ui.confirm = {
      ...confirm,
      answer(yes) {
        app.ui.confirm = null;
        redraw();
        resolve(yes);
      },
    };
    redraw();
  });
}

/** A choice was made in a select, picker, radio or checkbox. */
export async function choose(ctx, element, value) {
  if (!(await agreed(element.confirm))) return redraw();
  hold(ctx, element, value);
  if (ctx.input && !ctx.dispatch) return fill(ctx, element, 0);
  return click(ctx, element, { selected: value });
}

/** A button, an overflow option or a dispatching text field was used. */
export async function press(ctx, element, how = {}) {
  if (await agreed(element.confirm)) await click(ctx, element, how);
}

/** Something was typed; it is sent after a pause, or at once by `flush`. */
export function type(ctx, element, value) {
  hold(ctx, element, value);
  fill(ctx, element, TYPING);
}

function hold(ctx, element, value) {
  held.set(fieldKey(ctx, element), value);
  redraw();
}

async function click(ctx, element, how) {
  const key = fieldKey(ctx, element);
  app.ui.busy.add(key);
  redraw();
  await flush();
  const { container, block_id } = ctx;
  await act("/page/click", { container, block_id, action_id: element.action_id, ...how });
  app.ui.busy.delete(key);
  redraw();
}

function fill(ctx, element, delay) {
  if (ctx.container.type !== "view") return;
  const key = fieldKey(ctx, element);
  clearTimeout(unsent.get(key)?.timer);
  const body = {
    as: app.route.as,
    view_id: ctx.container.view_id,
    block_id: ctx.block_id,
    action_id: element.action_id,
  };
  const value = held.get(key) ?? null;
  const post = async () => {
    const answer = await send("/page/fill", { ...body, value });
    const gone = !app.state?.views.some((view) => view.id === body.view_id);
    if (!answer.ok && !gone) toast(answer.error || "What you typed could not be kept.");
  };
  unsent.set(key, { post, timer: setTimeout(() => flushOne(key), delay) });
}

let line = Promise.resolve(); // fills are sent one after the other, so the newest wins

function flushOne(key) {
  const waiting = unsent.get(key);
  if (!waiting) return;
  clearTimeout(waiting.timer);
  unsent.delete(key);
  line = line.then(waiting.post);
}

/** Send everything typed and not yet sent; resolves when the server has it. */
export function flush() {
  for (const key of [...unsent.keys()]) flushOne(key);
  return line;
}
