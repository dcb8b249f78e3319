"""Recurring work: one at a time, whoever dies; and the webhooks that are registered."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from bot.domain.records import Level, Registration, Turn
from bot.store import Store
from tests.store.samples import HOUR, MINUTE, NOON

LEASE = NOON + MINUTE
REGISTRATION = Registration(
    address="abc",
    account="house",
    level=Level.TEAM_EVENT_TYPE,
    secret="s3cret",
    owner_id=5_000_000_000,
    team_id=7,
    webhook_id="w1",
    triggers=("BOOKING_CREATED", "BOOKING_CANCELLED"),
    error="forbidden",
    checked_at=NOON,
)


async def taken(store: Store, after: timedelta = MINUTE * 0) -> Turn:
    turn = await store.turns.take("t", NOON + after, NOON + after + MINUTE)
    assert turn is not None
    return turn


async def is_due(store: Store, after: timedelta) -> bool:
    return await store.turns.take("t", NOON + after, NOON + after + MINUTE) is not None


async def test_a_turn_that_was_never_taken_is_due(store: Store) -> None:
    turn = await taken(store)
    assert turn == Turn("t", {}, LEASE)
    assert await store.turns.take("other", NOON, LEASE) is not None


async def test_a_turn_finds_what_the_last_one_left(store: Store) -> None:
    await store.turns.end(await taken(store), NOON + HOUR, {"page": 3, "seen": ["a"]})
    assert not await is_due(store, HOUR - MINUTE)
    assert (await taken(store, HOUR)).state == {"page": 3, "seen": ["a"]}


async def test_of_many_takers_at_once_one_gets_it(
    store_url: str, opened: Callable[[str], Store]
) -> None:
    stores = [opened(store_url) for _ in range(2)]
    for at in (NOON, NOON + HOUR):
        found = await asyncio.gather(
            *(stores[n % 2].turns.take("t", at, at + MINUTE) for n in range(8))
        )
        [turn] = [each for each in found if each]
        await stores[0].turns.end(turn, at + HOUR, {})


async def test_who_dies_loses_the_turn_when_the_lease_is_over(store: Store) -> None:
    slow = await taken(store)
    assert not await is_due(store, MINUTE / 2)
    quick = await taken(store, MINUTE)
    await store.turns.end(slow, NOON, {"by": "slow"})
    assert not await is_due(store, MINUTE), "it is another's by now"
    await store.turns.end(quick, NOON + HOUR, {"by": "quick"})
    assert (await taken(store, HOUR)).state == {"by": "quick"}


async def test_a_turn_is_hastened(store: Store) -> None:
    await store.turns.end(await taken(store), NOON + 9 * HOUR, {"kept": 1})
    await store.turns.hasten("t", NOON + HOUR)
    await store.turns.hasten("t", NOON + 2 * HOUR)
    assert not await is_due(store, HOUR - MINUTE)
    assert (await taken(store, HOUR)).state == {"kept": 1}


async def test_a_turn_is_hastened_while_somebody_has_it(store: Store) -> None:
    for number, wanted in enumerate((MINUTE / 2, 2 * MINUTE)):  # within the lease, and after it
        start = 20 * number * HOUR
        turn = await taken(store, start)
        await store.turns.hasten("t", NOON + start + wanted)
        assert not await is_due(store, start + MINUTE * 0.9), "one at a time"
        await store.turns.end(turn, NOON + start + 9 * HOUR, {})
        assert not await is_due(store, start + wanted - MINUTE / 4)
        again = await taken(store, start + wanted)
        await store.turns.end(again, NOON + start + 10 * HOUR, {})


async def test_hastening_what_was_never_taken(store: Store) -> None:
    await store.turns.hasten("t", NOON + HOUR)
    assert await is_due(store, MINUTE)


async def test_a_registration_comes_back_as_it_was_saved(store: Store) -> None:
    await store.registrations.save(REGISTRATION)
    assert await store.registrations.at_address("abc") == REGISTRATION
    assert await store.registrations.at_address("abd") is None
    bare = Registration("abc", "house", Level.USER, "other")
    await store.registrations.save(bare)
    assert await store.registrations.at_address("abc") == bare


async def test_the_registrations_of_an_account(store: Store) -> None:
    for address, account in (("b", "house"), ("a", "house"), ("c", "other")):
        await store.registrations.save(Registration(address, account, Level.USER, "s"))
    found = await store.registrations.of_account("house")
    assert [each.address for each in found] == ["a", "b"]
    await store.registrations.delete("a")
    await store.registrations.delete("a")
    assert [each.address for each in await store.registrations.of_account("house")] == ["b"]
