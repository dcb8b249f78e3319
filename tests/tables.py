"""The store's tables for tests, quickly.

To migrate takes a tenth of a second, for every test: so it is done once a process, and copied.
"""

import asyncio
import base64
import functools
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import make_url

from bot.store import Store, migrate

KEY = base64.urlsafe_b64encode(b"for tests only, for tests only. ").decode()
KEYS = (KEY,)
"""What every database in the tests is sealed with."""


@functools.cache
def sqlite_template() -> bytes:
    """An empty file with its tables."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "template.db"
        asyncio.run(migrate(f"sqlite:///{path}", KEYS))
        return path.read_bytes()


@functools.cache
def sqlite_statements() -> list[str]:
    """What makes the same tables, the version of the migrations among them."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "template.db"
        path.write_bytes(sqlite_template())
        with closing(sqlite3.connect(path)) as connection:
            return list(connection.iterdump())[1:-1]  # without BEGIN and COMMIT


async def tables_at(url: str) -> None:
    """Make the tables in a SQLite file that is not there yet; PostgreSQL has them (see
    `tests.databases`)."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        # In a thread, where the template's migration finds no running loop.
        await asyncio.to_thread(_copied, Path(str(address.database)))


def _copied(path: Path) -> None:
    if not path.exists():
        path.write_bytes(sqlite_template())


async def tables_in_memory(store: Store) -> None:
    """Make the tables of a new store in memory."""
    statements = await asyncio.to_thread(sqlite_statements)
    async with store.database.transaction() as connection:
        for statement in statements:
            await connection.exec_driver_sql(statement)
