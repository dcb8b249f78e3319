"""What fails in other schedulers' Slack apps, one test for each: here it does not."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.calcom.booking import Person
from bot.slack import ids
from tests.harness import ALICE, BOB, CAROL, DAVE, Rig, words
from tests.slack import flows
from tests.slack.flows import cards, fill, front, pick_time, press_row, refuse
from tests.slack.hearing import post, webhook
from tests.slack.pressing import add_event_types, button, event_type, many_bookings, press
from tests.slack.pressing import book as book_outside
from tests.subscribing import WEBHOOK_SECRET

AT = datetime(2026, 12, 9, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("channel", ["leads", "D0ALICE"])
async def test_row_11_where_the_bot_is_no_member_it_answers_all_the_same(
    bot: Rig, channel: str
) -> None:
    """In a private channel or between two people the answer comes through the response URL."""
    if channel != "leads":
        channel = bot.slack.direct([ALICE, BOB]).id
    for asked in ("types", "slots intro", "bookings", "help"):
        await bot.command(ALICE, asked, channel)
        place = bot.slack.channels.get(channel) or bot.slack.channel_named(channel)
        assert place is not None
        assert bot.slack.visible_messages(ALICE, place.id)[-1].ephemeral_to == ALICE
        assert bot.slack.visible_messages(BOB, place.id) == []


async def test_row_12_times_are_in_the_readers_zone(bot: Rig) -> None:
    """Nobody has to reckon from UTC."""
    await book_outside(bot, "intro", AT, Person("Dave Okoro", "dave@example.com", "Europe/London"))
    await bot.command(DAVE, "bookings")
    assert "9:00 AM" in words(bot.last(DAVE))
    assert "London" in words(bot.last(DAVE))
    await bot.command(ALICE, "bookings")
    assert "10:00 AM" in words(bot.last(ALICE))
    await bot.command(CAROL, "slots intro tomorrow")
    assert "times are" in words(bot.last(CAROL)).lower()
    assert "Kolkata" in words(bot.last(CAROL)) or "India" in words(bot.last(CAROL))


async def test_row_13_a_colleagues_availability_is_theirs(bot: Rig) -> None:
    """What is shown as Bob's was asked for Bob's event types."""
    await bot.command(DAVE, "availability @bob")
    assert "Bob Stone" in words(bot.last(DAVE))
    asked = [call.query for call in bot.cal.log if call.path == "/v2/slots"]
    assert {bot.cal.event_types[int(q["eventTypeId"])].owner_id for q in asked} == {2}


async def test_row_14_two_open_lists_book_each_their_own(bot: Rig) -> None:
    """A click on the first list books from the first, also after a second one was opened."""
    await bot.command(DAVE, "slots intro tomorrow")
    first = bot.last(DAVE)
    await bot.command(DAVE, "slots onboarding 30 nov")
    await press(bot, DAVE, "9:00 AM", first)
    assert "Intro call" in words(front(bot))
    await bot.submit(DAVE)
    booking = bot.cal.bookings[-1]
    assert booking.event_type_id == event_type(bot, "intro").id
    assert booking.start == datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


async def test_row_14_two_open_modals_keep_each_their_own_draft(bot: Rig) -> None:
    """Two people at the same form do not type into each other's."""
    for user, what in ((DAVE, "intro tomorrow"), (CAROL, "onboarding 30 nov")):
        await bot.command(user, f"book {what}")
        await fill(bot, user, ids.NOTES, f"of {user}")
    await pick_time(bot, CAROL)
    start = await pick_time(bot, DAVE, nth=1)
    await bot.submit(DAVE)
    booking = bot.cal.bookings[-1]
    assert (booking.start, booking.responses["notes"]) == (start, f"of {DAVE}")
    assert booking.attendees[0].email == "dave@example.com"
    await bot.submit(CAROL)
    assert bot.cal.bookings[-1].event_type_id == event_type(bot, "onboarding").id
    assert bot.cal.bookings[-1].attendees[0].email == "carol@example.com"


