"""The modal that changes working hours."""

from datetime import date, datetime
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    DatePickerElement,
    DividerBlock,
    ExternalDataSelectElement,
    InputBlock,
    StaticMultiSelectElement,
    TimePickerElement,
)

from bot.domain.days import weekday_name
from bot.domain.hours import SHOWN, Pair, week_of
from bot.domain.slots import DAYS, Schedule
from bot.domain.times import say_day, zone_or_utc
from bot.domain.wording import N_, _
from bot.slack import hoursform, ids
from bot.slack.errors import Problem
from bot.slack.text import inline, mrkdwn_lines, plain
from bot.slack.views import parts
from bot.slack.views.problem import complained
from bot.slack.views.settings import zone_option

TITLE = N_("Working hours")
MOST_OTHERS = 100
USUAL: Pair = ("09:00", "17:00")
"""What a day off would have, were it ticked."""


def loading() -> dict[str, Any]:
    return parts.modal(_(TITLE), [parts.context(_("_Looking up the working hours …_"))])


def saving() -> dict[str, Any]:
    return parts.modal(_(TITLE), [parts.section(_(":hourglass_flowing_sand: *Saving …*"))])


def saved(told: str) -> dict[str, Any]:
    """What now holds, as `/cal schedule` says it."""
    done = parts.section(_(":white_check_mark: *Saved*"))
    return parts.modal(_(TITLE), [done, parts.section(told)], close=_("Done"))


def form(schedule: Schedule, now: datetime, problem: Problem | None = None) -> dict[str, Any]:
    """The hours of a week, the zone, and one day that is to be another."""
    week = week_of(schedule)
    blocks: list[Block] = [parts.section(f"*{inline(schedule.name, 80)}*"), _days(week)]
    for number, day in enumerate(DAYS):
        blocks += _day(day, weekday_name(number), week[day])
    others = _others(schedule, now)
    blocks += [_zone(schedule, now), DividerBlock(), *_other_days(others), *_other_day()]
    return parts.modal(
        _(TITLE),
        complained(blocks, problem),
        callback_id=ids.HOURS,
        submit=_("Save"),
        metadata=f"{schedule.id}|{','.join(others)}",
        close=_("Cancel"),
    )


def _days(week: dict[str, list[Pair]]) -> InputBlock:
    options = {day: parts.option(weekday_name(n), day) for n, day in enumerate(DAYS)}
    worked = [options[day] for day in DAYS if week[day]]
    element = CheckboxesElement(
        action_id=ids.VALUE, options=list(options.values()), initial_options=worked or None
    )
    return parts.input_block(ids.HOURS_DAYS, _("Days you can be booked"), element, optional=True)


def _day(day: str, name: str, spans: list[Pair]) -> list[Block]:
    """The times of a weekday: a second span where it has one, and what cannot be changed here."""
    blocks: list[Block] = []
    for nth, (start, end) in enumerate((spans or [USUAL])[:SHOWN]):
        begins = _("{day}, again from") if nth else _("{day} from")
        ends = _("{day}, again until") if nth else _("{day} until")
        blocks += [
            _time(hoursform.block(ids.HOURS_FROM, day, nth), begins.format(day=name), start),
            _time(hoursform.block(ids.HOURS_UNTIL, day, nth), ends.format(day=name), end),
        ]
    if rest := spans[SHOWN:]:
        hours = ", ".join(f"{start}–{end}" for start, end in rest)
        more = _("On {day} also {hours}: change that in Cal.com.").format(day=name, hours=hours)
        blocks.append(parts.context(mrkdwn_lines([more])))
    return blocks


def _time(block_id: str, label: str, clock: str) -> InputBlock:
    element = TimePickerElement(action_id=ids.VALUE, initial_time=clock or None)
    return parts.input_block(block_id, label, element, optional=True)


def _zone(schedule: Schedule, now: datetime) -> InputBlock:
    element = ExternalDataSelectElement(
        action_id=ids.ZONE,
        min_query_length=0,
        placeholder=_("Type a city or an offset"),
        initial_option=zone_option(zone_or_utc(schedule.time_zone).key, now),
    )
    return parts.input_block(ids.TIME_ZONE, _("Time zone"), element)


def _others(schedule: Schedule, now: datetime) -> dict[str, str]:
    """The days to come that are others, by date, as they are said."""
    today = now.astimezone(zone_or_utc(schedule.time_zone)).date()
    said: dict[str, list[str]] = {}
    for other in sorted(schedule.overrides, key=lambda each: (each.date, each.start or "")):
        if other.date >= today:
            is_off = not (other.start and other.end)
            hours = _("off") if is_off else f"{other.start}–{other.end}"
            said.setdefault(other.date.isoformat(), []).append(hours)
    days = list(said.items())[:MOST_OTHERS]
    return {day: f"{say_day(date.fromisoformat(day), today)}: {', '.join(h)}" for day, h in days}


def _other_days(others: dict[str, str]) -> list[Block]:
    if not others:
        return []
    options = [parts.option(plain(said, 75), day) for day, said in others.items()]
    element = StaticMultiSelectElement(
        action_id=ids.VALUE,
        options=options,
        initial_options=options,
        placeholder=_("None"),
    )
    hint = _("Take one out, and that day has the hours of its weekday again.")
    label = _("Days that are others")
    return [parts.input_block(ids.HOURS_OTHER_DAYS, label, element, hint=hint, optional=True)]


def _other_day() -> list[Block]:
    """Nothing of it is filled in: what is there already stays unless its day is named."""
    day = DatePickerElement(action_id=ids.VALUE)
    hint = _("Without times it is a day off. Days that have other hours already keep them.")
    return [
        parts.input_block(ids.HOURS_DATE, _("One day is another"), day, hint=hint, optional=True),
        _time(ids.HOURS_DATE_FROM, _("That day from"), ""),
        _time(ids.HOURS_DATE_UNTIL, _("That day until"), ""),
    ]
