"""The tables as the migrations make them, and as `tables.py` says they are."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import ProgrammingError

from bot.domain.errors import NotMigrated, StoreUnavailable
from bot.store import Store, migrate
from bot.store.tables import metadata
from tests.databases import PostgresServer
from tests.store.samples import NOON


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    server: PostgresServer = request.getfixturevalue("postgres_server")
    server.run("DROP DATABASE IF EXISTS calbot_empty WITH (FORCE)")
    server.run("CREATE DATABASE calbot_empty")
    return server.url("calbot_empty")


async def tables(store: Store) -> set[str]:
    async with store.database.transaction() as connection:
        return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))


async def test_an_empty_database_gets_its_tables(
    empty_url: str, opened: Callable[[str], Store]
) -> None:
    store = opened(empty_url)
    with pytest.raises(NotMigrated):
        await store.ready()
    await migrate(empty_url)
    await store.ready()
    assert await tables(store) == {*metadata.tables, "alembic_version"}


@pytest.mark.parametrize("version", ["0002", "9999"])
async def test_tables_of_another_version_are_not_ready(store: Store, version: str) -> None:
    async with store.database.transaction() as connection:
        other = text("UPDATE alembic_version SET version_num = :version")
        await connection.execute(other, {"version": version})
    with pytest.raises(NotMigrated):
        await store.ready()


async def test_a_database_that_is_up_to_date_stays_as_it_is(store_url: str, store: Store) -> None:
    await store.inbox.accept(b"{}", NOON)
    await migrate(store_url)
    assert not await store.inbox.accept(b"{}", NOON)


async def test_two_processes_at_once(empty_url: str, opened: Callable[[str], Store]) -> None:
    await asyncio.gather(*(migrate(empty_url) for _ in range(4)))
    await opened(empty_url).ready()


async def test_a_migration_that_fails_leaves_nothing_behind(
    empty_url: str, opened: Callable[[str], Store]
) -> None:
    store = opened(empty_url)
    async with store.database.transaction() as connection:
        await connection.run_sync(metadata.tables["preferences"].create)
    with pytest.raises((StoreUnavailable, ProgrammingError)):  # SQLite has one error for all
        await migrate(empty_url)
    assert await tables(store) == {"preferences"}


async def test_migrations_and_tables_agree(store: Store) -> None:
    def differences(connection: Connection) -> list[Any]:
        options = {"compare_type": True, "compare_server_default": True}
        return list(
            compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
        )

    async with store.database.transaction() as connection:
        assert await connection.run_sync(differences) == []


def test_a_file_can_be_read_while_it_is_written(sqlite_url: str) -> None:
    connection = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
