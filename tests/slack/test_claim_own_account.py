"""Who takes it with an account of their own: that tells which host they are."""

from datetime import timedelta

import pytest

from bot.domain.installations import Installation
from bot.sandbox.calcom.model import Booking
from bot.sandbox.calcom.seed_demo import CAROL_KEY, HOUSE_KEY
from bot.sandbox.slack.seed_clinic import TEAM as OTHER
from bot.slack import ids
from tests.harness import BOB, CAROL, DAVE, Rig, words
from tests.slack.pressing import button, labels, press
from tests.slack.test_claim import (
    BOB_ID,
    CAROL_ID,
    CLAIM,
    asking,
    booked,
    card,
    reassigned,
    told,
)
from tests.slack.test_install_two import HOME_TOO
from tests.slack.test_own_account import connect

TWO = {"settings": {**HOME_TOO["settings"], "notify_channel": "#bookings"}}


@pytest.fixture
async def booking(bot: Rig) -> Booking:
    await asking(bot)
    return await booked(bot)


async def test_the_own_account_tells_who_they_are(bot: Rig, booking: Booking) -> None:
    """Dave's e-mail in Slack is nobody's at Cal.com; his account there is Carol's."""
    await press(bot, DAVE, CLAIM, card(bot))
    assert "Only its hosts at Cal.com can take it." in told(bot, DAVE)
    await connect(bot, DAVE, CAROL_KEY)
    await press(bot, DAVE, CLAIM, card(bot))
    assert "You have it" in told(bot, DAVE)
    assert reassigned(bot) == [f"POST /v2/bookings/{booking.uid}/reassign/{CAROL_ID}"]
    assert booking.host_id == CAROL_ID
    assert "*Taken by*\nCarol Iyer" in words(card(bot))
    assert CLAIM not in labels(card(bot))


async def test_it_is_handed_over_by_the_account_that_keeps_it(bot: Rig, booking: Booking) -> None:
    """The own one need not even see the booking: of that one it is only asked who it is."""
    await connect(bot, DAVE, CAROL_KEY)
    await press(bot, DAVE, CLAIM, card(bot))
    written = [call.key_owner for call in bot.cal.log if "/reassign" in call.path]
    assert written == ["alice"]


async def test_whose_own_account_hosts_nothing_of_it_does_not_take_it(
    bot: Rig, booking: Booking
) -> None:
    """Carol's e-mail would tell another host; but she has said who she is at Cal.com."""
    await connect(bot, CAROL, HOUSE_KEY)
    await press(bot, CAROL, CLAIM, card(bot))
    assert "Only its hosts at Cal.com can take it." in told(bot, CAROL)
    assert reassigned(bot) == []
    assert booking.host_id == BOB_ID
    await press(bot, BOB, CLAIM, card(bot))
    assert "You have it" in told(bot, BOB)


async def test_whose_own_account_was_revoked_is_asked_to_reconnect_and_blocks_nobody(
    bot: Rig, booking: Booking
) -> None:
    await connect(bot, DAVE, CAROL_KEY)
    bot.clock.advance(hours=2)  # who it was is looked up again
    bot.cal.users[CAROL_ID].api_key = "cal_another_key"
    await press(bot, DAVE, CLAIM, card(bot))
    said = [m for m in bot.seen(DAVE, "bookings") if m.ephemeral_to == DAVE][-1]
    assert "You have not taken it." in words(said)
    assert "Reconnect" in labels(said)
    assert reassigned(bot) == []
    await press(bot, BOB, CLAIM, card(bot))
    assert "You have it" in told(bot, BOB)


@pytest.mark.parametrize("setup", [TWO], indirect=True)
async def test_from_another_workspace_nobody_takes_it(bot: Rig) -> None:
    """Not even with the reference in hand, and the right Cal.com account."""
    await asking(bot)
    booking = await booked(bot)
    found = Installation(OTHER, "", "xoxb-sandbox", "", "U0CALBOT", "A0CALBOT", "", bot.clock())
    await bot.bot.store.installations.save(found)
    message = card(bot)
    block, _ = button(message, CLAIM)
    bot.slack.team_id = OTHER
    await bot.people.click(CAROL, message, ids.CLAIM, block=block)
    await bot.bot.background.drain()
    bot.slack.team_id = "T0SANDBOX"
    assert "You have it" not in told(bot, CAROL)
    assert reassigned(bot) == []
    assert booking.host_id == BOB_ID
    assert await bot.bot.store.claims.left(bot.clock() + timedelta(days=1)) == []
    await press(bot, CAROL, CLAIM, card(bot))
    assert "You have it" in told(bot, CAROL)
