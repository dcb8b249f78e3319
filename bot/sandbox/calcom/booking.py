"""Making a booking: one, a seat of one, or a series."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from bot.sandbox.calcom import fields, hosting, limits, places, slots, webhooks
from bot.sandbox.calcom.errors import Code, Refused
from bot.sandbox.calcom.hours import Span
from bot.sandbox.calcom.model import JSON, Attendee, Booking, EventType, Status, User
from bot.sandbox.calcom.world import World


@dataclass(frozen=True, slots=True)
class Person:
    """Who a booking is for. `email` may be "" where a phone number is given."""

    name: str
    email: str
    time_zone: str
    language: str = "en"
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A wish to book, its shape already checked by the API version it came through.

    `location` is the stored form (an address, link, phone number or `integrations:daily`), None
    for the event type's first one. `location_answer` is what `responses.location` keeps. `length`
    (minutes) None means the event type's own. `answers` are the other form fields' by slug, notes
    among them. `caller` is the key's owner.
    """

    event_type: EventType
    start: datetime
    attendee: Person
    guests: list[str] = field(default_factory=list)
    location: str | None = None
    location_answer: JSON | None = None
    answers: JSON = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    recurrence_count: int | None = None
    caller: User | None = None


async def book(world: World, request: Request) -> list[Booking]:
    """Book, send the webhooks, and return the booking (all occurrences of a series).

    For a seat the shared booking comes back, with the newcomer last in `attendees`.
    Raises `Refused` and changes nothing.
    """
    fields.check(request.event_type, responses(request))
    limits.check_booker(world, request.event_type, request.attendee.email)
    if request.event_type.seats and request.event_type.recurrence:
        raise Refused(Code.SERIES_OF_SEATS)
    if request.event_type.seats:
        return [await _take_seat(world, request)]
    starts = _occurrences(request)
    casts = [check_bookable(world, request.event_type, _span(request, s)) for s in starts]
    await asyncio.sleep(0)  # the real server asks its database here: simultaneous callers get by
    for start, hosts in zip(starts, casts, strict=True):
        if not needs_confirmation(world, request.event_type, start):
            check_race(world, hosts[0], _span(request, start))
    series = world.new_uuid() if request.event_type.recurrence else None
    made = []
    for start, hosts in zip(starts, casts, strict=True):
        booking = insert(world, replace(request, start=start), hosts)
        booking.recurring_uid = series
        made.append(booking)
    for booking in made:
        await webhooks.announce_new(world, booking)
    return made


def check_bookable(
    world: World,
    event_type: EventType,
    span: Span,
    *,
    moving: str | None = None,
    staying: int | None = None,
) -> list[User]:
    """Return who would host (see `hosting.cast`), or raise `Refused` with the first reason why
    `span` cannot be booked."""
    if span[0] < world.now():
        raise Refused(Code.PAST)
    if slots.out_of_bounds(world, event_type, span[0]):
        raise Refused(Code.OUT_OF_BOUNDS)
    limits.check(world, event_type, span, moving=moving)
    return hosting.cast(world, event_type, span, moving=moving, staying=staying)


def check_race(world: World, host: User, span: Span, *, moving: str | None = None) -> None:
    """Raise `Refused(RACE_LOST)` where somebody else was quicker while the database was asked.

    Accepted bookings have a unique key of host, start and end; pending ones have none and can be
    doubled, so they are not to be checked.
    """
    for other in world.bookings:
        same = (other.host_id, other.start, other.end) == (host.id, *span)
        if same and other.status is Status.ACCEPTED and other.uid != moving:
            world.next_id("booking")  # the failed insert has used up its number
            raise Refused(Code.RACE_LOST)


def needs_confirmation(world: World, event_type: EventType, start: datetime) -> bool:
    """Tell whether a booking at `start` waits for its host (`time`: only when it is so soon)."""
    policy = event_type.confirmation_policy
    if policy.get("type") == "time":
        threshold = policy.get("noticeThreshold") or {}
        unit = str(threshold.get("unit", "minutes"))
        return start - world.now() < timedelta(**{unit: float(threshold.get("count", 0))})
    return policy.get("type") == "always"


def responses(request: Request) -> JSON:
    """Return the form's answers by slug, as the booking keeps them: those to its questions."""
    person = request.attendee
    asked = {f["slug"] for f in fields.form(request.event_type)}
    kept: JSON = {slug: answer for slug, answer in request.answers.items() if slug in asked}
    kept |= {"email": person.email, "name": fields.name(request.event_type, person.name)}
    if person.phone:
        kept["attendeePhoneNumber"] = person.phone
    if request.guests:
        kept["guests"] = list(request.guests)
    if request.location_answer:
        kept["location"] = request.location_answer
    return kept


