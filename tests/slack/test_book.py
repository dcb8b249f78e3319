"""Booking, from the command to the result, as people in Slack go through it."""

from datetime import UTC, datetime

import pytest

from bot.sandbox.calcom import v2_event_types
from bot.slack import ids
from tests.harness import ALICE, BOB, CAROL, DAVE, Rig, words
from tests.slack.flows import block, fill, front, has_block, holds, pick_time, starts
from tests.slack.pressing import controls


async def choose(bot: Rig, user: str, block_id: str, value: str) -> None:
    """Choose in a menu that tells the bot at once."""
    held = block(bot, user, block_id)
    await bot.click(user, None, held["element"]["action_id"], block=held["block_id"], value=value)


async def test_a_member_books_for_themselves(bot: Rig) -> None:
    await bot.command(DAVE, "book intro tomorrow")
    assert "You asked for: Tomorrow, Wed 25 Nov" in words(front(bot))
    start = await pick_time(bot, DAVE)
    assert start.date().isoformat() == "2026-11-25"
    await fill(bot, DAVE, ids.NOTES, "n" * 3000)
    outcome = await bot.submit(DAVE)
    booking = bot.cal.bookings[-1]
    assert booking.start == start
    (attendee,) = booking.attendees
    assert (attendee.name, attendee.email) == ("Dave Okoro", "dave@example.com")
    assert attendee.time_zone == "Europe/London"
    shown = words(outcome.view)
    assert "*Booked*" in shown
    assert "Wed 25 Nov" in shown
    assert "London time" in shown
    assert {"Join", "Add to calendar", "Reschedule", "Cancel"} <= set(shown.split("\n"))
    assert booking.uid not in str(bot.slack.calls)


async def test_the_owner_books_for_a_guest_who_keeps_their_own_zone(bot: Rig) -> None:
    await bot.command(ALICE, "book intro")
    assert holds(bot, ALICE, ids.FOR_WHOM) == "guest"
    await pick_time(bot, ALICE)
    await fill(bot, ALICE, ids.GUEST_NAME, "Zoë Quist")
    await fill(bot, ALICE, ids.GUEST_EMAIL, "zoe@example.org")
    zone = block(bot, ALICE, ids.TIME_ZONE)
    await bot.people.options(ALICE, ids.ZONE, "auckland", block=zone["block_id"])
    await fill(bot, ALICE, ids.TIME_ZONE, "Pacific/Auckland")
    await bot.submit(ALICE)
    (attendee,) = bot.cal.bookings[-1].attendees
    assert (attendee.name, attendee.email) == ("Zoë Quist", "zoe@example.org")
    assert attendee.time_zone == "Pacific/Auckland"


async def test_somebody_books_for_a_member_and_invites_others(bot: Rig) -> None:
    await bot.command(ALICE, "book intro")
    await choose(bot, ALICE, ids.FOR_WHOM, "member")
    held = block(bot, ALICE, ids.MEMBER)
    await bot.click(ALICE, None, ids.PICK_FOR_WHOM, block=held["block_id"], selected=BOB)
    assert "bob@example.com · America/New_York" in words(front(bot, ALICE))
    await pick_time(bot, ALICE)
    await fill(bot, ALICE, ids.INVITE_MEMBERS, [CAROL])
    await fill(bot, ALICE, ids.INVITE_EMAILS, "one@example.org; two@example.org")
    await bot.submit(ALICE)
    booking = bot.cal.bookings[-1]
    emails = {attendee.email for attendee in booking.attendees}
    assert {"bob@example.com", "carol@example.com", "one@example.org"} <= emails
    assert booking.attendees[0].time_zone == "America/New_York"


async def test_a_colleague_is_booked_by_name(bot: Rig) -> None:
    await bot.command(DAVE, "book @bob tomorrow")
    assert "What (Bob Stone)" in words(front(bot))
    options = block(bot, DAVE, ids.EVENT_TYPE)["element"]["options"]
    await choose(bot, DAVE, ids.EVENT_TYPE, options[0]["value"])
    await pick_time(bot, DAVE)
    await bot.submit(DAVE)
    bob = bot.cal.user_by_name("bob")
    assert bob is not None
    assert bot.cal.event_types[bot.cal.bookings[-1].event_type_id].owner_id == bob.id


async def test_several_lengths_have_their_own_times(bot: Rig) -> None:
    await bot.command(DAVE, "book working session tomorrow")
    short = len(starts(bot))
    await choose(bot, DAVE, ids.LENGTH, "90")
    assert len(starts(bot)) < short
    await pick_time(bot, DAVE)
    await bot.submit(DAVE)
    booking = bot.cal.bookings[-1]
    assert (booking.end - booking.start).total_seconds() == 90 * 60


