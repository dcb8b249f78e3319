"""How much of an event type may be booked: per day, week, month and year, and per booker."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.sandbox.calcom.errors import Code, Refused
from bot.sandbox.calcom.hours import Span
from bot.sandbox.calcom.model import Booking, EventType
from bot.sandbox.calcom.world import World


def check(world: World, event_type: EventType, span: Span, *, moving: str | None = None) -> None:
    """Raise `Refused` (COUNT_LIMIT, DURATION_LIMIT) where one more booking is one too many."""
    for period, most in event_type.booking_limits_count.items():
        if len(_in_period(world, event_type, span[0], period, moving)) >= most:
            raise Refused(Code.COUNT_LIMIT)
    length = int((span[1] - span[0]).total_seconds() // 60)
    for period, most in event_type.booking_limits_duration.items():
        used = sum(b.minutes for b in _in_period(world, event_type, span[0], period, moving))
        if used + length > most:
            raise Refused(Code.DURATION_LIMIT)


def reached(world: World, event_type: EventType, span: Span) -> bool:
    """Tell whether `span` cannot be booked any more because of a limit."""
    try:
        check(world, event_type, span)
    except Refused:
        return True
    return False


def check_booker(world: World, event_type: EventType, email: str) -> None:
    """Raise `Refused(ACTIVE_LIMIT)` where this booker has as many coming meetings as allowed."""
    most = event_type.active_bookings_limit.get("maximumActiveBookings")
    if not most:
        return
    active = [
        b
        for b in world.bookings
        if b.event_type_id == event_type.id
        and b.alive
        and b.end > world.now()
        and any(a.email == email for a in b.attendees)
    ]
    if len(active) >= most:
        offers = event_type.active_bookings_limit.get("offerReschedule")
        raise Refused(Code.ACTIVE_LIMIT, active[-1].uid if offers else "")


def _in_period(
    world: World, event_type: EventType, start: datetime, period: str, moving: str | None
) -> list[Booking]:
    zone = ZoneInfo(world.host_zone(event_type))
    wanted = _period(start.astimezone(zone), period)
    return [
        b
        for b in world.bookings
        if b.event_type_id == event_type.id
        and b.alive
        and b.uid != moving
        and _period(b.start.astimezone(zone), period) == wanted
    ]


def _period(moment: datetime, period: str) -> tuple[int, ...]:
    day = moment.date()
    if period == "day":
        return day.year, day.month, day.day
    if period == "week":
        monday = day - timedelta(days=day.weekday())
        return monday.year, monday.month, monday.day
    return (day.year, day.month) if period == "month" else (day.year,)
