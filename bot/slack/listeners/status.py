"""`/cal status`: how the bot is doing, and what waits, again."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.commands import Command
from bot.domain.rules import Place
from bot.services.desks import Desk
from bot.slack import ids
from bot.slack.deps import Deps, Exchange
from bot.slack.views import status as views

Work = Callable[[Exchange], Awaitable[None]]


class Status:
    """Shows everything to admins, to others their own rules. What a button carries is a claim:
    whether this person may do it is asked at each press."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def register(self, app: AsyncApp) -> None:
        app.action(ids.STATUS)(self.on_page)
        app.action(ids.starts(ids.STATUS_PAGE))(self.on_page)
        app.action(ids.starts(ids.REPLAY))(self.on_replay)
        app.action(ids.starts(ids.STATUS_KEPT))(self.on_kept)
        app.action(ids.starts(ids.STATUS_KEPT_PAGE))(self.on_kept_page)

    async def show(self, exchange: Exchange, command: Command) -> None:
        await exchange.looking()
        await self._show(exchange, replace=False)

    async def on_page(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()

        async def work(exchange: Exchange) -> None:
            await self._show(exchange, skip=_claimed(exchange)[0])

        self._deps.later(body, client, work)

    async def on_replay(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()

        async def work(exchange: Exchange) -> None:
            exchange.doing = "replayed"
            reader, place = await exchange.reader(), _place(exchange, exchange.asked.value)
            await exchange.note("replay")
            count = await (await self._desk(exchange)).overviews.replay(reader.member, place)
            await self._show(exchange, done=views.replayed(place, count))

        self._deps.later(body, client, work)

    async def on_kept(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()

        async def work(exchange: Exchange) -> None:
            await self._show_kept(exchange, exchange.asked.value, 0)

        self._deps.later(body, client, work)

    async def on_kept_page(
        self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        await ack()

        async def work(exchange: Exchange) -> None:
            skip, channel = _claimed(exchange)
            await self._show_kept(exchange, channel, skip)

        self._deps.later(body, client, work)

    async def _show(
        self, exchange: Exchange, *, skip: int = 0, done: str = "", replace: bool = True
    ) -> None:
        reader = await exchange.reader()
        reading, overviews = exchange.reading(reader), (await self._desk(exchange)).overviews
        if reader.member.is_admin:
            found = await overviews.overview(reader.member, skip)
            message = views.overview(found, reading, skip=skip, done=done)
        else:
            message = views.own(await overviews.own(reader.member), reading, done=done)
        await exchange.say(message, replace=replace)

    async def _desk(self, exchange: Exchange) -> Desk:
        """The house's, in the workspace that has it: that is what its admins look after."""
        return self._deps.desks.everybodys(exchange.asked.team_id) or await exchange.desk()

    async def _show_kept(self, exchange: Exchange, channel: str, skip: int) -> None:
        reader, place = await exchange.reader(), _place(exchange, channel)
        found = await (await self._desk(exchange)).overviews.kept(reader.member, place, skip)
        message = views.kept(place, found, exchange.reading(reader), skip=skip)
        await exchange.say(message, replace=True)


def _place(exchange: Exchange, channel: str) -> Place:
    """Always one of the workspace from which it was pressed."""
    return Place(exchange.asked.team_id, channel)


def _claimed(exchange: Exchange) -> tuple[int, str]:
    """How many to skip, and what it is about, of a page's button."""
    skip, _, about = exchange.asked.value.partition(" ")
    return (int(skip[:6]) if skip.isdecimal() else 0), about
