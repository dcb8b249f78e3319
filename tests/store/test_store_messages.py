"""Notes, reminders, removals, and what a place is sent while it rests or is quiet."""

import asyncio
from collections.abc import Callable, Sequence
from uuid import uuid4

import pytest

from bot.domain.cards import Card, Happening, NoticeCard, Phase
from bot.domain.events import Notice, Trigger
from bot.domain.records import Decision, Delivery, Kind, Note, Posted
from bot.domain.rules import Detail, Look, Place, Rule, Showing
from bot.store import Store
from bot.store.claiming import NEAR
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
)

NAMED = Place("T1", "#here")
LATER = NOON + 9 * HOUR
DAY = 24 * HOUR
NOTICE = NoticeCard(Notice(Trigger.OOO_CREATED, "ooo", "Away", NOON))


def word(name: str) -> Happening:
    return Happening(Trigger.BOOKING_CANCELLED, NOON, word=name)


async def told(
    store: Store,
    card: Card,
    *showings: Showing,
    note: str = "",
    uids: Sequence[str] = ("u1",),
) -> str:
    decision = Decision(card, showings, (Note(word(note), showings),) if note else ())
    webhook = await received(store, uuid4().bytes)
    return await store.inbox.settle(webhook, a_subject(*uids), lambda _kept: decision)


async def due(store: Store, *besides: Place) -> Delivery | None:
    return await store.outbox.claim(LATER, LATER + MINUTE, besides=besides)


async def delivered(store: Store, ts: str) -> Delivery:
    delivery = await due(store)
    assert delivery is not None
    await store.outbox.delivered(delivery, Posted(delivery.place.channel, delivery.ts or ts))
    return delivery


def version(number: int) -> Card:
    return a_card("u1", absent=("x",) * number)


async def test_a_note_waits_for_its_card_and_stands_in_its_thread(store: Store) -> None:
    await told(store, version(1), Showing(HERE), note="first")
    posting = await due(store)
    assert posting is not None
    await told(store, version(2), Showing(HERE), note="second")
    assert await due(store) is None, "the card is being posted"
    await store.outbox.delivered(posting, Posted("C1", "1.5"))
    found = [await delivered(store, "2.5") for _ in range(2)]
    note = next(each for each in found if each.kind is Kind.NOTE)
    assert (note.note, note.thread_ts, note.key) == (word("second"), "1.5", "second")
    assert await due(store) is None


async def test_a_word_is_said_once_in_a_place(store: Store) -> None:
    await told(store, version(1), Showing(HERE))
    await delivered(store, "1")
    for number in (2, 3):
        await told(store, version(number), Showing(HERE), Showing(THERE), note="same")
    found = [await delivered(store, str(number)) for number in range(2, 6)]
    assert sorted((each.kind, each.place.channel) for each in found) == [
        (Kind.CARD, "C1"),
        (Kind.CARD, "C2"),
        (Kind.NOTE, "C1"),
        (Kind.NOTE, "C2"),
    ]
    assert await due(store) is None


async def test_a_reminder_is_said_once(store: Store) -> None:
    ref = await told(store, version(1))
    for key in ("10", "10", "60"):
        await store.outbox.remind(ref, key, [Showing(HERE, Look(Detail.BUSY))])
    found = [await delivered(store, key) for key in ("1", "2")]
    assert [(each.kind, each.key, each.look) for each in found] == [
        (Kind.REMINDER, "10", Look(Detail.BUSY)),
        (Kind.REMINDER, "60", Look(Detail.BUSY)),
    ]
    assert await due(store) is None
    await store.outbox.remind(ref, "none", [])


async def test_what_is_about_no_booking_is_told_once(
    store_url: str, opened: Callable[[str], Store]
) -> None:
    stores = [opened(store_url) for _ in range(2)]
    await asyncio.gather(
        *(stores[n % 2].outbox.tell("key", NOTICE, [Showing(HERE)]) for n in range(6))
    )
    assert (await delivered(stores[0], "1")).card == NOTICE
    await stores[0].outbox.tell("key", NOTICE, [Showing(HERE), Showing(THERE)])
    assert await due(stores[0]) is None


