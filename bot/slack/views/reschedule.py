"""The reschedule modal: the old time, and the new one that is chosen."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import Block, DividerBlock

from bot.domain.bookings import Action, Feature
from bot.domain.event_types import Assignment
from bot.domain.wording import N_, _
from bot.services.standing import Row
from bot.slack import ids
from bot.slack.errors import Problem
from bot.slack.text import inline
from bot.slack.views import extents, parts
from bot.slack.views.cancel import reason as reason_input
from bot.slack.views.cancel import reason_block
from bot.slack.views.outcome import when
from bot.slack.views.problem import complained
from bot.slack.views.times import Times
from bot.slack.views.times import blocks as times_blocks

TITLE = N_("Reschedule")


@dataclass(frozen=True, slots=True)
class Answers:
    """What was filled in before: the reason, and who is to move."""

    reason: str = ""
    extent: str = ""


def loading(ref: str) -> dict[str, Any]:
    """What opens at once."""
    return parts.modal(
        _(TITLE),
        [parts.context(_("_Looking up the booking and the open times …_"))],
        callback_id=ids.RESCHEDULE,
        metadata=ref,
    )


def modal(
    row: Row,
    times: Times,
    features: Collection[Feature],
    answers: Answers,
    problem: Problem | None = None,
) -> dict[str, Any]:
    """The form; its metadata is the booking's reference."""
    now = _("*{title}*\nNow: {when}").format(
        title=inline(row.booking.title, 300), when=when(row.booking, times.reading)
    )
    if problem and problem.fresh_times and times.slots is not None:
        problem = problem.above_times()
    at_reason = reason_block(problem)
    wanted = row.event_type is not None and row.event_type.requires("rescheduleReason")
    blocks = [
        parts.section(now),
        *_extent(row, features, answers.extent),
        DividerBlock(),
        *times_blocks(times, "move"),
        reason_input(answers.reason, required=wanted or at_reason is not None),
    ]
    return parts.modal(
        _(TITLE),
        complained(blocks, problem, at_reason),
        callback_id=ids.RESCHEDULE,
        submit=_("Reschedule"),
        metadata=row.seen.ref,
        close=_("Cancel"),
    )


def _extent(row: Row, features: Collection[Feature], chosen: str) -> list[Block]:
    """Who or what moves, and who may host it then."""
    asked = extents.question(row, Action.RESCHEDULE, features, chosen)
    notes = [] if asked else [extents.note(row, Action.RESCHEDULE)]
    if row.event_type and row.event_type.assignment is Assignment.ROUND_ROBIN:
        notes.append(_("At another time somebody else of the team may host it."))
    said = [parts.context(note) for note in notes if note]
    return [asked, *said] if asked else [*said]


def busy(ref: str, command: str) -> dict[str, Any]:
    text = _(
        ":hourglass_flowing_sand: *Moving it …*\nIf this window still says so in a "
        "minute, look at `{command} bookings` before you try again."
    ).format(command=command)
    return parts.modal(_(TITLE), [parts.section(text)], callback_id=ids.RESCHEDULE, metadata=ref)
