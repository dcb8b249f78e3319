"""Event types on the wire: v2 (2024-06-14 and 2026-06-12) and v1."""

from typing import Any
from urllib.parse import urlsplit

from pydantic import Field

from bot.calcom.wire import Many, Shape, each, inside, listed, one
from bot.calcom.wire_accounts import TeamShape, domain_team
from bot.calcom.wire_questions import FieldShape, question
from bot.domain.event_types import (
    Assignment,
    EventType,
    Location,
    Recurrence,
    Team,
    TeamHost,
)

V1_PLACES = {
    "inPerson": "address",
    "link": "link",
    "userPhone": "phone",
    "attendeeInPerson": "attendeeAddress",
    "phone": "attendeePhone",
    "somewhereElse": "attendeeDefined",
    "conferencing": "organizersDefaultApp",
}
"""v1's internal names of places. v1 calls the host's number `userPhone`, the guest's `phone`."""

PLACES = frozenset({*V1_PLACES.values(), "unknown"})

FREQUENCIES = {0: "yearly", 1: "monthly", 2: "weekly"}
"""The numbers of iCalendar's library, as v1 stores them."""

ASSIGNMENTS = {"roundrobin": Assignment.ROUND_ROBIN, "collective": Assignment.COLLECTIVE}
"""`roundRobin` in v2, `ROUND_ROBIN` in v1."""


class PlaceShape(Shape):
    type: str = "unknown"
    address: str = ""
    link: str = ""
    phone: str = ""
    integration: str = ""
    location: str = ""
    host_phone_number: str = ""


class Switch(Shape):
    """A setting that is `{disabled: true}` when it is off."""

    disabled: bool = False


class ConfirmationShape(Switch):
    type: str = ""


class SeatsShape(Switch):
    seats_per_time_slot: int | None = None
    show_attendee_info: bool = False


class RecurrenceShape(Switch):
    interval: int = Field(default=1, ge=1)
    occurrences: int | None = None
    count: int | None = None
    frequency: str = ""
    freq: int | None = None


class UserShape(Shape):
    id: int | None = None
    name: str = ""
    username: str | None = None


class HostShape(Shape):
    """v2 says `mandatory`, v1 `isFixed` (and no names)."""

    user_id: int
    name: str = ""
    username: str = ""
    mandatory: bool = False
    is_fixed: bool = False


class EventTypeShape(Shape):
    id: int
    title: str = ""
    slug: str = ""
    length_in_minutes: int = 0
    length_in_minutes_options: Many[int] = Field(default_factory=list)
    length: int = 0
    description: str = ""
    owner_id: int | None = None
    users: Many[UserShape] = Field(default_factory=list)
    booking_url: str = ""
    link: str = ""
    hidden: bool = False
    locations: Many[PlaceShape] = Field(default_factory=list)
    booking_fields: Many[FieldShape] = Field(default_factory=list)
    minimum_booking_notice: int = 0
    seats: SeatsShape | None = None
    seats_per_time_slot: int | None = None
    seats_show_attendees: bool = False
    recurrence: RecurrenceShape | None = None
    recurring_event: RecurrenceShape | None = None
    confirmation_policy: ConfirmationShape | None = None
    requires_confirmation: bool = False
    disable_guests: bool = False
    price: int = 0
    currency: str = ""
    disable_cancelling: Switch | bool | None = None
    disable_rescheduling: Switch | bool | None = None
    metadata: dict[str, Any] = Field(default_factory=dict)
    is_instant_event: bool = False
    team_id: int | None = None
    team: TeamShape | None = None
    scheduling_type: str = ""
    parent_event_type_id: int | None = None
    parent_id: int | None = None
    hosts: Many[HostShape] = Field(default_factory=list)

    @property
    def scheduling(self) -> str:
        return self.scheduling_type.replace("_", "").lower()

    @property
    def is_template(self) -> bool:
        """Whether it only stands for its children, and cannot be booked itself."""
        is_child = self.parent_event_type_id or self.parent_id
        return self.scheduling == "managed" and not is_child


def is_of_2024_04(body: Any) -> bool:
    """Whether it is the answer of a server that does not know the version that was asked for."""
    data = inside(body, "data")
    return isinstance(data, dict) and not data.keys().isdisjoint({"eventTypeGroups", "eventType"})


def event_types(body: Any) -> tuple[EventType, ...]:
    """Those of a v2 list that can be booked."""
    return _bookable(inside(body, "data"))


def with_templates(body: Any) -> tuple[EventType, ...]:
    """All of a v2 list, also those that only stand for their children."""
    return each(EventTypeShape, inside(body, "data"), domain_event_type)


