"""See and change bookings that stand: lists, reschedule, cancel, confirm, decline, absences."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.bookings import (
    Action,
    Attendee,
    Booking,
    BookingQuery,
    Feature,
    Listing,
    Status,
)
from bot.domain.errors import (
    AlreadyDone,
    Denied,
    Expired,
    NotOffered,
    NotSupported,
    SchedulingError,
    SlotTaken,
)
from bot.domain.people import Reader
from bot.domain.policy import has_whole
from bot.domain.slots import Slot, SlotQuery
from bot.domain.wording import N_
from bot.services.briefing import LOOKED_AT, NOTHING, Earlier, guest_of
from bot.services.catalogue import Catalogue
from bot.services.listing import Listings
from bot.services.ports import Scheduling, Seen
from bot.services.standing import Row, Standing

LONGEST = timedelta(days=1)
"""How long before a meeting another may begin that still touches it."""
MOST_AT_ONCE = 250
WHO_MAY_CHANGE_A_CLASS = N_("the host and the admins of this workspace")


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


@dataclass(frozen=True, slots=True)
class Change:
    """A booking as it was and as it is now; `seat` is whose seat alone it was about."""

    before: Row
    after: Row
    seat: Attendee | None = None


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
        self._listings = Listings(scheduling, catalogue, standing.holder)
        self._standing = standing
        self._clock = clock

    @property
    def features(self) -> frozenset[Feature]:
        """What else this server can do, as far as is known by now."""
        return self._scheduling.features

    async def listing(
        self, reader: Reader, query: BookingQuery, *, everybody: bool = False
    ) -> Rows:
        """The bookings a reader may see, one page, with references; an admin's own, or if they ask
        for them `everybody`'s."""
        choice = await self._listings.has_choice(reader)
        everybody = everybody or not (choice or reader.email)
        page = await self._listings.page(reader, query, everybody=everybody)
        rows = await self._standing.rows(reader, await self._standing.referred(page.bookings))
        return Rows(rows, page.has_more, page.total, everybody if choice else None)

    async def earlier(self, reader: Reader, row: Row) -> Earlier | None:
        """What there was with the same guest before this booking, for who hosts it and as far as
        they may see it; None where Cal.com does not tell."""
        guest = guest_of(row, reader.email)
        if not guest:
            return NOTHING
        query = BookingQuery(
            listings=(Listing.PAST, Listing.CANCELLED),
            attendee_email=guest,
            before_end=min(row.booking.start, self._clock()),
            ascending=False,
            take=LOOKED_AT,
        )
        try:
            page = await self._scheduling.bookings(query)
        except SchedulingError:
            return None
        found = [each for each in page.bookings if each.uid != row.booking.uid]
        rows = await self._standing.rows(reader, await self._standing.referred(found))
        return Earlier.of(rows, guest, more=page.has_more)

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
        """See `Standing.snapshot`; what may be a class or a series and only a webhook has told is
        read: webhooks tell neither all the seats nor the series."""
        row = await self._standing.snapshot(reader, ref, action)
        if _is_told_in_part(row) and self.features & {Feature.SEATS, Feature.FOLLOWING}:
            row = await self._standing.checked(reader, ref, action)
        if action in {Action.CANCEL, Action.RESCHEDULE} and self._is_others_class(row):
            raise Denied(WHO_MAY_CHANGE_A_CLASS)
        return row

    async def made(self, reader: Reader, seen: Seen) -> Row:
        """A booking that this reader has just made."""
        return await self._standing.row(reader, seen)

    def at_hand(self, reader: Reader, ref: str, action: Action) -> Row | None:
        """See `Standing.at_hand`; None also where `snapshot` would look closer."""
        row = self._standing.at_hand(reader, ref, action)
        looks_closer = row and (_is_told_in_part(row) or self._is_others_class(row))
        return None if looks_closer else row

    async def times_for(self, row: Row, start: datetime, end: datetime) -> tuple[Slot, ...]:
        """Open times a booking could be moved to, its own time among them; for who only moves a
        seat, those of the class."""
        booking = row.seen.booking
        if booking.event_type_id is None:
            raise NotSupported("the event type is gone")
        length = int(booking.length / timedelta(minutes=1))
        several = row.event_type is not None and len(row.event_type.lengths) > 1
        only_seats = booking.is_seated and not row.is_host
        return await self._scheduling.slots(
            SlotQuery(
                event_type_id=booking.event_type_id,
                start=start,
                end=end,
                length=length if several else None,
                moving_uid=None if only_seats else row.seen.uid,
            )
        )

    async def reschedule(
        self, reader: Reader, ref: str, start: datetime, reason: str, extent: Extent = WHOLE
    ) -> Change:
        """Move a booking, or one seat of it.

        Pressed twice, the second finds it standing at `start` already and changes nothing.
        """
        row = await self._still(reader, ref, Action.RESCHEDULE)
        if row.seen.booking.start == start:
            return Change(row, row)
        seat = self._seat(row, extent)
        try:
            moved = await self._scheduling.reschedule(
                row.seen.uid,
                start,
                reason=reason,
                by_email=reader.email or None,
                seat_uid=seat.seat_uid if seat else None,
            )
        except AlreadyDone as done:
            moved = await self._moved_there(done, start)
        before = _holding(row, moved.seat_uid) if seat else row
        return Change(row, await self._standing.remembered(reader, before, moved), seat)

    async def cancel(self, reader: Reader, ref: str, reason: str, extent: Extent = WHOLE) -> Change:
        """Cancel a booking, a seat of it, or with it the rest of its series; with the reason
        hosts must give."""
        row = await self._still(reader, ref, Action.CANCEL)
        if extent.following and row.seen.booking.recurring_uid is None:
            raise NotOffered("no series")
        seat = self._seat(row, extent)
        cancelled = await self._scheduling.cancel(
            row.seen.uid,
            reason=reason,
            following=extent.following,
            seat_uid=seat.seat_uid if seat else None,
        )
        return Change(row, await self._standing.remembered(reader, row, cancelled), seat)

    async def confirm(self, reader: Reader, ref: str) -> Row:
        """Confirm, once it is sure that the host has nothing else at that time.

        Raises:
            SlotTaken: They have; Cal.com itself would confirm it all the same.
        """
        row = await self._standing.checked(reader, ref, Action.CONFIRM)
        await self._check_free(row.seen.booking)
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

    async def _own(self, reader: Reader, query: BookingQuery) -> tuple[Row, ...]:
        """An admin's own bookings, which may be far behind everybody else's."""
        if not (has_whole(reader.member, self._standing.holder) and reader.email):
            return ()
        page = await self._listings.own(reader, query)
        return await self._standing.rows(reader, await self._standing.referred(page.bookings))

    def _seat(self, row: Row, extent: Extent) -> Attendee | None:
        """The seat that is meant; it is claimed by what stands for it in Slack.

        Who hosts a class may mean all of it; others mean their seat, where they have only one.

        Raises:
            AlreadyDone, Expired: It is no seat of this class, or none of this reader's.
            Denied: All of a class is meant, by somebody who does not host it.
        """
        if extent.seat:
            seat = next((each for each in row.seats if each.seat == extent.seat), None)
            if seat is None:
                raise AlreadyDone("no such seat any more") if row.is_host else Expired
            return seat
        has_choice = row.seen.booking.is_seated and not row.is_host and len(row.seats) != 1
        if has_choice or self._is_others_class(row):
            raise Denied(WHO_MAY_CHANGE_A_CLASS)
        return row.seats[0] if row.seats and not row.is_host else None

    def _is_others_class(self, row: Row) -> bool:
        """Whether only its host could change it: there is no way to change a single seat."""
        is_class = row.seen.booking.is_seated or bool(row.event_type and row.event_type.seats)
        return is_class and not row.is_host and Feature.SEATS not in self.features

    async def _check_free(self, booking: Booking) -> None:
        """Look whether another agreed meeting of the host touches this one; of a pending series,
        which is confirmed as a whole, every time counts."""
        series = booking.recurring_uid
        first, end = (self._clock(), None) if series else (booking.start, booking.end + LONGEST)
        page = await self._scheduling.bookings(
            BookingQuery(
                after_start=first - LONGEST, before_end=end, ascending=True, take=MOST_AT_ONCE
            )
        )
        asked_for = [booking] + [
            each
            for each in page.bookings
            if series and each.recurring_uid == series and each.status is Status.PENDING
        ]
        for other in page.bookings:
            if other.status is Status.ACCEPTED and any(_collide(other, each) for each in asked_for):
                raise SlotTaken("the host has another meeting then")

    async def _still(self, reader: Reader, ref: str, action: Action) -> Row:
        """As `Standing.checked`, for a form that was filled in: who had a seat in the class then
        and has none now has given it back or moved it meanwhile."""
        known = await self._standing.known(ref)
        try:
            return await self._standing.checked(
                reader, ref, action, follow=action is Action.RESCHEDULE
            )
        except Denied:
            if known.booking.is_seated or known.booking.status is Status.CANCELLED:
                raise AlreadyDone("the seat is gone") from None
            raise

    async def _moved_there(self, done: AlreadyDone, start: datetime) -> Booking:
        """The booking that took the place, if it stands where it was to go; else raises."""
        if done.moved_to is None:
            raise done
        booking = await self._scheduling.booking(done.moved_to)
        if booking.start != start:
            raise done
        return booking


def _is_told_in_part(row: Row) -> bool:
    """Whether it may be a class or one of a series, and is only known from a webhook."""
    event_type, booking = row.event_type, row.seen.booking
    is_plain = event_type and not (event_type.seats or event_type.recurrence)
    return booking.updated_at is None and (booking.is_seated or not is_plain)


def _holding(row: Row, seat_uid: str | None) -> Row:
    """The row of somebody who has this seat now in place of another one."""
    seats = frozenset({seat_uid}) if seat_uid else frozenset[str]()
    return replace(row, stake=replace(row.stake, seats=seats))


def _collide(one: Booking, other: Booking) -> bool:
    """Whether two bookings are of one host, and at the same time for a while."""
    hosts = {host.email.casefold() for host in one.hosts}
    shared = any(host.email.casefold() in hosts for host in other.hosts)
    return shared and one.uid != other.uid and one.start < other.end and other.start < one.end
