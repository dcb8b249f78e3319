"""Ask for another time, add people, change the place: a form, and one change to the booking."""

from typing import Any, ClassVar

from slack_sdk.models.blocks import Block

from bot.domain.bookings import Action, Guest
from bot.domain.people import Reader
from bot.services.standing import Row
from bot.slack import amendments, forms, ids
from bot.slack.deps import Exchange
from bot.slack.errors import Problem
from bot.slack.listeners.one_change import OneChange
from bot.slack.views import amend as views
from bot.slack.views import outcome


class Amend(OneChange):
    """What changes about a booking that stays, or is asked for anew."""

    actions: ClassVar = {
        ids.REQUEST_RESCHEDULE: Action.REQUEST_RESCHEDULE,
        ids.ADD_PEOPLE: Action.ADD_PEOPLE,
        ids.CHANGE_PLACE: Action.CHANGE_PLACE,
    }

    async def ask_anew(self, exchange: Exchange, ref: str) -> None:
        await self.ask(exchange, ids.REQUEST_RESCHEDULE, ref)

    async def add_people(self, exchange: Exchange, ref: str) -> None:
        await self.ask(exchange, ids.ADD_PEOPLE, ref)

    async def change_place(self, exchange: Exchange, ref: str) -> None:
        await self.ask(exchange, ids.CHANGE_PLACE, ref)

    async def done(
        self, exchange: Exchange, reader: Reader, callback_id: str, ref: str
    ) -> dict[str, Any]:
        desk, reading = await exchange.keeping(ref), exchange.reading(reader)
        amending = desk.amending
        state = forms.values(exchange.asked.view)
        if callback_id == ids.REQUEST_RESCHEDULE:
            reason = forms.text(state, ids.REASON)
            row = await amending.ask_anew(reader, ref, reason)
            desk.lookup.drop_slots()
            return outcome.asked_anew(row, reading, reason)
        if callback_id == ids.ADD_PEOPLE:
            guests = await self._guests(reader, state)
            row, new = await amending.add_people(reader, ref, guests)
            return outcome.people_added(row, reading, new)
        row = await desk.managing.snapshot(reader, ref, Action.CHANGE_PLACE)
        place = amendments.place(state, row.event_type)
        before, after = await amending.change_place(reader, ref, place)
        by = reader.member.name
        await self._deps.announcements.put_elsewhere(before.seen, by)
        return outcome.place_changed(after, reading)

    async def _guests(self, reader: Reader, state: forms.State) -> list[Guest]:
        """The chosen members by their e-mails from Slack, and who was typed."""
        chosen = forms.many(state, ids.INVITE_MEMBERS)
        guests = await self._deps.people.guests(reader.member.team_id, chosen)
        return [*guests, *(Guest(email) for email in amendments.emails(state))]

    def modal(
        self,
        exchange: Exchange,
        callback_id: str,
        row: Row,
        reader: Reader,
        state: forms.State,
        problem: Problem | None = None,
    ) -> dict[str, Any]:
        asked = _questions(callback_id, row, state)
        return views.modal(callback_id, row, exchange.reading(reader), asked, problem)


def _questions(callback_id: str, row: Row, state: forms.State) -> list[Block]:
    """What is asked, with what was answered before."""
    if callback_id == ids.REQUEST_RESCHEDULE:
        return views.another_time(state)
    if callback_id == ids.ADD_PEOPLE:
        return views.people(state)
    return views.place(row.event_type, state)
