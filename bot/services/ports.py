"""What the use cases need of the outside, as Protocols; adapters fit them structurally."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

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
from bot.domain.cards import Card, Phase, Shown
from bot.domain.channels import Channel, UserGroup
from bot.domain.event_types import EventType
from bot.domain.events import Subscription
from bot.domain.people import Account, Member, Preferences
from bot.domain.records import (
    OWN,
    Attempt,
    Closed,
    Decision,
    Delivery,
    Demand,
    Draft,
    Owner,
    Posted,
    Received,
    Registration,
    Seen,
    Sighting,
    Subject,
    Turn,
    Undelivered,
    Waiting,
)
from bot.domain.rules import Look, Pause, Place, Rule, Showing
from bot.domain.slots import Availability, Hold, Schedule, Slot, SlotQuery, Span

__all__ = [
    "Attempt",
    "Attempts",
    "Cards",
    "Channels",
    "Closed",
    "Decision",
    "Delivery",
    "Demand",
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
    "Registration",
    "Registrations",
    "Rules",
    "Samples",
    "Scheduling",
    "Seen",
    "Sighting",
    "Subject",
    "Turn",
    "Turns",
    "Undelivered",
    "Waiting",
    "Webhooks",
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


class Webhooks(Protocol):
    """The webhooks at Cal.com that a credential may see to. Every method may raise
    `SchedulingError`s: `NotAllowed`, `NotFound` or `NotSupported` where an owner's are not its to
    keep."""

    async def team_event_types(self) -> tuple[EventType, ...]:
        """Those of one's teams, templates included: a template's webhook hears of the bookings of
        what was made of it for each host. A team that cannot be read is left out."""
        ...

    async def webhooks(self, owner: Owner = OWN) -> tuple[Subscription, ...]: ...

    async def create_webhook(
        self, url: str, triggers: Iterable[str], *, secret: str, owner: Owner = OWN
    ) -> Subscription:
        """Let everything that the triggers name be sent to this address.

        Raises:
            AlreadyDone: The owner has one with this address.
            InvalidAnswer: Cal.com does not send there (`subscriberUrl`), or does not know one of
                the `triggers`: `allowed` are those that it knows, where it tells.
        """
        ...

    async def change_webhook(self, changed: Subscription, *, owner: Owner = OWN) -> Subscription:
        """Bring the one with this id to this state; a secret of None is left alone.

        Raises:
            InvalidAnswer: As `create_webhook` does.
        """
        ...

    async def delete_webhook(self, webhook_id: str, *, owner: Owner = OWN) -> None:
        """End it; that it is not there (any more) is fine."""
        ...


class Directory(Protocol):
    """The members of a Slack workspace."""

    async def member(self, team_id: str, user_id: str) -> Member: ...


class Channels(Protocol):
    """The channels and user groups of a Slack workspace."""

    async def channel(self, team_id: str, channel_id: str) -> Channel | None:
        """None where there is no such channel, or none that the bot is shown.

        Raises:
            Unclear: The app may not look; says what it needs.
        """
        ...

    async def has_member(self, team_id: str, channel_id: str, user_id: str) -> bool: ...

    async def groups(self, team_id: str) -> Sequence[UserGroup] | None:
        """Those that can be mentioned; None where the app may not look."""
        ...


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
    """Verified webhooks, and sightings, kept until what they say is decided."""

    async def accept(self, raw: bytes, received_at: datetime, account: str = "house") -> bool:
        """Store the raw body once, in one insert; False when the very same body is there."""
        ...

    async def sight(self, account: str, sightings: Sequence[Sighting]) -> int:
        """Store what was seen, to take the same way; returns how many are new."""
        ...

    async def claim(self, now: datetime, lease_until: datetime) -> Received | None:
        """The oldest one that is due: waiting, put back until before `now`, or its lease over."""
        ...

    async def card(self, subject: Subject) -> Shown | None:
        """The card as it is now, to find out whether Cal.com must be asked first."""
        ...

    async def cards(self, account: str, uids: Collection[str]) -> Mapping[str, Card]:
        """The cards that these uids lead to, by uid; without those that lead to none."""
        ...

    async def settle(
        self, received: Received, subject: Subject, decide: Callable[[Shown | None], Decision]
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

    async def waiting(self) -> Waiting:
        """How much waits, the oldest by when it came."""
        ...

    def trace(self, raw: bytes, account: str = "house") -> str:
        """The word that names this body in every line of the log."""
        ...


class Outbox(Protocol):
    """Messages that places do not show yet as they should: of a card one row per place, and one
    for each note in its thread and each reminder."""

    async def show(self, ref: str, card: Card, place: Place) -> int:
        """Ask for a booking's card in one more place (again: no change); returns the row's id."""
        ...

    async def tell(self, key: str, shown: Shown, showings: Sequence[Showing]) -> None:
        """Post something that is about no booking, under a key that lets it be said once."""
        ...

    async def remind(self, ref: str, key: str, showings: Sequence[Showing]) -> None:
        """Post a reminder of the booking; one with the same key in the same place is left."""
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
        any place but these. A note waits until its card has been posted.

        Claiming a row without a ts notes `now` as the time from which a lost post is sought.
        """
        ...

    async def delivered(self, delivery: Delivery, posted: Posted | None) -> None:
        """Write back where it stands and which version it shows, and let go of the lease; None
        where there was no reason any more to post it."""
        ...

    async def put_back(
        self,
        delivery: Delivery,
        error: str,
        retry_at: datetime | None,
        *,
        sent: bool,
        known: bool = True,
    ) -> None:
        """Try again at `retry_at`; None sets it aside. `sent` False means that Slack refused:
        nothing was posted, so nothing needs to be sought. One that is not `known` counts among
        the delivery's `failures`."""
        ...

    async def settled_in(self, place: Place, channel: str) -> None:
        """Slack has told which channel `#name` is: from now on the place is known by its id, in
        rules as in rows."""
        ...

    async def aside(self, place: Place, *, take: int = 50, skip: int = 0) -> Sequence[Undelivered]:
        """What waits there to be replayed, the oldest first."""
        ...

    async def closed(
        self,
        team_id: str,
        *,
        among: Collection[str] | None = None,
        take: int = 50,
        skip: int = 0,
    ) -> Sequence[Closed]:
        """The workspace's places (`among` these channels) for which something waits to be
        replayed, the longest first."""
        ...

    async def waiting(self, now: datetime) -> Waiting:
        """How much waits to be posted or edited, the oldest by when it was wanted."""
        ...

    async def delivered_since(self, since: datetime) -> int:
        """How many messages were posted or edited last since then."""
        ...

    async def replay(self, place: Place) -> int:
        """Let everything that waits for this place be tried again, now; returns how many."""
        ...


