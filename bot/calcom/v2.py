"""API v2: `bot.services.ports.Scheduling`, and webhook subscriptions.

Each resource has its own `cal-api-version`; a missing or unknown one silently means 2024-04-15,
which is another API, and a wrong one answers with other shapes or 404. Newer versions than
these exist on the hosted service only (the list of 2026-05-01 was seen to time out).
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.calcom import v2_requests as requests
from bot.calcom import wire_accounts, wire_bookings, wire_event_types, wire_slots
from bot.calcom.recovery import found_out, sent_until_answered
from bot.calcom.subscriptions import Subscriptions
from bot.calcom.transport import Call
from bot.calcom.wire import inside
from bot.domain.bookings import (
    Action,
    Booking,
    BookingPage,
    BookingQuery,
    BookingRequest,
    Status,
)
from bot.domain.errors import (
    AlreadyDone,
    NotAllowed,
    NotFound,
    NotSupported,
    Refused,
    SchedulingError,
    UnknownOutcome,
)
from bot.domain.event_types import EventType
from bot.domain.people import Account
from bot.domain.slots import Availability, Schedule, Slot, SlotQuery, Span, merge, working_spans

BOOKINGS = "2024-08-13"
EVENT_TYPES = "2024-06-14"
SLOTS = "2024-09-04"
SCHEDULES = "2024-06-11"

NOT_THERE = (NotFound, NotAllowed, NotSupported, Refused)
"""How servers without teams, or keys without the right, answer questions about teams."""

OPEN = frozenset({Status.ACCEPTED, Status.PENDING})


class CalV2(Subscriptions):
    """Cal.com's API v2 as one credential sees it."""

    @property
    def abilities(self) -> frozenset[Action]:
        return frozenset(Action)

    async def me(self) -> Account:
        return await self._transport.read(
            Call("GET", "/me"), lambda body: wire_accounts.account(inside(body, "data"))
        )

    async def event_types(self, username: str | None = None) -> tuple[EventType, ...]:
        """One's own (hidden ones included), or another user's public ones.

        Servers of 2025 know no list of one's own (404): there it is that of one's user name.
        """
        call = Call("GET", "/event-types", version=EVENT_TYPES, query={"username": username})
        try:
            return await self._transport.read(call, wire_event_types.event_types)
        except NotFound:
            if username is not None:
                return ()
        own = (await self.me()).username
        return await self.event_types(own) if own else ()

    async def event_type(self, event_type_id: int) -> EventType:
        call = Call("GET", "/event-types/{id}", ids={"id": event_type_id}, version=EVENT_TYPES)
        return await self._transport.read(call, wire_event_types.event_type)

    async def slots(self, query: SlotQuery) -> tuple[Slot, ...]:
        """Open starts in the window, in order. The server keeps an answer for two seconds."""
        call = Call("GET", "/slots", version=SLOTS, query=requests.slots(query))
        found = await self._transport.read(
            call, lambda body: wire_slots.slots(inside(body, "data"))
        )
        return tuple(slot for slot in found if query.start <= slot.start < query.end)

    async def schedules(self) -> tuple[Schedule, ...]:
        call = Call("GET", "/schedules", version=SCHEDULES)
        return await self._transport.read(call, wire_slots.schedules)

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

    async def booking(self, uid: str) -> Booking:
        return await self._transport.read(self._get(uid), partial(wire_bookings.booking, uid=uid))

    def _get(self, uid: str) -> Call:
        return Call("GET", "/bookings/{uid}", ids={"uid": uid}, version=BOOKINGS)

    async def create(self, request: BookingRequest) -> Booking:
        """Book; sent once. A lost answer is looked up by our key before it is given up."""
        call = Call(
            "POST",
            "/bookings",
            version=BOOKINGS,
            body=requests.create(request),
            action="create",
        )
        try:
            return await self._transport.write(call, wire_bookings.booking)
        except UnknownOutcome:
            look = partial(self._attempt, request.key, request, tries=1)
            return await found_out(look, self._sleep)

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

    async def reschedule(
        self, uid: str, start: datetime, *, reason: str = "", by_email: str | None = None
    ) -> Booking:
        call = self._change(uid, "reschedule", requests.reschedule(start, reason, by_email))
        try:
            moved = await self._transport.write(call, wire_bookings.booking)
        except UnknownOutcome:
            moved = await found_out(partial(self._moved, uid, start), self._sleep)
        return moved if moved.rescheduled_from_uid else replace(moved, rescheduled_from_uid=uid)

    async def _moved(self, uid: str, start: datetime) -> Booking | None:
        """The booking that took the place of this one, if it starts when ours was to start."""
        old = await self._look(uid)
        if old.status in OPEN:
            return None
        new = await self._look(old.rescheduled_to_uid) if old.rescheduled_to_uid else None
        if new is None or new.start != start:
            raise AlreadyDone("changed meanwhile", moved_to=old.rescheduled_to_uid)
        return new

    async def _look(self, uid: str) -> Booking:
        """Read it once, for finding out what became of a write."""
        call = replace(self._get(uid), reserved=True, tries=1)
        return await self._transport.read(call, partial(wire_bookings.booking, uid=uid))

    async def cancel(self, uid: str, *, reason: str) -> Booking:
        """Cancel it. A reason is always sent: hosts have to give one.

        A lost answer is asked for again: that it is cancelled already then is our doing.
        """
        call = self._change(uid, "cancel", {"cancellationReason": reason})
        done = await sent_until_answered(lambda: self._written(call, uid), self._sleep)
        return done or await self._held(uid, _is_cancelled)

    async def confirm(self, uid: str) -> Booking:
        """Confirm it; of a pending series, all of it."""
        call = self._change(uid, "confirm", None)
        done = await sent_until_answered(lambda: self._written(call, uid), self._sleep)
        return done or await self._held(uid, lambda b: b.status is Status.ACCEPTED)

    async def decline(self, uid: str, *, reason: str = "") -> Booking:
        """Decline it. Sent once: the server would announce a second one again."""
        call = self._change(uid, "decline", {"reason": reason} if reason else None)
        try:
            return await self._written(call, uid)
        except UnknownOutcome:
            return await self._held(uid, lambda b: b.status is Status.REJECTED)

    async def mark_absent(
        self, uid: str, *, host: bool | None = None, attendees: Mapping[str, bool] | None = None
    ) -> Booking:
        call = self._change(uid, "mark-absent", requests.absent(host, attendees))
        try:
            return await self._written(call, uid)
        except UnknownOutcome:
            return await self._held(uid, lambda b: requests.is_absent(b, host, attendees))

    def _change(self, uid: str, action: str, body: Mapping[str, Any] | None) -> Call:
        path = f"/bookings/{{uid}}/{action}"
        return Call("POST", path, {"uid": uid}, version=BOOKINGS, body=body, action=action)

    async def _written(self, call: Call, uid: str) -> Booking:
        return await self._transport.write(call, partial(wire_bookings.booking, uid=uid))

    async def _held(self, uid: str, holds: Callable[[Booking], bool]) -> Booking:
        """The booking, once it is as it was to become."""

        async def look() -> Booking | None:
            booking = await self._look(uid)
            return booking if holds(booking) else None

        return await found_out(look, self._sleep)

    async def find_username(self, email: str) -> str | None:
        """One's own, or that of a member of one of one's teams."""
        account = await self.me()
        if account.email.casefold() == email.casefold():
            return account.username or None
        try:
            teams = await self._transport.read(Call("GET", "/teams"), wire_accounts.team_ids)
        except NOT_THERE:
            return None
        found = await asyncio.gather(*(self._member(team, email) for team in teams))
        return next((username for username in found if username), None)

    async def _member(self, team_id: int, email: str) -> str | None:
        call = Call("GET", "/teams/{id}/memberships", {"id": team_id}, query={"emails": email})
        try:
            return await self._transport.read(
                call, lambda body: wire_accounts.username_of(email, inside(body, "data"))
            )
        except NOT_THERE:
            return None


def _is_cancelled(booking: Booking) -> bool:
    """Cancelled for good: one that was moved reads cancelled, too."""
    return booking.status is Status.CANCELLED and booking.rescheduled_to_uid is None
