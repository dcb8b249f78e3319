"""What each flow costs in remote calls, and that no answer to Slack waits for one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from bot.sandbox.calcom import cancelling
from bot.sandbox.calcom.cancelling import Cancellation
from bot.sandbox.calcom.model import Booking
from bot.sandbox.slack.outcome import Outcome
from bot.slack import ids
from tests.harness import ALICE, DAVE, Rig, words
from tests.slack import flows
from tests.slack.flows import WES, fill, front, pick_time, press_row
from tests.slack.pressing import add_event_types
from tests.slack.pressing import book as book_outside


def spent(bot: Rig, booking: Booking | None = None) -> tuple[list[str], list[str]]:
    """The calls that were made: Cal.com's, and Slack's without the channel's card. That a time is
    let go comes after the result, and is no part of the way there."""
    uid = booking.uid if booking else "no booking"
    cal = [call.replace(uid, "uid") for call in bot.cal_calls() if not call.startswith("DELETE")]
    return cal, [call for call in bot.slack_calls() if not call.startswith("chat.")]


def besides_types(cal: list[str]) -> list[str]:
    """Without the event types, one's own and one's teams': what they cost is the server's."""
    assert "GET /v2/event-types" in cal
    return [call for call in cal if "/event-types" not in call and call != "GET /v2/teams"]


async def known(bot: Rig) -> None:
    """Dave, his account and the event types are known from before."""
    await bot.command(DAVE, "types")
    await bot.command(DAVE, "bookings")
    bot.forget_calls()


async def test_slots_cost_one_and_one(bot: Rig) -> None:
    await known(bot)
    await bot.command(DAVE, "slots intro")
    assert spent(bot) == (["GET /v2/slots"], ["response_url"])


async def test_slots_while_nothing_is_known(bot: Rig) -> None:
    await bot.command(DAVE, "slots intro")
    cal, slack = spent(bot)
    assert besides_types(cal) == ["GET /v2/slots"]
    assert slack == ["users.info", "response_url"]


async def test_bookings_cost_one_and_one(bot: Rig) -> None:
    await known(bot)
    await bot.command(DAVE, "bookings")
    assert spent(bot) == (["GET /v2/bookings"], ["response_url"])


async def test_bookings_while_nothing_is_known(bot: Rig) -> None:
    await bot.command(DAVE, "bookings")
    assert spent(bot) == (
        ["GET /v2/me", "GET /v2/bookings"],
        ["users.info", "response_url"],
    )


async def book(bot: Rig) -> Booking:
    await bot.command(DAVE, "book intro tomorrow")
    await pick_time(bot)
    await bot.submit(DAVE)
    assert "Booked" in words(front(bot))
    return bot.cal.bookings[-1]


async def test_booking_costs_three_and_three(bot: Rig) -> None:
    """From the command to the result: within 3 + 3; then the hold is let go."""
    await known(bot)
    await book(bot)
    assert bot.cal_calls()[-1].startswith("DELETE /v2/slots/reservations/")
    assert spent(bot) == (
        ["GET /v2/slots", "POST /v2/slots/reservations", "POST /v2/bookings"],
        ["views.open", "views.update", "views.update"],
    )


async def test_booking_while_nothing_is_known(bot: Rig) -> None:
    await book(bot)
    cal, slack = spent(bot)
    assert besides_types(cal) == [
        "GET /v2/me",
        "GET /v2/slots",
        "POST /v2/slots/reservations",
        "POST /v2/bookings",
    ]
    assert slack == ["views.open", "users.info", "views.update", "views.update"]


async def test_another_day_within_the_two_weeks_costs_one_drawing(bot: Rig) -> None:
    await known(bot)
    await bot.command(DAVE, "book intro tomorrow")
    bot.forget_calls()
    await fill(bot, DAVE, ids.DAY, "2026-11-27")
    assert spent(bot) == ([], ["views.update"])


async def test_rescheduling_costs_three_and_three(bot: Rig) -> None:
    booking = await book(bot)
    await bot.people.close(DAVE, all=True)
    await known(bot)
    await press_row_only(bot, "reschedule", booking)
    await pick_time(bot, nth=3)
    await bot.submit(DAVE)
    assert "Moved" in words(front(bot))
    assert spent(bot, booking) == (
        ["GET /v2/slots", "GET /v2/bookings/uid", "POST /v2/bookings/uid/reschedule"],
        ["views.open", "views.update", "views.update"],
    )


async def test_rescheduling_does_not_ask_for_event_types_again(bot: Rig) -> None:
    booking = await book(bot)
    await bot.people.close(DAVE, all=True)
    await known(bot)
    bot.clock.advance(minutes=6)
    await press_row_only(bot, "reschedule", booking)
    await pick_time(bot, nth=3)
    await bot.submit(DAVE)
    cal, _ = spent(bot, booking)
    assert cal == [
        "GET /v2/slots",
        "GET /v2/bookings/uid",
        "POST /v2/bookings/uid/reschedule",
    ]


async def test_cancelling_costs_two_and_two(bot: Rig) -> None:
    booking = await book(bot)
    await bot.people.close(DAVE, all=True)
    await known(bot)
    await press_row_only(bot, "cancel", booking)
    await bot.submit(DAVE)
    assert "Cancelled" in words(front(bot))
    assert spent(bot, booking) == (
        ["GET /v2/bookings/uid", "POST /v2/bookings/uid/cancel"],
        ["views.open", "views.update"],
    )


async def press_row_only(bot: Rig, action: str, booking: Booking) -> None:
    """Press in the list that is there already."""
    message = bot.last(DAVE)
    await bot.click(DAVE, message, ids.ROW, **flows.row_option(bot, message, action, booking))


async def test_cancelling_from_a_card_that_nobody_listed(bot: Rig) -> None:
    """The store is asked for the booking after the modal is open: one more drawing."""
    booking = await book(bot)
    await bot.people.close(DAVE, all=True)
    bot.bot.deps.people.forget(bot.slack.team_id, DAVE)
    bot.forget_calls()
    card = bot.last(DAVE, "bookings")
    await bot.click(DAVE, card, ids.DO_CANCEL)
    await bot.submit(DAVE)
    assert spent(bot, booking) == (
        ["GET /v2/bookings/uid", "POST /v2/bookings/uid/cancel"],
        ["views.open", "users.info", "views.update", "views.update"],
    )


async def test_confirming_costs_three_and_one(bot: Rig) -> None:
    """Besides reading and confirming it, the host's other bookings are looked at."""
    await bot.command(ALICE, "confirm")
    bot.forget_calls()
    await bot.click(ALICE, bot.last(ALICE), ids.DO_CONFIRM)
    (waiting,) = (b for b in bot.cal.bookings if b.title.startswith("Job interview") and b.alive)
    assert spent(bot, waiting) == (
        ["GET /v2/bookings/uid", "GET /v2/bookings", "POST /v2/bookings/uid/confirm"],
        ["response_url"],
    )