async def test_a_quiet_place_stays_quiet_when_the_card_changes(store: Store) -> None:
    quiet = Showing(HERE, not_before=NOON + HOUR)
    await told(store, version(1), quiet)
    await told(store, version(2), quiet, note="second")
    assert await store.outbox.claim(NOON + HOUR - MINUTE, LATER) is None
    card = await delivered(store, "1")
    assert card.card == version(2)
    await told(store, version(3), quiet, note="third")
    edit = await store.outbox.claim(NOON, NOON + MINUTE)
    assert edit is not None
    assert edit.ts == "1", "an edit notifies nobody"


async def test_a_place_that_rests_keeps_everything_until_it_is_replayed(store: Store) -> None:
    held = Showing(HERE, held=True)
    await told(store, version(1), held)
    await told(store, version(2), held, note="second")
    await told(store, version(3))
    assert await due(store) is None
    kept = await store.outbox.aside(HERE)
    assert [(each.kind, each.place, each.why) for each in kept] == [
        (Kind.CARD, HERE, "the rule rests"),
        (Kind.NOTE, HERE, "the rule rests"),
    ]
    assert await store.outbox.aside(HERE, take=1, skip=1) == kept[1:]
    assert await store.outbox.aside(Place("T2", "C1")) == []
    assert await store.outbox.replay(HERE) == 2
    assert await store.outbox.replay(HERE) == 0
    found = [await delivered(store, ts) for ts in ("1", "2")]
    assert [each.kind for each in found] == [Kind.CARD, Kind.NOTE]
    assert found[0].card == version(3)
    assert found[1].thread_ts == "1"


async def test_a_replay_takes_nothing_from_who_is_at_it(store: Store) -> None:
    await told(store, version(1), Showing(HERE))
    posting = await store.outbox.claim(LATER, LATER + MINUTE)
    assert posting is not None
    await told(store, version(2), Showing(HERE, held=True))
    assert await store.outbox.replay(HERE) == 1
    assert await due(store) is None, "it is being posted"
    await store.outbox.delivered(posting, Posted("C1", "1"))
    assert (await delivered(store, "2")).ts == "1"


async def test_a_look_follows_the_last_announcement(store: Store) -> None:
    await told(store, version(1), Showing(HERE, Look(Detail.BUSY)))
    assert (await delivered(store, "1")).look == Look(Detail.BUSY)
    await told(store, version(2), Showing(HERE, Look(groups=("S1",))))
    assert (await delivered(store, "1")).look == Look(groups=("S1",))


async def test_what_waits_for_busy_places_is_passed_over(store: Store) -> None:
    places = [Place(team, f"C{n}") for team in ("T1", "T2", "T3") for n in range(4)]
    for n, place in enumerate(places):
        await told(store, a_card(f"b{n}"), Showing(place), uids=(f"b{n}",))
    busy: list[Place] = []
    for place in places:
        delivery = await due(store, *busy)
        assert delivery is not None
        assert delivery.place == place
        busy.append(place)
    assert await due(store, *busy) is None


async def test_much_that_waits_for_a_busy_place_is_passed_over(store: Store, clock: Clock) -> None:
    await told(store, version(1), Showing(HERE))
    await delivered(store, "1")
    notes = tuple(Note(word(f"n{n}"), (Showing(HERE),)) for n in range(NEAR + 1))
    decision = Decision(version(1), (Showing(HERE),), notes)
    await store.inbox.settle(await received(store), a_subject("u1"), lambda _kept: decision)
    clock.forward(MINUTE)
    await told(store, a_card("b1"), Showing(THERE), uids=("b1",))
    first = await due(store)
    assert first is not None
    assert first.place == HERE
    passing = await due(store, HERE)
    assert passing is not None
    assert passing.place == THERE
    assert await due(store, HERE) is None


