"""Where a booking can be: the places an event type offers, and what Cal.com is told of them."""

from collections.abc import Mapping
from hashlib import sha256

from bot.domain.answers import read
from bot.domain.errors import InvalidAnswer
from bot.domain.event_types import EventType, Kind, Location, Question
from bot.domain.wording import _

FIELD = "location"
"""What Cal.com calls the question in its refusals."""

GIVEN = {
    "attendeeAddress": ("address", Kind.ADDRESS),
    "attendeePhone": ("phone", Kind.PHONE),
    "attendeeDefined": ("location", Kind.TEXT),
}
"""For each kind that the attendee fills in: the property it is sent in, and what it is."""


def choices(event_type: EventType) -> tuple[Location, ...]:
    """The places one can choose from. Cal.com is told a place's kind, not which of several of
    that kind, so each kind counts once (each integration is one of its own)."""
    told: dict[str, Location] = {}
    for place in event_type.locations:
        key = f"{place.kind}:{place.value}" if place.kind == "integration" else place.kind
        told.setdefault(key, place)
    return tuple(place for place in told.values() if place.kind != "unknown")


def token(place: Location) -> str:
    """What stands for the place in a menu."""
    said = f"{place.kind}:{place.value}".encode("utf-8", "surrogatepass")
    return f"{place.kind[:40]}:{sha256(said).hexdigest()[:8]}"


def chosen(event_type: EventType, claimed: str) -> Location | None:
    """The place a menu's value stands for; the first where it stands for none, None where there
    are no places at all."""
    offered = choices(event_type)
    return next((p for p in offered if token(p) == claimed), offered[0] if offered else None)


def location(event_type: EventType, claimed: str, typed: str) -> Mapping[str, str] | None:
    """What Cal.com is told of the chosen place, in the API's form; None where nothing has to be.

    Args:
        typed: The address, number or place, where the attendee gives it.

    Raises:
        InvalidAnswer: It is missing, or no phone number.
    """
    place = chosen(event_type, claimed)
    if place is None or (len(choices(event_type)) == 1 and not place.asks):
        return None
    if place.kind == "integration":
        return as_asked_for(place)
    if not place.asks:
        return {"type": place.kind}
    name, kind = GIVEN[place.kind]
    return {"type": place.kind, name: given(kind, typed)}


def as_asked_for(place: Location) -> Mapping[str, str]:
    """A place with all there is to it in the API's form: its value under the name of its kind."""
    return {"type": place.kind, place.kind: place.value}


def given(kind: Kind, typed: str) -> str:
    """What was typed for a place, checked; raises `InvalidAnswer` for the field `location`."""
    said = read(Question(FIELD, kind, required=True), typed)
    if not isinstance(said, str):
        raise InvalidAnswer(FIELD, _("This has to be filled in."))
    return said
