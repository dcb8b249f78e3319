"""What the use cases need of Slack."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.channels import Channel, UserGroup
from bot.domain.installations import Installation
from bot.domain.people import Member
from bot.domain.records import (
    Delivery,
    Posted,
)
from bot.domain.rules import Look, Place
from bot.domain.shares import Board, Share


class Directory(Protocol):
    """The members of a Slack workspace."""

    async def member(self, team_id: str, user_id: str) -> Member: ...


class Channels(Protocol):
    """The channels and user groups of a Slack workspace."""

    async def channel(self, team_id: str, channel_id: str) -> Channel | None:
        """None where there is no such channel, or none that the bot is shown.

        Raises:
            Unclear: The app may not look; says what it needs.
        """
        ...

    async def has_member(self, team_id: str, channel_id: str, user_id: str) -> bool: ...

    async def groups(self, team_id: str) -> Sequence[UserGroup] | None:
        """Those that can be mentioned; None where the app may not look."""
        ...


class Places(Protocol):
    """Where messages are shown. Every method may raise `PlaceUnreachable` or `PlaceBusy`."""

    async def post(self, delivery: Delivery) -> Posted: ...

    async def edit(self, delivery: Delivery) -> Posted: ...

    async def find(self, delivery: Delivery) -> Posted | None:
        """The message of this delivery, where an earlier try posted it."""
        ...

    async def remove(self, delivery: Delivery) -> None:
        """Take the message back; that it is gone already is fine."""
        ...


class Boards(Protocol):
    """Where event types are shared. Every method may raise `PlaceError`s."""

    async def post(self, board: Board) -> Posted: ...

    async def edit(self, board: Board) -> None: ...

    async def remove(self, share: Share) -> None:
        """Take it down; that it is gone already is fine."""
        ...


class Samples(Protocol):
    """Where a rule can be tried. May raise `PlaceError`s."""

    async def sample(self, place: Place, look: Look) -> Posted:
        """Post a made-up booking as a rule with this look shows one, marked as a test."""
        ...


class InstallationStore(Protocol):
    """Where the app is installed."""

    async def of(self, key: str) -> Installation | None:
        """By the id of the workspace, or of the organization."""
        ...

    async def save(self, installation: Installation) -> None:
        """Keep it in place of the one with its key."""
        ...

    async def delete(self, key: str) -> bool: ...

    async def all(self) -> Sequence[Installation]: ...

    async def begin_refresh(self, key: str, version: int, now: datetime, until: datetime) -> bool:
        """True for the one, among all processes, who is to ask for the next token."""
        ...

    async def refreshed(self, installation: Installation) -> bool:
        """Keep the next tokens; `installation.version` is one more than before. False where a
        newer one is kept already."""
        ...


class WorkspaceRows(Protocol):
    """What is kept of a workspace."""

    async def accounts(self, team_id: str) -> list[str]:
        """The names of its members' own accounts."""
        ...

    async def clear(self, team_id: str, also: Collection[str] = ()) -> None:
        """Delete all that `remove` does, but for its installation; and what is known through these
        accounts, but for the webhooks at Cal.com that are still to be ended."""
        ...

    async def remove(self, team_id: str) -> None:
        """Delete, at once and together, its installation, its members' own accounts with all that
        is known through them, its rules and drafts, and what waits to be shown there."""
        ...
