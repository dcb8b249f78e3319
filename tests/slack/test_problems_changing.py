"""When moving, cancelling, confirming or declining goes wrong."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import stamina

from bot.sandbox.calcom.model import Booking, Status
from bot.slack import ids
from tests.harness import ALICE, CAROL, DAVE, Rig, words
from tests.slack import flows
from tests.slack.flows import (
    KEY_REFUSED,
    WES,
    cancelling,
    fill,
    holds,
    moving,
    pick_time,
    press_row,
    refuse,
    said,
    status,
)
from tests.slack.pressing import book as book_outside
from tests.slack.pressing import event_type, press


@pytest.fixture(autouse=True)
def no_pauses() -> Iterator[None]:
    """Tries follow each other at once; how long is waited is the transport's tests' affair."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


# -- moving ------------------------------------------------------------------------------------


def assert_moved(bot: Rig, booking: Booking, start: datetime) -> None:
    assert "Moved" in said(bot)
    assert status(booking) is Status.CANCELLED
    (new,) = [b for b in bot.cal.bookings if b.rescheduled_from == booking.uid]
    assert (new.start, new.status) == (start, Status.ACCEPTED)


@pytest.mark.parametrize("way", ["429", "401", "no connection"])
async def test_a_move_that_was_refused_for_now_keeps_the_form_and_works_later(
    bot: Rig, way: str
) -> None:
    booking, start = await moving(bot)
    if way == "no connection":
        flows.cut_off(bot)
    else:
        refuse(bot, int(way), "/reschedule", body=KEY_REFUSED if way == "401" else None)
    await bot.submit(DAVE)
    assert "Nothing was moved" in said(bot)
    assert status(booking) is Status.ACCEPTED
    assert holds(bot, DAVE, ids.REASON) == "the train is late"
    assert holds(bot, DAVE, ids.TIME) == start.isoformat()
    flows.back(bot)
    bot.clock.advance(seconds=61)
    await bot.submit(DAVE)
    assert_moved(bot, booking, start)


async def test_the_connection_breaks_while_moving_and_the_move_is_found_again(bot: Rig) -> None:
    booking, start = await moving(bot)
    bot.faults.cut, bot.faults.cut_match = 1, "/reschedule"
    await bot.submit(DAVE)
    assert_moved(bot, booking, start)


async def test_a_move_that_cannot_be_found_out_says_where_to_look(bot: Rig) -> None:
    booking, _ = await moving(bot)
    refuse(bot, 503, "/reschedule")
    await bot.submit(DAVE)
    assert "I cannot say yet whether it went through" in said(bot)
    assert "/cal bookings" in said(bot)
    assert "I will tell you" not in said(bot)
    assert status(booking) is Status.ACCEPTED


async def test_a_new_time_that_is_taken_brings_fresh_ones(bot: Rig) -> None:
    booking, start = await moving(bot)
    await book_outside(bot, "intro", start, WES)
    await bot.submit(DAVE)
    assert "That time has just been taken. Nothing was moved." in said(bot)
    assert "open now" in said(bot)
    assert status(booking) is Status.ACCEPTED
    assert start.isoformat() not in flows.starts(bot)
    assert holds(bot, DAVE, ids.REASON) == "the train is late"
    other = await pick_time(bot)
    await bot.submit(DAVE)
    assert_moved(bot, booking, other)


async def test_a_day_chosen_for_a_move_while_cal_com_is_down_keeps_the_form(bot: Rig) -> None:
    booking, _ = await moving(bot)
    refuse(bot, 503, "/v2/slots", count=99)
    await fill(bot, DAVE, ids.DAY, "2026-12-22")
    assert "Cal.com is not answering. Nothing was moved" in said(bot)
    assert holds(bot, DAVE, ids.REASON) == "the train is late"
    flows.back(bot)
    await bot.click(DAVE, None, f"{ids.MOVE_OPEN_DAY}:again")
    start = await pick_time(bot)
    assert start.date().isoformat() == "2026-12-22"
    await bot.submit(DAVE)
    assert_moved(bot, booking, start)


