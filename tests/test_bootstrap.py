"""What the composition root adds to the parts it joins."""

from datetime import timedelta

from bot.bootstrap import Pruning
from bot.domain.records import Draft
from tests.harness import DAVE, Rig


async def test_old_drafts_go_within_the_hour(bot: Rig) -> None:
    store, team = bot.bot.store, bot.slack.team_id
    pruning = Pruning(store, bot.clock)
    await store.drafts.save(Draft("d1", team, DAVE, "book", {"email": "dave@example.com"}))
    assert await pruning() is False
    assert await store.drafts.load("d1", team, DAVE) is not None
    bot.clock.advance(hours=25)
    await pruning()
    left = await store.drafts.prune(bot.clock() + timedelta(days=1))
    assert left == 0
