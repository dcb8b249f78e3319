"""Bringing a database up to date with Alembic, driven from code: there is no `alembic.ini`."""

from collections.abc import Sequence
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, make_url, text

from bot.domain.errors import StoreUnavailable
from bot.store import rotating
from bot.store.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"

LOCK = 0x63616C626F74
"""PostgreSQL's advisory lock that one migrating process holds ("calbot")."""


async def migrate(url: str, keys: Sequence[str] = ()) -> None:
    """Bring the empty or old database at `url` up to date.

    All or nothing, in one transaction. Of two processes that do it at once, the second waits and
    then finds nothing left to do. It takes as long as it takes.

    Raises:
        StoreUnavailable: The database cannot be reached.
        Unsealable: It was sealed with other keys.
    """
    # aiosqlite's thread would tell of it when the loop is closed already, in a stack trace.
    folder = _folder(url)
    if folder and not folder.is_dir():
        raise StoreUnavailable(f"there is no folder {folder}")
    database = Database(url, keys, patience=None)
    try:
        await upgrade(database)
        await database.unlock()
    finally:
        await database.close()


async def rotate(url: str, keys: Sequence[str]) -> int:
    """Seal everything with the first of these keys; returns how many values.

    A SQLite file whose key lies beside it gets a new one there, in front of the old one.

    Raises:
        StoreUnavailable: The database cannot be reached.
        Unsealable: Something was sealed with a key that is none of these.
    """
    database = Database(url, keys, patience=None)
    try:
        database.keyring.renew()
        return await rotating.rotate(database)
    finally:
        await database.close()


async def upgrade(database: Database) -> None:
    """The same, over connections that exist."""
    async with database.transaction(patient=True) as connection:
        if database.is_postgresql:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        await connection.run_sync(_run)


def head() -> str:
    """The version that this code's tables have."""
    return str(ScriptDirectory(str(MIGRATIONS)).get_current_head())


def configuration(connection: Connection) -> Config:
    """What Alembic has to know; `migrations/env.py` reads the connection."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _run(connection: Connection) -> None:
    command.upgrade(configuration(connection), "head")


def _folder(url: str) -> Path | None:
    """Where a SQLite file is to be; None for what is no file."""
    address = make_url(url)
    is_file = address.get_backend_name() == "sqlite" and address.database
    return Path(str(address.database)).parent if is_file else None
