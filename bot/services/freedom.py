"""Whether the hosts of a team are free at the time of a booking, as far as can be found out.

Cal.com tells nobody's calendar but one's own. What can be asked is when others could be booked:
the open times of their own public event types; and the bookings that the account sees.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.bookings import Booking, BookingQuery, Status
from bot.domain.errors import SchedulingError
from bot.domain.event_types import EventType, TeamHost
from bot.domain.slots import Slot, SlotQuery, Span, merge
from bot.services.catalogue import Catalogue
from bot.services.ports import Scheduling

MOST_LOOKED_AT = 8
"""So many hosts' open times are asked for; of the rest only bookings can tell."""
AROUND = timedelta(days=1)


class Freedom(StrEnum):
    FREE = "free"
    BUSY = "busy"
    UNKNOWN = "unknown"


class Freedoms:
    """Looks at the times of hosts."""

    def __init__(
        self, scheduling: Scheduling, catalogue: Catalogue, clock: Callable[[], datetime]
    ) -> None:
        self._scheduling = scheduling
        self._catalogue = catalogue
        self._clock = clock

    async def of(self, hosts: Sequence[TeamHost], booking: Booking) -> tuple[Freedom, ...]:
        """For each host, in order; what cannot be asked leaves it unknown."""
        around, told = await asyncio.gather(
            self._bookings_around(booking),
            asyncio.gather(*(self._by_slots(host, booking) for host in hosts[:MOST_LOOKED_AT])),
        )
        told += [Freedom.UNKNOWN] * (len(hosts) - len(told))
        return tuple(
            Freedom.BUSY if _takes_part(host, booking, around) else freedom
            for host, freedom in zip(hosts, told, strict=True)
        )

    async def _bookings_around(self, booking: Booking) -> tuple[Booking, ...]:
        query = BookingQuery(
            after_start=booking.start - AROUND,
            before_end=booking.end + AROUND,
            ascending=True,
            take=250,
        )
        try:
            return (await self._scheduling.bookings(query)).bookings
        except SchedulingError:
            return ()

    async def _by_slots(self, host: TeamHost, booking: Booking) -> Freedom:
        """What the open times of the host's own event types say."""
        if not host.username:
            return Freedom.UNKNOWN
        try:
            event_type = self._telling(await self._catalogue.event_types(host.username), booking)
            if event_type is None:
                return Freedom.UNKNOWN
            slots = await self._scheduling.slots(
                SlotQuery(
                    event_type_id=event_type.id,
                    start=booking.start - AROUND,
                    end=booking.end + AROUND,
                    length=_shortest(event_type) if len(event_type.lengths) > 1 else None,
                )
            )
        except SchedulingError:
            return Freedom.UNKNOWN
        return _read(slots, timedelta(minutes=_shortest(event_type)), booking)

    def _telling(self, event_types: Iterable[EventType], booking: Booking) -> EventType | None:
        """The one with the finest grid that could still be booked at that time.

        One with seats is open while its host sits in it.
        """
        ahead = booking.start - self._clock()
        usable = (t for t in event_types if not t.seats and timedelta(minutes=t.notice) < ahead)
        return min(usable, key=_shortest, default=None)


def _shortest(event_type: EventType) -> int:
    return min(event_type.lengths, default=event_type.length)


def _read(slots: Sequence[Slot], length: timedelta, booking: Booking) -> Freedom:
    """Free where open times cover all of it. That they do not means busy, unless nothing is open
    for days, or the slots are so long that something beside the booking may be in their way."""
    if not slots:
        return Freedom.UNKNOWN
    open_times = merge(Span(slot.start, slot.start + length) for slot in slots)
    if any(span.start <= booking.start and booking.end <= span.end for span in open_times):
        return Freedom.FREE
    return Freedom.BUSY if length <= booking.length else Freedom.UNKNOWN


def _takes_part(host: TeamHost, booking: Booking, around: Sequence[Booking]) -> bool:
    """Whether the host hosts or attends another of these bookings at the time of this one."""
    told = [other_host for other in around for other_host in other.hosts]
    emails = {each.email for each in told if each.id == host.id}
    return any(
        any(each.id == host.id for each in other.hosts) or any(map(other.involves, emails))
        for other in around
        if other.uid != booking.uid
        and other.status is Status.ACCEPTED
        and other.start < booking.end
        and booking.start < other.end
    )
