"""Book, once, and find out what came of it when the answer was lost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.domain.bookings import Attendee, Booking, BookingRequest
from bot.domain.errors import (
    Expired,
    NotFound,
    SchedulingError,
    StoreUnavailable,
    UnknownOutcome,
)
from bot.domain.people import Member
from bot.services.availability import Catalogue
from bot.services.ports import Attempt, Attempts, References, Scheduling, Seen

FOUND_OUT_AFTER = timedelta(minutes=2)
"""An attempt this old is nobody's any more: longer than every timeout and look-up together."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a person submitted: the request, and whose event type it is (None: the account's)."""

    owner: str | None
    request: BookingRequest

    @property
    def key(self) -> str:
        return self.request.key


class StillWorking(Exception):
    """The same order is being carried out right now."""


class Bookings:
    """The use case of making a booking.

    Args:
        account: The name under which references to its bookings are kept (`house`).
    """

    def __init__(
        self,
        account: str,
        scheduling: Scheduling,
        catalogue: Catalogue,
        references: References,
        attempts: Attempts,
        clock: Callable[[], datetime],
    ) -> None:
        self._account = account
        self._scheduling = scheduling
        self._catalogue = catalogue
        self._references = references
        self._attempts = attempts
        self._clock = clock

    async def book(self, member: Member, order: Order) -> tuple[Seen, ...]:
        """Book what was ordered, once, however often it is asked for.

        Returns the booking, of a series every occurrence by start.

        Raises:
            StillWorking: The same order is on its way.
            Expired: The key names nothing of this member's.
            SchedulingError: As the port says; after anything but `UnknownOutcome` nothing was
                booked, and the same order may be given again.
        """
        if not order.key:
            raise Expired
        earlier = await self._attempts.claim(self._attempt(member, order))
        if earlier is not None:
            return await self._outcome_of(member, earlier)
        try:
            await self._check_offered(order)
            bookings = await self._scheduling.create(order.request)
        except UnknownOutcome:
            raise
        except SchedulingError:
            await self._attempts.finish(order.key, "failed")
            raise
        try:
            return await self._done(order.key, member.user_id, bookings)
        except StoreUnavailable as error:  # it is booked; `find_out` will see and tell it
            raise UnknownOutcome("booked, and not stored") from error

    async def find_out(self) -> list[tuple[Attempt, Seen | None]]:
        """Look up what became of orders that nobody is carrying out any more.

        Returns each with the booking that was made, or None where none was; they are then
        finished. One that cannot be looked up now is left for the next time. Of several
        processes that look at once, one gets it.
        """
        found: list[tuple[Attempt, Seen | None]] = []
        for attempt in await self._attempts.unfinished(self._clock() - FOUND_OUT_AFTER):
            if attempt.kind != "book":
                continue
            try:
                booking = await self._scheduling.find_attempt(attempt.key, _request_of(attempt))
            except SchedulingError:
                continue
            seen = await self._seen(attempt.user_id, booking) if booking else None
            state, uid = ("done", seen.uid) if seen else ("failed", None)
            if await self._attempts.finish(attempt.key, state, uid):
                found.append((attempt, seen))
        return found

    async def _seen(self, user_id: str, booking: Booking) -> Seen:
        (seen,) = await self._references.refer(self._account, [booking], booked_by=user_id)
        return seen

    async def _check_offered(self, order: Order) -> None:
        offered = await self._catalogue.event_types(order.owner)
        if not any(t.id == order.request.event_type_id for t in offered):
            self._catalogue.drop()
            raise NotFound("event type no longer offered")

    async def _outcome_of(self, member: Member, earlier: Attempt) -> tuple[Seen, ...]:
        if (earlier.team_id, earlier.user_id) != (member.team_id, member.user_id):
            raise Expired
        if earlier.state != "done" or earlier.uid is None:
            raise StillWorking
        booking = await self._scheduling.booking(earlier.uid)
        if booking.recurring_uid is None:
            return tuple(await self._references.refer(self._account, [booking]))
        series = await self._scheduling.series(booking.recurring_uid)
        return tuple(await self._references.refer(self._account, series))

    async def _done(self, key: str, user_id: str, bookings: Sequence[Booking]) -> tuple[Seen, ...]:
        seen = await self._references.refer(self._account, bookings, booked_by=user_id)
        await self._attempts.finish(key, "done", bookings[0].uid)
        return tuple(seen)

    def _attempt(self, member: Member, order: Order) -> Attempt:
        return Attempt(
            key=order.key,
            team_id=member.team_id,
            user_id=member.user_id,
            kind="book",
            state="started",
            request=_kept(order),
            started_at=self._clock(),
        )


def _kept(order: Order) -> Mapping[str, Any]:
    """What finding out needs, and no more: the order itself holds personal data."""
    request = order.request
    return {
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
