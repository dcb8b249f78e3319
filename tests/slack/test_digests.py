"""Digests at a place's local hour: what they say, and that each is told once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.domain.cards import DigestCard
from bot.domain.rules import Digest, Pause, Place, next_digest
from bot.services.digesting import MOST, PAGE, Digesting
from bot.services.rounds import Round
from tests.harness import Rig, Setup, rig
from tests.slack.pressing import event_type
from tests.slack.reminding import GENERAL, RANDOM, a_rule, another_process, digests, told

DUE = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
"""Eight in the morning in Paris."""
MORNING, EVENING = Digest(8 * 60), Digest(18 * 60)
DAY = timedelta(days=1)


async def a_digest(bot: Rig, rule_id: str = "d1", channel: str = GENERAL, **more: Any) -> None:
    """A rule with a digest in the morning, Paris time, whose first one is due at `DUE`."""
    given = {"digest": MORNING, "zone": "Europe/Paris", "due": DUE} | more
    await a_rule(bot, rule_id, channel, **given)


async def at(bot: Rig, when: datetime) -> list[DigestCard]:
    """The worker comes round then; all that was told until now."""
    bot.clock.at = when
    await bot.bot.chores["digests"]()
    return [card for _, card in await digests(bot)]


def titles(card: DigestCard) -> list[str]:
    return [line.title.removeprefix("Intro call ") for line in card.bookings]


async def test_in_the_morning_the_day_once_and_the_next_one_the_day_after(bot: Rig) -> None:
    await a_digest(bot)
    midnight = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
    for number, minutes in enumerate((-1, 0, 600, 1439, 1440), start=1):
        await told(bot, midnight + timedelta(minutes=minutes), number)
    await bot.settle()
    assert await at(bot, DUE - timedelta(seconds=30)) == []
    for seconds in (0, 30, 3600):
        [card] = await at(bot, DUE + timedelta(seconds=seconds))
        assert titles(card) == ["2", "3", "4"]
    assert (card.start, card.end, card.zone) == (midnight, midnight + DAY, "Europe/Paris")
    assert not card.weekly
    cards = await at(bot, DUE + DAY)
    assert titles(cards[1]) == ["5"]


async def test_in_the_evening_the_next_day_over_a_change_of_the_clocks(bot: Rig) -> None:
    """The day is 25 hours long, and its digest 25 hours after the one before."""
    bot.clock.at = datetime(2027, 10, 29, 8, 0, tzinfo=UTC)
    due = datetime(2027, 10, 30, 16, 0, tzinfo=UTC)
    await a_digest(bot, digest=EVENING, due=due)
    for number, hours in enumerate((5.9, 6, 30.9, 31, 54.9), start=1):
        await told(bot, due + timedelta(hours=hours), number)
    await bot.settle()
    [card] = await at(bot, due)
    assert titles(card) == ["2", "3"]
    assert len(await at(bot, due + DAY)) == 1
    cards = await at(bot, due + timedelta(hours=25))
    assert titles(cards[1]) == ["4", "5"]


async def test_half_hours(bot: Rig) -> None:
    due = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
    await a_digest(bot, zone="Asia/Kolkata", due=due)
    for number, minutes in enumerate((-541, -540, 899, 900), start=1):
        await told(bot, due + timedelta(minutes=minutes + 60), number)
    await bot.settle()
    assert [titles(card) for card in await at(bot, due)] == [["2", "3"]]


async def test_only_what_the_rule_means_and_names_instead_of_addresses(bot: Rig) -> None:
    panel = event_type(bot, "panel")
    team = panel.team_id or 0
    bob = {"name": "", "email": "Bob@example.com", "timeZone": "UTC"}
    await a_digest(bot, "d1", hosts=("bob@example.com",))
    await a_digest(bot, "d2", event_types=(77,))
    await a_digest(bot, "d3", teams=(team,))
    await a_digest(bot, "d4", "U0CAROL", hosts=("carol@example.com",))
    await told(bot, DUE + timedelta(hours=2), 1, organizer=bob)
    await told(bot, DUE + timedelta(hours=3), 2, eventTypeId=77)
    await told(bot, DUE + timedelta(hours=4), 3, eventTypeId=panel.id)
    await bot.settle()
    await at(bot, DUE)
    found = await digests(bot)
    assert [(place, titles(card)) for place, card in found] == [
        (GENERAL, ["1"]),
        (GENERAL, ["2"]),
        (GENERAL, ["3"]),
        ("U0CAROL", []),
    ]
    assert found[0][1].bookings[0].hosts == ("Bob@example.com",)
    assert (found[1][1].bookings[0].hosts, found[1][1].bookings[0].people) == (
        ("Alice Martin",),
        ("Wes Wood",),
    )


async def test_requests_that_wait_for_more_than_a_day(bot: Rig) -> None:
    asked = {"trigger": "BOOKING_REQUESTED", "status": "PENDING"}
    await a_digest(bot)
    await told(bot, DUE + 9 * DAY, 1, said_at=DUE - DAY, **asked)
    await told(bot, DUE + 9 * DAY, 2, said_at=DUE - DAY - timedelta(seconds=1), **asked)
    await told(bot, DUE + 8 * DAY, 3, said_at=DUE - 2 * DAY, **asked)
    await told(bot, DUE - timedelta(hours=1), 4, said_at=DUE - 2 * DAY, **asked)
    await told(bot, DUE + 9 * DAY, 5, said_at=DUE - 2 * DAY, **asked)
    await told(bot, DUE + 9 * DAY, 5, said_at=DUE - DAY)
    await told(bot, DUE + timedelta(hours=1), 6, said_at=DUE - timedelta(hours=1), **asked)
    await bot.settle()
    [card] = await at(bot, DUE)
    assert [line.title for line in card.unconfirmed] == ["Intro call 3", "Intro call 2"]
    assert card.unconfirmed[0].asked_at == DUE - 2 * DAY
    assert titles(card) == ["4", "6"]


async def test_in_the_week_s_the_absences_of_the_last_one(bot: Rig) -> None:
    weekly = replace(MORNING, weekday=2)  # that is the day of `DUE`
    await a_digest(bot, digest=weekly)
    await a_digest(bot, "d2", RANDOM)
    for number, days in enumerate((-8, -6, -1, 6.5, 7), start=1):
        await told(bot, DUE + days * DAY, number, said_at=DUE - 9 * DAY)
    marks = [{"email": "wes@wood.example", "noShow": True}]
    for number in (1, 2):
        await told(bot, DUE, number, trigger="BOOKING_NO_SHOW_UPDATED", attendees=marks)
    await bot.settle()
    week, day = await at(bot, DUE)
    assert (week.weekly, titles(week)) == (True, ["4"])
    assert [(line.title, line.absent) for line in week.absences] == [
        ("Intro call 2", ("Wes Wood",))
    ]
    assert day.absences == ()
    assert [card.weekly for card in await at(bot, DUE + DAY)] == [True, False, False]
    later = await at(bot, DUE + 7 * DAY)
    assert sorted(card.weekly for card in later[3:]) == [False, True]


async def test_a_day_with_nothing_on_is_told_as_well(bot: Rig) -> None:
    """Silence could also mean that something is broken."""
    await a_digest(bot)
    [card] = await at(bot, DUE)
    assert (card.bookings, card.unconfirmed, card.absences, card.hidden) == ((), (), (), (0, 0, 0))


@pytest.mark.parametrize(("late", "is_told"), [(359, True), (360, False), (5000, False)])
async def test_one_that_is_hours_late_is_left_out(bot: Rig, late: int, is_told: bool) -> None:
    await a_digest(bot)
    with capture_logs() as logs:
        cards = await at(bot, DUE + timedelta(minutes=late))
    assert len(cards) == is_told
    assert [each["rule"] for each in logs if each["event"] == "digest_left_out"] == (
        [] if is_told else ["d1"]
    )
    rule = await bot.bot.store.rules.rule("d1")
    assert rule
    following = next_digest(rule, bot.clock())
    assert following
    assert len(await at(bot, following)) == is_told + 1


async def test_after_days_without_a_worker_the_last_one_is_told(bot: Rig) -> None:
    await a_digest(bot)
    [card] = await at(bot, DUE + 3 * DAY + timedelta(hours=2))
    assert card.start == DUE + 3 * DAY - timedelta(hours=8)


async def test_whose_rule_is_paused_is_told_nothing_and_what_slack_refuses_is_kept(
    bot: Rig,
) -> None:
    await a_digest(bot, pause=Pause(DUE - DAY, by="U0ALICE"))
    await a_digest(bot, "d2", RANDOM, pause=Pause(DUE - DAY, why="is_archived"))
    await at(bot, DUE)
    await bot.settle()
    assert [place for place, _ in await digests(bot)] == [RANDOM]
    [kept] = await bot.bot.store.outbox.aside(Place(bot.slack.team_id, RANDOM))
    assert kept.place.channel == RANDOM


async def test_a_rule_that_is_edited_is_told_at_its_new_hour(bot: Rig) -> None:
    await a_digest(bot)
    later = DUE + timedelta(hours=1)
    assert len(await at(bot, DUE)) == 1
    await a_digest(bot, digest=Digest(9 * 60), due=later)
    assert len(await at(bot, later - timedelta(minutes=1))) == 1
    assert len(await at(bot, later)) == 2
    await a_digest(bot, digest=None, due=None)
    assert len(await at(bot, later + DAY)) == 2


class Dying:
    """The rules, of a process that dies when it wants to move a digest on."""

    def __init__(self, rules: Any) -> None:
        self._rules = rules

    def __getattr__(self, name: str) -> Any:
        return getattr(self._rules, name)

    async def digest_at(self, *given: Any) -> bool:
        raise asyncio.CancelledError


def work_of(bot: Rig) -> Digesting:
    chore = bot.bot.chores["digests"]
    assert isinstance(chore, Round)
    assert isinstance(chore.work, Digesting)
    return chore.work


async def test_killed_after_telling_it_is_told_once(bot: Rig) -> None:
    await a_digest(bot)
    bot.clock.at = DUE
    work = work_of(bot)
    with pytest.raises(asyncio.CancelledError):
        await replace(work, rules=Dying(work.rules))({})
    assert len(await digests(bot)) == 1
    assert len(await at(bot, DUE + timedelta(minutes=1))) == 1
    assert len(await at(bot, DUE + DAY)) == 2


async def test_while_a_team_cannot_be_looked_up_the_others_are_told(bot: Rig) -> None:
    panel = event_type(bot, "panel")
    await a_digest(bot, teams=(panel.team_id or 0,))
    await a_digest(bot, "d2", RANDOM)
    await told(bot, DUE + timedelta(hours=1), eventTypeId=panel.id)
    await bot.settle()
    bot.clock.at = DUE
    async with another_process(bot) as other:
        await other.chores["digests"]()
    assert [place for place, _ in await digests(bot)] == [RANDOM]
    await at(bot, DUE + timedelta(minutes=5))
    assert [place for place, _ in await digests(bot)] == [RANDOM, GENERAL]


@pytest.fixture
async def shared(store_url: str) -> AsyncIterator[Rig]:
    async with rig(Setup(database_url=store_url)) as running:
        yield running


async def test_two_processes_at_once_tell_it_once(shared: Rig) -> None:
    """Also where both think that it is their turn."""
    await a_digest(shared)
    await told(shared, DUE + timedelta(hours=1))
    await shared.settle()
    shared.clock.at = DUE
    async with another_process(shared) as other:
        chore = other.chores["digests"]
        assert isinstance(chore, Round)
        await asyncio.gather(work_of(shared)({}), chore.work({}))
        assert len(await digests(shared)) == 1
        shared.clock.at = DUE + DAY
        both = (shared.bot.chores["digests"](), chore())
        assert sorted(await asyncio.gather(*both)) == [False, True]
    assert len(await digests(shared)) == 2


async def test_three_pages_of_bookings_and_a_hundred_and_one_rules(setup: Setup) -> None:
    """What there is no room for is counted; more rules than are looked at in one go."""
    async with rig(replace(setup, settings={"notify_channel": None})) as bot:
        for number in range(2 * PAGE + 1):
            await told(bot, DUE + timedelta(hours=1), number)
        await bot.settle()
        await a_digest(bot)
        for number in range(100):
            await a_digest(bot, f"e{number}", hosts=(f"h{number}@example.com",))
        cards = await at(bot, DUE)
        assert len(cards) == 101
        [full] = [card for card in cards if card.bookings]
        assert (len(full.bookings), full.hidden) == (MOST, (2 * PAGE + 1 - MOST, 0, 0))
