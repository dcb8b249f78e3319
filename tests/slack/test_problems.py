"""When something is wrong: what the person sees, and that Cal.com stands as the sentence says."""

import io
import re
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from time import monotonic
from typing import Any

import pytest
import stamina

from bot import logs
from bot.sandbox.calcom import booking, v2_event_types
from bot.sandbox.calcom.model import Status
from bot.sandbox.slack.injections import DROP
from bot.slack import ids
from tests.harness import ALICE, BOB, DAVE, Rig, words
from tests.slack import flows
from tests.slack.flows import (
    KEY_REFUSED,
    WES,
    another,
    assert_booked_as_filled_in,
    assert_still_filled_in,
    cancelling,
    fill,
    filled_in,
    holds,
    moving,
    pick_time,
    refuse,
    said,
    status,
    told_by_the_worker,
)
from tests.slack.pressing import book as book_outside
from tests.slack.pressing import event_type


@pytest.fixture(autouse=True)
def no_pauses() -> Iterator[None]:
    """Tries follow each other at once; how long is waited is the transport's tests' affair."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


# -- not connected -----------------------------------------------------------------------------

UNCONNECTED: dict[str, Any] = {"settings": {"cal_api_key": None}}


@pytest.mark.parametrize("setup", [UNCONNECTED], indirect=True)
async def test_without_a_credential_every_command_says_what_is_missing(bot: Rig) -> None:
    for asked in (*COMMANDS, "today", "next"):
        told = await asking(bot, DAVE, asked)
        assert "No Cal.com account is connected" in told, asked
        assert "CAL_API_KEY" in told
    assert bot.cal_calls() == []


COMMANDS = ("book intro", "slots intro", "types", "bookings", "reschedule", "cancel")


async def asking(bot: Rig, user: str, text: str) -> str:
    """What the command is answered with, in a modal or a message."""
    bot.slack.views.clear(user)
    before = len(bot.seen(user))
    await bot.command(user, text)
    assert bot.modal(user) or len(bot.seen(user)) > before, f"silence after {text}"
    return said(bot, user)


# -- the key refused ---------------------------------------------------------------------------


async def test_a_refused_key_is_said_by_every_command(bot: Rig) -> None:
    refuse(bot, 401, count=99, body=KEY_REFUSED)
    for asked in (*COMMANDS, "confirm", "decline"):
        told = await asking(bot, ALICE, asked)
        assert "no longer accepts this bot's key" in told, asked
        assert "reconnect" in told


async def test_a_key_refused_while_booking_keeps_the_form(bot: Rig) -> None:
    start, before = await filled_in(bot), len(bot.cal.bookings)
    refuse(bot, 401, "POST /v2/bookings", body=KEY_REFUSED)
    await bot.submit(DAVE)
    assert "reconnect" in said(bot)
    assert "Nothing was booked" in said(bot)
    assert_still_filled_in(bot)
    assert len(bot.cal.bookings) == before
    await bot.submit(DAVE)
    assert bot.cal.bookings[-1].start == start
    assert_booked_as_filled_in(bot, bot.cal.bookings[-1])


async def test_a_limit_that_answers_401_is_a_limit(bot: Rig) -> None:
    limited = add(bot, slug="rare", bookingLimitsCount={"day": 1})
    await bot.command(DAVE, "book rare tomorrow")
    await pick_time(bot)
    await fill(bot, DAVE, ids.NOTES, "please")
    await book_outside(bot, "rare", another(bot), WES)
    bot.forget_calls()
    await bot.submit(DAVE)
    assert bot.cal.log[-2].status == 401
    assert "limit of bookings for this event type is reached" in said(bot)
    assert "reconnect" not in said(bot).lower()
    assert holds(bot, DAVE, ids.NOTES) == "please"
    assert [b.attendees[0].email for b in bot.cal.bookings if b.event_type_id == limited] == [
        WES.email
    ]


def add(bot: Rig, **more: Any) -> int:
    """One more event type of the house account; returns its id."""
    told = {"lengthInMinutes": 30, "title": f"Meeting {more['slug']}"}
    return v2_event_types.add(bot.cal, 1, told | more).id


# -- Cal.com does not answer -------------------------------------------------------------------


@pytest.mark.parametrize("way", ["429", "500", "503", "no connection"])
async def test_while_cal_com_is_down_every_command_says_so(bot: Rig, way: str) -> None:
    if way == "no connection":
        flows.cut_off(bot)
    else:
        refuse(bot, int(way), count=99)
    for asked in (*COMMANDS, "confirm", "decline"):
        told = await asking(bot, ALICE, asked)
        expected = "Cal.com asks me to wait until 9:01" if way == "429" else "is not answering"
        assert expected in told.replace("09:01", "9:01"), asked
        assert "Nothing was" in told


@pytest.mark.parametrize("way", ["429", "no connection"])
async def test_a_booking_that_was_refused_for_now_keeps_the_form_and_works_later(
    bot: Rig, way: str
) -> None:
    start, before = await filled_in(bot), len(bot.cal.bookings)
    if way == "429":
        refuse(bot, 429, "POST /v2/bookings")
    else:
        flows.cut_off(bot)
    await bot.submit(DAVE)
    assert "Nothing was booked" in said(bot)
    assert "wait until" in said(bot) or "not answering" in said(bot)
    assert_still_filled_in(bot)
    assert holds(bot, DAVE, ids.TIME) == start.isoformat()
    assert len(bot.cal.bookings) == before

    flows.back(bot)
    bot.clock.advance(seconds=61)
    await bot.submit(DAVE)
    assert len(bot.cal.bookings) == before + 1
    assert_booked_as_filled_in(bot, bot.cal.bookings[-1])


async def test_the_connection_breaks_while_booking_and_the_booking_is_found_again(
    bot: Rig,
) -> None:
    start, before = await filled_in(bot), len(bot.cal.bookings)
    bot.faults.cut, bot.faults.cut_match = 1, "POST /v2/bookings"
    await bot.submit(DAVE)
    assert len(bot.cal.bookings) == before + 1
    assert bot.cal.bookings[-1].start == start
    assert_booked_as_filled_in(bot, bot.cal.bookings[-1])
    assert await bot.bot.deps.desks.find_out() == []


async def test_a_booking_that_cannot_be_found_yet_is_told_later(bot: Rig) -> None:
    await filled_in(bot)
    before = len(bot.cal.bookings)
    bot.faults.cut, bot.faults.cut_match = 1, "POST /v2/bookings"
    refuse(bot, 503, "GET /v2/bookings", count=9)
    await bot.submit(DAVE)
    assert "I am checking whether it was booked" in said(bot)
    assert "Nothing was booked" not in said(bot)
    assert len(bot.cal.bookings) == before + 1

    flows.back(bot)
    bot.clock.advance(seconds=60)
    assert await bot.bot.deps.desks.find_out() == []
    bot.clock.advance(seconds=70)
    assert "was made: Intro call" in await told_by_the_worker(bot)
    assert len(bot.cal.bookings) == before + 1
    bot.clock.advance(seconds=300)
    assert await bot.bot.deps.desks.find_out() == []


async def test_a_booking_that_was_not_made_is_told_later(bot: Rig) -> None:
    await filled_in(bot)
    before = len(bot.cal.bookings)
    refuse(bot, 503, "POST /v2/bookings")
    await bot.submit(DAVE)
    assert "I am checking whether it was booked" in said(bot)
    assert len(bot.cal.bookings) == before

    bot.clock.advance(seconds=130)
    told = await told_by_the_worker(bot)
    assert "was not made. Nothing was booked" in told
    assert "/cal book" in told
    assert len(bot.cal.bookings) == before


async def test_of_a_team_it_is_not_sure_that_nothing_was_booked(bot: Rig) -> None:
    """The account does not see all bookings of a team: that none is seen says little."""
    await bot.command(DAVE, "book team-demo")
    await flows.pick_time(bot)
    bot.faults.cut, bot.faults.cut_match = 1, "POST /v2/bookings"
    refuse(bot, 503, "GET /v2/bookings", count=9)
    await bot.submit(DAVE)
    bot.cal.bookings.pop()  # as if it stood on another page of the lists
    flows.back(bot)
    bot.clock.advance(seconds=130)
    assert "could not find out" in await told_by_the_worker(bot)


async def test_choosing_a_day_while_cal_com_is_down_keeps_the_form(bot: Rig) -> None:
    await filled_in(bot)
    refuse(bot, 503, "/v2/slots", count=99)
    await fill(bot, DAVE, ids.DAY, "2026-12-22")
    assert "Cal.com is not answering. Nothing was booked" in said(bot)
    assert "could not be looked up" in said(bot)
    assert_still_filled_in(bot)
    assert holds(bot, DAVE, ids.DAY) == "2026-12-22"

    flows.back(bot)
    await bot.click(DAVE, None, f"{ids.PICK_OPEN_DAY}:again")
    assert_still_filled_in(bot)
    await pick_time(bot)
    await bot.submit(DAVE)
    assert_booked_as_filled_in(bot, bot.cal.bookings[-1])


async def test_a_form_that_was_closed_meanwhile_does_not_swallow_what_became_of_it(
    bot: Rig,
) -> None:
    await bot.command(DAVE, "book intro tomorrow")
    start = await pick_time(bot)

    async def closes(seconds: float) -> None:
        await bot.people.close(DAVE, all=True)

    bot.faults.slow, bot.faults.slow_match, bot.faults.sleep = 1, "POST /v2/bookings", closes
    await bot.submit(DAVE)
    assert bot.cal.bookings[-1].start == start
    (told,) = flows.direct(bot)
    assert "Booked" in words(told)
    assert "Intro call between Alice Martin and Dave Okoro" in told.text


async def test_a_refusal_reaches_somebody_who_closed_the_form(bot: Rig) -> None:
    await bot.command(DAVE, "book intro tomorrow")
    start = await pick_time(bot)

    async def closes(seconds: float) -> None:
        await bot.people.close(DAVE, all=True)
        bot.faults.slow = 0
        await book_outside_now(bot, start)

    bot.faults.slow, bot.faults.slow_match, bot.faults.sleep = 1, "POST /v2/bookings", closes
    await bot.submit(DAVE)
    (told,) = flows.direct(bot)
    assert "That time has just been taken. Nothing was booked." in told.text


async def book_outside_now(bot: Rig, start: datetime) -> None:
    request = booking.Request(event_type(bot, "intro"), start, WES)
    await booking.book(bot.cal, request)


async def test_a_result_that_slack_does_not_draw_is_told_by_message(bot: Rig) -> None:
    await bot.command(DAVE, "book intro tomorrow")
    start = await pick_time(bot)
    bot.slack.refuse("views.update", "internal_error")
    await bot.submit(DAVE)
    assert bot.cal.bookings[-1].start == start
    assert "Booked" in words(flows.direct(bot)[-1])


async def test_an_answer_that_does_not_get_through_comes_directly(bot: Rig) -> None:
    bot.slack.refuse("response_url", DROP, times=2)
    await bot.command(DAVE, "types")
    assert "Intro call" in words(flows.direct(bot)[-1])


# -- our own fault -----------------------------------------------------------------------------


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, as it is written."""
    written = io.StringIO()
    logs.configure("debug", "json", written)
    yield written
    logs.configure("info", "text")


