"""A poll: several mark what suits them, and the best time is booked."""

import asyncio

import pytest

from bot.sandbox.slack.injections import Injection
from bot.services.upholding import TRIES
from bot.slack import ids
from tests.harness import ALICE, BOB, CAROL, DAVE, Rig, words
from tests.outsiders import Outsiders
from tests.slack.asking import asking, field
from tests.slack.flows import direct, fill, front
from tests.slack.pressing import event_type
from tests.slack.proposing import NAMED, PLACE, actions, button, offered, posted, press, propose
from tests.slack.test_holding import held

POLL = PLACE | {ids.WAY: "poll"}
BOTH = f"{NAMED} <@U0CAROL|carol> intro"
MARK = [f"{ids.MARK_TIME}{number}" for number in range(5)]


async def mark(bot: Rig, user: str, *numbers: int) -> None:
    for number in numbers:
        await press(bot, user, posted(bot, user, "bookings"), MARK[number])


def shown(bot: Rig) -> str:
    return words(posted(bot, ALICE, "bookings"))


async def test_the_time_that_suits_most_is_booked_for_those_whom_it_suits(bot: Rig) -> None:
    times = await propose(bot, what="intro", fields=POLL)
    await mark(bot, BOB, 0, 1)
    await mark(bot, CAROL, 1)
    await mark(bot, DAVE, 2)
    assert "2 · <@U0BOB>, <@U0CAROL>" in shown(bot)
    await press(bot, ALICE, posted(bot, ALICE, "bookings"), ids.DECIDE)
    booking = bot.cal.bookings[-1]
    assert booking.start == times[1]
    assert booking.attendees[0].email == "bob@example.com"
    assert "carol@example.com" in str(booking)
    assert "dave@example.com" not in str(booking)
    assert "is booked: " in shown(bot)
    assert held(bot) == []


async def test_of_two_that_suit_as_many_the_earlier_is_booked(bot: Rig) -> None:
    times = await propose(bot, what="intro", fields=POLL)
    await mark(bot, BOB, 2)
    await mark(bot, CAROL, 1)
    await press(bot, ALICE, posted(bot, ALICE, "bookings"), ids.DECIDE)
    assert bot.cal.bookings[-1].start == times[1]


async def test_a_second_press_takes_the_mark_back(bot: Rig) -> None:
    await propose(bot, what="intro", fields=POLL)
    await mark(bot, BOB, 0, 0)
    assert "<@U0BOB>" not in shown(bot)
    await press(bot, BOB, posted(bot, BOB, "bookings"), ids.NONE_FITS)
    assert "None of these suits <@U0BOB>" in shown(bot)
    await mark(bot, BOB, 0)
    assert "None of these suits" not in shown(bot)


async def test_once_everybody_has_marked_it_is_booked(bot: Rig) -> None:
    times = await propose(bot, what=BOTH, fields=POLL)
    before = len(bot.cal.bookings)
    await mark(bot, BOB, 1)
    assert len(bot.cal.bookings) == before
    await mark(bot, CAROL, 1)
    assert len(bot.cal.bookings) == before + 1
    assert bot.cal.bookings[-1].start == times[1]
    assert "<@U0BOB>, <@U0CAROL>" in direct(bot, ALICE)[-1].text


async def test_where_none_suits_anybody_the_proposer_is_told_and_nothing_booked(bot: Rig) -> None:
    await propose(bot, what=BOTH, fields=POLL)
    before = len(bot.cal.bookings)
    for user in (BOB, CAROL):
        await press(bot, user, posted(bot, user, "bookings"), ids.NONE_FITS)
    assert len(bot.cal.bookings) == before
    assert "suits <@U0CAROL>" in direct(bot, ALICE)[-1].text
    assert button(direct(bot, ALICE)[-1], ids.PROPOSE_OTHERS)
    await press(bot, ALICE, posted(bot, ALICE, "bookings"), ids.DECIDE)
    assert "Nobody has marked a time" in bot.last(ALICE, "bookings").text


