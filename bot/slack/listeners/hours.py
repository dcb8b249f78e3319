"""*Change* at a schedule: its working hours, in a modal."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import Unclear
from bot.domain.hours import Changes
from bot.domain.times import zone_or_utc
from bot.slack import forms, hoursform, ids
from bot.slack.deps import Deps, Exchange
from bot.slack.errors import Problem
from bot.slack.views import hours as views
from bot.slack.views import problem as problem_views
from bot.slack.views.schedule import told


class Hours:
    """Changes the account's working hours, for its owner and for admins."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def register(self, app: AsyncApp) -> None:
        app.action(ids.CHANGE_HOURS)(self.on_pressed)
        app.view(ids.HOURS)(self.on_submitted)

    async def on_pressed(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        self._deps.later(body, client, self._open)

    async def on_submitted(
        self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        state = forms.values(body["view"])
        offered = str(body["view"].get("private_metadata") or "").partition("|")[2]
        try:
            changes = hoursform.changes(state, offered)
        except Unclear as error:
            await ack(response_action="errors", errors={ids.TIME_ZONE: str(error)})
            return
        today = self._deps.clock().astimezone(zone_or_utc(changes.time_zone)).date()
        if wrong := hoursform.complaints(state, today):
            await ack(response_action="errors", errors=wrong)
            return
        await ack(response_action="update", view=views.saving())

        async def work(exchange: Exchange) -> None:
            await self._save(exchange, changes)

        self._deps.later(body, client, work)

    async def _open(self, exchange: Exchange) -> None:
        await exchange.begin(views.loading())
        await exchange.show(await self._form(exchange, exchange.asked.value))

    async def _form(
        self, exchange: Exchange, claimed: str, problem: Problem | None = None
    ) -> dict[str, Any]:
        reader, desk = await exchange.reader(), await exchange.desk()
        schedule = await desk.hours.schedule(reader.member, _number(claimed))
        return views.form(schedule, self._deps.clock(), problem)

    async def _save(self, exchange: Exchange, changes: Changes) -> None:
        exchange.doing = "saved"
        claimed = exchange.asked.metadata.partition("|")[0]

        async def again(problem: Problem) -> None:
            if problem.retry or problem.field:
                await exchange.show(await self._form(exchange, claimed, problem))
            else:
                await exchange.show(problem_views.modal(problem))

        exchange.rescue = again
        reader, desk = await exchange.reader(), await exchange.desk()
        await exchange.note("change working hours")
        after = await desk.hours.change(reader.member, _number(claimed), changes)
        await exchange.finish(views.saved(told(after, exchange.reading(reader))))


def _number(claimed: str) -> int:
    """The id that a button or a form claims; none of a schedule where it is no number."""
    return int(claimed[:12]) if claimed.isdecimal() else 0
