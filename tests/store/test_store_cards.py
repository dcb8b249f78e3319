"""Bookings by when they start, and as they were seen."""

from datetime import timedelta

from bot.domain.cards import Card, Phase
from bot.domain.records import Sighting
from bot.store import Store
from tests.store.samples import HOUR, MINUTE, NOON, a_booking, a_card, a_subject, settled

DAY = 24 * HOUR


async def test_bookings_by_their_start_a_page_at_a_time(store: Store) -> None:
    refs = {}
    for n, start in enumerate((NOON, NOON, NOON, NOON + HOUR, NOON + 2 * HOUR)):
        card = Card(a_booking(f"u{n}", start=start, end=start + HOUR))
        refs[await settled(store, a_subject(f"u{n}"), card)] = card
    in_order = sorted(refs.items(), key=lambda item: (item[1].booking.start, item[0]))[:4]
    found = []
    beyond = None
    while page := await store.cards.starting("house", NOON, NOON + 2 * HOUR, take=2, beyond=beyond):
        found += page
        beyond = (page[-1][1].booking.start, page[-1][0])
    assert found == in_order
    assert await store.cards.starting("other", NOON, NOON + DAY) == []


async def test_bookings_in_these_phases_alone(store: Store) -> None:
    for phase in (Phase.UPCOMING, Phase.CANCELLED, Phase.REQUESTED):
        await settled(store, a_subject(phase.value), a_card(phase.value, phase=phase))
    wanted = [Phase.UPCOMING, Phase.REQUESTED]
    found = await store.cards.starting("house", NOON, NOON + 9 * DAY, phases=wanted)
    assert {card.phase for _, card in found} == {*wanted}


async def test_a_sighting_is_stored_once_until_the_booking_changes(store: Store) -> None:
    seen = Sighting(a_booking("u1", updated_at=NOON), NOON + HOUR, silent=True)
    later = Sighting(a_booking("u1", updated_at=NOON + MINUTE), NOON + 2 * HOUR)
    assert await store.inbox.sight("house", [seen]) == 1
    again = Sighting(seen.booking, seen.seen_at + timedelta(seconds=9), silent=True)
    assert await store.inbox.sight("house", [again, later]) == 1
    assert await store.inbox.sight("other", [seen]) == 1
    found = [await store.inbox.claim(NOON + DAY, NOON + 2 * DAY) for _ in range(4)]
    assert sorted(
        ((each.account, each.sighting) for each in found if each),
        key=lambda each: (each[0], str(each[1])),
    ) == sorted(
        [("house", seen), ("house", later), ("other", seen)],
        key=lambda each: (each[0], str(each[1])),
    )
    traces = {each.trace for each in found if each}
    assert len(traces) == 3


async def test_cards_by_the_uids_that_lead_to_them(store: Store) -> None:
    await settled(store, a_subject("old"), a_card("old"))
    await settled(store, a_subject("new", "old"), a_card("new"))
    await settled(store, a_subject("bare"), None)
    found = await store.inbox.cards("house", ["old", "new", "bare", "unknown"])
    assert found == {"old": a_card("new"), "new": a_card("new")}
    assert await store.inbox.cards("other", ["old"]) == {}
    assert await store.inbox.cards("house", []) == {}
