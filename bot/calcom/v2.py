"""API v2: `bot.services.ports.Scheduling`, and webhook subscriptions.

Each resource has its own `cal-api-version`; a missing or unknown one silently means 2024-04-15,
which is another API, and a wrong one answers with other shapes or 404. Newer versions than
these exist on the hosted service only (the list of bookings of 2026-05-01 was seen to time out).
"""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot.calcom import v2_requests as requests
from bot.calcom import wire_bookings, wire_slots
from bot.calcom.recovery import found_out, sent_until_answered
from bot.calcom.subscriptions import Subscriptions
from bot.calcom.transport import Call
from bot.calcom.v2_away import AwayV2
from bot.calcom.v2_changes import BOOKINGS, OPEN, ChangesV2
from bot.calcom.v2_event_types import EventTypesV2
from bot.calcom.wire import inside
from bot.domain.bookings import (
    Action,
    Booking,
    BookingPage,
    BookingQuery,
    BookingRequest,
    Feature,
)
from bot.domain.errors import NotAllowed, NotFound, SchedulingError, UnknownOutcome
from bot.domain.slots import (
    Availability,
    Hold,
    Schedule,
    Slot,
    SlotQuery,
    Span,
    merge,
    working_spans,
)

SLOTS = "2024-09-04"
SCHEDULES = "2024-06-11"


