"""What goes with a booking and is only looked at: calendar links, and recordings."""

from bot.slack.deps import Deps, Exchange
from bot.slack.views import retrieve as views


class Retrieve:
    """The answers are for the person alone."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def calendar_links(self, exchange: Exchange, ref: str) -> None:
        await exchange.looking()
        reader = await exchange.reader()
        found = await (await exchange.keeping(ref)).amending.calendar_links(reader, ref)
        await exchange.say(views.calendar_links(found, exchange.reading(reader)))

    async def recordings(self, exchange: Exchange, ref: str) -> None:
        await exchange.looking()
        reader = await exchange.reader()
        row, found = await (await exchange.keeping(ref)).amending.recordings(reader, ref)
        await exchange.say(views.recordings(row, found, exchange.reading(reader)))
