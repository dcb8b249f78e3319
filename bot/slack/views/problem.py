"""A problem, as a message or as a modal of its own."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import Block, SectionBlock

from bot.slack.errors import Problem
from bot.slack.text import SECTION, shorten
from bot.slack.views import parts


def warning(text: str) -> SectionBlock:
    """The sentence (ready for mrkdwn), as it stands in any modal or message."""
    return parts.section(shorten(f":warning: {text}", SECTION))


def message(problem: Problem) -> parts.Message:
    return parts.message(problem.named, [warning(problem.named)])


def modal(problem: Problem) -> dict[str, Any]:
    return parts.modal("That did not work", [warning(problem.named)])


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
        return [warning(problem.named), *blocks]
    return [*blocks[: at + 1], warning(problem.text), *blocks[at + 1 :]]
