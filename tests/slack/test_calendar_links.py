"""Links that put a booking into a calendar."""

import pytest

from bot.domain.bookings import Action
from bot.sandbox.slack.messages import Message
from tests.harness import ALICE, CAROL, DAVE, Rig, words
from tests.slack import flows
from tests.slack.amending import begin, begin_forged, details, reference
from tests.slack.amending import choose as choose_more
from tests.slack.flows import refuse, said
from tests.slack.pressing import controls


def links(message: Message) -> dict[str, str]:
    """What each link button does, and where it leads."""
    return {
        str(e.get("accessibility_label")): str(e["url"]) for _, e in controls(message) if "url" in e
    }


@pytest.mark.parametrize("user", [DAVE, ALICE])
async def test_host_and_attendee_get_a_row_for_each_calendar(bot: Rig, user: str) -> None:
    booking = await flows.book(bot)
    await begin(bot, user, Action.CALENDAR_LINKS, booking)
    message = bot.last(user)
    found = links(message)
    assert list(found) == [
        "Add to Google Calendar",
        "Add to Microsoft Office",
        "Add to Microsoft Outlook",
    ]
    assert found["Add to Google Calendar"].startswith("https://calendar.google.com/")
    assert "Not shown here: ICS. It comes with Cal.com's e-mail about the booking." in message.text
    assert booking.uid not in str(message)


async def test_it_costs_two_and_one(bot: Rig) -> None:
    booking = await flows.book(bot)
    message = await details(bot, DAVE, booking)
    bot.forget_calls()
    await choose_more(bot, DAVE, message, Action.CALENDAR_LINKS)
    uid = booking.uid
    assert bot.cal_calls() == [
        f"GET /v2/bookings/{uid}",
        f"GET /v2/bookings/{uid}/calendar-links",
    ]
    assert bot.slack_calls() == ["response_url"]


async def test_links_that_hold_the_uid_stay_out_of_slack(bot: Rig) -> None:
    booking = await flows.book(bot)
    booking.location = f"https://video.example/{booking.uid}"
    await begin(bot, DAVE, Action.CALENDAR_LINKS, booking)
    message = bot.last(DAVE)
    assert "Not shown here: Google Calendar, Microsoft Office" in words(message)
    assert booking.uid not in str(links(message))


async def test_where_the_server_has_none_there_is_our_own(bot: Rig) -> None:
    bot.cal.hosted = False
    booking = await flows.book(bot)
    await begin(bot, DAVE, Action.CALENDAR_LINKS, booking)
    found = links(bot.last(DAVE))
    assert list(found) == ["Add to Google Calendar"]
    assert f"{booking.start:%Y%m%dT%H%M%SZ}" in found["Add to Google Calendar"]


async def test_somebody_else_gets_none(bot: Rig) -> None:
    booking = await flows.book(bot)
    ref = reference(await details(bot, DAVE, booking))
    await flows.book(bot, CAROL, nth=1)
    await bot.command(CAROL, "next")
    await begin_forged(bot, CAROL, Action.CALENDAR_LINKS, ref)
    assert "Only the host, the attendees and the admins" in said(bot, CAROL)
    assert links(bot.last(CAROL)) == {}


async def test_a_meeting_that_is_over_needs_none(bot: Rig) -> None:
    booking = await flows.book(bot)
    message = await details(bot, DAVE, booking)
    bot.clock.at = booking.end
    await choose_more(bot, DAVE, message, Action.CALENDAR_LINKS)
    assert "That has been done already" in said(bot)


async def test_a_refusal_for_now_says_until_when(bot: Rig) -> None:
    booking = await flows.book(bot)
    message = await details(bot, DAVE, booking)
    refuse(bot, 429, "/calendar-links")
    await choose_more(bot, DAVE, message, Action.CALENDAR_LINKS)
    assert "Cal.com asks me to wait until 08:01." in said(bot)
