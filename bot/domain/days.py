"""Days as people type them: `fri`, `next week`, `in 3 days`, `28 nov`, `28.11.`, `2026-12-01`.

A strict pattern says what is a date, then dateutil turns it into one; alone its parser would read
far too much (`nov 32` as a year, `15.30` as a day).
"""

import datetime as dt
import re
from dataclasses import dataclass

from babel.dates import format_date, format_skeleton
from dateutil.parser import isoparse, parser, parserinfo
from dateutil.relativedelta import MO, SU, relativedelta, weekday

from bot.domain.errors import Unclear
from bot.domain.wording import _, current


class Unusable(Unclear):
    """It reads as a time, but not as one to use: past, too far, or not in the calendar."""


@dataclass(frozen=True, slots=True)
class Days:
    """A day, or the days up to `last`.

    Where the time that was said has passed on `first`, the day `step` days later is meant (0: none
    is). `note` names what was assumed.
    """

    first: dt.date
    last: dt.date | None = None
    step: int = 0
    note: str = ""


def read_days(typed: str, today: dt.date, *, day_first: bool) -> Days | None:
    """The days that `typed` (lower case, single spaces, no commas) names, or None.

    Days that have passed are returned as they are.

    Raises:
        Unusable: A date that is not in the calendar.
    """
    if typed in _NEAR:
        return Days(today + dt.timedelta(days=_NEAR[typed]))
    return (
        _weekday(typed, today)
        or _several(typed, today)
        or _ahead(typed, today)
        or _month(typed, today)
        or _date(typed, today, day_first=day_first)
    )


def count_of(typed: str) -> tuple[int, str] | None:
    """`in 2 hours` as (2, "hour"), whatever the unit's abbreviation; None for anything else."""
    match = _COUNT.fullmatch(typed)
    unit = _UNITS.get(match["unit"]) if match else None
    if not match or not unit:
        return None
    return int(match["number"]) if match["number"].isdigit() else 1, unit


def day_name(day: dt.date, *, with_year: bool = False) -> str:
    """`Tue 24 Nov`, or `Tue 24 Nov 2026`, as it is written in the language that is spoken."""
    locale = current().locale
    if locale.language == "en":  # one order for all who read English: no 3/4 to be taken for 4/3
        return format_date(day, "EEE d MMM y" if with_year else "EEE d MMM", locale)
    return format_skeleton("yMMMEd" if with_year else "MMMEd", day, locale=locale)


def weekday_name(number: int, *, short: bool = False) -> str:
    """Monday, or Mon, for 0, and so on, in the language that is spoken."""
    names = current().locale.days["stand-alone"]["abbreviated" if short else "wide"]
    return str(names[number])


class _Words(parserinfo):
    """The names of days and months; two-digit years are of this century, whatever the clock."""

    def weekday(self, name: str) -> int | None:
        longer = {"tues": "tue", "weds": "wed", "thur": "thu", "thurs": "thu"}
        return super().weekday(longer.get(name, name))

    def convertyear(self, year: int, century_specified: bool = False) -> int:
        return year if year > 99 or century_specified else 2000 + year


_WORDS = _Words()
_PARSER = parser(_WORDS)
_NEAR = {"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1, "day after tomorrow": 2}
_COUNT = re.compile(r"in (?P<number>an?|\d{1,4}) ?(?P<unit>[a-z]+)", re.ASCII)
_UNITS = {
    name + plural: unit
    for unit, names in {
        "minute": ("m", "min", "minute"),
        "hour": ("h", "hr", "hour"),
        "day": ("d", "day"),
        "week": ("w", "wk", "week"),
        "month": ("month",),
    }.items()
    for name in names
    for plural in ("", "s")
}
_NEXT_MONDAY = relativedelta(days=1, weekday=MO)
_MONTH = re.compile(r"(?:in )?(?P<month>[a-z]+)(?: (?P<year>\d{4}))?", re.ASCII)
_DATES = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        r"(?P<day>\d{1,2}(?P<sign>[./])\d{1,2})(?:(?P=sign)(?P<year>\d{4}|\d\d)?)?",
        r"(?P<day>\d{1,2}(?:st|nd|rd|th)?(?: of)? (?P<month>[a-z]+))\.?(?: (?P<year>\d{4}))?",
        r"(?P<day>(?P<month>[a-z]+)\.? \d{1,2}(?:st|nd|rd|th)?)(?: (?P<year>\d{4}))?",
    )
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LEAP_CYCLE = 9
"""Years among which every day of a calendar comes at least once (29 February around 2100)."""


