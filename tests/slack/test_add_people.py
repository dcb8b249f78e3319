"""Adding people to a booking that stands."""

import pytest

from bot.domain.bookings import Action
from bot.sandbox.calcom.model import Booking
from bot.slack import ids
from tests.harness import ALICE, BOB, CAROL, DAVE, Rig, words
from tests.slack import flows
from tests.slack.amending import answers_to, begin, begin_forged, details, offered, reference
from tests.slack.amending import choose as choose_more
from tests.slack.flows import fill, front, holds, refuse, said
from tests.slack.pressing import event_type


def emails(booking: Booking) -> list[str]:
    return [attendee.email for attendee in booking.attendees]


async def adding(bot: Rig, user: str = DAVE, typed: str = "pat@wood.example") -> Booking:
    """The form with an address in it."""
    booking = await flows.book(bot)
    await begin(bot, user, Action.ADD_PEOPLE, booking)
    await fill(bot, user, ids.INVITE_EMAILS, typed)
    return booking


@pytest.mark.parametrize("user", [DAVE, ALICE])
async def test_attendee_and_host_may_add_members_and_others(bot: Rig, user: str) -> None:
    booking = await adding(bot, user, "pat@wood.example; Pat@Wood.example")
    await fill(bot, user, ids.INVITE_MEMBERS, [BOB])
    await bot.submit(user)
    assert emails(booking) == ["dave@example.com", "bob@example.com", "pat@wood.example"]
    told = words(front(bot, user))
    assert "Invited: Bob Stone, pat@wood.example" in told.replace("*", "")
    assert ids.DO_RESCHEDULE in str(front(bot, user).blocks)


async def test_it_costs_two_and_two(bot: Rig) -> None:
    booking = await flows.book(bot)
    message = await details(bot, DAVE, booking)
    bot.forget_calls()
    await choose_more(bot, DAVE, message, Action.ADD_PEOPLE)
    await fill(bot, DAVE, ids.INVITE_EMAILS, "pat@wood.example")
    await bot.submit(DAVE)
    uid = booking.uid
    assert bot.cal_calls() == [f"GET /v2/bookings/{uid}", f"POST /v2/bookings/{uid}/guests"]
    assert bot.slack_calls() == ["views.open", "views.update"]


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("", "Choose a member, or type an e-mail address."),
        ("pat@wood.example, nonsense", "Not an e-mail address: nonsense"),
        (" ".join(f"p{n}@wood.example" for n in range(11)), "At most 10 people"),
    ],
)
async def test_what_is_wrong_is_said_at_the_field_before_anything_is_sent(
    bot: Rig, typed: str, complaint: str
) -> None:
    await adding(bot, typed=typed)
    bot.forget_calls()
    outcome = await bot.submit(DAVE)
    assert complaint in outcome.errors[ids.INVITE_EMAILS]
    assert bot.cal_calls() == []


async def test_a_member_without_an_address_is_named(bot: Rig) -> None:
    booking = await adding(bot)
    bot.slack.people[CAROL].email = ""
    await fill(bot, DAVE, ids.INVITE_MEMBERS, [BOB, CAROL])
    await bot.submit(DAVE)
    assert "Slack shows no e-mail address for Carol Iyer. Nothing was changed." in said(bot)
    assert holds(bot, DAVE, ids.INVITE_MEMBERS) == [BOB, CAROL]
    assert holds(bot, DAVE, ids.INVITE_EMAILS) == "pat@wood.example"
    blocks = front(bot).blocks
    at = next(n for n, b in enumerate(blocks) if b["block_id"] == ids.INVITE_MEMBERS)
    assert "Carol Iyer" in words(blocks[at + 1])
    assert emails(booking) == ["dave@example.com"]


