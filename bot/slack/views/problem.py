"""A problem, as a message or as a modal of its own."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import Block, ButtonElement, SectionBlock

from bot.domain.wording import _
from bot.slack import ids
from bot.slack.errors import Problem
from bot.slack.text import SECTION, shorten
from bot.slack.views import parts


def warning(problem: Problem, *, at_field: bool = False) -> SectionBlock:
    """The sentence as it stands in any modal or message, with the button that helps."""
    text = problem.text if at_field else problem.named
    return parts.section(shorten(f":warning: {text}", SECTION), _help(problem))


def _help(problem: Problem) -> ButtonElement | None:
    if problem.connect:
        return parts.button(problem.connect, ids.CONNECT, problem.wish, style="primary")
    if problem.invite:
        return parts.button(_("Invite to connect"), ids.INVITE, problem.invite)
    return None


def message(problem: Problem) -> parts.Message:
    return parts.message(problem.named, [warning(problem)])


def modal(problem: Problem) -> dict[str, Any]:
    return parts.modal(_("That did not work"), [warning(problem)])


def complained(
    blocks: Sequence[Block], problem: Problem | None, block_id: str | None = None
) -> list[Block]:
    """A form with what was wrong with it: right under the block it is about, else on top."""
    if problem is None:
        return list(blocks)
    at = next(
        (n for n, block in enumerate(blocks) if block_id and block.block_id == block_id), None
    )
    if at is None:
        return [warning(problem), *blocks]
    return [*blocks[: at + 1], warning(problem, at_field=True), *blocks[at + 1 :]]
