"""Times as people type them, in English, and as they are said to them in their language and zone.

Typed: a day as in `days`, a time (`3pm`, `15:30`, `15h30`, `noon`, `at 3`), both in either order,
`in 2 hours`, or ISO 8601 with or without an offset.
"""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import format_skeleton
from dateutil import tz
from dateutil.parser import isoparse
from dateutil.relativedelta import relativedelta

from bot.domain.days import Days, Unusable, count_of, day_name, read_days
from bot.domain.errors import Unclear
from bot.domain.wording import N_, _, current, either

TRY = N_("Try: today, tomorrow 3pm, fri 15:30, next week, 28 nov, in 3 days or 2026-12-01.")
LONGEST = 60
"""Characters; nothing that says a time is longer."""
FARTHEST = relativedelta(years=5)


@dataclass(frozen=True, slots=True)
class When:
    """What was typed, in the writer's zone.

    `time` (naive) and `start` (the same in UTC) are set where a time of day was said, `last_day`
    where several days were (`next week`, `nov`; `day` is the first). `note` says what had to be
    assumed, as a phrase; `text` is what was typed.
    """

    day: dt.date
    time: dt.time | None
    start: dt.datetime | None
    last_day: dt.date | None
    text: str
    note: str = ""


def read(text: str, now: dt.datetime, zone: ZoneInfo, *, day_first: bool = True) -> When:
    """Read what was typed at `now` (aware UTC) by somebody in `zone`.

    A weekday is the coming one (today included), with `next` the one of the week after this; weeks
    begin on Mondays. A bare time is the next such time, a date without a year the coming one.
    `day_first` says whether 3/4 is in April. Of a time that comes twice the first is taken.

    Raises:
        Unclear: Not a time, or one that cannot be meant; the message says what to type instead.
    """
    typed = normal(text)
    here = _Here(now, zone, day_first, text)
    when = None
    if 0 < len(typed) <= LONGEST:
        when = (
            _from_now(typed, here) or _iso(typed, here) or _days(typed, here) or _timed(typed, here)
        )
    if when is None:
        raise Unclear(
            _("{quoted} is not a day or a time that I can read. {example}").format(
                quoted=quoted(text), example=_(TRY)
            )
        )
    return when


def is_when(text: str) -> bool:
    """Whether `read` takes it for a time, be it one that cannot be used (past, 31 nov)."""
    try:
        read(text, dt.datetime(2026, 1, 1, tzinfo=dt.UTC), ZoneInfo("UTC"))
    except Unusable:
        return True
    except Unclear:
        return False
    return True


def zone(name: str) -> ZoneInfo:
    """The zone with this IANA name, in any case of letters and with spaces for underscores.

    Raises:
        Unclear: There is none; the message suggests the nearest.
    """
    wanted = name.strip().replace(" ", "_").casefold()[:LONGEST]
    known = _zone_names()
    if wanted in known:
        return ZoneInfo(known[wanted])
    by_place = [key for key in known if wanted and key.rpartition("/")[2] == wanted]
    near = by_place or get_close_matches(wanted, known, n=3, cutoff=0.6)
    instead = either(sorted(known[key] for key in near)[:3]) or "Europe/Paris"
    raise Unclear(
        _("{quoted} is not a time zone that I know. Try {instead}.").format(
            quoted=quoted(name), instead=instead
        )
    )


def zone_or_utc(name: str) -> ZoneInfo:
    """The zone with this name, or UTC where there is none such."""
    try:
        return zone(name)
    except Unclear:
        return ZoneInfo("UTC")


def say_day(day: dt.date, today: dt.date) -> str:
    """`Today, Tue 24 Nov`, `Tomorrow, Wed 25 Nov`, `Sat 28 Nov`, `Sat 2 Jan 2027`."""
    said = day_name(day, with_year=day.year != today.year)
    match (day - today).days:
        case -1:
            return _("Yesterday, {day}").format(day=said)
        case 0:
            return _("Today, {day}").format(day=said)
        case 1:
            return _("Tomorrow, {day}").format(day=said)
    return said


def say_time(at: dt.datetime, zone: ZoneInfo, hour12: bool) -> str:
    """`15:00`, or `3:00 PM`."""
    return _say_clock(at.astimezone(zone).time(), hour12)