def attendee(world: World, person: Person) -> Attendee:
    return Attendee(
        id=world.next_id("attendee"),
        name=person.name,
        email=person.email,
        time_zone=person.time_zone,
        language=person.language,
        phone=person.phone,
    )


def co_hosts(world: World, hosts: list[User]) -> list[Attendee]:
    """Return the rows of those who host beside the organizer, who comes first."""
    people = [Person(u.name, u.email, u.time_zone, u.locale) for u in hosts[1:]]
    return [attendee(world, person) for person in people]


def _span(request: Request, start: datetime) -> Span:
    return start, start + timedelta(minutes=request.length or request.event_type.length)


def _occurrences(request: Request) -> list[datetime]:
    """Return the starts: a series keeps its clock time in the attendee's zone, over DST too."""
    rule = request.event_type.recurrence
    if rule is None:
        return [request.start]
    step = relativedelta(
        weeks=rule.interval if rule.frequency == "weekly" else 0,
        months=rule.interval if rule.frequency == "monthly" else 0,
        years=rule.interval if rule.frequency == "yearly" else 0,
    )
    local = request.start.astimezone(ZoneInfo(request.attendee.time_zone))
    starts = [local]
    while len(starts) < (request.recurrence_count or rule.occurrences):
        starts.append(starts[-1] + step)
    return [start.astimezone(UTC) for start in starts]


def insert(world: World, request: Request, hosts: list[User]) -> Booking:
    """Put in a booking, checked by nobody and announced to nobody yet."""
    event_type, now = request.event_type, world.now()
    uid = world.new_uid()
    start, end = _span(request, request.start)
    waiting = needs_confirmation(world, event_type, start)
    person = request.attendee
    guests = [Person("", email, person.time_zone, person.language) for email in request.guests]
    booking = Booking(
        id=world.next_id("booking"),
        uid=uid,
        event_type_id=event_type.id,
        host_id=hosts[0].id,
        title=hosting.title(world, event_type, hosts, person.name),
        description=str(request.answers.get("notes", "")),
        start=start,
        end=end,
        status=Status.PENDING if waiting else Status.ACCEPTED,
        location=request.location or places.default(event_type, person.phone),
        ics_uid=f"{uid}@Cal.diy",
        created_at=now,
        updated_at=now,
        attendees=[attendee(world, p) for p in (person, *guests)],
        co_hosts=co_hosts(world, hosts),
        responses=responses(request),
        metadata=dict(request.metadata),
    )
    if event_type.price:
        booking.status, booking.unpaid = Status.PENDING, True
        booking.payment_id = world.next_id("payment")
    world.bookings.append(booking)
    return booking


async def _take_seat(world: World, request: Request) -> Booking:
    event_type = request.event_type
    span = _span(request, request.start)
    if span[0] < world.now():
        raise Refused(Code.PAST)
    if slots.out_of_bounds(world, event_type, span[0]):
        raise Refused(Code.OUT_OF_BOUNDS)
    booking = shared_meeting(world, event_type, span[0])
    if booking is None:
        booking = insert(world, request, check_bookable(world, event_type, span))
        booking.ics_uid = f"{world.new_uid()}@Cal.diy"
        booking.description = None
        seat = booking.attendees[0]
        del booking.attendees[1:]
    else:
        join(event_type, booking, request.attendee.email)
        seat = attendee(world, request.attendee)
        booking.attendees.append(seat)
    seat.seat_uid = world.new_uuid()
    seat.responses = responses(request)
    seat.metadata = dict(request.metadata)
    await webhooks.announce_new(world, booking, seat=seat)
    return booking


def shared_meeting(world: World, event_type: EventType, start: datetime) -> Booking | None:
    """Return the class that already meets at `start`, if any."""
    same = (b for b in world.bookings if b.event_type_id == event_type.id and b.start == start)
    return next((b for b in same if b.alive), None)


def join(event_type: EventType, booking: Booking, email: str) -> None:
    """Raise `Refused` where `email` cannot take one more seat of `booking`."""
    if any(a.email == email for a in booking.attendees):
        raise Refused(Code.ALREADY_SIGNED_UP)
    if event_type.seats and len(booking.attendees) >= event_type.seats.per_slot:
        raise Refused(Code.SEATS_FULL)
