"""Out of office: the days to come, who covers, and those who may say so."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.away import Away, Colleague
from bot.domain.bookings import BookingQuery, Listing
from bot.domain.errors import Denied, InvalidAnswer, NotFound, NotSupported, SchedulingError
from bot.domain.people import Account, Member, Reader
from bot.domain.policy import Deed, may
from bot.domain.wording import N_
from bot.services.availability import Lookup
from bot.services.catalogue import Catalogue
from bot.services.hours import WHO, Hours
from bot.services.ports import Scheduling

DAY = timedelta(days=1)
OVER = N_("These days are over.")
NO_COVER = N_("They cannot cover for you: none of your teams at Cal.com has them.")


@dataclass(frozen=True, slots=True)
class Saved:
    """An entry as Cal.com keeps it now, whose it is, and how many of their bookings stand on its
    days, which Cal.com leaves where they are; None where that cannot be told."""

    away: Away
    whose: Account
    standing: int | None


class Absences:
    """The use cases of an account's days out of office.

    Every method raises `Denied` for members to whom the account does not belong. What is over is
    decided by the reader's calendar.
    """

    def __init__(
        self,
        scheduling: Scheduling,
        catalogue: Catalogue,
        hours: Hours,
        lookup: Lookup,
        clock: Callable[[], datetime],
    ) -> None:
        self._scheduling = scheduling
        self._catalogue = catalogue
        self._hours = hours
        self._lookup = lookup
        self._clock = clock

    async def to_come(self, reader: Reader) -> tuple[Away, ...] | None:
        """What is not over, the earliest first; None where this Cal.com tells it nobody but on its
        own page."""
        await self._check(reader.member)
        try:
            found = await self._scheduling.away()
        except NotSupported:
            return None
        today = self._today(reader)
        coming = sorted((each for each in found if each.last >= today), key=lambda a: a.first)
        return await self._named(coming)

    async def colleagues(self, reader: Reader) -> tuple[Colleague, ...]:
        """Who could cover; nobody where that cannot be told."""
        await self._check(reader.member)
        return await self._colleagues()

    async def add(self, reader: Reader, wanted: Away) -> Saved:
        """Keep it.

        Raises:
            InvalidAnswer: It is over, or kept already, or the colleague cannot cover.
        """
        await self._check_possible(reader, wanted)
        account = await self._catalogue.me()
        return await self._saved(await self._scheduling.add_away(wanted), account)

    async def change(self, reader: Reader, away_id: int, wanted: Away) -> Saved | None:
        """Bring it to what is wanted; None where the account has none with this id (any more).
        Raises as `add`."""
        await self._check(reader.member)
        before, account = await self._entry(away_id), await self._catalogue.me()
        if before is None:
            return None
        await self._check_possible(reader, wanted, before)
        try:
            after = await self._scheduling.change_away(before, wanted)
        except NotFound:
            return None
        return await self._saved(after, account)

    async def end(self, reader: Reader, away_id: int) -> tuple[Away, Account] | None:
        """Take it back; returns it, and whose it was. None where the account has none with this id
        (any more)."""
        await self._check(reader.member)
        before, account = await self._entry(away_id), await self._catalogue.me()
        if before is None:
            return None
        await self._scheduling.end_away(away_id)
        self._lookup.drop_slots()
        return before, account

    async def _entry(self, away_id: int) -> Away | None:
        found = await self._scheduling.away()
        return next((each for each in found if each.id == away_id), None)

    async def _check_possible(
        self, reader: Reader, wanted: Away, before: Away | None = None
    ) -> None:
        """Raises as `add`; who has covered before may go on."""
        await self._check(reader.member)
        if wanted.last < self._today(reader):
            raise InvalidAnswer("end", OVER)
        if wanted.cover_id in {None, before.cover_id if before else None}:
            return
        if wanted.cover_id not in {each.id for each in await self._colleagues()}:
            raise InvalidAnswer("toUserId", NO_COVER)

    async def _saved(self, kept: Away, account: Account) -> Saved:
        self._lookup.drop_slots()
        (named,) = await self._named([kept])
        try:
            standing = await self._standing(kept, account)
        except SchedulingError:
            standing = None
        return Saved(named, account, standing)

    async def _standing(self, kept: Away, account: Account) -> int:
        """The account's own bookings on these days, as they are in the zone of its hours."""
        query = BookingQuery(
            listings=(Listing.UPCOMING,),
            after_start=datetime.combine(kept.first - DAY, time(), ZoneInfo("UTC")),
            before_end=datetime.combine(kept.last + 2 * DAY, time(), ZoneInfo("UTC")),
            take=250,
        )
        page, schedules = await asyncio.gather(
            self._scheduling.bookings(query), self._scheduling.schedules()
        )
        zones = [each.time_zone for each in schedules if each.is_default]
        zone = ZoneInfo(zones[0] if zones else account.time_zone)
        start = datetime.combine(kept.first, time(), zone)
        end = datetime.combine(kept.last + DAY, time(), zone)
        return sum(
            booking.start < end and start < booking.end and booking.involves(account.email)
            for booking in page.bookings
        )

    async def _named(self, found: Iterable[Away]) -> tuple[Away, ...]:
        """With the names of those who cover, which are looked up only where somebody does."""
        kept = tuple(found)
        if not any(each.cover for each in kept):
            return kept
        known = {colleague.id: colleague for colleague in await self._colleagues()}
        return tuple(
            replace(each, cover=known.get(each.cover.id, each.cover)) if each.cover else each
            for each in kept
        )

    async def _colleagues(self) -> tuple[Colleague, ...]:
        try:
            return await self._catalogue.colleagues()
        except SchedulingError:
            return ()

    def _today(self, reader: Reader) -> date:
        return self._clock().astimezone(ZoneInfo(reader.time_zone)).date()

    async def _check(self, member: Member) -> None:
        if not (may(member, Deed.BE_AWAY) and await self._hours.owns(member)):
            raise Denied(WHO)
