"""Webhooks that come in at the same time: stored together, each told its own, all else waits."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import pytest
from sqlalchemy import event, select, text

from bot.domain.errors import StoreUnavailable
from bot.store import Store
from bot.store.intake import BACKLOG, LONGEST, MOST_BYTES, MOST_ROWS, digest_of
from bot.store.tables import inbox
from tests.store.samples import HERE, HOUR, MINUTE, NOON, a_card, a_subject, settled


def inserts(store: Store) -> list[str]:
    """The inserts into the inbox that the driver sends from here on, SQLAlchemy's or not."""
    seen: list[str] = []

    def note(statement: str) -> None:
        if "INSERT INTO inbox" in statement:
            seen.append(statement)

    def listen(connection: Any, _entry: object) -> None:
        if store.database.is_postgresql:
            connection.driver_connection.add_query_logger(lambda sent: note(sent.query))
        else:
            connection.run_async(lambda driver: driver.set_trace_callback(note))

    event.listen(store.database.engine.sync_engine, "connect", listen)
    return seen


def accepting(store: Store, *bodies: bytes) -> list[asyncio.Task[bool]]:
    return [asyncio.create_task(store.inbox.accept(body, NOON)) for body in bodies]


def numbered(number: int) -> list[bytes]:
    return [b"%d" % n for n in range(number)]


async def stored(store: Store) -> set[bytes]:
    async with store.database.statements() as connection:
        return set((await connection.execute(select(inbox.c.raw))).scalars())


@asynccontextmanager
async def nobody_else_writes(store: Store) -> AsyncIterator[None]:
    """Other stores' webhooks cannot be stored until the block is left."""
    async with store.database.transaction(patient=True) as connection:
        if store.database.is_postgresql:
            await connection.execute(text("LOCK TABLE inbox"))
        yield


async def test_what_comes_at_the_same_time_shares_a_statement(store: Store) -> None:
    seen = inserts(store)
    assert await asyncio.gather(*accepting(store, *numbered(20))) == [True] * 20
    assert 0 < len(seen) < 20
    assert await stored(store) == set(numbered(20))


