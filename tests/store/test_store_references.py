"""References: one per booking, for good, whatever becomes of the booking."""

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot.domain.bookings import Status
from bot.store import Store
from tests.store.samples import HERE, HOUR, NOON, THERE, a_booking, a_card, a_subject, settled


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """The statements that are run meanwhile, BEGIN and COMMIT not counted."""
    said: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            said.append(statement)

    engine = store.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)


async def test_a_booking_keeps_its_reference(store: Store) -> None:
    first = await store.references.refer("house", [a_booking("u1"), a_booking("u2")])
    again = await store.references.refer("house", [a_booking("u2"), a_booking("u1")])
    assert [each.ref for each in again] == [each.ref for each in reversed(first)]
    assert first[0].ref != first[1].ref
    assert [each.uid for each in first] == ["u1", "u2"]


async def test_a_reference_cannot_be_guessed_and_fits_into_a_url(store: Store) -> None:
    [seen] = await store.references.refer("house", [a_booking("u1")])
    assert re.fullmatch(r"[A-Za-z0-9_-]{16,}", seen.ref)
    assert "u1" not in repr(seen)


async def test_a_reference_leads_to_the_booking_as_it_was_last_seen(store: Store) -> None:
    [seen] = await store.references.refer("house", [a_booking("u1")])
    later = a_booking("u1", title="Renamed", status=Status.CANCELLED)
    await store.references.refer("house", [later])
    found = await store.references.seen(seen.ref)
    assert found is not None
    assert (found.booking, found.account, found.uid) == (later, "house", "u1")


async def test_nobody_made_this_reference(store: Store) -> None:
    assert await store.references.seen("made-up") is None
    assert await store.references.refer("house", []) == []


async def test_two_accounts_have_references_of_their_own(store: Store) -> None:
    [house] = await store.references.refer("house", [a_booking("u1")])
    [own] = await store.references.refer("U1", [a_booking("u1")])
    assert house.ref != own.ref


async def test_who_booked_is_never_taken_away(store: Store) -> None:
    [seen] = await store.references.refer("house", [a_booking("u1")])
    assert seen.booked_by is None
    [seen] = await store.references.refer("house", [a_booking("u1")], booked_by="U1")
    assert seen.booked_by == "U1"
    for other in (None, "U2"):
        [seen] = await store.references.refer("house", [a_booking("u1")], booked_by=other)
        assert seen.booked_by == "U1"
        [seen] = await store.references.refer(
            "house", [a_booking("u1", title=f"{other}")], booked_by=other
        )
        assert seen.booked_by == "U1"
    found = await store.references.seen(seen.ref)
    assert found is not None
    assert found.booked_by == "U1"


OLD = a_booking("old")
NEW = a_booking("new", rescheduled_from_uid="old", start=NOON + HOUR)
NEWEST = a_booking("newest", rescheduled_from_uid="new", start=NOON + 2 * HOUR)
MOVED = a_booking("old", status=Status.CANCELLED, rescheduled_to_uid="new")


@pytest.mark.parametrize(
    "lists",
    [
        [[OLD], [NEW]],
        [[OLD], [NEW], [MOVED]],
        [[OLD], [NEW, MOVED]],
        [[MOVED, NEW]],
        [[NEW, MOVED]],
        [[OLD], [MOVED], [NEW]],
        [[NEW], [OLD]],
        [[OLD], [NEW], [NEWEST]],
        [[NEWEST], [NEW], [OLD]],
        [[NEWEST, OLD, NEW]],
        [[OLD, NEWEST, NEW]],
    ],
)
async def test_a_rescheduled_booking_keeps_the_reference(
    store: Store, lists: list[list[Any]]
) -> None:
    refs = {
        seen.ref for bookings in lists for seen in await store.references.refer("house", bookings)
    }
    assert len(refs) == 1
    found = await store.references.seen(refs.pop())
    assert found is not None
    shown = {booking.uid for bookings in lists for booking in bookings}
    assert found.uid == ("newest" if "newest" in shown else "new")


