"""Claims that come back from Slack in buttons and forms: read here, checked by the services."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

State = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""`view.state.values`: block id → action id → element state."""


LATEST = 4_102_444_800
"""The year 2100: no start that a button of ours stands for lies beyond it."""


@dataclass(frozen=True, slots=True)
class Pick:
    """What a button stands for: an event type, and perhaps a length (minutes), a start (UTC).

    `owner` is the Cal.com user name the event type is listed under, empty for the account's own.
    """

    event_type_id: int | None = None
    owner: str = ""
    length: int | None = None
    start: datetime | None = None

    def encode(self) -> str:
        start = int(self.start.timestamp()) if self.start else ""
        return f"{self.event_type_id or ''}|{self.length or ''}|{start}|{self.owner}"

    @staticmethod
    def decode(text: str) -> "Pick":
        """Read a button's value; anything malformed picks nothing."""
        parts = text.split("|", 3)
        if len(parts) != 4:
            return Pick()
        try:
            numbers = [int(part) if part else None for part in parts[:3]]
        except ValueError:
            return Pick()
        event_type_id, length, at = numbers
        if any(not 0 <= (number or 0) <= LATEST for number in numbers):
            return Pick()
        start = datetime.fromtimestamp(at, UTC) if at is not None else None
        return Pick(event_type_id, parts[3], length, start)


@dataclass(frozen=True, slots=True)
class Shared:
    """What a button of a shared card stands for: the share, and perhaps a start (UTC)."""

    share: str
    start: datetime | None = None

    def encode(self) -> str:
        return f"{self.share}|{Pick(start=self.start).encode()}"

    @staticmethod
    def decode(text: str) -> "Shared":
        share, _, pick = text.partition("|")
        return Shared(share, Pick.decode(pick).start)


def values(view: Mapping[str, Any]) -> State:
    """The values of a view's inputs, as they were when it was sent."""
    state = view.get("state") or {}
    found: State = state.get("values") or {}
    return found


def element(state: State, block_id: str) -> Mapping[str, Any]:
    """The state of a block's only element; a block whose id is extended by `:…` counts too."""
    for name, elements in state.items():
        if name == block_id or name.startswith(f"{block_id}:"):
            return next(iter(elements.values()), {})
    return {}


def text(state: State, block_id: str) -> str:
    """What was typed or chosen: text, a day, a time, an id, an option's value; empty if nothing."""
    found = element(state, block_id)
    chosen = found.get("selected_option")
    if isinstance(chosen, Mapping):
        return str(chosen.get("value") or "")
    kinds = ("value", "selected_date", "selected_time", "selected_user", "selected_conversation")
    for key in kinds:
        if found.get(key):
            return str(found[key]).strip()
    return ""


def moment(text: str) -> datetime | None:
    """A start as an option's value names it; None where it is none, or has no zone.

    Raises:
        ValueError: It is no time at all.
    """
    at = datetime.fromisoformat(text) if text else None
    return at.astimezone(UTC) if at and at.tzinfo else None


def many(state: State, block_id: str) -> tuple[str, ...]:
    """The ids or option values of a multi-select."""
    found = element(state, block_id)
    for key in ("selected_users", "selected_conversations"):
        if key in found:
            return tuple(found[key] or ())
    return tuple(str(option.get("value")) for option in found.get("selected_options") or ())


def answered(state: State, block_id: str) -> bool:
    """Whether the view had that input at all."""
    return any(name == block_id or name.startswith(f"{block_id}:") for name in state)
