"""Handing a round robin's booking over to another host."""

from datetime import UTC, datetime, time

import pytest

from bot.domain.bookings import Action
from bot.sandbox.calcom import reassigning
from bot.sandbox.calcom.hours import DAYS
from bot.sandbox.calcom.model import Booking, Hours, Status
from bot.sandbox.slack.messages import Message
from bot.slack import ids
from tests.harness import ALICE, BOB, DAVE, Rig, words
from tests.slack import flows
from tests.slack.amending import (
    answers_to,
    begin,
    begin_forged,
    choose,
    details,
    offered,
    reference,
)
from tests.slack.flows import WES, block, fill, front, holds, refuse, said
from tests.slack.pressing import book as book_outside
from tests.slack.pressing import event_type

AT = datetime(2026, 11, 26, 10, tzinfo=UTC)
BOB_ID, CAROL_ID = 2, 3


@pytest.fixture
async def booking(bot: Rig) -> Booking:
    """With Bob, at a time when he and Carol both work."""
    for schedule in (12, 13):
        bot.cal.schedules[schedule].hours = [Hours(list(DAYS[:5]), time(0), time(23, 30))]
    await book_outside(bot, "team-demo", AT, WES)
    made = bot.cal.bookings[-1]
    assert made.host_id == BOB_ID
    return made


def choices(bot: Rig) -> list[str]:
    options = block(bot, ALICE, ids.HOST)["element"]["options"]
    return [option["text"]["text"] for option in options]


def cards(bot: Rig) -> list[Message]:
    return [message for message in flows.cards(bot) if "Sales demo" in words(message)]


async def handing_over(bot: Rig, booking: Booking, to: int | None = CAROL_ID) -> None:
    await begin(bot, ALICE, Action.HAND_OVER, booking)
    if to:
        await fill(bot, ALICE, ids.HOST, str(to))


async def test_it_goes_to_the_host_who_is_named_and_the_card_shows_it(
    bot: Rig, booking: Booking
) -> None:
    await handing_over(bot, booking)
    assert "It is with *Bob Stone* now." in words(front(bot, ALICE))
    assert choices(bot) == ["The next one who is free", "Carol Iyer · free"]
    await fill(bot, ALICE, ids.REASON, "Bob is ill")
    await bot.submit(ALICE)
    assert booking.host_id == CAROL_ID
    assert "*Carol Iyer has it now*\nBefore: Bob Stone" in words(front(bot, ALICE))
    (card,) = cards(bot)
    assert "*Host*\nCarol Iyer" in words(card)
    assert "Another host takes over by Alice Martin" in words(card)


async def test_there_and_back_is_one_card(bot: Rig, booking: Booking) -> None:
    for to, name in ((CAROL_ID, "Carol Iyer"), (BOB_ID, "Bob Stone"), (CAROL_ID, "Carol Iyer")):
        await handing_over(bot, booking, to)
        await bot.submit(ALICE)
        await bot.people.close(ALICE, all=True)
        (card,) = cards(bot)
        assert f"*Host*\n{name}" in words(card)
        bot.clock.advance(seconds=1)
    assert card.text.count("Another host takes over by Alice Martin") == 3


async def test_the_next_one_who_is_free_is_chosen_beforehand(bot: Rig, booking: Booking) -> None:
    await handing_over(bot, booking, to=None)
    await bot.submit(ALICE)
    assert booking.host_id == CAROL_ID
    assert "Carol Iyer has it now" in words(front(bot, ALICE))


async def test_what_it_costs(bot: Rig, booking: Booking) -> None:
    """To look: two for each host, and one. To do it: what is looked at again, and four around the
    change; the worker reads it once more for the card."""
    message = await details(bot, ALICE, booking)
    bot.forget_calls()
    await choose(bot, ALICE, message, Action.HAND_OVER)
    looking = ["GET /v2/bookings", "GET /v2/event-types", "GET /v2/slots"]
    assert sorted(bot.cal_calls()) == looking
    assert bot.slack_calls() == ["views.open", "views.update"]
    await fill(bot, ALICE, ids.HOST, str(CAROL_ID))
    bot.forget_calls()
    await bot.submit(ALICE)
    read = f"GET /v2/bookings/{booking.uid}"
    by_the_worker = [read]
    handed = f"POST /v2/bookings/{booking.uid}/reassign/{CAROL_ID}"
    assert bot.cal_calls()[0] == read
    assert sorted(bot.cal_calls()[1:3]) == ["GET /v2/bookings", "GET /v2/slots"]
    assert bot.cal_calls()[3:] == [read, handed, read, *by_the_worker]
    assert bot.slack_calls() == ["views.update", "chat.update", "chat.postMessage"]


async def test_a_busy_one_is_shown_and_refused_at_the_field(bot: Rig, booking: Booking) -> None:
    await book_outside(bot, "support", AT, WES)
    await handing_over(bot, booking)
    assert choices(bot)[1] == "Carol Iyer · busy"
    await fill(bot, ALICE, ids.REASON, "Bob is ill")
    await bot.submit(ALICE)
    assert "Carol Iyer is busy at that time. Nothing was handed over." in said(bot, ALICE)
    assert holds(bot, ALICE, ids.HOST) == str(CAROL_ID)
    assert holds(bot, ALICE, ids.REASON) == "Bob is ill"
    assert answers_to(bot, "/reassign") == []


