"""Reminders before the start, as people get them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.rules import Pause, Quiet
from bot.services.reminding import PAGE
from tests.harness import Rig, Setup, rig
from tests.slack import flows
from tests.slack.flows import WES
from tests.slack.pressing import book as book_outside
from tests.slack.pressing import event_type
from tests.slack.reminding import (
    RANDOM,
    a_rule,
    another_process,
    call_off,
    move,
    posted,
    told,
    waiting,
)

AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LATER = AT + 4 * HOUR


async def before(bot: Rig, minutes: float, at: datetime = AT) -> None:
    """So long before the start the worker comes round."""
    bot.clock.at = at - timedelta(minutes=minutes)
    await bot.round("reminders")


async def test_one_at_its_moment(bot: Rig) -> None:
    """Looked for every few seconds over its moment, given once, and not before."""
    await a_rule(bot, reminders=(15,))
    await book_outside(bot, "intro", AT, WES)
    for seconds in range(-60, 60, 15):
        await before(bot, 15 - seconds / 60)
        assert len(posted(bot)) == (1 if seconds >= 0 else 0), seconds
    await before(bot, 1)
    await before(bot, -1)
    assert len(posted(bot)) == 1


async def test_each_of_several(bot: Rig) -> None:
    await a_rule(bot, reminders=(15, 60, 1440))
    bot.clock.advance(hours=-2)
    await book_outside(bot, "intro", AT, WES)
    for number, minutes in enumerate((1440, 60, 15), start=1):
        await before(bot, minutes + 1)
        await before(bot, minutes)
        assert len(posted(bot)) == number


async def test_it_follows_a_reschedule(bot: Rig) -> None:
    """Nothing at the time that no longer counts, one at the new one, also where one was given."""
    await a_rule(bot, reminders=(15,))
    await book_outside(bot, "intro", AT, WES)
    await move(bot, LATER)
    await bot.settle()
    await before(bot, 15)
    assert posted(bot) == []
    await before(bot, 15, LATER)
    assert len(posted(bot)) == 1
    await move(bot, LATER + 21 * HOUR)
    await bot.settle()
    await before(bot, 10, LATER)
    assert len(posted(bot)) == 1
    await before(bot, 15, LATER + 21 * HOUR)
    assert len(posted(bot)) == 2


@pytest.mark.parametrize("change", [call_off, lambda bot: move(bot, LATER)])
async def test_one_that_is_asked_for_dies_with_its_booking(bot: Rig, change: Any) -> None:
    """Cancelled or moved between the decision and the delivery."""
    await a_rule(bot, reminders=(15,))
    await book_outside(bot, "intro", AT, WES)
    bot.clock.at = AT - timedelta(minutes=15)
    await bot.bot.chores["reminders"]()
    await change(bot)
    assert await bot.bot.notifications.take_one()
    await bot.settle()
    assert posted(bot) == []


async def test_none_for_what_was_cancelled(bot: Rig) -> None:
    await a_rule(bot, reminders=(15,))
    await book_outside(bot, "intro", AT, WES)
    await call_off(bot)
    await bot.settle()
    await before(bot, 15)
    assert posted(bot) == []


async def test_a_worker_that_was_away_gives_the_last_one_and_none_after_the_start(
    bot: Rig,
) -> None:
    await a_rule(bot, reminders=(15, 60))
    await told(bot, AT)
    await told(bot, AT + timedelta(minutes=45), 2)
    await bot.settle()
    await before(bot, 61)
    await before(bot, 5)
    assert len(posted(bot)) == 2  # a quarter of an hour before the one, an hour before the other
    await before(bot, -70)
    assert len(posted(bot)) == 2


async def test_a_restart_gives_what_is_missing_and_nothing_twice(bot: Rig) -> None:
    await a_rule(bot, reminders=(15,))
    await book_outside(bot, "intro", AT, WES)
    await before(bot, 15)
    async with another_process(bot) as other:
        await a_rule(bot, "r2", RANDOM, reminders=(15,))
        bot.clock.advance(minutes=3)
        await other.chores["reminders"]()
        await bot.settle()
        assert [len(posted(bot, each)) for each in ("general", "random")] == [1, 1]
        bot.clock.advance(minutes=3)
    await bot.round("reminders")
    assert [len(posted(bot, each)) for each in ("general", "random")] == [1, 1]


async def test_booked_after_its_moment_none(bot: Rig) -> None:
    """That it was booked is news enough; the next one comes."""
    await a_rule(bot, reminders=(5, 30))
    bot.clock.at = AT - timedelta(minutes=20)
    await told(bot, AT)
    await bot.settle()
    await before(bot, 19)
    assert posted(bot) == []
    await before(bot, 5)
    assert len(posted(bot)) == 1


async def test_told_late_of_what_was_booked_in_time(bot: Rig) -> None:
    """The webhook lay about for some minutes: the reminder comes late, but it comes."""
    await a_rule(bot, reminders=(30,))
    await before(bot, 31)
    await before(bot, 29)
    await told(bot, AT, said_at=AT - HOUR)
    await bot.settle()
    await before(bot, 20)
    await before(bot, 18)
    assert len(posted(bot)) == 1


async def test_quiet_hours(bot: Rig) -> None:
    """Left out where its moment is quiet; another rule's place gets it."""
    quiet = Quiet(start=9 * 60 + 40, end=9 * 60 + 50)
    await a_rule(bot, reminders=(15, 60), quiet=quiet, zone="Europe/Paris")
    await a_rule(bot, "r2", RANDOM, reminders=(15,), quiet=quiet, zone="Asia/Kolkata")
    await book_outside(bot, "intro", AT, WES)
    for minutes in (60, 15, 10, 5):
        await before(bot, minutes)
    assert [len(posted(bot, each)) for each in ("general", "random")] == [1, 1]