async def test_row_15_pressed_twice_it_is_booked_once(bot: Rig) -> None:
    """At once, while the first is on its way, and again afterwards."""
    await bot.command(DAVE, "book intro tomorrow")
    await pick_time(bot)
    before = len(bot.cal.bookings)
    submitted = await bot.people.submit(DAVE)
    assert submitted.delivery is not None
    await bot.people.resend(submitted.delivery)
    await bot.settle()
    await bot.people.resend(submitted.delivery)
    await bot.settle()
    assert len(bot.cal.bookings) == before + 1
    assert bot.cal_calls().count("POST /v2/bookings") == 1
    assert "Booked" in words(front(bot))


async def test_row_16_a_guest_has_their_own_time_zone(bot: Rig) -> None:
    """Neither the host's nor that of whoever books for them."""
    await bot.command(DAVE, "book intro tomorrow")
    await fill(bot, DAVE, ids.FOR_WHOM, "guest")
    await fill(bot, DAVE, ids.GUEST_NAME, "Yuki Tanaka")
    await fill(bot, DAVE, ids.GUEST_EMAIL, "yuki@tanaka.example")
    zone = flows.block(bot, DAVE, ids.TIME_ZONE)
    await bot.people.options(DAVE, ids.ZONE, "tokyo", block=zone["block_id"])
    await fill(bot, DAVE, ids.TIME_ZONE, "Asia/Tokyo")
    await pick_time(bot)
    await bot.submit(DAVE)
    (attendee,) = bot.cal.bookings[-1].attendees
    assert (attendee.name, attendee.time_zone) == ("Yuki Tanaka", "Asia/Tokyo")


async def test_row_16_a_member_has_the_zone_of_their_profile(bot: Rig) -> None:
    """A colleague who is booked for has the zone that Slack tells."""
    await bot.command(DAVE, "book intro tomorrow")
    await fill(bot, DAVE, ids.FOR_WHOM, "member")
    await fill(bot, DAVE, ids.MEMBER, CAROL)
    await pick_time(bot)
    await bot.submit(DAVE)
    (attendee,) = bot.cal.bookings[-1].attendees
    assert (attendee.email, attendee.time_zone) == ("carol@example.com", "Asia/Kolkata")


async def test_row_17_any_date_can_be_booked_and_moved_to(bot: Rig) -> None:
    """Eight months ahead, not five times in seven days."""
    await bot.command(DAVE, "book intro")
    await fill(bot, DAVE, ids.DAY, "2027-07-27")
    start = await pick_time(bot)
    assert start.date().isoformat() == "2027-07-27"
    await bot.submit(DAVE)
    booking = bot.cal.bookings[-1]
    assert booking.start == start
    await bot.people.close(DAVE, all=True)
    await press_row(bot, DAVE, "reschedule", booking)
    await fill(bot, DAVE, ids.DAY, "2027-08-24")
    later = await pick_time(bot)
    await bot.submit(DAVE)
    assert later.date().isoformat() == "2027-08-24"
    assert bot.cal.bookings[-1].start == later


async def test_row_19_nothing_is_public_that_nobody_shared(bot: Rig) -> None:
    """Every step is seen by the person alone."""
    await bot.command(DAVE, "slots intro tomorrow")
    await press(bot, DAVE, "9:00 AM")
    await bot.submit(DAVE)
    booking = bot.cal.bookings[-1]
    await press_row(bot, DAVE, "details", booking)
    await press_row(bot, DAVE, "cancel", booking)
    await bot.submit(DAVE)
    for user in (ALICE, BOB, CAROL):
        for channel in ("general", "random"):
            assert bot.seen(user, channel) == []
    assert len(cards(bot)) == 1  # the channel that the settings name


@pytest.mark.parametrize("status", [429, 503])
async def test_row_23_a_failure_after_the_submission_is_said_and_the_form_is_kept(
    bot: Rig, status: int
) -> None:
    """A modal never closes over a booking that was not made."""
    await bot.command(DAVE, "book intro tomorrow")
    await fill(bot, DAVE, ids.NOTES, "please")
    await pick_time(bot)
    before = len(bot.cal.bookings)
    refuse(bot, status, "POST /v2/bookings")
    await bot.submit(DAVE)
    assert len(bot.cal.bookings) == before
    if status == 429:
        assert "Nothing was booked" in words(front(bot))
        assert flows.holds(bot, DAVE, ids.NOTES) == "please"
    else:  # Cal.com may have booked before it failed
        assert "I am checking whether it was booked" in words(front(bot))


