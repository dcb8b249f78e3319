"""`/cal connect` and `/cal disconnect`: members' own accounts, and asking colleagues for theirs."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.commands import Command
from bot.domain.people import Member
from bot.domain.wording import speaking
from bot.locales import language
from bot.slack import forms, ids
from bot.slack.deps import Deps, Exchange
from bot.slack.errors import Problem
from bot.slack.payloads import asked
from bot.slack.views import connect as views

API_KEYS = "/settings/developer/api-keys"
WEBHOOKS = "/settings/developer/webhooks"


class Connect:
    """Connects through the browser where that is possible, and by API key always."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._connecting = deps.connecting

    def register(self, app: AsyncApp) -> None:
        app.action(ids.CONNECT)(self.on_connect)
        app.action(ids.CONNECT_BY_KEY)(self.on_connect_by_key)
        app.action(ids.DISCONNECT)(self.on_disconnect)
        app.action(ids.INVITE)(self.on_invite)
        app.view(ids.API_KEY)(self.on_key)

    async def show(self, exchange: Exchange, command: Command) -> None:
        """`/cal connect`."""
        await self._connect(exchange, "")

    async def show_leaving(self, exchange: Exchange, command: Command) -> None:
        """`/cal disconnect`: what it does, with the button."""
        reader = await exchange.reader()
        connection = await self._connecting.of(reader.member)
        if connection is None:
            await exchange.say(views.none_connected(self._deps.command))
        else:
            await exchange.say(views.leaving(connection))

    async def on_connect(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()

        async def work(exchange: Exchange) -> None:
            await self._connect(exchange, exchange.asked.wish)

        self._deps.later(body, client, work)

    async def on_connect_by_key(
        self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        await ack()

        async def work(exchange: Exchange) -> None:
            await self._ask_for_key(exchange, exchange.asked.wish)

        self._deps.later(body, client, work)

    async def on_key(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        key = forms.text(forms.values(body["view"]), ids.KEY).strip()
        wanted = views.read_wish(asked(body).metadata)
        await ack(response_action="update", view=views.checking())

        async def work(exchange: Exchange) -> None:
            await self._keep(exchange, key, wanted)

        self._deps.later(body, client, work)

    async def on_disconnect(
        self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        await ack()
        self._deps.later(body, client, self._disconnect)

    async def on_invite(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        self._deps.later(body, client, self._invite)

    async def _connect(self, exchange: Exchange, text: str) -> None:
        """Begin it, so that what was wanted goes on afterwards."""
        if not self._connecting.by_browser:
            await self._ask_for_key(exchange, text)
            return
        exchange.doing = "connected"
        reader = await exchange.reader()
        before = await self._connecting.of(reader.member)
        wanted = views.wish(text, exchange.asked.response_url)
        await exchange.note("begin to connect an account")
        said = views.link(await self._connecting.begin(reader.member, wanted), text, before)
        if exchange.view_id:
            await exchange.show(views.in_modal(said))
        else:
            await exchange.say(said)

    async def _ask_for_key(self, exchange: Exchange, text: str) -> None:
        """Open at once; that there is an account already is said when it is known."""
        exchange.doing = "connected"
        wanted = views.wish(text, exchange.asked.response_url)
        await exchange.begin(self._form(wanted))
        reader = await exchange.reader()
        if before := await self._connecting.of(reader.member):
            await exchange.show(views.key_form(wanted, self._keys_page, before))

    async def _keep(self, exchange: Exchange, key: str, wanted: Mapping[str, str]) -> None:
        exchange.doing = "connected"

        async def ask_again(problem: Problem) -> None:
            await exchange.show(self._form(wanted, replace(problem, connect="")))

        exchange.rescue = ask_again
        reader = await exchange.reader()
        await exchange.note("connect an account by key")
        connection = await self._connecting.with_key(reader.member, key)
        exchange.rescue = None
        text, response_url = wanted["text"], wanted["response_url"]
        elsewhere = bool(text and response_url)
        await exchange.finish(views.connected_modal(connection, text, elsewhere=elsewhere))
        if elsewhere:
            there = replace(exchange.asked, response_url=response_url)
            await self._deps.replies.say(
                exchange.client, there, views.connected(connection, text), replace=False
            )

    async def _disconnect(self, exchange: Exchange) -> None:
        exchange.doing = "disconnected"
        await exchange.looking()
        reader = await exchange.reader()
        await exchange.note("disconnect an account")
        forgotten = await self._connecting.disconnect(reader.member)
        if forgotten is None:
            said = views.none_connected(self._deps.command)
        else:
            said = views.left(forgotten, self._keys_page, f"{self._connecting.calcom}{WEBHOOKS}")
        if exchange.view_id:
            await exchange.finish(views.in_modal(said))
        else:
            await exchange.say(said, replace=True)

    async def _invite(self, exchange: Exchange) -> None:
        exchange.doing = "sent"
        reader = await exchange.reader()

        async def invite(member: Member, colleague: Member) -> None:
            with speaking(language(colleague.locale)):
                said = views.invitation(member, self._deps.command)
            await exchange.client.chat_postMessage(
                channel=colleague.user_id, text=said.text, blocks=said.blocks
            )

        inviting = self._connecting.inviting
        colleague = await inviting.invite(reader.member, exchange.asked.value, invite)
        said = views.invited(colleague)
        if exchange.view_id:
            await exchange.finish(views.in_modal(said))
        else:
            await exchange.say(said)

    def _form(self, wanted: Mapping[str, str], problem: Problem | None = None) -> dict[str, Any]:
        return views.key_form(wanted, self._keys_page, problem=problem)

    @property
    def _keys_page(self) -> str:
        return f"{self._connecting.calcom}{API_KEYS}"