async def test_our_own_fault_has_a_reference_that_is_in_the_log(bot: Rig, log: io.StringIO) -> None:
    refuse(bot, 200, "GET /v2/event-types", body={"status": "success", "data": 7})
    bot.slack.refuse("users.info", "internal_error")
    await bot.command(DAVE, "types")
    told = said(bot)
    assert "Sorry, something went wrong on my side" in told
    assert "Traceback" not in told
    assert "internal_error" not in told
    found = re.search(r"reference: `(\w+)`", told)
    assert found
    (line,) = [line for line in log.getvalue().splitlines() if "own_fault" in line]
    assert f'"reference": "{found[1]}"' in line
    assert "SlackApiError" in line


async def test_our_own_fault_while_booking_keeps_the_form(bot: Rig) -> None:
    start = await filled_in(bot)
    bot.bot.deps.people.forget(bot.slack.team_id, BOB)
    bot.slack.refuse("users.info", "internal_error")
    before = len(bot.cal.bookings)
    await bot.submit(DAVE)
    assert "Sorry, something went wrong on my side" in said(bot)
    assert len(bot.cal.bookings) == before
    assert_still_filled_in(bot)
    await bot.submit(DAVE)
    assert bot.cal.bookings[-1].start == start


# -- our store ---------------------------------------------------------------------------------


