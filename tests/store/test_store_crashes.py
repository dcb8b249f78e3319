"""Whatever dies between two statements leaves all or nothing behind."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from bot.domain.cards import Happening
from bot.domain.errors import StoreUnavailable
from bot.domain.events import Trigger
from bot.domain.records import Decision, Note, Posted, Received
from bot.domain.rules import Place, Rule, Showing
from bot.store import Store, open_store
from bot.store.columns import metadata
from tests.store.samples import (
    HERE,
    HOUR,
    MINUTE,
    NOON,
    THERE,
    a_booking,
    a_card,
    a_subject,
    received,
    settled,
    turned_into,
)
from tests.tables import KEYS

CARD = a_card("new", said_at=NOON)
NAMED = Place("T1", "#here")
MOVED = a_booking("new", rescheduled_from_uid="old")

Work = Callable[[Store], Awaitable[Any]]
Rows = dict[str, list[tuple[Any, ...]]]


def claimed(row: int) -> Received:
    return Received(row, b"", NOON)


async def settle(store: Store) -> None:
    await store.inbox.settle(claimed(1), a_subject("new"), turned_into(CARD, HERE, THERE))


async def settle_a_change(store: Store) -> None:
    await store.inbox.settle(
        claimed(3), a_subject("old"), turned_into(a_card("old", absent=("x",)), THERE)
    )


async def settle_a_merge(store: Store) -> None:
    await store.inbox.settle(claimed(3), a_subject("new", "old"), turned_into(CARD, THERE))


async def refer_to_new_ones(store: Store) -> None:
    await store.references.refer("house", [a_booking("a"), a_booking("b")], booked_by="U1")


async def refer_to_a_moved_one(store: Store) -> None:
    await store.references.refer("house", [MOVED])


async def show(store: Store) -> None:
    [seen] = await store.references.refer("house", [a_booking("old")])
    await store.outbox.show(seen.ref, a_card("old"), THERE)


async def save_a_rule(store: Store) -> None:
    await store.rules.save(Rule("r1", HERE, hosts=("a@x.com", "b@x.com")))


async def settle_in(store: Store) -> None:
    await store.outbox.settled_in(NAMED, "C1")


async def tell(store: Store) -> None:
    await store.outbox.tell("key", CARD, [Showing(HERE)])


async def replay(store: Store) -> None:
    await store.outbox.replay(HERE)


def always(decision: Decision) -> Callable[[object], Decision]:
    return lambda _kept: decision


async def put_what_rests(store: Store) -> None:
    """A card and its note are kept for a place that rests."""
    held = (Showing(HERE, held=True),)
    for n in range(2):
        webhook = await received(store, b"%d" % n)
        card = a_card("new", absent=("x",) * n)
        note = Note(Happening(Trigger.BOOKING_CREATED, word=str(n)), held)
        decision = Decision(card, held, (note,))
        await store.inbox.settle(webhook, a_subject("new"), always(decision))


async def put_in_a_named_place(store: Store) -> None:
    """A card is posted in a place under its name, and waits under its id."""
    await store.rules.save(Rule("r1", NAMED))
    await settled(store, a_subject("new"), CARD, NAMED)
    delivery = await store.outbox.claim(NOON, NOON + MINUTE)
    assert delivery is not None
    await store.outbox.delivered(delivery, Posted("C1", "1"))
    await settled(store, a_subject("new"), CARD, HERE)


async def put_nothing(store: Store) -> None:
    """A webhook waits."""
    await received(store)


async def put_two_cards(store: Store) -> None:
    """Two bookings are shown in a channel, and a webhook waits."""
    for uid in ("old", "new"):
        await settled(store, a_subject(uid), a_card(uid), HERE)
        delivery = await store.outbox.claim(NOON, NOON + MINUTE)
        assert delivery is not None
        await store.outbox.delivered(delivery, Posted("C1", uid))
    await received(store)


CASES = [
    (put_nothing, settle),
    (put_two_cards, settle_a_change),
    (put_two_cards, settle_a_merge),
    (put_nothing, refer_to_new_ones),
    (put_two_cards, refer_to_a_moved_one),
    (put_two_cards, show),
    (put_nothing, save_a_rule),
    (put_in_a_named_place, settle_in),
    (put_nothing, tell),
    (put_what_rests, replay),
]
cases = pytest.mark.parametrize(("prepare", "work"), CASES, ids=lambda case: case.__name__)


def before_statement(store: Store, number: int, strike: Callable[[], object]) -> None:
    """Call `strike` right before the store's statement of this number; a COMMIT counts."""
    left = number

    def count(*_args: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            strike()

    event.listen(store.database.engine.sync_engine, "before_cursor_execute", count)
    event.listen(store.database.engine.sync_engine, "commit", count)


async def rows(store: Store) -> Rows:
    async with store.database.transaction() as connection:
        return {
            table.name: sorted(
                (tuple(row) for row in await connection.execute(select(table))), key=repr
            )
            for table in metadata.sorted_tables
        }


async def all_or_nothing(store: Store, work: Work, kill: Callable[[int], Awaitable[bool]]) -> int:
    """Kill the work before its first, second ... statement, until it gets through."""
    before = await rows(store)
    for number in range(1, 40):
        survived = await kill(number)
        after = await rows(store)
        if survived:
            assert number > 2
            assert after != before
            return number
        if after != before:  # the last COMMIT may have arrived, with its answer lost
            await work(store)
            again = await rows(store)
            assert again == after, f"half done before statement {number}"
            return number
    raise AssertionError("it never got through")


@cases
async def test_a_cancelled_task(
    store_url: str, opened: Callable[[str], Store], prepare: Work, work: Work
) -> None:
    store = opened(store_url)
    await prepare(store)

    async def cancelled(number: int) -> bool:
        victim = opened(store_url)
        task = asyncio.ensure_future(work(victim))
        before_statement(victim, number, task.cancel)
        await asyncio.wait([task])
        assert await victim.inbox.claim(NOON, NOON) is None, "the store itself lives on"
        return not task.cancelled()

    await all_or_nothing(store, work, cancelled)


class Hatchery:
    """A process that has read everything, and forks one to do some work and die in it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"tests.store.{Path(__file__).stem}"],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def hatch(self, number: int, work: Work, url: str) -> int:
        """How a process ends that is to die before this statement."""
        assert self._process.stdin
        assert self._process.stdout
        print(number, work.__name__, url, file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate(timeout=10)
        assert self._process.returncode == 0


@pytest.fixture(scope="module")
def hatchery() -> Iterator[Hatchery]:
    hatchery = Hatchery()
    yield hatchery
    hatchery.close()


@cases
async def test_a_killed_process(
    store_url: str, opened: Callable[[str], Store], hatchery: Hatchery, prepare: Work, work: Work
) -> None:
    store = opened(store_url)
    await prepare(store)

    async def killed(number: int) -> bool:
        status = await asyncio.to_thread(hatchery.hatch, number, work, store_url)
        assert status in {0, KILLED}
        return status == 0

    await all_or_nothing(store, work, killed)


KILLED = 9


def hatch() -> None:
    """For each line that is read, fork a process and say how it ended."""
    for line in sys.stdin:
        number, work, url = line.rstrip("\n").split(" ", 2)
        child = os.fork()
        if child == 0:
            asyncio.run(live_until(int(number), url, globals()[work]))
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


async def live_until(number: int, url: str, work: Work) -> None:
    """Do the work in this process, which dies before the statement of this number."""
    store = open_store(url, KEYS, clock=lambda: NOON)
    before_statement(store, number, lambda: os._exit(KILLED))
    await work(store)
    await store.close()


@cases
async def test_a_lost_connection(
    postgres_url: str, opened: Callable[[str], Store], prepare: Work, work: Work
) -> None:
    store = opened(postgres_url)
    await prepare(store)

    async def cut_off(number: int) -> bool:
        victim = opened(postgres_url)
        connections: list[Any] = []
        event.listen(
            victim.database.engine.sync_engine,
            "connect",
            lambda adapted, _entry: connections.append(adapted.driver_connection),
        )
        before_statement(victim, number, lambda: [each.terminate() for each in connections])
        try:
            await work(victim)
        except StoreUnavailable:
            assert await victim.inbox.claim(NOON, NOON) is None, "the next one has a new connection"
            return False
        return True

    await all_or_nothing(store, work, cut_off)


async def test_an_accept_that_was_cancelled_can_be_repeated(
    store_url: str, opened: Callable[[str], Store]
) -> None:
    store = opened(store_url)
    await store.ready()
    for steps in range(12):
        task = asyncio.ensure_future(store.inbox.accept(b"%d" % steps, NOON))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        await store.inbox.accept(b"%d" % steps, NOON)
    found = [await store.inbox.claim(NOON + HOUR, NOON + 2 * HOUR) for _ in range(13)]
    assert [each and each.raw for each in found] == [*(b"%d" % n for n in range(12)), None]


async def test_what_a_dead_process_had_in_hand_is_taken_back(store: Store) -> None:
    await settled(store, a_subject("new"), CARD, HERE)
    await store.inbox.accept(b"{}", NOON)
    held = await store.inbox.claim(NOON, NOON + HOUR)
    posting = await store.outbox.claim(NOON, NOON + HOUR)
    turn = await store.turns.take("poll", NOON, NOON + HOUR)
    assert held
    assert posting
    assert turn
    assert await store.inbox.claim(NOON, NOON + HOUR) is None
    await store.end_leases(NOON)
    again = await store.inbox.claim(NOON, NOON + HOUR)
    assert again
    assert (again.id, again.tries) == (held.id, held.tries + 1)
    sought = await store.outbox.claim(NOON, NOON + HOUR)
    assert sought
    assert (sought.id, sought.sought_since) == (posting.id, NOON)
    assert await store.turns.take("poll", NOON, NOON + HOUR) is not None


if __name__ == "__main__":
    hatch()
