// A very small virtual DOM. The whole page is a pure function of the state; what is already on
// screen is kept, so focus, caret, selection and scroll survive every redraw. Text from outside
// only ever becomes text nodes and attributes, never markup.

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "path", "circle", "rect"]);
const LIVE = new Set(["value", "checked", "disabled", "hidden", "inert", "indeterminate"]);

/** A node to draw. Props: attributes, `key`, `class`, `style` (object), `on…` handlers, and the
 *  two moments `mounted(el)` and `updated(el)`. Children: nodes, strings, numbers, lists, null. */
export function h(tag, props, ...children) {
  const given = props || {};
  return { tag, props: given, key: given.key, children: flat(children, []) };
}

function flat(children, out) {
  for (const child of children) {
    if (Array.isArray(child)) flat(child, out);
    else if (child === null || child === undefined || child === false || child === true) continue;
    else if (typeof child === "object") out.push(child);
    else out.push({ text: String(child) });
  }
  return out;
}

/** Make `parent` show exactly these children, reusing the elements already there. */
export function render(parent, ...children) {
  const after = [];
  reconcile(parent, flat(children, []), after);
  for (const call of after) call();
}

function named(nodes) {
  const seen = new Map();
  const names = new Map();
  for (const node of nodes) {
    const base = node.tag ? `${node.tag}|${node.key ?? ""}` : "#text";
    const count = seen.get(base) || 0;
    seen.set(base, count + 1);
    names.set(`${base}|${count}`, node);
  }
  return names;
}

function reconcile(parent, nodes, after) {
  const before = parent.drawn || new Map();
  const now = named(nodes);
  for (const [name, node] of before) if (!now.has(name)) node.el.remove();
  let next = parent.firstChild;
  for (const [name, node] of now) {
    const old = before.get(name);
    node.el = old ? update(old, node, after) : create(node, after);
    if (node.el === next) next = next.nextSibling;
    else parent.insertBefore(node.el, next);
  }
  parent.drawn = now;
}

function create(node, after) {
  if (!node.tag) return document.createTextNode(node.text);
  const el = SVG_TAGS.has(node.tag)
    ? document.createElementNS(SVG, node.tag)
    : document.createElement(node.tag);
  reconcile(el, node.children, after);
  assign(el, {}, node.props);
  if (node.props.mounted) after.push(() => node.props.mounted(el));
  if (node.props.updated) after.push(() => node.props.updated(el));
  return el;
}

function update(old, node, after) {
  const el = old.el;
  if (!node.tag) {
    if (el.data !== node.text) el.data = node.text;
    return el;
  }
  reconcile(el, node.children, after);
  assign(el, old.props, node.props);
  if (node.props.updated) after.push(() => node.props.updated(el));
  return el;
}

function assign(el, before, now) {
  for (const name of Object.keys(before)) if (!(name in now)) set(el, name, null);
  for (const [name, value] of Object.entries(now)) {
    if (LIVE.has(name) || before[name] !== value) set(el, name, value);
  }
}

function set(el, name, value) {
  if (name === "key" || name === "mounted" || name === "updated") return;
  if (name.startsWith("on")) listen(el, name.toLowerCase(), value);
  else if (name === "style") setStyle(el, value || {});
  else if (LIVE.has(name)) {
    const wanted = name === "value" ? (value ?? "") : Boolean(value);
    if (el[name] !== wanted) el[name] = wanted;
  } else if (value === null || value === undefined || value === false) el.removeAttribute(name);
  else el.setAttribute(name, value === true ? "" : String(value));
}

// A handler's result means nothing here; given to the browser, `false` would prevent the default.
function listen(el, name, handle) {
  el[name] = handle
    ? (event) => {
        handle(event);
      }
    : null;
}

function setStyle(el, style) {
  for (const name of [...el.style]) if (!(name in style)) el.style.removeProperty(name);
  for (const [name, value] of Object.entries(style)) el.style.setProperty(name, value);
}
