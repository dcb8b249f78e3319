"""Whose bookings a list shows, and how Cal.com is asked for them.

Cal.com filters by attendee. What the account's owner and admins see needs no filter; everybody
else is asked for by e-mail; and for who hosts event types of a team, those are asked for as well:
a host is no attendee.
"""

import asyncio
from dataclasses import replace

from bot.domain.accounts import Holder
from bot.domain.bookings import BookingPage, BookingQuery, Listing
from bot.domain.errors import SchedulingError
from bot.domain.people import Reader
from bot.domain.policy import has_whole
from bot.services.catalogue import Catalogue
from bot.services.ports import Scheduling

MOST = 250
"""Bookings in one answer of Cal.com's: a host's list goes as far as one answer does."""
NEWEST_FIRST = frozenset({Listing.PAST, Listing.CANCELLED})


class Listings:
    """Pages of bookings, as far as Cal.com can tell whose they are; the rest is policy's."""

    def __init__(self, scheduling: Scheduling, catalogue: Catalogue, holder: Holder) -> None:
        self._scheduling = scheduling
        self._holder = holder
        self._catalogue = catalogue

    async def has_choice(self, reader: Reader) -> bool:
        """Whether "mine" and "everybody's" are two things for this reader."""
        whole = has_whole(reader.member, self._holder)
        return whole and bool(reader.email) and not await self._is_owner(reader)

    async def page(self, reader: Reader, query: BookingQuery, *, everybody: bool) -> BookingPage:
        """The account's bookings for its owner, and for an admin who asks for everybody's; else
        the reader's own."""
        if await self._is_owner(reader):
            return await self._scheduling.bookings(query)
        if everybody and has_whole(reader.member, self._holder):
            return await self._scheduling.bookings(query)
        if not reader.email:
            return BookingPage(())
        return await self.own(reader, query)

    async def own(self, reader: Reader, query: BookingQuery) -> BookingPage:
        """Those in which the reader is an attendee, or hosts a team's."""
        attended = replace(query, attendee_email=reader.email)
        hosted = await self._hosted_types(reader)
        if not hosted:
            return await self._scheduling.bookings(attended)
        wanted = [replace(attended, skip=0, take=MOST)]
        wanted.append(replace(query, event_type_ids=hosted, skip=0, take=MOST))
        pages = await asyncio.gather(*map(self._scheduling.bookings, wanted))
        found = {
            booking.uid: booking
            for page in pages
            for booking in page.bookings
            if booking.involves(reader.email)
        }
        backwards = bool(query.listings) and NEWEST_FIRST.issuperset(query.listings)
        backwards = backwards if query.ascending is None else not query.ascending
        ordered = sorted(found.values(), key=lambda booking: booking.start, reverse=backwards)
        shown = ordered[query.skip : query.skip + query.take]
        return BookingPage(tuple(shown), len(ordered) > query.skip + len(shown), len(ordered))

    async def _hosted_types(self, reader: Reader) -> tuple[int, ...]:
        """The event types of teams that the reader hosts; none where that cannot be told."""
        teams = [each for each in self._catalogue.known_event_types() or () if each.team]
        if not teams:
            return ()
        try:
            username = await self._catalogue.username_of(reader.email)
        except SchedulingError:
            return ()
        return tuple(
            each.id for each in teams if username and username in {h.username for h in each.hosts}
        )

    async def _is_owner(self, reader: Reader) -> bool:
        if not self._holder.is_house:
            return self._holder.is_own(reader.member)
        if not reader.email:
            return False
        account = await self._catalogue.me()
        return account.email.casefold() == reader.email.casefold()
