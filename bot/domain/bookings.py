"""Bookings as Cal.com keeps them, and what may be done with them in which state."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit


class Status(StrEnum):
    """A booking's status, in the API's lower case (webhooks send upper case)."""

    ACCEPTED = "accepted"
    PENDING = "pending"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


class Listing(StrEnum):
    """The lists a person can ask for; the values are the API's `status` filter.

    `upcoming` includes what is going on now and what waits for confirmation; `past` leaves out
    cancelled and rejected ones; `cancelled` includes rejected ones.
    """

    UPCOMING = "upcoming"
    UNCONFIRMED = "unconfirmed"
    RECURRING = "recurring"
    PAST = "past"
    CANCELLED = "cancelled"


class Action(StrEnum):
    """What can be done to a booking, once it stands."""

    RESCHEDULE = "reschedule"
    CANCEL = "cancel"
    CONFIRM = "confirm"
    DECLINE = "decline"
    MARK_ABSENT = "mark_absent"


@dataclass(frozen=True, slots=True)
class Host:
    """Who holds the meeting. `id` is None when the user is gone ("unknown")."""

    name: str
    email: str
    id: int | None = None
    username: str | None = None
    time_zone: str | None = None


@dataclass(frozen=True, slots=True)
class Attendee:
    """Who comes. `time_zone` is an IANA name, `language` a code such as `en`."""

    name: str
    email: str
    time_zone: str = "UTC"
    language: str = "en"
    phone: str | None = None
    absent: bool = False
    seat_uid: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Booking:
    """One booking, or one occurrence of a series.

    `uid` is a capability: whoever has it can cancel. It is kept out of `repr`, and never leaves
    for Slack. A rescheduled booking is a new one with a new uid; the old one is cancelled and
    says `rescheduled_to_uid`.
    """

    uid: str = field(repr=False)
    title: str
    status: Status
    start: datetime
    end: datetime
    id: int | None = None
    description: str = ""
    hosts: tuple[Host, ...] = ()
    attendees: tuple[Attendee, ...] = ()
    guests: tuple[str, ...] = ()
    event_type_id: int | None = None
    event_type_slug: str | None = None
    location: str = ""
    cancellation_reason: str = ""
    rescheduling_reason: str = ""
    rescheduled_from_uid: str | None = field(default=None, repr=False)
    rescheduled_to_uid: str | None = field(default=None, repr=False)
    recurring_uid: str | None = field(default=None, repr=False)
    seat_uid: str | None = field(default=None, repr=False)
    absent_host: bool = False
    answers: Mapping[str, Any] = field(default_factory=dict, repr=False)
    metadata: Mapping[str, str] = field(default_factory=dict, repr=False)
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    @property
    def join_url(self) -> str | None:
        """The link to join by, where the place is an http(s) address."""
        parts = urlsplit(self.location) if self.location.startswith(("https:", "http:")) else None
        return self.location if parts and parts.netloc else None

    def involves(self, email: str) -> bool:
        """Whether the address is a host's, an attendee's or a guest's (in any case of letters)."""
        wanted = email.casefold()
        return bool(wanted) and wanted in {
            *(host.email.casefold() for host in self.hosts),
            *(attendee.email.casefold() for attendee in self.attendees),
            *(guest.casefold() for guest in self.guests),
        }

    def hosted_by(self, email: str) -> bool:
        """Whether the address is a host's."""
        return bool(email) and email.casefold() in {h.email.casefold() for h in self.hosts}


def possible_actions(booking: Booking, now: datetime) -> frozenset[Action]:
    """What the booking's state allows at `now`, whoever asks.

    A pending one can be confirmed, declined, moved or cancelled; one that has not ended can be
    moved or cancelled; absence can be marked only after the start.
    """
    if booking.status in {Status.CANCELLED, Status.REJECTED}:
        return frozenset()
    actions: set[Action] = set()
    if booking.end > now:
        actions |= {Action.RESCHEDULE, Action.CANCEL}
        if booking.status is Status.PENDING:
            actions |= {Action.CONFIRM, Action.DECLINE}
    if booking.status is Status.ACCEPTED and booking.start <= now:
        actions.add(Action.MARK_ABSENT)
    return frozenset(actions)


@dataclass(frozen=True, slots=True)
class BookingRequest:
    """Everything a new booking needs.

    `key` is our own id for the attempt: it goes into the booking's metadata, so that a create
    whose answer was lost can be looked up before anything is sent again. `start` is UTC;
    `length` is in minutes and only for event types with several.
    """

    key: str
    event_type_id: int
    start: datetime
    attendee: Attendee
    length: int | None = None
    guests: tuple[str, ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    location: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class BookingQuery:
    """A list of bookings: which, in which window, and which page.

    `listings` empty means every status. `skip` and `take` count bookings; `take` is 1 to 250.
    Without `ascending` the order is the listing's own: past and cancelled newest first.
    """

    listings: tuple[Listing, ...] = ()
    attendee_email: str | None = None
    event_type_id: int | None = None
    after_start: datetime | None = None
    before_end: datetime | None = None
    after_created: datetime | None = None
    after_updated: datetime | None = None
    ascending: bool | None = None
    take: int = 100
    skip: int = 0


@dataclass(frozen=True, slots=True)
class BookingPage:
    """One page; `total` is None where the server does not tell."""

    bookings: tuple[Booking, ...]
    has_more: bool = False
    total: int | None = None