class Cards(Protocol):
    """The bookings that are known, by when they start."""

    async def starting(
        self,
        account: str,
        after: datetime,
        until: datetime,
        *,
        phases: Collection[Phase] = (),
        take: int = 200,
        beyond: tuple[datetime, str] | None = None,
    ) -> Sequence[tuple[str, Card]]:
        """Refs and cards with `after` <= start < `until`, by start and ref; with `beyond` (the
        start and ref of the last one that was given) the next ones."""
        ...


class Rules(Protocol):
    """The rules of all workspaces."""

    async def matching(self, account: str, keys: Collection[str]) -> Sequence[Rule]:
        """The rules that are found under one of these keys, in the order they were made."""
        ...

    async def at(self, place: Place) -> Sequence[Rule]: ...

    async def owned(self, team_id: str, user_id: str) -> Sequence[Rule]:
        """Those that this member made."""
        ...

    async def of_workspace(
        self, team_id: str, *, take: int = 100, skip: int = 0
    ) -> Sequence[Rule]: ...

    async def rule(self, rule_id: str) -> Rule | None: ...

    async def save(self, rule: Rule, *, digest_at: datetime | None = None) -> None:
        """Insert it, or replace the one with its id; `digest_at` is when its digest is due."""
        ...

    async def delete(self, rule_id: str) -> bool:
        """False where there is none (any more)."""
        ...

    async def hold(self, place: Place, pause: Pause) -> Sequence[Rule]:
        """Let the place's rules that are at work rest, as they are; returns those, as they are
        now (their `failures` counted up)."""
        ...

    async def resume(self, place: Place) -> int:
        """End the rest of those that `hold` let rest; returns how many."""
        ...

    async def demand(self, account: str) -> Demand | None:
        """What its rules ask for; None where it has none."""
        ...

    async def reminding(self, account: str) -> Sequence[Rule]:
        """Those of its rules that remind."""
        ...

    async def digests_due(self, now: datetime) -> Sequence[tuple[Rule, datetime]]:
        """Rules whose digest is due, with when it was, the longest due first; at most 100."""
        ...

    async def digest_at(self, rule_id: str, was: datetime, due: datetime | None) -> bool:
        """Move when the next digest is due; False where somebody has done so since `was`."""
        ...


class Registrations(Protocol):
    """The webhooks that we keep at Cal.com."""

    async def at_address(self, address: str) -> Registration | None: ...

    async def of_account(self, account: str) -> Sequence[Registration]: ...

    async def save(self, registration: Registration) -> None:
        """Insert it, or replace the one with its address."""
        ...

    async def delete(self, address: str) -> None: ...


class Turns(Protocol):
    """Recurring work that one process does at a time."""

    async def take(self, name: str, now: datetime, lease_until: datetime) -> Turn | None:
        """The turn, if it is due and nobody has it; one that was never taken is due."""
        ...

    async def end(self, turn: Turn, due_at: datetime, state: Mapping[str, Any]) -> None:
        """Give it back: it is due again then, and finds this state."""
        ...

    async def hasten(self, name: str, at: datetime) -> None:
        """Let it be due by `at`."""
        ...


class Places(Protocol):
    """Where messages are shown. Every method may raise `PlaceUnreachable` or `PlaceBusy`."""

    async def post(self, delivery: Delivery) -> Posted: ...

    async def edit(self, delivery: Delivery) -> Posted: ...

    async def find(self, delivery: Delivery) -> Posted | None:
        """The message of this delivery, where an earlier try posted it."""
        ...

    async def remove(self, delivery: Delivery) -> None:
        """Take the message back; that it is gone already is fine."""
        ...


class Samples(Protocol):
    """Where a rule can be tried. May raise `PlaceError`s."""

    async def sample(self, place: Place, look: Look) -> Posted:
        """Post a made-up booking as a rule with this look shows one, marked as a test."""
        ...
