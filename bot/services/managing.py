"""See and change bookings that stand: lists, details, reschedule, cancel, confirm, decline."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.bookings import Action, Booking, BookingPage, BookingQuery, Listing
from bot.domain.errors import (
    AlreadyDone,
    Denied,
    Expired,
    NotSupported,
    StoreUnavailable,
)
from bot.domain.people import Reader, actions_for, check_may, may_see
from bot.domain.slots import Slot, SlotQuery
from bot.services.availability import Catalogue
from bot.services.ports import References, Scheduling, Seen

MOST_AT_HAND = 1_000


@dataclass(frozen=True, slots=True)
class Row:
    """A booking as a reader may see it, with what they may do to it now."""

    seen: Seen
    actions: frozenset[Action]

    @property
    def booking(self) -> Booking:
        return self.seen.booking


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of bookings; `total` where Cal.com told it. `everybody` says whose they are for a
    reader who has the choice (their own, or all of the account's), None for one who has not."""

    rows: tuple[Row, ...]
    has_more: bool
    total: int | None
    everybody: bool | None = None


class Managing:
    """The use cases on bookings of one account."""

    def __init__(
        self,
        account: str,
        scheduling: Scheduling,
        catalogue: Catalogue,
        references: References,
        clock: Callable[[], datetime],
    ) -> None:
        self._account = account
        self._scheduling = scheduling
        self._catalogue = catalogue
        self._references = references
        self._clock = clock
        self._shown: dict[str, Seen] = {}

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
        visible = [b for b in page.bookings if may_see(reader.member, b)]
        seen = await self._references.refer(self._account, visible)
        rows = tuple(self.as_row(reader, one) for one in seen)
        return Rows(rows, page.has_more, page.total, everybody if choice else None)

    async def candidates(self, reader: Reader, action: Action, take: int = 100) -> Rows:
        """The coming (or, for absences, past) bookings the reader may do this to, their own
        before those they may change as an admin."""
        self._check_offered(action)
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
        """One booking as it is now.

        Raises:
            Expired: The reference leads nowhere, or to nothing this reader may see.
        """
        seen = await self._fresh(await self._known(ref))
        if not may_see(reader.member, seen.booking, booked_it=_booked_it(reader, seen)):
            raise Expired
        return self.as_row(reader, seen)

    async def snapshot(self, reader: Reader, ref: str, action: Action) -> Seen:
        """What was last seen of a booking, for a modal that is being filled in.

        It is checked with what is known; it is checked again, freshly read, when submitted.
        """
        self._check_offered(action)
        seen = await self._known(ref)
        self._check(reader, action, seen)
        return seen

    def at_hand(self, reader: Reader, ref: str, action: Action) -> Seen | None:
        """As `snapshot`, but only from what was shown here lately: nobody is asked."""
        seen = self._shown.get(ref)
        if seen is None or action not in self._scheduling.abilities:
            return None
        try:
            self._check(reader, action, seen)
        except (Denied, AlreadyDone):
            return None
        return seen

    async def times_for(self, seen: Seen, start: datetime, end: datetime) -> tuple[Slot, ...]:
        """Open times a booking could be moved to, its own time among them."""
        if seen.booking.event_type_id is None:
            raise NotSupported("the event type is gone")
        length = int(seen.booking.length / timedelta(minutes=1))
        types = await self._several_lengths(seen.booking.event_type_id)
        return await self._scheduling.slots(
            SlotQuery(
                event_type_id=seen.booking.event_type_id,
                start=start,
                end=end,
                length=length if types else None,
                moving_uid=seen.uid,
            )
        )

    async def reschedule(
        self, reader: Reader, ref: str, start: datetime, reason: str
    ) -> tuple[Seen, Row]:
        """Move a booking; returns it as it was and as it is now.

        Pressed twice, the second finds it standing at `start` already and changes nothing.
        """
        seen = await self._fresh(await self._known(ref), follow=True)
        self._check(reader, Action.RESCHEDULE, seen)
        if seen.booking.start == start:
            return seen, self.as_row(reader, seen)
        by_email = reader.email or None
        try:
            moved = await self._scheduling.reschedule(
                seen.uid, start, reason=reason, by_email=by_email
            )
        except AlreadyDone as done:
            moved = await self._moved_there(done, start)
        return seen, await self._remembered(reader, seen, moved)

    async def cancel(self, reader: Reader, ref: str, reason: str) -> Row:
        """Cancel a booking, with the reason hosts must give."""
        seen = await self._checked(reader, ref, Action.CANCEL)
        cancelled = await self._scheduling.cancel(seen.uid, reason=reason)
        return await self._remembered(reader, seen, cancelled)

    async def confirm(self, reader: Reader, ref: str) -> Row:
        seen = await self._checked(reader, ref, Action.CONFIRM)
        return await self._remembered(reader, seen, await self._scheduling.confirm(seen.uid))

    async def decline(self, reader: Reader, ref: str, reason: str) -> Row:
        seen = await self._checked(reader, ref, Action.DECLINE)
        declined = await self._scheduling.decline(seen.uid, reason=reason)
        return await self._remembered(reader, seen, declined)

    async def mark_absent(self, reader: Reader, ref: str, emails: Sequence[str]) -> Row:
        """Mark these attendees as not having come (the host by their own e-mail)."""
        seen = await self._checked(reader, ref, Action.MARK_ABSENT)
        host = any(seen.booking.hosted_by(email) for email in emails)
        absent = {email: True for email in emails if not seen.booking.hosted_by(email)}
        changed = await self._scheduling.mark_absent(
            seen.uid, host=True if host else None, attendees=absent or None
        )
        return await self._remembered(reader, seen, changed)

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
        seen = await self._references.refer(self._account, page.bookings)
        return tuple(self.as_row(reader, one) for one in seen)

    async def _known(self, ref: str) -> Seen:
        seen = await self._references.seen(ref)
        if seen is None or seen.account != self._account:
            raise Expired
        return seen

    async def _fresh(self, seen: Seen, *, follow: bool = False) -> Seen:
        """The booking as Cal.com has it now; with `follow`, the one that took its place."""
        booking = await self._scheduling.booking(seen.uid)
        if follow and booking.rescheduled_to_uid:
            booking = await self._scheduling.booking(booking.rescheduled_to_uid)
        (fresh,) = await self._references.refer(self._account, [booking])
        return fresh

    async def _moved_there(self, done: AlreadyDone, start: datetime) -> Booking:
        """The booking that took the place, if it stands where it was to go; else raises."""
        if done.moved_to is None:
            raise done
        booking = await self._scheduling.booking(done.moved_to)
        if booking.start != start:
            raise done
        return booking

    async def _checked(self, reader: Reader, ref: str, action: Action) -> Seen:
        self._check_offered(action)
        seen = await self._fresh(await self._known(ref))
        self._check(reader, action, seen)
        return seen

    async def _remembered(self, reader: Reader, before: Seen, booking: Booking) -> Row:
        """What was just changed; that it cannot be stored now does not undo it."""
        try:
            (seen,) = await self._references.refer(self._account, [booking])
        except StoreUnavailable:
            seen = replace(before, uid=booking.uid, booking=booking)
        return self.as_row(reader, seen)

    async def _several_lengths(self, event_type_id: int) -> bool:
        types = await self._catalogue.event_types()
        return any(t.id == event_type_id and len(t.lengths) > 1 for t in types)

    def as_row(self, reader: Reader, seen: Seen) -> Row:
        """A booking with what this reader may do to it now."""
        allowed = actions_for(
            reader.member, seen.booking, self._clock(), booked_it=_booked_it(reader, seen)
        )
        self._shown.pop(seen.ref, None)
        self._shown[seen.ref] = seen
        if len(self._shown) > MOST_AT_HAND:
            del self._shown[next(iter(self._shown))]
        return Row(seen, allowed & self._scheduling.abilities)

    def _check(self, reader: Reader, action: Action, seen: Seen) -> None:
        check_may(
            reader.member,
            action,
            seen.booking,
            self._clock(),
            booked_it=_booked_it(reader, seen),
        )

    def _check_offered(self, action: Action) -> None:
        if action not in self._scheduling.abilities:
            raise NotSupported(f"{action} is not in this version of the API")


def _booked_it(reader: Reader, seen: Seen) -> bool:
    return seen.booked_by == reader.member.user_id


def _only_for(query: BookingQuery, email: str) -> BookingQuery:
    return replace(query, attendee_email=email)
