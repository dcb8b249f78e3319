"""The outbox: every place comes to show the newest card, in one message."""

import asyncio
from collections.abc import Callable

import pytest

from bot.domain.cards import Phase
from bot.domain.errors import Expired
from bot.domain.records import Delivery, Posted
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
    settled,
)

LEASE = NOON + MINUTE
SUBJECT = a_subject("u1")
CARD = a_card("u1")
LATER = a_card("u1", phase=Phase.ENDED)


async def claimed(store: Store, after: int = 0) -> Delivery:
    delivery = await store.outbox.claim(NOON + after * MINUTE, NOON + (after + 1) * MINUTE)
    assert delivery is not None
    return delivery


async def test_what_is_delivered_is_asked_for_no_more(store: Store) -> None:
    await settled(store, SUBJECT, CARD, HERE)
    delivery = await claimed(store)
    assert (delivery.ts, delivery.channel, delivery.tries) == (None, None, 1)
    await store.outbox.delivered(delivery, Posted("C1", "1.5"))
    assert await store.outbox.claim(NOON + HOUR, NOON + 2 * HOUR) is None


async def test_a_changed_card_is_edited_in_every_place_that_shows_it(store: Store) -> None:
    await settled(store, SUBJECT, CARD, HERE, THERE)
    for ts in ("1", "2"):
        delivery = await claimed(store)
        await store.outbox.delivered(delivery, Posted(delivery.place.channel, ts))

    await settled(store, SUBJECT, LATER)

    edits = [await claimed(store) for _ in range(2)]
    assert [(each.place, each.ts, each.card) for each in edits] == [
        (HERE, "1", LATER),
        (THERE, "2", LATER),
    ]
    assert {each.version for each in edits} == {2}


async def test_a_card_that_did_not_change_is_not_edited(store: Store) -> None:
    await settled(store, SUBJECT, CARD, HERE)
    await store.outbox.delivered(await claimed(store), Posted("C1", "1"))
    await settled(store, SUBJECT, a_card("u1"), HERE)
    await settled(store, SUBJECT, None, HERE)
    assert await store.outbox.claim(NOON, LEASE) is None


async def test_a_change_during_a_delivery_is_delivered_after_it(store: Store) -> None:
    await settled(store, SUBJECT, CARD, HERE)
    posting = await claimed(store)
    await settled(store, SUBJECT, LATER)
    assert await store.outbox.claim(NOON, LEASE) is None, "one at a time"
    await store.outbox.delivered(posting, Posted("C1", "1"))
    edit = await claimed(store)
    assert (edit.ts, edit.card, edit.sought_since) == ("1", LATER, None)


async def test_what_was_delivered_never_goes_back(store: Store) -> None:
    await settled(store, SUBJECT, CARD, HERE)
    slow = await claimed(store)
    await settled(store, SUBJECT, LATER)
    quick = await claimed(store, after=1)
    await store.outbox.delivered(quick, Posted("C1", "2"))
    await store.outbox.delivered(slow, Posted("C1", "1"))
    assert await store.outbox.claim(NOON + HOUR, NOON + 2 * HOUR) is None
    await settled(store, SUBJECT, CARD)
    assert (await claimed(store, after=2)).ts == "2"


async def test_a_post_whose_fate_is_unknown_is_sought_from_its_start(store: Store) -> None:
    await settled(store, SUBJECT, CARD, HERE)
    assert (await claimed(store)).sought_since is None
    assert await store.outbox.claim(LEASE - MINUTE / 2, LEASE) is None, "somebody is at it"
    again = await claimed(store, after=1)
    assert (again.sought_since, again.tries) == (NOON, 2)
    await store.outbox.put_back(again, "no answer", NOON + 2 * MINUTE, sent=True)
    assert (await claimed(store, after=2)).sought_since == NOON, "the first that may have posted"


async def test_a_post_that_was_refused_is_not_sought(store: Store) -> None:
    await settled(store, SUBJECT, CARD, HERE)
    await store.outbox.put_back(await claimed(store), "ratelimited", LEASE, sent=False)
    assert await store.outbox.claim(NOON, LEASE) is None, "it waits for its time"
    again = await claimed(store, after=1)
    assert again.sought_since is None
    await store.outbox.put_back(again, "no answer", NOON + 2 * MINUTE, sent=True)
    refused = await claimed(store, after=2)
    assert refused.sought_since == LEASE
    await store.outbox.put_back(refused, "ratelimited", NOON + 3 * MINUTE, sent=False)
    assert (await claimed(store, after=3)).sought_since == LEASE, "the one before may have posted"


async def test_an_edit_is_never_sought(store: Store) -> None:
    await settled(store, SUBJECT, CARD, HERE)
    await store.outbox.delivered(await claimed(store), Posted("C1", "1"))
    await settled(store, SUBJECT, LATER)
    await claimed(store)
    assert (await claimed(store, after=1)).sought_since is None


