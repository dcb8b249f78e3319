"""Proposals as they are kept: one change at a time, marks that nobody loses, and what is due."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import text

from bot.domain.proposals import (
    GRACE,
    NONE_FITS,
    Choice,
    Proposal,
    State,
    Struck,
    Taking,
    Thing,
    Way,
)
from bot.domain.slots import Hold
from bot.store import Store
from tests.store.conftest import Clock
from tests.store.samples import HOUR, MINUTE, NOON

LATER = NOON + 24 * HOUR
PROPOSAL = Proposal(
    id="p1",
    team_id="T1",
    user_id="U1",
    account="house",
    thing=Thing(
        *(7, "Intro ☕", 30, "bob", "bob", 30), asks=True, location={"type": "link", "link": "x"}
    ),
    way=Way.POLL,
    choices=(
        Choice(LATER, Hold("secretHoldUid", LATER, NOON + HOUR)),
        Choice(LATER + HOUR, struck=Struck.TAKEN),
    ),
    expires_at=LATER,
    named=("U2", "U3"),
    note="see you",
    channel="C1",
    ts="1.2",
    due_at=NOON + HOUR,
)


async def test_it_is_as_it_was_kept(store: Store) -> None:
    assert await store.proposals.find("p1") is None
    await store.proposals.add(PROPOSAL)
    assert await store.proposals.find("p1") == PROPOSAL
    taking = Taking("U2", "Bob", 0, "key", "ref")
    taken = replace(PROPOSAL, state=State.TAKING, lease_until=NOON + MINUTE, taking=taking)
    assert await store.proposals.swap(PROPOSAL, taken) == replace(taken, version=2)


async def test_what_is_held_lies_there_sealed(store: Store) -> None:
    await store.proposals.add(PROPOSAL)
    async with store.database.statements() as connection:
        rows = (await connection.execute(text("SELECT * FROM proposals"))).all()
    assert "secretHoldUid" not in repr(rows)
    assert "see you" not in repr(rows)


async def test_of_many_changes_at_once_one_is_made(
    store_url: str, opened: Callable[[str], Store]
) -> None:
    stores = [opened(store_url) for _ in range(2)]
    await stores[0].proposals.add(PROPOSAL)
    changes = [
        stores[n % 2].proposals.swap(PROPOSAL, replace(PROPOSAL, note=str(n))) for n in range(8)
    ]
    made = [each for each in await asyncio.gather(*changes) if each]
    assert len(made) == 1
    assert await stores[1].proposals.find("p1") == made[0]


async def test_marks_are_toggled_and_none_is_lost(
    store_url: str, opened: Callable[[str], Store], clock: Clock
) -> None:
    stores = [opened(store_url) for _ in range(2)]
    await stores[0].proposals.add(PROPOSAL)
    marks = [stores[n % 2].proposals.mark(PROPOSAL, f"U{n % 3}", n // 3) for n in range(6)]
    assert all(await asyncio.gather(*marks))
    found = await stores[0].proposals.find("p1")
    assert found is not None
    assert found.marks == {f"U{n}": frozenset({0, 1}) for n in range(3)}
    assert found.version == 7
    assert found.due_at == clock() + GRACE
    found = await stores[0].proposals.mark(found, "U0", 1)
    assert found is not None
    assert found.marks["U0"] == {0}
    found = await stores[0].proposals.mark(found, "U0", NONE_FITS)
    assert found is not None
    assert found.marks["U0"] == {NONE_FITS}


async def test_what_is_over_takes_no_marks(store: Store) -> None:
    await store.proposals.add(replace(PROPOSAL, state=State.BOOKED))
    assert await store.proposals.mark(PROPOSAL, "U2", 0) is None
    found = await store.proposals.find("p1")
    assert found is not None
    assert found.marks == {}


async def test_where_it_stands_is_noted_once(store: Store) -> None:
    await store.proposals.add(replace(PROPOSAL, channel="", ts=""))
    await store.proposals.posted("p1", "D1", "3.4")
    await store.proposals.posted("p1", "D2", "5.6")
    found = await store.proposals.find("p1")
    assert found is not None
    assert (found.channel, found.ts) == ("D1", "3.4")


async def test_what_is_due_comes_longest_due_first(store: Store) -> None:
    for name, due in (("a", NOON), ("b", NOON - HOUR), ("c", NOON + MINUTE), ("d", None)):
        await store.proposals.add(replace(PROPOSAL, id=name, due_at=due))
    assert [each.id for each in await store.proposals.due(NOON)] == ["b", "a"]
    (_, later) = await store.proposals.due(NOON)
    await store.proposals.look_again(later, NOON + HOUR, shown=1)
    assert [each.id for each in await store.proposals.due(NOON)] == ["b"]
    await store.proposals.look_again(replace(later, version=9), NOON)
    assert [each.id for each in await store.proposals.due(NOON)] == ["b"]


async def test_the_open_ones_are_found_by_whose_they_are(store: Store) -> None:
    await store.proposals.add(PROPOSAL)
    await store.proposals.add(replace(PROPOSAL, id="p2", user_id="U2", account="acct"))
    await store.proposals.add(replace(PROPOSAL, id="p3", state=State.OVER))
    await store.proposals.add(replace(PROPOSAL, id="p4", team_id="T2", state=State.TAKING))
    assert [each.id for each in await store.proposals.open_of("T1", "U1")] == ["p1"]
    assert [each.id for each in await store.proposals.live(team_id="T1")] == ["p1", "p2"]
    assert [each.id for each in await store.proposals.live(account="acct")] == ["p2"]
    assert [each.id for each in await store.proposals.live(team_id="T2", user_id="U1")] == ["p4"]


async def test_they_go_a_month_after_they_are_over(store: Store, clock: Clock) -> None:
    await store.proposals.add(replace(PROPOSAL, state=State.OVER))
    await store.proposals.add(replace(PROPOSAL, id="p2"))
    await store.proposals.mark(replace(PROPOSAL, id="p2"), "U2", 0)
    await store.prune(clock.forward(30 * 24 * HOUR))
    assert await store.proposals.find("p1") is not None
    await store.prune(clock.forward(2 * 24 * HOUR))
    assert await store.proposals.find("p1") is None
    assert await store.proposals.find("p2") is not None


async def test_the_dead_hold_nothing(store: Store) -> None:
    until = NOON + HOUR
    taken = replace(PROPOSAL, state=State.TAKING, lease_until=until, due_at=until)
    await store.proposals.add(taken)
    await store.end_leases(NOON)
    assert [each.id for each in await store.proposals.due(NOON)] == ["p1"]


async def test_a_members_own_and_their_marks_go_with_them(store: Store) -> None:
    await store.proposals.add(PROPOSAL)
    await store.proposals.add(replace(PROPOSAL, id="p2", user_id="U9"))
    await store.proposals.mark(PROPOSAL, "U3", 0)
    await store.proposals.mark(replace(PROPOSAL, id="p2"), "U1", 0)
    await store.proposals.mark(replace(PROPOSAL, id="p2"), "U3", 0)
    await store.members.remove("T1", "U1", accounts=())
    assert await store.proposals.find("p1") is None
    found = await store.proposals.find("p2")
    assert found is not None
    assert found.marks == {"U3": frozenset({0})}
