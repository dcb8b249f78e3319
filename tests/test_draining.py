"""What two processes do with one outbox, and what a stop leaves behind."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any, cast

import pytest
from sqlalchemy import select

from bot.domain.records import Delivery, Posted
from bot.services.ports import Places
from bot.store import Store, open_store
from bot.store.tables import outbox
from bot.worker import Worker
from tests.notifying import Way, a_booking, a_way, moved, webhook
from tests.tables import KEYS
from tests.test_worker import running, until


@pytest.fixture
async def way(store_url: str) -> AsyncIterator[Way]:
    async with a_way(store_url) as running_way:
        yield running_way


class Watched:
    """Slack, seen from both processes: what is under way, and in what order it was done."""

    def __init__(self, inner: Places, seen: "Seen") -> None:
        self._inner = inner
        self._seen = seen

    def __getattr__(self, name: str) -> Callable[[Delivery], Any]:
        method = getattr(self._inner, name)

        async def call(delivery: Delivery) -> Posted | None:
            self._seen.begin(delivery)
            try:
                answer: Posted | None = await method(delivery)
                return answer
            finally:
                self._seen.end(name, delivery)

        return call


class Seen:
    """Of both processes together."""

    def __init__(self) -> None:
        self.now: set[int] = set()
        self.twice: list[int] = []
        self.done: list[tuple[str, Delivery]] = []

    def begin(self, delivery: Delivery) -> None:
        if delivery.id in self.now:
            self.twice.append(delivery.id)
        self.now.add(delivery.id)

    def end(self, name: str, delivery: Delivery) -> None:
        self.now.discard(delivery.id)
        self.done.append((name, delivery))


def worker_of(way: Way, store: Store, seen: Seen) -> Worker:
    places = cast("Places", Watched(way.notifier(), seen))
    return Worker(
        way.notifications(store.inbox).take_one,
        way.deliveries(store.outbox, places).deliver_one,
        store.wait_for_work,
        way.clock,
    )


async def test_two_processes_keep_every_places_order(postgres_url: str) -> None:
    """No row is in two hands, no word goes before its card or before an earlier word."""
    async with a_way(postgres_url) as way:
        seen = await seen_by_two(way, postgres_url)
        assert len(way.shown()) == 4
    assert seen.twice == []
    assert any(delivery.note for _, delivery in seen.done)
    for ref in {delivery.ref for _, delivery in seen.done}:
        mine = [(name, each) for name, each in seen.done if each.ref == ref]
        assert mine[0][0] == "post", "the card itself comes first"
        notes = [each.id for name, each in mine if name == "post" and each.note]
        assert notes == sorted(notes)


async def seen_by_two(way: Way, url: str) -> Seen:
    """Four bookings, each moved three times and cancelled, by two processes."""
    seen = Seen()
    async with AsyncExitStack() as stack:
        other = open_store(url, KEYS, clock=way.clock)
        stack.push_async_callback(other.close)
        for store in (way.store, other):
            await stack.enter_async_context(running(worker_of(way, store, seen)))
        for n in range(4):
            uid = f"uidOfTheBooking{n}"
            await way.post(webhook("BOOKING_CREATED", uid))
        await until(lambda: len(way.shown()) == 4, 30)
        for n in range(4):
            uid = f"uidOfTheBooking{n}"
            for step in range(3):
                new = f"{uid}v{step}"
                way.cal.known[new] = a_booking(new, rescheduled_from_uid=uid)
                await way.post(moved(new, uid, 2 + step, minute=1 + step))
                uid = new
            await way.post(webhook("BOOKING_CANCELLED", uid, minute=9))

        def all_are_cancelled() -> bool:
            way.clock.advance(0.2)
            ended = [message.text.startswith("❌ Cancelled") for message in way.shown()]
            return ended == [True] * 4

        await until(all_are_cancelled, 40)
    await way.later(600)  # what is still to be said
    assert (await way.store.outbox.waiting(way.clock())).count == 0
    return seen


class Slow(Watched):
    """Whatever is asked of Slack waits until it is let through."""

    def __init__(self, inner: Places) -> None:
        super().__init__(inner, Seen())
        self.reached, self.opened = asyncio.Event(), asyncio.Event()

    def __getattr__(self, name: str) -> Callable[[Delivery], Any]:
        call = super().__getattr__(name)

        async def held(delivery: Delivery) -> Posted | None:
            self.reached.set()
            await self.opened.wait()
            answer: Posted | None = await call(delivery)
            return answer

        return held


async def test_a_clean_stop_leaves_no_lease(way: Way) -> None:
    """It is told to stop while a card is on its way to Slack."""
    slow = Slow(way.notifier())
    worker = Worker(
        way.notifications().take_one,
        way.deliveries(places=cast("Places", slow)).deliver_one,
        way.store.wait_for_work,
        way.clock,
    )
    async with running(worker) as task:
        for n in range(3):
            await way.post(webhook("BOOKING_CREATED", f"uidOfTheBooking{n}"))
        await asyncio.wait_for(slow.reached.wait(), 10)
        stopping = asyncio.create_task(worker.stop())
        await asyncio.sleep(0)
        assert not stopping.done()
        slow.opened.set()
        await stopping
        await task
    async with way.store.database.statements() as connection:
        held = await connection.execute(select(outbox.c.lease_until))
        assert set(held.scalars()) <= {None}
    assert way.shown(), "what was under way has ended"
