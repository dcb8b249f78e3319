"""When a host can be booked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from zoneinfo import ZoneInfo

from bot.sandbox.calcom import limits
from bot.sandbox.calcom.hours import Span, merged, overlap, shared, without, working
from bot.sandbox.calcom.model import Booking, EventType, Status, User
from bot.sandbox.calcom.world import World

CACHE_SECONDS = 2  # an identical question is answered from memory for so long, bookings or not


@dataclass(frozen=True, slots=True)
class Slot:
    """One bookable start. For a seated type, `booking` is what somebody already joined."""

    start: datetime
    end: datetime
    booking: Booking | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What slots are asked for: starts within `window` (start inclusive, end exclusive).

    `length` overrides the event type's minutes. `moving` is the uid of a booking being moved: its
    own time counts as free. Starts are aligned to round minutes of `zone` (IANA name).
    """

    window: Span
    length: int | None = None
    moving: str | None = None
    zone: str = "UTC"


def open_slots(world: World, event_type: EventType, question: Question) -> list[Slot]:
    """Return the offered slots in order; the same question within 2 s gets the same answer."""
    now = world.now()
    key = (event_type.id, question)
    kept = world.slot_answers.get(key)
    if kept is not None and now - kept[0] <= timedelta(seconds=CACHE_SECONDS):
        return list(kept[1])
    answer = _compute(world, event_type, question)
    fresh = now - timedelta(seconds=CACHE_SECONDS)
    world.slot_answers = {k: v for k, v in world.slot_answers.items() if v[0] >= fresh}
    world.slot_answers[key] = (now, answer)
    return list(answer)


def is_free(
    world: World, event_type: EventType, host: User, span: Span, *, moving: str | None = None
) -> bool:
    """Tell whether `host` works through `span` and nothing else is in it.

    Reservations do not count: they hide a slot from the listing, no more.
    """
    schedule = world.schedule_for(event_type, host)
    if schedule is None or working(schedule, span) != [span]:
        return False
    return not any(overlap(span, taken) for taken in _taken(world, event_type, host, moving))


def out_of_bounds(world: World, event_type: EventType, start: datetime) -> bool:
    """Tell whether `start` is too soon (notice) or outside the booking window."""
    if start < world.now() + timedelta(minutes=event_type.minimum_notice):
        return True
    zone = ZoneInfo(world.host_zone(event_type))
    return any(not _within(world.now(), start, rule, zone) for rule in event_type.booking_window)


def _compute(world: World, event_type: EventType, question: Question) -> list[Slot]:
    hosts = [world.users[h] for h in event_type.host_ids]
    free = {h.id: _left(world, event_type, h, question) for h in hosts}
    length = timedelta(minutes=question.length or event_type.length)
    classes = _seated(world, event_type)
    found: list[Slot] = []
    for span in _common(event_type, free):
        for start in _starts(world, event_type, span, length, question.zone):
            slot = (start, start + length)
            meeting = next((b for b in classes if overlap(slot, (b.start, b.end))), None)
            if meeting is not None and meeting.start != start:
                continue
            if not _has_turn(event_type, free, slot):
                continue
            if out_of_bounds(world, event_type, start) or limits.reached(world, event_type, slot):
                continue
            found.append(Slot(*slot, booking=meeting))
    if event_type.only_first_slot:
        return _first_of_each_day(found, world.host_zone(event_type))
    return found


def _left(world: World, event_type: EventType, host: User, question: Question) -> list[Span]:
    """Return what is left of one host's hours."""
    schedule = world.schedule_for(event_type, host)
    if schedule is None:
        return []
    taken = _taken(world, event_type, host, question.moving)
    taken += _reserved(world, event_type, host)
    return without(working(schedule, question.window), taken)


def _common(event_type: EventType, free: dict[int, list[Span]]) -> list[Span]:
    """Return when everybody who always hosts is free, and one at least of those who take turns."""
    together = [free[h] for h in event_type.always]
    if event_type.rotating:
        together.append(merged(span for h in event_type.rotating for span in free[h]))
    return reduce(shared, together) if together else []


def _has_turn(event_type: EventType, free: dict[int, list[Span]], slot: Span) -> bool:
    """Tell whether one of those who take turns can host all of a slot, where somebody has to."""
    turns = [span for h in event_type.rotating for span in free[h]]
    return not event_type.rotating or any(s <= slot[0] and slot[1] <= e for s, e in turns)


