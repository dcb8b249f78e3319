"""API v2: `bot.services.ports.Scheduling`, and webhook subscriptions.

Each resource has its own `cal-api-version`; a missing or unknown one silently means 2024-04-15,
which is another API, and a wrong one answers with other shapes or 404. Newer versions than
these exist on the hosted service only (the list of 2026-05-01 was seen to time out).
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
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
    CalendarLink,
    Feature,
    Guest,
    Recording,
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

BOOKINGS = "2024-08-13"
EVENT_TYPES = "2024-06-14"
SLOTS = "2024-09-04"
SCHEDULES = "2024-06-11"
ASKING_ANEW = "2026-02-25"
"""Only this one knows how to ask the attendee for another time."""

NOT_THERE = (NotFound, NotAllowed, NotSupported, Refused)
"""How servers without teams, or keys without the right, answer questions about teams."""

OPEN = frozenset({Status.ACCEPTED, Status.PENDING})


class CalV2(Subscriptions):
    """Cal.com's API v2 as one credential sees it."""

    @property
    def abilities(self) -> frozenset[Action]:
        return frozenset(Action)

    @property
    def features(self) -> frozenset[Feature]:
        return frozenset(Feature)

    async def me(self) -> Account:
        return await self._transport.read(
            Call("GET", "/me"), lambda body: wire_accounts.account(inside(body, "data"))
        )

    async def event_types(self, owner: str | None = None) -> tuple[EventType, ...]:
        """One's own (hidden ones included), or another user's public ones.

        Servers of 2025 know no list of one's own (404): there it is that of one's user name.
        """
        call = Call("GET", "/event-types", version=EVENT_TYPES, query={"username": owner})
        try:
            return await self._transport.read(call, wire_event_types.event_types)
        except NotFound:
            if owner is not None:
                return ()
        username = (await self.me()).username
        return await self.event_types(username) if username else ()

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

    async def hold(self, event_type_id: int, start: datetime, *, length: int | None = None) -> Hold:
        call = Call(
            "POST",
            "/slots/reservations",
            version=SLOTS,
            body=requests.hold(event_type_id, start, length),
            action="hold",
        )
        return await self._transport.write(call, lambda body: wire_slots.hold(inside(body, "data")))

    async def let_go(self, hold_uid: str) -> None:
        call = Call(
            "DELETE",
            "/slots/reservations/{uid}",
            {"uid": hold_uid},
            version=SLOTS,
            action="let_go",
        )
        with contextlib.suppress(NotFound):
            await self._transport.write(call, lambda _: None)

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

    async def series(self, recurring_uid: str) -> tuple[Booking, ...]:
        return await self._transport.read(self._get(recurring_uid), wire_bookings.occurrences)

    async def create(self, request: BookingRequest) -> tuple[Booking, ...]:
        """Book; sent once. A lost answer is looked up by our key before it is given up."""
        call = Call(
            "POST",
            "/bookings",
            version=BOOKINGS,
            body=requests.create(request),
            action="create",
        )
        try:
            if request.instant:
                uid = await self._transport.write(call, wire_bookings.instant_uid)
                return (await self.booking(uid),)
            return await self._transport.write(call, wire_bookings.occurrences)
        except UnknownOutcome:
            look = partial(self._attempt, request.key, request, tries=1)
            made = await found_out(look, self._sleep)
        return await self.series(made.recurring_uid) if made.recurring_uid else (made,)

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
        self,
        uid: str,
        start: datetime,
        *,
        reason: str = "",
        by_email: str | None = None,
        seat_uid: str | None = None,
    ) -> Booking:
        body = requests.reschedule(start, reason, by_email, seat_uid)
        call = self._change(uid, "reschedule", body)
        try:
            moved = await self._transport.write(call, wire_bookings.booking)
        except UnknownOutcome:
            if seat_uid:
                raise
            moved = await found_out(partial(self._moved, uid, start), self._sleep)
        if seat_uid:
            return replace(moved, rescheduled_from_uid=None)
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

    async def cancel(
        self, uid: str, *, reason: str, following: bool = False, seat_uid: str | None = None
    ) -> Booking:
        """Cancel it. A reason is always sent: hosts have to give one.

        A lost answer is asked for again: that it is cancelled already then is our doing.
        """
        body = requests.cancel(reason, following=following, seat_uid=seat_uid)
        call = self._change(uid, "cancel", body)
        done = await sent_until_answered(lambda: self._written(call, uid), self._sleep)
        return done or await self._held(uid, partial(_is_gone, seat_uid))

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

    async def request_reschedule(self, uid: str, *, reason: str = "") -> Booking:
        """Cancel it and have the attendee asked for another time; the server answers no booking."""
        body = {"rescheduleReason": reason} if reason else {}
        call = replace(self._change(uid, "request-reschedule", body), version=ASKING_ANEW)
        try:
            await self._transport.write(call, lambda _: None)
        except UnknownOutcome:
            return await self._held(uid, partial(_is_gone, None))
        return await self.booking(uid)

    async def reassign(self, uid: str, user_id: int | None = None, *, reason: str = "") -> Booking:
        """Give it to another host. What is answered is not always who has it then, so it is read
        again; a lost answer is found out for a named host only."""
        step = "reassign" if user_id is None else f"reassign/{user_id}"
        call = self._change(uid, step, {"reason": reason} if reason and user_id else {})
        try:
            await self._transport.write(call, lambda _: None)
        except UnknownOutcome:
            if user_id is None:
                raise
            return await self._held(uid, lambda b: any(h.id == user_id for h in b.hosts))
        return await self.booking(uid)

    async def add_guests(self, uid: str, guests: Sequence[Guest]) -> Booking:
        call = self._change(uid, "guests", requests.guests(guests))
        wanted = {guest.email.casefold() for guest in guests}
        try:
            return await self._written(call, uid)
        except UnknownOutcome:
            return await self._held(uid, lambda b: all(b.involves(email) for email in wanted))

    async def change_place(self, uid: str, location: Mapping[str, str]) -> Booking:
        call = replace(self._change(uid, "location", {"location": dict(location)}), method="PATCH")
        try:
            return await self._written(call, uid)
        except UnknownOutcome:
            return await self._held(uid, lambda b: b.location in location.values())

    async def calendar_links(self, uid: str) -> tuple[CalendarLink, ...]:
        call = Call("GET", "/bookings/{uid}/calendar-links", {"uid": uid}, version=BOOKINGS)
        return await self._transport.read(call, wire_bookings.calendar_links)

    async def recordings(self, uid: str) -> tuple[Recording, ...]:
        call = Call("GET", "/bookings/{uid}/recordings", {"uid": uid}, version=BOOKINGS)
        return await self._transport.read(call, wire_bookings.recordings)

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


def _is_gone(seat_uid: str | None, booking: Booking) -> bool:
    """Cancelled for good (one that was moved reads cancelled, too), or without that seat."""
    if seat_uid and all(attendee.seat_uid != seat_uid for attendee in booking.attendees):
        return True
    return booking.status is Status.CANCELLED and booking.rescheduled_to_uid is None
