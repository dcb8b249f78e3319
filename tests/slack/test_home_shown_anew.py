"""A Home is drawn anew when what its reader has in it becomes another thing by other hands."""

from dataclasses import replace

import pytest

from bot.domain.rules import Place, Rule
from bot.slack import ids
from tests.harness import ALICE, BOB, CAROL, DAVE, Rig, words
from tests.outsiders import Outsiders
from tests.slack import pressing, proposing
from tests.slack.flows import fill
from tests.slack.proposing import posted, propose
from tests.slack.ruling import TEAM, keep, listed, press_rule, save
from tests.slack.test_home import heard, home, opened, press

RANDOM = "C0RANDOM"
"""A channel that the bot was never invited to."""
CAROLS = "<@U0CAROL|carol> intro"


async def drawn(bot: Rig) -> list[str]:
    """Let the worker draw what is due; whose Homes were drawn since the calls were forgotten."""
    for _ in range(2):
        await heard(bot)
    return [c.args["user_id"] for c in bot.slack.calls if c.method == "views.publish"]


async def daves(bot: Rig, channel: str = "C0BOOKINGS", owner: str = DAVE) -> Rule:
    """A rule of his that was made in this channel, before him in his Home."""
    rule = await keep(bot, Rule(f"{owner}:{channel}", Place(TEAM, channel), owner=owner))
    await opened(bot, owner)
    bot.forget_calls()
    return rule


class TestRules:
    @pytest.fixture(autouse=True)
    def uninvited(self, bot: Rig) -> None:
        bot.slack.granted_scopes.discard("chat:write.public")

    async def test_it_comes_to_rest_and_an_admin_wakes_it(self, bot: Rig) -> None:
        await daves(bot, RANDOM)
        await Outsiders(bot.cal).book("intro")
        await bot.settle()
        bot.forget_calls()
        assert await drawn(bot) == [DAVE]
        assert bot.cal_calls() == ["GET /v2/bookings"]
        assert bot.slack_calls() == ["views.publish"]
        assert "Resting since" in words(home(bot))
        assert "1 message waits for it." in words(home(bot))
        bot.slack.channels[RANDOM].members.add(bot.slack.app.bot_user_id)
        await bot.command(ALICE, "status")
        await pressing.press(bot, ALICE, "Replay")
        bot.forget_calls()
        assert await drawn(bot) == [DAVE]
        assert "Resting" not in words(home(bot))

    async def test_who_wakes_their_own_wakes_the_channels_others(self, bot: Rig) -> None:
        await daves(bot, RANDOM)
        await daves(bot, RANDOM, BOB)
        await Outsiders(bot.cal).book("intro")
        assert set(await drawn(bot)) == {DAVE, BOB}
        bot.slack.channels[RANDOM].members.add(bot.slack.app.bot_user_id)
        await press(bot, "Resume", BOB)
        bot.forget_calls()
        assert await drawn(bot) == [DAVE], "Bob saw it at once"
        assert "Resting" not in words(home(bot)) + words(home(bot, BOB))

    async def test_an_admin_pauses_it_resumes_it_and_deletes_it(self, bot: Rig) -> None:
        rule = await daves(bot)
        seen = {"<#C0BOOKINGS>", "Paused by <@U0ALICE>"}
        for action, shown in (
            (ids.PAUSE_RULE, seen),
            (ids.RESUME_RULE, {"<#C0BOOKINGS>"}),
            (ids.DELETE_RULE, set()),
        ):
            await listed(bot)
            bot.forget_calls()
            await press_rule(bot, ALICE, action, rule)
            assert await drawn(bot) == [DAVE]
            assert {each for each in seen if each in words(home(bot))} == shown

    async def test_an_admin_changes_it(self, bot: Rig) -> None:
        rule = await daves(bot)
        await listed(bot)
        await press_rule(bot, ALICE, ids.EDIT_RULE, rule)
        await fill(bot, ALICE, ids.WHOSE, "these")
        await fill(bot, ALICE, ids.HOST_MEMBERS, [CAROL])
        bot.forget_calls()
        assert "Saved" in await save(bot)
        assert await drawn(bot) == [DAVE]
        assert "<#C0BOOKINGS>: Bookings of Carol Iyer" in words(home(bot))

    async def test_what_its_owner_does_is_drawn_once(self, bot: Rig) -> None:
        rule = await daves(bot)
        await keep(bot, replace(rule, id="another"))
        await listed(bot, DAVE)
        bot.forget_calls()
        await press_rule(bot, DAVE, ids.DELETE_RULE, rule)
        assert await drawn(bot) == [DAVE]

    async def test_who_has_not_looked_for_a_day_costs_nothing(self, bot: Rig) -> None:
        rule = await daves(bot)
        bobs = await keep(bot, replace(rule, id="bobs", owner=BOB))  # who never looked
        bot.clock.advance(hours=25)
        for each in (rule, bobs):
            await listed(bot)
            bot.forget_calls()
            await press_rule(bot, ALICE, ids.DELETE_RULE, each)
            assert await drawn(bot) == []
            assert bot.cal_calls() == []


class TestProposals:
    @pytest.fixture(autouse=True)
    async def proposed(self, bot: Rig) -> None:
        """Bob has proposed times of somebody else's to Carol, and looks at them."""
        await propose(bot, BOB, CAROLS)
        assert "3 times are left" in await opened(bot, BOB)
        bot.forget_calls()

    async def test_one_is_taken(self, bot: Rig) -> None:
        await proposing.press(bot, CAROL, posted(bot, CAROL), f"{ids.TAKE_TIME}0")
        assert "times are left" in words(home(bot, BOB))
        bot.forget_calls()
        assert await drawn(bot) == [BOB]
        assert set(bot.cal_calls()) == {"GET /v2/bookings"}
        assert "Times you have proposed" not in words(home(bot, BOB))

    async def test_it_is_taken_back(self, bot: Rig) -> None:
        await press(bot, "Take back", BOB)
        assert await drawn(bot) == [BOB]
        assert "Times you have proposed" not in words(home(bot, BOB))

    async def test_it_runs_out_and_so_do_its_times_one_by_one(self, bot: Rig) -> None:
        left = ["2 times are left", "1 time is left", "Your next meetings"]
        proposal = (await bot.bot.store.proposals.open_of(TEAM, BOB))[0]
        for choice, shown in zip(proposal.choices, left, strict=True):
            bot.clock.at = choice.start
            await opened(bot, BOB)
            await bot.round("proposals")
            bot.forget_calls()
            assert await drawn(bot) == [BOB]
            assert shown in words(home(bot, BOB))
        assert "Times you have proposed" not in words(home(bot, BOB))

    async def test_that_its_times_stay_free_is_nothing_to_see(self, bot: Rig) -> None:
        bot.clock.advance(minutes=59)
        await bot.round("proposals")
        assert {call.method for call in bot.cal.log} == {"PATCH"}, "they are held for longer"
        assert await drawn(bot) == []

    async def test_a_time_is_struck_that_somebody_else_has(self, bot: Rig) -> None:
        proposal = (await bot.bot.store.proposals.open_of(TEAM, BOB))[0]
        for choice in proposal.choices:
            assert choice.hold
            await bot.bot.deps.desks.house.scheduling.let_go(choice.hold.uid)
        await Outsiders(bot.cal).book("intro", start=proposal.choices[0].start)
        await proposing.press(bot, CAROL, posted(bot, CAROL), f"{ids.TAKE_TIME}0")
        bot.forget_calls()
        assert await drawn(bot) == [BOB]
        assert "2 times are left" in words(home(bot, BOB))
