"""What the composition root adds to the parts it joins."""

from datetime import timedelta

from bot.domain.records import Draft
from tests.harness import DAVE, Rig


async def test_old_drafts_go_within_the_hour(bot: Rig) -> None:
    store, team, pruning = bot.bot.store, bot.slack.team_id, bot.bot.chores["prune"]
    await store.drafts.save(Draft("d1", team, DAVE, "book", {"email": "dave@example.com"}))
    await pruning()
    assert await store.drafts.load("d1", team, DAVE) is not None
    bot.clock.advance(hours=25)
    await pruning()
    left = await store.drafts.prune(bot.clock() + timedelta(days=1))
    assert left == 0
