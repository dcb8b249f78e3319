"""The way in for webhooks: those that come at the same time are stored together, and before
anything else is done."""

import asyncio
import hashlib
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.domain.errors import StoreUnavailable
from bot.store.columns import UTCDateTime
from bot.store.database import WHOLE_PATIENCE, Database
from bot.store.wakeups import CHANNEL, WakeUps

MOST_ROWS: Final = 100
MOST_BYTES: Final = 4 * 1024 * 1024
"""The most of both that one statement stores."""
BACKLOG: Final = 5_000
"""So many may wait. There are more only where a database hangs and nobody waits for them."""
LULL: Final = 0.02
"""Seconds without a webhook after which other work goes on."""
LONGEST: Final = 1.0
"""Seconds after which it goes on anyway."""

WEBHOOK: Final = "webhook"
SIGHTING: Final = "sighting"
"""What an inbox row holds: a body as Cal.com sent it, or a booking as we saw it."""

_ON_SQLITE = """
    INSERT INTO inbox (digest, raw, received_at, due_at, account, kind) VALUES {}
    ON CONFLICT (digest) DO NOTHING RETURNING digest"""
_ON_POSTGRESQL = f"""
    WITH stored AS (
        INSERT INTO inbox (digest, raw, received_at, due_at, account, kind)
        SELECT digest, raw, at, at, account, kind
        FROM unnest($1::bytea[], $2::bytea[], $3::timestamptz[], $4::text[], $5::text[])
            AS came (digest, raw, at, account, kind)
        ON CONFLICT (digest) DO NOTHING RETURNING digest
    )
    SELECT digest, pg_notify('{CHANNEL}', '') FROM stored"""  # noqa: S608 - one constant in another


def digest_of(account: str, raw: bytes) -> bytes:
    """What tells a body apart from every other: two accounts may be sent the same one."""
    return hashlib.sha256(account.encode() + b"\0" + raw).digest()


def trace_of(digest: bytes) -> str:
    """The short name of a row, for every line of the log that is about it."""
    return digest.hex()[:12]


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """`raw` is sealed, `at` as the driver takes it; `is_new` is told to whoever waits for it."""

    digest: bytes
    raw: bytes
    at: Any
    account: str
    kind: str
    is_new: asyncio.Future[bool]


class Intake:
    """Stores what comes in, and tells when there is a lull.

    A webhook that finds nothing under way is stored at once; those that come meanwhile wait for
    that statement's end and share the next one. One statement is one transaction: what is in it
    is stored together, or fails together.
    """

    def __init__(self, database: Database, wakeups: WakeUps) -> None:
        self._database = database
        self._wakeups = wakeups
        self._bound = UTCDateTime().bind_processor(database.engine.dialect) or (lambda at: at)
        self._waiting: deque[_Row] = deque()
        self._under_way: asyncio.Task[None] | None = None
        self._last = -LULL

    async def accept(
        self, raw: bytes, received_at: datetime, account: str, kind: str = WEBHOOK
    ) -> bool:
        """True once it is stored, False where the very same body is.

        Whoever stops waiting (cancelled, or refused after a while) takes nothing back: the row
        is stored all the same if it can be.

        Raises:
            StoreUnavailable: The statement it was in failed, or it took too long.
        """
        if len(self._waiting) >= BACKLOG:
            raise StoreUnavailable("too many webhooks wait to be stored")
        is_new: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        digest, at = digest_of(account, raw), self._bound(received_at)
        sealed = self._database.seal.seal(raw).encode()
        self._waiting.append(_Row(digest, sealed, at, account, kind, is_new))
        self._begin()
        try:
            async with asyncio.timeout(WHOLE_PATIENCE):
                return await is_new
        except TimeoutError as error:
            raise StoreUnavailable("its turn did not come in time") from error

    async def lull(self) -> None:
        """Return when no webhook has come for a moment, or after a second.

        For what SQLite's one connection is claimed for: Cal.com waits while a webhook is stored,
        and nobody while it is worked off. On PostgreSQL there is nothing to wait for.
        """
        if self._database.is_postgresql:
            return
        now = time.monotonic()
        latest = now + LONGEST
        while (until := min(self._quiet_at(now), latest)) > now:
            await asyncio.sleep(until - now)
            now = time.monotonic()

    async def close(self) -> None:
        """Store what waits, for as long as anybody can be waiting for it."""
        latest = time.monotonic() + WHOLE_PATIENCE
        while self._under_way:
            await asyncio.wait({self._under_way})
            if time.monotonic() > latest:
                self._waiting.clear()

    def _quiet_at(self, now: float) -> float:
        return (now if self._under_way else self._last) + LULL

    def _begin(self) -> None:
        if self._waiting and not self._under_way:
            self._under_way = asyncio.create_task(self._store())
            self._under_way.add_done_callback(self._ended)

    def _ended(self, _task: asyncio.Task[None]) -> None:
        self._under_way = None
        self._last = time.monotonic()
        self._begin()

    async def _store(self) -> None:
        batch = self._next()
        try:
            new = await self._insert(batch)
        except Exception as error:  # whatever it is, everybody in it has to hear of it
            for row in batch:
                if not row.is_new.done():
                    failure = StoreUnavailable("the insert failed")
                    failure.__cause__ = error
                    row.is_new.set_exception(failure)
            return
        if new:
            self._wakeups.ring()
        for row in batch:
            if not row.is_new.done():
                row.is_new.set_result(row.digest in new)
                new.discard(row.digest)  # the next one with this body is a copy

    def _next(self) -> list[_Row]:
        """Take the oldest that wait, as many as one statement stores."""
        batch: list[_Row] = []
        size = 0
        while self._waiting and len(batch) < MOST_ROWS:
            size += len(self._waiting[0].raw)
            if batch and size > MOST_BYTES:
                break
            batch.append(self._waiting.popleft())
        return batch

    async def _insert(self, batch: Sequence[_Row]) -> set[bytes]:
        """Store them in one statement; returns the digests that were not there."""
        async with self._database.driver() as driver:
            if self._database.is_postgresql:
                # In one order everywhere: two statements with the same bodies do not deadlock.
                ordered = sorted(batch, key=lambda row: row.digest)
                rows = ((row.digest, row.raw, row.at, row.account, row.kind) for row in ordered)
                columns = zip(*rows, strict=True)
                stored = await driver.fetch(_ON_POSTGRESQL, *columns)
            else:
                statement = _ON_SQLITE.format(", ".join(["(?, ?, ?, ?, ?, ?)"] * len(batch)))
                values = [
                    each
                    for row in batch
                    for each in (row.digest, row.raw, row.at, row.at, row.account, row.kind)
                ]
                stored = await driver.execute_fetchall(statement, values)
        return {digest for digest, *_ in stored}
