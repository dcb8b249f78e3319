"""A time that somebody has chosen is held while they fill in the rest, and let go in every end."""

from datetime import datetime

import pytest

from bot.sandbox.calcom.model import Reservation
from bot.slack import ids
from tests.harness import BOB, DAVE, Rig, words
from tests.slack.flows import (
    block,
    fill,
    front,
    has_block,
    holds,
    pick_time,
    refuse,
    starts,
    without_store,
)
from tests.slack.pressing import press, press_first_time

RESERVATIONS = "/v2/slots/reservations"


def held(bot: Rig) -> list[datetime]:
    """The times that Cal.com holds now."""
    now = bot.clock()
    return [one.start for one in bot.cal.reservations.values() if one.until > now]


def reserving(bot: Rig) -> list[str]:
    """What was asked about reservations, without their uids."""
    calls = [call for call in bot.cal_calls() if RESERVATIONS in call]
    return [call.split(" ")[0] for call in calls]


async def test_the_chosen_time_is_held_and_let_go_once_it_is_booked(bot: Rig) -> None:
    await bot.command(DAVE, "book intro tomorrow")
    assert held(bot) == []
    start = await pick_time(bot)
    assert held(bot) == [start]
    await bot.submit(DAVE)
    assert "*Booked*" in words(front(bot))
    assert held(bot) == []
    assert reserving(bot) == ["POST", "DELETE"]


async def test_a_slots_button_holds_its_time_at_once(bot: Rig) -> None:
    await bot.command(DAVE, "slots intro tomorrow")
    await press_first_time(bot, DAVE)
    assert held(bot) == [datetime.fromisoformat(holds(bot, DAVE, ids.TIME))]


async def test_another_time_takes_the_place_of_the_first(bot: Rig) -> None:
    await bot.command(DAVE, "book intro tomorrow")
    await pick_time(bot, nth=0)
    second = await pick_time(bot, nth=2)
    assert held(bot) == [second]


@pytest.mark.parametrize("everything", [True, False])
async def test_closing_the_form_lets_it_go(bot: Rig, everything: bool) -> None:
    await bot.command(DAVE, "book intro tomorrow")
    await pick_time(bot)
    await bot.people.close(DAVE, all=everything)
    await bot.settle()
    assert held(bot) == []


async def test_another_day_or_event_type_lets_it_go(bot: Rig) -> None:
    await bot.command(DAVE, "book intro tomorrow")
    await pick_time(bot)
    await fill(bot, DAVE, ids.DAY, "2026-11-27")
    assert held(bot) == []
    await pick_time(bot)
    session = next(e for e in bot.cal.event_types.values() if e.slug == "session")
    await fill(bot, DAVE, ids.EVENT_TYPE, str(session.id))
    assert held(bot) == []


async def test_it_lapses_by_itself_and_is_taken_anew_when_something_is_done(bot: Rig) -> None:
    await bot.command(DAVE, "book intro fri")
    start = await pick_time(bot)
    bot.clock.advance(minutes=6)
    assert held(bot) == []
    await fill(bot, DAVE, ids.FOR_WHOM, "guest")
    assert held(bot) == [start]


async def test_the_holder_is_never_locked_out(bot: Rig) -> None:
    """Cal.com hides a held time from everybody; the one who holds it still sees and books it."""
    await bot.command(DAVE, "book intro tomorrow")
    start = await pick_time(bot)
    bot.clock.advance(minutes=1)  # the times that were looked up are forgotten
    await fill(bot, DAVE, ids.FOR_WHOM, "guest")
    assert start.isoformat() in starts(bot)
    assert holds(bot, DAVE, ids.TIME) == start.isoformat()
    await bot.command(DAVE, "book intro tomorrow")  # a second form, the first one still open
    assert start.isoformat() in starts(bot)
    await fill(bot, DAVE, ids.TIME, start.isoformat())
    assert held(bot) == [start]
    await bot.submit(DAVE)
    assert "*Booked*" in words(front(bot))


async def test_others_are_told_at_once_that_somebody_is_about_to_take_it(bot: Rig) -> None:
    await bot.command(DAVE, "book intro tomorrow")
    await bot.command(BOB, "book intro tomorrow")
    start = await pick_time(bot, DAVE)
    await fill(bot, BOB, ids.NOTES, "keep me")
    await fill(bot, BOB, ids.TIME, start.isoformat())
    assert "That time has just been taken" in words(front(bot, BOB))
    assert start.isoformat() not in starts(bot, BOB)
    assert holds(bot, BOB, ids.NOTES) == "keep me"


async def test_a_server_that_refuses_the_holder_too_is_asked_again_without_the_hold(
    bot: Rig,
) -> None:
    """The recorded server lets a held time be booked; a newer one may not."""
    await bot.command(DAVE, "book intro tomorrow")
    start = await pick_time(bot)
    taken = "User either already has booking at this time or is not available"
    error = {"code": "BadRequestException", "message": taken}
    refuse(bot, 400, "POST /v2/bookings", body={"status": "error", "error": error})
    await bot.submit(DAVE)
    assert "*Booked*" in words(front(bot))
    assert bot.cal.bookings[-1].start == start
    assert held(bot) == []


@pytest.mark.parametrize("status", [403, 404, 500, 503])
async def test_where_nothing_can_be_held_everything_still_works(bot: Rig, status: int) -> None:
    refuse(bot, status, RESERVATIONS, count=99)
    await bot.command(DAVE, "book intro tomorrow")
    await pick_time(bot)
    assert not has_block(bot, DAVE, "problem")
    await bot.submit(DAVE)
    assert "*Booked*" in words(front(bot))


async def test_without_the_store_a_time_can_be_chosen_all_the_same(bot: Rig) -> None:
    await bot.command(DAVE, "book intro tomorrow")
    async with without_store(bot):
        chosen = block(bot, DAVE, ids.TIME)
        option = chosen["element"]["option_groups"][0]["options"][0]["value"]
        action = chosen["element"]["action_id"]
        await bot.people.fill(DAVE, action, option, block=chosen["block_id"])
        await bot.bot.background.drain()
    assert held(bot) == []


async def test_what_is_held_for_one_form_is_not_let_go_by_another(bot: Rig) -> None:
    await bot.command(DAVE, "book intro tomorrow")
    await pick_time(bot)
    first = front(bot)
    await bot.command(DAVE, "book intro fri")
    second = await pick_time(bot)
    assert held(bot) == [second]
    await bot.people.close(DAVE)
    await bot.settle()
    assert held(bot) == []
    assert first.body["private_metadata"]


async def test_a_class_holds_a_seat(bot: Rig) -> None:
    await bot.command(DAVE, "book onboarding")
    start = await pick_time(bot)
    (reservation,) = bot.cal.reservations.values()
    assert isinstance(reservation, Reservation)
    assert reservation.start == start
    await bot.submit(DAVE)
    assert held(bot) == []


async def test_it_can_be_booked_from_the_list_after_the_form_was_closed(bot: Rig) -> None:
    await bot.command(DAVE, "book intro tomorrow")
    start = await pick_time(bot)
    await bot.people.close(DAVE)
    await bot.settle()
    bot.clock.advance(minutes=1)
    await bot.command(DAVE, "slots intro tomorrow")
    label = f"{start.astimezone(start.tzinfo):%-I:%M %p}"
    await press(bot, DAVE, label)
    assert held(bot) == [start]
