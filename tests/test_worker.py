"""The loops: they go on whatever happens, and stop when they are told to."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import pytest

from bot.store import open_store
from bot.worker import DELIVERERS, TAKERS, Worker
from tests.notifying import Clock, a_booking, a_way, moved, webhook
from tests.tables import KEYS


async def nothing() -> bool:
    return False


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.005)


async def short_wait(seconds: float) -> None:
    await asyncio.sleep(0.01)


@asynccontextmanager
async def running(worker: Worker) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(worker.run())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def a_worker(
    take: Callable[[], Awaitable[bool]] = nothing,
    deliver: Callable[[], Awaitable[bool]] = nothing,
    wait: Callable[[float], Awaitable[None]] = short_wait,
) -> Worker:
    return Worker(take, deliver, wait, Clock())


async def test_webhooks_become_cards_while_it_runs() -> None:
    async with a_way() as way:
        deliveries = way.deliveries()
        worker = Worker(
            way.notifications().take_one,
            deliveries.deliver_one,
            way.store.wait_for_work,
            way.clock,
        )
        async with running(worker):
            await until(lambda: worker.last_round is not None)
            await way.post(webhook("BOOKING_CREATED"))
            await until(lambda: len(way.shown()) == 1)
            await way.post(webhook("BOOKING_CANCELLED", minute=1))
            await until(lambda: way.shown()[0].text.startswith("❌ Cancelled"))


async def test_two_processes_share_the_work(store_url: str) -> None:
    """Ten bookings, three words each, in two stores over one database: one message each."""
    async with a_way(store_url) as way, AsyncExitStack() as stack:
        for n in range(10):
            old, new = f"uidOfTheBooking{n}", f"uidOfTheNewBooking{n}"
            way.cal.known[new] = a_booking(new, rescheduled_from_uid=old)
            await way.post(webhook("BOOKING_CREATED", old))
            await way.post(moved(new, old, 2, minute=1))
            await way.post(webhook("BOOKING_CANCELLED", new, minute=2))
        other = open_store(store_url, KEYS, clock=way.clock)
        stack.push_async_callback(other.close)
        for store in (way.store, other):
            take = way.notifications(store.inbox).take_one
            deliver = way.deliveries(store.outbox).deliver_one
            worker = Worker(take, deliver, store.wait_for_work, way.clock)
            await stack.enter_async_context(running(worker))

        def all_are_cancelled() -> bool:
            way.clock.advance(0.2)
            shown = [message.text.startswith("❌ Cancelled") for message in way.shown()]
            return shown == [True] * 10

        await until(all_are_cancelled, 40)
        assert len(way.calls("chat.postMessage")) >= 10


async def test_a_round_that_fails_is_tried_again() -> None:
    rounds = 0

    async def fails_first() -> bool:
        nonlocal rounds
        rounds += 1
        if rounds <= TAKERS:
            raise ConnectionError("the store is away")
        return False

    worker = a_worker(fails_first)
    async with running(worker):
        await until(lambda: rounds > TAKERS)
        await until(lambda: worker.last_round is not None)


async def test_the_heartbeat_stops_with_one_stuck_loop() -> None:
    stuck = asyncio.Event()
    worker = a_worker(deliver=lambda: _for_ever(stuck))
    async with running(worker):
        await until(stuck.is_set)
        assert worker.last_round is None


async def _for_ever(begun: asyncio.Event) -> bool:
    begun.set()
    await asyncio.Event().wait()
    return False


async def test_stop_lets_what_is_under_way_end() -> None:
    begun, may_end, ended = asyncio.Event(), asyncio.Event(), []

    async def slow() -> bool:
        begun.set()
        await may_end.wait()
        ended.append(1)
        return True

    worker = a_worker(deliver=slow)
    async with running(worker) as task:
        await until(begun.is_set)
        stopping = asyncio.create_task(worker.stop())
        await asyncio.sleep(0)
        assert not stopping.done()
        may_end.set()
        await stopping
        await task
    assert len(ended) == DELIVERERS  # each ended what it had, and began nothing new


async def test_stop_breaks_into_a_rest_at_once() -> None:
    async def wait_long(seconds: float) -> None:
        await asyncio.Event().wait()

    worker = a_worker(wait=wait_long)
    async with running(worker) as task:
        await until(lambda: worker.last_round is not None)
        async with asyncio.timeout(1):
            await worker.stop()
            await task


async def test_stop_cuts_short_what_does_not_end() -> None:
    begun = asyncio.Event()
    worker = a_worker(deliver=lambda: _for_ever(begun))
    async with running(worker) as task:
        await until(begun.is_set)
        await worker.stop(grace=0.05)
        await task


async def test_cancelling_ends_it() -> None:
    worker = a_worker()
    task = asyncio.create_task(worker.run())
    await until(lambda: worker.last_round is not None)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_the_bell_is_always_heard_from_the_same_task() -> None:
    """The store's bell knows who waits by the task; a new one each time would never rest."""
    heard: dict[asyncio.Task[object] | None, int] = {}

    async def wait(seconds: float) -> None:
        task = asyncio.current_task()
        heard[task] = heard.get(task, 0) + 1
        await asyncio.sleep(0.002)

    async with running(a_worker(wait=wait)):
        await until(lambda: sum(heard.values()) > 30)
    assert len(heard) == TAKERS + DELIVERERS


async def test_chores_are_repeated_beside() -> None:
    done = []

    async def chore() -> bool:
        done.append(1)
        return False

    worker = Worker(nothing, nothing, short_wait, Clock(), chores={"chore": chore})
    async with running(worker):
        await until(lambda: len(done) > 2)
