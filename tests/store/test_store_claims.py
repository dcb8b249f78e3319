"""Who takes which booking: the first one, whatever else happens at once."""

import asyncio
from dataclasses import replace

from bot.domain.claims import Claim
from bot.store import Store
from tests.store.samples import HOUR, MINUTE, NOON

CLAIM = Claim("r1", NOON + HOUR, "house", "T1", "U1", 7, NOON, NOON + MINUTE)
OTHERS = replace(CLAIM, user_id="U2", host_id=None)


async def test_of_many_at_once_one_has_it(store: Store) -> None:
    claims = [replace(CLAIM, user_id=f"U{n}") for n in range(8)]
    answers = await asyncio.gather(*map(store.claims.take, claims))
    assert answers.count(None) == 1
    winner = claims[answers.index(None)]
    assert {answer for answer in answers if answer} == {winner}


async def test_another_time_and_another_booking_are_another_matter(store: Store) -> None:
    assert await store.claims.take(CLAIM) is None
    assert await store.claims.take(replace(OTHERS, starts_at=NOON + 2 * HOUR)) is None
    assert await store.claims.take(replace(OTHERS, ref="r2")) is None
    assert await store.claims.take(OTHERS) == CLAIM


async def test_at_its_end_it_stays_and_is_left_by_nobody(store: Store) -> None:
    await store.claims.take(CLAIM)
    assert await store.claims.end(CLAIM)
    assert not await store.claims.end(CLAIM)
    assert not await store.claims.free(CLAIM)
    assert await store.claims.left(NOON + HOUR) == []
    assert await store.claims.take(OTHERS) == replace(CLAIM, lease_until=None)


async def test_only_this_very_claim_is_freed(store: Store) -> None:
    await store.claims.take(CLAIM)
    assert not await store.claims.free(OTHERS)
    assert not await store.claims.free(replace(CLAIM, lease_until=NOON + HOUR))
    assert await store.claims.free(CLAIM)
    assert await store.claims.take(OTHERS) is None


async def test_what_was_left_is_found_when_its_lease_is_over(store: Store) -> None:
    await store.claims.take(CLAIM)
    assert await store.claims.left(NOON) == []
    assert await store.claims.left(NOON + MINUTE) == [CLAIM]
    await store.end_leases(NOON)
    assert [claim.user_id for claim in await store.claims.left(NOON)] == ["U1"]


async def test_it_goes_with_the_booking_the_member_and_the_workspace(store: Store) -> None:
    await store.claims.take(CLAIM)
    assert await store.claims.prune(NOON + HOUR) == 0
    assert await store.claims.prune(NOON + 2 * HOUR) == 1
    await store.claims.take(CLAIM)
    await store.members.remove("T1", "U1", accounts=())
    assert await store.claims.take(CLAIM) is None
    await store.workspaces.remove("T1")
    assert await store.claims.take(CLAIM) is None