@pytest.mark.parametrize("posted", [(), ("named",), ("named", "id")])
async def test_a_place_whose_id_is_told_keeps_one_message(
    store: Store, posted: tuple[str, ...]
) -> None:
    await store.rules.save(Rule("r1", NAMED))
    await told(store, version(1), Showing(NAMED), Showing(HERE))
    for ts in posted:
        await delivered(store, ts)
    await store.outbox.settled_in(NAMED, "C1")
    await store.outbox.settled_in(NAMED, "C1")
    assert await store.rules.rule("r1") == Rule("r1", HERE)
    await told(store, version(2), Showing(HERE))
    found = [await due(store) for _ in range(3)]
    told_of = sorted((each.kind, each.place, each.ts) for each in found if each)
    expected = {
        (): [(Kind.CARD, HERE, None)],
        ("named",): [(Kind.CARD, HERE, "named")],
        ("named", "id"): [(Kind.CARD, HERE, "id"), (Kind.REMOVAL, HERE, "named")],
    }
    assert told_of == expected[posted]


async def test_a_card_under_way_is_taken_back_when_it_turns_out_to_be_anothers(
    store: Store,
) -> None:
    await told(store, a_card("old"), Showing(HERE), uids=("old",))
    await delivered(store, "1")
    await told(store, a_card("new"), Showing(HERE), uids=("new",))
    posting = await due(store)
    assert posting is not None
    await told(store, a_card("new", phase=Phase.CANCELLED), uids=("new", "old"))
    assert (await delivered(store, "1")).ts == "1"
    assert await due(store) is None, "its post is under way"
    await store.outbox.delivered(posting, Posted("C1", "2"))
    removal = await due(store)
    assert removal is not None
    assert (removal.kind, removal.channel, removal.ts) == (Kind.REMOVAL, "C1", "2")
    await store.outbox.delivered(removal, None)
    assert await due(store) is None


async def test_bookings_that_are_over_are_forgotten(store: Store, clock: Clock) -> None:
    old = await told(store, a_card("old"), Showing(HERE), uids=("old",))
    await delivered(store, "1")
    await told(store, a_card("new"), uids=("new",))
    await told(store, a_card("new"), uids=("new", "old"))
    await delivered(store, "1")
    ahead = await told(store, a_card("far"), uids=("far",))
    clock.forward(100 * DAY)
    await store.prune(clock())
    assert await store.references.seen(old) is not None
    clock.forward(90 * DAY)
    await store.prune(clock())
    assert await store.references.seen(old) is None
    assert await store.references.seen(ahead) is None
    assert await store.inbox.cards("house", ["old", "new", "far"]) == {}
    assert await told(store, a_card("old"), uids=("old",)) != old


async def test_what_is_due_or_not_over_is_kept(store: Store, clock: Clock) -> None:
    waiting = await told(store, a_card("old"), Showing(HERE), uids=("old",))
    far = Card(a_booking("far", end=NOON + 300 * DAY))
    upcoming = await told(store, far, uids=("far",))
    clock.forward(200 * DAY)
    await store.prune(clock())
    assert await store.references.seen(waiting) is not None
    assert await store.references.seen(upcoming) is not None
    assert await due(store) is not None


async def test_what_was_set_aside_is_given_up_after_a_month(store: Store, clock: Clock) -> None:
    await told(store, version(1), Showing(HERE), Showing(THERE, held=True))
    await delivered(store, "1")
    await told(store, version(2), Showing(HERE, held=True))
    await store.outbox.tell("digest", NOTICE, [Showing(HERE)])
    await delivered(store, "2")
    assert [len(await store.outbox.aside(place)) for place in (HERE, THERE)] == [1, 1]
    clock.forward(31 * DAY)
    await store.prune(clock())
    assert await store.outbox.aside(HERE) == []
    await told(store, version(3), Showing(HERE))
    edit = await store.outbox.claim(clock(), clock() + MINUTE)
    assert edit is not None
    assert edit.ts == "1", "where it stands is not forgotten"
    await store.outbox.tell("digest", NOTICE, [Showing(THERE)])
    again = await store.outbox.claim(clock(), clock() + MINUTE)
    assert again is not None
    assert again.card == NOTICE, "that it was told is"
