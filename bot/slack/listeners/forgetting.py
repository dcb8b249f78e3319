"""Delete my data: from the settings for a member, from the status for a workspace."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import ids
from bot.slack.deps import Deps, Exchange
from bot.slack.home import Occasion
from bot.slack.views import forgetting as views


class Forgetting:
    """Each is confirmed in Slack first; who may is looked at when it is pressed."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def register(self, app: AsyncApp) -> None:
        app.action(ids.DELETE_MINE)(self.on_mine)
        app.action(ids.DELETE_ALL)(self.on_all)

    async def on_mine(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        self._deps.later(body, client, self._mine)

    async def on_all(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        self._deps.later(body, client, self._all)

    async def _mine(self, exchange: Exchange) -> None:
        exchange.doing = "deleted"
        reader, home = await exchange.reader(), self._deps.home
        was_open = await home.homes.page(reader.member.team_id, reader.member.user_id) is not None
        await self._deps.forgetting.member(reader.member)
        await exchange.finish(views.forgotten(self._deps.command))
        if was_open:
            await home.draw(exchange.asked, 0, Occasion.DONE)

    async def _all(self, exchange: Exchange) -> None:
        exchange.doing = "deleted"
        reader = await exchange.reader()
        await self._deps.forgetting.workspace(reader.member)
        await exchange.note("delete the workspace's data")
        await exchange.say(views.all_forgotten(), replace=True)
