"""The App Homes that were opened lately, and who draws them anew."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import text

from bot.domain.records import OpenHome
from bot.store import Store
from tests.store.samples import HOUR, MINUTE, NOON

HOME = OpenHome("T1", "U1", "house", "Ann@example.com", page=2)
BEFORE = NOON - HOUR


async def test_it_shows_what_was_opened_last(store: Store) -> None:
    assert await store.homes.page("T1", "U1", BEFORE) is None
    await store.homes.shows(HOME, NOON)
    assert await store.homes.page("T1", "U1", BEFORE) == 2
    assert await store.homes.page("T1", "U2", BEFORE) is None
    assert await store.homes.page("T1", "U1", NOON) is None, "that is long ago"
    await store.homes.shows(replace(HOME, page=0), NOON + MINUTE)
    assert await store.homes.page("T1", "U1", NOON) == 0


async def test_drawing_it_anew_does_not_open_it(store: Store) -> None:
    await store.homes.shows(HOME, None)
    assert await store.homes.page("T1", "U1", BEFORE) is None
    await store.homes.shows(HOME, NOON)
    await store.homes.shows(replace(HOME, page=1, account="acct_1"), None)
    assert await store.homes.page("T1", "U1", BEFORE) == 1
    assert await store.homes.page("T1", "U1", NOON) is None
    await store.homes.stale("acct_1", [], NOON)
    assert await store.homes.take(NOON) == ("T1", "U1")


async def test_those_are_drawn_whose_booking_it_is(store: Store) -> None:
    own = OpenHome("T2", "U2", "acct_1", "bea@example.com")
    for home in (HOME, replace(HOME, user_id="U3", email="cay@example.com"), own):
        await store.homes.shows(home, NOON)
    await store.homes.stale("house", ["ANN@example.com", "", "dan@example.com"], NOON)
    assert await store.homes.take(NOON) == ("T1", "U1")
    assert await store.homes.take(NOON) is None
    await store.homes.stale("acct_1", [], NOON)
    assert await store.homes.take(NOON) == ("T2", "U2")
    await store.homes.stale("house", ["bea@example.com"], NOON)
    assert await store.homes.take(NOON + HOUR) is None, "another account's"


async def test_those_are_drawn_whose_rule_or_proposal_it_is(store: Store) -> None:
    for team_id, user_id in (("T1", "U1"), ("T1", "U2"), ("T2", "U1"), ("T1", "U3")):
        await store.homes.shows(replace(HOME, team_id=team_id, user_id=user_id), NOON)
    await store.homes.stale_of("T1", ["U1", "", "U3", "U1", "U9"], NOON)
    taken = [await store.homes.take(NOON) for _ in range(3)]
    assert set(taken) == {("T1", "U1"), ("T1", "U3"), None}
    await store.homes.stale_of("T1", [], NOON)
    await store.homes.stale_of("T1", [""], NOON)
    assert await store.homes.take(NOON) is None


async def test_somebody_without_an_email_is_nobody_in_a_booking(store: Store) -> None:
    await store.homes.shows(replace(HOME, email=""), NOON)
    await store.homes.stale("house", ["", "ann@example.com"], NOON)
    assert await store.homes.take(NOON) is None


async def test_many_changes_are_drawn_once_and_no_later(store: Store) -> None:
    await store.homes.shows(HOME, NOON)
    for after in (1, 2, 3):
        await store.homes.stale("house", ["ann@example.com"], NOON + after * MINUTE)
    assert await store.homes.take(NOON) is None
    assert await store.homes.take(NOON + MINUTE) == ("T1", "U1")
    assert await store.homes.take(NOON + HOUR) is None


async def test_who_is_at_it_sees_what_is_new_already(store: Store) -> None:
    await store.homes.shows(HOME, NOON)
    await store.homes.stale("house", ["ann@example.com"], NOON)
    await store.homes.shows(HOME, NOON + MINUTE)
    assert await store.homes.take(NOON + HOUR) is None


async def test_of_many_processes_one_draws_each(
    store_url: str, opened: Callable[[str], Store]
) -> None:
    stores = [opened(store_url) for _ in range(2)]
    users = [f"U{n}" for n in range(5)]
    for user in users:
        await stores[0].homes.shows(replace(HOME, user_id=user), NOON)
    await stores[0].homes.stale("house", ["ann@example.com"], NOON)
    found = await asyncio.gather(*(stores[n % 2].homes.take(NOON) for n in range(9)))
    found += [await stores[0].homes.take(NOON) for _ in users]  # one that another was about to have
    assert sorted(each[1] for each in found if each) == users


async def test_the_email_stands_there_sealed_and_not_for_long(store: Store) -> None:
    await store.homes.shows(HOME, NOON)
    async with store.database.statements() as connection:
        rows = (await connection.execute(text("SELECT * FROM homes"))).all()
    assert len(rows) == 1
    assert "example.com" not in repr(rows).casefold()
    await store.prune(NOON + 24 * HOUR + MINUTE)
    assert await store.homes.page("T1", "U1", BEFORE) is None


async def test_a_members_goes_with_them(store: Store) -> None:
    for user in ("U1", "U2"):
        await store.homes.shows(replace(HOME, user_id=user), NOON)
    await store.members.remove("T1", "U1", accounts=())
    assert await store.homes.page("T1", "U1", BEFORE) is None
    assert await store.homes.page("T1", "U2", BEFORE) == 2
    await store.workspaces.remove("T1")
    assert await store.homes.page("T1", "U2", BEFORE) is None
