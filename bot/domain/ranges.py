"""Days from one to another as people type them: `fri`, `next week`, `24 dec - 2 jan`, `24-28 dec`,
`next mon to fri`."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.days import Unusable, read_days
from bot.domain.errors import Unclear
from bot.domain.times import FARTHEST, LONGEST, normal, quoted, say_day
from bot.domain.wording import _

MOST_WITHOUT_YEAR = dt.timedelta(days=183)
"""A last day without a year that comes later than that was typed before the first one."""


@dataclass(frozen=True, slots=True)
class DayRange:
    """From the first day to the last; they may be the same."""

    first: dt.date
    last: dt.date

    def said(self, today: dt.date) -> str:
        first, last = say_day(self.first, today), say_day(self.last, today)
        return first if self.first == self.last else f"{first} – {last}"


def read_range(text: str, today: dt.date, *, day_first: bool = True) -> DayRange:
    """Read what was typed by somebody whose calendar says `today`.

    Each day is read as `times.read` reads it, the last one as the first such day that does not
    come before the first. Days that have begun already may be meant, days that are over not.

    Raises:
        Unclear: No days, or some that cannot be meant; the message says what to type instead.
    """
    typed = normal(text)
    found = None
    if 0 < len(typed) <= 2 * LONGEST:
        found = _whole(typed, today, day_first) or _parted(typed, today, day_first)
    if found is None:
        raise Unclear(
            _(
                "{quoted} is no day that I can read. Try: fri, next week, 24 dec - 2 jan or next "
                "mon to fri."
            ).format(quoted=quoted(text))
        )
    if found.last < found.first:
        raise Unusable(
            _("{quoted} ends before it begins. Type the first day first.").format(
                quoted=quoted(text)
            )
        )
    if found.last < today:
        raise Unusable(
            _("{quoted} is over. Type a day to come: tomorrow, or 24 dec - 2 jan.").format(
                quoted=quoted(text)
            )
        )
    if found.last > today + FARTHEST:
        raise Unusable(
            _("{quoted} is too far ahead. Type a day of the next 5 years.").format(
                quoted=quoted(text)
            )
        )
    return found


_PART = re.compile(r" ?[-–—] ?| (?:to|until|till|through) ")
_BARE = re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\.?", re.ASCII)
_AFTER_DAY = re.compile(
    r"\d{1,2}(?P<rest>(?:st|nd|rd|th)?(?: of)? [a-z]+(?: \d{4})?|[./]\d{1,2}(?:[./]\d*)?)", re.ASCII
)
_BEFORE_DAY = re.compile(r"(?P<rest>[a-z]+\.? )\d{1,2}(?:st|nd|rd|th)?", re.ASCII)
_FROM_NOW = re.compile(r"(?:in|this|next|last) .+|yesterday|today|tonight|tomorrow|day after.*")


def _whole(typed: str, today: dt.date, day_first: bool) -> DayRange | None:
    days = read_days(typed, today, day_first=day_first)
    return DayRange(days.first, days.last or days.first) if days else None


def _parted(typed: str, today: dt.date, day_first: bool) -> DayRange | None:
    """Where it can be parted so that both sides say days."""
    for left, right in _parts(typed):
        first = _whole(left, today, day_first)
        last = _whole(right, today, day_first) if first else None
        if first is None or last is None:
            continue
        if last.last < first.first and not _FROM_NOW.fullmatch(right):
            later = _whole(right, first.first, day_first) or last
            if later.last - first.first <= MOST_WITHOUT_YEAR:
                last = later
        return DayRange(first.first, last.last)
    return None


def _parts(typed: str) -> Iterator[tuple[str, str]]:
    """Both sides of each mark that parts days; a day without its month has that of the other."""
    for mark in _PART.finditer(typed):
        left, right = typed[: mark.start()], typed[mark.end() :]
        bare, after = _BARE.fullmatch(left), _AFTER_DAY.fullmatch(right)
        if bare and after:
            left = bare["day"] + after["rest"]
        bare, before = _BARE.fullmatch(right), _BEFORE_DAY.fullmatch(left)
        if bare and before:
            right = before["rest"] + bare["day"]
        yield left, right
