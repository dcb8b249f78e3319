"""What is shared in channels, and when each of its cards is looked at next."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from bot.domain.shares import Share
from bot.store import Store
from tests.store.conftest import Clock
from tests.store.samples import HOUR, MINUTE, NOON

SHARE = Share(
    id="s1",
    team_id="T1",
    user_id="U1",
    account="house",
    owner="bob",
    event_type_id=7,
    length=30,
    since=NOON,
    expires_at=NOON + 10 * HOUR,
    zone="Asia/Kolkata",
    hour12=True,
    channel="C1",
    times=(NOON + HOUR, NOON + 2 * HOUR),
)
POSTED = replace(SHARE, ts="1.5")


async def posted(store: Store, *, due: int = 1) -> None:
    """It is there, and looked at so many hours from noon."""
    assert await store.shares.add(SHARE)
    await store.shares.shown(POSTED, None, NOON + due * HOUR)


async def test_it_comes_back_as_it_was(store: Store) -> None:
    assert await store.shares.add(SHARE)
    assert await store.shares.of("s1") == SHARE
    assert await store.shares.of("s2") is None


async def test_an_id_is_taken_once(store: Store) -> None:
    assert await store.shares.add(SHARE)
    assert not await store.shares.add(replace(SHARE, team_id="T2"))
    kept = await store.shares.of("s1")
    assert kept is not None
    assert kept.team_id == "T1"


async def test_what_has_expired_is_as_good_as_gone(store: Store, clock: Clock) -> None:
    await posted(store)
    clock.forward(10 * HOUR)
    assert await store.shares.of("s1") is None
    claimed = await store.shares.claim(clock(), clock() + MINUTE)
    assert claimed == [POSTED], "its card has yet to say so"
    await store.shares.prune(clock() + MINUTE)
    assert await store.shares.claim(clock() + HOUR, clock() + 2 * HOUR) == []


async def test_it_is_looked_at_when_it_is_due_and_by_one(
    store_url: str, opened: Callable[[str], Store]
) -> None:
    stores = [opened(store_url) for _ in range(2)]
    await posted(stores[0])
    assert await stores[0].shares.claim(NOON, NOON + MINUTE) == []
    at, until = NOON + HOUR, NOON + HOUR + MINUTE
    found = await asyncio.gather(*(stores[n % 2].shares.claim(at, until) for n in range(6)))
    assert [each for each in found if each] == [[POSTED]]
    assert await stores[1].shares.claim(until, until + MINUTE) == [POSTED], "whoever had it died"


async def test_what_is_alike_is_looked_at_together(store: Store) -> None:
    await posted(store)
    for hours, share in (
        (2, replace(POSTED, id="alike")),
        (2, replace(POSTED, id="of another event type", event_type_id=8)),
        (3, replace(POSTED, id="of another account", account="acct_1")),
        (5, replace(POSTED, id="not due yet")),
    ):
        assert await store.shares.add(share)
        await store.shares.shown(share, None, NOON + hours * HOUR)
    at, until = NOON + 4 * HOUR, NOON + 9 * HOUR
    found = [{share.id for share in await store.shares.claim(at, until)} for _ in range(4)]
    assert found == [{"s1", "alike"}, {"of another event type"}, {"of another account"}, set()]


async def test_what_is_not_posted_is_not_looked_at(store: Store) -> None:
    assert await store.shares.add(SHARE)
    assert await store.shares.claim(NOON + 20 * HOUR, NOON + 21 * HOUR) == []


async def test_it_is_looked_at_sooner_where_its_event_type_changed(store: Store) -> None:
    await posted(store, due=5)
    await store.shares.hasten(8, NOON)
    assert await store.shares.claim(NOON, NOON + MINUTE) == []
    await store.shares.hasten(7, NOON)
    await store.shares.hasten(7, NOON + HOUR)  # it is sooner already
    assert await store.shares.claim(NOON, NOON + MINUTE) == [POSTED]


async def test_others_are_looked_at_sooner_with_them(store: Store, clock: Clock) -> None:
    await posted(store)
    assert await store.shares.live(NOON) == [POSTED]
    assert await store.shares.live(NOON + HOUR) == [], "it is looked at by then"
    await store.shares.hasten(8, NOON, ["s2"])
    assert await store.shares.claim(NOON, NOON + MINUTE) == []
    await store.shares.hasten(8, NOON, ["s1"])
    assert await store.shares.claim(NOON, NOON + MINUTE) == [POSTED]
    clock.forward(10 * HOUR)
    assert await store.shares.live(NOON) == [], "it has expired"


async def test_a_change_during_a_look_makes_another_one(store: Store) -> None:
    await posted(store)
    at, until = NOON + HOUR, NOON + HOUR + MINUTE
    (claimed,) = await store.shares.claim(at, until)
    await store.shares.hasten(7, at)
    drawn = replace(claimed, times=(NOON + 3 * HOUR,))
    await store.shares.shown(drawn, until, NOON + 3 * HOUR)
    assert await store.shares.claim(at, until) == [drawn]


async def test_a_look_that_changed_nothing_else_is_the_last_for_a_while(store: Store) -> None:
    await posted(store)
    at, until = NOON + HOUR, NOON + HOUR + MINUTE
    (claimed,) = await store.shares.claim(at, until)
    await store.shares.shown(claimed, until, NOON + 3 * HOUR)
    assert await store.shares.claim(until, until + MINUTE) == []
    assert await store.shares.claim(NOON + 3 * HOUR, NOON + 4 * HOUR) == [POSTED]


async def test_taken_down(store: Store) -> None:
    await posted(store)
    await store.shares.delete("s1")
    assert await store.shares.of("s1") is None
    await store.shares.delete("s1")


async def test_deleted_with_its_member_and_with_no_other(store: Store) -> None:
    await posted(store)
    await store.shares.add(replace(SHARE, id="s2", user_id="U2"))
    await store.members.remove("T1", "U1", accounts=())
    assert await store.shares.of("s1") is None
    assert await store.shares.of("s2") is not None
