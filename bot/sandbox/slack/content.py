"""What a message says, read from a call or a response URL, and checked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.blocks import MARKDOWN_TOTAL, check_message, warnings_for
from bot.sandbox.slack.messages import Json
from bot.sandbox.slack.refusals import Refused, refused_for
from bot.sandbox.slack.workspace import Workspace

TEXT_CUT = 40_000
METADATA_SIZE = 8 * 1024
"""Slack names no number for metadata_too_large; this one is small on purpose."""


@dataclass(frozen=True, slots=True)
class Content:
    """None means: not said at all (an update then keeps what is there)."""

    text: str | None = None
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    metadata: Json | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.blocks or self.attachments)


def read_content(workspace: Workspace, args: Arguments) -> Content:
    """Raises Refused the way chat.postMessage does, but for no_text."""
    blocks = _list(args, "blocks", "invalid_blocks_format")
    attachments = _list(args, "attachments", "invalid_attachments")
    text = args.text("text") if "text" in args else None
    markdown = args.text("markdown_text")
    if markdown and (text or blocks):
        raise Refused("markdown_text_conflict")
    if len(markdown) > MARKDOWN_TOTAL:
        raise Refused("msg_too_long")
    said = {"text": text, "blocks": blocks, "attachments": attachments}
    problems = check_message(said)
    if problems:
        raise refused_for("invalid_blocks", problems)
    workspace.warnings += warnings_for(said)
    return Content(
        text=markdown or (text[:TEXT_CUT] if text is not None else None),
        blocks=blocks,
        attachments=attachments,
        metadata=_metadata(args),
    )


def _list(args: Arguments, name: str, error: str) -> list[Json] | None:
    value = args.parsed(name, error)
    if value is not None and not isinstance(value, list):
        raise Refused(error)
    return value


def _metadata(args: Arguments) -> Json | None:
    metadata: Any = args.parsed("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, Mapping):
        raise Refused("invalid_metadata_format")
    event, payload = metadata.get("event_type"), metadata.get("event_payload")
    if metadata and not (isinstance(event, str) and event and isinstance(payload, Mapping)):
        raise Refused("invalid_metadata_schema")
    if len(json.dumps(metadata)) > METADATA_SIZE:
        raise Refused("metadata_too_large")
    return dict(metadata)