class CalV2(EventTypesV2, AwayV2, ChangesV2, Subscriptions):
    """Cal.com's API v2 as one credential sees it."""

    @property
    def abilities(self) -> frozenset[Action]:
        return frozenset(Action) - self._lacking

    @property
    def features(self) -> frozenset[Feature]:
        return frozenset(Feature) - self._lacking

    async def slots(self, query: SlotQuery) -> tuple[Slot, ...]:
        """Open starts in the window, in order. The server keeps an answer for two seconds."""
        call = Call("GET", "/slots", version=SLOTS, query=requests.slots(query))
        found = await self._transport.read(
            call, lambda body: wire_slots.slots(inside(body, "data"))
        )
        return tuple(slot for slot in found if query.start <= slot.start < query.end)

    async def hold(
        self,
        event_type_id: int,
        start: datetime,
        *,
        length: int | None = None,
        minutes: int | None = None,
    ) -> Hold:
        """Reserve a time; sent once. One whose answer is lost ends by itself after minutes."""
        body = requests.hold(event_type_id, start, length, minutes)
        call = Call("POST", "/slots/reservations", version=SLOTS, body=body, action="hold")
        try:
            return await self._reserved(call)
        except NotAllowed:  # only who hosts it may say for how long
            if minutes is None:
                raise
        body = requests.hold(event_type_id, start, length)
        return await self._reserved(replace(call, body=body))

    async def prolong(
        self,
        hold: Hold,
        event_type_id: int,
        *,
        length: int | None = None,
        minutes: int | None = None,
    ) -> Hold:
        body = requests.hold(event_type_id, hold.start, length, minutes)
        path, ids = "/slots/reservations/{uid}", {"uid": hold.uid}
        call = Call("PATCH", path, ids, version=SLOTS, body=body, action="hold")
        try:
            return await self._reserved(call)
        except NotAllowed:
            if minutes is None:
                raise
        body = requests.hold(event_type_id, hold.start, length)
        return await self._reserved(replace(call, body=body))

    async def _reserved(self, call: Call) -> Hold:
        with self._learning(Feature.HOLDS):
            return await self._transport.write(
                call, lambda body: wire_slots.hold(inside(body, "data"))
            )

    async def let_go(self, hold_uid: str) -> None:
        path, ids = "/slots/reservations/{uid}", {"uid": hold_uid}
        call = Call("DELETE", path, ids, version=SLOTS, action="let_go")
        if not await sent_until_answered(partial(self._let_go, call), self._sleep):
            raise UnknownOutcome("a reserved time may be reserved still")

    async def _let_go(self, call: Call) -> bool:
        try:
            return await self._transport.write(call, lambda _: True)
        except NotFound:
            return True

    async def schedules(self) -> tuple[Schedule, ...]:
        call = Call("GET", "/schedules", version=SCHEDULES)
        return await self._transport.read(call, wire_slots.schedules)

    async def change_schedule(self, changed: Schedule) -> Schedule:
        path, ids = "/schedules/{id}", {"id": str(changed.id)}
        body = requests.schedule(changed)
        call = Call("PATCH", path, ids, version=SCHEDULES, body=body, action="change_schedule")
        done = await sent_until_answered(
            lambda: self._transport.write(call, wire_slots.that_schedule), self._sleep
        )
        if done is None:
            raise UnknownOutcome("the change of a schedule was not answered")
        return done

    async def availability(self, window: Span) -> Availability:
        """Busy: one's own open bookings, hosted or attended, and what the calendars tell."""
        call = Call("GET", "/schedules/default", version=SCHEDULES)
        schedule, account, bookings, elsewhere = await asyncio.gather(
            self._transport.read(call, wire_slots.default_schedule),
            self.me(),
            self._around(window),
            self._calendars_busy(window),
        )
        # A team's owner sees the bookings of all its members.
        own = (b for b in bookings if b.status in OPEN and b.involves(account.email))
        cut = (wire_slots.clip(Span(b.start, b.end), window) for b in own)
        busy = merge([*(span for span in cut if span), *elsewhere])
        working = working_spans(schedule, window) if schedule else ()
        return Availability(busy, working, schedule)

    async def _around(self, window: Span) -> list[Booking]:
        """All bookings that may touch the window: those that started up to a day before it."""
        query = BookingQuery(
            after_start=window.start - timedelta(days=1),
            before_end=window.end + timedelta(days=1),
            ascending=True,
            take=250,
        )
        found: list[Booking] = []
        for _ in range(4):
            page = await self.bookings(query)
            found += page.bookings
            if not page.has_more:
                break
            query = replace(query, skip=query.skip + query.take)
        return found

    async def _calendars_busy(self, window: Span) -> tuple[Span, ...]:
        """What connected calendars say; nothing where they cannot be asked."""
        try:
            loaded = await self._transport.read(Call("GET", "/calendars"), wire_slots.calendars)
            if not loaded:
                return ()
            query = requests.busy_times(window, loaded)
            return await self._transport.read(
                Call("GET", "/calendars/busy-times", query=query),
                lambda body: wire_slots.spans(inside(body, "data"), window),
            )
        except SchedulingError:
            return ()

    async def bookings(self, query: BookingQuery) -> BookingPage:
        call = Call("GET", "/bookings", version=BOOKINGS, query=requests.bookings(query))
        return await self._transport.read(call, wire_bookings.page)

    async def series(self, recurring_uid: str) -> tuple[Booking, ...]:
        return await self._transport.read(self._get(recurring_uid), wire_bookings.occurrences)

    async def create(self, request: BookingRequest) -> tuple[Booking, ...]:
        """Book; sent once. A lost answer is looked up by our key before it is given up."""
        body = requests.create(request)
        call = Call("POST", "/bookings", version=BOOKINGS, body=body, action="create")
        try:
            if request.instant:
                with self._learning(Feature.INSTANT):
                    uid = await self._transport.write(call, wire_bookings.instant_uid)
                return (await self._held(uid, lambda _: True),)
            return await self._transport.write(call, wire_bookings.occurrences)
        except UnknownOutcome:
            look = partial(self._attempt, request.key, request, tries=1)
            return await self._with_its_series(await found_out(look, self._sleep))

    async def _with_its_series(self, made: Booking) -> tuple[Booking, ...]:
        """All occurrences; that they cannot be read does not undo what is booked."""
        try:
            return await self.series(made.recurring_uid) if made.recurring_uid else (made,)
        except SchedulingError:
            return (made,)

    async def find_attempt(self, key: str, near: BookingRequest) -> Booking | None:
        return await self._attempt(key, near)

    async def _attempt(
        self, key: str, near: BookingRequest, *, tries: int | None = None
    ) -> Booking | None:
        call = Call(
            "GET",
            "/bookings",
            version=BOOKINGS,
            query=requests.attempt(near),
            reserved=True,
            tries=tries,
        )
        return await self._transport.read(
            call, lambda body: wire_bookings.made_by(key, inside(body, "data"))
        )
