"""A member's credential is good for the next request: renewed in time, once, and never lost."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.accounts import Connection, Credential, Holder, Way
from bot.domain.errors import Disconnected, NotAuthorised, NotConnected, Unavailable
from bot.domain.people import Account
from bot.services.refreshing import AccountKeys, Refreshing
from bot.store import Store, open_store
from tests.connecting import Consent
from tests.harness import START, Clock
from tests.tables import KEYS

MINUTE = timedelta(minutes=1)
FIRST = Credential("access-1", "refresh-1", START + 30 * MINUTE)
BOBS = Connection(
    Holder("acct_1", "T1", "U1"), Way.OAUTH, FIRST, Account(2, "bob", "bob@example.com"), START
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def stores(sqlite_url: str, clock: Clock) -> AsyncIterator[list[Store]]:
    """Two processes over one database, in which Bob has connected."""
    opened = [open_store(sqlite_url, KEYS, clock=clock) for _ in range(2)]
    await opened[0].connections.connect(BOBS)
    yield opened
    for store in opened:
        await store.close()


@pytest.fixture
def consent(clock: Clock) -> Consent:
    return Consent(clock, "access-2")


@pytest.fixture
def both(stores: list[Store], clock: Clock, consent: Consent) -> list[Refreshing]:
    async def sleep(seconds: float) -> None:
        await asyncio.sleep(0)

    return [Refreshing(store.connections, consent, clock, sleep) for store in stores]


async def test_a_key_lasts(both: list[Refreshing], stores: list[Store], consent: Consent) -> None:
    keyed = replace(BOBS, way=Way.KEY, credential=Credential("key"), version=2)
    await stores[0].connections.connect(keyed)
    assert await both[0].good("acct_1") == keyed
    assert consent.asked == []


async def test_a_token_is_used_until_shortly_before_its_end(
    both: list[Refreshing], clock: Clock, consent: Consent
) -> None:
    clock.advance(minutes=24)
    assert (await both[0].good("acct_1")).credential == FIRST
    assert consent.asked == []
    clock.advance(minutes=2)
    renewed = await both[0].good("acct_1")
    assert (renewed.credential.token, renewed.version) == ("access-2", 2)
    assert await both[1].good("acct_1") == renewed
    assert consent.asked == ["refresh-1"]


async def test_the_newest_refresh_token_is_used(
    both: list[Refreshing], clock: Clock, consent: Consent
) -> None:
    for _ in range(3):
        clock.advance(minutes=40)
        await both[0].good("acct_1")
    assert consent.asked == ["refresh-1", "next-1", "next-2"]


@pytest.mark.parametrize("minutes", [26, 40])
async def test_many_at_once_in_two_processes_ask_once(
    both: list[Refreshing], clock: Clock, consent: Consent, minutes: int
) -> None:
    """Where the token has ended the others wait for the next one, else they use it."""
    clock.advance(minutes=minutes)
    found = await asyncio.gather(*(both[n % 2].good("acct_1") for n in range(10)))
    assert consent.asked == ["refresh-1"]
    tokens = {each.credential.token for each in found}
    assert tokens == {"access-2"} if minutes == 40 else tokens <= {"access-1", "access-2"}


async def test_while_cal_com_is_down_the_token_serves_to_its_end(
    both: list[Refreshing], clock: Clock, consent: Consent
) -> None:
    consent.fails = [Unavailable("503"), Unavailable("503")]
    clock.advance(minutes=26)
    assert (await both[0].good("acct_1")).credential == FIRST
    clock.advance(minutes=10)
    with pytest.raises(Unavailable):
        await both[0].good("acct_1")
    clock.advance(minutes=1)
    assert (await both[0].good("acct_1")).credential.token == "access-2"


async def test_a_process_that_died_while_asking_holds_nobody_up(
    both: list[Refreshing], stores: list[Store], clock: Clock, consent: Consent
) -> None:
    clock.advance(minutes=40)
    await stores[1].connections.begin_refresh("acct_1", 1, clock(), clock() + MINUTE)
    with pytest.raises(Unavailable):
        await both[0].good("acct_1")
    assert consent.asked == []
    clock.advance(minutes=1)
    assert (await both[0].good("acct_1")).credential.token == "access-2"


async def test_what_is_refused_for_good_asks_to_reconnect(
    both: list[Refreshing], stores: list[Store], clock: Clock, consent: Consent
) -> None:
    consent.fails = [NotAuthorised("invalid_grant")]
    clock.advance(minutes=40)
    for refreshing in (both[0], both[1]):
        with pytest.raises(Disconnected):
            await refreshing.good("acct_1")
    assert consent.asked == ["refresh-1"], "it is not asked again"
    kept = await stores[0].connections.named("acct_1")
    assert kept
    assert kept.is_refused
    await stores[0].connections.connect(replace(BOBS, credential=Credential("key")))
    assert (await both[0].good("acct_1")).credential.token == "key"


async def test_without_a_client_any_more_the_member_has_to_reconnect(
    both: list[Refreshing], clock: Clock
) -> None:
    clock.advance(minutes=40)
    with pytest.raises(Disconnected):
        await replace(both[0], authorizing=None).good("acct_1")


async def test_a_refusal_of_an_older_token_is_nothing(
    both: list[Refreshing], stores: list[Store], clock: Clock
) -> None:
    old = await both[0].good("acct_1")
    clock.advance(minutes=26)
    new = await both[0].good("acct_1")
    await both[1].refused("acct_1", old.credential.token)
    assert await both[1].good("acct_1") == new


async def test_a_refusal_of_the_newest_asks_to_reconnect(both: list[Refreshing]) -> None:
    keys = AccountKeys(both[0], "acct_1")
    assert await keys.key() == "access-1"
    with pytest.raises(Disconnected):
        await keys.refused("access-1")
    with pytest.raises(Disconnected):
        await keys.key()


async def test_nobodys_account(both: list[Refreshing]) -> None:
    with pytest.raises(NotConnected):
        await both[0].good("acct_2")
