"""What cards, reminders and digests are laid out with; nothing in them becomes a link by itself."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    HeaderBlock,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
    TextObject,
)

from bot.domain.wording import N_
from bot.slack.text import inline, mrkdwn_lines, plain
from bot.slack.views.parts import Message

TEXT: Final = 4000
"""What chat.update takes as `text`; chat.postMessage takes more."""


def header(text: str) -> Block:
    return HeaderBlock(text=PlainTextObject(text=text, emoji=True))


def marked(mrkdwn: str) -> Block:
    return SectionBlock(text=MarkdownTextObject(text=mrkdwn, verbatim=True))


def unmarked(text: str) -> Block:
    return SectionBlock(text=PlainTextObject(text=text, emoji=False))


def small(mrkdwn: str) -> Block:
    return ContextBlock(elements=[MarkdownTextObject(text=mrkdwn, verbatim=True)])


def tables(pairs: Sequence[tuple[str, str]]) -> Iterator[Block]:
    """Two columns, label and value; a section takes ten fields."""
    for first in range(0, len(pairs), 5):
        cells: list[str | dict[str, str] | TextObject] = []
        for label, value in pairs[first : first + 5]:
            cells.append(MarkdownTextObject(text=f"*{inline(label, 75)}*", verbatim=True))
            cells.append(PlainTextObject(text=plain(value, 1900), emoji=False))
        yield SectionBlock(fields=cells)


def spoken(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """The same as lines of a message's `text`."""
    return [f"{inline(label, 75)}: {inline(value, 500)}" for label, value in pairs]


def message(lines: Iterable[str], blocks: Iterable[Block]) -> Message:
    """`lines` are ready mrkdwn; those that do not fit into the `text` are counted."""
    text = mrkdwn_lines(lines, TEXT, more=N_("and {n} more lines"))
    return Message(text, [block.to_dict() for block in blocks])
