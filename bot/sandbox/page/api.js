// The page's conversation with the local Slack's server, on the same origin.
import { app, redraw, toast } from "./store.js";

// Another workspace than the first has its own part of the local Slack below /w/.
const own = location.pathname.match(/^\/w\/[^/]+/)?.[0] || "";
const at = (path) => (/^\/(page|sandbox)\//.test(path) ? own + path : path);

async function answered(request) {
  const response = await request;
  const body = await response.json().catch(() => null);
  if (body !== null) return body;
  return { ok: false, status: response.status, error: `The local server answered ${response.status}.` };
}

/** GET a JSON document. Throws when it cannot be had. */
export async function get(path) {
  const response = await fetch(at(path), { headers: { accept: "application/json" } });
  if (!response.ok)
    throw Object.assign(new Error(`${path}: ${response.status}`), { status: response.status });
  return response.json();
}

/** POST JSON; gives back the answer, or `{ok: false, error}` when there was none. */
export async function send(path, body) {
  try {
    return await answered(
      fetch(at(path), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    );
  } catch {
    return { ok: false, error: "The local server cannot be reached; nothing was sent." };
  }
}

/** Do something as the person chosen, then look at what became of it. A failure is told unless
 *  it names fields (`errors`), which are drawn where they belong. */
export async function act(path, body) {
  const answer = await send(path, { as: app.route.as, ...body });
  if (!answer.ok && !answer.errors) toast(answer.error || "That did not work.");
  await refresh();
  return answer;
}

let fetching = null;
let following = null;

/** Fetch the state; resolves when one asked for after this call is drawn. Calls that come while
 *  one is under way become one more. */
export function refresh() {
  if (fetching) {
    following ||= fetching.then(() => {
      following = null;
      return refresh();
    });
    return following;
  }
  fetching = look().finally(() => {
    fetching = null;
  });
  return fetching;
}

async function look() {
  const as = app.route.as;
  try {
    const state = await get(`/page/state?as=${encodeURIComponent(as)}`);
    if (as === app.route.as) app.state = state; // somebody else may have been chosen meanwhile
    app.offline = false;
  } catch {
    app.offline = true;
  }
  redraw();
}

let events = null;

/** Follow the changes the chosen person can see. */
export function follow(as) {
  events?.close();
  events = new EventSource(at(`/page/events?as=${encodeURIComponent(as)}`));
  events.addEventListener("changed", refresh);
  events.onopen = refresh;
  events.onerror = () => {
    app.offline = true;
    redraw();
  };
}
