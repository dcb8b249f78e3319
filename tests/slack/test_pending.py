"""What waits: for the host, for payment; and the rows, details and cards that say so."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.calcom.booking import Person
from bot.sandbox.calcom.model import Booking, Status
from bot.slack import ids
from tests.harness import ALICE, BOB, CAROL, DAVE, Rig, words
from tests.slack.flows import WES, block, fill, press_row, said
from tests.slack.pressing import book, event_type, labels, press

AS_DAVE = Person("Dave Okoro", "dave@example.com", "Europe/London")
FRIDAY = datetime(2026, 11, 27, 13, tzinfo=UTC)


async def requested(bot: Rig, person: Person = AS_DAVE) -> Booking:
    """A request for an hour on Friday that waits for Alice."""
    await book(bot, "interview", FRIDAY, person)
    return bot.cal.bookings[-1]


async def confirm(bot: Rig, booking: Booking) -> str:
    await press_row(bot, ALICE, "confirm", booking, "unconfirmed")
    return words(bot.last(ALICE))


# -- confirming --------------------------------------------------------------------------------


async def test_a_free_time_is_confirmed(bot: Rig) -> None:
    booking = await requested(bot)
    told = await confirm(bot, booking)
    assert "*Confirmed*" in told
    assert "series" not in told
    assert booking.status is Status.ACCEPTED


@pytest.mark.parametrize("minutes", [-15, 0, 30, 45])
async def test_a_time_that_is_taken_meanwhile_is_not_confirmed(bot: Rig, minutes: int) -> None:
    booking = await requested(bot)
    await book(bot, "intro", FRIDAY, WES)
    meeting = bot.cal.bookings[-1]
    meeting.start += timedelta(minutes=minutes)
    meeting.end += timedelta(minutes=minutes)
    told = await confirm(bot, booking)
    assert (
        "The host has another meeting at that time by now. Nothing was confirmed. Decline the "
        "request, or ask for another time."
    ) in told
    assert booking.status is Status.PENDING
    assert not any(call.endswith("/confirm") for call in bot.cal_calls())


@pytest.mark.parametrize("minutes", [-30, 60])
async def test_what_ends_or_begins_then_does_not_matter(bot: Rig, minutes: int) -> None:
    booking = await requested(bot)
    await book(bot, "intro", FRIDAY, WES)
    meeting = bot.cal.bookings[-1]
    meeting.start += timedelta(minutes=minutes)
    meeting.end += timedelta(minutes=minutes)
    assert "*Confirmed*" in await confirm(bot, booking)


@pytest.mark.parametrize("change", ["cancelled", "pending", "another host's"])
async def test_nor_does_what_does_not_bind_the_host(bot: Rig, change: str) -> None:
    booking = await requested(bot)
    await book(bot, "intro", FRIDAY, WES)
    meeting = bot.cal.bookings[-1]
    if change == "another host's":
        meeting.host_id = 2
    else:
        meeting.status = Status(change)
    assert "*Confirmed*" in await confirm(bot, booking)


async def test_of_two_requests_for_one_time_one_is_confirmed(bot: Rig) -> None:
    first, second = await requested(bot), await requested(bot, WES)
    assert "*Confirmed*" in await confirm(bot, first)
    assert "another meeting at that time" in await confirm(bot, second)
    assert (first.status, second.status) == (Status.ACCEPTED, Status.PENDING)
    await press_row(bot, ALICE, "decline", second, "unconfirmed")
    await bot.submit(ALICE)
    assert "*Declined*" in said(bot, ALICE)


# -- in words ----------------------------------------------------------------------------------


async def test_what_is_not_paid_yet_says_so(bot: Rig) -> None:
    await book(bot, "consulting", FRIDAY, AS_DAVE)
    await bot.command(ALICE, "types")
    booking = bot.cal.bookings[-1]
    await bot.command(DAVE, "bookings")
    assert "waiting for payment" in words(bot.last(DAVE))
    assert "confirmation" not in words(bot.last(DAVE))
    await press_row(bot, DAVE, "details", booking)
    told = words(bot.last(DAVE))
    assert "*State:* :hourglass_flowing_sand: waiting for payment\n" in told
    assert "Cal.com has mailed the attendee the link to pay." in told
    assert "*Price:* EUR 50.00" in told


async def test_what_is_to_be_paid_and_then_confirmed_says_both(bot: Rig) -> None:
    event_type(bot, "consulting").confirmation_policy = {"type": "always"}
    await book(bot, "consulting", FRIDAY, AS_DAVE)
    await bot.command(ALICE, "types")
    await bot.command(DAVE, "bookings")
    assert "waiting for payment, then for confirmation" in words(bot.last(DAVE))


# -- cards -------------------------------------------------------------------------------------


async def test_a_cards_buttons_follow_what_becomes_of_it(bot: Rig) -> None:
    booking = await requested(bot)
    assert labels(bot.last(CAROL, "bookings")) == ["Confirm", "Decline", "More"]
    await press(bot, ALICE, "Confirm", bot.last(ALICE, "bookings"))
    card = bot.seen(CAROL, "bookings")[-1]
    assert labels(card) == ["Reschedule", "Cancel", "More"]
    await press(bot, ALICE, "Cancel", card)
    await bot.people.close(ALICE, all=True)
    await press(bot, DAVE, "Cancel", card)
    await bot.submit(DAVE)
    assert booking.status is Status.CANCELLED
    assert labels(bot.seen(CAROL, "bookings")[-1]) == []


async def test_more_shows_the_details_to_who_pressed_alone(bot: Rig) -> None:
    await requested(bot)
    before = len(bot.seen(BOB, "bookings"))
    await press(bot, DAVE, "More", bot.last(DAVE, "bookings"))
    told = words(bot.last(DAVE, "bookings"))
    assert "*For:* Dave Okoro (dave@example.com)" in told
    assert len(bot.seen(BOB, "bookings")) == before


async def test_more_tells_a_stranger_nothing(bot: Rig) -> None:
    await requested(bot)
    await press(bot, CAROL, "More", bot.last(CAROL, "bookings"))
    assert "not yours to see" in bot.last(CAROL, "bookings").text
    assert "dave@example.com" not in words(bot.last(CAROL, "bookings"))


async def test_who_did_not_come_is_marked_from_the_card(bot: Rig) -> None:
    await book(bot, "intro", bot.clock() + timedelta(hours=5), AS_DAVE)
    booking = bot.cal.bookings[-1]
    assert "No-show" not in labels(bot.last(ALICE, "bookings"))
    bot.clock.at = booking.start
    await bot.cal.tick()
    await bot.settle()
    card = bot.seen(ALICE, "bookings")[-1]
    assert labels(card) == ["Join", "No-show", "More"]
    await press(bot, ALICE, "No-show", card)
    options = block(bot, ALICE, ids.ABSENT)["element"]["options"]
    values = [option["value"] for option in options if "Dave" in option["text"]["text"]]
    await fill(bot, ALICE, ids.ABSENT, values)
    await bot.submit(ALICE)
    assert [attendee.absent for attendee in booking.attendees] == [True]