async def test_without_the_store_every_command_says_so(bot: Rig) -> None:
    async with flows.without_store(bot):
        for asked in (*COMMANDS, "confirm"):
            bot.slack.views.clear(ALICE)
            await flows.done(bot, bot.people.command(ALICE, "general", "/cal", asked))
            assert "My own storage is not answering" in said(bot, ALICE), asked
    for asked in COMMANDS:
        assert "storage" not in await asking(bot, BOB, asked)


async def test_without_the_store_nothing_is_booked_and_the_form_is_kept(bot: Rig) -> None:
    start, before = await filled_in(bot), len(bot.cal.bookings)
    async with flows.without_store(bot):
        await flows.done(bot, bot.people.submit(DAVE))
        assert "My own storage is not answering. Nothing was booked" in said(bot)
        assert_still_filled_in(bot)
        assert len(bot.cal.bookings) == before
    await bot.submit(DAVE)
    assert bot.cal.bookings[-1].start == start
    assert_booked_as_filled_in(bot, bot.cal.bookings[-1])


@pytest.mark.parametrize("prepare", [moving, cancelling])
async def test_without_the_store_nothing_is_changed(bot: Rig, prepare: Any) -> None:
    prepared = await prepare(bot)
    booking = prepared[0] if isinstance(prepared, tuple) else prepared
    async with flows.without_store(bot):
        await flows.done(bot, bot.people.submit(DAVE))
        assert "My own storage is not answering. Nothing was" in said(bot)
    assert status(booking) is Status.ACCEPTED