async def test_who_is_there_already_is_not_added_again(bot: Rig) -> None:
    """Asked twice, it is done once, and said."""
    booking = await adding(bot)
    await bot.submit(DAVE)
    await bot.people.close(DAVE, all=True)
    await begin(bot, DAVE, Action.ADD_PEOPLE, booking)
    await fill(bot, DAVE, ids.INVITE_EMAILS, "PAT@wood.example alice@example.com")
    bot.forget_calls()
    await bot.submit(DAVE)
    assert "They are all invited already. Nothing was changed." in said(bot)
    assert answers_to(bot, "/guests") == []
    assert emails(booking) == ["dave@example.com", "pat@wood.example"]


async def test_more_than_a_booking_takes_is_said_before_anything_is_sent(bot: Rig) -> None:
    booking = await adding(bot, typed="a@wood.example b@wood.example")
    booking.responses["guests"] = [f"p{n}@wood.example" for n in range(29)]
    bot.forget_calls()
    await bot.submit(DAVE)
    assert "A booking takes 30 guests, and 29 are invited already." in said(bot)
    assert answers_to(bot, "/guests") == []


async def test_somebody_else_may_not(bot: Rig) -> None:
    booking = await flows.book(bot)
    ref = reference(await details(bot, DAVE, booking))
    await flows.book(bot, CAROL, nth=1)
    await bot.command(CAROL, "next")
    await begin_forged(bot, CAROL, Action.ADD_PEOPLE, ref)
    assert "Only the host, the attendees and the admins" in said(bot, CAROL)
    assert emails(booking) == ["dave@example.com"]


async def test_an_event_type_that_takes_no_guests_does_not_offer_it(bot: Rig) -> None:
    event_type(bot, "intro").disable_guests = True
    booking = await flows.book(bot)
    assert Action.ADD_PEOPLE not in offered(await details(bot, DAVE, booking))


async def test_a_booking_that_is_cancelled_meanwhile_takes_nobody(bot: Rig) -> None:
    booking = await adding(bot)
    await bot.command(ALICE, "bookings")
    await flows.press_row(bot, ALICE, "cancel", booking)
    await fill(bot, ALICE, ids.REASON, "ill")
    await bot.submit(ALICE)
    await bot.submit(DAVE)
    assert "That has been done already" in said(bot)
    assert emails(booking) == ["dave@example.com"]


async def test_five_a_minute_and_then_it_says_until_when(bot: Rig) -> None:
    """Cal.com's own limit for guests."""
    booking = await flows.book(bot)
    for n in range(6):
        await begin(bot, DAVE, Action.ADD_PEOPLE, booking)
        await fill(bot, DAVE, ids.INVITE_EMAILS, f"p{n}@wood.example")
        await bot.submit(DAVE)
        if n < 5:
            assert "Invited" in said(bot)
            await bot.people.close(DAVE, all=True)
    assert "Cal.com asks me to wait until 08:01. Nothing was changed." in said(bot)
    assert holds(bot, DAVE, ids.INVITE_EMAILS) == "p5@wood.example"
    bot.clock.advance(seconds=61)
    await bot.submit(DAVE)
    assert "Invited" in said(bot)
    assert len(booking.attendees) == 7


async def test_a_lost_answer_is_found_out(bot: Rig) -> None:
    booking = await adding(bot)
    bot.faults.cut, bot.faults.cut_match = 1, "/guests"
    await bot.submit(DAVE)
    assert "Invited" in said(bot)
    assert emails(booking) == ["dave@example.com", "pat@wood.example"]


async def test_a_server_that_cannot_is_told(bot: Rig) -> None:
    booking = await adding(bot)
    missing = {"error": {"message": f"Cannot POST /v2/bookings/{booking.uid}/guests"}}
    refuse(bot, 404, "/guests", body=missing)
    await bot.submit(DAVE)
    assert "This Cal.com server cannot do that through its API. Nothing was changed." in said(bot)


@pytest.mark.parametrize("setup", [{"version": "v1"}], indirect=True)
async def test_v1_does_not_offer_it(bot: Rig) -> None:
    booking = await flows.book(bot)
    assert (
        offered(await details(bot, DAVE, booking))
        & {
            Action.ADD_PEOPLE,
            Action.CHANGE_PLACE,
            Action.CALENDAR_LINKS,
        }
        == set()
    )
