"""Own accounts, and the flows in the browser that lead to them."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.domain.accounts import Connection, Credential, Grant, Holder, Way
from bot.domain.people import Account
from bot.store import Store
from tests.store.conftest import Clock
from tests.store.samples import HOUR, MINUTE, NOON

ACCOUNT = Account(2, "bob", "bob@example.com", "Bob Stone", "America/New_York")
TOKEN = Credential("access-1", "refresh-1", NOON + HOUR)
BOBS = Connection(Holder("acct_1", "T1", "U1"), Way.OAUTH, TOKEN, ACCOUNT, NOON)
GRANT = Grant("calcom", "T1", "U1", NOON + 10 * MINUTE, "verifier-1", {"text": "slots intro"})
LINK, MINE, ANOTHER = b"d" * 32, b"b" * 32, b"c" * 32


@pytest.fixture
def stores(store_url: str, opened: Callable[[str], Store]) -> list[Store]:
    """Two processes."""
    return [opened(store_url) for _ in range(2)]


@pytest.fixture
def store(stores: list[Store]) -> Store:
    return stores[0]


async def plain(store: Store, table: str) -> str:
    """What somebody reads who has got hold of the database."""
    async with store.database.statements() as connection:
        return str((await connection.execute(text(f"SELECT * FROM {table}"))).all())


async def test_an_account_is_as_it_was_connected(store: Store) -> None:
    assert await store.connections.of_member("T1", "U1") is None
    await store.connections.connect(BOBS)
    assert await store.connections.of_member("T1", "U1") == BOBS
    assert await store.connections.named("acct_1") == BOBS
    assert await store.connections.of_member("T2", "U1") is None
    assert await store.connections.of_member("T1", "U2") is None


async def test_nothing_secret_stands_in_the_clear(store: Store) -> None:
    await store.connections.connect(BOBS)
    await store.grants.put(LINK, GRANT)
    kept = await plain(store, "accounts") + await plain(store, "grants")
    for secret in ("access-1", "refresh-1", "bob@example.com", "verifier-1", "slots intro"):
        assert secret not in kept


async def test_connected_again_it_takes_the_place_of_the_one_before(store: Store) -> None:
    await store.connections.connect(BOBS)
    await store.connections.refuse("acct_1", 1, NOON)
    again = replace(
        BOBS, way=Way.KEY, credential=Credential("key"), holder=Holder("acct_2", "T1", "U1")
    )
    await store.connections.connect(again)
    assert await store.connections.of_member("T1", "U1") == replace(again, version=2)
    assert await store.connections.named("acct_1") is None


async def test_what_is_forgotten_is_told_once(store: Store) -> None:
    await store.connections.connect(BOBS)
    assert await store.connections.forget("T1", "U1") == BOBS
    assert await store.connections.forget("T1", "U1") is None
    assert await store.connections.of_member("T1", "U1") is None


async def test_one_process_asks_for_the_next_token(stores: list[Store]) -> None:
    await stores[0].connections.connect(BOBS)
    until = NOON + MINUTE
    began = await asyncio.gather(
        *(stores[n % 2].connections.begin_refresh("acct_1", 1, NOON, until) for n in range(8))
    )
    assert began.count(True) == 1
    assert await stores[1].connections.begin_refresh("acct_1", 1, until, until + MINUTE), "it died"


async def test_the_newest_token_is_kept(stores: list[Store]) -> None:
    one, other = (store.connections for store in stores)
    await one.connect(BOBS)
    newer = Credential("access-2", "refresh-2", NOON + 2 * HOUR)
    assert await one.refreshed("acct_1", 1, newer)
    assert not await other.refreshed("acct_1", 1, Credential("late", "late"))
    assert not await other.begin_refresh("acct_1", 1, NOON, NOON + MINUTE)
    assert await other.named("acct_1") == replace(BOBS, credential=newer, version=2)
    assert await other.begin_refresh("acct_1", 2, NOON, NOON + MINUTE)


async def test_a_token_that_comes_after_connecting_again_is_not_kept(store: Store) -> None:
    await store.connections.connect(BOBS)
    await store.connections.begin_refresh("acct_1", 1, NOON, NOON + MINUTE)
    await store.connections.connect(replace(BOBS, way=Way.KEY, credential=Credential("key")))
    assert not await store.connections.refreshed("acct_1", 1, Credential("late"))
    await store.connections.refuse("acct_1", 1, NOON)
    kept = await store.connections.named("acct_1")
    assert kept
    assert (kept.credential.token, kept.is_refused) == ("key", False)


async def test_what_is_refused_is_not_refreshed(store: Store) -> None:
    await store.connections.connect(BOBS)
    await store.connections.refuse("acct_1", 1, NOON)
    assert await store.connections.named("acct_1") == replace(BOBS, is_refused=True)
    assert not await store.connections.begin_refresh("acct_1", 1, NOON, NOON + MINUTE)


async def test_a_link_belongs_to_the_browser_that_opened_it_first(store: Store) -> None:
    await store.grants.put(LINK, GRANT)
    bound = replace(GRANT, browser=MINE)
    assert await store.grants.opened(LINK, MINE, NOON) == bound
    assert await store.grants.opened(LINK, ANOTHER, NOON) is None
    assert await store.grants.opened(LINK, MINE, NOON) == bound
    assert await store.grants.take(LINK, ANOTHER, NOON) is None
    assert await store.grants.take(LINK, MINE, NOON) == bound


async def test_a_link_nobody_opened_ends_nothing(store: Store) -> None:
    await store.grants.put(LINK, GRANT)
    assert await store.grants.take(LINK, MINE, NOON) is None
    assert await store.grants.opened(b"e" * 32, MINE, NOON) is None


async def test_a_link_works_once(stores: list[Store]) -> None:
    await stores[0].grants.put(LINK, GRANT)
    await stores[0].grants.opened(LINK, MINE, NOON)
    taken = await asyncio.gather(*(stores[n % 2].grants.take(LINK, MINE, NOON) for n in range(8)))
    assert [each for each in taken if each] == [replace(GRANT, browser=MINE)]


async def test_a_link_is_over_after_its_time(store: Store, clock: Clock) -> None:
    await store.grants.put(LINK, GRANT)
    assert await store.grants.opened(LINK, MINE, clock.forward(9 * MINUTE))
    assert await store.grants.opened(LINK, MINE, clock.forward(MINUTE)) is None
    assert await store.grants.take(LINK, MINE, clock()) is None


async def test_all_that_a_member_began_is_forgotten(store: Store) -> None:
    await store.grants.put(LINK, GRANT)
    await store.grants.put(b"e" * 32, replace(GRANT, user_id="U2"))
    await store.grants.forget("T1", "U1")
    assert await store.grants.opened(LINK, MINE, NOON) is None
    assert await store.grants.opened(b"e" * 32, MINE, NOON)
