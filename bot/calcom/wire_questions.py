"""The booking form on the wire: v2's two ways to tell it (2024-06-14, 2026-06-12), and v1's."""

import json
import re
from typing import Any

from pydantic import Field

from bot.calcom.wire import Many, Shape, inside, text_of
from bot.domain.event_types import Kind, Question

KINDS_2026 = {
    "shortText": "text",
    "longText": "textarea",
    "checkbox": "boolean",
    "checkboxGroup": "checkbox",
    "radioGroup": "radio",
    "multiSelect": "multiselect",
    "multiEmail": "multiemail",
}
"""The names of 2026-06-12 for the types of 2024-06-14, which are the domain's."""

DEFAULT_KINDS = {
    "name": "name",
    "email": "email",
    "location": "radioInput",
    "title": "text",
    "notes": "textarea",
    "guests": "multiemail",
    "rescheduleReason": "textarea",
    "attendeePhoneNumber": "phone",
    "smsReminderNumber": "phone",
    "aiAgentCallPhoneNumber": "phone",
}
"""2026-06-12 names the built-in fields by `field` and gives them no type."""

SPLIT = frozenset({"splitName", "firstAndLastName"})
"""How 2026-06-12 and v1 say that a name is asked in two parts."""

TRANSLATION_KEY = re.compile(r"[a-z]+(_[a-z]+)*")


class FieldShape(Shape):
    field: str = ""
    type: str = ""
    slug: str = ""
    name: str = ""
    label: str = ""
    required: bool = False
    hidden: bool = False
    is_default: bool = False
    editable: str = ""
    placeholder: str = ""
    options: Many[Any] = Field(default_factory=list)
    min_length: int = Field(default=0, ge=0)
    max_length: int = Field(default=0, ge=0)
    disable_on_prefill: bool = False
    variant: str = ""
    last_name_required: bool = False
    variants_config: dict[str, Any] = Field(default_factory=dict)
    booking_field: Any = None


def question(field: FieldShape) -> Question | None:
    """None for a field that cannot be told from others."""
    field = _as_stored(field)
    slug = field.slug or field.name or (field.field if field.field in DEFAULT_KINDS else "")
    if not slug:
        return None
    is_default = (
        field.field in DEFAULT_KINDS or field.is_default or field.editable.startswith("system")
    )
    is_split = field.variant in SPLIT
    return Question(
        slug=slug,
        kind=_kind(field),
        label=_said(field.label, is_default=is_default),
        required=field.required,
        hidden=field.hidden,
        is_default=is_default,
        placeholder=_said(field.placeholder, is_default=is_default),
        options=tuple(option for entry in field.options if (option := _option(entry))),
        shortest=field.min_length,
        longest=field.max_length,
        locked=field.disable_on_prefill,
        split=is_split,
        needs_last_name=is_split and (field.last_name_required or _v1_needs_last_name(field)),
    )


def _as_stored(field: FieldShape) -> FieldShape:
    """A field that the API itself cannot read comes as the text of what is stored."""
    stored = field.booking_field
    if isinstance(stored, str):
        try:
            stored = json.loads(stored)
        except (ValueError, RecursionError):
            return field
    if not isinstance(stored, dict):
        return field
    return FieldShape.model_validate({**stored, "type": "unknown", "bookingField": None})


def _kind(field: FieldShape) -> Kind:
    kind = KINDS_2026.get(field.type, field.type) if field.field else field.type
    try:
        return Kind(kind or DEFAULT_KINDS.get(field.field, Kind.TEXT))
    except ValueError:
        return Kind.UNKNOWN


def _said(text: str, *, is_default: bool) -> str:
    """Built-in fields carry translation keys (`your_name`), which say nothing to people."""
    return "" if is_default and TRANSLATION_KEY.fullmatch(text) else text


def _option(entry: Any) -> str:
    """`Sales`, or v1's `{label, value}`: it is the value that is answered."""
    if isinstance(entry, dict):
        return text_of(entry.get("value")) or text_of(entry.get("label"))
    return text_of(entry)


def _v1_needs_last_name(field: FieldShape) -> bool:
    parts = inside(inside(inside(field.variants_config, "variants"), field.variant), "fields")
    return any(
        part.get("name") == "lastName" and part.get("required") is True
        for part in (parts if isinstance(parts, list) else [])
        if isinstance(part, dict)
    )
