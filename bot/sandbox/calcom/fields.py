"""The booking form: what an event type asks, and whether the answers will do.

`EventType.booking_fields` has the custom fields, and for each default field that was changed an
entry with its slug and only what differs (`required`, `hidden`, `label`, `placeholder`...).
"""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.calcom.errors import Code, Refused
from bot.sandbox.calcom.model import JSON, EventType

PHONE = re.compile(r"\+[1-9]\d{6,14}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
URL = re.compile(r"(https?://)?[^\s/.@]+(\.[^\s/.@]+)+(:\d+)?(/\S*)?")

# Default fields in the order Cal.com shows them: slug, type, label key, hidden. The custom ones
# come between the two groups.
BEFORE_CUSTOM = (
    ("name", "name", "your_name", False),
    ("email", "email", "email_address", False),
    ("location", "radioInput", "location", False),
)
AFTER_CUSTOM = (
    ("title", "text", "what_is_this_meeting_about", True),
    ("notes", "textarea", "additional_notes", False),
    ("guests", "multiemail", "additional_guests", False),
    ("rescheduleReason", "textarea", "reason_for_reschedule", False),
)
PHONE_FIELD = ("attendeePhoneNumber", "phone", "phone_number", True)  # shown where it was changed
SPLIT = "splitName"  # the name's `variant` that asks for first and last name apart
_REQUIRED = ("name", "email", "title")
_DEFAULTS = {row[0]: row for row in (*BEFORE_CUSTOM, PHONE_FIELD, *AFTER_CUSTOM)}
_LISTS = ("multiselect", "checkbox", "multiemail")


def stored(entries: list[JSON]) -> list[JSON]:
    """Return the form's fields as an event type keeps them: every one with its slug and type.

    Default fields may come without one of the two (`{"type": "name"}`, `{"slug": "notes"}`).
    """
    kept = []
    for entry in entries:
        slug = entry.get("slug") or entry["type"]
        default = {"type": _DEFAULTS[slug][1]} if slug in _DEFAULTS else {}
        kept.append(entry | {"slug": slug} | default)
    return kept


def custom(event_type: EventType) -> list[JSON]:
    """Return the fields that are the event type's own, hidden ones too."""
    return [f for f in event_type.booking_fields if f["slug"] not in _DEFAULTS]


def form(event_type: EventType) -> list[JSON]:
    """Return the whole form in order, each field with slug, type, label, required and hidden."""
    changes = {f["slug"]: f for f in event_type.booking_fields if f["slug"] in _DEFAULTS}
    phone = [PHONE_FIELD] if PHONE_FIELD[0] in changes else []
    own = [{"label": "", "required": False, "hidden": False} | f for f in custom(event_type)]
    before = [_default(row, changes) for row in (*BEFORE_CUSTOM, *phone)]
    return before + own + [_default(row, changes) for row in AFTER_CUSTOM]


def _default(row: tuple[str, str, str, bool], changes: dict[str, JSON]) -> JSON:
    slug, kind, label, hidden = row
    usual = {"slug": slug, "type": kind, "label": label, "hidden": hidden}
    return usual | {"required": slug in _REQUIRED} | changes.get(slug, {})


def usual_label(slug: str) -> str:
    """Return the translation key a default field is labelled with until it is changed."""
    return _DEFAULTS[slug][2]


def is_default(field: JSON) -> bool:
    return field["slug"] in _DEFAULTS


def name(event_type: EventType, full: str) -> str | JSON:
    """Return the answer to the name field: a split one is cut at the first space."""
    field = next(f for f in form(event_type) if f["slug"] == "name")
    if field.get("variant") != SPLIT:
        return full
    first, _, last = full.strip().partition(" ")
    return {"firstName": first, "lastName": last.strip()}


def check(event_type: EventType, answers: JSON) -> None:
    """Raise `Refused(FORM, "{slug}reason")` for the first wrong answer, as the form itself does.

    `answers` are all of the form's by slug, name and email among them. What is hidden is never
    required (the title is both, and nobody is asked for it). The reason for rescheduling is not
    among the questions of a new booking.
    """
    for field in form(event_type):
        slug = str(field["slug"])
        if slug == "rescheduleReason":
            continue
        reason = _wrong(field, answers.get(slug), answers)
        if reason:
            raise Refused(Code.FORM, f"{{{slug}}}{reason}")


def check_reason(event_type: EventType, reason: str | None) -> None:
    """Raise `Refused(FORM)` where a booking cannot be moved without a reason."""
    field = next(f for f in form(event_type) if f["slug"] == "rescheduleReason")
    wrong = _wrong(field, reason, {})
    if wrong:
        raise Refused(Code.FORM, f"{{rescheduleReason}}{wrong}")


def _wrong(field: JSON, value: Any, answers: JSON) -> str:
    if not value:  # so is a required box that is not ticked
        by_phone = field["slug"] == "email" and answers.get("attendeePhoneNumber")
        required = field["required"] and not field["hidden"] and not by_phone
        return "error_required_field" if required else ""
    kind = field["type"]
    if kind == "name":
        return _wrong_name(field, value)
    if kind in _LISTS:
        return _wrong_list(kind, value)
    if kind in ("boolean", "number", "radioInput", "unknown"):
        return ""
    if not isinstance(value, str):
        return "" if kind in ("select", "radio") else "Invalid string"
    return _wrong_text(field, value)


def _wrong_name(field: JSON, value: Any) -> str:
    last_missing = isinstance(value, dict) and not value["lastName"]
    return "error_required_field" if last_missing and field.get("lastNameRequired") else ""


def _wrong_list(kind: str, value: Any) -> str:
    if not isinstance(value, list) or not all(isinstance(v, str | int | float) for v in value):
        return "Invalid array of strings"
    wrong = kind == "multiemail" and not all(EMAIL.fullmatch(str(v)) for v in value)
    return "email_validation_error" if wrong else ""


def _wrong_text(field: JSON, value: str) -> str:
    kind = field["type"]
    if kind == "phone" and not PHONE.fullmatch(value):
        return "invalid_number"
    if kind == "email":
        return _wrong_email(field, value)
    if kind == "url" and not URL.fullmatch(value):
        return "url_validation_error"
    least, most = field.get("minLength"), field.get("maxLength")
    if least is not None and len(value) < least:  # these two texts are inferred, not recorded
        return f"Min. {least} characters required"
    if most is not None and len(value) > most:
        return f"Max. {most} characters allowed"
    return ""


def _wrong_email(field: JSON, value: str) -> str:
    """`excludeEmails` and `requireEmails` name addresses or domains; their codes are inferred."""
    if not EMAIL.fullmatch(value):
        return "email_validation_error"
    address = value.lower()
    names = (address, address.partition("@")[2])
    if any(entry.lower().lstrip("@") in names for entry in field.get("excludeEmails", [])):
        return "exclude_emails_match_found_error_message"
    wanted = field.get("requireEmails", [])
    if wanted and not any(entry.lower().lstrip("@") in names for entry in wanted):
        return "require_emails_no_match_found_error_message"
    return ""


def labelled(event_type: EventType, answers: JSON, *, phone: bool) -> dict[str, JSON]:
    """Return the answers as webhooks carry them: {slug: {label, value if answered, isHidden}}.

    `phone` puts the hidden attendeePhoneNumber first, as messages about new bookings have it.
    """
    first = [_default(PHONE_FIELD, {})] if phone else []
    result: dict[str, JSON] = {}
    for field in first + form(event_type):
        slug = field["slug"]
        value = {"value": answers[slug]} if answers.get(slug) is not None else {}
        result[slug] = {"label": field["label"], **value, "isHidden": field["hidden"]}
    return result


def custom_slugs(event_type: EventType) -> list[str]:
    return [str(f["slug"]) for f in custom(event_type)]
