"""The booking form as version 2026-06-12 of API v2 takes and shows it: hosted servers only.

Fields are told apart by `field`; a custom one has a `type` under another name than before.
"""

from __future__ import annotations

from typing import Any

from bot.sandbox.calcom import fields
from bot.sandbox.calcom.model import JSON, EventType
from bot.sandbox.calcom.v2_checks import Constraints
from bot.sandbox.calcom.v2_form import CHOICES, check_each

_TYPES = {  # the names of 2024-06-14, and what they are called here
    "text": "shortText",
    "textarea": "longText",
    "boolean": "checkbox",
    "checkbox": "checkboxGroup",
    "radio": "radioGroup",
    "multiselect": "multiSelect",
    "multiemail": "multiEmail",
    "email": "email",
    "phone": "phone",
    "address": "address",
    "number": "number",
    "select": "select",
    "url": "url",
}
_OLDER = {newer: older for older, newer in _TYPES.items()}
_DEFAULTS = (
    "name",
    "email",
    "location",
    "title",
    "notes",
    "guests",
    "rescheduleReason",
    "attendeePhoneNumber",
)


def form(one: EventType) -> list[JSON]:
    return [_shape(field) for field in fields.form(one)]


def _shape(field: JSON) -> JSON:
    kind, slug = field["type"], field["slug"]
    common = {k: v for k, v in field.items() if k not in ("type", "isDefault")}
    common = {"disableOnPrefill": False} | common
    if fields.is_default(field):
        return _name(common) if slug == "name" else {"field": slug} | common
    if kind not in _TYPES:
        return {"field": "unknown", "slug": slug, "bookingField": field.get("bookingField", "")}
    return {"field": "custom", "type": _TYPES[kind]} | common


def _name(common: JSON) -> JSON:
    if common.get("variant") != fields.SPLIT:
        return {"field": "name", "variant": "fullName"} | common
    del common["label"]
    usual = {
        "firstNameLabel": "first_name",
        "firstNamePlaceholder": "",
        "lastNameLabel": "last_name",
        "lastNamePlaceholder": "",
        "lastNameRequired": False,
    }
    return {"field": "name"} | usual | common


def check(name: str, value: Any) -> Constraints:
    return check_each(name, value, _wrong)


def _wrong(entry: Any) -> str:
    kind = entry.get("field") if isinstance(entry, dict) else None
    if kind in (*_DEFAULTS, "unknown"):
        return ""
    if kind != "custom":
        return f"unknown field {kind}"
    if entry.get("type") not in _OLDER:
        return f"unknown field type {entry.get('type')}"
    if not all(isinstance(entry.get(n), str) for n in ("slug", "label")):
        return "each custom field must have slug and label"
    options = isinstance(entry.get("options"), list)
    return "" if options or _OLDER[entry["type"]] not in CHOICES else "options are missing"


def older(rows: list[JSON]) -> list[JSON]:
    """Return a checked form in the words of 2024-06-14, in which it is kept."""
    return [_older(row) for row in rows]


def _older(row: JSON) -> JSON:
    kept = {k: v for k, v in row.items() if k != "field"}
    if row["field"] == "custom":
        return kept | {"type": _OLDER[row["type"]]}
    if row["field"] == "unknown":
        return kept | {"type": "unknown"}
    return kept | {"slug": row["field"]}
