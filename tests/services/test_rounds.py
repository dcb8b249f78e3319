"""Recurring work: once among several processes, whatever happens to one of them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.domain.errors import RateLimited, StoreUnavailable, Unavailable
from bot.services import rounds
from bot.services.rounds import Round, State
from bot.store import Store, open_store
from tests.harness import Clock
from tests.tables import KEYS

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
async def stores(store_url: str, clock: Clock) -> AsyncIterator[list[Store]]:
    """What two processes see of one database."""
    both = [open_store(store_url, KEYS, clock=clock) for _ in range(2)]
    yield both
    for store in both:
        await store.close()


class Work:
    """Counts in the turn's state; fails as it is told."""

    def __init__(self, *failures: BaseException) -> None:
        self.failures = list(failures)
        self.found: list[State] = []

    async def __call__(self, state: State) -> State:
        self.found.append(state)
        await asyncio.sleep(0)
        if self.failures:
            raise self.failures.pop(0)
        return {"times": state.get("times", 0) + 1}


def a_round(store: Store, clock: Clock, work: Any, name: str = "count") -> Round:
    return Round(store.turns, clock, name, MINUTE, work, jitter=lambda: 1.0)


async def test_one_of_two_does_it_and_the_other_goes_on_from_there(
    stores: list[Store], clock: Clock
) -> None:
    work = Work()
    both = [a_round(store, clock, work) for store in stores]
    for times in range(4):
        assert sorted(await asyncio.gather(*(each() for each in both))) == [False, True]
        assert work.found == [{}, *({"times": n} for n in range(1, times + 1))]
        clock.advance(seconds=59)
        assert [await each() for each in both] == [False, False]
        clock.advance(seconds=1)


async def test_turns_of_different_names_do_not_wait_for_each_other(
    stores: list[Store], clock: Clock
) -> None:
    work = Work()
    assert await a_round(stores[0], clock, work, "this")()
    assert await a_round(stores[0], clock, work, "that")()
    assert work.found == [{}, {}]


async def test_what_is_wanted_sooner_is_done_within_a_second(
    stores: list[Store], clock: Clock
) -> None:
    work = Work()
    chore = a_round(stores[0], clock, work)
    await chore()
    await stores[1].turns.hasten("count", clock())
    assert not await chore()  # it looked just now
    clock.advance(seconds=1)
    assert await chore()
    assert len(work.found) == 2


async def test_the_store_is_asked_once_a_second(clock: Clock) -> None:
    asked = []

    class Counting:
        async def take(self, name: str, now: datetime, lease_until: datetime) -> None:
            asked.append(name)

        async def end(self, turn: Any, due_at: datetime, state: State) -> None:
            raise AssertionError

        async def hasten(self, name: str, at: datetime) -> None:
            raise AssertionError

        async def due(self, prefix: str, now: datetime) -> list[str]:
            raise AssertionError

        async def drop(self, name: str) -> None:
            raise AssertionError

    chore = Round(Counting(), clock, "idle", MINUTE, Work())
    for _ in range(100):
        assert not await chore()
        clock.advance(seconds=0.1)
    assert len(asked) == 10


async def test_a_process_that_dies_leaves_it_to_the_next_when_its_lease_is_over(
    stores: list[Store], clock: Clock
) -> None:
    work = Work()
    await a_round(stores[0], clock, work)()
    clock.advance(seconds=60)
    work.failures = [asyncio.CancelledError()]
    with pytest.raises(asyncio.CancelledError):
        await a_round(stores[0], clock, work)()
    other = a_round(stores[1], clock, work)
    clock.advance(seconds=59)
    assert not await other()
    clock.advance(seconds=1)
    assert await other()
    assert work.found == [{}, {"times": 1}, {"times": 1}]


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [
        ([Unavailable()], [1]),
        ([StoreUnavailable()] * 4, [1, 2, 4, 8]),
        ([RateLimited(NOW + timedelta(seconds=90))], [31]),
        ([RateLimited(NOW)], [1]),
        ([KeyError("x"), ZeroDivisionError()], [60, 60]),
    ],
    ids=["unavailable", "store", "limited", "limited before", "broken"],
)
async def test_what_fails_is_done_again_with_the_state_as_it_was(
    stores: list[Store], clock: Clock, failures: list[BaseException], seconds: list[int]
) -> None:
    work = Work()
    chore = a_round(stores[0], clock, work)
    await chore()
    work.failures = list(failures)
    clock.advance(seconds=60)
    await chore()
    for pause in seconds:
        clock.advance(seconds=pause - 0.5)
        await chore()
        before = len(work.found)
        clock.advance(seconds=1)
        assert await chore(), pause
        assert len(work.found) == before + 1
        clock.advance(seconds=-0.5)
    assert work.found == [{}] + [{"times": 1}] * (len(failures) + 1)


async def test_a_defect_is_logged_with_its_stack_once(stores: list[Store], clock: Clock) -> None:
    chore = a_round(stores[0], clock, Work(*(KeyError("x") for _ in range(3))))
    with capture_logs() as logs:
        for _ in range(4):
            assert await chore()
            clock.advance(seconds=60)
    assert [bool(each["exc_info"]) for each in logs if each["event"] == "turn_failed"] == [
        True,
        False,
        False,
    ]


async def test_work_that_takes_too_long_is_ended_before_its_lease(
    stores: list[Store], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "WORK", 0.01)  # the limit runs on the real clock

    async def never(state: State) -> State:
        await asyncio.Event().wait()
        return state

    with capture_logs() as logs:
        assert await a_round(stores[0], clock, never)()
    assert [each["kind"] for each in logs] == ["TimeoutError"]
