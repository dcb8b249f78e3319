"""Slots, schedules and busy times on the wire, of both versions."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from pydantic import Field

from bot.calcom.wire import Many, Moment, Shape, Zone, each, inside, listed, one
from bot.domain.slots import Hold, Override, Schedule, Slot, Span, WorkingHours

DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
"""v1 counts the days from Sunday."""


class SlotShape(Shape):
    """v2 says `start` (and `end` with `format=range`), v1 `time`."""

    start: Moment | None = None
    time: Moment | None = None
    end: Moment | None = None
    seats_remaining: int | None = None
    seats_total: int | None = None


class HoursShape(Shape):
    days: Many[str | int] = Field(default_factory=list)
    start_time: str = ""
    end_time: str = ""
    date: str | None = None


class ScheduleShape(Shape):
    id: int
    name: str = ""
    time_zone: Zone = "UTC"
    availability: Many[HoursShape] = Field(default_factory=list)
    overrides: Many[HoursShape] = Field(default_factory=list)
    is_default: bool = False


class SpanShape(Shape):
    start: Moment
    end: Moment


class CalendarShape(Shape):
    external_id: str = Field(min_length=1)
    credential_id: int | None = None
    is_selected: bool = True


class ConnectedShape(Shape):
    credential_id: int | None = None
    calendars: Many[CalendarShape] = Field(default_factory=list)


def slots(days: Any, length: int | None = None) -> tuple[Slot, ...]:
    """The starts of an object keyed by day, in order; a start is told once.

    Args:
        length: Minutes, for answers that tell no ends (v1).
    """
    entries = [entry for day in _days(days) for entry in listed(day)]
    found = {s.start: s for s in each(SlotShape, entries, lambda e: _slot(e, length)) if s}
    return tuple(found[start] for start in sorted(found))


class HoldShape(Shape):
    reservation_uid: str = Field(min_length=1)
    slot_start: Moment
    reservation_until: Moment


def hold(entry: Any) -> Hold:
    """A reservation of v2."""
    shape = one(HoldShape, entry)
    return Hold(shape.reservation_uid, shape.slot_start, shape.reservation_until)


def _days(days: Any) -> Iterable[Any]:
    return [day for entry in listed(days) if isinstance(entry, dict) for day in entry.values()]


def _slot(shape: SlotShape, length: int | None) -> Slot | None:
    start = shape.start or shape.time
    if start is None:
        return None
    end = shape.end or (start + timedelta(minutes=length) if length else None)
    return Slot(start, end, shape.seats_remaining, shape.seats_total)


def schedule(shape: ScheduleShape) -> Schedule:
    """Hours by weekday and by date; v1 keeps both in `availability`."""
    weekly = (hours for hours in shape.availability if not hours.date)
    dated = [*shape.overrides, *(hours for hours in shape.availability if hours.date)]
    return Schedule(
        id=shape.id,
        name=shape.name,
        time_zone=shape.time_zone,
        hours=tuple(h for hours in weekly if (h := _working_hours(hours))),
        overrides=tuple(o for hours in dated if (o := _override(hours))),
        is_default=shape.is_default,
    )


def schedules(body: Any, key: str = "data") -> tuple[Schedule, ...]:
    return each(ScheduleShape, inside(body, key), schedule)


def that_schedule(body: Any) -> Schedule:
    """The one that a v2 answer is about."""
    return schedule(one(ScheduleShape, inside(body, "data")))


def default_schedule(body: Any) -> Schedule | None:
    """The one of a v2 answer; None where the account has none."""
    data = inside(body, "data")
    return schedule(one(ScheduleShape, data)) if data else None


def _working_hours(shape: HoursShape) -> WorkingHours | None:
    start, end = _clock(shape.start_time), _clock(shape.end_time)
    days = tuple(name for day in shape.days if (name := _day(day)))
    return WorkingHours(days, start, end) if days and start and end and start != "24:00" else None


def _override(shape: HoursShape) -> Override | None:
    """`00:00` to `00:00` is how a day off is told."""
    try:
        day = date.fromisoformat((shape.date or "")[:10])
    except ValueError:
        return None
    start, end = _clock(shape.start_time), _clock(shape.end_time)
    hours = start and end and start not in {end, "24:00"}
    return Override(day, start, end) if hours else Override(day)


def _day(day: str | int) -> str | None:
    if isinstance(day, int):
        return DAYS[day] if 0 <= day < len(DAYS) else None
    return day.title() if day.title() in DAYS else None


def _clock(said: str) -> str | None:
    """`09:00` out of `09:00` or `09:00:00`."""
    parts = said.split(":")
    if len(parts) < 2 or not all(part.isdecimal() for part in parts[:2]):
        return None
    hours, minutes = int(parts[0]), int(parts[1])
    if minutes > 59 or hours * 60 + minutes > 24 * 60:
        return None
    return f"{hours:02}:{minutes:02}"


def spans(entries: Any, window: Span) -> tuple[Span, ...]:
    """The busy (or working) times that touch the window, cut to it.

    A calendar answers with times outside of what was asked for, too.
    """
    found = each(SpanShape, entries, lambda s: clip(Span(s.start, s.end), window))
    return tuple(span for span in found if span)


def clip(span: Span, window: Span) -> Span | None:
    cut = Span(max(span.start, window.start), min(span.end, window.end))
    return cut if cut.start < cut.end else None


def calendars(body: Any) -> tuple[tuple[int, str], ...]:
    """(credential id, external id) of the calendars that are checked for conflicts."""
    connected = each(
        ConnectedShape, inside(inside(body, "data"), "connectedCalendars"), lambda shape: shape
    )
    found = [
        (calendar.credential_id or account.credential_id, calendar.external_id)
        for account in connected
        for calendar in account.calendars
        if calendar.is_selected
    ]
    return tuple((credential, external) for credential, external in found if credential)
