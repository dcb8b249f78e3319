"""Working hours as a form changes them: two spans a day, the zone, and one day that is another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import Final

from bot.domain.errors import Unclear
from bot.domain.slots import DAYS, Override, Schedule, WorkingHours
from bot.domain.wording import _

Pair = tuple[str, str]
"""Start and end, as local `HH:MM`."""
SHOWN: Final = 2
"""So many spans of a day can be changed; what a day has beyond them stays as it is."""
MIDNIGHT: Final = "23:59"
"""How Cal.com writes that a day's hours go on until midnight."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a form says: each weekday's first spans (none for a day off), the zone, perhaps a day
    that is another, and the days that are to be as the week has them again."""

    week: Mapping[str, Sequence[Pair]] = field(default_factory=dict)
    time_zone: str = ""
    day: Override | None = None
    ordinary: frozenset[date] = frozenset()


def week_of(schedule: Schedule) -> dict[str, list[Pair]]:
    """Every weekday's spans by their start; an end at midnight is `23:59`."""
    return {
        day: sorted(
            (h.start, MIDNIGHT if h.end in {"00:00", "24:00"} else h.end)
            for h in schedule.hours
            if day in h.days and h.start != h.end
        )
        for day in DAYS
    }


def changed(schedule: Schedule, changes: Changes) -> Schedule:
    """The schedule with these changes.

    Raises:
        Unclear: A span overlaps one of those that the form does not show.
    """
    before = week_of(schedule)
    week = {day: [*spans, *before[day][SHOWN:]] for day, spans in changes.week.items() if spans}
    for spans in week.values():
        if overlapping(spans):
            raise Unclear(
                _(
                    "Two spans of a day overlap: one of them is not shown here. "
                    "Change it in Cal.com."
                )
            )
    gone = changes.ordinary | ({changes.day.date} if changes.day else set())
    kept = [each for each in schedule.overrides if each.date not in gone]
    kept += [changes.day] if changes.day else []
    return replace(
        schedule,
        hours=_hours(week),
        time_zone=changes.time_zone or schedule.time_zone,
        overrides=tuple(sorted(kept, key=lambda each: each.date)),
    )


def overlapping(spans: Sequence[Pair]) -> bool:
    ordered = sorted(spans)
    return any(later[0] < first[1] for first, later in pairwise(ordered))


def _hours(week: Mapping[str, Sequence[Pair]]) -> tuple[WorkingHours, ...]:
    """The week as Cal.com has it: each span with the days that have it."""
    spans = sorted({span for of_day in week.values() for span in of_day})
    return tuple(
        WorkingHours(tuple(day for day in DAYS if span in week.get(day, ())), *span)
        for span in spans
    )