def say_clock(minutes: int, hour12: bool) -> str:
    """A time of day, in minutes after midnight: `17:00`, or `5:00 PM`."""
    return _say_clock(dt.time(minutes // 60, minutes % 60), hour12)


def say_span(
    start: dt.datetime,
    end: dt.datetime,
    zone: ZoneInfo,
    hour12: bool,
    *,
    today: dt.date | None = None,
) -> str:
    """`Tue 24 Nov, 15:00–15:30`; with `today` the day is said as by `say_day`.

    Across midnight both days are named, across a change of the clocks both offsets.
    """
    first, last = start.astimezone(zone), end.astimezone(zone)
    days = [say_day(at.date(), today) if today else day_name(at.date()) for at in (first, last)]
    clocks = [_say_clock(at.time(), hour12) for at in (first, last)]
    if first.utcoffset() != last.utcoffset():
        clocks = [
            f"{clock} ({_offset(at)})" for clock, at in zip(clocks, (first, last), strict=True)
        ]
    midnight = dt.datetime.combine(first.date() + dt.timedelta(days=1), dt.time())
    if first.date() == last.date() or last.replace(tzinfo=None) == midnight:
        return f"{days[0]}, {clocks[0]}–{clocks[1]}"
    return f"{days[0]}, {clocks[0]} – {days[1]}, {clocks[1]}"


def say_zone(zone: ZoneInfo, at: dt.datetime) -> str:
    """`Paris time (UTC+1)`, as it is at that moment."""
    offset, place = _offset(at.astimezone(zone)), _place(zone)
    return _("{place} time ({offset})").format(place=place, offset=offset) if place else offset


def say_moment(at: dt.datetime, zone: ZoneInfo) -> str:
    """`Thu 24 Dec 2026, 10:00 Paris time (UTC+1)`: one that stands for itself, on any day."""
    local = at.astimezone(zone)
    return f"{day_name(local.date(), with_year=True)}, {local:%H:%M} {say_zone(zone, at)}"


def say_when(when: When, zone: ZoneInfo, now: dt.datetime, hour12: bool) -> str:
    """What was understood, so that a wrong reading is seen: day, time with its zone, assumption."""
    today = now.astimezone(zone).date()
    said = say_day(when.day, today)
    if when.last_day and when.last_day != when.day:
        said += f" – {say_day(when.last_day, today)}"
    if when.start:
        said += f", {say_time(when.start, zone, hour12)} {say_zone(zone, when.start)}"
    return f"{said}, {when.note}" if when.note else said


def say_length(minutes: int) -> str:
    """`45 min`, `1 h`, `1 h 30 min`."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("{minutes} min").format(minutes=rest)
    if not rest:
        return _("{hours} h").format(hours=hours)
    return _("{hours} h {minutes} min").format(hours=hours, minutes=rest)


# Shorter ones with an h are lengths: 1h and 1h30 are good names for event types.
_CLOCK = (
    r"(?:at )?(?:(?P<h12>\d{1,2})(?::(?P<m12>\d\d))? ?(?P<half>[ap])\.?m\b\.?"
    r"|(?P<h24>\d{1,2}):(?P<m24>\d\d)"
    r"|(?P<h>0?[7-9]|[12]\d)h(?P<m>\d\d)?"
    r"|(?P<word>noon|midnight)"
    r"|(?<=at )(?P<bare>\d{1,2}))"
)
_TIMED = (
    re.compile(rf"(?:(?P<day>.+?) )?{_CLOCK}", re.ASCII),
    re.compile(rf"{_CLOCK} (?:on )?(?P<day>.+)", re.ASCII),
)
_ISO = re.compile(
    r"\d{4}-\d\d-\d\d[t ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:z|[+-]\d\d:?\d\d)?", re.ASCII
)
_LEAD = re.compile(r"^(?:on|for|from|to) ")


@dataclass(frozen=True, slots=True)
class _Here:
    """When and where it was typed, and the very words."""

    now: dt.datetime
    zone: ZoneInfo
    day_first: bool
    text: str

    @property
    def today(self) -> dt.date:
        return self.now.astimezone(self.zone).date()


def normal(text: str) -> str:
    """What was typed in lower case, without commas and with single spaces; empty where it is
    longer than any time."""
    if len(text) > 10 * LONGEST:
        return ""
    plain = unicodedata.normalize("NFKC", text).casefold().replace(",", " ").rstrip("!? ")
    return _LEAD.sub("", " ".join(plain.split()), count=1)


def quoted(text: str) -> str:
    """What was typed, for a sentence about it."""
    words = " ".join(text.split())
    return f"“{words[:40]}…”" if len(words) > 41 else f"“{words}”"


def _from_now(typed: str, here: _Here) -> When | None:
    """`in 2 hours`, `in 30 min`: to the minute."""
    match count_of(typed):
        case (number, "hour" | "minute" as unit):
            ahead = dt.timedelta(minutes=number * (60 if unit == "hour" else 1))
            return _from_utc(here.now.replace(second=0, microsecond=0) + ahead, here)
    return None


def _iso(typed: str, here: _Here) -> When | None:
    if not _ISO.fullmatch(typed):
        return None
    try:
        said = isoparse(typed.upper()).replace(second=0, microsecond=0)
        if said.tzinfo:
            return _from_utc(said.astimezone(dt.UTC), here)
    except (ValueError, OverflowError):  # the arithmetic ends with the years 1 and 9999
        raise Unusable(
            _("{quoted} is not in the calendar. {example}").format(
                quoted=quoted(here.text), example=_(TRY)
            )
        ) from None
    return _at(said.date(), said.time(), here)


def _days(typed: str, here: _Here) -> When | None:
    days = read_days(typed, here.today, day_first=here.day_first)
    if not days:
        return None
    _check(days.last or days.first, here)
    return When(days.first, None, None, days.last, here.text, days.note)


def _timed(typed: str, here: _Here) -> When | None:
    """A time of day, with a day before or after it, or alone."""
    for pattern in _TIMED:
        match = pattern.fullmatch(typed)
        if not match:
            continue
        words = _LEAD.sub("", match["day"] or "", count=1)
        days = read_days(words, here.today, day_first=here.day_first)
        if not match["day"]:
            days = Days(here.today, step=1)
        if days:
            return _on(days, match, here)
    return None


def _on(days: Days, match: re.Match[str], here: _Here) -> When:
    if days.last:
        raise Unusable(
            _("{quoted} is a time on several days. Try: next tue 15:30.").format(
                quoted=quoted(here.text)
            )
        )
    clock, note = _clock(match)
    day = days.first
    _check(day, here)
    if match["word"] == "midnight":
        return _at(
            day + dt.timedelta(days=1),
            clock,
            here,
            _("the end of {day_name}").format(day_name=day_name(day)),
        )
    if days.step and dt.datetime.combine(day, clock, here.zone) < here.now:
        day += dt.timedelta(days=days.step)
    return _at(day, clock, here, note or days.note)


def _clock(match: re.Match[str]) -> tuple[dt.time, str]:
    """The time of day, and what was assumed: a bare hour is between 8 in the morning and 7."""
    if match["word"]:
        return dt.time(12 if match["word"] == "noon" else 0), ""
    hour = int(match["h12"] or match["h24"] or match["h"] or match["bare"])
    minute = int(match["m12"] or match["m24"] or match["m"] or 0)
    if minute > 59 or not (1 <= hour <= 12 if match["half"] else hour <= 23):
        raise Unusable(
            _("{quoted} is not a time of day. Try: 15:30 or 3pm.").format(
                quoted=quoted(match.string)
            )
        )
    if match["half"]:
        return dt.time(hour % 12 + (12 if match["half"] == "p" else 0), minute), ""
    evening = match["bare"] and hour < 12 and match["day"] == "tonight"
    if evening or (match["bare"] and 1 <= hour <= 7):
        return dt.time(hour + 12), _("taken as {hour} PM").format(hour=hour)
    return dt.time(hour, minute), ""


def _from_utc(start: dt.datetime, here: _Here) -> When:
    local = start.astimezone(here.zone)
    if start < here.now.replace(second=0, microsecond=0):
        raise _past(here)
    _check(local.date(), here)
    return When(local.date(), local.time(), start, None, here.text)


def _at(day: dt.date, clock: dt.time, here: _Here, note: str = "") -> When:
    _check(day, here)
    local = dt.datetime.combine(day, clock)
    where = _place(here.zone) or say_zone(here.zone, here.now)
    there = _("{day} in {place}").format(day=day_name(day), place=where)
    if not tz.datetime_exists(local, here.zone):
        later = tz.resolve_imaginary(local.replace(tzinfo=here.zone))
        raise Unusable(
            _(
                "{clock:%H:%M} does not exist on {there}: the clocks go forward. Try {later:%H:%M}."
            ).format(clock=clock, there=there, later=later)
        )
    if tz.datetime_ambiguous(local, here.zone):
        note = _("the first of the two: the clocks go back that night")
    start = local.replace(tzinfo=here.zone).astimezone(dt.UTC)
    if start < here.now:
        raise _past(here)
    return When(day, clock, start, None, here.text, note)


def _check(day: dt.date, here: _Here) -> None:
    if day < here.today:
        raise _past(here)
    if day > here.today + FARTHEST:
        raise Unusable(
            _("{quoted} is too far ahead. Type a day of the next 5 years.").format(
                quoted=quoted(here.text)
            )
        )


def _past(here: _Here) -> Unusable:
    return Unusable(
        _("{quoted} is in the past. Try a time to come: tomorrow 3pm.").format(
            quoted=quoted(here.text)
        )
    )


def _say_clock(clock: dt.time, hour12: bool) -> str:
    if not hour12:
        return f"{clock:%H:%M}"
    locale = current().locale
    if locale.language == "en":
        return f"{clock.hour % 12 or 12}:{clock:%M} {'AM' if clock.hour < 12 else 'PM'}"
    return format_skeleton("hm", clock, locale=locale)


def _place(zone: ZoneInfo) -> str:
    """`Paris`; empty for a zone that is no place's."""
    place = zone.key.rpartition("/")[2].replace("_", " ")
    return "" if zone.key.startswith("Etc/") or place == "UTC" else place


def _offset(at: dt.datetime) -> str:
    minutes = int((at.utcoffset() or dt.timedelta()).total_seconds() / 60)
    sign, hours, rest = "-" if minutes < 0 else "+", abs(minutes) // 60, abs(minutes) % 60
    return "UTC" + (f"{sign}{hours}" if minutes else "") + (f":{rest:02}" if rest else "")


@cache
def _zone_names() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}