def event_type(body: Any) -> EventType:
    """The one of a v2 answer (a managed type answers an array, the parent first)."""
    return domain_event_type(one(EventTypeShape, inside(body, "data")))


def v1_event_types(body: Any) -> tuple[EventType, ...]:
    return _bookable(inside(body, "event_types"))


def v1_event_type(body: Any) -> EventType:
    return domain_event_type(one(EventTypeShape, inside(body, "event_type")))


def _bookable(entries: Any) -> tuple[EventType, ...]:
    found = each(EventTypeShape, entries, lambda s: None if s.is_template else domain_event_type(s))
    return tuple(event_type for event_type in found if event_type is not None)


def domain_event_type(shape: EventTypeShape) -> EventType:
    user, team = _owner(shape), _team(shape)
    url = shape.booking_url or shape.link
    options = shape.length_in_minutes_options or [
        length for length in listed(shape.metadata.get("multipleDuration")) if type(length) is int
    ]
    seats = shape.seats or SeatsShape()
    policy = shape.confirmation_policy
    return EventType(
        id=shape.id,
        title=shape.title,
        slug=shape.slug,
        length=shape.length_in_minutes or shape.length,
        lengths=tuple(options) if len(options) > 1 else (),
        description=shape.description,
        owner=None if team else (user.username if user else None) or _owner_in(url),
        owner_name=user.name if user and not team else "",
        url=url,
        hidden=shape.hidden,
        locations=tuple(_location(place, v1=shape.length > 0) for place in shape.locations),
        questions=tuple(q for field in shape.booking_fields if (q := question(field))),
        notice=shape.minimum_booking_notice,
        seats=seats.seats_per_time_slot or shape.seats_per_time_slot or None,
        shows_attendees=seats.show_attendee_info or shape.seats_show_attendees,
        recurrence=_recurrence(shape.recurrence or shape.recurring_event),
        needs_confirmation=shape.requires_confirmation
        or bool(policy and policy.type and not policy.disabled),
        guests_allowed=not shape.disable_guests,
        price=shape.price,
        currency=shape.currency,
        cancelling_allowed=not _is_off(shape.disable_cancelling),
        rescheduling_allowed=not _is_off(shape.disable_rescheduling),
        instant=shape.is_instant_event,
        team=team,
        assignment=ASSIGNMENTS.get(shape.scheduling),
        hosts=tuple(_host(host, shape) for host in shape.hosts) if team else (),
    )


def _team(shape: EventTypeShape) -> Team | None:
    if shape.team:
        return domain_team(shape.team)
    return Team(shape.team_id, "") if shape.team_id else None


def _host(host: HostShape, shape: EventTypeShape) -> TeamHost:
    """Where everybody takes part, nobody is told to be mandatory."""
    is_fixed = host.mandatory or host.is_fixed or shape.scheduling == "collective"
    return TeamHost(host.user_id, host.name, host.username, is_fixed)


def _is_off(switch: Switch | bool | None) -> bool:
    """Whether it is switched off: `{disabled: true}` in v2, a plain flag in older rows."""
    return switch.disabled if isinstance(switch, Switch) else bool(switch)


def _owner(shape: EventTypeShape) -> UserShape | None:
    own = (user for user in shape.users if user.id == shape.owner_id)
    return next(own, shape.users[0] if shape.users else None)


def _owner_in(url: str) -> str | None:
    """`alice` of `https://cal.com/alice/30min`; none in a team's link."""
    try:
        parts = [part for part in urlsplit(url).path.split("/") if part]
    except ValueError:
        return None
    return parts[0] if len(parts) == 2 and parts[0] not in {"team", "d"} else None


def _location(place: PlaceShape, *, v1: bool) -> Location:
    """A number or an address that is not public has no value, and is a place all the same."""
    if place.type.startswith("integrations:"):
        return Location("integration", place.type)
    kind = V1_PLACES.get(place.type, place.type) if v1 else place.type
    if kind == "integration":
        return Location(kind, place.integration)
    values = (place.address, place.link, place.phone, place.host_phone_number, place.location)
    return Location(kind if kind in PLACES else "unknown", next(filter(None, values), ""))


def _recurrence(shape: RecurrenceShape | None) -> Recurrence | None:
    if shape is None or shape.disabled:
        return None
    frequency = shape.frequency or FREQUENCIES.get(shape.freq if shape.freq is not None else -1)
    occurrences = shape.occurrences or shape.count
    if not frequency or not occurrences:
        return None
    return Recurrence(shape.interval, occurrences, frequency)
