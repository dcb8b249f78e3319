"""Where a meeting is: what an event type offers, and how a booking keeps it."""

from __future__ import annotations

from bot.sandbox.calcom.model import JSON, EventType

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
    given = {
        "attendeePhone": ("phone", "phone"),
        "attendeeAddress": ("attendeeInPerson", "address"),
    }
    if kind in given:
        value, key = given[kind]
        return {"value": value, "optionValue": str(place.get(key, ""))}
    return {
        "value": {"address": "inPerson", "phone": "userPhone"}.get(kind, kind),
        "optionValue": "",
    }


def is_link(location: str) -> bool:
    return location.startswith(("http://", "https://"))
