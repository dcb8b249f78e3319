"""Who did what, for admins: from a button of `/cal status`."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import ids
from bot.slack.deps import Deps, Exchange
from bot.slack.views import audit as views


class Audit:
    """Pages, and a link to the whole; that it is an admin who asks is looked at each time."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def register(self, app: AsyncApp) -> None:
        app.action(ids.AUDIT)(self.on_page)
        app.action(ids.AUDIT_PAGE)(self.on_page)
        app.action(ids.AUDIT_FILE)(self.on_file)

    async def on_page(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        self._deps.later(body, client, self._page)

    async def on_file(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        self._deps.later(body, client, self._file)

    async def _page(self, exchange: Exchange) -> None:
        reader, claimed = await exchange.reader(), exchange.asked.value
        is_number = claimed.isascii() and claimed.isdigit() and len(claimed) < 18
        before = int(claimed) if is_number else None
        found = await self._deps.auditing.page(reader.member, before)
        message = views.page(found, exchange.reading(reader), first=before is None)
        await exchange.say(message, replace=True)

    async def _file(self, exchange: Exchange) -> None:
        reader = await exchange.reader()
        await exchange.say(views.file(await self._deps.auditing.link(reader.member)))
