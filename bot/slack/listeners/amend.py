"""Ask for another time, add people, change the place: a form, and one change to the booking."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.models.blocks import Block
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.bookings import Action, Guest
from bot.domain.errors import InvalidAnswer
from bot.domain.people import Reader
from bot.services.standing import Row
from bot.slack import amendments, forms, ids
from bot.slack.deps import Deps, Exchange
from bot.slack.errors import Problem
from bot.slack.views import amend as views
from bot.slack.views import cancel, outcome
from bot.slack.views import problem as problem_views
from bot.slack.views.reading import Reading

ACTIONS = {
    ids.REQUEST_RESCHEDULE: Action.REQUEST_RESCHEDULE,
    ids.ADD_PEOPLE: Action.ADD_PEOPLE,
    ids.CHANGE_PLACE: Action.CHANGE_PLACE,
}


class Amend:
    """The flows that end with one change to a booking that stands."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def register(self, app: AsyncApp) -> None:
        for callback_id in ACTIONS:
            app.view(callback_id)(self.on_submitted)

    async def on_submitted(
        self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        view = body["view"]
        if wrong := amendments.complaints(view):
            await ack(response_action="errors", errors=wrong)
            return
        callback_id, ref = str(view["callback_id"]), str(view.get("private_metadata") or "")
        await ack(response_action="update", view=cancel.busy(callback_id, ref, self._deps.command))
        self._deps.later(body, client, self._carry_out)

    async def ask_anew(self, exchange: Exchange, ref: str) -> None:
        await self._ask(exchange, ids.REQUEST_RESCHEDULE, ref)

    async def add_people(self, exchange: Exchange, ref: str) -> None:
        await self._ask(exchange, ids.ADD_PEOPLE, ref)

    async def change_place(self, exchange: Exchange, ref: str) -> None:
        await self._ask(exchange, ids.CHANGE_PLACE, ref)

    async def _ask(self, exchange: Exchange, callback_id: str, ref: str) -> None:
        at_once = self._at_hand(exchange, callback_id, ref)
        await exchange.begin(at_once or cancel.loading(callback_id, ref))
        reader = await exchange.reader()
        row = await self._deps.managing.snapshot(reader, ref, ACTIONS[callback_id])
        modal = _modal(callback_id, row, exchange.reading(reader))
        if modal != at_once:
            await exchange.show(modal)

    def _at_hand(self, exchange: Exchange, callback_id: str, ref: str) -> dict[str, Any] | None:
        """The form, as far as it can be drawn without asking anybody."""
        reader = self._deps.people.last_reader(exchange.asked)
        row = reader and self._deps.managing.at_hand(reader, ref, ACTIONS[callback_id])
        if not reader or not row:
            return None
        return _modal(callback_id, row, exchange.reading(reader))

    async def _carry_out(self, exchange: Exchange) -> None:
        ref, callback_id = exchange.asked.metadata, str(exchange.asked.view["callback_id"])
        exchange.rescue = self._rescue(exchange, callback_id, ref)
        reader = await exchange.reader()
        await exchange.finish(await self._done(exchange, reader, callback_id, ref))

    async def _done(
        self, exchange: Exchange, reader: Reader, callback_id: str, ref: str
    ) -> dict[str, Any]:
        amending, reading = self._deps.amending, exchange.reading(reader)
        state = forms.values(exchange.asked.view)
        if callback_id == ids.REQUEST_RESCHEDULE:
            reason = forms.text(state, ids.REASON)
            row = await amending.ask_anew(reader, ref, reason)
            self._deps.lookup.drop_slots()
            return outcome.asked_anew(row, reading, reason)
        if callback_id == ids.ADD_PEOPLE:
            guests = await self._guests(reader, state)
            row, new = await amending.add_people(reader, ref, guests)
            return outcome.people_added(row, reading, new)
        row = await self._deps.managing.snapshot(reader, ref, Action.CHANGE_PLACE)
        place = amendments.place(state, row.event_type)
        before, after = await amending.change_place(reader, ref, place)
        by = reader.member.name
        await self._deps.announcements.put_elsewhere(before.seen.booking, by)
        return outcome.place_changed(after, reading)

    async def _guests(self, reader: Reader, state: forms.State) -> list[Guest]:
        """The chosen members by their e-mails from Slack, and who was typed."""
        member, team_id = self._deps.people.member, reader.member.team_id
        chosen = forms.many(state, ids.INVITE_MEMBERS)
        members = await asyncio.gather(*(member(team_id, user_id) for user_id in chosen))
        if nameless := [one.name or "Somebody" for one in members if not one.email]:
            raise InvalidAnswer(
                "members", f"Slack shows no e-mail address for {', '.join(nameless)}."
            )
        guests = [Guest(one.email, one.name) for one in members]
        return [*guests, *(Guest(email) for email in amendments.emails(state))]

    def _rescue(
        self, exchange: Exchange, callback_id: str, ref: str
    ) -> Callable[[Problem], Awaitable[None]]:
        async def again(problem: Problem) -> None:
            if not (problem.retry or problem.field):
                await exchange.show(problem_views.modal(problem))
                return
            reader = await exchange.reader_without_store()
            row = await self._deps.managing.snapshot(reader, ref, ACTIONS[callback_id])
            state, reading = forms.values(exchange.asked.view), exchange.reading(reader)
            await exchange.show(_modal(callback_id, row, reading, state, problem))

        return again


def _modal(
    callback_id: str,
    row: Row,
    reading: Reading,
    state: forms.State | None = None,
    problem: Problem | None = None,
) -> dict[str, Any]:
    answers = _questions(callback_id, row, state or {})
    return views.modal(callback_id, row, reading, answers, problem)


def _questions(callback_id: str, row: Row, state: forms.State) -> list[Block]:
    """What is asked, with what was answered before."""
    if callback_id == ids.REQUEST_RESCHEDULE:
        return views.another_time(state)
    if callback_id == ids.ADD_PEOPLE:
        return views.people(state)
    return views.place(row.event_type, state)
