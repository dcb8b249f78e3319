"""What several views share: the message, and small builders over slack_sdk's models."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    ContextBlock,
    InputBlock,
    MarkdownTextObject,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    SectionBlock,
)
from slack_sdk.models.blocks.block_elements import InputInteractiveElement
from slack_sdk.models.views import View

from bot.domain.wording import _
from bot.slack import ids


@dataclass(frozen=True, slots=True)
class Message:
    """A message: `text` carries the whole content for notifications and screen readers, `blocks`
    (dicts, at most 50) what is drawn."""

    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)


def message(text: str, blocks: Sequence[Block]) -> Message:
    return Message(text, [block.to_dict() for block in blocks])


def as_message(view: dict[str, Any]) -> Message:
    """A modal without inputs as a message."""
    return Message(said(view["blocks"]), view["blocks"])


ANSWER: Final = "answer"
"""The `private_metadata` of a modal that stands in the place of a message."""


def answer(message: Message) -> dict[str, Any]:
    """A message as a modal, where there is no conversation that it could stand in."""
    blocks = Block.parse_all(message.blocks) or [section(message.text)]
    return modal("Cal.com", blocks, metadata=ANSWER)


def looking() -> dict[str, Any]:
    """What opens at once, until there is an answer."""
    return modal("Cal.com", [context(_("_One moment …_"))], metadata=ANSWER)


def said(blocks: Sequence[Block | dict[str, Any]]) -> str:
    """What the sections say, as a message's `text`."""
    dicts = [block if isinstance(block, dict) else block.to_dict() for block in blocks]
    told = [block["text"]["text"] for block in dicts if block["type"] == "section"]
    return "\n".join(told).replace("*", "")


def section(mrkdwn: str, accessory: Any = None) -> SectionBlock:
    """`mrkdwn` is ready for Slack: what came from outside is escaped already."""
    return SectionBlock(text=MarkdownTextObject(text=mrkdwn), accessory=accessory)


def context(mrkdwn: str) -> ContextBlock:
    return ContextBlock(elements=[MarkdownTextObject(text=mrkdwn)])


def button(label: str, action_id: str, value: str = "", **more: Any) -> ButtonElement:
    """A button; `more` is style, url, confirm or accessibility_label."""
    return ButtonElement(
        text=PlainTextObject(text=label, emoji=True),
        action_id=action_id,
        value=value or None,
        **more,
    )


def start(label: str, text: str, **more: Any) -> ButtonElement:
    """A button that stands for the command with this text; `more` as above."""
    return button(label, ids.START + text.replace(" ", ":"), text, **more)


def option(label: str, value: str, description: str | None = None) -> Option:
    """An option; `label` and `description` are shortened to 75 by the caller's `plain`."""
    return Option(text=PlainTextObject(text=label), value=value, description=description)


def input_block(
    block_id: str,
    label: str,
    element: InputInteractiveElement,
    *,
    hint: str = "",
    optional: bool = False,
    dispatch: bool = False,
) -> InputBlock:
    """An input; with `dispatch` what is chosen reaches us at once."""
    return InputBlock(
        block_id=block_id,
        label=PlainTextObject(text=label),
        element=element,
        hint=PlainTextObject(text=hint) if hint else None,
        optional=optional or None,
        dispatch_action=dispatch or None,
    )


def text_input(
    typed: str, longest: int, *, multiline: bool = False, placeholder: str | None = None
) -> PlainTextInputElement:
    """A field to type in, filled with what was typed before."""
    return PlainTextInputElement(
        action_id=ids.VALUE,
        initial_value=typed[:longest] or None,
        max_length=longest,
        multiline=multiline or None,
        placeholder=placeholder,
    )


def modal(  # noqa: PLR0913 - all but two are keywords, the properties of a view
    title: str,
    blocks: Sequence[Block],
    *,
    callback_id: str = "",
    submit: str | None = None,
    metadata: str = "",
    close: str | None = None,
    notify_on_close: bool = False,
) -> dict[str, Any]:
    """A modal as the Web API takes it; `title` and `submit` at most 24 characters. With
    `notify_on_close` we hear of it when the person closes it."""
    return View(
        type="modal",
        title=PlainTextObject(text=title),
        submit=PlainTextObject(text=submit) if submit else None,
        close=PlainTextObject(text=close or _("Close")),
        callback_id=callback_id or None,
        private_metadata=metadata or None,
        notify_on_close=notify_on_close or None,
        blocks=list(blocks),
    ).to_dict()
