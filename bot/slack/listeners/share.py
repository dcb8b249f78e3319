"""`/cal share`: an event type's next open times, for everybody in the channel.

Nothing is posted before the one who shares it has seen it and pressed Post.
"""

import secrets
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.commands import Command
from bot.domain.errors import Expired, PlaceError, Unclear
from bot.domain.policy import Deed, check
from bot.domain.shares import Share as Shared
from bot.domain.wording import _
from bot.locales import language
from bot.slack import ids
from bot.slack.deps import Deps, Exchange
from bot.slack.forms import Pick
from bot.slack.views import share as views
from bot.slack.views.types import types_page


class Share:
    """Shares event types, and takes them down again. Booking one is the booking flow's."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def register(self, app: AsyncApp) -> None:
        app.action(ids.SHARE)(self.on_share)
        app.action(ids.POST_SHARE)(self.on_post)
        app.action(ids.REMOVE_SHARE)(self.on_remove)

    async def show(self, exchange: Exchange, command: Command) -> None:
        reader = await exchange.reader()
        check(reader.member, Deed.SHARE)
        reading = exchange.reading(reader)
        when = reading.when(command.when) if command.when else None
        start = (when.start or reading.start_of(when.day)) if when else None
        offer = await (await exchange.desk()).lookup.offer(reader, command.what)
        if offer.chosen is None:
            await exchange.say(types_page(offer, 0, self._deps.command))
            return
        await self._preview(exchange, Pick(offer.chosen.id, offer.owner or "", None, start))

    async def on_share(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()

        async def work(exchange: Exchange) -> None:
            check((await exchange.reader()).member, Deed.SHARE)
            await self._preview(exchange, Pick.decode(exchange.asked.value))

        self._deps.later(body, client, work)

    async def on_post(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        self._deps.later(body, client, self._post)

    async def on_remove(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        self._deps.later(body, client, self._remove)

    async def _preview(self, exchange: Exchange, pick: Pick) -> None:
        share = await self._share(exchange, secrets.token_urlsafe(12), pick)
        board = await self._deps.sharing.board(share)
        await exchange.say(views.preview(board, self._deps.clock()))

    async def _share(self, exchange: Exchange, share_id: str, pick: Pick) -> Shared:
        if pick.event_type_id is None or not exchange.asked.channel_id:
            again = f"`{self._deps.command} share`"
            raise Unclear(
                _("That choice is out of date. Begin again with {command}.").format(command=again)
            )
        reader, asked, now = await exchange.reader(), exchange.asked, self._deps.clock()
        return Shared(
            id=share_id,
            team_id=asked.team_id,
            user_id=asked.user_id,
            account=(await exchange.desk()).holder.account,
            owner=pick.owner,
            event_type_id=pick.event_type_id,
            length=pick.length,
            since=pick.start or now,
            expires_at=now,
            zone=reader.time_zone,
            hour12=reader.hour12,
            language=language(reader.member.locale).tag,
            channel=asked.channel_id,
        )

    async def _post(self, exchange: Exchange) -> None:
        exchange.doing = "posted"
        share_id, pick = views.claim(exchange.asked.value)
        if not share_id:
            raise Expired
        share = await self._share(exchange, share_id, pick)
        member = (await exchange.reader()).member
        try:
            share = await self._deps.sharing.post(member, share)
        except PlaceError as error:
            await exchange.say(views.not_posted(share, error), replace=True)
            return
        await exchange.say(views.posted(share), replace=True)

    async def _remove(self, exchange: Exchange) -> None:
        exchange.doing = "removed"
        member = (await exchange.reader()).member
        await self._deps.sharing.remove(member, exchange.asked.value)
        await exchange.say(views.removed())
