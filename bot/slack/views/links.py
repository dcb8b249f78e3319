"""What stands under a booking link that somebody wrote."""

from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import ActionsBlock

from bot.domain.times import say_day, say_time
from bot.domain.wording import _
from bot.services.unfurling import Linked
from bot.slack import ids
from bot.slack.forms import Pick
from bot.slack.text import date, inline
from bot.slack.views import parts
from bot.slack.views.reading import link
from bot.slack.views.traits import lengths, traits

UTC: Final = ZoneInfo("UTC")


def unfurl(linked: Linked) -> dict[str, Any]:
    """An attachment for `chat.unfurl`. Everybody reads the times in their own zone."""
    event_type = linked.event_type
    who = linked.whose or event_type.owner_name or linked.owner
    title = f"*{link(event_type.url, event_type.title)}*"
    lines = [
        _("{title} with {who}").format(title=title, who=inline(who, 80)),
        " · ".join([lengths(event_type), *traits(event_type)]),
        _next(linked),
    ]
    value = Pick(event_type.id, linked.owner).encode()
    buttons = [
        parts.button(_("Book"), ids.START_BOOK, value, style="primary"),
        parts.button(_("Open times"), ids.SHOW_SLOTS, value),
    ]
    blocks = [parts.section("\n".join(lines)), ActionsBlock(elements=buttons)]
    return {"blocks": [block.to_dict() for block in blocks]}


def _next(linked: Linked) -> str:
    if not linked.times:
        return _("Nothing is open at the moment.")
    said = [date(at, _said(at), "{date_short_pretty}, {time}") for at in linked.times]
    return _("Next open times: {times}").format(times=" · ".join(said))


def _said(at: datetime) -> str:
    day = at.date()
    return f"{say_day(day, day + timedelta(days=7))}, {say_time(at, UTC, hour12=False)} UTC"
