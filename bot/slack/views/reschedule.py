"""The reschedule modal: the old time, and the new one that is chosen."""

from typing import Any

from slack_sdk.models.blocks import DividerBlock

from bot.domain.bookings import Booking
from bot.slack import ids
from bot.slack.errors import Problem
from bot.slack.text import inline
from bot.slack.views import parts
from bot.slack.views.cancel import reason as reason_input
from bot.slack.views.outcome import when
from bot.slack.views.problem import warning
from bot.slack.views.times import Times
from bot.slack.views.times import blocks as times_blocks

TITLE = "Reschedule"


def loading(ref: str) -> dict[str, Any]:
    """What opens at once."""
    return parts.modal(
        TITLE,
        [parts.context("_Looking up the booking and the open times …_")],
        callback_id=ids.RESCHEDULE,
        metadata=ref,
    )


def modal(
    ref: str, booking: Booking, times: Times, reason: str = "", problem: Problem | None = None
) -> dict[str, Any]:
    """The form; its metadata is the booking's reference."""
    now = f"*{inline(booking.title, 300)}*\nNow: {when(booking, times.reading)}"
    if problem and problem.fresh_times and times.slots is not None:
        problem = problem.above_times()
    warnings = [warning(problem.named)] if problem else []
    return parts.modal(
        TITLE,
        [
            *warnings,
            parts.section(now),
            DividerBlock(),
            *times_blocks(times, "move"),
            reason_input(reason, required=False),
        ],
        callback_id=ids.RESCHEDULE,
        submit="Reschedule",
        metadata=ref,
        close="Cancel",
    )


def busy(ref: str, command: str) -> dict[str, Any]:
    text = (
        ":hourglass_flowing_sand: *Moving it …*\nIf this window still says so in a minute, look "
        f"at `{command} bookings` before you try again."
    )
    return parts.modal(TITLE, [parts.section(text)], callback_id=ids.RESCHEDULE, metadata=ref)