async def test_row_24_three_hundred_event_types_are_searched(bot: Rig) -> None:
    """A menu that takes a hundred does not break where there are more."""
    add_event_types(bot, 292)
    await bot.command(DAVE, "book")
    block = flows.block(bot, DAVE, ids.EVENT_TYPE)["block_id"]
    outcome = await bot.people.options(DAVE, ids.PICK_EVENT_TYPE, "Extra 277", block=block)
    (option,) = outcome.options["options"]
    await bot.fill(DAVE, ids.PICK_EVENT_TYPE, option["value"], block=block)
    await fill(bot, DAVE, ids.DAY, "2026-12-22")
    start = await pick_time(bot)
    await bot.submit(DAVE)
    chosen = event_type(bot, "extra-277")
    assert (bot.cal.bookings[-1].event_type_id, bot.cal.bookings[-1].start) == (chosen.id, start)
    await bot.command(DAVE, "types")
    assert "Page 1 of" in words(bot.last(DAVE))
    await bot.command(DAVE, "slots extra-140")
    assert "Extra 140" in words(bot.last(DAVE))


@pytest.mark.parametrize("setup", [{"settings": {"admins": ("U0BOB",)}}], indirect=True)
@pytest.mark.parametrize("others", [50, 150])
async def test_row_27_an_admins_own_come_first(bot: Rig, others: int) -> None:
    """Also where everybody else's would fill the first pages."""
    many_bookings(bot, others, "somebody@example.org")
    own = many_bookings(bot, 1, "bob@example.com")[0]
    own.title, own.start = "Bob's own", own.start + timedelta(days=30)
    own.end = own.start + timedelta(minutes=30)
    await bot.command(BOB, "cancel")
    picker = bot.last(BOB)
    assert "Bob's own" in words(picker.blocks[1])
    assert button(picker, "Cancel")[1]["value"]
    await press(bot, BOB, "Cancel", picker)
    assert "Bob's own" in words(front(bot, BOB))


@pytest.mark.parametrize("setup", [{"settings": {"admins": ("U0BOB",)}}], indirect=True)
async def test_row_27_an_admins_list_begins_with_their_own(bot: Rig) -> None:
    """Everybody's are a press away, and so is the way back."""
    many_bookings(bot, 30, "somebody@example.org")
    own = many_bookings(bot, 1, "bob@example.com")[0]
    own.title = "Bob's own"
    await bot.command(BOB, "bookings")
    shown = bot.last(BOB)
    assert "Bob's own" in words(shown)
    assert "1–1 of 1" in words(shown)
    await press(bot, BOB, "Everybody's", shown)
    assert "1–8 of" in words(bot.last(BOB))
    await press(bot, BOB, "Later", bot.last(BOB))
    assert "9–16 of" in words(bot.last(BOB))
    await press(bot, BOB, "Mine", bot.last(BOB))
    assert "1–1 of 1" in words(bot.last(BOB))


async def test_row_21_a_store_that_is_down_is_said_at_once(bot: Rig) -> None:
    """A sentence within three seconds; and a webhook is answered so that Cal.com's log shows it."""
    async with flows.without_store(bot):
        for asked in ("types", "bookings", "slots intro"):
            await flows.done(bot, bot.people.command(DAVE, "general", "/cal", asked))
            assert "My own storage is not answering" in words(bot.last(DAVE))
        raw = webhook("BOOKING_CREATED")
        signed = hmac.new(WEBHOOK_SECRET.encode(), raw, hashlib.sha256).hexdigest()
        headers = {"X-Cal-Signature-256": signed}
        answer = await bot.http.post("/webhooks/cal", content=raw, headers=headers)
        assert answer.status_code == 503
    await bot.settle()
    assert (await post(bot, raw)).status_code == 200
    assert len(cards(bot)) == 1
