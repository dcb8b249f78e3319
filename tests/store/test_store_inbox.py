"""The inbox: a webhook is stored once, claimed by one at a time, and settled once."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.cards import Card, NoticeCard, Phase
from bot.domain.errors import Expired
from bot.domain.events import Notice, Trigger
from bot.domain.records import Decision
from bot.domain.rules import Showing
from bot.store import Store
from tests.store.conftest import Clock
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

LEASE = NOON + MINUTE


async def test_a_webhook_comes_out_as_it_came_in(store: Store) -> None:
    raw = b'{"title": "caf\xe9 \x00"}'
    webhook = await received(store, raw)
    assert (webhook.raw, webhook.received_at, webhook.tries) == (raw, NOON, 1)
    assert "caf" not in repr(webhook)


async def test_the_same_body_is_stored_once(store: Store) -> None:
    assert await store.inbox.accept(b"one", NOON) is True
    assert await store.inbox.accept(b"one", NOON + HOUR) is False
    assert await store.inbox.accept(b"two", NOON) is True


async def test_of_many_copies_at_once_one_is_stored(
    store_url: str, opened: Callable[[str], Store]
) -> None:
    stores = [opened(store_url) for _ in range(2)]
    stored = await asyncio.gather(*(stores[n % 2].inbox.accept(b"one", NOON) for n in range(20)))
    assert sorted(stored) == [False] * 19 + [True]


async def test_the_oldest_is_claimed_first_and_each_by_one(
    store_url: str, opened: Callable[[str], Store]
) -> None:
    stores = [opened(store_url) for _ in range(2)]
    for n in range(10):
        await stores[0].inbox.accept(b"%d" % n, NOON)
    first = await stores[1].inbox.claim(NOON, LEASE)
    claimed = await asyncio.gather(*(stores[n % 2].inbox.claim(NOON, LEASE) for n in range(12)))
    assert first is not None
    assert first.raw == b"0"
    assert sorted(each.raw for each in claimed if each) == [b"%d" % n for n in range(1, 10)]
    assert claimed.count(None) == 3


async def test_what_a_dead_worker_held_comes_back(store: Store) -> None:
    webhook = await received(store)
    assert await store.inbox.claim(LEASE - MINUTE / 2, LEASE + HOUR) is None
    again = await store.inbox.claim(LEASE, LEASE + MINUTE)
    assert again is not None
    assert (again.id, again.tries) == (webhook.id, 2)


async def test_what_is_put_back_waits_for_its_time(store: Store) -> None:
    webhook = await received(store)
    await store.inbox.put_back(webhook.id, "Cal.com is \x00 down" * 100, NOON + HOUR)
    assert await store.inbox.claim(NOON + HOUR - MINUTE, NOON + 2 * HOUR) is None
    assert await store.inbox.claim(NOON + HOUR, NOON + 2 * HOUR) is not None


@pytest.mark.parametrize("end", ["aside", "ignored"])
async def test_what_is_given_up_is_not_tried_again(store: Store, end: str) -> None:
    webhook = await received(store)
    if end == "aside":
        await store.inbox.put_back(webhook.id, "cannot be read", None)
    else:
        await store.inbox.ignore(webhook.id, "unknown trigger")
    assert await store.inbox.claim(NOON + 100 * HOUR, NOON + 101 * HOUR) is None
    assert not await store.inbox.accept(webhook.raw, NOON), "it is kept"


async def test_settling_makes_card_reference_and_deliveries(store: Store) -> None:
    subject = a_subject("u1")
    assert await store.inbox.card(subject) is None
    card = a_card("u1", said_at=NOON)
    ref = await settled(store, subject, card, HERE, THERE, HERE)

    assert await store.inbox.card(subject) == card
    found = await store.references.seen(ref)
    assert found is not None
    assert found.booking == card.booking
    assert (await store.references.refer("house", [card.booking]))[0].ref == ref
    deliveries = [await store.outbox.claim(NOON, LEASE) for _ in range(3)]
    assert [each and (each.place, each.ref, each.card) for each in deliveries] == [
        (HERE, ref, card),
        (THERE, ref, card),
        None,
    ]
    assert await store.inbox.claim(NOON + HOUR, NOON + 2 * HOUR) is None


async def test_decide_is_given_the_card_as_it_is(store: Store) -> None:
    given: list[Any] = []

    def turn(kept: Any) -> Decision:
        given.append(kept)
        return Decision(a_card("u1", absent=tuple("x" * len(given))), (Showing(HERE),))

    for n in range(3):
        webhook = await received(store, b"%d" % n)
        await store.inbox.settle(webhook, a_subject("u1"), turn)
    assert given == [None, a_card("u1", absent=("x",)), a_card("u1", absent=("x", "x"))]


async def test_a_first_event_that_says_nothing_keeps_nothing_but_the_reference(
    store: Store,
) -> None:
    ref = await settled(store, a_subject("u1"), None, HERE)
    assert await store.inbox.card(a_subject("u1")) is None
    assert await store.references.seen(ref) is None
    assert await store.outbox.claim(NOON, LEASE) is None
    assert await settled(store, a_subject("u1"), a_card("u1")) == ref


async def test_what_decide_raises_leaves_everything_as_it_was(store: Store) -> None:
    webhook = await received(store)

    def refuse(_kept: Any) -> Decision:
        raise Expired

    with pytest.raises(Expired):
        await store.inbox.settle(webhook, a_subject("u1"), refuse)
    assert await store.inbox.card(a_subject("u1")) is None
    assert await store.inbox.claim(LEASE, LEASE + HOUR) is not None


async def test_a_worker_that_lost_its_lease_settles_nothing_twice(store: Store) -> None:
    slow = await received(store)
    quick = await store.inbox.claim(LEASE, LEASE + MINUTE)
    assert quick is not None
    ref = await store.inbox.settle(quick, a_subject("u1"), turned_into(a_card("u1"), HERE))
    other = turned_into(a_card("u1", phase=Phase.ENDED), THERE)
    assert await store.inbox.settle(slow, a_subject("u1"), other) == ref
    assert await store.inbox.card(a_subject("u1")) == a_card("u1")
    await store.inbox.put_back(slow.id, "too late", NOON)
    assert await store.inbox.claim(NOON + 9 * HOUR, NOON + 10 * HOUR) is None


async def test_first_events_of_one_booking_at_once_make_one_reference(
    store_url: str, opened: Callable[[str], Store]
) -> None:
    stores = [opened(store_url) for _ in range(2)]
    webhooks = [await received(stores[0], b"%d" % n) for n in range(8)]

    def add(kept: Any) -> Decision:
        card = kept or a_card("u1")
        return Decision(a_card("u1", absent=(*card.absent, "x")), (Showing(HERE),))

    refs = await asyncio.gather(
        *(
            stores[n % 2].inbox.settle(webhook, a_subject("u1", *(["u0"] if n % 3 else [])), add)
            for n, webhook in enumerate(webhooks)
        )
    )
    assert len(set(refs)) == 1
    card = await stores[0].inbox.card(a_subject("u0"))
    assert isinstance(card, Card)
    assert card.absent == ("x",) * 8, "each saw what the one before had made"
    claimed = [await stores[0].outbox.claim(NOON, LEASE) for _ in range(2)]
    assert [each and each.version for each in claimed] == [8, None]


async def test_a_notice_has_one_card_however_often_it_is_told(
    store_url: str, opened: Callable[[str], Store]
) -> None:
    stores = [opened(store_url) for _ in range(2)]
    card = NoticeCard(Notice(Trigger.OOO_CREATED, "ooo-1", "Away", NOON, (("Who", "Alice"),)))
    webhooks = [await received(stores[0], b"%d" % n) for n in range(4)]
    refs = await asyncio.gather(
        *(
            stores[n % 2].inbox.settle(webhook, a_subject(notice="ooo-1"), turned_into(card, HERE))
            for n, webhook in enumerate(webhooks)
        )
    )
    assert len(set(refs)) == 1
    assert await stores[0].inbox.card(a_subject(notice="ooo-1")) == card
    assert await stores[0].inbox.card(a_subject(notice="ooo-2")) is None
    delivery = await stores[0].outbox.claim(NOON, LEASE)
    assert delivery is not None
    assert delivery.card == card
    assert await stores[0].references.seen(refs[0]) is None


async def test_a_reschedule_is_the_same_card(store: Store) -> None:
    ref = await settled(store, a_subject("old"), a_card("old"), HERE)
    moved = a_card("new", moved_from=NOON)
    assert await settled(store, a_subject("new", "old"), moved) == ref
    for uid in ("old", "new"):
        assert await store.inbox.card(a_subject(uid)) == moved
    found = await store.references.seen(ref)
    assert found is not None
    assert found.uid == "new"


async def test_settled_webhooks_are_forgotten_after_a_month(store: Store, clock: Clock) -> None:
    await settled(store, a_subject("u1"), a_card("u1"))
    ignored, aside = [await received(store, raw) for raw in (b"ignored", b"aside")]
    await store.inbox.ignore(ignored.id, "nothing to say")
    await store.inbox.put_back(aside.id, "cannot be read", None)
    await received(store, b"waiting")
    assert await store.inbox.prune(clock()) == 0

    await store.prune(clock.forward(32 * 24 * HOUR))

    assert await store.inbox.accept(b"ignored", NOON), "it is gone"
    assert not await store.inbox.accept(b"aside", NOON)
    assert not await store.inbox.accept(b"waiting", NOON)
    assert await store.inbox.card(a_subject("u1")) == Card(a_booking("u1"))
