"""Bookings that stand: found by reference, read afresh, and checked against who may do what.

A reference, and everything else that comes back from Slack, is a claim: what a member may do to
a booking is worked out here from Cal.com's answer, at the moment of use.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.accounts import Holder
from bot.domain.bookings import Action, Attendee, Booking, Feature, possible_actions
from bot.domain.errors import (
    AlreadyDone,
    Denied,
    Expired,
    NotOffered,
    NotSupported,
    SchedulingError,
    StoreUnavailable,
)
from bot.domain.event_types import EventType
from bot.domain.people import Member, Reader
from bot.domain.policy import (
    NEEDS,
    NONE_BESIDES,
    Stake,
    Tie,
    actions_for,
    as_seen_by,
    check_may,
    has_whole,
    hosts,
    may_see,
    own_seats,
)
from bot.services.catalogue import Catalogue
from bot.services.ports import Attempts, References, Scheduling, Seen

MOST_AT_HAND = 5_000
TYPE_MATTERS = frozenset(
    {
        Action.RESCHEDULE,
        Action.REQUEST_RESCHEDULE,
        Action.HAND_OVER,
        Action.ADD_PEOPLE,
        Action.CHANGE_PLACE,
    }
)
"""What depends on the event type so much that Cal.com is asked for it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A booking as a reader may see it, with what they may do to it now.

    `event_type` is None where it is not known. `seats` are those of a class that are theirs to
    give back or to move; `is_host` says that they host it, or may act so. `stake` is what ties
    them to it besides their e-mail.
    """

    seen: Seen
    actions: frozenset[Action]
    event_type: EventType | None = None
    seats: tuple[Attendee, ...] = ()
    is_host: bool = False
    stake: Stake = NONE_BESIDES
    shown: Booking | None = field(default=None, repr=False)

    @property
    def booking(self) -> Booking:
        """With what is not this reader's to see left out."""
        return self.shown or self.seen.booking


