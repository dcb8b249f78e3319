"""The form of working hours: what it says, and what is wrong with it."""

import re
from datetime import date

from bot.domain.hours import SHOWN, Changes, Pair, overlapping
from bot.domain.slots import DAYS, Override
from bot.domain.times import zone
from bot.domain.wording import _
from bot.slack import forms, ids

_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)


def block(name: str, day: str, nth: int) -> str:
    """The block id of a weekday's time."""
    return f"{name}:{day}:{nth}"


def changes(state: forms.State, offered: str = "") -> Changes:
    """What was submitted, once there are no complaints; raises `Unclear` for an unknown zone.

    Args:
        offered: The dates of the days that are others, as the form has offered them, with commas;
            those that were taken out are ordinary days again.
    """
    days = forms.many(state, ids.HOURS_DAYS)
    return Changes(
        {day: _spans(state, day) for day in DAYS if day in days},
        zone(forms.text(state, ids.TIME_ZONE)).key,
        _other(state),
        frozenset(
            _date(each)
            for each in offered.split(",")
            if each and each not in forms.many(state, ids.HOURS_OTHER_DAYS)
        ),
    )


def complaints(state: forms.State, today: date) -> dict[str, str]:
    """What is wrong, by block id."""
    wrong: dict[str, str] = {}
    for day in DAYS:
        if day in forms.many(state, ids.HOURS_DAYS):
            wrong |= _wrong_day(state, day)
    typed = forms.text(state, ids.HOURS_DATE)
    start, end = _clock(state, ids.HOURS_DATE_FROM), _clock(state, ids.HOURS_DATE_UNTIL)
    if not typed and (start or end):
        wrong[ids.HOURS_DATE] = _("Which day has these hours?")
    if typed and _date(typed) < today:
        wrong[ids.HOURS_DATE] = _("That day is over.")
    if bool(start) != bool(end) or (start and end <= start):
        wrong[ids.HOURS_DATE_UNTIL] = _wrong_end(start, end)
    return wrong


def _wrong_day(state: forms.State, day: str) -> dict[str, str]:
    pairs = [_pair(state, day, nth) for nth in range(SHOWN)]
    if pairs[0] == ("", ""):
        return {block(ids.HOURS_FROM, day, 0): _("From when? Or untick the day above.")}
    wrong = {
        block(ids.HOURS_UNTIL, day, nth): _wrong_end(start, end)
        for nth, (start, end) in enumerate(pairs)
        if bool(start) != bool(end) or (start and end <= start)
    }
    if not wrong and overlapping(_spans(state, day)):
        wrong[block(ids.HOURS_FROM, day, 1)] = _("This overlaps the hours above.")
    return wrong


def _wrong_end(start: str, end: str) -> str:
    if not (start and end):
        return _("Both are needed: from when, and until when.")
    return _("It has to end after it begins. For midnight take 23:59.")


def _spans(state: forms.State, day: str) -> list[Pair]:
    pairs = (_pair(state, day, nth) for nth in range(SHOWN))
    return [pair for pair in pairs if all(pair)]


def _pair(state: forms.State, day: str, nth: int) -> Pair:
    start = _clock(state, block(ids.HOURS_FROM, day, nth))
    return start, _clock(state, block(ids.HOURS_UNTIL, day, nth))


def _clock(state: forms.State, block_id: str) -> str:
    """A time as Slack's picker names it; one that is none was not given."""
    typed = forms.text(state, block_id)
    return typed if _CLOCK.fullmatch(typed) else ""


def _other(state: forms.State) -> Override | None:
    typed = forms.text(state, ids.HOURS_DATE)
    if not typed:
        return None
    start, end = _clock(state, ids.HOURS_DATE_FROM), _clock(state, ids.HOURS_DATE_UNTIL)
    return Override(_date(typed), start or None, end or None)


def _date(typed: str) -> date:
    """A day as Slack's picker names it; one that is none is long over."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return date.min