async def test_a_notification_costs_nothing_and_one(bot: Rig) -> None:
    await book_outside(bot, "intro", bot.clock().replace(hour=14), WES)
    assert bot.cal_calls() == []
    assert bot.slack_calls() == ["chat.postMessage"]


async def test_an_edited_notification_costs_nothing_and_two(bot: Rig) -> None:
    await book_outside(bot, "intro", bot.clock().replace(hour=14), WES)
    bot.forget_calls()
    await cancelling.cancel(bot.cal, bot.cal.bookings[-1], Cancellation("no need any more"))
    await bot.settle()
    assert bot.cal_calls() == []
    assert bot.slack_calls() == ["chat.update", "chat.postMessage"]  # the card, and its thread


# -- an answer to Slack never waits for Cal.com ------------------------------------------------


@asynccontextmanager
async def cal_com_blocked(bot: Rig) -> AsyncIterator[asyncio.Event]:
    """Cal.com takes five seconds, and they do not pass before the end of the block; the event is
    set once it was asked."""
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def wait(seconds: float) -> None:
        asked.set()
        await go_on.wait()

    bot.faults.slow, bot.faults.sleep = 5, wait
    try:
        yield asked
    finally:
        go_on.set()
        await bot.settle()


async def answered_while_blocked(bot: Rig, doing: Callable[[], Awaitable[Outcome]]) -> Outcome:
    """Do it; Slack has its answer while Cal.com has been asked and says nothing."""
    async with cal_com_blocked(bot) as asked:
        outcome = await doing()
        assert outcome.delivery is not None
        assert outcome.delivery.status == 200
        async with asyncio.timeout(5):
            await asked.wait()
    return outcome


@pytest.mark.parametrize(
    "typed", ["types", "slots intro", "book intro", "bookings", "today", "cancel", "schedule"]
)
async def test_commands_are_answered_before_cal_com(bot: Rig, typed: str) -> None:
    await answered_while_blocked(bot, lambda: bot.people.command(ALICE, "general", "/cal", typed))


async def test_a_modal_is_open_before_cal_com_answers(bot: Rig) -> None:
    async with cal_com_blocked(bot) as asked:
        await bot.people.command(DAVE, "general", "/cal", "book intro")
        async with asyncio.timeout(5):
            await asked.wait()
        assert "Looking up" in words(front(bot))
    assert "Intro call" in words(front(bot))


async def test_what_was_submitted_is_answered_before_cal_com(bot: Rig) -> None:
    await bot.command(DAVE, "book intro tomorrow")
    await pick_time(bot)
    outcome = await answered_while_blocked(bot, lambda: bot.people.submit(DAVE))
    assert outcome.view is not None
    assert "Booked" in words(front(bot))


async def test_choices_are_answered_before_cal_com(bot: Rig) -> None:
    await bot.command(DAVE, "book intro tomorrow")
    await answered_while_blocked(
        bot,
        lambda: bot.people.fill(
            DAVE, ids.PICK_DAY, "2027-03-02", block=flows.block(bot, DAVE, ids.DAY)["block_id"]
        ),
    )


@pytest.mark.parametrize("action", ["cancel", "reschedule"])
async def test_changes_are_answered_before_cal_com(bot: Rig, action: str) -> None:
    booking = await flows.book(bot)
    await press_row(bot, DAVE, action, booking)
    if action == "reschedule":
        await pick_time(bot, nth=2)
    await answered_while_blocked(bot, lambda: bot.people.submit(DAVE))


async def test_confirm_is_answered_before_cal_com(bot: Rig) -> None:
    await bot.command(ALICE, "confirm")
    asked = bot.last(ALICE)
    await answered_while_blocked(bot, lambda: bot.people.click(ALICE, asked, ids.DO_CONFIRM))


async def test_a_menu_has_its_options_in_time_or_is_empty(bot: Rig) -> None:
    """Its options have to be in the answer itself, so they are waited for, but not for long."""
    add_event_types(bot, 120)
    await bot.command(DAVE, "book")
    bot.clock.advance(minutes=6)
    block = flows.block(bot, DAVE, ids.EVENT_TYPE)["block_id"]
    async with cal_com_blocked(bot):
        outcome = await bot.people.options(DAVE, ids.PICK_EVENT_TYPE, "extra", block=block)
        assert outcome.error is None
        assert outcome.options == {"options": []}
    outcome = await bot.people.options(DAVE, ids.PICK_EVENT_TYPE, "extra", block=block)
    assert len(outcome.options["options"]) == 100
