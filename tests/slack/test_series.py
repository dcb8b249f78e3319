"""Series: one of them, or all that follow. Dave has six weekly check-ins with Alice from Friday."""

from datetime import UTC, datetime

import pytest

from bot.sandbox.calcom import v2_event_types
from bot.sandbox.calcom.booking import Person
from bot.sandbox.calcom.model import Booking, Status
from bot.slack import ids
from tests.harness import ALICE, DAVE, Rig, words
from tests.slack.flows import (
    back,
    block,
    fill,
    front,
    has_block,
    holds,
    pick_time,
    press_row,
    refuse,
    said,
)
from tests.slack.pressing import book, button, event_type, press

AS_DAVE = Person("Dave Okoro", "dave@example.com", "Europe/London")
FRIDAY = datetime(2026, 11, 27, 13, tzinfo=UTC)
MISSING = {"message": "responses - {rescheduleReason}error_required_field, "}


@pytest.fixture
async def series(bot: Rig) -> list[Booking]:
    await book(bot, "check-in", FRIDAY, AS_DAVE)
    await bot.command(ALICE, "types")
    found = [b for b in bot.cal.bookings if b.start.hour == FRIDAY.hour and b.recurring_uid]
    assert len(found) == 6
    for number, each in enumerate(found):
        each.title = f"Check-in {number}"
    bot.forget_calls()
    return found


def alive(series: list[Booking]) -> list[bool]:
    return [each.alive for each in series]


# -- cancelling --------------------------------------------------------------------------------


async def test_only_one_of_them(bot: Rig, series: list[Booking]) -> None:
    await press_row(bot, DAVE, "cancel", series[2])
    options = block(bot, DAVE, ids.EXTENT)["element"]["options"]
    assert [o["text"]["text"] for o in options] == ["Only this one", "This and all later ones"]
    assert holds(bot, DAVE, ids.EXTENT) == "all"
    await bot.submit(DAVE)
    assert "*Cancelled*: only this one of its series" in said(bot)
    assert alive(series) == [True, True, False, True, True, True]


async def test_this_and_all_later_ones(bot: Rig, series: list[Booking]) -> None:
    await press_row(bot, ALICE, "cancel", series[1])
    await fill(bot, ALICE, ids.EXTENT, "following")
    await fill(bot, ALICE, ids.REASON, "the project ends")
    outcome = await bot.submit(ALICE)
    assert "*Cancelled*: this one and all later ones of its series" in said(bot, ALICE)
    assert alive(series) == [True, False, False, False, False, False]
    assert outcome.delivery is not None
    await bot.people.resend(outcome.delivery)
    await bot.settle()
    assert "done already" in said(bot, ALICE)
    assert sum("/cancel" in call for call in bot.cal_calls()) == 1


async def test_what_was_chosen_is_still_chosen_after_a_failure(
    bot: Rig, series: list[Booking]
) -> None:
    await press_row(bot, DAVE, "cancel", series[2])
    await fill(bot, DAVE, ids.EXTENT, "following")
    refuse(bot, 429, "/cancel")
    await bot.submit(DAVE)
    assert "Nothing was cancelled" in said(bot)
    assert holds(bot, DAVE, ids.EXTENT) == "following"
    back(bot)
    bot.clock.advance(seconds=61)
    await bot.submit(DAVE)
    assert alive(series) == [True, True, False, False, False, False]


async def test_from_a_card_the_choice_is_the_same(bot: Rig, series: list[Booking]) -> None:
    """A webhook does not tell the series: it is looked up once the modal is open."""
    card = next(m for m in bot.seen(DAVE, "bookings") if "Fri 27 Nov" in words(m))
    assert "*Series*\none of a series" in words(card)
    await press(bot, DAVE, "Cancel", card)
    await fill(bot, DAVE, ids.EXTENT, "following")
    await bot.submit(DAVE)
    assert not any(alive(series))


async def test_a_single_booking_has_no_later_ones(bot: Rig, series: list[Booking]) -> None:
    """What comes back from Slack is a claim: a forged one changes nothing."""
    await press_row(bot, DAVE, "cancel", series[0])
    await fill(bot, DAVE, ids.EXTENT, "following")
    series[0].recurring_uid = None
    await bot.submit(DAVE)
    assert "Nothing was cancelled." in said(bot)
    assert all(alive(series))


@pytest.mark.parametrize("setup", [{"version": "v1"}], indirect=True)
async def test_over_v1_there_is_no_choice(bot: Rig, series: list[Booking]) -> None:
    await press_row(bot, DAVE, "cancel", series[2])
    assert not has_block(bot, DAVE, ids.EXTENT)
    await bot.submit(DAVE)
    assert alive(series) == [True, True, False, True, True, True]


