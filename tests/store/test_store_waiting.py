"""How much waits, since when, and for which places it was set aside."""

from datetime import timedelta
from functools import partial

from bot.domain.cards import Happening, NoticeCard, Shown
from bot.domain.events import Notice, Trigger
from bot.domain.records import Closed, Decision, Delivery, Kind, Note, Posted, Waiting
from bot.domain.rules import Place, Showing
from bot.store import Store
from tests.store.conftest import Clock
from tests.store.samples import (
    HERE,
    HOUR,
    MINUTE,
    NOON,
    THERE,
    a_card,
    a_subject,
    received,
    settled,
)

SUBJECT = a_subject("u1")


async def claimed(store: Store, clock: Clock) -> Delivery:
    delivery = await store.outbox.claim(clock(), clock() + MINUTE)
    assert delivery is not None
    return delivery


async def test_the_inbox(store: Store, clock: Clock) -> None:
    assert await store.inbox.waiting() == Waiting()
    for n in range(3):
        await store.inbox.accept(b"%d" % n, NOON + n * MINUTE)
    assert await store.inbox.waiting() == Waiting(3, NOON)
    assert await store.inbox.waiting("T1") == Waiting(), "the house's is no workspace's own"
    first = await store.inbox.claim(NOON, NOON + MINUTE)
    assert first
    await store.inbox.put_back(first.id, "Unavailable", NOON + HOUR)
    assert await store.inbox.waiting() == Waiting(3, NOON, failing=1)
    await store.inbox.put_back(first.id, "ValueError", None)
    assert await store.inbox.waiting() == Waiting(2, NOON + MINUTE, aside=1)


async def test_the_outbox(store: Store, clock: Clock) -> None:
    assert await store.outbox.waiting(NOON) == Waiting()
    await settled(store, SUBJECT, a_card("u1"), HERE, THERE)
    clock.forward(MINUTE)
    assert await store.outbox.waiting(clock()) == Waiting(2, NOON)
    here = await claimed(store, clock)
    await store.outbox.put_back(here, "ratelimited", NOON + HOUR, sent=False)
    there = await claimed(store, clock)
    assert there.wanted_at == NOON
    await store.outbox.delivered(there, Posted("C2", "1"))
    assert await store.outbox.waiting(clock()) == Waiting(1, NOON, failing=1)
    assert await store.outbox.delivered_since(NOON + MINUTE) == 1
    assert await store.outbox.waiting(clock(), "T1") == Waiting(1, NOON, failing=1)
    assert await store.outbox.waiting(clock(), "T2") == Waiting()
    assert [await store.outbox.delivered_since(NOON, team) for team in ("T1", "T2")] == [1, 0]
    assert await store.outbox.delivered_since(NOON + HOUR) == 0


async def test_what_waits_for_its_hour_is_not_old(store: Store, clock: Clock) -> None:
    notice = NoticeCard(Notice(Trigger.OOO_CREATED, "k", "Away"))
    await store.outbox.tell("k", notice, [Showing(HERE, not_before=NOON + HOUR)])
    assert await store.outbox.waiting(NOON) == Waiting(1)
    assert await store.outbox.waiting(NOON + HOUR) == Waiting(1, NOON + HOUR)
    clock.forward(HOUR)
    assert (await claimed(store, clock)).trace == "k"


async def test_the_places_for_which_something_is_set_aside(store: Store, clock: Clock) -> None:
    for n in range(3):
        places = (HERE, THERE) if n else (HERE, Place("T2", "C9"))
        await settled(store, a_subject(f"u{n}"), a_card(f"u{n}"), *places)
        clock.forward(MINUTE)
    while delivery := await store.outbox.claim(clock(), clock() + MINUTE):
        await store.outbox.put_back(delivery, "is_archived", None, sent=False)
    both = [
        Closed(HERE, 3, "is_archived", NOON),
        Closed(THERE, 2, "is_archived", NOON + MINUTE),
    ]
    assert await store.outbox.closed("T1") == both
    assert await store.outbox.closed("T1", take=1, skip=1) == both[1:]
    assert len(await store.outbox.aside(THERE)) == 2
    assert (await store.outbox.waiting(clock())).aside == 6
    assert await store.outbox.replay(HERE) == 3
    assert await store.outbox.closed("T1") == both[1:]


async def test_only_what_fails_for_no_known_reason_is_counted(store: Store, clock: Clock) -> None:
    await settled(store, SUBJECT, a_card("u1"), HERE)
    for known in (True, False, True, False):
        delivery = await claimed(store, clock)
        await store.outbox.put_back(delivery, "x", clock(), sent=False, known=known)
    assert (await claimed(store, clock)).failures == 2


async def test_what_was_wanted_first_counts_until_it_is_shown(store: Store, clock: Clock) -> None:
    await settled(store, SUBJECT, a_card("u1"), HERE)
    clock.forward(MINUTE)
    await settled(store, SUBJECT, a_card("u1", recording="x"), HERE)
    first = await claimed(store, clock)
    assert first.wanted_at == NOON
    await store.outbox.delivered(first, Posted("C1", "1"))
    clock.forward(HOUR)
    await settled(store, SUBJECT, a_card("u1", recording="y"), HERE)
    wanted_at = (await claimed(store, clock)).wanted_at
    assert wanted_at == NOON, "webhooks of these tests all come at noon"


def _always(decision: Decision, _kept: Shown | None) -> Decision:
    return decision


async def test_words_of_one_thread_go_out_in_order(store: Store, clock: Clock) -> None:
    """Whoever has the first in hand, nobody has the second."""
    await settled(store, SUBJECT, a_card("u1"), HERE)
    await store.outbox.delivered(await claimed(store, clock), Posted("C1", "1"))
    for word in ("one", "two"):
        said = Happening(Trigger.BOOKING_PAID, NOON, word=word)
        here = (Showing(HERE),)
        decision = Decision(a_card("u1", recording=word), here, (Note(said, here),))
        webhook = await received(store, word.encode())
        await store.inbox.settle(webhook, SUBJECT, partial(_always, decision))
    in_hand = [await claimed(store, clock) for _ in range(2)]
    assert [(each.kind, each.key) for each in in_hand] == [(Kind.CARD, ""), (Kind.NOTE, "one")]
    assert await store.outbox.claim(clock(), clock() + MINUTE) is None
    await store.outbox.put_back(in_hand[1], "ratelimited", clock() + HOUR, sent=False)
    assert await store.outbox.claim(clock(), clock() + MINUTE) is None
    clock.forward(timedelta(hours=2))
    first = await claimed(store, clock)
    if first.kind is Kind.CARD:  # its lease is over as well
        first = await claimed(store, clock)
    assert first.key == "one"
    await store.outbox.delivered(first, Posted("C1", "2"))
    assert (await claimed(store, clock)).key == "two"


async def test_the_trace_is_known_before_it_is_stored(store: Store) -> None:
    assert (await received(store, b"{}")).trace == store.inbox.trace(b"{}") != ""


async def test_what_turns_left(store: Store) -> None:
    assert await store.turns.left() == {}
    turn = await store.turns.take("poll:house", NOON, NOON + MINUTE)
    assert turn
    await store.turns.end(turn, NOON + HOUR, {"cursor": "x"})
    assert await store.turns.left() == {"poll:house": (NOON + HOUR, {"cursor": "x"})}
