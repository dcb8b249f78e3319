"""See and change bookings that stand: lists, reschedule, cancel, confirm, decline, absences."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.bookings import Action, Booking, BookingPage, BookingQuery, Listing
from bot.domain.errors import AlreadyDone, Expired, NotOffered, NotSupported
from bot.domain.people import Reader, own_seats
from bot.domain.slots import Slot, SlotQuery
from bot.services.catalogue import Catalogue
from bot.services.ports import Scheduling, Seen
from bot.services.standing import Row, Standing


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of bookings; `total` where Cal.com told it. `everybody` says whose they are for a
    reader who has the choice (their own, or all of the account's), None for one who has not."""

    rows: tuple[Row, ...]
    has_more: bool
    total: int | None
    everybody: bool | None = None


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of a booking is meant: with `following` also the later ones of its series; with
    `seat` (what stands for it in Slack) a single seat of a class; else all of the one booking."""

    following: bool = False
    seat: str = ""


WHOLE = Extent()


class Managing:
    """The use cases on bookings of one account."""

    def __init__(
        self,
        scheduling: Scheduling,
        catalogue: Catalogue,
        standing: Standing,
        clock: Callable[[], datetime],
    ) -> None:
        self._scheduling = scheduling
        self._catalogue = catalogue
        self._standing = standing
        self._clock = clock

    async def listing(
        self, reader: Reader, query: BookingQuery, *, everybody: bool = False
    ) -> Rows:
        """The bookings a reader may see, one page, with references.

        The account's owner sees all that the account sees, an admin too if they ask for
        `everybody`'s; else Cal.com is asked for those with the reader's e-mail among the attendees.
        """
        choice = await self._has_choice(reader)
        everybody = everybody or not (choice or reader.email)
        page = await self._page(reader, query, everybody=everybody)
        rows = await self._standing.rows(reader, await self._standing.referred(page.bookings))
        return Rows(rows, page.has_more, page.total, everybody if choice else None)

    async def candidates(self, reader: Reader, action: Action, take: int = 100) -> Rows:
        """The coming (or, for absences, past) bookings the reader may do this to, their own
        before those they may change as an admin."""
        if action not in self._scheduling.abilities:
            raise NotSupported(f"{action} is not in this version of the API")
        listing = {
            Action.CONFIRM: Listing.UNCONFIRMED,
            Action.DECLINE: Listing.UNCONFIRMED,
            Action.MARK_ABSENT: Listing.PAST,
        }.get(action, Listing.UPCOMING)
        query = BookingQuery(listings=(listing,), take=take)
        found = await self.listing(reader, query, everybody=True)
        own = await self._own(reader, query) if found.has_more else ()
        rows = {row.seen.ref: row for row in (*own, *found.rows) if action in row.actions}
        first = sorted(rows.values(), key=lambda row: not row.booking.involves(reader.email))
        return Rows(tuple(first), found.has_more, None)

    async def row(self, reader: Reader, ref: str) -> Row:
        """One booking as it is now; raises `Expired` where it is none that this reader may see."""
        return await self._standing.visible(reader, ref)

    async def snapshot(self, reader: Reader, ref: str, action: Action) -> Row:
        """See `Standing.snapshot`."""
        return await self._standing.snapshot(reader, ref, action)

    async def made(self, reader: Reader, seen: Seen) -> Row:
        """A booking that this reader has just made."""
        return await self._standing.row(reader, seen)

    def at_hand(self, reader: Reader, ref: str, action: Action) -> Row | None:
        """See `Standing.at_hand`."""
        return self._standing.at_hand(reader, ref, action)

    async def times_for(self, row: Row, start: datetime, end: datetime) -> tuple[Slot, ...]:
        """Open times a booking could be moved to, its own time among them."""
        booking = row.seen.booking
        if booking.event_type_id is None:
            raise NotSupported("the event type is gone")
        length = int(booking.length / timedelta(minutes=1))
        several = row.event_type is not None and len(row.event_type.lengths) > 1
        return await self._scheduling.slots(
            SlotQuery(
                event_type_id=booking.event_type_id,
                start=start,
                end=end,
                length=length if several else None,
                moving_uid=row.seen.uid,
            )
        )

    async def reschedule(
        self, reader: Reader, ref: str, start: datetime, reason: str, extent: Extent = WHOLE
    ) -> tuple[Row, Row]:
        """Move a booking, or one seat of it; returns it as it was and as it is now.

        Pressed twice, the second finds it standing at `start` already and changes nothing.
        """
        row = await self._standing.checked(reader, ref, Action.RESCHEDULE, follow=True)
        if row.seen.booking.start == start:
            return row, row
        try:
            moved = await self._scheduling.reschedule(
                row.seen.uid,
                start,
                reason=reason,
                by_email=reader.email or None,
                seat_uid=_seat_uid(reader, row, extent),
            )
        except AlreadyDone as done:
            moved = await self._moved_there(done, start)
        return row, await self._standing.remembered(reader, row, moved)

    async def cancel(self, reader: Reader, ref: str, reason: str, extent: Extent = WHOLE) -> Row:
        """Cancel a booking, a seat of it, or with it the rest of its series; with the reason
        hosts must give."""
        row = await self._standing.checked(reader, ref, Action.CANCEL)
        if extent.following and row.seen.booking.recurring_uid is None:
            raise NotOffered("no series")
        cancelled = await self._scheduling.cancel(
            row.seen.uid,
            reason=reason,
            following=extent.following,
            seat_uid=_seat_uid(reader, row, extent),
        )
        return await self._standing.remembered(reader, row, cancelled)

    async def confirm(self, reader: Reader, ref: str) -> Row:
        row = await self._standing.checked(reader, ref, Action.CONFIRM)
        confirmed = await self._scheduling.confirm(row.seen.uid)
        return await self._standing.remembered(reader, row, confirmed)

    async def decline(self, reader: Reader, ref: str, reason: str) -> Row:
        row = await self._standing.checked(reader, ref, Action.DECLINE)
        declined = await self._scheduling.decline(row.seen.uid, reason=reason)
        return await self._standing.remembered(reader, row, declined)

    async def mark_absent(self, reader: Reader, ref: str, emails: Sequence[str]) -> Row:
        """Mark these attendees as not having come (the host by their own e-mail)."""
        row = await self._standing.checked(reader, ref, Action.MARK_ABSENT)
        booking = row.seen.booking
        host = any(booking.hosted_by(email) for email in emails)
        absent = {email: True for email in emails if not booking.hosted_by(email)}
        changed = await self._scheduling.mark_absent(
            row.seen.uid, host=True if host else None, attendees=absent or None
        )
        return await self._standing.remembered(reader, row, changed)

    async def _has_choice(self, reader: Reader) -> bool:
        """Whether "mine" and "everybody's" are two things for this reader."""
        return bool(reader.member.is_admin and reader.email) and not await self._is_owner(reader)

    async def _is_owner(self, reader: Reader) -> bool:
        account = await self._catalogue.me()
        return account.email.casefold() == reader.email.casefold()

    async def _page(self, reader: Reader, query: BookingQuery, *, everybody: bool) -> BookingPage:
        if everybody and reader.member.is_admin:
            return await self._scheduling.bookings(query)
        if not reader.email:
            return BookingPage(())
        if await self._is_owner(reader):
            return await self._scheduling.bookings(query)
        return await self._scheduling.bookings(_only_for(query, reader.email))

    async def _own(self, reader: Reader, query: BookingQuery) -> tuple[Row, ...]:
        """An admin's own bookings, which may be far behind everybody else's."""
        if not (reader.member.is_admin and reader.email):
            return ()
        page = await self._scheduling.bookings(_only_for(query, reader.email))
        return await self._standing.rows(reader, await self._standing.referred(page.bookings))

    async def _moved_there(self, done: AlreadyDone, start: datetime) -> Booking:
        """The booking that took the place, if it stands where it was to go; else raises."""
        if done.moved_to is None:
            raise done
        booking = await self._scheduling.booking(done.moved_to)
        if booking.start != start:
            raise done
        return booking


def _only_for(query: BookingQuery, email: str) -> BookingQuery:
    return replace(query, attendee_email=email)


def _seat_uid(reader: Reader, row: Row, extent: Extent) -> str | None:
    """The uid of the seat that is meant; a seat is claimed by what stands for it in Slack.

    Raises:
        Expired: It is no seat of this class, or none of this reader's.
        NotOffered: All of a class is meant, by somebody who does not host it.
    """
    booking = row.seen.booking
    if not extent.seat:
        if booking.is_seated and not row.is_host:
            raise NotOffered("a whole class is its host's to change")
        return None
    seats = own_seats(reader.member, booking, row.stake)
    seat_uid = next((a.seat_uid for a in seats if a.seat == extent.seat), None)
    if seat_uid is None:
        raise Expired
    return seat_uid