async def test_a_store_that_goes_while_it_is_booked_does_not_deny_the_booking(bot: Rig) -> None:
    await bot.command(DAVE, "book intro tomorrow")
    start, before = await pick_time(bot), len(bot.cal.bookings)
    async with flows.store_goes_during(bot, "POST /v2/bookings"):
        await flows.done(bot, bot.people.submit(DAVE))
        assert len(bot.cal.bookings) == before + 1
        assert "Nothing was booked" not in said(bot)
        assert "I am checking whether it was booked" in said(bot)
    bot.clock.advance(seconds=130)
    assert "was made: Intro call" in await told_by_the_worker(bot)
    assert bot.cal.bookings[-1].start == start


async def test_a_store_that_goes_while_it_is_cancelled_does_not_deny_it(bot: Rig) -> None:
    booking = await cancelling(bot)
    async with flows.store_goes_during(bot, "/cancel"):
        await flows.done(bot, bot.people.submit(DAVE))
        assert "Cancelled" in said(bot)
    assert status(booking) is Status.CANCELLED


async def test_a_locked_store_answers_within_three_seconds(bot: Rig) -> None:
    path = bot.bot.settings.database_url.removeprefix("sqlite:///")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    started = monotonic()
    try:
        await flows.done(bot, bot.people.command(ALICE, "general", "/cal", "bookings"))
        assert "My own storage is not answering" in said(bot, ALICE)
    finally:
        holder.execute("ROLLBACK")
        holder.close()
    assert monotonic() - started < 3
