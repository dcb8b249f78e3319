"""A time that is gone, a wrong answer, a channel that cannot be told: the form stays filled in."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta

import pytest
import stamina

from bot.sandbox.calcom.booking import Person
from bot.slack import ids
from tests.harness import ALICE, BOB, DAVE, Rig
from tests.slack import flows
from tests.slack.flows import (
    WES,
    another,
    assert_booked_as_filled_in,
    assert_still_filled_in,
    fill,
    filled_in,
    front,
    holds,
    pick_time,
    refuse,
    said,
)
from tests.slack.pressing import book as book_outside
from tests.slack.pressing import event_type


@pytest.fixture(autouse=True)
def no_pauses() -> Iterator[None]:
    """Tries follow each other at once; how long is waited is the transport's tests' affair."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


# -- times that cannot be had ------------------------------------------------------------------


async def taken(bot: Rig, start: datetime) -> None:
    await book_outside(bot, "intro", start, WES)


async def past(bot: Rig, start: datetime) -> None:
    bot.clock.at = start + timedelta(minutes=1)


async def too_soon(bot: Rig, start: datetime) -> None:
    event_type(bot, "intro").minimum_notice = 1440
    bot.clock.at = start - timedelta(minutes=10)


async def limited(bot: Rig, start: datetime) -> None:
    event_type(bot, "intro").booking_limits_count = {"day": 1}
    await book_outside(bot, "intro", another(bot), WES)


Happens = Callable[[Rig, datetime], Awaitable[None]]


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (taken, "That time has just been taken."),
        (past, "That time has already passed."),
        (too_soon, "That time is too soon"),
        (limited, "The limit of bookings for this event type is reached"),
    ],
)
async def test_a_time_that_is_gone_says_why_and_shows_others_with_all_that_was_typed(
    bot: Rig, happens: Happens, reason: str
) -> None:
    start = await filled_in(bot)
    await happens(bot, start)
    bot.clock.advance(seconds=3)  # so long Cal.com keeps a list of times
    before = len(bot.cal.bookings)
    await bot.submit(DAVE)
    assert reason in said(bot)
    assert "Nothing was booked. Here is what is open now." in said(bot)
    assert len(bot.cal.bookings) == before
    assert_still_filled_in(bot)
    if not flows.has_block(bot, DAVE, ids.TIME):  # nothing is left on that day
        await fill(bot, DAVE, ids.DAY, "2026-11-27")
    assert start.isoformat() not in flows.starts(bot)
    await pick_time(bot)
    await bot.submit(DAVE)
    assert len(bot.cal.bookings) == before + 1
    assert_booked_as_filled_in(bot, bot.cal.bookings[-1])


async def test_a_class_that_is_full_meanwhile_says_so(bot: Rig) -> None:
    seats = event_type(bot, "onboarding").seats
    assert seats
    seats.per_slot = 1
    await bot.command(DAVE, "book onboarding 2 dec")
    start = await pick_time(bot)
    await fill(bot, DAVE, ids.NOTES, "first row")
    await book_outside(bot, "onboarding", start, WES)
    await bot.submit(DAVE)
    assert "There are no seats left at that time. Nothing was booked." in said(bot)
    assert holds(bot, DAVE, ids.NOTES) == "first row"
    await pick_time(bot)
    await bot.submit(DAVE)
    assert "Booked" in said(bot)


async def test_somebody_who_has_a_seat_is_told_so(bot: Rig) -> None:
    await bot.command(DAVE, "book onboarding 26 nov")
    start = await pick_time(bot)
    await book_outside(bot, "onboarding", start, Person("Dave", "dave@example.com", "UTC"))
    before = len(bot.cal.bookings)
    await bot.submit(DAVE)
    assert "has a seat at that time already. Nothing was booked." in said(bot)
    assert len(bot.cal.bookings) == before


async def test_a_taken_time_while_cal_com_does_not_list_others_is_not_called_open(
    bot: Rig,
) -> None:
    start = await filled_in(bot)
    await taken(bot, start)
    refuse(bot, 503, "GET /v2/slots", count=3)
    await bot.submit(DAVE)
    assert "just been taken" in said(bot)
    assert "open now" not in said(bot)
    assert not flows.has_block(bot, DAVE, ids.TIME)
    assert_still_filled_in(bot)


# -- wrong answers, at their field -------------------------------------------------------------


