"""What no webhook brought is found by asking: nothing is lost, nothing is said twice."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.records import Level, Registration, Sighting
from bot.domain.rules import News, Place, Rule
from bot.sandbox.calcom.faults import Refusal
from bot.sandbox.calcom.model import Booking
from bot.sandbox.slack.messages import Message
from bot.services.reconciling import ALL_AROUND, Pace
from tests.harness import Rig, Setup, rig, words
from tests.outsiders import Outsiders

ALONE: dict[str, Any] = {"settings": {"cal_webhook_secret": None}, "webhooks": False}
"""A bot that nobody can send a webhook to."""
V1: dict[str, Any] = {"version": "v1"}


async def look(bot: Rig, times: int = 1) -> None:
    """Let the time pass after which Cal.com is asked again, and do what comes of it."""
    for _ in range(times):
        bot.clock.advance(seconds=185)
        await bot.round("poll")


def cards(bot: Rig) -> list[Message]:
    return bot.seen("U0ALICE", "bookings")


def headlines(bot: Rig) -> list[str]:
    return [message.text.split(": ")[0] for message in cards(bot)]


def notes(bot: Rig) -> list[str]:
    """What stands in the threads of #bookings."""
    found = bot.slack.channel_named("bookings")
    assert found
    return [m.text for m in bot.slack.visible_messages("U0ALICE", found.id) if m.thread_ts]


@pytest.fixture
async def people(bot: Rig) -> Outsiders:
    """The bot knows what was there before; from now on every webhook is lost."""
    await look(bot, 2)
    bot.faults.lose_webhooks = 1_000
    return Outsiders(bot.cal)


async def begun(bot: Rig) -> None:
    """Nothing of what the demo has had from the start was announced."""
    assert cards(bot) == []


async def created(people: Outsiders) -> str:
    await people.book("intro")
    return "✅ Booked"


async def requested(people: Outsiders) -> str:
    await people.book("interview")
    return "⏳ Waiting for confirmation"


async def confirmed(people: Outsiders) -> str:
    await people.confirm(await people.book("interview"))
    return "✅ Booked"


async def declined(people: Outsiders) -> str:
    await people.decline(await people.book("interview"))
    return "🚫 Declined"


async def moved_twice(people: Outsiders) -> str:
    await people.move(await people.move(await people.book("intro")), 7)
    return "🔁 Rescheduled"


async def cancelled(people: Outsiders) -> str:
    await people.cancel(await people.book("intro"))
    return "❌ Cancelled"


@pytest.mark.parametrize("setup", [{}, ALONE, V1], indirect=True, ids=["v2", "alone", "v1"])
@pytest.mark.parametrize("act", [created, requested, confirmed, declined, moved_twice, cancelled])
async def test_a_loss_is_healed(
    bot: Rig, people: Outsiders, act: Callable[[Outsiders], Awaitable[str]]
) -> None:
    await begun(bot)
    headline = await act(people)
    await bot.settle()
    assert cards(bot) == []
    await look(bot)
    assert headlines(bot) == [headline]
    before = [m.text for m in cards(bot)]
    bot.forget_calls()
    await look(bot, ALL_AROUND + 1)
    assert [m.text for m in cards(bot)] == before
    assert "chat.postMessage" not in bot.slack_calls()
    assert "chat.update" not in bot.slack_calls()


async def heard(bot: Rig, people: Outsiders, slug: str, **more: Any) -> Booking:
    """A booking whose webhook was not lost."""
    bot.faults.lose_webhooks = 0
    one = await people.book(slug, **more)
    await bot.settle()
    bot.faults.lose_webhooks = 1_000
    bot.clock.advance(seconds=30)
    return one


async def test_a_card_that_is_there_follows(store_url: str) -> None:
    """Each change is edited in, and told once in the thread."""
    async with rig(Setup(store_url)) as bot:
        await look(bot, 2)
        people = Outsiders(bot.cal)
        one = await heard(bot, people, "intro")
        one = await people.move(one)
        await look(bot)
        assert headlines(bot) == ["🔁 Rescheduled"]
        await people.put_elsewhere(one, "Quay 5, Marseille")
        await people.bring_along(one, "Xena")
        await look(bot)
        assert "Quay 5" in cards(bot)[0].text
        assert "Xena" in words(cards(bot)[0]) or "xena" in words(cards(bot)[0])
        bot.clock.at = one.start + timedelta(minutes=5)
        await people.mark(one, host=True, guest=True)
        await look(bot, ALL_AROUND)
        await people.cancel(one)
        await look(bot)
        assert headlines(bot) == ["❌ Cancelled"]
        said = notes(bot)
        assert len(said) == 4
        assert "Moved from" in said[0]
        assert "Place changed" in said[1]
        assert "Cancelled" in said[3]
        assert bot.slack.faults == []


async def test_a_request_is_answered(bot: Rig, people: Outsiders) -> None:
    one = await heard(bot, people, "interview")
    await people.decline(one)
    await look(bot)
    assert headlines(bot) == ["🚫 Declined"]
    await people.confirm(one)
    await look(bot)
    assert headlines(bot) == ["✅ Booked"]
    assert len(notes(bot)) == 2


