"""Spans of time: a host's working hours in UTC, and what is left of them when some are taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.sandbox.calcom.model import Schedule

Span = tuple[datetime, datetime]  # start inclusive, end exclusive, aware UTC

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LAST_MINUTE = time(23, 59)  # how Cal.com writes "until midnight"


def working(schedule: Schedule, window: Span) -> list[Span]:
    """Return the working hours that touch `window`, clipped to it, in order and merged.

    An override replaces the whole local day. Hours are local: on a DST day they keep their clock
    time, so their UTC times move.
    """
    zone = ZoneInfo(schedule.time_zone)
    first = window[0].astimezone(zone).date() - timedelta(days=1)
    last = window[1].astimezone(zone).date() + timedelta(days=1)
    spans: list[Span] = []
    for day in _days(first, last):
        for start, end in _hours_of(schedule, day):
            if start < end:
                spans.append((_utc(day, start, zone), _utc(day, end, zone)))
    return merged(clip(spans, window))


def _hours_of(schedule: Schedule, day: date) -> list[tuple[time, time]]:
    overrides = [o for o in schedule.overrides if o.day == day]
    if overrides:
        return [(o.start, o.end) for o in overrides]
    return [(h.start, h.end) for h in schedule.hours if DAYS[day.weekday()] in h.days]


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)


def _utc(day: date, at: time, zone: ZoneInfo) -> datetime:
    local = datetime.combine(day, at, tzinfo=zone)
    if at == _LAST_MINUTE:
        local += timedelta(minutes=1)
    return local.astimezone(UTC)


def clip(spans: Iterable[Span], window: Span) -> list[Span]:
    cut = [(max(start, window[0]), min(end, window[1])) for start, end in spans]
    return [span for span in cut if span[0] < span[1]]


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order, those that touch or overlap joined."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def without(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """Return what is left of `spans` (merged, in order) outside `taken`."""
    left: list[Span] = []
    blocks = merged(taken)
    for start, end in spans:
        cursor = start
        for busy_start, busy_end in blocks:
            if busy_end <= cursor or busy_start >= end:
                continue
            if busy_start > cursor:
                left.append((cursor, busy_start))
            cursor = max(cursor, busy_end)
        if cursor < end:
            left.append((cursor, end))
    return left


def shared(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """Return what is in both."""
    each = list(spans)
    return [cut for other in others for cut in clip(each, other)]


def overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
