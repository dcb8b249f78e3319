"""Connections, transactions, and the one place where the database's errors are translated."""

import asyncio
import secrets
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
import asyncpg  # type: ignore[import-untyped]  # ships no types
from sqlalchemy import URL, Table, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    InvalidatePoolError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry, PoolProxiedConnection

from bot.domain.errors import StoreUnavailable
from bot.store.sealing import Keyring, Seal, sealing
from bot.store.unlocking import unlocked

T = TypeVar("T")

PATIENCE = 2.0
"""Seconds for one connection, one lock or one statement."""
WHOLE_PATIENCE = 2.5
"""Seconds for everything between taking a connection and giving it back."""
RESTED = 1.0
"""Seconds after which an idle PostgreSQL connection is tried out before it is used."""
ATTEMPTS = 3
"""How often a transaction is tried that lost a race."""
WRITE_AHEAD_TRIES = 100
WRITE_AHEAD_PAUSE = 0.02
"""Seconds between two of them."""

_OUR_FAULT = (DataError, IntegrityError, NotSupportedError, ProgrammingError)
_NOT_THERE = (
    DBAPIError,
    PoolExhausted,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    sqlite3.OperationalError,
    OSError,  # refused, unreachable, and every TimeoutError
)
_LOST_RACE = ("40P01", "40001")  # deadlock detected, serialization failure


class Raced(StoreUnavailable):
    """Another transaction was first; what it did is there now, so try again."""