def _starts(
    world: World, event_type: EventType, span: Span, length: timedelta, zone: str
) -> list[datetime]:
    """Cut one free span into starts, the first on a round minute of `zone`."""
    minutes = event_type.slot_interval or int(length.total_seconds() // 60)
    grid = next((g for g in (60, 30, 20, 15, 10, 5) if minutes % g == 0), 1)
    soonest = world.now() + timedelta(minutes=event_type.minimum_notice)
    start = _rounded(max(span[0], soonest), grid, ZoneInfo(zone))
    offset = timedelta(minutes=event_type.offset_start)
    step = timedelta(minutes=minutes) + offset
    start += offset
    starts = []
    while start + length <= span[1]:
        starts.append(start)
        start += step
    return starts


def _rounded(moment: datetime, grid: int, zone: ZoneInfo) -> datetime:
    if moment.second or moment.microsecond:
        moment = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
    over = moment.astimezone(zone).minute % grid
    return moment + timedelta(minutes=grid - over) if over else moment


def _taken(world: World, event_type: EventType, host: User, moving: str | None) -> list[Span]:
    """What occupies a host, grown by the buffers of both meetings. Own seated classes not."""
    spans: list[Span] = []
    for booking in world.bookings:
        if booking.uid == moving or not _blocks(world, booking, host.id, host.email):
            continue
        if event_type.seats and booking.event_type_id == event_type.id:
            continue
        other = world.event_types.get(booking.event_type_id)
        before = (other.before_buffer if other else 0) + event_type.after_buffer
        after = (other.after_buffer if other else 0) + event_type.before_buffer
        spans.append(_grown((booking.start, booking.end), before, after))
    spans += _away(world, event_type, host)
    for calendar in world.calendars_of(host.id):
        for busy in calendar.busy:
            span = (busy.start, busy.end)
            spans.append(_grown(span, event_type.after_buffer, event_type.before_buffer))
    return spans


def _away(world: World, event_type: EventType, host: User) -> list[Span]:
    """The days out of office, as they are in the zone of the hours that are worked."""
    schedule = world.schedule_for(event_type, host)
    zone = ZoneInfo(schedule.time_zone if schedule else host.time_zone)
    return [
        (
            one.start.replace(tzinfo=zone).astimezone(UTC),
            (one.end + timedelta(milliseconds=1)).replace(tzinfo=zone).astimezone(UTC),
        )
        for one in world.away.values()
        if one.user_id == host.id
    ]


def _blocks(world: World, booking: Booking, host_id: int, host_email: str) -> bool:
    if booking.host_id != host_id and all(a.email != host_email for a in booking.people):
        return False
    if booking.unpaid:
        return booking.alive
    if booking.status is Status.PENDING:
        other = world.event_types.get(booking.event_type_id)
        return bool(other and other.confirmation_policy.get("blockUnconfirmedBookingsInBooker"))
    return booking.status is Status.ACCEPTED


def _grown(span: Span, before: int, after: int) -> Span:
    return span[0] - timedelta(minutes=before), span[1] + timedelta(minutes=after)


def _reserved(world: World, event_type: EventType, host: User) -> list[Span]:
    if event_type.seats:
        return []
    held = [r for r in world.reservations.values() if r.until > world.now()]
    return [
        (r.start, r.end)
        for r in held
        if (other := world.event_types.get(r.event_type_id)) and host.id in other.host_ids
    ]


def _seated(world: World, event_type: EventType) -> list[Booking]:
    if not event_type.seats:
        return []
    return [
        b
        for b in world.bookings
        if b.event_type_id == event_type.id and b.status is Status.ACCEPTED
    ]


def _within(now: datetime, start: datetime, rule: dict[str, object], zone: ZoneInfo) -> bool:
    """Tell whether `start` is inside one booking-window rule, counted in the host's days."""
    day, today = start.astimezone(zone).date(), now.astimezone(zone).date()
    value = rule.get("value")
    if rule.get("type") == "range" and isinstance(value, list):
        first, last = (datetime.fromisoformat(str(v)[:10]).date() for v in value)
        return first <= day <= last
    if not isinstance(value, int):
        return True
    if rule.get("type") == "calendarDays":
        return day <= today + timedelta(days=value)
    last = today
    for _ in range(value):
        last += timedelta(days=1)
        while last.weekday() >= 5:
            last += timedelta(days=1)
    return day <= last


def _first_of_each_day(found: list[Slot], zone_name: str) -> list[Slot]:
    zone = ZoneInfo(zone_name)
    seen: dict[object, Slot] = {}
    for slot in found:
        seen.setdefault(slot.start.astimezone(zone).date(), slot)
    return list(seen.values())


def day_window(start: str, end: str) -> Span:
    """Turn the `start` and `end` of a query into a window: a date, or midnight, as `end` is
    inclusive; without an offset they are UTC."""
    first, last = _moment(start), _moment(end)
    if (last.hour, last.minute, last.second) == (0, 0, 0):
        last += timedelta(days=1)
    return first, last


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
