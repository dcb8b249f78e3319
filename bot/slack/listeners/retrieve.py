"""What goes with a booking and is only looked at: calendar links, and recordings."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import ids
from bot.slack.deps import Deps, Exchange
from bot.slack.views import retrieve as views


class Retrieve:
    """The answers are for the person alone."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def register(self, app: AsyncApp) -> None:
        app.action(ids.DO_CALENDAR_LINKS)(self._on_pressed(self.calendar_links))
        app.action(ids.DO_RECORDINGS)(self._on_pressed(self.recordings))

    def _on_pressed(
        self, answer: Callable[[Exchange, str], Awaitable[None]]
    ) -> Callable[..., Awaitable[None]]:
        async def on_pressed(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
            await ack()

            async def work(exchange: Exchange) -> None:
                await answer(exchange, exchange.asked.value)

            self._deps.later(body, client, work)

        return on_pressed

    async def calendar_links(self, exchange: Exchange, ref: str) -> None:
        reader = await exchange.reader()
        found = await self._deps.amending.calendar_links(reader, ref)
        await exchange.say(views.calendar_links(found, exchange.reading(reader)))

    async def recordings(self, exchange: Exchange, ref: str) -> None:
        reader = await exchange.reader()
        row, found = await self._deps.amending.recordings(reader, ref)
        await exchange.say(views.recordings(row, found, exchange.reading(reader)))