class Standing:
    """The bookings of one account, and who may do what to them.

    Args:
        holder: Whose account it is, and the name under which references to its bookings are kept.
    """

    def __init__(  # its collaborators, one each
        self,
        holder: Holder,
        scheduling: Scheduling,
        catalogue: Catalogue,
        references: References,
        attempts: Attempts,
        clock: Callable[[], datetime],
    ) -> None:
        self.holder = holder
        self._scheduling = scheduling
        self._catalogue = catalogue
        self._references = references
        self._attempts = attempts
        self._clock = clock
        self._at_hand: dict[tuple[str, str, str], Row] = {}

    async def known(self, ref: str) -> Seen:
        """What a reference leads to, as it was last seen; raises `Expired`."""
        seen = await self._references.seen(ref)
        if seen is None or seen.account != self.holder.account:
            raise Expired
        return seen

    async def fresh(self, seen: Seen, *, follow: bool = False) -> Seen:
        """The booking as Cal.com has it now; with `follow`, the one that took its place."""
        booking = await self._scheduling.booking(seen.uid)
        if follow and booking.rescheduled_to_uid:
            booking = await self._scheduling.booking(booking.rescheduled_to_uid)
        (found,) = await self.referred([booking])
        return found

    async def referred(
        self, bookings: Sequence[Booking], *, booked_by: str | None = None
    ) -> list[Seen]:
        """The bookings with their references, remembered as they are; `booked_by` is the member
        who has just made them from Slack."""
        return await self._references.refer(self.holder.account, bookings, booked_by=booked_by)

    async def snapshot(self, reader: Reader, ref: str, action: Action) -> Row:
        """What was last seen of a booking, for a modal that is being filled in.

        It is checked with what is known; it is checked again, freshly read, when submitted.
        """
        self._check_able(action)
        seen = await self.known(ref)
        event_type, stake = await self._circumstances(reader, seen, action)
        return self._checked_row(reader, action, seen, event_type, stake)

    def at_hand(self, reader: Reader, ref: str, action: Action) -> Row | None:
        """As `snapshot`, but only from what was shown to this reader lately: nobody is asked."""
        row = self._at_hand.get((*_who(reader.member), ref))
        if row is None or action not in self._scheduling.abilities:
            return None
        try:
            return self._checked_row(reader, action, row.seen, row.event_type, row.stake)
        except (Denied, AlreadyDone, NotOffered):
            return None

    async def checked(
        self, reader: Reader, ref: str, action: Action, *, follow: bool = False
    ) -> Row:
        """The booking read afresh, once it is sure that the reader may do this to it now.

        Raises:
            Expired, NotSupported, Denied, NotOffered, AlreadyDone: They may not, or it cannot be.
        """
        self._check_able(action)
        seen = await self.fresh(await self.known(ref), follow=follow)
        event_type, stake = await self._circumstances(reader, seen, action)
        return self._checked_row(reader, action, seen, event_type, stake)

    async def open_to_all(self, reader: Reader, ref: str) -> Row:
        """The booking read afresh, whatever ties the reader to it; raises `AlreadyDone` where it
        is off, or over."""
        seen = await self.fresh(await self.known(ref))
        event_type, stake = await self._circumstances(reader, seen)
        if not possible_actions(seen.booking, self._clock()) or seen.booking.end <= self._clock():
            raise AlreadyDone(f"over: {seen.booking.status}")
        return self._row(reader, seen, event_type, stake)

    async def unread(self, ref: str) -> Row:
        """The booking read afresh with its event type, for no reader."""
        seen = await self.fresh(await self.known(ref))
        event_type = self._catalogue.known_type(seen.booking.event_type_id)
        return Row(seen, frozenset(), event_type or await self._type_of(seen.booking))

    async def visible(self, reader: Reader, ref: str) -> Row:
        """One booking as it is now, with all that can be found out about it.

        Raises:
            Expired: The reference leads nowhere, or to nothing this reader may see.
        """
        seen = await self.fresh(await self.known(ref))
        event_type, stake = await self._circumstances(reader, seen)
        if not may_see(reader.member, seen.booking, stake):
            raise Expired
        return self._row(reader, seen, event_type, stake)

    async def rows(self, reader: Reader, found: Sequence[Seen]) -> tuple[Row, ...]:
        """Bookings with what this reader may do to them, those they may not see left out;
        Cal.com is asked nothing."""
        taken = await self._seats_taken(reader.member, [seen.booking for seen in found])
        rows = []
        for seen in found:
            event_type = self._catalogue.known_type(seen.booking.event_type_id)
            username = self._catalogue.known_username(reader.email)
            stake = self._stake(reader, seen, event_type, username, taken)
            if may_see(reader.member, seen.booking, stake):
                rows.append(self._row(reader, seen, event_type, stake))
        return tuple(rows)

    async def row(self, reader: Reader, seen: Seen) -> Row:
        """The same for a booking that this reader has just made or changed."""
        taken = await self._seats_taken(reader.member, [seen.booking])
        event_type = self._catalogue.known_type(seen.booking.event_type_id)
        username = self._catalogue.known_username(reader.email)
        stake = self._stake(reader, seen, event_type, username, taken)
        return self._row(reader, seen, event_type, stake)

    async def remembered(self, reader: Reader, before: Row, booking: Booking) -> Row:
        """What was just changed; that it cannot be stored now does not undo it."""
        try:
            (seen,) = await self.referred([booking])
        except StoreUnavailable:
            seen = replace(before.seen, uid=booking.uid, booking=booking)
        return self._row(reader, seen, before.event_type, before.stake)

    async def _circumstances(
        self, reader: Reader, seen: Seen, action: Action | None = None
    ) -> tuple[EventType | None, Stake]:
        """The event type and the reader's stake; Cal.com is asked for what is not known yet, if
        it matters for the action (None: for anything)."""
        matters = action is None or action in TYPE_MATTERS
        whole = Stake(whole=has_whole(reader.member, self.holder))
        if action and NEEDS[action] is Tie.HOSTS and not hosts(reader.member, seen.booking, whole):
            matters = True  # they may be one of the hosts that a team's booking does not tell
        if action is Action.CANCEL and Feature.SEATS not in self._scheduling.features:
            matters = True  # there only the event type tells that it is a class
        event_type = self._catalogue.known_type(seen.booking.event_type_id)
        if event_type is None and matters:
            event_type = await self._type_of(seen.booking)
        username = await self._username(reader, event_type) if event_type else None
        taken = await self._seats_taken(reader.member, [seen.booking])
        return event_type, self._stake(reader, seen, event_type, username, taken)

    async def _type_of(self, booking: Booking) -> EventType | None:
        try:
            await self._catalogue.event_types()
        except SchedulingError:
            return None
        return self._catalogue.known_type(booking.event_type_id)

    async def _username(self, reader: Reader, event_type: EventType) -> str | None:
        """Only of a team's event types there are hosts that the booking does not tell."""
        if event_type.team is None or not reader.email:
            return None
        try:
            return await self._catalogue.username_of(reader.email)
        except SchedulingError:
            return None

    async def _seats_taken(self, member: Member, bookings: Sequence[Booking]) -> frozenset[str]:
        """The uids of the seats that this member took from Slack, for whomever."""
        keys = {a.key: a.seat_uid for b in bookings for a in b.attendees if a.key and a.seat_uid}
        if not keys:
            return frozenset()
        made = await self._attempts.made_by(member.team_id, member.user_id, keys.keys())
        return frozenset(keys[key] for key in made)

    def _checked_row(
        self,
        reader: Reader,
        action: Action,
        seen: Seen,
        event_type: EventType | None,
        stake: Stake,
    ) -> Row:
        check_may(reader.member, action, seen.booking, self._clock(), stake, event_type)
        return self._row(reader, seen, event_type, stake)

    def _row(self, reader: Reader, seen: Seen, event_type: EventType | None, stake: Stake) -> Row:
        member, booking = reader.member, seen.booking
        allowed = actions_for(member, booking, self._clock(), stake, event_type)
        row = Row(
            seen=seen,
            actions=allowed & self._scheduling.abilities,
            event_type=event_type,
            seats=own_seats(member, booking, stake),
            is_host=hosts(member, booking, stake),
            stake=stake,
            shown=as_seen_by(member, booking, stake, event_type),
        )
        key = (*_who(member), seen.ref)
        self._at_hand.pop(key, None)
        self._at_hand[key] = row
        if len(self._at_hand) > MOST_AT_HAND:
            del self._at_hand[next(iter(self._at_hand))]
        return row

    def _stake(
        self,
        reader: Reader,
        seen: Seen,
        event_type: EventType | None,
        username: str | None,
        taken: frozenset[str],
    ) -> Stake:
        co_hosts = {host.username for host in event_type.hosts} if event_type else set()
        return Stake(
            booked_it=seen.booked_by == reader.member.user_id,
            co_host=bool(username) and username in co_hosts and seen.booking.involves(reader.email),
            seats=taken & {a.seat_uid for a in seen.booking.attendees if a.seat_uid},
            whole=has_whole(reader.member, self.holder),
        )

    def _check_able(self, action: Action) -> None:
        if action not in self._scheduling.abilities:
            raise NotSupported(f"{action} is not in this version of the API")


def _who(member: Member) -> tuple[str, str]:
    return member.team_id, member.user_id
