"""A message as it stands in a channel, with what it looked like before."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Values = dict[str, dict[str, Json]]
"""state.values: block_id → action_id → the element's state."""


@dataclass(slots=True, eq=False)
class Message:
    """A posted message; `user` is who it is from, `ephemeral_to` the only one who sees it.

    `history` holds the earlier (text, blocks) of an edited message, oldest first. `values` and
    `offered` are what each person has chosen in it, and which loaded options they were shown.
    """

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    bot_id: str | None = None
    app_id: str | None = None
    ephemeral_to: str | None = None
    thread_ts: str | None = None
    metadata: Json | None = None
    attachments: list[Json] = field(default_factory=list)
    edited: bool = False
    deleted: bool = False
    history: list[tuple[str, list[Json]]] = field(default_factory=list)
    values: dict[str, Values] = field(default_factory=dict)
    offered: dict[tuple[str, str, str], list[Json]] = field(default_factory=dict)

    def visible_to(self, user: str) -> bool:
        """Whether this person may see it (being in the channel apart)."""
        return not self.deleted and self.ephemeral_to in (None, user)

    def message_object(self, *, with_metadata: bool = False) -> Json:
        """The message as the Web API and payloads tell it."""
        told: Json = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text}
        if self.bot_id is not None:
            told |= {"bot_id": self.bot_id, "app_id": self.app_id}
        if self.blocks:
            told["blocks"] = self.blocks
        if self.attachments:
            told["attachments"] = self.attachments
        if self.thread_ts is not None:
            told["thread_ts"] = self.thread_ts
        if self.edited:
            told["edited"] = {"user": self.user, "ts": self.ts}
        if with_metadata and self.metadata:
            told["metadata"] = self.metadata
        return told