def _weekday(typed: str, today: dt.date) -> Days | None:
    which, _, name = typed.rpartition(" ")
    number = _WORDS.weekday(name)
    if number is None or which not in {"", "this", "next", "last"}:
        return None
    if which == "last":
        return Days(today + relativedelta(days=-1, weekday=weekday(number)(-1)))
    if which == "next":
        return Days(today + _NEXT_MONDAY + dt.timedelta(days=number))
    return Days(today + relativedelta(weekday=weekday(number)), step=7)


def _several(typed: str, today: dt.date) -> Days | None:
    """`this week` and `this month` begin today; the last ones need only be past."""
    match typed:
        case "last week" | "last month":
            return Days(today + relativedelta(days=-1))
        case "this week":
            return Days(today, today + relativedelta(weekday=SU))
        case "next week":
            return Days(today + _NEXT_MONDAY, today + _NEXT_MONDAY + dt.timedelta(days=6))
        case "this month":
            return Days(today, today + relativedelta(day=31))
        case "next month":
            first = today + relativedelta(months=1, day=1)
            return Days(first, first + relativedelta(day=31))
    return None


def _ahead(typed: str, today: dt.date) -> Days | None:
    """`in 3 days`, `in a week`, `in 2 months`; 9999 months are still in the calendar."""
    match count_of(typed):
        case (number, "day"):
            return Days(today + relativedelta(days=number))
        case (number, "week"):
            return Days(today + relativedelta(weeks=number))
        case (number, "month"):
            return Days(today + relativedelta(months=number))
    return None


def _month(typed: str, today: dt.date) -> Days | None:
    """`nov`, `nov 2027`: the coming one, or what is left of this one."""
    match = _MONTH.fullmatch(typed)
    month = _WORDS.month(match["month"]) if match else None
    if not match or not month:
        return None
    coming = today.year if month >= today.month else today.year + 1
    first = dt.date(max(int(match["year"] or coming), 1), month, 1)
    last = first + relativedelta(day=31)
    return Days(max(first, min(today, last)), last)


def _date(typed: str, today: dt.date, *, day_first: bool) -> Days | None:
    """A date of the calendar, with or without its weekday and year."""
    first, __, rest = typed.partition(" ")
    number = _WORDS.weekday(first)
    written = typed if number is None else rest
    match = next((match for pattern in _DATES if (match := pattern.fullmatch(written))), None)
    month = match.groupdict().get("month", "may") if match else ""
    if _ISO.fullmatch(written):
        found = _iso_day(written)
    elif match and _WORDS.month(month):
        found = _find(match, today, day_first=day_first)
    else:
        return None
    if found is None:
        raise Unusable(
            _("There is no {written}. Type a day such as 28 nov, or a time such as 15:30.").format(
                written=written
            )
        )
    if number is not None and found.weekday() != number:
        raise Unusable(
            _("{written} is a {weekday}. Type the day or the date alone.").format(
                written=written, weekday=weekday_name(found.weekday())
            )
        )
    return Days(found)


def _iso_day(written: str) -> dt.date | None:
    try:
        return isoparse(written).date()
    except ValueError:
        return None


def _find(match: re.Match[str], today: dt.date, *, day_first: bool) -> dt.date | None:
    """The date in its year; without one the first from today on (29 February may be far)."""
    written, year, sign = match["day"], match["year"], match.groupdict().get("sign", " ")
    if sign == ".":  # never written month first
        written, sign, day_first = written.replace(".", "/"), "/", True
    years = range(today.year, today.year + _LEAP_CYCLE)
    if year:
        said = _WORDS.convertyear(int(year), len(year) == 4)
        years = range(said, said + 1)
    for each in years:
        try:
            found = _PARSER.parse(f"{written}{sign}{each:04}", dayfirst=day_first).date()
        except (ValueError, OverflowError):
            continue
        if year or found >= today:
            return found
    return None
