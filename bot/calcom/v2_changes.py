"""What can be done over API v2 to a booking that stands, and what can be read of one.

A write whose answer was lost is looked for in the booking, or sent again where that does no harm.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from bot.calcom import v2_requests as requests
from bot.calcom import wire_bookings
from bot.calcom.recovery import found_out, sent_until_answered
from bot.calcom.speaker import Speaker
from bot.calcom.transport import Call
from bot.domain.bookings import Action, Booking, CalendarLink, Guest, Recording, Status
from bot.domain.errors import AlreadyDone, NotFound, UnknownOutcome

BOOKINGS = "2024-08-13"
ASKING_ANEW = "2026-02-25"
"""Only this one knows how to ask the attendee for another time."""

OPEN = frozenset({Status.ACCEPTED, Status.PENDING})

NO_ROOM = "No Cal Video reference"
"""How a 404 begins that means: there was no video, so there are no recordings."""


class ChangesV2(Speaker):
    """What a client of API v2 does with one booking."""

    async def booking(self, uid: str) -> Booking:
        return await self._transport.read(self._get(uid), partial(wire_bookings.booking, uid=uid))

    def _get(self, uid: str, part: str = "") -> Call:
        return Call("GET", f"/bookings/{{uid}}{part}", {"uid": uid}, version=BOOKINGS)

    async def calendar_links(self, uid: str) -> tuple[CalendarLink, ...]:
        with self._learning(Action.CALENDAR_LINKS):
            return await self._transport.read(
                self._get(uid, "/calendar-links"), wire_bookings.calendar_links
            )

    async def recordings(self, uid: str) -> tuple[Recording, ...]:
        try:
            with self._learning(Action.RECORDINGS):
                return await self._transport.read(
                    self._get(uid, "/recordings"), wire_bookings.recordings
                )
        except NotFound as error:
            if not error.detail.startswith(NO_ROOM):
                raise
            return ()

    async def reschedule(
        self,
        uid: str,
        start: datetime,
        *,
        reason: str = "",
        by_email: str | None = None,
        seat_uid: str | None = None,
    ) -> Booking:
        """Move it. What became of a seat whose answer was lost cannot be seen: its uid is new."""
        body = requests.reschedule(start, reason, by_email, seat_uid)
        call = self._change(uid, "reschedule", body)
        try:
            moved = await self._transport.write(call, wire_bookings.booking)
        except UnknownOutcome:
            if seat_uid:
                raise
            moved = await found_out(partial(self._moved, uid, start), self._sleep)
        stays = seat_uid is not None or moved.uid == uid
        return replace(
            moved, rescheduled_from_uid=None if stays else moved.rescheduled_from_uid or uid
        )

    async def _moved(self, uid: str, start: datetime) -> Booking | None:
        """The booking that took the place of this one, if it starts when ours was to start. A
        class may have moved as it is."""
        old = await self._look(uid)
        if old.status in OPEN:
            return old if old.is_seated and old.start == start else None
        new = await self._look(old.rescheduled_to_uid) if old.rescheduled_to_uid else None
        if new is None or new.start != start:
            raise AlreadyDone("changed meanwhile", moved_to=old.rescheduled_to_uid)
        return new

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
        """Cancel it and have the attendee asked for another time; no booking is answered."""
        body = {"rescheduleReason": reason} if reason else {}
        call = replace(self._change(uid, "request-reschedule", body), version=ASKING_ANEW)
        with self._learning(Action.REQUEST_RESCHEDULE), suppress(UnknownOutcome):
            await self._transport.write(call, lambda _: None)
        return await self._held(uid, partial(_is_gone, None))

    async def reassign(self, uid: str, user_id: int | None = None, *, reason: str = "") -> Booking:
        """Give it to another host.

        Who is answered is not always who has it then, so it is read again. A lost answer shows in
        who takes part then and not before; a fixed host who is named is a 500 without effect.
        """
        before = await self.booking(uid)
        call = self._change(uid, "reassign", {})
        if user_id is not None:
            body = {"reason": reason} if reason else {}
            path, ids = call.path + "/{user}", {**call.ids, "user": user_id}
            call = replace(call, path=path, ids=ids, body=body)
        try:
            with self._learning(Action.HAND_OVER):
                await self._transport.write(call, lambda _: None)
        except UnknownOutcome:
            return await self._held(uid, lambda b: _people(b) != _people(before))
        return await self._held(uid, lambda _: True)

    async def add_guests(self, uid: str, guests: Sequence[Guest]) -> Booking:
        call = self._change(uid, "guests", requests.guests(guests))
        with self._learning(Action.ADD_PEOPLE):
            try:
                return await self._written(replace(call, own_limit=True), uid)
            except UnknownOutcome:
                return await self._held(uid, lambda b: all(b.involves(g.email) for g in guests))

    async def change_place(self, uid: str, location: Mapping[str, str]) -> Booking:
        call = self._change(uid, "location", {"location": dict(location)})
        with self._learning(Action.CHANGE_PLACE):
            try:
                return await self._written(replace(call, method="PATCH", own_limit=True), uid)
            except UnknownOutcome:
                places = {value for name, value in location.items() if name != "type"}
                return await self._held(uid, lambda b: b.location in places)

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

    async def _look(self, uid: str) -> Booking:
        """Read it once, for finding out what became of a write."""
        call = replace(self._get(uid), reserved=True, tries=1)
        return await self._transport.read(call, partial(wire_bookings.booking, uid=uid))


def _is_gone(seat_uid: str | None, booking: Booking) -> bool:
    """Cancelled for good (one that was moved reads cancelled, too), or without that seat."""
    seats = {attendee.seat_uid for attendee in booking.attendees}
    if seat_uid and seats and seat_uid not in seats:
        return True
    return booking.status is Status.CANCELLED and booking.rescheduled_to_uid is None


def _people(booking: Booking) -> set[str]:
    """Who takes part: a second host stands among the attendees."""
    hosts = {host.email.casefold() for host in booking.hosts}
    return hosts | {attendee.email.casefold() for attendee in booking.attendees}
