"""Choosing a day and a time: what the booking and the reschedule modal share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    DatePickerElement,
    InputBlock,
    Option,
    OptionGroup,
    PlainTextObject,
    StaticSelectElement,
)

from bot.domain.slots import Slot, by_day, part_of_day
from bot.domain.wording import _, ngettext
from bot.slack import ids
from bot.slack.text import plain
from bot.slack.views import parts
from bot.slack.views.reading import Reading

OPEN_DAYS = 5
MOST_TIMES = 100  # options in one group of a select


@dataclass(frozen=True, slots=True)
class Times:
    """What can be chosen.

    `slots` is None where they could not be looked up; `day` is the day shown, in the reader's
    zone; `chosen` the start that is selected. `pick_day`, `pick_open_day` and `pick_time` are the
    action ids of the modal they stand in; without the last, a time is told with the form. `gone`
    is a start that was chosen before and is no longer to be had.
    """

    reading: Reading
    day: date | None = None
    slots: tuple[Slot, ...] | None = None
    chosen: datetime | None = None
    pick_day: str = ids.PICK_DAY
    pick_open_day: str = ids.PICK_OPEN_DAY
    pick_time: str = ""
    gone: datetime | None = None

    @staticmethod
    def unknown(reading: Reading, day: date | None, chosen: datetime | None) -> "Times":
        """While Cal.com does not answer: what was chosen before can be tried again."""
        if chosen is None:
            return Times(reading, day)
        return Times(reading, chosen.astimezone(reading.zone).date(), (Slot(chosen),), chosen)

    @property
    def of_day(self) -> list[Slot]:
        days = dict(by_day(self.slots or (), self.reading.zone))
        return days.get(self.day, []) if self.day else []


def first_open_day(slots: Sequence[Slot], zone: ZoneInfo) -> date | None:
    """The first day, in the zone, on which something is open."""
    days = by_day(slots, zone)
    return days[0][0] if days else None


def blocks(times: Times, key: str) -> list[Block]:
    """A date picker, the next days with openings, and the times of the day.

    Args:
        key: Tells one list of times from another: while it stays, Slack keeps what was chosen.
    """
    picked: list[Block] = [_day(times)]
    if times.slots is None:
        day = (times.day or times.reading.today).isoformat()
        again = parts.button(_("Look again"), f"{times.pick_open_day}:again", day)
        return [*picked, parts.section(_("The open times could not be looked up."), again)]
    if open_days := _open_days(times):
        picked.append(open_days)
    if times.of_day:
        return [*picked, _time(times, key)]
    return [*picked, parts.section(_nothing_open(times))]


def _day(times: Times) -> InputBlock:
    return InputBlock(
        block_id=f"{ids.DAY}:{times.day or ''}",
        label=PlainTextObject(text=_("Day")),
        dispatch_action=True,
        element=DatePickerElement(
            action_id=times.pick_day,
            initial_date=times.day.isoformat() if times.day else None,
            placeholder=PlainTextObject(text=_("Choose a day")),
        ),
    )


def _open_days(times: Times) -> ActionsBlock | None:
    days = by_day(times.slots or (), times.reading.zone)
    buttons = [
        parts.button(
            f"{times.reading.day(day)} ({len(slots)})"[:75],
            f"{times.pick_open_day}:{number}",
            day.isoformat(),
            style="primary" if day == times.day else None,
        )
        for number, (day, slots) in enumerate(_around(days, times.day))
    ]
    return ActionsBlock(block_id="open_days", elements=buttons) if buttons else None


def _around(
    days: list[tuple[date, list[Slot]]], chosen: date | None
) -> list[tuple[date, list[Slot]]]:
    """The chosen day and those after it; near the end of what is known, those before too."""
    later = [number for number, (day, _) in enumerate(days) if chosen is None or day >= chosen]
    first = later[0] if later else len(days)
    first = max(0, min(first, len(days) - OPEN_DAYS))
    return days[first : first + OPEN_DAYS]


def _time(times: Times, key: str) -> InputBlock:
    groups: dict[str, list[Option]] = {}
    chosen: Option | None = None
    zone = times.reading.zone
    for slot in times.of_day:
        option = parts.option(_label(slot, times), slot.start.isoformat())
        group = groups.setdefault(part_of_day(slot.start, zone), [])
        if len(group) < MOST_TIMES:
            group.append(option)
            chosen = option if slot.start == times.chosen else chosen
    at = times.of_day[0].start
    # While a block keeps its id, Slack keeps what was chosen in it, also what is gone.
    anew = f":{int(times.gone.timestamp())}" if times.gone else ""
    return InputBlock(
        block_id=f"{ids.TIME}:{key}:{times.day}{anew}",
        label=PlainTextObject(
            text=plain(_("Time, {zone_name}").format(zone_name=times.reading.zone_name(at)), 150)
        ),
        dispatch_action=bool(times.pick_time) or None,
        element=StaticSelectElement(
            action_id=times.pick_time or ids.VALUE,
            placeholder=PlainTextObject(text=_("Choose a time")),
            option_groups=[
                OptionGroup(label=PlainTextObject(text=part), options=options)
                for part, options in groups.items()
            ],
            initial_option=chosen,
        ),
    )


def _label(slot: Slot, times: Times) -> str:
    label = times.reading.clock(slot.start)
    if slot.seats_left is None:
        return label
    return ngettext(
        "{label} · {count} seat left", "{label} · {count} seats left", slot.seats_left, label=label
    )


def _nothing_open(times: Times) -> str:
    if times.day and times.slots:
        return _("Nothing is open on {day}. Choose another day above.").format(
            day=times.reading.day(times.day)
        )
    return _("Nothing is open in these two weeks. Choose a later day above.")
