"""Delete my data: what goes with a member, what with a workspace, and what stays."""

import json

from sqlalchemy import text

from bot.domain.people import Preferences
from bot.domain.rules import Place, Rule
from bot.domain.shares import Share
from bot.sandbox.calcom.seed_demo import BOB_KEY
from bot.slack import ids
from bot.store.columns import metadata
from tests.harness import ALICE, BOB, DAVE, Rig, words
from tests.slack.flows import book, fill
from tests.slack.pressing import controls, press
from tests.slack.proposing import propose


async def rows(bot: Rig, name: str) -> list[str]:
    async with bot.bot.store.database.transaction() as connection:
        found = await connection.execute(text(f"SELECT * FROM {name}"))
        return [repr(row) for row in found]


async def everywhere(bot: Rig, user: str) -> dict[str, int]:
    """In which tables somebody is named, and how often."""
    named = {name: sum(user in row for row in await rows(bot, name)) for name in metadata.tables}
    return {name: count for name, count in named.items() if count}


async def lived(bot: Rig, user: str) -> None:
    """Somebody who has done a bit of everything."""
    team_id, store = bot.slack.team_id, bot.bot.store
    await book(bot, user=user, nth=len(bot.cal.bookings) % 5)
    await propose(bot, user, "<@U0CAROL|carol> intro", nth=(len(bot.cal.reservations),))
    await bot.command(user, "connect")
    await fill(bot, user, ids.KEY, BOB_KEY)
    await bot.submit(user)
    await store.preferences.set_preferences(team_id, user, Preferences(time_zone="UTC"))
    await store.rules.save(Rule(f"of-{user}", Place(team_id, user), owner=user))
    now = bot.clock()
    assert await store.shares.add(
        Share(f"of-{user}", team_id, user, "house", "", 1, None, now, now, channel="C0BOOKINGS")
    )


async def delete_mine(bot: Rig, user: str) -> None:
    await bot.command(user, "settings")
    view = bot.modal(user)
    await bot.click(user, view, ids.DELETE_MINE)


async def test_nothing_of_a_member_stays(bot: Rig) -> None:
    await lived(bot, BOB)
    await lived(bot, DAVE)
    others = await everywhere(bot, DAVE)
    kept = {"accounts", "audit", "preferences", "rules", "attempts", "shares", "proposals"}
    assert kept <= set(await everywhere(bot, BOB))
    bookings = len(bot.cal.bookings)
    await delete_mine(bot, BOB)
    assert "Nothing is kept of you here any more" in words(bot.modal(BOB))
    assert await everywhere(bot, BOB) == {}
    assert await everywhere(bot, DAVE) == others
    assert len(bot.cal.bookings) == bookings, "Cal.com's are Cal.com's"


async def test_nothing_of_a_workspace_stays_but_who_deleted_it(bot: Rig) -> None:
    await lived(bot, BOB)
    await book(bot)
    await bot.command(ALICE, "status")
    await press(bot, ALICE, "Delete all data")
    assert "Nothing is kept of this workspace" in words(bot.last(ALICE))
    (entry,) = [each async for each in bot.bot.store.audit.all(bot.slack.team_id)]
    assert (entry.user_id, entry.action) == (ALICE, "delete the workspace's data")
    for name in set(metadata.tables) - {"audit", "keys", "turns", "registrations"}:
        assert await rows(bot, name) == [], name


async def test_others_than_admins_delete_no_workspace(bot: Rig) -> None:
    await book(bot)
    await bot.command(DAVE, "types")
    message = bot.last(DAVE)
    (_, forged), *_ = controls(message)
    forged |= {"action_id": ids.DELETE_ALL}
    await press(bot, DAVE, forged["text"]["text"], message)
    assert "Only the admins of this workspace" in words(bot.last(DAVE))
    assert await rows(bot, "attempts")


async def test_it_is_confirmed_first(bot: Rig) -> None:
    await bot.command(ALICE, "status")
    shown = json.dumps(bot.last(ALICE).blocks)
    assert '"Delete all data?"' in shown