async def test_another_host_is_found(bot: Rig, people: Outsiders) -> None:
    """No server sends a webhook for this."""
    one = await heard(bot, people, "team-demo")
    other = "carol" if people.host(one).username == "bob" else "bob"
    await people.hand_over(one, other)
    await look(bot)
    assert people.user(other).name in cards(bot)[0].text
    assert len(notes(bot)) == 1


async def test_who_else_hosts_is_no_guest(bot: Rig, people: Outsiders) -> None:
    one = await heard(bot, people, "panel")
    text = cards(bot)[0].text
    await look(bot, ALL_AROUND + 1)
    assert cards(bot)[0].text == text
    await people.put_elsewhere(one, "Quay 5, Marseille")
    await look(bot)
    assert "With: Wes" in cards(bot)[0].text
    assert "Bob Stone" in words(cards(bot)[0])


async def test_seats_come_and_go(bot: Rig, people: Outsiders) -> None:
    """Cal.com's date of change stays as it is: it is seen when everything near is looked at."""
    one = await heard(bot, people, "onboarding", nth=1)
    await people.book("onboarding", "Xena", start=one.start)
    await people.book("onboarding", "Yuri", start=one.start)
    await people.leave(one, "Wes")
    await look(bot, ALL_AROUND)
    assert "With: Xena, Yuri" in cards(bot)[0].text
    await people.leave(one, "Xena")
    await people.leave(one, "Yuri")
    await look(bot, ALL_AROUND)
    assert headlines(bot) == ["❌ Cancelled"]
    assert len(cards(bot)) == 1


async def test_a_series_is_found_occurrence_by_occurrence(bot: Rig, people: Outsiders) -> None:
    first = await people.book("check-in")
    await look(bot)
    assert headlines(bot) == ["✅ Booked"] * 6
    series = bot.cal.series(first.recurring_uid or "")
    await people.cancel(series[2], following=True)
    await look(bot)
    assert sorted(headlines(bot)) == ["✅ Booked"] * 2 + ["❌ Cancelled"] * 4


async def test_a_webhook_that_comes_after_all_says_nothing_new(bot: Rig, people: Outsiders) -> None:
    bot.faults.lose_webhooks = 0
    bot.faults.delay_webhooks = 600
    one = await people.move(await people.book("intro"))
    await look(bot)
    await people.cancel(one)
    await look(bot)
    before = notes(bot)
    assert headlines(bot) == ["❌ Cancelled"]
    bot.faults.delay_webhooks = 0
    bot.clock.advance(minutes=20)
    await bot.cal.tick()
    await bot.settle()
    assert len(bot.cal.sent) >= 3
    assert headlines(bot) == ["❌ Cancelled"]
    assert notes(bot) == before


async def test_second_channels_hear_by_their_rules(bot: Rig, people: Outsiders) -> None:
    team = bot.bot.identity.team_id
    for name, news in (("random", News.CANCELLED), ("general", News.PAID)):
        channel = bot.slack.channel_named(name)
        assert channel
        channel.members.add(bot.slack.app.bot_user_id)
        await bot.bot.store.rules.save(Rule(name, Place(team, channel.id), news=(news,)))
    one = await people.book("intro")
    await look(bot)
    assert bot.seen("U0ALICE", "random") == []
    await people.cancel(one)
    await look(bot)
    [message] = bot.seen("U0ALICE", "random")
    assert message.text.startswith("❌ Cancelled")
    assert bot.seen("U0ALICE", "general") == []


async def test_a_booking_that_was_made_and_moved_is_new_to_who_wants_new_ones(
    bot: Rig, people: Outsiders
) -> None:
    [rule] = await bot.bot.store.rules.of_workspace(bot.bot.identity.team_id)
    await bot.bot.store.rules.save(replace(rule, news=(News.CREATED,)))
    await people.cancel(await people.move(await people.book("intro")))
    await look(bot)
    assert headlines(bot) == ["❌ Cancelled"]


@pytest.mark.parametrize("setup", [{}, V1], indirect=True, ids=["v2", "v1"])
async def test_what_is_there_at_first_is_known_and_not_announced(bot: Rig) -> None:
    people = Outsiders(bot.cal)
    bot.faults.lose_webhooks = 1_000
    old = await people.book("intro", "Xena")
    before = len(cards(bot))
    bot.clock.advance(minutes=10)
    await look(bot, 3)
    assert len(cards(bot)) == before
    now = bot.clock()
    known = await bot.bot.store.cards.starting("house", now, now + timedelta(days=60))
    assert old.uid in {card.booking.uid for _, card in known}
    await people.cancel(old)
    await look(bot)
    assert headlines(bot)[-1] == "❌ Cancelled"


async def test_an_old_booking_that_changes_is_no_new_one(bot: Rig, people: Outsiders) -> None:
    """It was over when it was first asked, so it is not known."""
    past = min(bot.cal.bookings, key=lambda one: one.start)
    assert past.end < bot.clock()
    await people.mark(past, host=True)
    await look(bot)
    assert cards(bot) == []


