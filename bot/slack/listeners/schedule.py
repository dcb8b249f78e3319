"""`/cal schedule`: working hours."""

from slack_bolt.async_app import AsyncApp

from bot.domain.commands import Command
from bot.slack.deps import Deps, Exchange
from bot.slack.views import schedule as views
from bot.slack.views.reading import Reading


class Schedule:
    """Shows the account's working hours to its owner and to admins."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def register(self, app: AsyncApp) -> None:
        """What is pressed here is a flow of its own: `listeners/hours.py`."""

    async def show(self, exchange: Exchange, command: Command) -> None:
        await exchange.looking()
        reader, desk = await exchange.reader(), await exchange.desk()
        if not await desk.hours.may_keep(reader.member):
            await exchange.say(views.not_yours(self._deps.command))
            return
        found = await desk.lookup.schedules()
        await exchange.say(views.schedules(found, Reading.of(reader, self._deps.clock())))
