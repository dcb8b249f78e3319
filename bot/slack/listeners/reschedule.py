"""Reschedule: from any button that names a booking, through the modal to the result."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.bookings import Action
from bot.domain.errors import SchedulingError
from bot.domain.people import Reader
from bot.domain.wording import _
from bot.services.desks import Desk
from bot.services.standing import Row
from bot.slack import forms, ids
from bot.slack.deps import Deps, Exchange
from bot.slack.drafting import day_of, two_weeks, window_start
from bot.slack.errors import Problem
from bot.slack.views import extents, outcome
from bot.slack.views import problem as problem_views
from bot.slack.views import reschedule as views
from bot.slack.views.reading import Reading
from bot.slack.views.times import Times, first_open_day


class Reschedule:
    """The reschedule flow."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def register(self, app: AsyncApp) -> None:
        app.action(ids.MOVE_DAY)(self.on_day_chosen)
        app.action(ids.starts(f"{ids.MOVE_OPEN_DAY}:"))(self.on_day_chosen)
        app.view(ids.RESCHEDULE)(self.on_submitted)

    async def on_day_chosen(
        self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        await ack()

        self._deps.later(body, client, self._redraw)

    async def on_submitted(
        self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        view = body["view"]
        if _start(view) is None:
            state = forms.values(view)
            block = next((b for b in state if b.startswith((ids.TIME, ids.DAY))), ids.DAY)
            await ack(response_action="errors", errors={block: _("Choose a time.")})
            return
        ref = str(view.get("private_metadata") or "")
        await ack(response_action="update", view=views.busy(ref, self._deps.command))
        self._deps.later(body, client, self._move)

    async def start(self, exchange: Exchange, ref: str) -> None:
        """Open the modal for a booking; on top of the modal the button stands in, if any."""
        exchange.doing = "moved"
        await exchange.begin(views.loading(ref))
        reader = await exchange.reader()
        desk = await exchange.keeping(ref)
        row = await desk.managing.snapshot(reader, ref, Action.RESCHEDULE)
        await self._draw(exchange, reader, row)

    async def _redraw(self, exchange: Exchange) -> None:
        """A day was chosen in the modal."""
        exchange.doing = "moved"
        day = day_of(exchange.asked.value)
        exchange.rescue = self._rescue(exchange, _Wish(day))
        reader = await exchange.reader()
        ref = exchange.asked.metadata
        desk = await exchange.keeping(ref)
        row = await desk.managing.snapshot(reader, ref, Action.RESCHEDULE)
        await self._draw(exchange, reader, row, _Wish(day))

    async def _draw(
        self,
        exchange: Exchange,
        reader: Reader,
        row: Row,
        wish: "_Wish | None" = None,
        problem: Problem | None = None,
    ) -> None:
        state = forms.values(exchange.asked.view)
        answers = views.Answers(forms.text(state, ids.REASON), forms.text(state, ids.EXTENT))
        desk = await exchange.keeping(row.seen.ref)
        times = await self._times(desk, reader, row, wish or _Wish(), problem)
        features = desk.managing.features
        await exchange.show(views.modal(row, times, features, answers, problem))

    async def _times(
        self, desk: Desk, reader: Reader, row: Row, wish: "_Wish", problem: Problem | None
    ) -> Times:
        reading = Reading.of(reader, self._deps.clock())
        day, start = wish.day, wish.start
        if start:
            day = reading.day_of(start)
        window = two_weeks(window_start(day, reading.today), reading)
        try:
            slots = await desk.managing.times_for(row, *window)
        except SchedulingError:
            if problem is None:
                raise
            times = Times.unknown(reading, day, start if problem.retry else None)
        else:
            gone = {row.booking.start, start if problem and problem.fresh_times else None}
            slots = tuple(slot for slot in slots if slot.start not in gone)
            chosen = start if any(slot.start == start for slot in slots) else None
            times = Times(reading, day or first_open_day(slots, reading.zone), slots, chosen)
        return replace(times, pick_day=ids.MOVE_DAY, pick_open_day=ids.MOVE_OPEN_DAY)

    async def _move(self, exchange: Exchange) -> None:
        exchange.doing = "moved"
        view, ref = exchange.asked.view, exchange.asked.metadata
        start = _start(view)
        assert start is not None
        exchange.rescue = self._rescue(exchange, _Wish(start=start))
        reader = await exchange.reader()
        state = forms.values(view)
        reason, extent = forms.text(state, ids.REASON), forms.text(state, ids.EXTENT)
        await exchange.note(Action.RESCHEDULE.value, ref)
        desk = await exchange.keeping(ref)
        change = await desk.managing.reschedule(reader, ref, start, reason, extents.read(extent))
        desk.lookup.drop_slots()
        await exchange.finish(outcome.moved(change, exchange.reading(reader)))

    def _rescue(self, exchange: Exchange, wish: "_Wish") -> Callable[[Problem], Awaitable[None]]:
        async def again(problem: Problem) -> None:
            """Show the form once more, with everything that was filled in."""
            if not (problem.retry or problem.fresh_times or problem.field):
                await exchange.show(problem_views.modal(problem))
                return
            reader = await exchange.reader_without_store()
            ref = exchange.asked.metadata
            desk = await exchange.keeping(ref)
            row = await desk.managing.snapshot(reader, ref, Action.RESCHEDULE)
            await self._draw(exchange, reader, row, wish, problem)

        return again


@dataclass(frozen=True, slots=True)
class _Wish:
    """What was chosen so far: a day in the reader's zone, or a start (UTC)."""

    day: date | None = None
    start: datetime | None = None


def _start(view: Any) -> datetime | None:
    try:
        return forms.moment(forms.text(forms.values(view), ids.TIME))
    except ValueError:
        return None
