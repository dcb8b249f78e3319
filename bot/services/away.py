"""Out of office: the days to come, and those who may say so."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from bot.domain.away import Away
from bot.domain.bookings import BookingQuery, Listing
from bot.domain.errors import Denied, NotFound, SchedulingError
from bot.domain.people import Member
from bot.services.availability import Lookup
from bot.services.hours import WHO, Hours
from bot.services.ports import Scheduling


class Absences:
    """The use cases of an account's days out of office; whoever may change its hours may use them.

    Every method raises `Denied` for others.
    """

    def __init__(
        self, scheduling: Scheduling, hours: Hours, lookup: Lookup, clock: Callable[[], datetime]
    ) -> None:
        self._scheduling = scheduling
        self._hours = hours
        self._lookup = lookup
        self._clock = clock

    async def to_come(self, member: Member) -> tuple[Away, ...]:
        """What is not over, the earliest first."""
        await self._check(member)
        today = self._clock().date()
        found = [each for each in await self._scheduling.away() if each.last >= today]
        return tuple(sorted(found, key=lambda each: each.first))

    async def add(self, member: Member, wanted: Away) -> tuple[Away, int | None]:
        """Add it; returns it, and how many bookings stand on these days (UTC's), which Cal.com
        leaves where they are; None where that cannot be told: it is added all the same."""
        await self._check(member)
        made = await self._scheduling.add_away(wanted)
        self._lookup.drop_slots()
        query = BookingQuery(
            listings=(Listing.UPCOMING,),
            after_start=datetime.combine(wanted.first, time(), UTC),
            before_end=datetime.combine(wanted.last + timedelta(days=1), time(), UTC),
        )
        try:
            found = await self._scheduling.bookings(query)
        except SchedulingError:
            return made, None
        return made, len(found.bookings)

    async def end(self, member: Member, away_id: int) -> None:
        """Take it back; raises `NotFound` where the account has none with this id."""
        if away_id not in {each.id for each in await self.to_come(member)}:
            raise NotFound("no such entry")
        await self._scheduling.end_away(away_id)
        self._lookup.drop_slots()

    async def _check(self, member: Member) -> None:
        if not await self._hours.may_keep(member):
            raise Denied(WHO)
