"""*Claim* or *Take it* on a card: who presses first has the booking."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.policy import Deed
from bot.slack import ids
from bot.slack.deps import Deps, Exchange
from bot.slack.views import outcome


class ClaimIt:
    """The button; what comes of it is told to whoever pressed alone, and shown on the card."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def register(self, app: AsyncApp) -> None:
        app.action(ids.CLAIM)(self.on_pressed)

    async def on_pressed(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        self._deps.later(body, client, self._claim)

    async def _claim(self, exchange: Exchange) -> None:
        exchange.doing = "claimed"
        ref = exchange.asked.value
        await exchange.looking()
        reader = await exchange.reader()
        await exchange.note(Deed.CLAIM.name.lower(), ref)
        taken = await self._deps.claiming.claim(reader, ref)
        (await exchange.keeping(ref)).lookup.drop_slots()
        await exchange.say(outcome.claimed(taken, exchange.reading(reader)))
