"""Changing the place of a booking that stands."""

import pytest

from bot.domain.bookings import Action
from bot.domain.event_types import Location
from bot.domain.places import token
from bot.sandbox.calcom.model import Booking
from bot.slack import ids
from tests.harness import ALICE, CAROL, DAVE, Rig, words
from tests.slack import flows
from tests.slack.amending import answers_to, begin, begin_forged, details, offered, reference
from tests.slack.amending import choose as choose_more
from tests.slack.flows import block, fill, front, holds, refuse, said
from tests.slack.pressing import event_type

LINK = "https://meet.harbour-labs.example/alice"
OFFICE = Location("address", "12 Quai du Port, Marseille")
NEW = "https://meet.harbour-labs.example/other"


async def changing(bot: Rig, user: str = ALICE) -> Booking:
    booking = await flows.book(bot)
    await begin(bot, user, Action.CHANGE_PLACE, booking)
    return booking


async def choose(bot: Rig, kind: str, typed: str = "") -> None:
    await fill(bot, ALICE, ids.PLACE, kind)
    if typed:
        await fill(bot, ALICE, ids.PLACE_VALUE, typed)


async def test_the_event_types_places_and_own_ones_are_offered(bot: Rig) -> None:
    await changing(bot)
    options = block(bot, ALICE, ids.PLACE)["element"]["options"]
    assert [option["text"]["text"] for option in options] == [
        LINK,
        OFFICE.value,
        "Another link",
        "Another address",
        "Another phone number",
    ]


@pytest.mark.parametrize(
    ("kind", "typed", "place"),
    [
        (token(OFFICE), "", OFFICE.value),
        ("link", NEW, NEW),
        ("link", "meet.harbour-labs.example/other", NEW),
        ("address", "3 Rue de la Paix", "3 Rue de la Paix"),
        ("phone", "+33 (4) 91-00.00 00", "+33491000000"),
    ],
)
async def test_the_host_puts_it_elsewhere(bot: Rig, kind: str, typed: str, place: str) -> None:
    booking = await changing(bot)
    await choose(bot, kind, typed)
    await bot.submit(ALICE)
    assert booking.location == place
    told = words(front(bot, ALICE))
    assert "The place has changed" in told
    assert place in told


async def test_it_costs_two_and_two(bot: Rig) -> None:
    booking = await flows.book(bot)
    message = await details(bot, ALICE, booking)
    bot.forget_calls()
    await choose_more(bot, ALICE, message, Action.CHANGE_PLACE)
    await choose(bot, "link", NEW)
    await bot.submit(ALICE)
    read, changed = f"GET /v2/bookings/{booking.uid}", f"PATCH /v2/bookings/{booking.uid}/location"
    by_the_worker = [read]
    assert bot.cal_calls() == [read, changed, *by_the_worker]
    assert bot.slack_calls() == [
        *("views.open", "views.update"),
        *("chat.update", "chat.postMessage"),
    ]


async def test_the_card_follows_although_cal_com_tells_nobody(bot: Rig) -> None:
    await changing(bot)
    (card,) = flows.cards(bot)
    assert "meet.harbour-labs.example" in words(card)
    await choose(bot, token(OFFICE))
    await bot.submit(ALICE)
    assert flows.cards(bot) == [card]
    assert OFFICE.value in words(card)
    assert "Place changed by Alice Martin" in words(card)
    assert "meet.harbour-labs.example" not in words(card)


async def test_a_store_that_fails_afterwards_does_not_undo_it(bot: Rig) -> None:
    booking = await changing(bot)
    await choose(bot, token(OFFICE))
    async with flows.store_goes_during(bot, "/location"):
        await flows.done(bot, bot.people.submit(ALICE))
    assert "The place has changed" in said(bot, ALICE)
    assert booking.location == OFFICE.value