# -- cancelling, confirming, declining ---------------------------------------------------------


@pytest.mark.parametrize("way", ["429", "401", "no connection"])
async def test_a_cancellation_refused_for_now_keeps_the_form_and_works_later(
    bot: Rig, way: str
) -> None:
    booking = await cancelling(bot)
    if way == "no connection":
        flows.cut_off(bot)
    else:
        refuse(bot, int(way), "/cancel", body=KEY_REFUSED if way == "401" else None)
    await bot.submit(DAVE)
    assert "Nothing was cancelled" in said(bot)
    assert status(booking) is Status.ACCEPTED
    assert holds(bot, DAVE, ids.REASON) == "we have met already"
    flows.back(bot)
    bot.clock.advance(seconds=61)
    await bot.submit(DAVE)
    assert "Cancelled" in said(bot)
    assert status(booking) is Status.CANCELLED
    assert booking.cancellation_reason == "we have met already"


async def test_the_connection_breaks_while_cancelling_and_it_is_found_out(bot: Rig) -> None:
    booking = await cancelling(bot)
    bot.faults.cut, bot.faults.cut_match = 1, "/cancel"
    await bot.submit(DAVE)
    assert "Cancelled" in said(bot)
    assert status(booking) is Status.CANCELLED


async def test_a_cancellation_that_cannot_be_found_out_says_where_to_look(bot: Rig) -> None:
    booking = await cancelling(bot)
    bot.faults.cut, bot.faults.cut_match = 2, "/cancel"
    refuse_reads_after_the_first(bot, booking)
    await bot.submit(DAVE)
    assert "I cannot say yet whether it went through" in said(bot)
    assert "Nothing was" not in said(bot)
    assert status(booking) is Status.CANCELLED


def refuse_reads_after_the_first(bot: Rig, booking: Booking) -> None:
    """The booking is read before it is changed; what follows is refused."""
    seen: list[str] = []

    async def count(seconds: float) -> None:
        seen.append("read")
        if len(seen) > 1:
            refuse(bot, 503, f"GET /v2/bookings/{booking.uid}")

    bot.faults.slow, bot.faults.slow_match = 1, f"GET /v2/bookings/{booking.uid}"
    bot.faults.sleep = count


async def test_a_host_has_to_give_a_reason_and_is_told_at_the_form(bot: Rig) -> None:
    booking = await flows.book(bot)
    await press_row(bot, ALICE, "cancel", booking)
    outcome = await bot.submit(ALICE)
    assert list(outcome.errors) == [ids.REASON]
    assert status(booking) is Status.ACCEPTED


async def test_what_cannot_be_cancelled_says_so(bot: Rig) -> None:
    booking = await flows.book(bot)
    event_type(bot, "intro").disable_cancelling = True
    await press_row(bot, DAVE, "cancel", booking)
    await bot.submit(DAVE)
    assert "This event type does not allow that. Nothing was cancelled." in said(bot)
    assert status(booking) is Status.ACCEPTED


async def test_a_meeting_that_has_ended_meanwhile_cannot_be_cancelled(bot: Rig) -> None:
    booking = await cancelling(bot)
    bot.clock.at = booking.end + timedelta(minutes=1)
    await bot.submit(DAVE)
    assert "open now" not in said(bot)
    assert "Cancelled" not in said(bot)
    assert status(booking) is Status.ACCEPTED


def waiting(bot: Rig) -> Booking:
    """The one that waits for its host."""
    (found,) = [b for b in bot.cal.bookings if b.status is Status.PENDING]
    return found