async def test_another_day_brings_its_times_and_keeps_what_was_typed(bot: Rig) -> None:
    await bot.command(DAVE, "book intro tomorrow")
    await fill(bot, DAVE, ids.NOTES, "keep me")
    held = block(bot, DAVE, ids.DAY)
    await bot.click(DAVE, None, ids.PICK_DAY, block=held["block_id"], selected="2027-07-14")
    assert {start[:10] for start in starts(bot)} == {"2027-07-14"}
    assert holds(bot, DAVE, ids.NOTES) == "keep me"
    held = block(bot, DAVE, ids.DAY)
    await bot.click(DAVE, None, ids.PICK_DAY, block=held["block_id"], selected="2027-07-17")
    assert not has_block(bot, DAVE, ids.TIME)
    assert "Nothing is open on Sat 17 Jul 2027" in words(front(bot))
    outcome = await bot.submit(DAVE)
    assert list(outcome.errors.values()) == ["Choose a day with open times."]


async def test_a_slots_button_leads_to_that_very_time(bot: Rig) -> None:
    await bot.command(DAVE, "slots intro fri")
    shown = bot.last(DAVE)
    times = [one for _, one in controls(shown) if one["action_id"] == f"{ids.SLOT}0"]
    await bot.click(DAVE, shown, f"{ids.SLOT}0", value=times[0]["value"])
    assert holds(bot, DAVE, ids.TIME).startswith("2026-11-27")
    outcome = await bot.submit(DAVE)
    assert "*Booked*" in words(outcome.view)


async def test_pressed_twice_it_is_booked_once(bot: Rig) -> None:
    await bot.command(DAVE, "book intro tomorrow")
    await pick_time(bot, DAVE)
    before = len(bot.cal.bookings)
    outcome = await bot.submit(DAVE)
    assert outcome.delivery is not None
    await bot.people.resend(outcome.delivery)
    await bot.settle()
    assert len(bot.cal.bookings) == before + 1


async def test_a_request_says_who_has_to_confirm_it(bot: Rig) -> None:
    await bot.command(DAVE, "book interview")
    await pick_time(bot, DAVE)
    outcome = await bot.submit(DAVE)
    assert "waiting for Alice Martin to confirm" in words(outcome.view)


async def test_the_channel_that_was_chosen_gets_a_card_that_follows(bot: Rig) -> None:
    await bot.command(DAVE, "book intro tomorrow")
    await pick_time(bot, DAVE)
    leads = bot.slack.channel_named("bookings")
    assert leads is not None
    await fill(bot, DAVE, ids.CHANNEL, leads.id)
    outcome = await bot.submit(DAVE)
    assert f"<#{leads.id}> has been told" in words(outcome.view)


async def test_more_than_a_hundred_event_types_are_searched(bot: Rig) -> None:
    alice = bot.cal.user_by_name("alice")
    assert alice is not None
    for number in range(300):
        title = f"Kind {number} " + "long " * 30
        body = {"lengthInMinutes": 30, "title": title, "slug": f"kind-{number}"}
        v2_event_types.add(bot.cal, alice.id, body)
    await bot.command(DAVE, "book")
    held = block(bot, DAVE, ids.EVENT_TYPE)
    outcome = await bot.people.options(DAVE, ids.PICK_EVENT_TYPE, "", block=held["block_id"])
    assert len(outcome.options["options"]) == 100
    found = await bot.people.options(DAVE, ids.PICK_EVENT_TYPE, "kind 277", block=held["block_id"])
    (option,) = found.options["options"]
    await choose(bot, DAVE, ids.EVENT_TYPE, option["value"])
    await pick_time(bot, DAVE)
    await bot.submit(DAVE)
    assert bot.cal.event_types[bot.cal.bookings[-1].event_type_id].slug == "kind-277"


@pytest.mark.parametrize("typed", ["gestern", "29 feb 2027", "yesterday"])
async def test_a_day_that_cannot_be_is_explained(bot: Rig, typed: str) -> None:
    await bot.command(DAVE, f"book intro {typed}")
    modal = bot.modal(DAVE)
    assert modal is not None
    assert "submit" not in modal.body
    assert ":warning:" in words(modal)


async def test_a_hundred_slots_a_day_are_all_offered(bot: Rig) -> None:
    alice = bot.cal.user_by_name("alice")
    assert alice is not None
    body = {"lengthInMinutes": 5, "title": "Quick", "slug": "quick", "slotInterval": 5}
    v2_event_types.add(bot.cal, alice.id, body)
    await bot.command(DAVE, "book quick fri")
    assert len(starts(bot)) > 90
    assert datetime.fromisoformat(starts(bot)[0]).tzinfo == UTC
