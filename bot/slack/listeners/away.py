"""`/cal away`: days out of office, shown, added and taken back."""

from datetime import date
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.away import REASONS
from bot.domain.away import Away as Days
from bot.domain.commands import Command
from bot.domain.wording import _
from bot.slack import forms, ids
from bot.slack.deps import Deps, Exchange
from bot.slack.views import away as views


class Away:
    """For those who may change the account's working hours."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def register(self, app: AsyncApp) -> None:
        app.action(ids.ADD_AWAY)(self.on_add)
        app.action(ids.END_AWAY)(self.on_end)
        app.view(ids.AWAY)(self.on_submitted)

    async def show(self, exchange: Exchange, command: Command) -> None:
        await exchange.looking()
        await self._list(exchange, replace=False)

    async def on_add(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()

        async def work(exchange: Exchange) -> None:
            await exchange.begin(views.form())

        self._deps.later(body, client, work)

    async def on_end(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()

        async def work(exchange: Exchange) -> None:
            exchange.doing = "deleted"
            reader, desk = await exchange.reader(), await exchange.desk()
            claimed = exchange.asked.value
            await exchange.note("end days out of office")
            number = int(claimed[:12]) if claimed.isdecimal() else 0
            await desk.absences.end(reader.member, number)
            await self._list(exchange, replace=True)

        self._deps.later(body, client, work)

    async def on_submitted(
        self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        wanted = _days(forms.values(body["view"]))
        if wrong := self._wrong(wanted):
            await ack(response_action="errors", errors={ids.AWAY_UNTIL: wrong})
            return
        await ack(response_action="update", view=views.saving())

        async def work(exchange: Exchange) -> None:
            exchange.doing = "saved"
            reader, desk = await exchange.reader(), await exchange.desk()
            await exchange.note("add days out of office")
            made, standing = await desk.absences.add(reader.member, wanted)
            await exchange.finish(views.saved(made, standing, exchange.reading(reader)))

        self._deps.later(body, client, work)

    def _wrong(self, wanted: Days) -> str:
        if wanted.last < wanted.first:
            return _("The last day comes before the first.")
        return _("These days are over.") if wanted.last < self._deps.clock().date() else ""

    async def _list(self, exchange: Exchange, *, replace: bool) -> None:
        reader, desk = await exchange.reader(), await exchange.desk()
        found = await desk.absences.to_come(reader.member)
        await exchange.say(views.listing(found, exchange.reading(reader)), replace=replace)


def _days(state: forms.State) -> Days:
    reason = forms.text(state, ids.REASON)
    return Days(
        _date(forms.text(state, ids.AWAY_FROM)),
        _date(forms.text(state, ids.AWAY_UNTIL)),
        reason if reason in REASONS else "unspecified",
        forms.text(state, ids.NOTES)[: views.LONGEST_NOTES],
    )


def _date(typed: str) -> date:
    """A day as Slack's picker names it; one that is none is long over."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return date.min
