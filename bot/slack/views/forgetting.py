"""Delete my data: the buttons, and what is gone then."""

from typing import Any

from slack_sdk.models.blocks import ButtonElement, ConfirmObject

from bot.domain.wording import N_, _
from bot.slack import ids
from bot.slack.views import parts
from bot.slack.views.parts import Message

MINE = N_(
    "Your own account's connection, your rules, your settings, and the record "
    "of what you did are deleted. Bookings at Cal.com and messages in Slack "
    "stay."
)
ALL = N_(
    "Everything that is kept of this workspace is deleted: connections, rules, "
    "cards, settings, and the record of who did what. Bookings at Cal.com and "
    "messages in Slack stay."
)


def mine() -> ButtonElement:
    return _button(_("Delete my data"), ids.DELETE_MINE, _(MINE))


def everything() -> ButtonElement:
    return _button(_("Delete all data"), ids.DELETE_ALL, _(ALL))


def forgotten(command: str) -> dict[str, Any]:
    said = _("Nothing is kept of you here any more. `{command}` works as on the first day.").format(
        command=command
    )
    return parts.modal(_("Deleted"), [parts.section(said)])


def all_forgotten() -> Message:
    said = _(
        "Nothing is kept of this workspace any more, but that you deleted it. What "
        "messages showed stays in Slack; their buttons lead nowhere now."
    )
    return parts.message(said, [parts.section(said)])


def _button(label: str, action_id: str, what: str) -> ButtonElement:
    confirm = ConfirmObject(
        title=_("{label}?").format(label=label), text=what, confirm=_("Delete"), deny=_("Keep")
    )
    return parts.button(label, action_id, confirm=confirm, style="danger")
