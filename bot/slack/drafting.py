"""From the booking form to what its modal shows: the event types, the open times, the attendee."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.errors import SchedulingError
from bot.domain.event_types import EventType
from bot.domain.people import Member, Reader
from bot.domain.policy import Deed, may
from bot.domain.slots import Slot, SlotQuery
from bot.services.desks import Desk
from bot.services.offers import Offer
from bot.slack import ids
from bot.slack.about import About
from bot.slack.bookform import GUEST, ME, MEMBER, BookForm
from bot.slack.deps import Deps, Exchange
from bot.slack.errors import SLACK_FAILED, Problem
from bot.slack.payloads import Asked
from bot.slack.views.book import Draft
from bot.slack.views.reading import Reading
from bot.slack.views.times import Times, first_open_day

SHOWN_FOR = timedelta(days=14)
CHANGES: dict[str, dict[str, Any]] = {
    ids.PICK_EVENT_TYPE: {"length": None, "count": None, "instant": False, "start": None},
    ids.PICK_LENGTH: {"start": None},
    ids.EDIT_ATTENDEE: {"editing": True},
}
"""What else a choice changes in the form."""


class Drafting:
    """Fills in the form, and looks up what can be chosen."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def started(
        self, exchange: Exchange, form: BookForm, offer: Offer, when: str
    ) -> BookForm:
        """The form with what was typed after the command, and the attendee from Slack."""
        reader, desk = await exchange.reader(), await exchange.desk()
        reading = exchange.reading(reader)
        if when:
            said = reading.when(when)
            words = reading.in_words(said)
            form = replace(form, day=said.day, start=said.start, understood=words)
        elif form.start:
            form = replace(form, day=reading.day_of(form.start))
        own = offer.owner is None and await desk.lookup.is_account_owner(reader.member)
        form = form.attendee_is(reader.member)
        companions = tuple(companion.user_id for companion in offer.companions)
        invited = tuple(dict.fromkeys([*form.invited, *companions]))
        form = replace(form, owner=offer.owner or "", time_zone=reader.time_zone, invited=invited)
        if own or not reader.email:
            return replace(form, for_whom=GUEST, name="", email="")
        return form

    async def about(self, exchange: Exchange, form: BookForm, message: About) -> BookForm:
        """The form for a message: whoever wrote it is to come, or the guest whom it names."""
        permalink, author = await asyncio.gather(
            _permalink(exchange, message), self._author(exchange, message)
        )
        form = replace(form, notes=message.notes(permalink))
        if message.has_thread:
            form = replace(form, thread_channel=message.channel, thread=message.thread)
            form = replace(form, in_thread=True)
        known = {(await exchange.reader()).email.casefold(), author.email if author else ""}
        if others := [each for each in message.addresses() if each not in known]:
            return replace(form, for_whom=GUEST, name="", email=others[0], editing=False)
        if author is None:
            return form
        return replace(form.attendee_is(author), for_whom=MEMBER, member_id=author.user_id)

    async def _author(self, exchange: Exchange, message: About) -> Member | None:
        """Whoever wrote it, if they can be booked for: somebody else of the workspace, and not
        the host."""
        asked, desk = exchange.asked, await exchange.desk()
        if message.author in {"", asked.user_id}:
            return None
        try:
            author = await self._deps.people.member(asked.team_id, message.author)
        except SLACK_FAILED:
            return None
        if not author.email or not may(author, Deed.BOOK):
            return None
        return None if await desk.lookup.is_account_owner(author) else author

    async def changed(self, form: BookForm, asked: Asked, reader: Reader) -> BookForm:
        """The form after a choice in its modal, without what no longer fits."""
        action_id = str(asked.action.get("action_id")).partition(":")[0]
        form = replace(form, turn=str(asked.action.get("action_ts") or ""))
        if action_id == ids.PICK_FOR_WHOM:
            return await self.attendee(form, reader)
        if action_id in {ids.PICK_DAY, ids.PICK_OPEN_DAY}:
            return replace(form, day=day_of(asked.value), start=None)
        if action_id == ids.BACK:
            return replace(form, screen=max(form.screen - 1, 0))
        return replace(form, **CHANGES.get(action_id, {}))

    async def attendee(self, form: BookForm, reader: Reader) -> BookForm:
        """The form with the attendee's profile, where the attendee is a member."""
        if form.for_whom == GUEST:
            return replace(form, name="", email="", time_zone=reader.time_zone, editing=False)
        if form.for_whom == ME:
            form = replace(form.attendee_is(reader.member), time_zone=reader.time_zone)
        elif form.member_id:
            person = await self._deps.people.member(reader.member.team_id, form.member_id)
            form = form.attendee_is(person)
        else:
            return replace(form, name="", email="", editing=False)
        return form if form.email else replace(form, editing=True)

    async def draft(
        self, exchange: Exchange, form: BookForm, offer: Offer, problem: Problem | None = None
    ) -> Draft:
        """Everything the modal shows. Open times are looked up for the first screen only."""
        desk = exchange.desk_at_hand()
        features = desk.lookup.features
        chosen = offer.chosen
        if chosen is None:
            return Draft(form, offer, None, problem, features)
        form = replace(form, event_type_id=chosen.id)
        if form.screen or form.instant:
            return Draft(form, offer, None, problem, features)
        times = await self._times(exchange, form, offer, chosen, problem)
        form = replace(form, day=times.day, start=times.chosen)
        return Draft(form, offer, times, problem, features)

    async def _times(
        self,
        exchange: Exchange,
        form: BookForm,
        offer: Offer,
        event_type: EventType,
        problem: Problem | None,
    ) -> Times:
        reader = await exchange.reader_without_store()
        reading, desk = exchange.reading(reader), exchange.desk_at_hand()
        window = two_weeks(window_start(form.day, reading.today), reading)
        query = offer.query(event_type, form.length, *window)
        try:
            slots = await desk.lookup.slots(query)
        except SchedulingError:
            if problem is None:
                raise
            times = Times.unknown(reading, form.day, form.start if problem.retry else None)
        else:
            slots = await self._choosable(desk, reader.member, query, slots)
            slots = _with(slots, form.proposed, query)
            if problem and problem.fresh_times:  # Cal.com lists it two seconds longer
                slots = tuple(slot for slot in slots if slot.start != form.start)
            day = form.day or first_open_day(slots, reading.zone)
            chosen = form.start if any(s.start == form.start for s in slots) else None
            times = Times(reading, day, slots, chosen)
        gone = form.start if problem and problem.fresh_times else None
        return replace(times, pick_time=ids.PICK_TIME, gone=gone)

    async def _choosable(
        self, desk: Desk, member: Member, query: SlotQuery, slots: tuple[Slot, ...]
    ) -> tuple[Slot, ...]:
        """The open times with the one that is held for this member, which Cal.com hides from
        everybody."""
        held = await desk.holds.held(member)
        start = held.hold.start if held and held.is_for(query) else None
        return _with(slots, start, query)


def _with(slots: tuple[Slot, ...], start: datetime | None, query: SlotQuery) -> tuple[Slot, ...]:
    """The open times with one that is held for whoever looks, where it lies among them."""
    if start is None or not query.start <= start < query.end:
        return slots
    if any(slot.start == start for slot in slots):
        return slots
    return tuple(sorted((*slots, Slot(start)), key=lambda slot: slot.start))


async def _permalink(exchange: Exchange, message: About) -> str:
    """Where the message stands; empty where the bot is not shown it."""
    try:
        told = await exchange.client.chat_getPermalink(
            channel=message.channel, message_ts=message.ts
        )
    except SLACK_FAILED:
        return ""
    return str(told["permalink"])


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
