"""The booking form in the words of API v1: name, email, what was changed of the others, and the
event type's own fields."""

from __future__ import annotations

from bot.sandbox.calcom import fields
from bot.sandbox.calcom.model import JSON, EventType

_ALWAYS = ("name", "email")
_KEPT = ("type", "label", "required", "hidden", "placeholder", "minLength", "maxLength", "variant")
_SPLIT = "firstAndLastName"


def from_v1(field: JSON) -> JSON:
    """Return one field of a v1 body as an event type keeps it; what is usual is left out."""
    kept = {k: v for k, v in field.items() if k in _KEPT} | {"slug": field["name"]}
    if kept.get("variant") == _SPLIT:
        kept["variant"] = fields.SPLIT
    if "options" in field:
        kept["options"] = [option["value"] for option in field["options"]]
    if field["name"] in _ALWAYS:
        kept.pop("required", None)
    return kept


def form(one: EventType) -> list[JSON] | None:
    """Return the form, or None where nothing was ever changed in it."""
    if not one.booking_fields:
        return None
    changed = {f["slug"] for f in one.booking_fields}
    return [_field(f) for f in fields.form(one) if f["slug"] in changed or f["slug"] in _ALWAYS]


def _field(field: JSON) -> JSON:
    kept = ("placeholder", "minLength", "maxLength")
    shape: JSON = {"name": field["slug"], "type": field["type"], "required": field["required"]}
    shape |= {k: field[k] for k in kept if k in field}
    if field["hidden"]:
        shape["hidden"] = True
    if field.get("variant") == fields.SPLIT:
        shape["variant"] = _SPLIT
    if field.get("options"):
        shape["options"] = [{"label": o, "value": o} for o in field["options"]]
    if not fields.is_default(field):
        sources = [{"id": "user", "type": "user", "label": "User"}]
        return shape | {"label": field["label"], "editable": "user", "sources": sources}
    usual = fields.usual_label(field["slug"])
    if field["label"] != usual:
        shape["label"] = field["label"]
    editable = "system" if field["slug"] in _ALWAYS else "system-but-optional"
    sources = [{"id": "default", "type": "default", "label": "Default"}]
    return shape | {"defaultLabel": usual, "editable": editable, "sources": sources}
