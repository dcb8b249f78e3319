"""`/cal away`: days out of office, shown, added, changed and taken back."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.away import REASONS, Colleague
from bot.domain.away import Away as Days
from bot.domain.commands import Command
from bot.domain.people import Reader
from bot.domain.ranges import read_range
from bot.domain.times import zone_or_utc
from bot.domain.wording import _
from bot.services.away import OVER
from bot.slack import forms, ids
from bot.slack.deps import Deps, Exchange
from bot.slack.errors import Problem
from bot.slack.views import away as views
from bot.slack.views import parts
from bot.slack.views import problem as problem_views


class Away:
    """For those to whom the account belongs."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def register(self, app: AsyncApp) -> None:
        app.action(ids.ADD_AWAY)(self.on_add)
        app.action(ids.EDIT_AWAY)(self.on_edit)
        app.action(ids.END_AWAY)(self.on_end)
        app.view(ids.AWAY)(self.on_submitted)

    async def show(self, exchange: Exchange, command: Command) -> None:
        """The list; where days were typed, the form with them."""
        if command.when:
            await self._open(exchange, typed=command.when)
            return
        await exchange.looking()
        await self._list(exchange, await exchange.reader(), replace=False)

    async def on_add(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        self._deps.later(body, client, self._open)

    async def on_edit(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()

        async def work(exchange: Exchange) -> None:
            await self._open(exchange, claimed=exchange.asked.value)

        self._deps.later(body, client, work)

    async def on_end(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()

        async def work(exchange: Exchange) -> None:
            exchange.doing = "deleted"
            reader, desk = await exchange.reader(), await exchange.desk()
            await exchange.note("end days out of office")
            ended = await desk.absences.end(reader, _number(exchange.asked.value))
            if ended:
                await self._deps.announcements.back(desk.holder.account, *ended)
            note = "" if ended else views.GONE
            await self._list(exchange, reader, replace=True, note=note)

        self._deps.later(body, client, work)

    async def on_submitted(
        self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        view = body["view"]
        wanted = _days(forms.values(view))
        __, ___, zone = str(view.get("private_metadata") or "").partition("|")
        today = self._deps.clock().astimezone(zone_or_utc(zone)).date()
        if wrong := _wrong(wanted, today):
            await ack(response_action="errors", errors={ids.AWAY_UNTIL: wrong})
            return
        await ack(response_action="update", view=views.saving())

        async def work(exchange: Exchange) -> None:
            await self._save(exchange, wanted)

        self._deps.later(body, client, work)

    async def _open(self, exchange: Exchange, *, claimed: str = "", typed: str = "") -> None:
        """The form, for a new entry or the one that a button claims; nobody fills it in where it
        could not be saved."""
        await exchange.begin(views.loading())
        reader, desk = await exchange.reader(), await exchange.desk()
        reading, shown, read_as = exchange.reading(reader), None, ""
        if typed:
            days = read_range(typed, reading.today, day_first=reading.day_first)
            shown, read_as = Days(days.first, days.last), days.said(reading.today)
        found = await desk.absences.to_come(reader)
        if claimed:
            shown = next((each for each in found or () if each.id == _number(claimed)), None)
        if found is None or (claimed and shown is None):
            await exchange.show(parts.answer(self._listing(exchange, reader, found, views.GONE)))
            return
        colleagues = await desk.absences.colleagues(reader)
        metadata = f"{shown.id if shown else 0}|{reader.time_zone}"
        await exchange.show(views.form(shown, colleagues, metadata, read_as=read_as))

    async def _save(self, exchange: Exchange, wanted: Days) -> None:
        exchange.doing = "saved"
        exchange.rescue = self._rescue(exchange, wanted)
        number = _number(exchange.asked.metadata.partition("|")[0])
        reader, desk = await exchange.reader(), await exchange.desk()
        if number:
            await exchange.note("change days out of office")
            done = await desk.absences.change(reader, number, wanted)
        else:
            await exchange.note("add days out of office")
            done = await desk.absences.add(reader, wanted)
        if done is None:
            found = await desk.absences.to_come(reader)
            await exchange.show(parts.answer(self._listing(exchange, reader, found, views.GONE)))
            return
        await self._deps.announcements.away(desk.holder.account, done.away, done.whose)
        await exchange.finish(views.saved(done, exchange.reading(reader)))

    def _rescue(self, exchange: Exchange, wanted: Days) -> Callable[[Problem], Awaitable[None]]:
        async def again(problem: Problem) -> None:
            if not (problem.retry or problem.field):
                await exchange.show(problem_views.modal(problem))
                return
            reader = await exchange.reader_without_store()
            colleagues = await exchange.desk_at_hand().absences.colleagues(reader)
            metadata = exchange.asked.metadata
            await exchange.show(views.form(wanted, colleagues, metadata, problem=problem))

        return again

    async def _list(
        self, exchange: Exchange, reader: Reader, *, replace: bool, note: str = ""
    ) -> None:
        found = await (await exchange.desk()).absences.to_come(reader)
        await exchange.say(self._listing(exchange, reader, found, note), replace=replace)

    def _listing(
        self, exchange: Exchange, reader: Reader, found: tuple[Days, ...] | None, note: str
    ) -> parts.Message:
        calcom = self._deps.connecting.calcom
        return views.listing(found, exchange.reading(reader), calcom, _(note) if note else "")


def _days(state: forms.State) -> Days:
    reason, cover = forms.text(state, ids.REASON), _number(forms.text(state, ids.COVER))
    return Days(
        _date(forms.text(state, ids.AWAY_FROM)),
        _date(forms.text(state, ids.AWAY_UNTIL)),
        reason if reason in REASONS else "unspecified",
        forms.text(state, ids.NOTES)[: views.LONGEST_NOTES],
        cover=Colleague(cover) if cover else None,
    )


def _wrong(wanted: Days, today: date) -> str:
    if wanted.last < wanted.first:
        return _("The last day comes before the first.")
    return _(OVER) if wanted.last < today else ""


def _date(typed: str) -> date:
    """A day as Slack's picker names it; one that is none is long over."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return date.min


def _number(claimed: str) -> int:
    """The id that a button or a form claims; nobody's where it is no number."""
    return int(claimed[:12]) if claimed.isascii() and claimed.isdecimal() else 0
