"""Workflows that wait for a step: begun once, taken up by one, told of what was kept."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import select

from bot.domain.records import Run
from bot.store import Store
from bot.store.member_tables import attempts
from tests.store.conftest import Clock
from tests.store.samples import HOUR, MINUTE, NOON

RUN = Run("Fx1", "T1", "U1", "book_meeting", {"start": 1, "email": "wes@x.com"}, NOON, NOON)
LATER = NOON + HOUR
ANSWER = {"outputs": {"title": "Intro ☕"}}


async def test_it_is_begun_once_however_many_hear_of_it(
    store_url: str, opened: Callable[[str], Store]
) -> None:
    stores = [opened(store_url) for _ in range(2)]
    begun = await asyncio.gather(*(stores[n % 2].runs.begin(RUN) for n in range(8)))
    assert begun.count(True) == 1


async def test_what_was_left_is_taken_up_by_one(
    store_url: str, opened: Callable[[str], Store]
) -> None:
    stores = [opened(store_url) for _ in range(2)]
    await stores[0].runs.begin(RUN)
    assert await stores[0].runs.take(LATER, NOON) is None, "its lease goes on"
    took = await asyncio.gather(*(stores[n % 2].runs.take(LATER, LATER) for n in range(8)))
    assert [each for each in took if each] == [replace(RUN, taken_at=LATER, again=True)]
    assert await stores[0].runs.take(LATER + MINUTE, LATER) is None


async def test_the_longest_waiting_comes_first(store: Store) -> None:
    for number, minutes in enumerate((2, 1, 3)):
        begun = replace(RUN, id=f"Fx{number}", taken_at=NOON + minutes * MINUTE)
        await store.runs.begin(begun)
    found = [await store.runs.take(LATER, LATER) for _ in range(4)]
    assert [each and each.id for each in found] == ["Fx1", "Fx0", "Fx2", None]


async def test_what_came_of_it_is_kept_by_who_has_it(store: Store) -> None:
    await store.runs.begin(RUN)
    taken = await store.runs.take(LATER, LATER)
    assert taken
    assert await store.runs.answered(RUN, ANSWER, LATER) is None, "somebody else has it"
    done = await store.runs.answered(taken, ANSWER, LATER + MINUTE)
    assert done == replace(taken, answer=ANSWER, taken_at=LATER + MINUTE)
    assert await store.runs.take(LATER + HOUR, LATER + HOUR) == replace(done, taken_at=LATER + HOUR)


async def test_what_is_over_keeps_nothing_but_that_it_was_there(store: Store) -> None:
    await store.runs.begin(RUN)
    await store.runs.end(RUN)
    assert await store.runs.take(LATER, LATER) is None
    assert await store.runs.answered(RUN, ANSWER, LATER) is None
    assert await store.runs.begin(RUN) is False
    async with store.database.statements() as connection:
        assert (await connection.execute(select(attempts.c.request))).scalars().all() == [{}]


async def test_it_is_forgotten_after_a_month(store: Store, clock: Clock) -> None:
    await store.runs.begin(RUN)
    await store.runs.end(RUN)
    await store.prune(clock.forward(31 * 24 * HOUR))
    assert await store.runs.begin(RUN)


async def test_where_nobody_is_at_work_it_is_taken_up_at_once(store: Store) -> None:
    await store.runs.begin(RUN)
    await store.end_leases(NOON)
    assert await store.runs.take(NOON, NOON) == replace(RUN, again=True)


async def test_it_goes_with_its_workspace(store: Store) -> None:
    await store.runs.begin(RUN)
    await store.workspaces.remove("T1")
    assert await store.runs.take(LATER, LATER) is None
