"""The webhooks that the rules need, while Cal.com, answers or processes fail; on both databases."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest

from bot.bootstrap import Bot, Outside, assembled
from bot.domain.records import Level, Registration
from bot.sandbox.calcom import app as cal_app
from bot.sandbox.calcom.model import Subscription
from bot.services.registering import KEEP_EVERY
from bot.services.rounds import Round
from tests.harness import Rig, Setup, no_sleep
from tests.services.hooks import (
    OURS,
    TEAM_TYPES,
    a_round,
    due,
    hooks,
    no_waiting,
    rows,
    save_rule,
    setup_for,
    whose,
    with_settings,
)
from tests.services.test_killed import Mortal
from tests.slack.flows import refuse


@pytest.fixture
def setup(request: pytest.FixtureRequest, store_url: str) -> Setup:
    return setup_for(request, store_url)


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with no_waiting():
        yield


@pytest.mark.parametrize(("status", "count"), [(429, 1), (503, 2)])
async def test_what_is_refused_for_now_is_done_later(bot: Rig, status: int, count: int) -> None:
    await save_rule(bot)
    refuse(bot, status, "/webhooks", count=count)
    await a_round(bot)
    assert hooks(bot) == []
    bot.clock.advance(minutes=1, seconds=1)
    assert await due(bot)
    assert whose(bot) == ["alice", *TEAM_TYPES]
    assert len(await rows(bot)) == 6


async def test_trouble_with_one_does_not_stop_the_others(bot: Rig) -> None:
    panel = next(e for e in bot.cal.event_types.values() if e.slug == "panel")
    refuse(bot, 500, f"/event-types/{panel.id}/webhooks", count=1000)
    await save_rule(bot)
    for _ in range(3):
        await a_round(bot, after=1)
    assert whose(bot) == ["alice", *(slug for slug in TEAM_TYPES if slug != "panel")]


@pytest.mark.parametrize("cut", ["POST /v2/webhooks", "POST /v2/teams/1", "/webhooks"])
async def test_a_lost_answer_leaves_one_webhook(bot: Rig, cut: str) -> None:
    await save_rule(bot)
    bot.faults.cut, bot.faults.cut_match = 2, cut
    for _ in range(3):
        await a_round(bot, after=1)
    assert whose(bot) == ["alice", *TEAM_TYPES]
    assert {hook.id for hook in hooks(bot)} == {row.webhook_id for row in await rows(bot)}
    bot.faults.cut, bot.faults.cut_match = 2, "DELETE"
    await bot.bot.store.rules.delete("r1")
    for _ in range(3):
        await a_round(bot, after=1)
    assert (hooks(bot), await rows(bot)) == ([], [])


@asynccontextmanager
async def another_process(bot: Rig) -> AsyncIterator[Bot]:
    """With the same database and the same Cal.com."""
    cal = httpx.AsyncClient(transport=httpx.ASGITransport(app=cal_app.build(bot.cal)))
    outside = Outside(clock=bot.clock, cal_http=cal, sleep=no_sleep)
    async with cal, assembled(bot.bot.settings, outside) as other:
        yield other


async def test_two_processes_at_once_keep_one_of_each(bot: Rig) -> None:
    await save_rule(bot)
    async with another_process(bot) as other:
        did = await asyncio.gather(*(each.chores["webhooks"]() for each in (bot.bot, other)))
        assert sorted(did) == [False, True]
        assert whose(bot) == ["alice", *TEAM_TYPES]
        # A lease that was over too early: both have made a row and a webhook.
        extra = Registration("too-much", "house", Level.USER, "s", webhook_id="h")
        await bot.bot.store.registrations.save(extra)
        bot.cal.subscribe(f"{OURS}too-much", ["BOOKING_CREATED"], secret="s", user_id=1)
        await a_round(bot)
    assert whose(bot) == ["alice", *TEAM_TYPES]
    assert len(await rows(bot)) == 6


def mortal(bot: Rig, lives: list[int]) -> Round:
    """What keeps the webhooks, in a process that dies at one of its calls."""
    keeping = bot.bot.registering
    dying = replace(
        keeping,
        calcom=Mortal(keeping.calcom, lives),
        registrations=Mortal(keeping.registrations, lives),
    )
    return Round(bot.bot.store.turns, bot.clock, keeping.turn, KEEP_EVERY, dying)


@with_settings(notify_channel="#bookings")
async def test_killed_anywhere_it_is_one_of_each(bot: Rig) -> None:
    """Dies at every call in turn; another process comes when the lease is over."""
    store = bot.bot.store
    (rule,) = await store.rules.owned(bot.bot.identity.team_id, "")
    rule = replace(rule, event_types=(next(iter(bot.cal.event_types)),))
    for goal, expected in ((store.rules.save(rule), ["alice"]), (store.rules.delete(rule.id), [])):
        await goal
        lives, is_killed = 0, True
        before = dict(bot.cal.subscriptions), await rows(bot)
        while is_killed:
            lives += 1
            await _put_back(bot, *before)
            await bot.bot.registering.hasten()
            try:
                await mortal(bot, [lives])()
                is_killed = False
            except asyncio.CancelledError:
                bot.clock.advance(seconds=61)
                assert await due(bot)
            assert whose(bot) == expected
            assert {h.id for h in hooks(bot)} == {row.webhook_id for row in await rows(bot)}
        assert lives > 4


async def _put_back(
    bot: Rig, there: dict[str, Subscription], kept: Collection[Registration]
) -> None:
    """Cal.com and our rows as they were."""
    bot.cal.subscriptions = dict(there)
    for row in await rows(bot):
        await bot.bot.store.registrations.delete(row.address)
    for row in kept:
        await bot.bot.store.registrations.save(row)
