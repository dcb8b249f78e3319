"""Out of office: what is to come, and the modal that adds to it."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    DatePickerElement,
    HeaderBlock,
    StaticSelectElement,
)

from bot.domain.away import REASONS, Away
from bot.domain.wording import N_, _, ngettext
from bot.slack import ids
from bot.slack.text import inline
from bot.slack.views import parts
from bot.slack.views.parts import Message
from bot.slack.views.reading import Reading, whole

TITLE = N_("Out of office")
MOST = 20
LONGEST_NOTES = 1000


def listing(found: Sequence[Away], reading: Reading) -> Message:
    """The days to come, each to be taken back."""
    blocks: list[Block] = [HeaderBlock(text=_(TITLE))]
    told = [_entry(each, reading) for each in found[:MOST]]
    for said, each in zip(told, found, strict=False):
        delete = parts.button(_("Delete"), ids.END_AWAY, str(each.id), style="danger")
        blocks.append(parts.section(said, delete))
    if not told:
        told = [_("No days out of office are to come.")]
        blocks.append(parts.section(told[0]))
    blocks.append(ActionsBlock(elements=[parts.button(_("Add"), ids.ADD_AWAY, style="primary")]))
    return parts.message(whole([_(TITLE), *told]), blocks)


def form() -> dict[str, Any]:
    options = [parts.option(_(label), value) for value, label in REASONS.items()]
    reasons = StaticSelectElement(action_id=ids.VALUE, options=options, initial_option=options[0])
    blocks = [
        parts.input_block(ids.AWAY_FROM, _("First day"), DatePickerElement(action_id=ids.VALUE)),
        parts.input_block(ids.AWAY_UNTIL, _("Last day"), DatePickerElement(action_id=ids.VALUE)),
        parts.input_block(ids.REASON, _("Reason"), reasons),
        parts.input_block(
            ids.NOTES,
            _("Notes"),
            parts.text_input("", LONGEST_NOTES, multiline=True),
            optional=True,
        ),
    ]
    return parts.modal(_(TITLE), blocks, callback_id=ids.AWAY, submit=_("Save"), close=_("Cancel"))


def saving() -> dict[str, Any]:
    return parts.modal(_(TITLE), [parts.section(_(":hourglass_flowing_sand: *Saving …*"))])


def saved(made: Away, standing: int | None, reading: Reading) -> dict[str, Any]:
    """What holds now, and what stands on these days all the same."""
    blocks: list[Block] = [
        parts.section(_(":white_check_mark: *Saved*")),
        parts.section(_entry(made, reading)),
    ]
    if standing is None:
        unknown = _("Whether bookings stand on these days could not be found out.")
        blocks.append(parts.section(unknown))
    if standing:
        text = ngettext(
            "{count} booking stands on these days; Cal.com does not move it.",
            "{count} bookings stand on these days; Cal.com does not move them.",
            standing,
        )
        blocks += [
            parts.section(text),
            ActionsBlock(elements=[parts.start(_("Bookings"), "bookings")]),
        ]
    return parts.modal(_(TITLE), blocks, close=_("Done"))


def _entry(away: Away, reading: Reading) -> str:
    first, last = reading.day(away.first), reading.day(away.last)
    days = first if away.first == away.last else f"{first} – {last}"
    reason = _(REASONS.get(away.reason, REASONS["unspecified"]))
    notes = f"\n{inline(away.notes, 200)}" if away.notes else ""
    return f"{days}: {reason}{notes}"
