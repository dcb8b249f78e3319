"""Open times, busy times, and how they are laid out for a reader."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.domain.wording import _

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""The API's names of the days, in the order of `date.weekday()`."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A start that can be booked. `seats_left` only where the event type has seats."""

    start: datetime
    end: datetime | None = None
    seats_left: int | None = None
    seats: int | None = None


@dataclass(frozen=True, slots=True)
class SlotQuery:
    """Which open times: of an event type, in the UTC window `start` <= slot start < `end`.

    `length` (minutes) only for event types with several. `moving_uid` is the booking that is
    about to be moved, whose own time counts as free. `also` are event types of others who must
    be free at the same time, each with its length where it has several.
    """

    event_type_id: int
    start: datetime
    end: datetime
    length: int | None = None
    moving_uid: str | None = field(default=None, repr=False)
    also: tuple[tuple[int, int | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Hold:
    """A time that is kept for somebody until `until`; whoever has `uid` can let it go."""

    uid: str = field(repr=False)
    start: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to `end`, both UTC; `end` is not part of it."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """Hours on given days of the week, as the host keeps them.

    `days` are English day names as the API sends them; `start` and `end` are `HH:MM` in the
    schedule's zone.
    """

    days: tuple[str, ...]
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Override:
    """One date that differs from the week; without hours the day is off."""

    date: date
    start: str | None = None
    end: str | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """Working hours with a name and a zone."""

    id: int
    name: str
    time_zone: str
    hours: tuple[WorkingHours, ...] = ()
    overrides: tuple[Override, ...] = ()
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class Availability:
    """Busy spans in a window, sorted and merged, with the hours worked behind them."""

    busy: tuple[Span, ...]
    working: tuple[Span, ...]
    schedule: Schedule | None = None


def working_spans(schedule: Schedule, window: Span) -> tuple[Span, ...]:
    """The hours of a schedule within a window, as UTC spans, sorted and merged.

    A date with overrides has only these (one without hours is a day off). Hours are kept in
    the schedule's zone, so a day on which the clocks change is an hour longer or shorter. An
    end of `00:00` or `24:00` is the midnight after.
    """
    zone = ZoneInfo(schedule.time_zone)
    # A day more on either side: at the rims the local date differs from the UTC one.
    first = window.start.astimezone(zone).date() - timedelta(days=1)
    days = (window.end - window.start).days + 3
    spans = (
        _span(day, start, end, zone)
        for day in (first + timedelta(days=n) for n in range(days + 1))
        for start, end in _hours_on(schedule, day)
    )
    cut = (Span(max(s.start, window.start), min(s.end, window.end)) for s in spans)
    return merge(span for span in cut if span.start < span.end)


def _hours_on(schedule: Schedule, day: date) -> list[tuple[str, str]]:
    """(start, end) as local `HH:MM`."""
    overrides = [override for override in schedule.overrides if override.date == day]
    if overrides:
        return [(o.start, o.end) for o in overrides if o.start and o.end and o.start != o.end]
    name = DAYS[day.weekday()]
    return [(h.start, h.end) for h in schedule.hours if name in h.days and h.start != h.end]


def _span(day: date, start: str, end: str, zone: ZoneInfo) -> Span:
    until = _local(day + timedelta(days=1), "00:00", zone)
    return Span(
        _local(day, start, zone),
        until if end in {"00:00", "24:00"} else _local(day, end, zone),
    )


def _local(day: date, clock: str, zone: ZoneInfo) -> datetime:
    """The UTC moment of a local time; one that the clocks skip is as much later."""
    local = datetime.combine(day, time.fromisoformat(clock), zone)
    return local.astimezone(UTC)


def by_day(slots: Iterable[Slot], zone: ZoneInfo) -> list[tuple[date, list[Slot]]]:
    """Group slots by the reader's calendar day, days and slots in order."""
    ordered = sorted(slots, key=lambda slot: slot.start)
    return [
        (day, list(group))
        for day, group in groupby(ordered, key=lambda s: s.start.astimezone(zone).date())
    ]


def part_of_day(start: datetime, zone: ZoneInfo) -> str:
    """`Morning` before noon, `Afternoon` before 17:00, else `Evening`, in the reader's zone."""
    hour = start.astimezone(zone).hour
    if hour < 12:
        return _("Morning")
    return _("Afternoon") if hour < 17 else _("Evening")


def merge(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Sort spans and join those that touch or overlap."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda s: s.start):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


def subtract(spans: Iterable[Span], taken: Iterable[Span]) -> tuple[Span, ...]:
    """What is left of `spans` when `taken` is cut out of them."""
    left = list(merge(spans))
    for cut in merge(taken):
        rest: list[Span] = []
        for span in left:
            if cut.end <= span.start or cut.start >= span.end:
                rest.append(span)
                continue
            if span.start < cut.start:
                rest.append(Span(span.start, cut.start))
            if cut.end < span.end:
                rest.append(Span(cut.end, span.end))
        left = rest
    return tuple(left)