class Database:
    """One database: `sqlite:///path`, `sqlite://` (in memory) or `postgresql://…`.

    Every block raises `StoreUnavailable` where the database is not there or takes too long;
    an error of our own making (a broken constraint, wrong SQL) passes as it is.

    Args:
        keys: What it is sealed with: see `sealing.Keyring`.
        patience: Seconds a whole block may take; None for work that takes as long as it takes.
    """

    def __init__(
        self, url: str, keys: Sequence[str] = (), *, patience: float | None = WHOLE_PATIENCE
    ) -> None:
        address = make_url(url)
        self.is_postgresql = address.get_backend_name() in {"postgresql", "postgres"}
        self._patience = patience
        self._keeper: sqlite3.Connection | None = None
        if self.is_postgresql:
            self._dsn = _dsn(address)
            self.engine = self._postgresql()
            self._each = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        else:
            self.engine = self._sqlite(address)
            self._each = self.engine.execution_options(transaction=False)
        file = None if self.is_postgresql or self._keeper else _key_file(address)
        self.keyring = Keyring(keys, file, fleeting=self._keeper is not None)
        self.seal = Seal(self.keyring)
        sealing(self.engine.dialect, self.seal)
        self._unlocking = asyncio.Lock()

    async def listener(self, channel: str, told: Callable[..., None]) -> Any:
        """A PostgreSQL connection of its own that calls `told` at every NOTIFY on the channel.

        It is asyncpg's, with its `is_closed()` and `terminate()`.
        """
        async with self._translated():
            connection = await self._connect()
            try:
                await connection.add_listener(channel, told)
            except BaseException:  # nobody else has it
                connection.terminate()
                raise
            return connection

    @asynccontextmanager
    async def statements(self) -> AsyncIterator[AsyncConnection]:
        """A connection on which every statement is a transaction of its own."""
        async with self._translated():
            await self.unlock()
            async with self._each.connect() as connection:
                yield connection

    @asynccontextmanager
    async def transaction(self, *, patient: bool = False) -> AsyncIterator[AsyncConnection]:
        """All or nothing. On SQLite it holds the write lock from the start.

        With `patient`, all of it may take as long as it takes.
        """
        async with self._translated(patient=patient):
            if not patient:
                await self.unlock()
            async with self.engine.begin() as connection:
                yield connection

    @asynccontextmanager
    async def driver(self) -> AsyncIterator[Any]:
        """The driver's own connection (asyncpg's or aiosqlite's), outside any transaction.

        For the statement that has to be as quick as can be: SQLAlchemy's way around it costs more
        than the insert itself. After any error the connection is thrown away.
        """
        async with self._translated(), self.engine.connect() as connection:
            pooled = await connection.get_raw_connection()
            try:
                yield pooled.driver_connection
            except BaseException:
                await connection.invalidate()
                raise

    async def in_transaction(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Do `work` in a transaction, and again from the start where it lost a race."""
        for _ in range(ATTEMPTS - 1):
            try:
                async with self.transaction() as connection:
                    return await work(connection)
            except Raced:
                continue
        async with self.transaction() as connection:
            return await work(connection)

    def insert(self, table: Table) -> "postgresql.Insert | sqlite.Insert":
        """An insert that can say what to do on conflict (the two dialects say it alike)."""
        return postgresql.insert(table) if self.is_postgresql else sqlite.insert(table)

    async def close(self) -> None:
        await self.engine.dispose()
        if self._keeper is not None:
            self._keeper.close()

    async def unlock(self) -> None:
        """See to it that what is looked up can be sealed, as soon as there are tables.

        Raises:
            Unsealable: It was sealed with other keys, or they are missing.
        """
        if self.seal.is_unlocked:
            return
        async with self._unlocking:
            try:
                async with self._each.connect() as connection:
                    await connection.run_sync(unlocked, self.seal)
            except (ProgrammingError, OperationalError) as error:
                if not _has_no_tables(error):
                    raise

    @asynccontextmanager
    async def _translated(self, *, patient: bool = False) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(None if patient else self._patience):
                yield
        except _OUR_FAULT:
            raise
        except _NOT_THERE as error:
            if getattr(getattr(error, "orig", None), "sqlstate", None) in _LOST_RACE:
                raise Raced from error
            raise StoreUnavailable(type(error).__name__) from error

    async def _connect(self) -> Any:
        command_timeout = None if self._patience is None else PATIENCE
        return await asyncpg.connect(self._dsn, timeout=PATIENCE, command_timeout=command_timeout)

    def _postgresql(self) -> AsyncEngine:
        engine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=self._connect,
            pool_size=10,
            max_overflow=10,
            pool_timeout=PATIENCE,
        )
        _try_out_rested_connections(engine)
        return engine

    def _sqlite(self, address: URL) -> AsyncEngine:
        path = address.database
        if not path or path == ":memory:":
            # A name of its own and one connection that stays open keep the data, even when a
            # cancelled statement takes the pool's connection with it.
            path = f"file:calbot-{secrets.token_hex(8)}?mode=memory&cache=shared"
            self._keeper = sqlite3.connect(path, uri=True, check_same_thread=False)
        query = {"uri": "true"} if self._keeper else {}
        engine = create_async_engine(
            URL.create("sqlite+aiosqlite", database=path, query=query),
            # isolation_level None: the driver begins nothing by itself, `_begin` does.
            connect_args={"isolation_level": None, "timeout": PATIENCE if self._patience else 60},
            # One connection in a process: writers queue up in order here, instead of polling for
            # the file's lock.
            poolclass=AsyncAdaptedQueuePool,
            pool_size=1,
            pool_reset_on_return=None,  # every block here ends its own transaction
            max_overflow=0,
            pool_timeout=PATIENCE,
        )
        event.listen(engine.sync_engine, "connect", _set_pragmas)
        event.listen(engine.sync_engine, "begin", _begin)
        event.listen(engine.sync_engine, "invalidate", _roll_back)
        return engine


def _has_no_tables(error: DBAPIError) -> bool:
    """PostgreSQL's undefined_table, and how SQLite says it."""
    state = getattr(error.orig, "sqlstate", None)
    return state == "42P01" or "no such table" in str(error.orig)


def _key_file(address: URL) -> Path:
    return Path(f"{address.database}.key")


def _dsn(address: URL) -> str:
    """The address for asyncpg, which reads libpq's parameters itself (`sslmode`, `host` ...)."""
    return address.set(drivername="postgresql").render_as_string(hide_password=False)


def _set_pragmas(connection: Any, _entry: ConnectionPoolEntry) -> None:
    connection.run_async(_write_ahead)
    cursor = connection.cursor()
    for pragma in ("synchronous = NORMAL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


async def _write_ahead(driver: aiosqlite.Connection) -> None:
    """Have a new file keep a write-ahead log. Where several processes do so at the same moment,
    SQLite refuses all but one at once, whatever the connection's timeout is."""
    for left in reversed(range(WRITE_AHEAD_TRIES)):
        try:
            await driver.execute_fetchall("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if not left:
                raise
            await asyncio.sleep(WRITE_AHEAD_PAUSE)
        else:
            return


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("transaction", True):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _roll_back(connection: Any, _entry: ConnectionPoolEntry, _error: BaseException | None) -> None:
    """Closing is not enough after a cancelled query: its cursor would keep the file locked."""
    with suppress(Exception):
        connection.run_async(_let_go)


async def _let_go(driver: aiosqlite.Connection) -> None:
    """Without a transaction there would be nothing to roll back, and the statement would last."""
    if not driver.in_transaction:
        await driver.execute("BEGIN")
    await driver.rollback()


def _try_out_rested_connections(engine: AsyncEngine) -> None:
    """After a restart of the server no one is handed a dead connection; a busy one costs nothing.

    The pool's own `pool_pre_ping` would ask before every statement, in three round trips.
    """

    def note(_connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        entry.info["used"] = time.monotonic()

    def try_out(
        connection: DBAPIConnection, entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection
    ) -> None:
        if time.monotonic() - entry.info.get("used", time.monotonic()) < RESTED:
            return
        try:
            engine.dialect.do_ping(connection)
        except Exception as error:
            raise InvalidatePoolError("the server hung up") from error

    event.listen(engine.sync_engine, "checkin", note)
    event.listen(engine.sync_engine, "checkout", try_out)
