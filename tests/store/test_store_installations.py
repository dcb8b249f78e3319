"""Installations: kept sealed, renewed by one process at a time."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.installations import Installation
from bot.store import Store
from tests.store.samples import NOON

SOON = NOON + timedelta(seconds=30)


@pytest.fixture
def two(store_url: str, opened: Callable[[str], Store]) -> list[Store]:
    """Two processes over one database."""
    return [opened(store_url), opened(store_url)]


def an_installation(team_id: str = "T1") -> Installation:
    return Installation(
        team_id, "", "xoxb-1", "", "U1", "A1", "U2", NOON, ("commands",), "One", "xoxe-1", SOON
    )


async def test_kept_as_it_was_until_it_is_deleted(two: list[Store]) -> None:
    here, there = (store.installations for store in two)
    await asyncio.gather(here.save(an_installation()), there.save(an_installation("T2")))
    assert [await here.of("T1"), await there.of("T2")] == list(await here.all())
    assert await here.of("T1") == an_installation()
    deleted = await asyncio.gather(here.delete("T1"), there.delete("T1"))
    assert sorted(deleted) == [False, True]
    assert await there.of("T1") is None


async def test_one_of_two_processes_renews(two: list[Store]) -> None:
    here, there = (store.installations for store in two)
    await here.save(an_installation())
    taken = await asyncio.gather(
        *(store.begin_refresh("T1", 1, NOON, SOON) for store in (here, there))
    )
    assert sorted(taken) == [False, True]
    assert await there.begin_refresh("T1", 1, SOON, SOON), "the other has died"
    newer = replace(an_installation(), bot_token="xoxb-2", version=2)
    stored = await asyncio.gather(here.refreshed(newer), there.refreshed(newer))
    assert sorted(stored) == [False, True]
    assert await here.of("T1") == newer
    assert not await here.begin_refresh("T1", 1, SOON, SOON), "no longer the newest"


async def test_installed_anew_meanwhile_the_old_token_is_not_kept(two: list[Store]) -> None:
    here = two[0].installations
    await here.save(replace(an_installation(), version=3))
    assert not await here.refreshed(replace(an_installation(), bot_token="xoxb-2", version=2))
