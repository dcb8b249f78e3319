"""What the use cases need of the outside, as Protocols; adapters fit them structurally."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.bookings import (
    Action,
    Booking,
    BookingPage,
    BookingQuery,
    BookingRequest,
    CalendarLink,
    Feature,
    Guest,
    Recording,
)
from bot.domain.cards import Card, NoticeCard
from bot.domain.event_types import EventType
from bot.domain.people import Account, Member, Preferences
from bot.domain.records import (
    Attempt,
    Decision,
    Delivery,
    Draft,
    Posted,
    Received,
    Seen,
    Subject,
)
from bot.domain.rules import Place
from bot.domain.slots import Availability, Hold, Schedule, Slot, SlotQuery, Span

__all__ = [
    "Attempt",
    "Attempts",
    "Decision",
    "Delivery",
    "Directory",
    "Draft",
    "Drafts",
    "Inbox",
    "Outbox",
    "Places",
    "Posted",
    "PreferenceStore",
    "Received",
    "References",
    "Scheduling",
    "Seen",
    "Subject",
]


class Scheduling(Protocol):
    """Cal.com, as one credential sees it. Every method may raise `SchedulingError`s.

    Reads are retried within the adapter; writes are never sent twice. A write whose answer was
    lost and could not be found out raises `UnknownOutcome`.

    Whose event types are meant is said by an owner: None for one's own and those of one's teams,
    a user name, or `team/SLUG`.
    """

    @property
    def abilities(self) -> frozenset[Action]:
        """What this server can do to a booking, as far as is known by now."""
        ...

    @property
    def features(self) -> frozenset[Feature]:
        """What else this server can do, as far as is known by now."""
        ...

    async def me(self) -> Account: ...

    async def event_types(self, owner: str | None = None) -> tuple[EventType, ...]:
        """One's own (hidden ones included) and after them one's teams'; or the public ones of
        another user or a team ([] for nobody). Templates that cannot be booked are left out."""
        ...

    async def event_type(self, event_type_id: int) -> EventType: ...

    async def slots(self, query: SlotQuery) -> tuple[Slot, ...]:
        """Open starts in order, UTC; `query.also` is not looked at."""
        ...

    async def hold(self, event_type_id: int, start: datetime, *, length: int | None = None) -> Hold:
        """Reserve a time, so that it is not offered to others for a while.

        Raises:
            SlotTaken: It is booked, or somebody else holds it.
        """
        ...

    async def let_go(self, hold_uid: str) -> None:
        """Give a reserved time back; one that is gone already is no error."""
        ...

    async def availability(self, window: Span) -> Availability:
        """One's own busy spans and working hours in the window."""
        ...

    async def schedules(self) -> tuple[Schedule, ...]: ...

    async def bookings(self, query: BookingQuery) -> BookingPage: ...

    async def booking(self, uid: str) -> Booking: ...

    async def series(self, recurring_uid: str) -> tuple[Booking, ...]:
        """All occurrences of a series, by start, whatever became of them."""
        ...

    async def create(self, request: BookingRequest) -> tuple[Booking, ...]:
        """Book; returns the booking, of a series every occurrence by start. One that is asked for
        at once (`instant`) is pending until somebody of the team takes it."""
        ...

    async def find_attempt(self, key: str, near: BookingRequest) -> Booking | None:
        """The booking that an earlier `create` with this key made, if it did."""
        ...

    async def reschedule(
        self,
        uid: str,
        start: datetime,
        *,
        reason: str = "",
        by_email: str | None = None,
        seat_uid: str | None = None,
    ) -> Booking:
        """Move; returns the new booking, whose `rescheduled_from_uid` is `uid`.

        With `seat_uid` one seat moves to the class at that time, and the old one stands: then
        nothing is said to have taken its place.
        """
        ...

    async def cancel(
        self, uid: str, *, reason: str, following: bool = False, seat_uid: str | None = None
    ) -> Booking:
        """Cancel; with `following` all later ones of the series too, with `seat_uid` that seat
        alone (the booking that is returned then stands until its last seat is gone)."""
        ...

    async def confirm(self, uid: str) -> Booking:
        """Confirm; of a pending series all of it."""
        ...

    async def decline(self, uid: str, *, reason: str = "") -> Booking:
        """Decline; of a pending series all of it."""
        ...

    async def request_reschedule(self, uid: str, *, reason: str = "") -> Booking:
        """Cancel it and let Cal.com ask the attendee for another time."""
        ...

    async def reassign(self, uid: str, user_id: int | None = None, *, reason: str = "") -> Booking:
        """Give it to this host of the event type, or (None) to the next who is free; returns it
        as it is afterwards. A host who is named is taken even when busy.

        Raises:
            SlotTaken: Nobody else is free.
        """
        ...

    async def add_guests(self, uid: str, guests: Sequence[Guest]) -> Booking:
        """Invite more people, at most ten at once."""
        ...

    async def change_place(self, uid: str, location: Mapping[str, str]) -> Booking:
        """Put it elsewhere; `location` in the API's form (`{"type": ...}`)."""
        ...

    async def calendar_links(self, uid: str) -> tuple[CalendarLink, ...]: ...

    async def recordings(self, uid: str) -> tuple[Recording, ...]: ...

    async def mark_absent(
        self, uid: str, *, host: bool | None = None, attendees: Mapping[str, bool] | None = None
    ) -> Booking: ...

    async def find_username(self, email: str) -> str | None:
        """The user name of the Cal.com user with this e-mail, where the credential can see it
        (itself, or a member of one of its teams)."""
        ...


