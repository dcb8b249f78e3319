"""The App Home, as people see it: opened, paged, pressed in, and drawn anew after a change."""

from bot.sandbox.slack.views import View
from tests.harness import DAVE, Rig, words
from tests.slack.flows import book


def home(bot: Rig, user: str = DAVE) -> View:
    """The Home that this person sees."""
    return bot.slack.views.homes[user]


async def opened(bot: Rig, user: str = DAVE) -> str:
    """Open the Home, and read it."""
    await bot.people.open_home(user)
    await bot.settle()
    return words(home(bot, user))


async def test_opening_costs_one_and_one(bot: Rig) -> None:
    await book(bot)
    await opened(bot)
    bot.forget_calls()
    said = await opened(bot)
    assert (bot.cal_calls(), bot.slack_calls()) == (["GET /v2/bookings"], ["views.publish"])
    assert "Intro call" in said