@pytest.mark.parametrize("setup", [ALONE], indirect=True)
async def test_without_rules_nobody_is_asked_and_the_next_one_begins_anew(bot: Rig) -> None:
    await look(bot, 2)
    [rule] = await bot.bot.store.rules.of_workspace(bot.bot.identity.team_id)
    await bot.bot.store.rules.delete(rule.id)
    await look(bot)
    bot.forget_calls()
    await Outsiders(bot.cal).book("intro")
    await look(bot, 2)
    assert bot.cal_calls() == []
    await bot.bot.store.rules.save(rule)
    bot.clock.advance(minutes=10)
    await look(bot, 2)
    assert cards(bot) == []


async def asked(bot: Rig, minutes: int) -> int:
    """How often Cal.com is asked in so many minutes."""
    bot.forget_calls()
    for _ in range(minutes * 4):
        bot.clock.advance(seconds=15)
        await bot.round("poll")
    return len(bot.cal_calls())


async def test_how_often_it_is_asked(tmp_path: Any) -> None:
    async with rig(Setup(f"sqlite:///{tmp_path / 'a.db'}")) as bot:
        await look(bot, ALL_AROUND + 2)
        assert await asked(bot, 9) <= 4
    async with rig(Setup(f"sqlite:///{tmp_path / 'b.db'}", **ALONE)) as bot:
        await look(bot, ALL_AROUND + 2)
        assert 7 <= await asked(bot, 9) <= 11
        registered = Registration("address", "house", Level.USER, "secret", webhook_id="1")
        await bot.bot.store.registrations.save(registered)
        await look(bot)
        assert await asked(bot, 9) <= 4
        await bot.bot.store.registrations.save(replace(registered, error="no_address"))
        await look(bot)
        assert 7 <= await asked(bot, 9) <= 11


@pytest.mark.parametrize("status", [429, 503])
async def test_a_poll_that_breaks_off_goes_on_where_it_was(
    bot: Rig, people: Outsiders, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """Pages of two: the second of several is refused."""
    # A page is a hundred bookings, which would take as many here.
    slow = replace(bot.bot.deps.desks.house.reconciling, pace=Pace(size=2, pages=2))
    poll = await bot.bot.chores["poll"]._round("house")  # type: ignore[attr-defined]
    monkeypatch.setattr(poll, "work", slow.look)
    names = ["Ann", "Ben", "Cid", "Dan", "Eve", "Fay", "Gus"]
    for number, name in enumerate(names):
        await people.book("intro", name, nth=number)
        bot.clock.advance(seconds=5)
    bot.faults.refuse.append(Refusal(status, match="GET /v2/bookings", count=0))
    refusal = bot.faults.refuse[-1]
    for _ in range(10):
        bot.clock.advance(seconds=185)
        refusal.count = 0
        await bot.round("poll")
        refusal.count = 6
        bot.clock.advance(seconds=65)
        await bot.round("poll")
    refusal.count = 0
    await look(bot, 6)
    assert headlines(bot) == ["✅ Booked"] * len(names)


async def test_a_process_that_dies_before_its_place_is_kept_finds_nothing_new(
    bot: Rig, people: Outsiders
) -> None:
    await people.book("intro")
    work = bot.bot.deps.desks.house.reconciling
    bot.clock.advance(minutes=4)
    turn = await bot.bot.store.turns.take("poll:house", bot.clock(), bot.clock())
    assert turn
    await work.look(turn.state)
    await bot.settle()
    await look(bot, 2)
    assert headlines(bot) == ["✅ Booked"]
    assert notes(bot) == []


async def test_what_was_seen_long_ago_begins_anew(bot: Rig, people: Outsiders) -> None:
    bot.clock.advance(days=31)
    await people.book("intro")
    bot.clock.advance(minutes=10)
    await look(bot, 2)
    assert cards(bot) == []


@pytest.mark.parametrize("setup", [ALONE], indirect=True)
async def test_a_bot_that_nobody_reaches_tells_a_whole_life(bot: Rig) -> None:
    await look(bot, 2)
    people = Outsiders(bot.cal)
    one = await people.book("interview")
    told = []
    for act in (people.confirm, people.move, people.cancel):
        await look(bot)
        told += headlines(bot)
        one = await act(one)
    await look(bot)
    assert told == ["⏳ Waiting for confirmation", "✅ Booked", "⏳ Waiting for confirmation"]
    assert headlines(bot) == ["❌ Cancelled"]
    assert len(notes(bot)) == 3


async def test_what_comes_back_a_minute_later_is_stored(bot: Rig) -> None:
    """The same body twice is one row; in another minute it is another one."""
    people = Outsiders(bot.cal)
    one = await people.book("intro")
    seen = await bot.bot.deps.desks.house.scheduling.booking(one.uid)
    at = datetime.fromisoformat("2026-11-24T09:00:00+00:00")
    inbox = bot.bot.store.inbox
    assert await inbox.sight("house", [Sighting(seen, at)]) == 1
    assert await inbox.sight("house", [Sighting(seen, at + timedelta(seconds=20))]) == 0
    assert await inbox.sight("house", [Sighting(seen, at + timedelta(minutes=1))]) == 1
