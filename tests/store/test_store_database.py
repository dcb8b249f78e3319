"""Addresses, outages, wake-ups, and what else is the database's own."""

import asyncio
import gc
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from bot.domain.errors import StoreUnavailable
from bot.store import Store, migrate, open_store
from bot.store.database import Database
from bot.store.member_tables import drafts
from bot.store.tables import subjects
from tests.store.conftest import Clock
from tests.store.samples import (
    HERE,
    HOUR,
    MINUTE,
    NOON,
    a_booking,
    a_card,
    a_subject,
    received,
    settled,
)
from tests.tables import KEYS


async def test_a_store_in_memory(clock: Clock) -> None:
    store = open_store("sqlite://", KEYS, clock=clock)
    other = open_store("sqlite://", KEYS, clock=clock)
    for each in (store, other):
        await each.migrate()
        await each.ready()
    await settled(store, a_subject("u1"), a_card("u1"), HERE)
    task = asyncio.ensure_future(store.inbox.accept(b"cancelled", NOON))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert await store.inbox.card(a_subject("u1")) == a_card("u1"), "it outlives a cancelled task"
    assert await other.inbox.card(a_subject("u1")) is None, "every one is its own"
    answers = await asyncio.gather(*(store.inbox.accept(b"one", NOON) for _ in range(20)))
    assert answers.count(True) == 1
    for each in (store, other):
        await each.close()


async def test_a_statement_that_is_cut_short_leaves_the_file_unlocked(
    tmp_path: Path, opened: Callable[[str], Store]
) -> None:
    """Also where it is a transaction of its own, and its cursor is not yet garbage."""
    url, loop = f"sqlite:///{tmp_path}/bot.db", asyncio.get_running_loop()
    await migrate(url, KEYS)
    store = opened(url)
    cut = text("INSERT INTO turns SELECT cut_short(), '', NULL, '{}' RETURNING name")

    async def write() -> None:
        async with store.database.statements() as connection:
            raw = await connection.get_raw_connection()
            assert raw.driver_connection
            await raw.driver_connection.create_function("cut_short", 0, cut_short)
            await connection.execute(cut)

    def cut_short() -> str:
        loop.call_soon_threadsafe(task.cancel)
        return "a-turn"

    gc.disable()
    try:
        task = asyncio.ensure_future(write())
        await asyncio.wait([task])
        assert task.cancelled()
        with sqlite3.connect(tmp_path / "bot.db", timeout=0) as other:
            assert other.execute("DELETE FROM turns").rowcount == 0
    finally:
        gc.enable()


@pytest.mark.parametrize("relative", [True, False])
async def test_where_a_file_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, relative: bool
) -> None:
    monkeypatch.chdir(tmp_path)  # the address is relative to where the bot runs
    await migrate("sqlite:///bot.db" if relative else f"sqlite:///{tmp_path}/bot.db")
    assert (tmp_path / "bot.db").exists()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
@pytest.mark.parametrize("mode", ["disable", "prefer", None])
async def test_how_a_server_is_named(
    postgres_url: str, opened: Callable[[str], Store], scheme: str, mode: str | None
) -> None:
    url = postgres_url.replace("postgresql", scheme, 1) + (f"&sslmode={mode}" if mode else "")
    await opened(url).ready()


@pytest.mark.parametrize(("mode", "asks"), [("require", True), ("disable", False)])
async def test_encryption_is_done_as_the_address_says(
    opened: Callable[[str], Store], mode: str, asks: bool
) -> None:
    heard: list[bytes] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(100))
        writer.write(b"N")  # no encryption here
        heard.append(await reader.read(100))
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(StoreUnavailable):
        await opened(f"postgresql://bob@127.0.0.1:{port}/db?sslmode={mode}").ready()
    server.close()
    assert heard[0].startswith(SSL_REQUEST) is asks
    assert not asks or b"bob" not in heard[-1], "and nothing is said without it"


SSL_REQUEST = bytes.fromhex("00000008 04d2162f")


async def test_a_password_stays_out_of_errors() -> None:
    store = open_store("postgresql://bob:hunter2@127.0.0.1:1/db", KEYS, clock=lambda: NOON)
    with pytest.raises(StoreUnavailable) as caught:
        await store.ready()
    assert "hunter2" not in f"{caught.value!r} {caught.value.__cause__!r}"
    await store.close()


@asynccontextmanager
async def silent_server() -> AsyncIterator[int]:
    """A server that takes connections and never says a word; yields its port."""
    writers: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _r, w: writers.append(w), "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    for writer in writers:
        writer.transport.abort()


async def test_a_server_that_hangs_is_given_up_in_time(opened: Callable[[str], Store]) -> None:
    async with silent_server() as port:
        store = opened(f"postgresql://bob@127.0.0.1:{port}/db")
        began = time.monotonic()
        with pytest.raises(StoreUnavailable):
            await store.inbox.accept(b"{}", NOON)
        assert time.monotonic() - began < 4  # three seconds, and room for a busy machine