async def test_two_references_that_turn_out_to_be_one_booking(store: Store) -> None:
    [old] = await store.references.refer("house", [OLD])
    stranger = a_booking("new")  # as a webhook tells it that does not name the old one
    [new] = await store.references.refer("house", [stranger], booked_by="U1")
    assert new.ref != old.ref

    [told] = await store.references.refer("house", [NEW])

    assert (told.ref, told.booked_by) == (old.ref, "U1")
    for ref in (old.ref, new.ref):
        found = await store.references.seen(ref)
        assert found is not None
        assert (found.ref, found.booking) == (old.ref, NEW)


async def test_a_merged_reference_is_merged_again(store: Store) -> None:
    refs = [
        (await store.references.refer("house", [a_booking(uid)]))[0].ref for uid in ("a", "b", "c")
    ]
    await store.references.refer("house", [a_booking("c", rescheduled_from_uid="b")])
    await store.references.refer("house", [a_booking("b", rescheduled_from_uid="a")])
    found = [await store.references.seen(ref) for ref in refs]
    assert {each and each.ref for each in found} == {refs[0]}
    [again] = await store.references.refer("house", [a_booking("c", rescheduled_from_uid="b")])
    assert again.ref == refs[0]


async def test_a_long_list_costs_as_many_statements_as_a_short_one(store: Store) -> None:
    async def cost(bookings: list[Any]) -> int:
        with statements(store) as said:
            seen = await store.references.refer("house", bookings)
        assert len({each.ref for each in seen}) == len(bookings)
        return len(said)

    await store.database.unlock()  # once a process
    many = [a_booking(f"u{n}") for n in range(250)]
    renamed = [a_booking(f"u{n}", title="Renamed") for n in range(250)]
    assert await cost(many) == await cost([a_booking("one")]) <= 5
    assert await cost(many) == 1, "nothing is new"
    assert await cost(renamed) == await cost([a_booking("one", title="Renamed")]) <= 3
    moved = [a_booking(f"v{n}", rescheduled_from_uid=f"u{n}") for n in range(250)]
    assert await cost(moved) <= 5


async def test_two_at_once_agree(store_url: str, opened: Callable[[str], Store]) -> None:
    stores = [opened(store_url) for _ in range(2)]
    bookings = [a_booking(f"u{n}") for n in range(20)]

    for booked_by in ("U1", "U2"):
        answers = await asyncio.gather(
            *(
                store.references.refer("house", part, booked_by=booked_by)
                for store in stores
                for part in (bookings, bookings[::-1], bookings[5:15])
            )
        )
        refs = {seen.uid: set[str]() for seen in answers[0]}
        for seen in (each for answer in answers for each in answer):
            refs[seen.uid].add(seen.ref)
            assert seen.booked_by == "U1"
        assert [len(each) for each in refs.values()] == [1] * 20


async def test_a_merge_and_others_at_once_agree(
    store_url: str, opened: Callable[[str], Store]
) -> None:
    stores = [opened(store_url) for _ in range(2)]
    for n in range(5):
        old, new = a_booking(f"old{n}"), a_booking(f"new{n}")
        refs = [
            await settled(stores[0], a_subject(each.uid), a_card(each.uid), HERE, THERE)
            for each in (old, new)
        ]
        told = a_booking(new.uid, rescheduled_from_uid=old.uid, end=NOON + timedelta(days=2))
        await asyncio.gather(
            *(store.references.refer("house", [told, old]) for store in stores),
            *(store.references.refer("house", [new]) for store in stores),
            *(store.outbox.show(refs[1], a_card(new.uid), HERE) for store in stores),
            settled(stores[0], a_subject(new.uid, old.uid), a_card(new.uid), HERE),
        )
        found = [await stores[1].references.seen(ref) for ref in refs]
        assert {each and each.ref for each in found} == {refs[0]}
