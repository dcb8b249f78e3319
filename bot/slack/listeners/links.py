"""Booking links in messages: what they lead to is shown under the message."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.commands import Link
from bot.domain.commands import link as read_link
from bot.domain.errors import StoreUnavailable
from bot.domain.wording import speaking
from bot.locales import language
from bot.slack.deps import Deps
from bot.slack.errors import SLACK_FAILED
from bot.slack.views.links import unfurl

log = structlog.get_logger(__name__)

MOST: Final = 3
"""So many links of a message are shown."""
FRESH: Final = timedelta(minutes=5)
"""Older messages were edited, or shared again: they stay as they are."""


class Links:
    """Unfurls booking links. Nobody waits for it, so whatever goes wrong is told to nobody."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def register(self, app: AsyncApp) -> None:
        app.event("link_shared")(self.on_shared)

    async def on_shared(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        found = self._links(body)
        if found:
            self._deps.background.start(self._unfurl(body, client, found))

    def _links(self, body: Mapping[str, Any]) -> dict[str, Link]:
        """The links that may be shown, by their address; none while a message is being written,
        and none of our own messages."""
        event = body["event"]
        authorized = (body.get("authorizations") or [{}])[0]
        if event.get("source") != "conversations_history" or not event.get("user"):
            return {}
        if event["user"] == authorized.get("user_id") or not self._is_fresh(event):
            return {}
        found: dict[Link, str] = {}
        for each in event.get("links") or []:
            url = str(each.get("url") or "")
            if (link := read_link(url)) and link.slug:
                found.setdefault(link, url)
        return {url: link for link, url in list(found.items())[:MOST]}

    def _is_fresh(self, event: Mapping[str, Any]) -> bool:
        try:
            written = float(str(event.get("message_ts")))
        except ValueError:
            return False
        return self._deps.clock() - datetime.fromtimestamp(written, UTC) < FRESH

    async def _unfurl(
        self, body: Mapping[str, Any], client: AsyncWebClient, found: Mapping[str, Link]
    ) -> None:
        event = body["event"]
        who = str(body.get("team_id") or ""), str(event["user"])
        look = self._deps.unfurling.linked
        try:
            told = await asyncio.gather(*(look(*who, link) for link in found.values()))
            if not any(told):
                return
            with speaking(language((await self._deps.people.member(*who)).locale)):
                pairs = zip(found, told, strict=True)
                shown = {url: unfurl(linked) for url, linked in pairs if linked}
            await client.chat_unfurl(
                channel=str(event.get("channel")), ts=str(event["message_ts"]), unfurls=shown
            )
        except (StoreUnavailable, *SLACK_FAILED) as error:
            log.info("link_not_unfurled", kind=type(error).__name__)
