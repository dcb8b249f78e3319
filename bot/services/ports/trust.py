"""What the use cases need of the store for accounts, flows in the browser, and the audit."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.accounts import Connection, Credential, Grant
from bot.domain.audits import Entry


class ConnectionStore(Protocol):
    """Members' own accounts."""

    async def of_member(self, team_id: str, user_id: str) -> Connection | None: ...

    async def named(self, account: str) -> Connection | None: ...

    async def connect(self, connection: Connection) -> None:
        """Keep it, in place of the member's that is kept; the version counts on from there."""
        ...

    async def forget(self, team_id: str, user_id: str) -> Connection | None:
        """Delete it; returns what it was."""
        ...

    async def begin_refresh(
        self, account: str, version: int, now: datetime, until: datetime
    ) -> bool:
        """True for the one, among all processes, who is to ask for the next token: this version
        is still the newest, and nobody else asks (or was to be done by now)."""
        ...

    async def refreshed(self, account: str, version: int, credential: Credential) -> bool:
        """Keep what followed this version; False where a newer one is kept already, or the
        account is gone."""
        ...

    async def refuse(self, account: str, version: int, now: datetime) -> None:
        """Cal.com takes this version no more."""
        ...


class Grants(Protocol):
    """Flows under way, each under the digest of the state that its link carries."""

    async def put(self, digest: bytes, grant: Grant) -> None: ...

    async def opened(self, digest: bytes, browser: bytes, now: datetime) -> Grant | None:
        """Bind it to the browser that opened the link, which is the first one or the same again;
        None where there is none (any more), or it is another browser's."""
        ...

    async def take(self, digest: bytes, browser: bytes, now: datetime) -> Grant | None:
        """End it: only the browser that opened it, and only once."""
        ...

    async def forget(self, team_id: str, user_id: str) -> None:
        """End all that this member has begun."""
        ...


class Audit(Protocol):
    """Who did what."""

    async def begun(self, entry: Entry) -> int:
        """Add it; returns its number."""
        ...

    async def ended(self, number: int, outcome: str, ref: str = "", account: str = "") -> None:
        """What came of it, to which booking, through which account."""
        ...

    async def of_workspace(
        self, team_id: str, *, take: int = 50, before: int | None = None
    ) -> Sequence[tuple[int, Entry]]:
        """The newest first, each with its number; with `before` those with a lower one."""
        ...

    def all(self, team_id: str) -> AsyncIterator[Entry]:
        """Every one of the workspace, the oldest first, read in pages."""
        ...