@pytest.mark.parametrize(
    ("kind", "typed", "complaint"),
    [
        ("link", "", "This has to be filled in."),
        ("link", "javascript:alert(1)", "This is not a web address"),
        ("link", "https://[", "This is not a web address"),
        ("address", "", "This has to be filled in."),
        ("phone", "0491000000", "The country code is missing"),
        (token(OFFICE), "somewhere", "Leave this empty"),
    ],
)
async def test_what_is_wrong_is_said_at_the_field_before_anything_is_sent(
    bot: Rig, kind: str, typed: str, complaint: str
) -> None:
    await changing(bot)
    await choose(bot, kind, typed)
    bot.forget_calls()
    outcome = await bot.submit(ALICE)
    assert complaint in outcome.errors[ids.PLACE_VALUE]
    assert bot.cal_calls() == []


async def test_the_place_where_it_is_already_is_said(bot: Rig) -> None:
    booking = await changing(bot)
    assert booking.location == LINK
    await choose(bot, "link", LINK)
    bot.forget_calls()
    await bot.submit(ALICE)
    assert "It takes place there already. Nothing was changed." in said(bot, ALICE)
    assert holds(bot, ALICE, ids.PLACE) == "link"
    assert holds(bot, ALICE, ids.PLACE_VALUE) == LINK
    assert answers_to(bot, "/location") == []


async def test_a_place_that_is_no_longer_offered_is_said(bot: Rig) -> None:
    booking = await changing(bot)
    await choose(bot, token(OFFICE))
    event_type(bot, "intro").locations.pop(1)
    bot.bot.deps.desks.house.catalogue.drop()  # as a webhook or five minutes would do
    await bot.submit(ALICE)
    assert "This place is not offered any more." in said(bot, ALICE)
    assert booking.location == LINK


async def test_a_place_that_the_server_refuses_is_said_at_the_form(bot: Rig) -> None:
    booking = await changing(bot)
    await choose(bot, "link", NEW)
    refused = {"error": {"message": "location property is wrong,location is not supported"}}
    refuse(bot, 400, "/location", body=refused)
    await bot.submit(ALICE)
    assert "This does not look right. Nothing was changed." in said(bot, ALICE)
    assert holds(bot, ALICE, ids.PLACE_VALUE) == NEW
    await bot.submit(ALICE)
    assert booking.location == NEW


@pytest.mark.parametrize("user", [DAVE, CAROL])
async def test_only_the_host_may(bot: Rig, user: str) -> None:
    booking = await flows.book(bot)
    message = await details(bot, DAVE, booking)
    assert Action.CHANGE_PLACE not in offered(message)
    ref = reference(message)
    await flows.book(bot, user, nth=1)
    await bot.command(user, "next")
    await begin_forged(bot, user, Action.CHANGE_PLACE, ref)
    assert "Only the host" in said(bot, user)
    assert booking.location == LINK


async def test_a_meeting_that_has_begun_stays_where_it_is(bot: Rig) -> None:
    booking = await changing(bot)
    await choose(bot, "link", NEW)
    bot.clock.at = booking.start
    await bot.submit(ALICE)
    assert "That has been done already" in said(bot, ALICE)
    assert booking.location == LINK


async def test_five_a_minute_and_then_it_says_until_when(bot: Rig) -> None:
    """Cal.com's own limit for places."""
    booking = await flows.book(bot)
    for n in range(6):
        await begin(bot, ALICE, Action.CHANGE_PLACE, booking)
        await choose(bot, "link", f"{NEW}{n}")
        await bot.submit(ALICE)
        if n < 5:
            assert "The place has changed" in said(bot, ALICE)
            await bot.people.close(ALICE, all=True)
    assert "Cal.com asks me to wait until 09:01. Nothing was changed." in said(bot, ALICE)
    assert booking.location == f"{NEW}4"


async def test_a_lost_answer_is_found_out(bot: Rig) -> None:
    booking = await changing(bot)
    await choose(bot, "link", NEW)
    bot.faults.cut, bot.faults.cut_match = 1, "/location"
    await bot.submit(ALICE)
    assert "The place has changed" in said(bot, ALICE)
    assert booking.location == NEW


async def test_the_same_asked_again_finds_it_there_already(bot: Rig) -> None:
    booking = await changing(bot)
    await choose(bot, "link", NEW)
    await bot.submit(ALICE)
    await bot.people.close(ALICE, all=True)
    await begin(bot, ALICE, Action.CHANGE_PLACE, booking)
    await choose(bot, "link", NEW)
    await bot.submit(ALICE)
    assert "It takes place there already." in said(bot, ALICE)