class Directory(Protocol):
    """The members of a Slack workspace."""

    async def member(self, team_id: str, user_id: str) -> Member: ...


class References(Protocol):
    """Opaque references to bookings: what stands in buttons and cards instead of a uid."""

    async def refer(
        self, account: str, bookings: Sequence[Booking], *, booked_by: str | None = None
    ) -> list[Seen]:
        """Remember the bookings (as they are now) and return their references, in order.

        A booking that took another's place (`rescheduled_from_uid`) keeps that one's reference.
        """
        ...

    async def seen(self, ref: str) -> Seen | None: ...


class Drafts(Protocol):
    async def save(self, draft: Draft) -> None: ...

    async def load(self, draft_id: str, team_id: str, user_id: str) -> Draft | None:
        """The draft, if it is this member's and still kept."""
        ...


class Attempts(Protocol):
    async def claim(self, attempt: Attempt) -> Attempt | None:
        """Insert it as `started`; None when it is ours now, else the one that was there.

        A `failed` one may be claimed again.
        """
        ...

    async def finish(self, key: str, state: str, uid: str | None = None) -> bool:
        """Note what came of it; False where that is known already."""
        ...

    async def unfinished(self, before: datetime) -> list[Attempt]:
        """Those still `started` that were started before `before`."""
        ...

    async def made_by(self, team_id: str, user_id: str, keys: Collection[str]) -> frozenset[str]:
        """Those of these keys whose attempts are this member's."""
        ...


class PreferenceStore(Protocol):
    async def preferences(self, team_id: str, user_id: str) -> Preferences: ...

    async def set_preferences(self, team_id: str, user_id: str, chosen: Preferences) -> None: ...


class Inbox(Protocol):
    """Verified webhooks, kept until what they say is decided."""

    async def accept(self, raw: bytes, received_at: datetime) -> bool:
        """Store the raw body once, in one insert; False when the very same body is there."""
        ...

    async def claim(self, now: datetime, lease_until: datetime) -> Received | None:
        """The oldest one that is due: waiting, put back until before `now`, or its lease over."""
        ...

    async def card(self, subject: Subject) -> Card | NoticeCard | None:
        """The card as it is now, to find out whether Cal.com must be asked first."""
        ...

    async def settle(
        self,
        received_id: int,
        subject: Subject,
        decide: Callable[[Card | NoticeCard | None], Decision],
    ) -> str:
        """Lock the subject's card, let `decide` turn it, and store card, references, deliveries
        and the end of the inbox row in one transaction. Returns the subject's ref."""
        ...

    async def ignore(self, received_id: int, why: str) -> None:
        """Keep the row, and say why nothing came of it."""
        ...

    async def put_back(self, received_id: int, error: str, retry_at: datetime | None) -> None:
        """Try again at `retry_at`; None sets it aside (kept, no longer tried)."""
        ...


class Outbox(Protocol):
    """Cards that places do not show yet as they are; one row per card and place."""

    async def show(self, ref: str, card: Card, place: Place) -> int:
        """Ask for a booking's card in one more place (again: no change); returns the row's id."""
        ...

    async def claim(
        self,
        now: datetime,
        lease_until: datetime,
        delivery_id: int | None = None,
        *,
        besides: Collection[Place] = (),
    ) -> Delivery | None:
        """The next one due whose delivered version is behind the card's (or the named one), in
        any place but these.

        Claiming a row without a ts notes `now` as the time from which a lost post is sought.
        """
        ...

    async def delivered(self, delivery: Delivery, posted: Posted) -> None:
        """Write back where it stands and which version it shows, and let go of the lease."""
        ...

    async def put_back(
        self, delivery: Delivery, error: str, retry_at: datetime | None, *, sent: bool
    ) -> None:
        """Try again at `retry_at`; None sets it aside. `sent` False means that Slack refused:
        nothing was posted, so nothing needs to be sought."""
        ...


class Places(Protocol):
    """Where cards are shown. Every method may raise `PlaceUnreachable` or `PlaceBusy`."""

    async def post(self, delivery: Delivery) -> Posted: ...

    async def edit(self, delivery: Delivery) -> Posted: ...

    async def find(self, delivery: Delivery) -> Posted | None:
        """The message of this delivery, where an earlier try posted it."""
        ...
