"""Where a meeting is: what an event type offers, and how a booking keeps it."""

from __future__ import annotations

from bot.sandbox.calcom.fields import PHONE
from bot.sandbox.calcom.model import JSON, EventType

VALUES = {  # where each kind that can be given by hand has its value
    "address": "address",
    "attendeeAddress": "address",
    "attendeeDefined": "location",
    "attendeePhone": "phone",
    "link": "link",
    "phone": "phone",
}
_ANSWERED = {  # what the booker gives, in the form's words
    "attendeePhone": "phone",
    "attendeeAddress": "attendeeInPerson",
    "attendeeDefined": "somewhereElse",
}
_VIDEO = "integrations:daily"  # Cal Video, also what an event type without places falls back to


def stored(place: JSON, phone: str | None = None) -> str:
    """Return what a booking keeps for one place of an event type."""
    kind = place.get("type")
    if kind == "integration":
        name = str(place.get("integration"))
        return _VIDEO if name == "cal-video" else f"integrations:{name.removesuffix('-video')}"
    if kind == "organizersDefaultApp":
        return _VIDEO
    if kind == "attendeePhone":
        return str(place.get("phone") or phone or "")
    for key in ("link", "address", "phone", "location"):
        if place.get(key):
            return str(place[key])
    return ""


def default(event_type: EventType, phone: str | None = None) -> str:
    """Return the place of a booking that names none."""
    return stored(event_type.locations[0], phone) if event_type.locations else _VIDEO


def answer(place: JSON) -> JSON:
    """Return what the booking form keeps for a place somebody asked for."""
    kind = str(place.get("type"))
    if kind in _ANSWERED:
        return {"value": _ANSWERED[kind], "optionValue": str(place.get(VALUES[kind], ""))}
    if kind in ("integration", "organizersDefaultApp"):
        return {"value": stored(place), "optionValue": ""}
    return {
        "value": {"address": "inPerson", "phone": "userPhone"}.get(kind, kind),
        "optionValue": "",
    }


def wrong(place: JSON) -> str:
    """Return what is wrong with the value a place of one of the kinds in `VALUES` came with."""
    name = VALUES[str(place.get("type"))]
    value = place.get(name)
    if not isinstance(value, str) or not value:
        return f"{name} must be a string"
    if name == "phone" and not PHONE.fullmatch(value):
        return "phone must be a valid phone number"
    return "link must be a URL address" if name == "link" and not is_link(value) else ""


def is_link(location: str) -> bool:
    return location.startswith(("http://", "https://"))
