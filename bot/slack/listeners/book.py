"""Book: from `/cal book`, a slot's button or an event type's, through the modal to the result."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.commands import Command, What
from bot.domain.errors import SchedulingError, StoreUnavailable
from bot.domain.event_types import EventType
from bot.domain.people import Reader
from bot.domain.rules import Place
from bot.domain.slots import SlotQuery
from bot.services.availability import Offer
from bot.services.ports import Draft as KeptDraft
from bot.services.ports import Seen
from bot.slack import ids, ordering
from bot.slack.deps import Deps, Exchange
from bot.slack.errors import Problem
from bot.slack.forms import Pick
from bot.slack.listeners.slots import offered
from bot.slack.ordering import GUEST, ME, BookForm
from bot.slack.views import book as views
from bot.slack.views import outcome
from bot.slack.views import problem as problem_views
from bot.slack.views.reading import Reading
from bot.slack.views.slots import matching
from bot.slack.views.times import Times, first_open_day

SHOWN_FOR = timedelta(days=14)


class Book:
    """The booking flow."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def register(self, app: AsyncApp) -> None:
        app.action(ids.START_BOOK)(self.on_start)
        app.action(ids.starts(ids.SLOT))(self.on_start)
        for action_id in (ids.PICK_EVENT_TYPE, ids.PICK_LENGTH, ids.PICK_DAY, ids.PICK_FOR_WHOM):
            app.action(action_id)(self.on_chosen)
        app.action(ids.EDIT_ATTENDEE)(self.on_chosen)
        app.action(ids.starts(f"{ids.PICK_OPEN_DAY}:"))(self.on_chosen)
        app.options(ids.PICK_EVENT_TYPE)(self.on_search)
        app.view(ids.BOOK)(self.on_submitted)

    async def show(self, exchange: Exchange, command: Command) -> None:
        """`/cal book [what] [when]`."""
        await self._open(exchange, Pick(), command.what, command.when)

    async def on_start(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()

        async def work(exchange: Exchange) -> None:
            await self._open(exchange, Pick.decode(exchange.asked.value), What(), "")

        self._deps.later(body, client, work)

    async def on_chosen(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        self._deps.later(body, client, self._redraw)

    async def on_search(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        _, owner = ordering.identity(body["view"].get("private_metadata") or "")
        types = await offered(self._deps.lookup, owner or None)
        options = matching(types, str(body.get("value") or ""))
        await ack(options=[option.to_dict() for option in options])

    async def on_submitted(
        self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        view = body["view"]
        draft_id, owner = ordering.identity(view.get("private_metadata") or "")
        form = ordering.merged(BookForm(draft_id, owner), view)
        if wrong := ordering.complaints(form, view):
            await ack(response_action="errors", errors=wrong)
            return
        await ack(response_action="update", view=views.busy(form, self._deps.command))
        self._deps.later(body, client, self._book)

    async def _open(self, exchange: Exchange, pick: Pick, what: What, when: str) -> None:
        exchange.doing = "booked"
        form = BookForm(
            draft_id=token_urlsafe(16),
            owner=pick.owner,
            event_type_id=pick.event_type_id,
            length=pick.length,
            start=pick.start,
        )
        named = what.people or what.link or what.unresolved
        known = None if named else self._deps.lookup.known_offer(pick.owner or None)
        await exchange.open(views.modal(views.Draft(form, known)) if known else views.loading(form))
        reader = await exchange.reader()
        if pick.event_type_id is None:
            offer = await self._deps.lookup.offer(reader, what)
        else:
            offer = await self._deps.lookup.offer_of(pick.owner or None, pick.event_type_id)
        form = await self._started(form, offer, reader, when)
        await self._draw(exchange, reader, form, offer)

    async def _started(self, form: BookForm, offer: Offer, reader: Reader, when: str) -> BookForm:
        """The form with what was typed after the command, and the attendee from Slack."""
        reading = Reading.of(reader, self._deps.clock())
        if when:
            said = reading.when(when)
            words = reading.in_words(said)
            form = replace(form, day=said.day, start=said.start, understood=words)
        elif form.start:
            form = replace(form, day=reading.day_of(form.start))
        own = offer.owner is None and await self._deps.lookup.is_account_owner(reader.member)
        form = form.attendee_is(reader.member)
        form = replace(form, owner=offer.owner or "", time_zone=reader.time_zone)
        if own or not reader.email:
            return replace(form, for_whom=GUEST, name="", email="")
        return form

    async def _redraw(self, exchange: Exchange) -> None:
        """Something was chosen in the modal."""
        exchange.doing = "booked"
        reader = await exchange.reader()
        form = await self._form(exchange)
        exchange.rescue = self._rescue(exchange, form)
        form = await self._with_choice(exchange, form, reader)
        exchange.rescue = self._rescue(exchange, form)
        offer = await self._deps.lookup.offer_of(form.owner or None, form.event_type_id)
        await self._draw(exchange, reader, form, offer)

    async def _with_choice(self, exchange: Exchange, form: BookForm, reader: Reader) -> BookForm:
        action, value = exchange.asked.action, exchange.asked.value
        form = replace(form, turn=str(action.get("action_ts") or ""))
        action_id = str(action.get("action_id"))
        if action_id.startswith(ids.PICK_OPEN_DAY) or action_id == ids.PICK_DAY:
            return replace(form, day=day_of(value), start=None)
        if action_id in {ids.PICK_EVENT_TYPE, ids.PICK_LENGTH}:
            length = form.length if action_id == ids.PICK_LENGTH else None
            return replace(form, length=length, start=None)
        if action_id == ids.EDIT_ATTENDEE:
            return replace(form, editing=True)
        if form.for_whom == GUEST:
            return replace(form, name="", email="", time_zone=reader.time_zone, editing=False)
        return await self._attendee(form, reader)

    async def _attendee(self, form: BookForm, reader: Reader) -> BookForm:
        """The form with the attendee's profile, where the attendee is a member."""
        if form.for_whom == ME:
            form = replace(form.attendee_is(reader.member), time_zone=reader.time_zone)
        elif form.member_id:
            person = await self._deps.people.member(reader.member.team_id, form.member_id)
            form = form.attendee_is(person)
        else:
            return replace(form, name="", email="", editing=False)
        return form if form.email else replace(form, editing=True)

    async def _draw(self, exchange: Exchange, reader: Reader, form: BookForm, offer: Offer) -> None:
        asked = exchange.asked
        await self._deps.drafts.save(
            KeptDraft(form.draft_id, asked.team_id, asked.user_id, ids.BOOK, form.kept())
        )
        draft = await self._drafted(reader, form, offer)
        kept = await self._deps.drafts.load(form.draft_id, asked.team_id, asked.user_id)
        if kept and str(kept.data.get("turn", "")) > form.turn:
            return  # something was chosen meanwhile; its own drawing comes
        await exchange.show(views.modal(draft))

    async def _drafted(
        self, reader: Reader, form: BookForm, offer: Offer, problem: Problem | None = None
    ) -> views.Draft:
        if offer.chosen is None:
            return views.Draft(form, offer, problem=problem)
        form = replace(form, event_type_id=offer.chosen.id)
        times = await self._times(reader, form, offer.chosen, problem)
        form = replace(form, day=times.day, start=times.chosen)
        return views.Draft(form, offer, times, problem, _unbookable(offer.chosen))

    async def _times(
        self, reader: Reader, form: BookForm, event_type: EventType, problem: Problem | None
    ) -> Times:
        reading = Reading.of(reader, self._deps.clock())
        since = window_start(form.day, reading.today)
        length = form.length if len(event_type.lengths) > 1 else None
        query = SlotQuery(event_type.id, *two_weeks(since, reading), length)
        try:
            slots = await self._deps.lookup.slots(query)
        except SchedulingError:
            if problem is None:
                raise
            return Times.unknown(reading, form.day, form.start if problem.retry else None)
        if problem and problem.fresh_times:  # Cal.com lists a time two seconds after it is gone
            slots = tuple(slot for slot in slots if slot.start != form.start)
        day = form.day or first_open_day(slots, reading.zone)
        chosen = form.start if any(s.start == form.start for s in slots) else None
        return Times(reading, day, slots, chosen)

    async def _book(self, exchange: Exchange) -> None:
        exchange.doing = "booked"
        exchange.rescue = self._rescue(exchange, self._typed(exchange))
        reader = await exchange.reader()
        form = await self._form(exchange)
        if not form.email and form.for_whom != GUEST:
            form = await self._attendee(form, reader)
        exchange.rescue = self._rescue(exchange, form)
        invited = await asyncio.gather(
            *(self._deps.people.member(reader.member.team_id, one) for one in form.invited)
        )
        guests = tuple(person.email for person in invited if person.email)
        made = await self._deps.bookings.book(reader.member, ordering.order(form, reader, guests))
        self._deps.lookup.drop_slots()
        told = await self._tell(exchange, form, made[0])
        row = await self._deps.managing.made(reader, made[0])
        await exchange.finish(outcome.booked(row, exchange.reading(reader), told))

    def _rescue(self, exchange: Exchange, form: BookForm) -> Callable[[Problem], Awaitable[None]]:
        async def again(problem: Problem) -> None:
            """Show the form once more, with everything that was filled in; without the store,
            which may be what is wrong."""
            if not (problem.retry or problem.fresh_times or problem.field):
                await exchange.show(problem_views.modal(problem))
                return
            if problem.fresh_times:
                self._deps.lookup.drop_slots()
            reader = await exchange.reader_without_store()
            offer = await self._deps.lookup.offer_of(form.owner or None, form.event_type_id)
            mended = replace(form, editing=form.editing or problem.field in views.ATTENDEE)
            await exchange.show(views.modal(await self._drafted(reader, mended, offer, problem)))

        return again

    async def _tell(self, exchange: Exchange, form: BookForm, seen: Seen) -> str:
        """Tell the channel; whatever comes of that, the booking stands."""
        if not form.channel:
            return ""
        place = Place(exchange.asked.team_id, form.channel)
        try:
            error = await self._deps.announcements.announce(seen, place)
        except StoreUnavailable:
            return views.not_told(form.channel)
        return views.told(form.channel, error)

    @staticmethod
    def _typed(exchange: Exchange) -> BookForm:
        """What the view alone says."""
        return ordering.merged(
            BookForm(*ordering.identity(exchange.asked.metadata)), exchange.asked.view
        )

    async def _form(self, exchange: Exchange) -> BookForm:
        """The draft with what the view says now."""
        asked = exchange.asked
        draft_id, owner = ordering.identity(asked.metadata)
        kept = await self._deps.drafts.load(draft_id, asked.team_id, asked.user_id)
        form = ordering.from_kept(kept.data) if kept else BookForm(draft_id, owner)
        return ordering.merged(form, asked.view)


def window_start(day: date | None, today: date) -> date:
    """The first of the days that are shown: today, unless the chosen day lies beyond them."""
    return today if day is None or today <= day < today + SHOWN_FOR else max(day, today)


def two_weeks(since: date, reading: Reading) -> tuple[datetime, datetime]:
    """The window of times that is shown, from the reader's midnight, in UTC."""
    return reading.start_of(since), reading.start_of(since + SHOWN_FOR)


def day_of(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _unbookable(event_type: EventType) -> str:
    if not any(q.required for q in event_type.own_questions):
        return ""
    page = f" <{event_type.url}|Open its booking page>." if event_type.url else ""
    return f"This event type asks questions that cannot be answered here yet.{page}"
