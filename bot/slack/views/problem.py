"""A problem, as a message or as a modal of its own."""

from typing import Any

from slack_sdk.models.blocks import SectionBlock

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
