"""The settings modal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ExternalDataSelectElement,
    InputBlock,
    Option,
    PlainTextObject,
    RadioButtonsElement,
    StaticSelectElement,
)

from bot.domain.accounts import Connection
from bot.domain.people import Preferences, Reader
from bot.domain.times import say_time, say_zone
from bot.domain.wording import N_, _
from bot.services.offers import Offer
from bot.slack import ids
from bot.slack.errors import Problem
from bot.slack.text import inline, plain
from bot.slack.views import connect, forgetting, parts
from bot.slack.views.problem import warning
from bot.slack.views.what import event_type_option

TITLE = N_("Settings")
MOST_OPTIONS = 100
AS_SLACK = "slack"
"""The value that stands for: as Slack has it."""
ASK = "ask"
"""The value that stands for: no default event type."""
CLOCKS = {AS_SLACK: N_("As in Slack"), "24": N_("24 hours (15:00)"), "12": N_("12 hours (3:00 PM)")}


@dataclass(frozen=True, slots=True)
class Form:
    """What the modal shows: the reader, what they chose (stored, or just now), and what can be
    chosen. `offer` is None where the event types are not known; `unreachable` says that Cal.com
    was asked for them in vain; `own` is the reader's own account."""

    reader: Reader
    chosen: Preferences
    now: datetime
    offer: Offer | None = None
    unreachable: bool = False
    problem: Problem | None = None
    own: Connection | None = None


def loading() -> dict[str, Any]:
    """What opens at once; it has no inputs, so nothing that is typed can be lost."""
    return parts.modal(_(TITLE), [parts.context(_("_Looking up your settings …_"))])


def form(shown: Form) -> dict[str, Any]:
    """The settings as they are."""
    blocks: list[Block] = []
    if shown.problem:
        blocks.append(warning(shown.problem, at_field=True))
    blocks += [_zone(shown), _clock(shown), _event_type(shown), _notifications()]
    blocks += [connect.own(shown.own), ActionsBlock(elements=[forgetting.mine()])]
    return parts.modal(
        _(TITLE), blocks, callback_id=ids.SETTINGS, submit=_("Save"), close=_("Cancel")
    )


def saving() -> dict[str, Any]:
    """The answer to the press on Save."""
    return parts.modal(_(TITLE), [parts.section(_(":hourglass_flowing_sand: *Saving …*"))])


def saved(shown: Form) -> dict[str, Any]:
    """What is now set, with the time as it is read from now on."""
    zone = ZoneInfo(shown.reader.time_zone)
    clock = say_time(shown.now, zone, shown.reader.hour12)
    lines = [
        _(":white_check_mark: *Saved*"),
        _("It is {clock}, {zone}.").format(clock=clock, zone=say_zone(zone, shown.now)),
    ]
    if shown.chosen.default_event_type is not None:
        lines.append(
            _("Default event type: {default}").format(default=inline(_default(shown), 100))
        )
    return parts.modal(_(TITLE), [parts.section("\n".join(lines))], close=_("Done"))


def zone_option(name: str, now: datetime) -> Option:
    """`Europe/Paris (UTC+1)`."""
    offset = say_zone(ZoneInfo(name), now).rpartition("(")[2].rstrip(")")
    said = name.replace("_", " ")
    return parts.option(said if offset == name else f"{said} ({offset})", name)


def zone_as_slack() -> Option:
    return parts.option(_("As in Slack"), AS_SLACK)


def no_default() -> Option:
    return parts.option(_("Ask me every time"), ASK)


def _notifications() -> Block:
    own = parts.button(_("Your notifications"), f"{ids.START}notify", "notify")
    return parts.section(_("Direct messages, reminders and a daily agenda of what you host"), own)


def _zone(shown: Form) -> InputBlock:
    chosen = shown.chosen.time_zone
    initial = zone_option(chosen, shown.now) if chosen else zone_as_slack()
    slack = plain(shown.reader.member.time_zone, 80)
    return InputBlock(
        block_id=ids.TIME_ZONE,
        label=PlainTextObject(text=_("Time zone")),
        hint=PlainTextObject(
            text=_("Type a city or an offset such as +5:30. In Slack: {slack}.").format(slack=slack)
        ),
        element=ExternalDataSelectElement(
            action_id=ids.ZONE,
            min_query_length=0,
            placeholder=_("Type a city or an offset"),
            initial_option=initial,
        ),
    )


def _clock(shown: Form) -> InputBlock:
    options = [parts.option(_(label), value) for value, label in CLOCKS.items()]
    current = {None: AS_SLACK, True: "12", False: "24"}[shown.chosen.hour12]
    return InputBlock(
        block_id=ids.CLOCK,
        label=PlainTextObject(text=_("Clock")),
        element=RadioButtonsElement(
            action_id=ids.VALUE,
            options=options,
            initial_option=next(o for o in options if o.value == current),
        ),
    )


def _event_type(shown: Form) -> Block:
    if shown.offer is None:
        wait = _("Looking up the event types …")
        gone = _("Cal.com is not answering; your default event type stays as it is.")
        return parts.context(gone if shown.unreachable else wait)
    known = shown.offer.with_id(shown.chosen.default_event_type or 0)
    initial = event_type_option(known) if known else no_default()
    options = [no_default(), *map(event_type_option, shown.offer.event_types)]
    element: StaticSelectElement | ExternalDataSelectElement
    if len(options) > MOST_OPTIONS:
        element = ExternalDataSelectElement(
            action_id=ids.FIND_EVENT_TYPE,
            min_query_length=0,
            placeholder=_("Type to search"),
            initial_option=initial,
        )
    else:
        element = StaticSelectElement(action_id=ids.VALUE, options=options, initial_option=initial)
    return InputBlock(
        block_id=ids.DEFAULT_EVENT_TYPE,
        label=PlainTextObject(text=_("Default event type")),
        hint=PlainTextObject(text=_("Taken where you name none, as in: slots tomorrow.")),
        element=element,
    )


def _default(shown: Form) -> str:
    known = shown.offer.with_id(shown.chosen.default_event_type or 0) if shown.offer else None
    return known.title if known else _("as before")