async def test_a_reason_that_is_wanted_of_everybody_is_asked_at_its_field(
    bot: Rig, series: list[Booking]
) -> None:
    await press_row(bot, DAVE, "cancel", series[2])
    await fill(bot, DAVE, ids.EXTENT, "following")
    body = {"statusCode": 400, "message": "Cancellation reason is required"}
    refuse(bot, 400, "/cancel", body=body)
    await bot.submit(DAVE)
    blocks = front(bot).blocks
    at = next(n for n, each in enumerate(blocks) if each["block_id"] == ids.REASON)
    assert "This has to be filled in. Nothing was cancelled." in words(blocks[at + 1])
    assert not blocks[at].get("optional")
    assert holds(bot, DAVE, ids.EXTENT) == "following"
    assert words(front(bot)).count("has to be filled in") == 1


# -- moving ------------------------------------------------------------------------------------


async def test_only_the_one_moves_and_the_form_says_so(bot: Rig, series: list[Booking]) -> None:
    await press_row(bot, DAVE, "reschedule", series[2])
    assert "It is one of a series: only this one moves, the others stay." in said(bot)
    await pick_time(bot)
    await bot.submit(DAVE)
    assert "*Moved*" in said(bot)
    assert alive(series) == [True, True, False, True, True, True]


async def test_a_reason_for_moving_that_the_event_type_wants_is_required(bot: Rig) -> None:
    fields = [{"slug": "rescheduleReason", "required": True}]
    body = {"lengthInMinutes": 30, "title": "Strict", "slug": "strict", "bookingFields": fields}
    v2_event_types.add(bot.cal, 1, body)
    await book(bot, "strict", FRIDAY, AS_DAVE)
    await bot.command(DAVE, "types")
    await press_row(bot, DAVE, "reschedule", bot.cal.bookings[-1])
    await pick_time(bot)
    outcome = await bot.submit(DAVE)
    assert list(outcome.errors) == [ids.REASON]
    await fill(bot, DAVE, ids.REASON, "a train")
    await bot.submit(DAVE)
    assert "*Moved*" in said(bot)


async def test_a_complaint_about_the_reason_comes_back_at_its_field(
    bot: Rig, series: list[Booking]
) -> None:
    await press_row(bot, DAVE, "reschedule", series[2])
    start = await pick_time(bot)
    refuse(bot, 400, "/reschedule", body=MISSING)
    await bot.submit(DAVE)
    blocks = front(bot).blocks
    at = next(n for n, each in enumerate(blocks) if each["block_id"] == ids.REASON)
    assert "This has to be filled in. Nothing was moved." in words(blocks[at + 1])
    assert holds(bot, DAVE, ids.TIME) == start.isoformat()
    await fill(bot, DAVE, ids.REASON, "a train")
    await bot.submit(DAVE)
    assert "*Moved*" in said(bot)


async def test_what_may_not_be_moved_is_not_offered(bot: Rig, series: list[Booking]) -> None:
    await bot.command(DAVE, "bookings")
    listed = bot.last(DAVE)
    event_type(bot, "check-in").disable_cancelling = True
    await bot.command(DAVE, "cancel")
    assert button(bot.last(DAVE), "Cancel")
    bot.clock.advance(minutes=6)
    await bot.command(DAVE, "types")
    await bot.command(DAVE, "cancel")
    assert "You have no upcoming booking that can be cancelled." in bot.last(DAVE).text
    assert listed is not bot.last(DAVE)


# -- a series that waits for its host ----------------------------------------------------------


async def pending(bot: Rig) -> list[Booking]:
    event_type(bot, "check-in").confirmation_policy = {"type": "always"}
    await book(bot, "check-in", FRIDAY, AS_DAVE)
    found = [b for b in bot.cal.bookings if b.status is Status.PENDING and b.recurring_uid]
    for number, each in enumerate(found):
        each.title = f"Check-in {number}"
    await bot.command(ALICE, "types")
    return found


async def test_the_whole_series_is_confirmed(bot: Rig) -> None:
    series = await pending(bot)
    await press_row(bot, ALICE, "confirm", series[1], "unconfirmed")
    assert "*Confirmed*: the whole series" in words(bot.last(ALICE))
    assert {each.status for each in series} == {Status.ACCEPTED}


async def test_the_whole_series_is_declined_and_the_form_says_so(bot: Rig) -> None:
    series = await pending(bot)
    await press_row(bot, ALICE, "decline", series[1], "unconfirmed")
    assert "*the whole series* is declined" in said(bot, ALICE)
    await bot.submit(ALICE)
    assert "*Declined*: the whole series" in said(bot, ALICE)
    assert {each.status for each in series} == {Status.REJECTED}


async def test_any_of_its_times_that_is_taken_keeps_it_from_being_confirmed(bot: Rig) -> None:
    series = await pending(bot)
    await book(bot, "intro", series[4].start, AS_DAVE)
    await press_row(bot, ALICE, "confirm", series[1], "unconfirmed")
    assert "The host has another meeting at that time by now." in bot.last(ALICE).text
    assert {each.status for each in series} == {Status.PENDING}
