"""The tables as the migrations make them, and as `tables` and `member_tables` say they are."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import ProgrammingError

from bot.domain.cards import Phase
from bot.domain.errors import NotMigrated, StoreUnavailable
from bot.domain.records import Kind
from bot.store import Store, migrate
from bot.store.columns import metadata
from bot.store.snapshots import dumped
from bot.store.upgrading import configuration
from tests.databases import PostgresServer
from tests.store.samples import HOUR, MINUTE, NOON, a_card
from tests.tables import KEYS


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
    await migrate(empty_url, KEYS)
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
    await migrate(store_url, KEYS)
    assert not await store.inbox.accept(b"{}", NOON)


async def test_two_processes_at_once(empty_url: str, opened: Callable[[str], Store]) -> None:
    await asyncio.gather(*(migrate(empty_url, KEYS) for _ in range(4)))
    await opened(empty_url).ready()


async def test_a_new_file_that_somebody_holds_is_waited_for(tmp_path: Path) -> None:
    """What SQLite refuses at once, and not after the connection's timeout."""
    file = tmp_path / "bot.db"
    holding = sqlite3.connect(file, isolation_level=None)
    holding.execute("BEGIN IMMEDIATE")
    asyncio.get_running_loop().call_later(0.2, holding.commit)
    await migrate(f"sqlite:///{file}", KEYS)
    holding.close()


async def test_a_migration_that_fails_leaves_nothing_behind(
    empty_url: str, opened: Callable[[str], Store]
) -> None:
    store = opened(empty_url)
    async with store.database.transaction() as connection:
        await connection.run_sync(metadata.tables["preferences"].create)
    with pytest.raises((StoreUnavailable, ProgrammingError)):  # SQLite has one error for all
        await migrate(empty_url, KEYS)
    assert await tables(store) == {"preferences"}


async def test_migrations_and_tables_agree(store: Store) -> None:
    def differences(connection: Connection) -> list[Any]:
        options = {"compare_type": True, "compare_server_default": True}
        return list(
            compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
        )

    async with store.database.transaction() as connection:
        assert await connection.run_sync(differences) == []


async def test_what_was_kept_before_rules_stays(
    empty_url: str, opened: Callable[[str], Store]
) -> None:
    store = opened(empty_url)

    card = a_card("u1", phase=Phase.ENDED)
    body, at = json.dumps(dumped(card)), "2026-11-23 12:00:00.000000"

    def as_it_was(connection: Connection) -> None:
        command.upgrade(configuration(connection), "0001")
        for statement in (
            f"INSERT INTO subjects (ref, account, updated_at) VALUES ('r1', 'house', '{at}')",
            "INSERT INTO cards (ref, kind, body, version, updated_at)"
            f" VALUES ('r1', 'booking', '{body}', 2, '{at}')",
            "INSERT INTO outbox (ref, team_id, place, channel, ts, version, wanted, due_at)"
            f" VALUES ('r1', 'T1', 'C1', 'C1', '1.5', 1, 2, '{at}')",
        ):
            connection.exec_driver_sql(statement)

    async with store.database.transaction(patient=True) as connection:
        await connection.run_sync(as_it_was)
    await migrate(empty_url, KEYS)

    assert await store.cards.starting("house", NOON, NOON + 48 * HOUR) == [("r1", card)]
    delivery = await store.outbox.claim(NOON, NOON + MINUTE)
    assert delivery is not None
    assert (delivery.card, delivery.ts, delivery.kind) == (card, "1.5", Kind.CARD)


def test_a_file_can_be_read_while_it_is_written(sqlite_url: str) -> None:
    connection = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
