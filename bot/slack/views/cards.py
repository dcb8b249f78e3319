"""The card of a booking, and of a notice, as a message in a channel.

Many people read it, so it never holds a booking's uid: who has that can cancel. What people
wrote stands in plain_text elements, where Slack takes it literally; only in the history, whose
dates need mrkdwn, it is made harmless by `inline`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    HeaderBlock,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
    TextObject,
)

from bot.domain.bookings import Action
from bot.domain.cards import OVER, Card, NoticeCard, actions, joinable
from bot.slack import ids
from bot.slack.text import inline, mrkdwn_lines, plain
from bot.slack.views.card_words import Words
from bot.slack.views.parts import Message

NOTICE_LINES: Final = 20
HISTORY: Final = 5
TEXT: Final = 4000
"""What chat.update takes as `text`; chat.postMessage takes more."""

BUTTONS: Final = {
    Action.CONFIRM: ("Confirm", ids.DO_CONFIRM, "primary"),
    Action.DECLINE: ("Decline", ids.DO_DECLINE, "danger"),
    Action.RESCHEDULE: ("Reschedule", ids.DO_RESCHEDULE, None),
    Action.CANCEL: ("Cancel", ids.DO_CANCEL, "danger"),
    Action.MARK_ABSENT: ("No-show", ids.DO_MARK_ABSENT, None),
}


def card(shown: Card | NoticeCard, ref: str, *, now: datetime, zone: ZoneInfo) -> Message:
    """The message for a card.

    Args:
        shown: What to show.
        ref: Our own reference to the booking: the value of the buttons.
        now: Decides which buttons there are; aware.
        zone: The host's zone, named in words beside the reader's own.
    """
    if isinstance(shown, NoticeCard):
        return _notice(shown)
    return _booking(Words(shown, now, zone), ref)


def _notice(shown: NoticeCard) -> Message:
    notice = shown.notice
    pairs = [(plain(label, 75), plain(value, 500)) for label, value in notice.lines]
    hidden = len(pairs) - NOTICE_LINES
    rest = [("More", f"and {hidden} more lines")] if hidden > 0 else []
    pairs = pairs[:NOTICE_LINES] + rest
    title = f"📣 {plain(notice.title, 140)}"
    lines = [inline(title, 150), *(f"{inline(a)}: {inline(b, 500)}" for a, b in pairs)]
    about = [_mention(notice.channel)] if notice.channel else []
    blocks = [_header(title), *map(_mrkdwn, about), *_tables(pairs)]
    return _message([lines[0], *about, *lines[1:]], blocks)


def _mention(channel: str) -> str:
    """A channel or a member, as Slack draws it for those who may see it."""
    return f"<@{channel}>" if channel.startswith(("U", "W")) else f"<#{channel}>"


def _booking(words: Words, ref: str) -> Message:
    headline, pairs, notes = words.headline(), words.pairs(), words.notes()
    history = [words.line(word) for word in words.shown.history[-HISTORY:]]
    blocks: list[Block] = [_header(headline), _mrkdwn(words.when()), *_tables(pairs)]
    blocks += [SectionBlock(text=PlainTextObject(text=note, emoji=False)) for note in notes]
    if len(history) > 1:
        text = mrkdwn_lines(history, more="{n} more")
        blocks.append(ContextBlock(elements=[MarkdownTextObject(text=text, verbatim=True)]))
    if buttons := _buttons(words, ref):
        blocks.append(ActionsBlock(elements=buttons))
    lines = [inline(headline), words.spoken_when()]
    lines += [f"{label}: {inline(value, 500)}" for label, value in pairs]
    lines += [inline(note, 1000) for note in notes]
    return _message([*lines, *(history if len(history) > 1 else [])], blocks)


def _buttons(words: Words, ref: str) -> list[ButtonElement]:
    shown, buttons = words.shown, []
    link = shown.booking.join_url or ""
    if words.may_link(link) and joinable(shown, words.now):
        buttons.append(_button("Join", ids.JOIN, url=link, style="primary"))
    for action in actions(shown, words.now):
        label, action_id, style = BUTTONS[action]
        buttons.append(_button(label, action_id, value=ref, style=style))
    if shown.phase not in OVER:  # the details, for whoever presses alone
        buttons.append(_button("More", ids.DETAILS, value=ref))
    if words.may_link(shown.recording):
        buttons.append(_button("Watch recording", ids.LINK, url=shown.recording))
    return buttons


def _header(text: str) -> Block:
    return HeaderBlock(text=PlainTextObject(text=text, emoji=True))


def _mrkdwn(text: str) -> Block:
    return SectionBlock(text=MarkdownTextObject(text=text, verbatim=True))


def _tables(pairs: Sequence[tuple[str, str]]) -> Iterable[Block]:
    """Two columns, label and value; a section takes ten fields."""
    for first in range(0, len(pairs), 5):
        cells: list[str | dict[str, str] | TextObject] = []
        for label, value in pairs[first : first + 5]:
            cells.append(MarkdownTextObject(text=f"*{inline(label, 75)}*", verbatim=True))
            cells.append(PlainTextObject(text=plain(value, 1900), emoji=False))
        yield SectionBlock(fields=cells)


def _button(
    label: str, action_id: str, *, value: str = "", url: str = "", style: str | None = None
) -> ButtonElement:
    return ButtonElement(
        text=PlainTextObject(text=label, emoji=True),
        action_id=action_id,
        value=value or None,
        url=url or None,
        style=style,
    )


def _message(lines: Iterable[str], blocks: Iterable[Block]) -> Message:
    return Message(
        mrkdwn_lines(lines, TEXT, more="and {n} more lines"), [b.to_dict() for b in blocks]
    )
