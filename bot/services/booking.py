"""Book, once, and find out what came of it when the answer was lost."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.domain.bookings import Attendee, Booking, BookingRequest
from bot.domain.errors import (
    Expired,
    Full,
    NotFound,
    SchedulingError,
    SlotTaken,
    StoreUnavailable,
    UnknownOutcome,
)
from bot.domain.people import Member
from bot.domain.policy import Deed, check
from bot.services.catalogue import Catalogue
from bot.services.holding import Holds
from bot.services.ports import Attempt, Attempts, Scheduling, Seen
from bot.services.standing import Standing

KIND = "book"
"""Of an attempt whose fate `Desks.find_out` finds out."""
FOUND_OUT_AFTER = timedelta(minutes=2)
"""An attempt this old is nobody's any more: longer than every timeout and look-up together."""


class StillWorking(Exception):
    """The same order is being carried out right now."""


class Untraceable(Exception):
    """It may have been booked: the account does not see all bookings of the event type."""


class Bookings:
    """The use case of making a booking."""

    def __init__(
        self,
        scheduling: Scheduling,
        catalogue: Catalogue,
        standing: Standing,
        attempts: Attempts,
        holds: Holds,
        clock: Callable[[], datetime],
    ) -> None:
        self._scheduling = scheduling
        self._catalogue = catalogue
        self._standing = standing
        self._attempts = attempts
        self._holds = holds
        self._clock = clock

    async def book(
        self, member: Member, request: BookingRequest, *, kind: str = KIND
    ) -> tuple[Seen, ...]:
        """Book what was asked for, once, however often it is asked for; `kind` says who finds out
        about it where the answer is lost.

        Returns the booking, of a series every occurrence by start.

        Raises:
            StillWorking: The same request is on its way.
            Expired: The key names nothing of this member's.
            SchedulingError: As the port says; after anything but `UnknownOutcome` nothing was
                booked, and the same may be asked for again.
        """
        check(member, Deed.BOOK)
        if not request.key:
            raise Expired
        earlier = await self._attempts.claim(self._attempt(member, request, kind))
        if earlier is not None:
            return await self._outcome_of(member, earlier)
        try:
            bookings = await self._created(member, request)
        except UnknownOutcome:
            raise
        except SchedulingError as error:
            if isinstance(error, NotFound):
                self._catalogue.drop()
            await self._attempts.finish(request.key, "failed")
            raise
        try:
            return await self._done(request.key, member.user_id, bookings)
        except StoreUnavailable as error:  # it is booked; `find_out` will see and tell it
            raise UnknownOutcome("booked, and not stored") from error

    async def begun(self, member: Member, key: str) -> tuple[Seen, ...] | None:
        """What came of an order that somebody gave who may have died in the middle; None where it
        is certain that nothing did, so that it may be given again.

        Raises:
            StillWorking: It may be on its way.
            UnknownOutcome: Nobody can tell yet.
            Untraceable: Nobody will be able to tell.
        """
        earlier = await self._attempts.find(key)
        if earlier is None or earlier.state == "failed":
            return None
        if earlier.state == "lost":
            raise Untraceable
        if earlier.state == "started":
            return await self._looked_up(earlier)
        return await self._outcome_of(member, earlier)

    async def _looked_up(self, attempt: Attempt) -> tuple[Seen, ...] | None:
        """Find out what became of it, if whoever sent it must have ended by now."""
        if (attempt.started_at or self._clock()) > self._clock() - FOUND_OUT_AFTER:
            raise StillWorking
        try:
            booking = await self._scheduling.find_attempt(attempt.key, _request_of(attempt))
        except SchedulingError as error:
            raise UnknownOutcome("it cannot be looked up now") from error
        if booking:
            return await self._done(attempt.key, attempt.user_id, [booking])
        is_certain = bool(attempt.request.get("listed"))
        await self._attempts.finish(attempt.key, "failed" if is_certain else "lost")
        if not is_certain:
            raise Untraceable
        return None

    async def _created(self, member: Member, request: BookingRequest) -> tuple[Booking, ...]:
        """Book; where the time seems taken because it is held for this very form, the hold is
        let go first. A refusal has changed nothing, so it may be asked for once more."""
        try:
            return await self._scheduling.create(request)
        except (SlotTaken, Full):
            if not await self._holds.let_go(member, request.key):
                raise
        return await self._scheduling.create(request)

    async def found(self, attempt: Attempt) -> tuple[Attempt, Seen | None] | None:
        """Look up what became of an order that nobody is carrying out any more.

        Returns it with the booking that was made, or with None where none is to be seen (which is
        certain only where `listed` says so); it is then finished. None for one that cannot be
        looked up now. Of several processes that look at once, one gets it.
        """
        try:
            booking = await self._scheduling.find_attempt(attempt.key, _request_of(attempt))
        except SchedulingError:
            return None
        seen = await self._seen(attempt.user_id, booking) if booking else None
        state, uid = ("done", seen.uid) if seen else ("failed", None)
        return (attempt, seen) if await self._attempts.finish(attempt.key, state, uid) else None

    async def settled(self, member: Member, request: BookingRequest, *, kind: str) -> Seen | None:
        """What became of a request that nobody is carrying out any more: the booking, or None
        where none was made.

        Raises:
            SchedulingError: It cannot be found out now.
        """
        earlier = await self._attempts.claim(self._attempt(member, request, kind))
        if earlier is None:  # it was never sent, or refused
            await self._attempts.finish(request.key, "failed")
            return None
        if earlier.state == "done":
            return (await self._outcome_of(member, earlier))[0]
        booking = await self._scheduling.find_attempt(request.key, request)
        seen = await self._seen(member.user_id, booking) if booking else None
        await self._attempts.finish(request.key, *(("done", seen.uid) if seen else ("failed",)))
        return seen

    async def _seen(self, user_id: str, booking: Booking) -> Seen:
        (seen,) = await self._standing.referred([booking], booked_by=user_id)
        return seen

    async def _outcome_of(self, member: Member, earlier: Attempt) -> tuple[Seen, ...]:
        if (earlier.team_id, earlier.user_id) != (member.team_id, member.user_id):
            raise Expired
        if earlier.state != "done" or earlier.uid is None:
            raise StillWorking
        booking = await self._scheduling.booking(earlier.uid)
        if booking.recurring_uid is None:
            return tuple(await self._standing.referred([booking]))
        series = await self._scheduling.series(booking.recurring_uid)
        return tuple(await self._standing.referred(series))

    async def _done(self, key: str, user_id: str, bookings: Sequence[Booking]) -> tuple[Seen, ...]:
        seen = await self._standing.referred(bookings, booked_by=user_id)
        await self._attempts.finish(key, "done", bookings[0].uid)
        return tuple(seen)

    def _is_listed(self, event_type_id: int) -> bool:
        """Whether the account sees every booking of the event type: of its own ones, but not
        surely of a team's or a colleague's."""
        own = self._catalogue.known_event_types() or ()
        return any(each.id == event_type_id and each.team is None for each in own)

    def _attempt(self, member: Member, request: BookingRequest, kind: str) -> Attempt:
        account, listed = self._standing.holder.account, self._is_listed(request.event_type_id)
        return Attempt(
            key=request.key,
            team_id=member.team_id,
            user_id=member.user_id,
            kind=kind,
            state="started",
            request=_kept(request, account=account, listed=listed),
            started_at=self._clock(),
        )


def _kept(request: BookingRequest, *, account: str, listed: bool) -> Mapping[str, Any]:
    """What finding out needs, and no more: the request itself holds personal data."""
    return {
        "account": account,
        "listed": listed,
        "event_type_id": request.event_type_id,
        "start": request.start.isoformat(),
        "email": request.attendee.email,
    }


def _request_of(attempt: Attempt) -> BookingRequest:
    kept = attempt.request
    return BookingRequest(
        key=attempt.key,
        event_type_id=int(kept["event_type_id"]),
        start=datetime.fromisoformat(kept["start"]),
        attendee=Attendee(name="", email=kept["email"]),
    )
