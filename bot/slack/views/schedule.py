"""Working hours."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import Block, HeaderBlock

from bot.domain.days import weekday_name
from bot.domain.slots import Override, Schedule, WorkingHours
from bot.domain.times import say_day, say_time, zone_or_utc
from bot.domain.wording import N_, _
from bot.slack import ids
from bot.slack.text import inline, mrkdwn_lines
from bot.slack.views import parts
from bot.slack.views.parts import Message
from bot.slack.views.reading import Reading, whole

TITLE = N_("Working hours")
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""As Cal.com has them."""
MOST_SCHEDULES = 20
MOST_HOURS = 30
MOST_OVERRIDES = 20


def schedules(found: Sequence[Schedule], reading: Reading) -> Message:
    """The account's schedules, the default one first, each in its own zone."""
    if not found:
        text = _(
            "This Cal.com account has no working hours yet. Set them in Cal.com, then look again."
        )
        return parts.message(text, [parts.section(text)])
    ordered = sorted(found, key=lambda schedule: not schedule.is_default)
    said = [told(schedule, reading) for schedule in ordered[:MOST_SCHEDULES]]
    blocks: list[Block] = [HeaderBlock(text=_(TITLE)), *map(_changeable, said, ordered)]
    if len(ordered) > MOST_SCHEDULES:
        said.append(_("And {count} more schedules.").format(count=len(ordered) - MOST_SCHEDULES))
        blocks.append(parts.section(said[-1]))
    return parts.message(whole([_(TITLE), *said]).replace("*", ""), blocks)


def not_yours(command: str) -> Message:
    """For somebody who may not see them."""
    text = _(
        "Working hours are shown to the owner of the Cal.com account and to the "
        "admins of this workspace. `{command} availability` shows when the account "
        "can be booked."
    ).format(command=command)
    return parts.message(text, [parts.section(text)])


def _changeable(said: str, schedule: Schedule) -> Block:
    return parts.section(said, parts.button(_("Change"), ids.CHANGE_HOURS, str(schedule.id)))


def told(schedule: Schedule, reading: Reading) -> str:
    """One schedule: its zone, its hours by weekday, and the days to come that are others."""
    zone = zone_or_utc(schedule.time_zone)
    default = _(" (default)") if schedule.is_default else ""
    yours = (
        ""
        if zone.key == reading.zone.key
        else _("; yours is {zone_name}").format(zone_name=reading.zone_name())
    )
    lines = [
        f"*{inline(schedule.name, 80)}*{default}",
        f"{Reading(zone, reading.hour12, reading.now).zone_name()}{yours}",
        *(_hours(hours, reading.hour12) for hours in schedule.hours[:MOST_HOURS]),
    ]
    if not schedule.hours:
        lines.append(_("No hours on any day"))
    today = reading.now.astimezone(zone).date()
    coming = sorted((o for o in schedule.overrides if o.date >= today), key=lambda o: o.date)
    if coming:
        lines.append(_("Other hours on:"))
        lines += [_override(each, today, reading.hour12) for each in coming[:MOST_OVERRIDES]]
    if len(coming) > MOST_OVERRIDES:
        lines.append(_("and {count} more days").format(count=len(coming) - MOST_OVERRIDES))
    return mrkdwn_lines(lines)


def _hours(hours: WorkingHours, hour12: bool) -> str:
    return f"{_days(hours.days)} {_clocks(hours.start, hours.end, hour12)}"


def _days(days: Sequence[str]) -> str:
    """`Mon–Fri`, `Mon, Wed`: three days in a row or more are a range."""
    numbers = sorted({WEEK.index(day.capitalize()) for day in days if day.capitalize() in WEEK})
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    said = []
    for run in runs:
        names = [weekday_name(number, short=True) for number in run]
        said.append(f"{names[0]}–{names[-1]}" if len(run) > 2 else ", ".join(names))
    return ", ".join(said) or inline(", ".join(days), 80)


def _override(override: Override, today: date, hour12: bool) -> str:
    hours = _("off")
    if override.start and override.end:
        hours = _clocks(override.start, override.end, hour12)
    return f"{say_day(override.date, today)}: {hours}"


def _clocks(start: str, end: str, hour12: bool) -> str:
    return f"{_clock(start, hour12)}–{_clock(end, hour12)}"


def _clock(typed: str, hour12: bool) -> str:
    """`HH:MM` as the reader wants it; anything else as it came (Cal.com may say 24:00)."""
    try:
        clock = time.fromisoformat(typed)
    except ValueError:
        return inline(typed, 10)
    return say_time(datetime.combine(date(2000, 1, 1), clock, UTC), ZoneInfo("UTC"), hour12)
