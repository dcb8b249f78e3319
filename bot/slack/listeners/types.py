"""`/cal types`: the event types, page by page."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.commands import Command
from bot.domain.errors import Unclear
from bot.domain.wording import _
from bot.slack import ids
from bot.slack.deps import Deps, Exchange
from bot.slack.views import types as views


class Types:
    """Lists event types."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def register(self, app: AsyncApp) -> None:
        app.action(ids.starts(ids.TYPES_PAGE))(self.on_page)

    async def show(self, exchange: Exchange, command: Command) -> None:
        await exchange.looking()
        what = command.what
        offer = await (await exchange.desk()).lookup.offer(await exchange.reader(), what)
        named = what.words or (what.link and what.link.slug)
        if named and offer.chosen:
            await exchange.say(views.one_type(offer, offer.chosen))
        else:
            await exchange.say(views.types_page(offer, 0, self._deps.command))

    async def on_page(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        self._deps.later(body, client, self._turn)

    async def _turn(self, exchange: Exchange) -> None:
        page, __, owner = exchange.asked.value.partition("|")
        if not (page.isdecimal() and len(page) < 6):
            raise Unclear(
                _("That button is out of date. Ask again with `{command} types`.").format(
                    command=self._deps.command
                )
            )
        await exchange.reader()
        offer = await (await exchange.desk()).lookup.offer_of(
            owner or None, None, team_id=exchange.asked.team_id
        )
        await exchange.say(views.types_page(offer, int(page), self._deps.command), replace=True)
