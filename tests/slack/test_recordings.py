"""Recordings of a meeting that has begun."""

import pytest

from bot.domain.bookings import Action
from bot.sandbox.calcom import recordings
from bot.sandbox.calcom.model import Booking
from tests.harness import ALICE, CAROL, DAVE, Rig, words
from tests.slack import flows
from tests.slack.amending import begin, begin_forged, details, offered, reference
from tests.slack.amending import choose as choose_more
from tests.slack.flows import said
from tests.slack.test_calendar_links import links


async def over(bot: Rig, recorded: int = 1) -> Booking:
    """A meeting that has ended."""
    booking = await flows.book(bot)
    bot.clock.at = booking.end
    for _ in range(recorded):
        await recordings.add(bot.cal, booking)
    await bot.settle()
    return booking


async def test_the_host_watches_them(bot: Rig) -> None:
    booking = await over(bot, 2)
    booking.recordings[1] |= {"downloadLink": None, "duration": 90}
    await begin(bot, ALICE, Action.RECORDINGS, booking, "past")
    message = bot.last(ALICE)
    begun = f"{booking.start.hour + 1}:{booking.start:%M} AM"  # in Paris
    assert links(message) == {f"Watch {begun}": booking.recordings[0]["downloadLink"]}
    told = words(message)
    assert f"{begun} · 30 min" in told
    assert f"{begun} · 2 min · its link is not ready yet" in told
    assert "The links work for an hour." in told


async def test_it_costs_two_and_one(bot: Rig) -> None:
    booking = await over(bot)
    message = await details(bot, ALICE, booking, "past")
    bot.forget_calls()
    await choose_more(bot, ALICE, message, Action.RECORDINGS)
    uid = booking.uid
    assert bot.cal_calls() == [f"GET /v2/bookings/{uid}", f"GET /v2/bookings/{uid}/recordings"]
    assert bot.slack_calls() == ["response_url"]


async def test_none_is_said_in_a_sentence(bot: Rig) -> None:
    booking = await over(bot, 0)
    await begin(bot, ALICE, Action.RECORDINGS, booking, "past")
    assert "There is no recording of this meeting." in words(bot.last(ALICE))


async def test_a_link_that_holds_the_uid_stays_out_of_slack(bot: Rig) -> None:
    booking = await over(bot)
    booking.recordings[0]["downloadLink"] = f"https://videos.example/{booking.uid}.mp4"
    await begin(bot, ALICE, Action.RECORDINGS, booking, "past")
    assert links(bot.last(ALICE)) == {}
    assert booking.uid not in str(bot.last(ALICE))


@pytest.mark.parametrize("user", [DAVE, CAROL])
async def test_only_the_host_may(bot: Rig, user: str) -> None:
    booking = await flows.book(bot)
    later = await flows.book(bot, user, nth=3)
    ref = reference(await details(bot, DAVE, booking))
    bot.clock.at = booking.end
    await recordings.add(bot.cal, booking)
    message = await details(bot, user, later)
    assert Action.RECORDINGS not in offered(message)
    await begin_forged(bot, user, Action.RECORDINGS, ref)
    assert "Only the host" in said(bot, user)
    assert links(bot.last(user)) == {}


async def test_before_the_start_it_is_not_offered(bot: Rig) -> None:
    booking = await flows.book(bot)
    assert Action.RECORDINGS not in offered(await details(bot, ALICE, booking))


async def test_a_server_that_cannot_is_told_of_and_not_asked_again(bot: Rig) -> None:
    booking = await over(bot)
    bot.cal.hosted = False
    await begin(bot, ALICE, Action.RECORDINGS, booking, "past")
    assert "This Cal.com server cannot do that through its API." in said(bot, ALICE)
    assert Action.RECORDINGS not in offered(await details(bot, ALICE, booking, "past"))
