"""Members' own credentials, good for the next request: an access token is renewed before it ends.

One process asks for the next token at a time; the others go on with the one there is, or wait
where it has ended. An answer that fails is asked for again when the lease is over; until then
people are told to try again.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.domain.accounts import Connection
from bot.domain.errors import Disconnected, NotAuthorised, NotConnected, Unavailable
from bot.services.ports import Authorizing, ConnectionStore

log = structlog.get_logger(__name__)

BEFORE: Final = timedelta(minutes=5)
"""So long before its end a token is renewed (Cal.com's live half an hour)."""
STILL_GOOD: Final = timedelta(seconds=30)
"""What a request may take: a token that ends sooner is not used for one."""
LEASE: Final = timedelta(seconds=15)
WAITS: Final = 20
WAIT_SECONDS: Final = 0.25


@dataclass(slots=True)
class Refreshing:
    """See the module; `authorizing` is None where members cannot connect by OAuth (any more)."""

    connections: ConnectionStore
    authorizing: Authorizing | None
    clock: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]

    async def good(self, account: str) -> Connection:
        """The account with a credential that Cal.com takes, as far as can be known.

        Raises:
            NotConnected: There is no such account (any more).
            Disconnected: Its member has to connect again.
            Unavailable: The next token cannot be had now; nothing is lost by trying again.
        """
        connection = await self._kept(account)
        if self._lasts(connection, BEFORE):
            return connection
        now, version = self.clock(), connection.version
        if await self.connections.begin_refresh(account, version, now, now + LEASE):
            return await self._renewed(connection)
        return await self._others(connection)

    async def refused(self, account: str, token: str) -> None:
        """Cal.com took this credential no more.

        Raises:
            Disconnected: It is the newest, so the member has to connect again.
        """
        connection = await self.connections.named(account)
        if connection and connection.credential.token == token:
            raise await self._refuse(connection)

    async def _refuse(self, connection: Connection) -> Disconnected:
        """Remember it; returns what to raise."""
        account, version = connection.holder.account, connection.version
        await self.connections.refuse(account, version, self.clock())
        log.info("account_refused", account=account)
        return Disconnected()

    async def _kept(self, account: str) -> Connection:
        connection = await self.connections.named(account)
        if connection is None:
            raise NotConnected
        if connection.is_refused:
            raise Disconnected
        return connection

    async def _renewed(self, connection: Connection) -> Connection:
        account, version = connection.holder.account, connection.version
        if self.authorizing is None:
            raise await self._refuse(connection)
        try:
            credential = await self.authorizing.refresh(connection.credential)
        except NotAuthorised:
            raise await self._refuse(connection) from None
        except Unavailable:
            if self._lasts(connection, STILL_GOOD):
                return connection
            raise
        if await self.connections.refreshed(account, version, credential):
            log.info("account_refreshed", account=account)
        return await self._kept(account)

    async def _others(self, connection: Connection) -> Connection:
        """Somebody asks for the next token already."""
        for _ in range(WAITS):
            if self._lasts(connection, STILL_GOOD):
                return connection
            await self.sleep(WAIT_SECONDS)
            connection = await self._kept(connection.holder.account)
        raise Unavailable("the next token is not there yet")

    def _lasts(self, connection: Connection, at_least: timedelta) -> bool:
        until = connection.credential.expires_at
        return until is None or self.clock() + at_least < until


@dataclass(frozen=True, slots=True)
class AccountKeys:
    """With what Cal.com is asked for one account: at each request what is good then."""

    refreshing: Refreshing
    account: str

    async def key(self) -> str:
        return (await self.refreshing.good(self.account)).credential.token

    async def refused(self, key: str) -> None:
        await self.refreshing.refused(self.account, key)