async def test_what_comes_alone_is_stored_alone(store: Store) -> None:
    seen = inserts(store)
    for body in numbered(3):
        assert await store.inbox.accept(body, NOON)
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("bodies", "statements"),
    [
        (numbered(2 * MOST_ROWS + 1), 3),
        ([b"%d" % n * (MOST_BYTES // 6) for n in range(5)], 2),
        ([b"1" * (MOST_BYTES + 1), b"2"], 2),
    ],
    ids=["rows", "bytes", "one too large"],
)
async def test_a_statement_stores_only_so_much(
    store: Store, bodies: list[bytes], statements: int
) -> None:
    seen = inserts(store)
    assert all(await asyncio.gather(*accepting(store, *bodies)))
    assert len(seen) == statements
    assert await stored(store) == set(bodies)


async def test_of_copies_in_one_statement_one_is_new(store: Store) -> None:
    seen = inserts(store)
    assert (await asyncio.gather(*accepting(store, *[b"one"] * 20))).count(True) == 1
    answers = await asyncio.gather(*accepting(store, *[b"one", b"two", b"three"] * 6))
    assert answers == [False, True, True] + [False] * 15
    assert len(seen) == 2
    assert await stored(store) == {b"one", b"two", b"three"}


async def test_processes_with_the_same_bodies_do_not_lock_each_other(
    store_url: str, opened: Callable[[str], Store]
) -> None:
    stores = [opened(store_url) for _ in range(3)]
    for turn in range(5):
        bodies = [b"%d %d" % (turn, n) for n in range(60)]
        orders = [bodies, bodies[::-1], bodies[30:] + bodies[:30]]
        tasks = [accepting(store, *order) for store, order in zip(stores, orders, strict=True)]
        answers = [await task for each in tasks for task in each]
        assert answers.count(True) == len(bodies)


BAD = digest_of("house", b"bad").hex()
REFUSE_BAD = {
    True: f"ALTER TABLE inbox ADD CONSTRAINT good CHECK (digest <> '\\x{BAD}')",
    False: f"CREATE TRIGGER good BEFORE INSERT ON inbox WHEN new.digest = x'{BAD}' "
    "BEGIN SELECT raise(ABORT, 'bad'); END",
}
"""By whether it is PostgreSQL."""


async def test_a_statement_that_fails_fails_for_those_in_it(store: Store) -> None:
    async with store.database.transaction() as connection:
        await connection.execute(text(REFUSE_BAD[store.database.is_postgresql]))
    together, later = [b"bad", *numbered(MOST_ROWS - 1)], [b"good", b"fine"]
    tasks = accepting(store, *together, *later)
    await asyncio.sleep(0)
    tasks[1].cancel()
    await asyncio.wait(tasks)
    failures = [each.exception() for each in tasks[:MOST_ROWS] if not each.cancelled()]
    assert {(type(each), str(each)) for each in failures} == {
        (StoreUnavailable, "the insert failed")
    }
    assert len(set(map(id, failures))) == MOST_ROWS - 1, "each has its own"
    assert [each.result() for each in tasks[MOST_ROWS:]] == [True, True]
    assert await stored(store) == set(later)
    again = accepting(store, *together[1:])
    assert all(await asyncio.gather(*again))


async def test_who_is_cancelled_takes_nothing_back_and_hurts_nobody(store: Store) -> None:
    for turn in range(1, 8):  # so many steps later
        bodies = [b"%d %d" % (turn, n) for n in range(5)]
        tasks = accepting(store, *bodies)
        for _ in range(turn):
            await asyncio.sleep(0)
        tasks[2].cancel()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert [each for n, each in enumerate(answers) if n != 2] == [True] * 4
        assert set(bodies) <= await stored(store)


async def test_a_copy_is_new_to_the_first_who_still_waits(store: Store) -> None:
    tasks = accepting(store, b"one", b"one", b"one")
    await asyncio.sleep(0)
    tasks[0].cancel()
    await asyncio.wait(tasks)
    assert [each.result() for each in tasks[1:]] == [True, False]


async def test_what_nobody_waits_for_any_more_is_stored_when_it_can_be(
    store_url: str, opened: Callable[[str], Store]
) -> None:
    holder, store = opened(store_url), opened(store_url)
    async with nobody_else_writes(holder):
        tasks = accepting(store, b"under way")
        await asyncio.sleep(0.05)
        tasks += accepting(store, b"waits")
        await asyncio.sleep(0.05)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    assert await store.inbox.accept(b"next", NOON)
    assert await stored(store) == {b"under way", b"waits", b"next"}


async def test_a_database_that_hangs_does_not_fill_the_memory(
    store_url: str, opened: Callable[[str], Store]
) -> None:
    holder, store = opened(store_url), opened(store_url)
    async with nobody_else_writes(holder):
        tasks = accepting(store, *numbered(BACKLOG + 3 * MOST_ROWS))
        done, waiting = await asyncio.wait(tasks, timeout=0.2)
        assert len(waiting) >= BACKLOG
        assert done
        assert {type(task.exception()) for task in done} == {StoreUnavailable}
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting)
    await store.close()
    assert len(await stored(holder)) == len(waiting)


async def test_closing_in_the_middle_stores_what_came(
    store_url: str, opened: Callable[[str], Store]
) -> None:
    other, store = opened(store_url), opened(store_url)
    before = asyncio.all_tasks()
    tasks = accepting(store, *numbered(2 * MOST_ROWS + 1))
    await asyncio.sleep(0)
    await store.close()
    assert asyncio.all_tasks() - before <= set(tasks), "no task of its own is left"
    assert all(await asyncio.gather(*tasks))
    assert await stored(other) == set(numbered(2 * MOST_ROWS + 1))


async def test_closing_does_not_wait_for_a_database_that_hangs(
    store_url: str, opened: Callable[[str], Store]
) -> None:
    holder, store = opened(store_url), opened(store_url)
    before = asyncio.all_tasks()
    async with nobody_else_writes(holder):
        tasks = accepting(store, *numbered(10 * MOST_ROWS))
        await asyncio.sleep(0)
        began = time.monotonic()
        await store.close()
        assert time.monotonic() - began < 10  # three statements' patience
        assert asyncio.all_tasks() - before <= set(tasks)
        answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(each) for each in answers} == {StoreUnavailable}


@asynccontextmanager
async def streaming(store: Store) -> AsyncIterator[None]:
    """Webhooks come in without a pause until the block is left."""
    number = count()

    async def stream() -> None:
        while True:
            await store.inbox.accept(b"stream %d" % next(number), NOON)

    tasks = [asyncio.create_task(stream()) for _ in range(3)]
    try:
        await store.inbox.accept(b"the stream has begun", NOON)
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def seconds(work: Awaitable[Any]) -> float:
    began = time.monotonic()
    assert await work is not None
    return time.monotonic() - began


@pytest.mark.parametrize("claimed", ["inbox", "outbox"])
async def test_work_gives_way_to_webhooks_for_a_second(store: Store, claimed: str) -> None:
    await settled(store, a_subject("u1"), a_card("u1"), HERE)
    kept = store.inbox if claimed == "inbox" else store.outbox
    async with streaming(store):
        took = await seconds(kept.claim(NOON + MINUTE, NOON + HOUR))
    if store.database.is_postgresql:
        assert took < LONGEST, "there are connections enough"
    else:
        assert LONGEST <= took < LONGEST + 2


async def test_work_goes_on_when_no_more_come(store: Store) -> None:
    for body in numbered(3):
        await store.inbox.accept(body, NOON)
    lapse = [await seconds(store.inbox.claim(NOON, NOON + HOUR)) for _ in range(3)]
    assert min(lapse) < LONGEST / 2


async def test_a_delivery_that_somebody_waits_for_does_not_give_way(store: Store) -> None:
    ref = await settled(store, a_subject("u1"), a_card("u1"))
    row = await store.outbox.show(ref, a_card("u1"), HERE)
    async with streaming(store):
        assert await seconds(store.outbox.claim(NOON, NOON + HOUR, row)) < LONGEST