@pytest.mark.parametrize("way", ["429", "503", "no connection"])
async def test_a_confirmation_that_fails_says_so_and_works_when_pressed_again(
    bot: Rig, way: str
) -> None:
    await bot.command(ALICE, "confirm")
    asked = bot.last(ALICE)
    if way == "no connection":
        flows.cut_off(bot)
    elif way == "503":
        refuse(bot, 503, f"GET /v2/bookings/{waiting(bot).uid}", count=3)
    else:
        refuse(bot, 429, "/confirm")
    await press(bot, ALICE, "Confirm", asked)
    assert "Nothing was confirmed" in words(bot.last(ALICE))
    booking = waiting(bot)
    flows.back(bot)
    bot.clock.advance(seconds=61)
    await press(bot, ALICE, "Confirm", asked)
    assert "Confirmed" in words(bot.last(ALICE))
    assert booking.title in bot.last(ALICE).text
    assert status(booking) is Status.ACCEPTED


async def test_the_connection_breaks_while_confirming_and_it_is_found_out(bot: Rig) -> None:
    booking = waiting(bot)
    await bot.command(ALICE, "confirm")
    bot.faults.cut, bot.faults.cut_match = 1, "/confirm"
    await press(bot, ALICE, "Confirm")
    assert "Confirmed" in words(bot.last(ALICE))
    assert status(booking) is Status.ACCEPTED


async def test_what_is_confirmed_already_says_so(bot: Rig) -> None:
    await bot.command(ALICE, "confirm")
    asked = bot.last(ALICE)
    await press(bot, ALICE, "Confirm", asked)
    await press(bot, ALICE, "Confirm", asked)
    assert "done already" in words(bot.last(ALICE))


async def declining(bot: Rig) -> Booking:
    booking = waiting(bot)
    await bot.command(ALICE, "decline")
    await press(bot, ALICE, "Decline")
    await fill(bot, ALICE, ids.REASON, "the position is filled")
    return booking


@pytest.mark.parametrize("way", ["429", "no connection"])
async def test_a_decline_refused_for_now_keeps_the_form_and_works_later(bot: Rig, way: str) -> None:
    booking = await declining(bot)
    if way == "429":
        refuse(bot, 429, "/decline")
    else:
        flows.cut_off(bot)
    await bot.submit(ALICE)
    assert "Nothing was declined" in said(bot, ALICE)
    assert status(booking) is Status.PENDING
    assert holds(bot, ALICE, ids.REASON) == "the position is filled"
    flows.back(bot)
    bot.clock.advance(seconds=61)
    await bot.submit(ALICE)
    assert "Declined" in said(bot, ALICE)
    assert status(booking) is Status.REJECTED


async def test_the_connection_breaks_while_declining_and_it_is_found_out(bot: Rig) -> None:
    booking = await declining(bot)
    bot.faults.cut, bot.faults.cut_match = 1, "/decline"
    await bot.submit(ALICE)
    assert "Declined" in said(bot, ALICE)
    assert status(booking) is Status.REJECTED


# -- not allowed -------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["Reschedule", "Cancel"])
async def test_who_may_change_a_booking_is_said(bot: Rig, label: str) -> None:
    booking = await flows.book(bot)
    card = bot.last(CAROL, "bookings")
    await press(bot, CAROL, label, card)
    assert "Only the host, the attendees and the admins of this workspace" in said(bot, CAROL)
    assert "Nothing was" in said(bot, CAROL)
    assert status(booking) is Status.ACCEPTED


async def test_who_may_confirm_is_said(bot: Rig) -> None:
    await bot.command(DAVE, "book interview 27 nov")
    await pick_time(bot)
    await bot.submit(DAVE)
    booking = bot.cal.bookings[-1]
    assert "waiting for Alice Martin" in said(bot)
    await press(bot, DAVE, "Confirm", bot.last(DAVE, "bookings"))
    assert "Only the host and the admins of this workspace can do that" in words(
        bot.last(DAVE, "bookings")
    )
    assert status(booking) is Status.PENDING