async def test_wrong_addresses_are_said_at_their_field(bot: Rig) -> None:
    await filled_in(bot)
    await fill(bot, DAVE, ids.GUEST_EMAIL, "wes<x>@wood.example")
    await fill(bot, DAVE, ids.INVITE_EMAILS, "pat@wood.example, nobody")
    outcome = await bot.submit(DAVE)
    email = next(key for key in outcome.errors if key.startswith(ids.GUEST_EMAIL))
    assert outcome.errors[email] == "This is not an e-mail address."
    assert outcome.errors[ids.INVITE_EMAILS] == "Not an e-mail address: nobody"
    assert bot.cal_calls()[-1] != "POST /v2/bookings"


async def test_no_time_chosen_is_said_at_the_times(bot: Rig) -> None:
    await bot.command(DAVE, "book intro tomorrow")
    outcome = await bot.submit(DAVE)
    assert [key.partition(":")[0] for key in outcome.errors] == [ids.TIME]


@pytest.mark.parametrize(
    ("message", "at"),
    [
        ("responses - {email}email_validation_error, ", ids.GUEST_EMAIL),
        ("attendee property is wrong, timeZone property is wrong,bad", ids.TIME_ZONE),
        ("responses - {guests}email_validation_error, ", ids.INVITE_EMAILS),
    ],
)
async def test_what_cal_com_refuses_of_a_field_stands_under_it(
    bot: Rig, message: str, at: str
) -> None:
    await filled_in(bot)
    body = {"status": "error", "error": {"code": "BAD_REQUEST", "message": message}}
    refuse(bot, 400, "POST /v2/bookings", body=body)
    await bot.submit(DAVE)
    blocks = front(bot).blocks
    shown = [b["block_id"].partition(":")[0] for b in blocks]
    below = blocks[shown.index(at) + 1]
    assert below["type"] == "section"
    assert "Nothing was booked" in below["text"]["text"]
    assert_still_filled_in(bot)
    await bot.submit(DAVE)
    assert "Booked" in said(bot)


async def test_the_own_details_are_opened_where_cal_com_refuses_them(bot: Rig) -> None:
    await bot.command(DAVE, "book intro tomorrow")
    await pick_time(bot)
    message = "Cannot use this email to create the booking."
    refuse(bot, 403, "POST /v2/bookings", body={"statusCode": 403, "message": message})
    await bot.submit(DAVE)
    assert "This address cannot book here." in said(bot)
    assert holds(bot, DAVE, ids.GUEST_EMAIL) == "dave@example.com"
    await fill(bot, DAVE, ids.GUEST_EMAIL, "dave@home.example")
    await bot.submit(DAVE)
    assert bot.cal.bookings[-1].attendees[0].email == "dave@home.example"


async def test_an_invited_member_without_an_address_is_named(bot: Rig) -> None:
    """Nobody is left out in silence."""
    await filled_in(bot)
    bot.slack.people[BOB].email = ""
    bot.clock.advance(minutes=11)  # what Slack said of them is asked for again
    await bot.submit(DAVE)
    assert "Slack shows no e-mail address for Bob Stone. Nothing was booked." in said(bot)
    assert holds(bot, DAVE, ids.INVITE_MEMBERS) == [BOB]
    assert "POST /v2/bookings" not in bot.cal_calls()


async def test_a_question_that_is_not_asked_here_is_named(bot: Rig) -> None:
    await filled_in(bot)
    message = "Missing required booking field response: company - and so on"
    body = {"status": "error", "error": {"code": "BadRequestException", "message": message}}
    refuse(bot, 400, "POST /v2/bookings", body=body)
    await bot.submit(DAVE)
    assert "company: This has to be filled in. Nothing was booked." in said(bot)
    assert_still_filled_in(bot)


# -- a channel that cannot be reached ----------------------------------------------------------


async def test_a_channel_that_cannot_be_told_does_not_undo_the_booking(bot: Rig) -> None:
    await bot.command(ALICE, "book intro tomorrow")
    await fill(bot, ALICE, ids.GUEST_NAME, "Wes Wood")
    await fill(bot, ALICE, ids.GUEST_EMAIL, "wes@wood.example")
    await fill(bot, ALICE, ids.CHANNEL, "C0LEADS")
    start = await pick_time(bot, ALICE)
    await bot.submit(ALICE)
    assert bot.cal.bookings[-1].start == start
    assert "Booked" in said(bot, ALICE)
    assert "could not tell <#C0LEADS>" in said(bot, ALICE)
    assert "/invite" in said(bot, ALICE)
