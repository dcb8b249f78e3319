"""The booking form as version 2024-06-14 of API v2 takes and shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.sandbox.calcom import fields
from bot.sandbox.calcom.model import JSON, EventType
from bot.sandbox.calcom.v2_checks import Constraints

KINDS = (
    "text",
    "textarea",
    "number",
    "phone",
    "url",
    "address",
    "select",
    "multiselect",
    "radio",
    "checkbox",
    "boolean",
    "multiemail",
    "email",
)
CHOICES = ("select", "multiselect", "radio", "checkbox")
_NEWER = ("minLength", "maxLength", "variant", "excludeEmails", "requireEmails")
_DEFAULTS = ("name", "email", "location", "title", "notes", "guests", "rescheduleReason")


def check(name: str, value: Any) -> Constraints:
    """Check a form: default fields by slug (name and e-mail by type), the others whole."""
    return check_each(name, value, _wrong)


def check_each(name: str, value: Any, wrong_with: Callable[[Any], str]) -> Constraints:
    """Check a list of fields; the first that something is wrong with is named."""
    if not isinstance(value, list):
        return {"isArray": f"{name} must be an array"}
    for entry in value:
        wrong = wrong_with(entry)
        if wrong:
            return {"nestedValidation": f"{name}: {wrong}"}
    return {}


def _wrong(entry: Any) -> str:
    if not isinstance(entry, dict):
        return "each field must be an object"
    if (entry.get("slug") or entry.get("type")) in (*_DEFAULTS, fields.PHONE_FIELD[0]):
        return ""
    missing = [n for n in ("type", "slug", "label") if not isinstance(entry.get(n), str)]
    if missing:
        return f"each field must have {', '.join(missing)}"
    if entry["type"] not in KINDS:
        return f"unknown field type {entry['type']}"
    if entry["type"] in CHOICES and not isinstance(entry.get("options"), list):
        return f"{entry['slug']} must have options"
    return ""


def form(one: EventType) -> list[JSON]:
    """Return the form; what only the newer version knows of a field is left out."""
    shown = [
        _default(field) if fields.is_default(field) else _own(field) for field in fields.form(one)
    ]
    return [
        {k: v for k, v in field.items() if k not in _NEWER and not k.startswith(("first", "last"))}
        for field in shown
    ]


def _own(field: JSON) -> JSON:
    if field["type"] == "unknown":
        kept = {k: field[k] for k in ("type", "slug", "bookingField") if k in field}
        return {"isDefault": False} | kept
    return {"isDefault": False, "disableOnPrefill": False} | field


def _default(field: JSON) -> JSON:
    """A default field says its label where it was given one; the name always."""
    shape: JSON = {"isDefault": True, "disableOnPrefill": False} | field
    slug = field["slug"]
    if slug == "name":
        del shape["hidden"]
        return shape
    if slug == "location":
        del shape["disableOnPrefill"]
    if field["label"] == fields.usual_label(slug):
        del shape["label"]
    return shape
