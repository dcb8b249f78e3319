"""Asking the attendee for another time."""

import pytest

from bot.domain.bookings import Action
from bot.sandbox.calcom.model import Booking, Status
from bot.slack import ids
from tests.harness import ALICE, CAROL, DAVE, Rig, words
from tests.slack import flows
from tests.slack.amending import answers_to, begin, begin_forged, details, offered, reference
from tests.slack.amending import choose as choose_more
from tests.slack.flows import fill, front, holds, refuse, said, status
from tests.slack.pressing import event_type


async def asking(bot: Rig) -> Booking:
    """The form with a reason in it."""
    booking = await flows.book(bot)
    await begin(bot, ALICE, Action.REQUEST_RESCHEDULE, booking)
    await fill(bot, ALICE, ids.REASON, "the train is late")
    return booking


async def test_the_booking_is_cancelled_and_the_attendee_is_to_choose(bot: Rig) -> None:
    booking = await asking(bot)
    assert "This *cancels the booking*." in words(front(bot, ALICE))
    await bot.submit(ALICE)
    assert status(booking) is Status.CANCELLED
    told = words(front(bot, ALICE))
    assert "The booking is cancelled. Dave Okoro gets an e-mail" in told
    assert "Reason: the train is late" in told
    assert ids.DO_RESCHEDULE not in str(front(bot, ALICE).blocks)
    (card,) = flows.cards(bot)
    assert "Cancelled" in words(card)


async def test_it_costs_three_and_two(bot: Rig) -> None:
    """Cal.com answers no booking, so it is read once more."""
    booking = await flows.book(bot)
    message = await details(bot, ALICE, booking)
    bot.forget_calls()
    await choose_more(bot, ALICE, message, Action.REQUEST_RESCHEDULE)
    await bot.submit(ALICE)
    read = f"GET /v2/bookings/{booking.uid}"
    assert bot.cal_calls() == [
        read,
        f"POST /v2/bookings/{booking.uid}/request-reschedule",
        read,
    ]
    shown = [call for call in bot.slack_calls() if not call.startswith("chat.")]
    assert shown == ["views.open", "views.update"]


async def test_asked_twice_it_is_done_once(bot: Rig) -> None:
    booking = await flows.book(bot)
    message = await details(bot, ALICE, booking)
    await choose_more(bot, ALICE, message, Action.REQUEST_RESCHEDULE)
    await bot.submit(ALICE)
    await bot.people.close(ALICE, all=True)
    await choose_more(bot, ALICE, message, Action.REQUEST_RESCHEDULE)
    assert "That has been done already" in said(bot, ALICE)
    assert len(answers_to(bot, "request-reschedule")) == 1


@pytest.mark.parametrize("user", [DAVE, CAROL])
async def test_only_the_host_may(bot: Rig, user: str) -> None:
    booking = await flows.book(bot)
    message = await details(bot, DAVE, booking)
    assert Action.REQUEST_RESCHEDULE not in offered(message)
    ref = reference(message)
    await flows.book(bot, user, nth=1)
    await bot.command(user, "next")
    await begin_forged(bot, user, Action.REQUEST_RESCHEDULE, ref)
    assert "Only the host" in said(bot, user)
    assert status(booking) is Status.ACCEPTED


async def test_it_is_not_offered_where_nothing_may_be_moved_or_is_over(bot: Rig) -> None:
    booking = await flows.book(bot)
    event_type(bot, "intro").disable_rescheduling = True
    bot.clock.advance(minutes=6)
    await bot.command(ALICE, "types")
    assert Action.REQUEST_RESCHEDULE not in offered(await details(bot, ALICE, booking))
    event_type(bot, "intro").disable_rescheduling = False
    bot.clock.at = booking.start
    await bot.command(ALICE, "types")
    assert Action.REQUEST_RESCHEDULE not in offered(await details(bot, ALICE, booking))


async def test_a_refusal_for_now_keeps_the_form(bot: Rig) -> None:
    booking = await asking(bot)
    refuse(bot, 429, "/request-reschedule")
    await bot.submit(ALICE)
    assert "Nothing was changed" in said(bot, ALICE)
    assert holds(bot, ALICE, ids.REASON) == "the train is late"
    bot.clock.advance(seconds=61)
    await bot.submit(ALICE)
    assert status(booking) is Status.CANCELLED


async def test_a_lost_answer_is_found_out(bot: Rig) -> None:
    booking = await asking(bot)
    bot.faults.cut, bot.faults.cut_match = 1, "/request-reschedule"
    await bot.submit(ALICE)
    assert "Asked for another time" in said(bot, ALICE)
    assert status(booking) is Status.CANCELLED


async def test_a_server_that_cannot_is_told_of_and_not_asked_again(bot: Rig) -> None:
    bot.cal.hosted = False
    booking = await asking(bot)
    await bot.submit(ALICE)
    assert "This Cal.com server cannot do that through its API. Nothing was" in said(bot, ALICE)
    assert status(booking) is Status.ACCEPTED
    await bot.people.close(ALICE, all=True)
    assert Action.REQUEST_RESCHEDULE not in offered(await details(bot, ALICE, booking))
