"""Two bookings that turn out to be one, each with a card of its own by then."""

from bot.domain.cards import Card, Happening
from bot.domain.events import Trigger
from bot.domain.records import Decision, Kind, Posted
from bot.domain.turning import joined
from bot.store import Store
from tests.store.samples import (
    HERE,
    MINUTE,
    NOON,
    THERE,
    a_booking,
    a_card,
    a_subject,
    received,
    settled,
)

OLD = Card(a_booking("old"), history=(Happening(Trigger.BOOKING_CREATED, uid="old", word="a"),))
NEW = Card(
    a_booking("new", rescheduled_from_uid="old"),
    history=(
        Happening(Trigger.BOOKING_RESCHEDULED, NOON, uid="new", previous_uid="old", word="b"),
    ),
)
BOTH = a_subject("new", "old")


async def test_what_either_card_was_told_lives_on_under_the_older_ref(store: Store) -> None:
    old = await settled(store, a_subject("old"), OLD)
    new = await settled(store, a_subject("new"), NEW)
    assert old != new
    both = joined(OLD, NEW)
    assert [word.word for word in both.history] == ["a", "b"]
    assert await store.inbox.card(BOTH) == both

    webhook = await received(store)
    given = []

    def turn(kept: object) -> Decision:
        given.append(kept)
        return Decision(None)

    assert await store.inbox.settle(webhook, BOTH, turn) == old

    assert given == [both]
    for subject in (a_subject("old"), a_subject("new"), BOTH):
        assert await store.inbox.card(subject) == both
    for ref in (old, new):
        seen = await store.references.seen(ref)
        assert seen is not None
        assert (seen.ref, seen.booking) == (old, NEW.booking)


async def test_each_place_keeps_one_message(store: Store) -> None:
    await settled(store, a_subject("old"), OLD, HERE)
    await settled(store, a_subject("new"), NEW, HERE, THERE)
    for ts in ("1", "2", "3"):
        delivery = await store.outbox.claim(NOON, NOON + MINUTE)
        assert delivery is not None
        await store.outbox.delivered(delivery, Posted(delivery.place.channel, ts))

    await settled(store, BOTH, None)

    edits = [await store.outbox.claim(NOON, NOON + MINUTE) for _ in range(4)]
    assert [each and (each.kind, each.place, each.ts) for each in edits] == [
        (Kind.CARD, HERE, "1"),
        (Kind.REMOVAL, HERE, "2"),
        (Kind.CARD, THERE, "3"),
        None,
    ]


async def test_a_delivery_on_its_way_during_the_merge_is_edited_after_it(store: Store) -> None:
    await settled(store, a_subject("old"), OLD)
    for absent in "abc":
        card = a_card("new", said_at=NOON, absent=(absent,))
        await settled(store, a_subject("new"), card, THERE)
    posting = await store.outbox.claim(NOON, NOON + MINUTE)
    assert posting is not None
    assert posting.version == 3

    ref = await settled(store, BOTH, None)
    await store.outbox.delivered(posting, Posted("C2", "1"))

    edit = await store.outbox.claim(NOON, NOON + MINUTE)
    assert edit is not None
    assert (edit.ref, edit.ts) == (ref, "1")


async def test_where_only_the_newer_one_has_a_card_it_moves(store: Store) -> None:
    [old] = await store.references.refer("house", [a_booking("old")], booked_by="U1")
    new = await settled(store, a_subject("new"), NEW, HERE)
    [told] = await store.references.refer("house", [a_booking("new", rescheduled_from_uid="old")])
    assert told.ref == old.ref != new
    assert await store.inbox.card(a_subject("old")) == NEW
    delivery = await store.outbox.claim(NOON, NOON + MINUTE)
    assert delivery is not None
    assert (delivery.ref, delivery.place, delivery.card) == (old.ref, HERE, NEW)
    assert await store.outbox.show(new, NEW, HERE) == delivery.id, "the newer ref still works"
