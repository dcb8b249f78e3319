// The questions of an event type, as a plain form asks them.
import { h } from "./dom.js";

const USUAL = new Set(["name", "email", "location", "rescheduleReason", "attendeePhoneNumber"]);
const TYPES = { number: "number", email: "email", phone: "tel", url: "url" };
const SEVERAL = new Set(["multiselect", "checkbox"]);
const LABELS = { title: "What is it about?", notes: "Notes", guests: "Guests" };

/** Everything an event type asks beside name and e-mail. */
export const asked = (type) =>
  (type?.bookingFields || []).filter((one) => !one.hidden && !USUAL.has(one.slug));

/** The questions without whose answers it is not booked. */
export const questions = (type) => asked(type).filter((one) => one.required);

export const labelOf = (one) => one.label || LABELS[one.slug] || one.slug;

/** The field of a question. `keep(value)` is called with what was given so far. */
export function question(one, value, keep) {
  const props = {
    class: "text",
    name: `answer-${one.slug}`,
    required: one.required,
    placeholder: one.placeholder,
    oninput: (event) => keep(given(one, event.target)),
  };
  if (one.options) return choices(one, value, props);
  if (one.type === "boolean") return h("input", { ...props, class: null, type: "checkbox", checked: value });
  if (one.type === "textarea") return h("textarea", { ...props, value });
  const shown = one.type === "multiemail" ? (value || []).join(", ") : value;
  return h("input", { ...props, type: TYPES[one.type] || "text", step: "any", value: shown });
}

function choices(one, value, props) {
  const chosen = value === undefined ? [] : [value].flat();
  const options = one.options.map((option) =>
    h("option", { key: option, value: option, selected: chosen.includes(option) }, option),
  );
  const none = (el) => (el.selectedIndex = -1); // it was made as one with a single choice, its first
  if (SEVERAL.has(one.type)) return h("select", { ...props, multiple: true, mounted: chosen.length ? null : none }, options);
  return h("select", props, h("option", { key: "", value: "" }, ""), options);
}

/** What a field gives, in the shape Cal.com wants the answer. */
function given(one, field) {
  if (one.type === "boolean") return field.checked;
  if (SEVERAL.has(one.type)) return [...field.selectedOptions].map((option) => option.value);
  if (one.type === "number") return field.value === "" ? undefined : Number(field.value);
  if (one.type === "multiemail") return field.value.split(/[\s,;]+/).filter(Boolean);
  return field.value;
}
