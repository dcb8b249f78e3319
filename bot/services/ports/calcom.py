"""What the use cases need of Cal.com."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.accounts import Credential
from bot.domain.away import Away, Colleague
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
from bot.domain.event_types import EventType
from bot.domain.events import Subscription
from bot.domain.people import Account
from bot.domain.records import (
    OWN,
    Owner,
)
from bot.domain.slots import Availability, Hold, Schedule, Slot, SlotQuery, Span


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

    async def hold(
        self,
        event_type_id: int,
        start: datetime,
        *,
        length: int | None = None,
        minutes: int | None = None,
    ) -> Hold:
        """Reserve a time, so that it is not offered to others for a while: for so many `minutes`
        where the server lets us say so, else for as long as it does by itself.

        Raises:
            SlotTaken: It is booked, or somebody else holds it.
        """
        ...

    async def prolong(
        self,
        hold: Hold,
        event_type_id: int,
        *,
        length: int | None = None,
        minutes: int | None = None,
    ) -> Hold:
        """Keep what is reserved for longer, as `hold` does from now on.

        Raises:
            NotFound: It is reserved no more.
        """
        ...

    async def let_go(self, hold_uid: str) -> None:
        """Give a reserved time back; one that is gone already is no error."""
        ...

    async def availability(self, window: Span) -> Availability:
        """One's own busy spans and working hours in the window."""
        ...

    async def schedules(self) -> tuple[Schedule, ...]: ...

    async def change_schedule(self, changed: Schedule) -> Schedule:
        """Bring the one with this id to these hours, this zone and these overrides; its name
        and whether it is the default stay."""
        ...

    async def away(self) -> tuple[Away, ...]:
        """One's own days out of office."""
        ...

    async def add_away(self, wanted: Away) -> Away:
        """Keep it.

        Raises:
            InvalidAnswer: There is one of just these days (`start`), or the colleague cannot
                cover (`toUserId`).
        """
        ...

    async def change_away(self, before: Away, wanted: Away) -> Away:
        """Bring the one that is `before` to what is wanted of it.

        Raises:
            NotFound: It is gone.
        """
        ...

    async def end_away(self, away_id: int) -> None:
        """Take it back; one that is gone already is no error."""
        ...

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

    async def colleagues(self) -> tuple[Colleague, ...]:
        """Who is in one's teams, oneself included, as far as the credential may see members."""
        ...

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


class Client(Scheduling, Webhooks, Protocol):
    """All that a credential can be used for."""


class Authorizing(Protocol):
    """How a member lets us act for them at Cal.com, by OAuth 2 with PKCE."""

    def authorize_url(self, state: str, challenge: str) -> str:
        """Where the member is asked; `challenge` is the verifier's SHA-256 in URL-safe base64."""
        ...

    async def exchange(self, code: str, verifier: str) -> Credential:
        """What the code that came back stands for.

        Raises:
            NotAuthorised: It stands for nothing (any more), or not for us.
            Unavailable: Cal.com does not answer.
        """
        ...

    async def refresh(self, credential: Credential) -> Credential:
        """The next one.

        Raises:
            NotAuthorised: There is none: the member has to connect again.
            Unavailable: Cal.com does not answer.
        """
        ...