async def test_who_lost_the_lease_puts_nothing_back(store: Store) -> None:
    await settled(store, SUBJECT, CARD, HERE)
    slow = await claimed(store)
    await claimed(store, after=1)
    await store.outbox.put_back(slow, "no answer", NOON, sent=False)
    assert await store.outbox.claim(LEASE, LEASE + MINUTE) is None, "the other is at it"


async def test_a_place_that_is_set_aside_is_tried_again_when_the_card_changes(
    store: Store,
) -> None:
    await settled(store, SUBJECT, CARD, HERE)
    await store.outbox.put_back(await claimed(store), "not_in_channel", None, sent=False)
    assert await store.outbox.claim(NOON + HOUR, NOON + 2 * HOUR) is None
    await settled(store, SUBJECT, LATER, HERE)
    again = await claimed(store)
    assert (again.place, again.card) == (HERE, LATER)


async def test_a_change_makes_a_row_due_that_was_put_back(store: Store) -> None:
    await settled(store, SUBJECT, CARD, HERE)
    await store.outbox.put_back(await claimed(store), "down", NOON + HOUR, sent=False)
    await settled(store, SUBJECT, LATER)
    assert (await claimed(store)).card == LATER


async def test_every_delivery_is_claimed_by_one(
    store_url: str, opened: Callable[[str], Store]
) -> None:
    stores = [opened(store_url) for _ in range(2)]
    for n in range(10):
        await settled(stores[0], a_subject(f"u{n}"), a_card(f"u{n}"), HERE)
    found = await asyncio.gather(*(stores[n % 2].outbox.claim(NOON, LEASE) for n in range(12)))
    uids = sorted(each.card.booking.uid for each in found if each)  # type: ignore[union-attr]  # bookings all
    assert uids == [f"u{n}" for n in range(10)]


async def test_showing_a_booking_in_one_more_place(store: Store, clock: Clock) -> None:
    [seen] = await store.references.refer("house", [CARD.booking])
    row_id = await store.outbox.show(seen.ref, CARD, HERE)
    assert await store.outbox.show(seen.ref, LATER, HERE) == row_id, "it is asked for already"
    clock.forward(MINUTE)
    other = await store.outbox.show(seen.ref, LATER, THERE)

    delivery = await store.outbox.claim(clock(), clock() + MINUTE, other)
    assert delivery is not None
    assert (delivery.id, delivery.place) == (other, THERE)
    assert delivery.card == CARD, "the card that is kept, with its history"
    assert await store.outbox.claim(clock(), clock() + MINUTE, other) is None
    rest = await store.outbox.claim(clock(), clock() + MINUTE)
    assert rest is not None
    assert rest.id == row_id


async def test_a_place_shown_later_follows_later_events(store: Store) -> None:
    ref = await settled(store, SUBJECT, CARD, HERE)
    await settled(store, SUBJECT, LATER)
    row_id = await store.outbox.show(ref, CARD, THERE)
    delivery = await store.outbox.claim(NOON, LEASE, row_id)
    assert delivery is not None
    assert (delivery.card, delivery.version) == (LATER, 2)
    await store.outbox.delivered(delivery, Posted("C2", "1"))
    await settled(store, SUBJECT, CARD)
    assert {(await claimed(store)).place for _ in range(2)} == {HERE, THERE}


async def test_a_card_in_a_thread_stands_beside_the_channels_own(store: Store) -> None:
    ref = await settled(store, SUBJECT, CARD, HERE)
    row_id = await store.outbox.show(ref, CARD, HERE, "7.1")
    within = await store.outbox.claim(NOON, LEASE, row_id)
    assert within is not None
    assert (within.place, within.thread_ts, within.card) == (HERE, "7.1", CARD)
    await store.outbox.delivered(within, Posted(HERE.channel, "7.2"))
    own = await claimed(store)
    assert (own.place, own.thread_ts, own.ts) == (HERE, None, None)
    await store.outbox.delivered(own, Posted(HERE.channel, "8.1"))

    await settled(store, SUBJECT, LATER)
    edits = {(each.ts, each.thread_ts) for each in [await claimed(store) for _ in range(2)]}
    assert edits == {("7.2", "7.1"), ("8.1", None)}


async def test_showing_what_nobody_knows(store: Store) -> None:
    with pytest.raises(Expired):
        await store.outbox.show("made-up", CARD, HERE)


async def test_a_delivery_is_claimed_by_the_one_who_asked_or_the_worker(
    store_url: str, opened: Callable[[str], Store]
) -> None:
    stores = [opened(store_url) for _ in range(2)]
    ref = await settled(stores[0], SUBJECT, CARD)
    row_id = await stores[0].outbox.show(ref, CARD, HERE)
    found = await asyncio.gather(
        *(stores[n % 2].outbox.claim(NOON, LEASE, row_id if n < 3 else None) for n in range(6))
    )
    assert sum(each is not None for each in found) == 1
