"""What was proposed ends with the account, the member or the workspace it was proposed from."""

import pytest

from bot.slack import ids
from tests.harness import ALICE, BOB, CAROL, Rig, words
from tests.slack.flows import direct, front
from tests.slack.proposing import PLACE, actions, posted, press, propose
from tests.slack.test_holding import held
from tests.slack.test_own_account import connect

CAROLS = "<@U0CAROL|carol>"


async def proposed_by_bob(bot: Rig) -> None:
    """From his own account."""
    await connect(bot)
    bob = next(user for user in bot.cal.users.values() if user.username == "bob")
    slug = next(t.slug for t in bot.cal.event_types.values() if t.owner_id == bob.id)
    await propose(bot, BOB, f"{CAROLS} {slug}", nth=(10, 11))
    assert len(held(bot)) == 2


def taken_back(bot: Rig) -> None:
    assert "has taken back the times proposed" in direct(bot, CAROL)[-1].text
    assert actions(direct(bot, CAROL)[-1]) == []
    assert held(bot) == []


async def test_it_is_booked_at_the_proposers_own_account(bot: Rig) -> None:
    await proposed_by_bob(bot)
    await press(bot, CAROL, posted(bot, CAROL), f"{ids.TAKE_TIME}0")
    booking = bot.cal.bookings[-1]
    assert bot.cal.users[booking.host_id].username == "bob"
    assert booking.attendees[0].email == "carol@example.com"


async def test_who_disconnects_takes_everything_back(bot: Rig) -> None:
    await proposed_by_bob(bot)
    await bot.command(BOB, "disconnect")
    await press(bot, BOB, bot.last(BOB), ids.DISCONNECT)
    taken_back(bot)


async def test_deleted_with_the_member(bot: Rig) -> None:
    await proposed_by_bob(bot)
    await bot.command(BOB, "settings")
    await bot.click(BOB, front(bot, BOB), ids.DELETE_MINE)
    taken_back(bot)


async def test_deleted_with_the_workspaces_data(bot: Rig) -> None:
    await propose(bot, ALICE, f"{CAROLS} intro", nth=(10, 11))
    await bot.command(ALICE, "status")
    await press(bot, ALICE, bot.last(ALICE), ids.DELETE_ALL)
    assert "Nothing is kept of this workspace" in words(bot.last(ALICE))
    taken_back(bot)


@pytest.mark.parametrize("own", [True, False])
async def test_where_the_app_is_taken_away_the_times_are_let_go(bot: Rig, own: bool) -> None:
    if own:
        await proposed_by_bob(bot)
    else:
        await propose(bot, what="intro", fields=PLACE)
        assert held(bot)
    bot.slack.app.uninstalled = True
    await bot.people.event("app_uninstalled", {})
    await bot.settle()
    assert held(bot) == []
    assert await bot.bot.store.proposals.live(team_id=bot.slack.team_id) == []
