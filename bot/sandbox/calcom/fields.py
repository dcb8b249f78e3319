"""The booking form: what an event type asks, and whether the answers will do."""

from __future__ import annotations

import re

from bot.sandbox.calcom.errors import Code, Refused
from bot.sandbox.calcom.model import JSON, EventType

PHONE = re.compile(r"\+[1-9]\d{6,14}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")

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


def check(event_type: EventType, answers: JSON) -> None:
    """Raise `Refused(FORM, "{slug}reason")` for the first wrong answer, as the form itself does.

    `answers` are all of the form's by slug, name and email among them.
    """
    email = answers.get("email")
    if email and not EMAIL.fullmatch(str(email)):
        raise Refused(Code.FORM, "{email}email_validation_error")
    for guest in answers.get("guests") or []:
        if not EMAIL.fullmatch(str(guest)):
            raise Refused(Code.FORM, "{guests}email_validation_error")
    for field in event_type.booking_fields:
        slug, value = str(field["slug"]), answers.get(str(field["slug"]))
        if value in (None, "", []):
            if field.get("required"):
                raise Refused(Code.FORM, f"{{{slug}}}error_required_field")
        elif field["type"] == "phone" and not PHONE.fullmatch(str(value)):
            raise Refused(Code.FORM, f"{{{slug}}}invalid_number")


def labelled(event_type: EventType, answers: JSON, *, phone: bool) -> dict[str, JSON]:
    """Return the answers as webhooks carry them: {slug: {label, value if answered, isHidden}}.

    `phone` puts the hidden attendeePhoneNumber first, as messages about new bookings have it.
    """
    rows = [("attendeePhoneNumber", "phone_number", True)] if phone else []
    rows += [(slug, label, hidden) for slug, _, label, hidden in BEFORE_CUSTOM]
    rows += [(f["slug"], f.get("label", ""), False) for f in event_type.booking_fields]
    rows += [(slug, label, hidden) for slug, _, label, hidden in AFTER_CUSTOM]
    result: dict[str, JSON] = {}
    for slug, label, hidden in rows:
        value = {"value": answers[slug]} if answers.get(slug) is not None else {}
        result[slug] = {"label": label, **value, "isHidden": hidden}
    return result


def custom_slugs(event_type: EventType) -> list[str]:
    return [str(f["slug"]) for f in event_type.booking_fields]