async def test_a_locked_store_is_given_up_in_time(
    store_url: str, opened: Callable[[str], Store]
) -> None:
    holder, store = opened(store_url), opened(store_url)
    webhook = await received(store)
    async with holder.database.transaction() as connection:
        await connection.execute(text("DELETE FROM inbox"))
        began = time.monotonic()
        with pytest.raises(StoreUnavailable):
            await store.inbox.ignore(webhook.id, "nothing to say")
        assert time.monotonic() - began < 4
    assert await store.inbox.accept(b"{}", NOON), "and it is there again"


async def test_a_restarted_server_is_found_again(
    postgres_url: str, opened: Callable[[str], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Every connection counts as rested, so that the test need not rest.
    monkeypatch.setattr("bot.store.database.RESTED", 0.0)
    store, other = opened(postgres_url), opened(postgres_url)
    await asyncio.gather(*(store.ready() for _ in range(5)))
    await store.wait_for_work(0)
    async with other.database.statements() as connection:
        await connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    for _ in range(5):
        assert await store.inbox.claim(NOON, NOON) is None


async def test_our_own_faults_are_not_called_an_outage(store: Store) -> None:
    with pytest.raises(IntegrityError):
        async with store.database.transaction() as connection:
            await connection.execute(drafts.insert().values(id="V1"))


async def test_times_are_utc_and_have_a_zone(store: Store) -> None:
    paris = datetime.fromisoformat("2026-11-23T13:00:00.000001+01:00")
    await store.inbox.accept(b"{}", paris)
    webhook = await store.inbox.claim(NOON + MINUTE, NOON + HOUR)
    assert webhook is not None
    assert webhook.received_at == paris
    assert webhook.received_at.isoformat() == "2026-11-23T12:00:00.000001+00:00"
    with pytest.raises(Exception, match="without a zone"):
        await store.inbox.accept(b"naive", datetime(2026, 11, 23))  # noqa: DTZ001 - on purpose


async def wakes(store: Store, work: Callable[[], Awaitable[object]], patience: float = 10) -> bool:
    """Whether somebody who waits on the store is woken by the work."""
    await store.wait_for_work(0)  # the store listens from here on
    began = time.monotonic()
    waiting = asyncio.ensure_future(store.wait_for_work(patience))
    await asyncio.sleep(0)
    await work()
    await waiting
    return time.monotonic() - began < patience


async def test_work_wakes_who_waits(store_url: str, opened: Callable[[str], Store]) -> None:
    store = opened(store_url)
    assert await wakes(store, lambda: store.inbox.accept(b"{}", NOON))
    assert await wakes(store, lambda: settled(store, a_subject("u1"), a_card("u1"), HERE))
    [seen] = await store.references.refer("house", [a_booking("u1")])
    assert await wakes(store, lambda: store.outbox.show(seen.ref, a_card("u1"), HERE))
    unaware = opened(store_url)  # what has woken the first one may reach it once more, by the wire
    assert not await wakes(unaware, lambda: asyncio.sleep(0), patience=0.1)


async def test_work_wakes_other_processes(
    postgres_url: str, opened: Callable[[str], Store]
) -> None:
    store, other = opened(postgres_url), opened(postgres_url)
    assert await wakes(other, lambda: store.inbox.accept(b"{}", NOON))
    assert not await wakes(other, lambda: store.inbox.accept(b"{}", NOON), patience=0.1), "a copy"
    assert await wakes(other, lambda: settled(store, a_subject("u1"), a_card("u1"), HERE))


async def test_a_worker_that_was_busy_misses_nothing(store: Store) -> None:
    idle, done = asyncio.Event(), asyncio.Event()

    async def quick() -> None:
        await store.wait_for_work(300)  # longer than a test may take

    async def slow() -> None:
        await store.wait_for_work(0)
        idle.set()
        await done.wait()
        await store.wait_for_work(300)  # longer than a test may take

    workers = [asyncio.ensure_future(work()) for work in (quick, slow)]
    await idle.wait()
    await store.inbox.accept(b"{}", NOON)
    await workers[0]
    done.set()
    await workers[1]


async def test_a_waiting_bot_notices_when_listening_is_not_possible(clock: Clock) -> None:
    store = open_store("postgresql://bob@127.0.0.1:1/db", KEYS, clock=clock)
    await asyncio.wait_for(store.wait_for_work(0.1), 5)
    await store.close()


async def test_foreign_keys_hold(store: Store) -> None:
    with pytest.raises(IntegrityError):
        async with store.database.transaction() as connection:
            await connection.execute(
                subjects.insert().values(
                    ref="a", account="house", merged_into="nobody", updated_at=NOON
                )
            )


async def test_closing_twice_and_closing_unused(sqlite_url: str, clock: Clock) -> None:
    store = open_store(sqlite_url, KEYS, clock=clock)
    await store.close()
    await store.close()
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        assert connection.execute("SELECT count(*) FROM inbox").fetchone() == (0,)
    connection.close()
    database = Database(sqlite_url, KEYS)
    async with database.statements() as again:
        assert (await again.execute(select(drafts))).all() == []
    await database.close()
