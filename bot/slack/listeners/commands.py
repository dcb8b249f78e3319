"""`/cal` and the buttons that start a flow: one way in for both."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.commands import Command, Name, parse
from bot.slack import ids
from bot.slack.deps import Deps, Exchange
from bot.slack.payloads import asked
from bot.slack.views import help as help_views

Flow = Callable[[Exchange, Command], Awaitable[None]]


class Commands:
    """Routes what was typed to the flow that carries it out."""

    def __init__(self, deps: Deps, flows: Mapping[Name, Flow]) -> None:
        self._deps = deps
        self._flows = flows

    def register(self, app: AsyncApp) -> None:
        app.command(self._deps.command)(self.on_command)
        app.action(ids.starts(ids.START))(self.on_start)

    async def on_command(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        command = parse(str(body.get("text") or ""))
        if command.name is Name.HELP and self._deps.people.locale(asked(body)):
            answer = help_views.help_message(self._deps.command, command)
            await ack(text=answer.text, blocks=answer.blocks, response_type="ephemeral")
            return
        await ack()
        self._start(body, client, command)

    async def on_start(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        command = parse(str(body["actions"][0].get("value") or ""))
        self._start(body, client, command)

    def _start(self, body: Mapping[str, Any], client: AsyncWebClient, command: Command) -> None:
        flow = self._flows.get(command.name, self._help)

        async def work(exchange: Exchange) -> None:
            await flow(exchange, command)

        self._deps.later(body, client, work)

    async def _help(self, exchange: Exchange, command: Command) -> None:
        """For somebody whose language is not known yet; and what a button says that an older
        version made, and nobody knows any more."""
        await exchange.learn_language()
        await exchange.say(help_views.help_message(self._deps.command, command))
