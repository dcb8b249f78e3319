"""Event types on the wire: v2 (2024-06-14 and 2026-06-12) and v1."""

import re
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field

from bot.calcom.wire import Many, Shape, each, inside, listed, one, text_of
from bot.domain.event_types import EventType, Kind, Location, Question, Recurrence

TYPES_2026 = {
    "shortText": "text",
    "longText": "textarea",
    "checkbox": "boolean",
    "checkboxGroup": "checkbox",
    "radioGroup": "radio",
    "multiSelect": "multiselect",
    "multiEmail": "multiemail",
}
"""The names of 2026-06-12 for the types of 2024-06-14, which are the domain's."""

DEFAULT_TYPES = {
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

V1_PLACES = {
    "inPerson": "address",
    "link": "link",
    "userPhone": "phone",
    "attendeeInPerson": "attendeeAddress",
    "phone": "attendeePhone",
    "somewhereElse": "attendeeDefined",
}
"""v1's internal names of places. v1 calls the host's number `userPhone`, the guest's `phone`."""

FREQUENCIES = {0: "yearly", 1: "monthly", 2: "weekly"}
"""The numbers of iCalendar's library, as v1 stores them."""

TRANSLATION_KEY = re.compile(r"[a-z]+(_[a-z]+)*")


class PlaceShape(Shape):
    type: str = "unknown"
    address: str = ""
    link: str = ""
    phone: str = ""
    integration: str = ""
    location: str = ""
    host_phone_number: str = ""


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


class Switch(Shape):
    """A setting that is `{disabled: true}` when it is off."""

    disabled: bool = False


class ConfirmationShape(Switch):
    type: str = ""


class SeatsShape(Switch):
    seats_per_time_slot: int | None = None


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


def event_types(body: Any) -> tuple[EventType, ...]:
    """Those of a v2 list."""
    return each(EventTypeShape, inside(body, "data"), domain_event_type)


def event_type(body: Any) -> EventType:
    """The one of a v2 answer (a managed type answers an array, the parent first)."""
    return domain_event_type(one(EventTypeShape, inside(body, "data")))


def v1_event_types(body: Any) -> tuple[EventType, ...]:
    return each(EventTypeShape, inside(body, "event_types"), domain_event_type)


def v1_event_type(body: Any) -> EventType:
    return domain_event_type(one(EventTypeShape, inside(body, "event_type")))


def domain_event_type(shape: EventTypeShape) -> EventType:
    user = _owner(shape)
    url = shape.booking_url or shape.link
    options = shape.length_in_minutes_options or [
        length for length in listed(shape.metadata.get("multipleDuration")) if type(length) is int
    ]
    seats = shape.seats.seats_per_time_slot if shape.seats else None
    policy = shape.confirmation_policy
    return EventType(
        id=shape.id,
        title=shape.title,
        slug=shape.slug,
        length=shape.length_in_minutes or shape.length,
        lengths=tuple(options) if len(options) > 1 else (),
        description=shape.description,
        owner=(user.username if user else None) or _owner_in(url),
        owner_name=user.name if user else "",
        url=url,
        hidden=shape.hidden,
        locations=tuple(_location(place, v1=shape.length > 0) for place in shape.locations),
        questions=tuple(q for field in shape.booking_fields if (q := _question(field))),
        notice=shape.minimum_booking_notice,
        seats=seats or shape.seats_per_time_slot or None,
        recurrence=_recurrence(shape.recurrence or shape.recurring_event),
        needs_confirmation=shape.requires_confirmation
        or bool(policy and policy.type and not policy.disabled),
        guests_allowed=not shape.disable_guests,
        price=shape.price,
        currency=shape.currency,
        cancelling_allowed=not _is_off(shape.disable_cancelling),
        rescheduling_allowed=not _is_off(shape.disable_rescheduling),
    )


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
    if place.type.startswith("integrations:"):
        return Location("integration", place.type)
    kind = V1_PLACES.get(place.type, place.type) if v1 else place.type
    values = (place.address, place.link, place.phone, place.host_phone_number)
    return Location(kind, next(filter(None, values), place.integration or place.location))


def _question(field: FieldShape) -> Question | None:
    slug = field.slug or field.name or (field.field if field.field in DEFAULT_TYPES else "")
    if not slug:
        return None
    is_2026 = bool(field.field)
    kind = TYPES_2026.get(field.type, field.type) if is_2026 else field.type
    is_default = (
        field.field in DEFAULT_TYPES or field.is_default or field.editable.startswith("system")
    )
    # Built-in fields carry translation keys (`your_name`), which say nothing to people.
    says_nothing = is_default and TRANSLATION_KEY.fullmatch(field.label)
    return Question(
        slug=slug,
        kind=_kind(kind or DEFAULT_TYPES.get(field.field, "text")),
        label="" if says_nothing else field.label,
        required=field.required,
        hidden=field.hidden,
        is_default=is_default,
        placeholder=field.placeholder,
        options=tuple(option for entry in field.options if (option := _option(entry))),
    )


def _kind(name: str) -> Kind:
    try:
        return Kind(name)
    except ValueError:
        return Kind.UNKNOWN


def _option(entry: Any) -> str:
    """`Sales`, or v1's `{label, value}`: it is the value that is answered."""
    if isinstance(entry, dict):
        return text_of(entry.get("value")) or text_of(entry.get("label"))
    return text_of(entry)


def _recurrence(shape: RecurrenceShape | None) -> Recurrence | None:
    if shape is None or shape.disabled:
        return None
    frequency = shape.frequency or FREQUENCIES.get(shape.freq if shape.freq is not None else -1)
    occurrences = shape.occurrences or shape.count
    if not frequency or not occurrences:
        return None
    return Recurrence(shape.interval, occurrences, frequency)