async def test_nobody_else_being_free_is_a_sentence(bot: Rig, booking: Booking) -> None:
    await book_outside(bot, "support", AT, WES)
    await handing_over(bot, booking, to=None)
    await bot.submit(ALICE)
    assert "Nobody else is free at that time. Nothing was handed over." in said(bot, ALICE)
    assert booking.host_id == BOB_ID


async def test_one_of_whom_nothing_is_known_may_take_it(bot: Rig, booking: Booking) -> None:
    for slug in ("support", "architecture", "welcome"):
        for each in list(bot.cal.event_types.values()):
            if each.slug == slug and each.owner_id == CAROL_ID:
                del bot.cal.event_types[each.id]
    bot.cal.bookings = [b for b in bot.cal.bookings if b.event_type_id in bot.cal.event_types]
    await handing_over(bot, booking)
    assert choices(bot)[1] == "Carol Iyer · not known whether free"
    await bot.submit(ALICE)
    assert booking.host_id == CAROL_ID
    assert "Whether Carol Iyer is free then could not be found out" in said(bot, ALICE)


async def test_the_host_may_and_the_attendee_may_not(bot: Rig, booking: Booking) -> None:
    ref = reference(await details(bot, ALICE, booking))
    booking.attendees[0].email = "dave@example.com"
    for user in (DAVE, BOB):
        await flows.book(bot, user, nth=0 if user == DAVE else 1)
        await bot.command(user, "next")
        await begin_forged(bot, user, Action.HAND_OVER, ref)
        if user == DAVE:
            assert "Only the host" in said(bot, user)
    assert has_hosts_to_choose(bot, BOB)


def has_hosts_to_choose(bot: Rig, user: str) -> bool:
    return flows.has_block(bot, user, ids.HOST)


async def test_somebody_who_is_no_host_cannot_be_chosen(bot: Rig, booking: Booking) -> None:
    await handing_over(bot, booking)
    block(bot, ALICE, ids.HOST)["element"]["options"][1]["value"] = "1"  # Alice hosts it not
    await fill(bot, ALICE, ids.HOST, "1")
    await bot.submit(ALICE)
    assert "It cannot be handed over to this person." in said(bot, ALICE)
    assert booking.host_id == BOB_ID


async def test_what_somebody_handed_over_meanwhile_is_not_handed_on(
    bot: Rig, booking: Booking
) -> None:
    await handing_over(bot, booking, to=None)
    reassigning.reassign(bot.cal, booking)
    await bot.submit(ALICE)
    assert "That has been done already" in said(bot, ALICE)
    assert booking.host_id == CAROL_ID


async def test_only_a_round_robin_offers_it(bot: Rig, booking: Booking) -> None:
    assert Action.HAND_OVER in offered(await details(bot, ALICE, booking))
    own = await flows.book(bot)
    assert Action.HAND_OVER not in offered(await details(bot, ALICE, own))


async def test_a_request_that_waits_goes_on_waiting(bot: Rig, booking: Booking) -> None:
    await book_outside(bot, "briefing", AT.replace(hour=14), WES)
    waiting = bot.cal.bookings[-1]
    await handing_over(bot, waiting)
    await bot.submit(ALICE)
    assert waiting.status is Status.PENDING
    assert waiting.host_id == CAROL_ID
    (card,) = [m for m in flows.cards(bot) if "Executive briefing" in words(m)]
    assert "Waiting for confirmation" in words(card)


async def test_a_refusal_for_now_keeps_the_form(bot: Rig, booking: Booking) -> None:
    await handing_over(bot, booking)
    refuse(bot, 403, "/reassign", body={"error": {"message": "no"}})
    await bot.submit(ALICE)
    assert "Cal.com does not let this account do that. Nothing was handed over." in said(bot, ALICE)
    await bot.people.close(ALICE, all=True)
    await handing_over(bot, booking)
    refuse(bot, 429, "/reassign")
    await bot.submit(ALICE)
    assert "Cal.com asks me to wait" in said(bot, ALICE)
    assert booking.host_id == BOB_ID


async def test_a_lost_answer_is_found_out_for_a_named_host(bot: Rig, booking: Booking) -> None:
    await handing_over(bot, booking)
    bot.faults.cut, bot.faults.cut_match = 1, "/reassign"
    await bot.submit(ALICE)
    assert "Carol Iyer has it now" in said(bot, ALICE)


async def test_a_server_that_cannot_is_told(bot: Rig, booking: Booking) -> None:
    await handing_over(bot, booking)
    missing = {"error": {"message": f"Cannot POST /v2/bookings/{booking.uid}/reassign/3"}}
    refuse(bot, 404, "/reassign", body=missing)
    await bot.submit(ALICE)
    assert "This Cal.com server cannot do that through its API." in said(bot, ALICE)
    assert booking.host_id == BOB_ID


async def test_an_event_type_with_one_host_has_nobody_to_hand_over_to(
    bot: Rig, booking: Booking
) -> None:
    event_type(bot, "team-demo").host_ids.remove(CAROL_ID)
    await begin(bot, ALICE, Action.HAND_OVER, booking)
    assert "there is nobody to hand it over to" in said(bot, ALICE)