async def test_several_rules_of_a_place_remind_once(bot: Rig) -> None:
    await a_rule(bot, reminders=(15,))
    await a_rule(bot, "r2", reminders=(15, 10), hosts=("alice@example.com",))
    await a_rule(bot, "r3", reminders=(15,), hosts=("bob@example.com",))
    await a_rule(bot, "r4", RANDOM, reminders=(15,), hosts=("bob@example.com",))
    await book_outside(bot, "intro", AT, WES)
    await before(bot, 15)
    assert len(posted(bot)) == 1
    await before(bot, 10)
    assert len(posted(bot)) == 2
    assert posted(bot, "random") == []


async def test_a_person_gets_it_as_a_direct_message(bot: Rig) -> None:
    await a_rule(bot, channel="U0CAROL", reminders=(15,))
    await book_outside(bot, "intro", AT, WES)
    await before(bot, 15)
    assert len(flows.direct(bot, "U0CAROL")) == 1
    assert flows.direct(bot, "U0DAVE") == []


async def test_a_rule_that_is_edited_or_paused_counts_from_then_on(bot: Rig) -> None:
    rule = await a_rule(bot, reminders=(5,))
    store = bot.bot.store.rules
    await book_outside(bot, "intro", AT, WES)
    await before(bot, 25)
    assert posted(bot) == []
    await store.save(replace(rule, reminders=(30, 5)))
    await before(bot, 24)
    assert len(posted(bot)) == 1
    await store.save(replace(rule, pause=Pause(bot.clock(), by="U0ALICE")))
    await before(bot, 5)
    assert len(posted(bot)) == 1
    await store.save(rule)
    await before(bot, 4)
    assert len(posted(bot)) == 2
    await store.delete(rule.id)
    await told(bot, LATER, 2)
    await before(bot, 5, LATER)
    assert len(posted(bot)) == 2


async def test_while_a_team_cannot_be_looked_up_the_others_are_reminded(bot: Rig) -> None:
    """A process that does not reach Cal.com gives those it can; another one the rest."""
    panel = event_type(bot, "panel")
    await a_rule(bot, reminders=(15,), teams=(panel.team_id or 0,))
    await a_rule(bot, "r2", RANDOM, reminders=(15,), hosts=("bob@example.com",))
    bob = {"name": "Bob Stone", "email": "bob@example.com", "timeZone": "UTC"}
    await told(bot, AT, 1, eventTypeId=panel.id)
    await told(bot, AT, 2, organizer=bob)
    await bot.settle()
    bot.clock.at = AT - timedelta(minutes=15)
    async with another_process(bot) as other:
        await other.chores["reminders"]()
    await bot.settle()
    assert [len(posted(bot, each)) for each in ("general", "random")] == [0, 1]
    await before(bot, 10)
    assert [len(posted(bot, each)) for each in ("general", "random")] == [1, 1]


@pytest.fixture
async def shared(store_url: str) -> AsyncIterator[Rig]:
    async with rig(Setup(database_url=store_url)) as running:
        yield running


async def test_two_processes_at_once_remind_once(shared: Rig) -> None:
    await a_rule(shared, reminders=(15,))
    await book_outside(shared, "intro", AT, WES)
    async with another_process(shared) as other:
        for seconds in range(0, 60, 15):
            shared.clock.at = AT - timedelta(minutes=15) + timedelta(seconds=seconds)
            both = (shared.bot.chores["reminders"](), other.chores["reminders"]())
            assert sorted(await asyncio.gather(*both)) == [False, True]
            await asyncio.gather(shared.settle(), other.deliveries.deliver_one())
    assert len(posted(shared)) == 1


async def test_three_pages_of_bookings(setup: Setup) -> None:
    """So many, all at once, of which some were called off."""
    async with rig(replace(setup, settings={"notify_channel": None})) as bot:
        await a_rule(bot, reminders=(15,))
        for number in range(2 * PAGE + 6):
            await told(bot, AT, number)
        bot.clock.advance(minutes=1)
        for number in range(5):
            await told(bot, AT, number, trigger="BOOKING_CANCELLED", status="CANCELLED")
        await bot.settle()
        bot.clock.at = AT - timedelta(minutes=15)
        for _ in range(2):
            await bot.bot.chores["reminders"]()
            bot.clock.advance(seconds=15)
        assert len(await waiting(bot)) == 2 * PAGE + 1