async def test_where_the_best_is_gone_the_next_best_is_booked(bot: Rig) -> None:
    times = await propose(bot, what="intro", fields=POLL)
    await mark(bot, BOB, 0, 2)
    await mark(bot, CAROL, 0)
    await Outsiders(bot.cal).book("intro", start=times[0])
    await press(bot, ALICE, posted(bot, ALICE, "bookings"), ids.DECIDE)
    assert bot.cal.bookings[-1].start == times[2]


async def test_only_the_proposer_decides(bot: Rig) -> None:
    await propose(bot, what="intro", fields=POLL)
    await mark(bot, BOB, 0)
    before = len(bot.cal.bookings)
    await press(bot, BOB, posted(bot, BOB, "bookings"), ids.DECIDE)
    assert len(bot.cal.bookings) == before
    assert "Only who proposed the times can do that" in bot.last(BOB, "bookings").text


async def test_a_time_of_a_poll_cannot_be_taken(bot: Rig) -> None:
    await propose(bot, what="intro", fields=POLL)
    message = posted(bot, BOB, "bookings")
    button(message, MARK[0])[1]["action_id"] = f"{ids.TAKE_TIME}0"
    before = len(bot.cal.bookings)
    await press(bot, BOB, message, f"{ids.TAKE_TIME}0")
    assert len(bot.cal.bookings) == before


async def test_a_storm_of_presses_makes_few_edits_and_loses_none(bot: Rig) -> None:
    await propose(bot, what="intro", fields=POLL)
    bot.forget_calls()
    message = posted(bot, ALICE, "bookings")
    presses = [
        bot.people.click(user, message, MARK[n], block=button(message, MARK[n])[0])
        for user in (BOB, CAROL, DAVE)
        for n in range(3)
    ]
    await asyncio.gather(*presses)
    await bot.settle()
    assert shown(bot).count("3 · ") >= 3
    assert bot.slack_calls().count("chat.update") < len(presses)


async def test_an_edit_that_slack_put_off_is_made_up_for(bot: Rig) -> None:
    await propose(bot, what="intro", fields=POLL)
    bot.slack.injections.refuse("chat.update", Injection(429), TRIES)
    await mark(bot, BOB, 0)
    assert "<@U0BOB>" not in shown(bot)
    bot.clock.advance(minutes=2)
    await bot.round("proposals")
    assert "1 · <@U0BOB>" in shown(bot)


@pytest.mark.parametrize("asks", [True, False])
async def test_a_poll_is_of_what_can_be_booked_for_several_by_their_profiles(
    bot: Rig, asks: bool
) -> None:
    asking(bot, field("text", required=asks))
    await bot.command(ALICE, f"propose {NAMED} quiz")
    await fill(bot, ALICE, ids.TIMES, offered(bot)[:1])
    await fill(bot, ALICE, ids.WAY, "poll")
    outcome = await bot.submit(ALICE)
    assert ("asks for more" in str(outcome.errors)) is asks


async def test_a_class_takes_no_poll(bot: Rig) -> None:
    assert event_type(bot, "onboarding").seats
    await bot.command(ALICE, f"propose {NAMED} onboarding")
    await fill(bot, ALICE, ids.TIMES, offered(bot)[:1])
    await fill(bot, ALICE, ids.WAY, "poll")
    outcome = await bot.submit(ALICE)
    assert "takes no guests" in str(outcome.errors)
    assert bot.modal(ALICE) is not None
    assert "Propose" in words(front(bot, ALICE))


async def test_what_is_over_says_so(bot: Rig) -> None:
    await propose(bot, what="intro", nth=(30, 31), fields=POLL | {ids.STANDS: "4h"})
    await mark(bot, BOB, 0)
    bot.clock.advance(hours=5)
    await bot.round("proposals")
    assert actions(posted(bot, ALICE, "bookings")) == []
    assert "have run out" in shown(bot)
