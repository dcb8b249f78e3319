"""Bookings on the wire (v2 2024-08-13, v1, and the flat rows of both) as domain bookings."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import Field
from pydantic.alias_generators import to_camel

from bot.calcom.errors import Unreadable
from bot.calcom.wire import Many, Moment, Shape, Zone, each, inside, listed, one, text_of
from bot.domain.bookings import (
    Attendee,
    Booking,
    BookingPage,
    CalendarLink,
    Host,
    Recording,
    Status,
)

OUR_KEY = "calbot"
"""The metadata key under which a booking carries the id of the attempt that made it."""

NO_ANSWERS = frozenset({"name", "email", "guests", "displayEmail", "displayGuests", "location"})
"""Responses that are fields of the booking itself."""


class HostShape(Shape):
    id: int | None = None
    name: str = ""
    email: str = ""
    display_email: str = ""
    username: str | None = None
    time_zone: Zone | None = None


class AttendeeShape(Shape):
    name: str = ""
    email: str = ""
    display_email: str = ""
    time_zone: Zone = "UTC"
    language: Any = None
    locale: str = ""
    phone_number: str | None = None
    absent: bool = False
    no_show: bool = False
    seat_uid: str | None = None
    metadata: dict[str, Any] = Field(default_factory=dict)
    booking_fields_responses: dict[str, Any] = Field(default_factory=dict)


class EventTypeRef(Shape):
    id: int | None = None
    slug: str | None = None


class BookingShape(Shape):
    """v2's booking; v1's rows have `startTime`, `endTime`, `user`, `responses` instead."""

    uid: str = Field(min_length=1)
    id: int | None = None
    title: str = ""
    description: str = ""
    status: str = ""
    start: Moment | None = None
    start_time: Moment | None = None
    end: Moment | None = None
    end_time: Moment | None = None
    duration: int = Field(default=0, ge=0, le=100_000)
    hosts: Many[HostShape] = Field(default_factory=list)
    user: HostShape | None = None
    user_primary_email: str = ""
    attendees: Many[AttendeeShape] = Field(default_factory=list)
    guests: Many[str] = Field(default_factory=list)
    event_type_id: int | None = None
    event_type: EventTypeRef | None = None
    location: str = ""
    meeting_url: str = ""
    cancellation_reason: str = ""
    rescheduling_reason: str = ""
    rescheduled_from_uid: str | None = None
    from_reschedule: str | None = None
    rescheduled_to_uid: str | None = None
    recurring_booking_uid: str | None = None
    recurring_event_id: str | None = None
    seat_uid: str | None = None
    seat_reference_uid: str | None = None
    absent_host: bool = False
    no_show_host: bool = False
    booking_fields_responses: dict[str, Any] = Field(default_factory=dict)
    responses: dict[str, Any] = Field(default_factory=dict)
    metadata: dict[str, Any] = Field(default_factory=dict)
    created_at: Moment | None = None
    updated_at: Moment | None = None


def host(shape: HostShape) -> Host:
    email = shape.display_email or shape.email
    return Host(shape.name, email, shape.id, shape.username, shape.time_zone)


def attendee(shape: AttendeeShape) -> Attendee:
    language = inside(shape.language, "locale") or shape.language or shape.locale
    return Attendee(
        name=shape.name,
        email=shape.display_email or shape.email,
        time_zone=shape.time_zone,
        language=text_of(language) or "en",
        phone=shape.phone_number or None,
        absent=shape.absent or shape.no_show,
        seat_uid=shape.seat_uid,
        key=text_of(shape.metadata.get(OUR_KEY)),
    )


def status(said: str) -> Status:
    """The status in either case; one we do not know (`AWAITING_HOST`) is still open."""
    try:
        return Status(said.lower())
    except ValueError:
        return Status.PENDING


def end_of(start: datetime, minutes: int) -> datetime:
    try:
        return start + timedelta(minutes=minutes)
    except OverflowError:
        return start


def addresses(*places: Any) -> tuple[str, ...]:
    """The e-mail addresses in the given places, each once, in order."""
    found = (text_of(entry) for place in places for entry in listed(place))
    return tuple(dict.fromkeys(email for email in found if "@" in email))


def texts(metadata: Mapping[str, Any]) -> dict[str, str]:
    return {key: text_of(value) for key, value in metadata.items() if text_of(value)}


def answers(responses: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in responses.items() if key not in NO_ANSWERS}


def domain_booking(shape: BookingShape) -> Booking:
    """Raises `Unreadable` where it has no start."""
    start = shape.start or shape.start_time
    if start is None:
        raise Unreadable("a booking without a start")
    responses = shape.booking_fields_responses or shape.responses
    metadata = texts(shape.metadata)
    event_type = shape.event_type or EventTypeRef()
    return Booking(
        uid=shape.uid,
        id=shape.id,
        title=shape.title,
        description=shape.description,
        status=status(shape.status),
        start=start,
        end=shape.end or shape.end_time or end_of(start, shape.duration),
        hosts=_hosts(shape),
        attendees=tuple(attendee(a) for a in shape.attendees),
        guests=_guests(shape, responses),
        event_type_id=event_type.id or shape.event_type_id,
        event_type_slug=event_type.slug,
        location=shape.location or shape.meeting_url or metadata.get("videoCallUrl", ""),
        cancellation_reason=shape.cancellation_reason,
        rescheduling_reason=shape.rescheduling_reason,
        rescheduled_from_uid=shape.rescheduled_from_uid or shape.from_reschedule,
        rescheduled_to_uid=shape.rescheduled_to_uid,
        recurring_uid=shape.recurring_booking_uid or shape.recurring_event_id,
        seat_uid=shape.seat_uid or shape.seat_reference_uid,
        absent_host=shape.absent_host or shape.no_show_host,
        answers=answers(responses),
        metadata=metadata,
        created_at=shape.created_at,
        updated_at=shape.updated_at,
    )


def _hosts(shape: BookingShape) -> tuple[Host, ...]:
    if shape.hosts:
        return tuple(host(h) for h in shape.hosts)
    if shape.user is None:
        return ()
    # v1 leaves the e-mail out of `user` when it answers a create.
    owner = host(shape.user)
    email = owner.email or shape.user_primary_email
    return (Host(owner.name, email, owner.id, owner.username, owner.time_zone),)


def _guests(shape: BookingShape, responses: Mapping[str, Any]) -> tuple[str, ...]:
    seats = [a.booking_fields_responses.get("guests") for a in shape.attendees]
    return addresses(shape.guests, responses.get("guests"), *seats)


def booking(body: Any, uid: str | None = None) -> Booking:
    """The booking of a v2 answer.

    Of a series (an array): the one with this uid, else the first to start.

    Raises:
        Unreadable: There is none in it.
    """
    found = each(BookingShape, inside(body, "data"), domain_booking)
    if not found:
        raise Unreadable("no booking in the answer")
    return next((b for b in found if b.uid == uid), min(found, key=lambda b: b.start))


def occurrences(body: Any) -> tuple[Booking, ...]:
    """All bookings of a v2 answer, which is an array for a series, by start.

    Raises:
        Unreadable: There is none in it.
    """
    found = each(BookingShape, inside(body, "data"), domain_booking)
    if not found:
        raise Unreadable("no booking in the answer")
    return tuple(sorted(found, key=lambda booking: booking.start))


class PageShape(Shape):
    has_next_page: bool = False
    has_more: bool = False
    total_items: int | None = None


def page(body: Any) -> BookingPage:
    """A page of a v2 list, whichever of its two paginations it has."""
    paging = one(PageShape, inside(body, "pagination") or {})
    return BookingPage(
        bookings=each(BookingShape, inside(body, "data"), domain_booking),
        has_more=paging.has_next_page or paging.has_more,
        total=paging.total_items,
    )


class InstantShape(Shape):
    booking_uid: str = ""
    uid: str = ""


def instant_uid(body: Any) -> str:
    """The uid of a meeting that was asked for at once, as a booking or as little more than it.

    Raises:
        Unreadable: There is none in it.
    """
    shape = one(InstantShape, inside(body, "data"))
    if not (uid := shape.booking_uid or shape.uid):
        raise Unreadable("no booking in the answer")
    return uid


class LinkShape(Shape):
    label: str = ""
    link: str = Field(min_length=1)


def calendar_links(body: Any) -> tuple[CalendarLink, ...]:
    return each(LinkShape, inside(body, "data"), lambda s: CalendarLink(s.label, s.link))


class RecordingShape(Shape):
    start_ts: int | None = None
    duration: int = Field(default=0, ge=0)
    download_link: str | None = None


def recordings(body: Any) -> tuple[Recording, ...]:
    return each(RecordingShape, inside(body, "data"), _recording)


def v1_recordings(body: Any) -> tuple[Recording, ...]:
    """A bare list, whose names are written with underscores."""
    entries = (entry for entry in listed(body) if isinstance(entry, dict))
    renamed = [{to_camel(str(name)): entry[name] for name in entry} for entry in entries]
    return each(RecordingShape, renamed, _recording)


def _recording(shape: RecordingShape) -> Recording:
    """`startTs` is in seconds since 1970."""
    try:
        started = datetime.fromtimestamp(shape.start_ts, UTC) if shape.start_ts else None
    except (OverflowError, ValueError, OSError):
        started = None
    return Recording(started, shape.duration, shape.download_link)


def rows(body: Any) -> tuple[Booking, ...]:
    """The bookings of a v1 list."""
    return each(BookingShape, inside(body, "bookings"), domain_booking)


def row(body: Any) -> Booking:
    """The booking of a v1 answer, wrapped (`{booking}`) or bare."""
    return domain_booking(one(BookingShape, inside(body, "booking") or body))


def made_by(key: str, bookings: Any) -> Booking | None:
    """The booking in a list that carries our key: a standing one before a cancelled one.

    The bookings of a class with seats keep their metadata with each attendee.
    """
    carrying = each(BookingShape, bookings, lambda shape: _carrying(key, shape))
    found = [booking for booking in carrying if booking is not None]
    standing = (b for b in found if b.status in {Status.ACCEPTED, Status.PENDING})
    return next(standing, found[0] if found else None)


def _carrying(key: str, shape: BookingShape) -> Booking | None:
    if shape.metadata.get(OUR_KEY) == key:
        return domain_booking(shape)
    for seat in shape.attendees:
        if seat.metadata.get(OUR_KEY) == key:
            return domain_booking(shape.model_copy(update={"seat_uid": seat.seat_uid}))
    return None


def responses_of(shape: BookingShape, left_out: Iterable[str] = ()) -> dict[str, Any]:
    """The raw form answers of a v1 row, to be sent again."""
    gone = {*left_out, "rescheduleReason"}
    return {key: value for key, value in shape.responses.items() if key not in gone}
