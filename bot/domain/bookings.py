"""Bookings as Cal.com keeps them, and what may be done with them in which state."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from bot.domain.event_types import Assignment, EventType


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
    """What can be done to a booking, once it stands; the last two only look."""

    RESCHEDULE = "reschedule"
    CANCEL = "cancel"
    CONFIRM = "confirm"
    DECLINE = "decline"
    MARK_ABSENT = "mark_absent"
    REQUEST_RESCHEDULE = "request_reschedule"
    HAND_OVER = "hand_over"
    ADD_PEOPLE = "add_people"
    CHANGE_PLACE = "change_place"
    CALENDAR_LINKS = "calendar_links"
    RECORDINGS = "recordings"


class Feature(StrEnum):
    """What not every server, or version of its API, can do besides."""

    SERIES = "series"  # book several times at once
    FOLLOWING = "following"  # cancel one of a series and all that follow
    SEATS = "seats"  # cancel or move a single seat
    HOLDS = "holds"  # reserve a time for a while
    INSTANT = "instant"  # ask a team to meet at once


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
    """Who comes. `time_zone` is an IANA name, `language` a code such as `en`.

    With a seat of their own they have a `seat_uid`, which lets whoever has it cancel the seat,
    and `key`, our own id of the attempt that took it, if one of ours did.
    """

    name: str
    email: str
    time_zone: str = "UTC"
    language: str = "en"
    phone: str | None = None
    absent: bool = False
    seat_uid: str | None = field(default=None, repr=False)
    key: str = field(default="", repr=False)

    @property
    def seat(self) -> str:
        """What stands for the seat in Slack; empty where there is none."""
        return sha256(self.seat_uid.encode()).hexdigest()[:16] if self.seat_uid else ""


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
    def is_seated(self) -> bool:
        """Whether each attendee has a seat of their own."""
        return any(attendee.seat_uid for attendee in self.attendees)

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


def possible_actions(
    booking: Booking, now: datetime, event_type: EventType | None = None
) -> frozenset[Action]:
    """What the booking's state allows at `now`, whoever asks.

    A pending one can be confirmed, declined, moved or cancelled; one that has not ended can be
    moved or cancelled; absence can be marked only after the start. A class with seats is
    neither handed round to guests nor asked to move. What the event type switches off is left
    out where it is known; only a team's round robin has somebody to hand over to.
    """
    if booking.status in {Status.CANCELLED, Status.REJECTED}:
        return frozenset()
    actions: set[Action] = set()
    is_standing = booking.status is Status.ACCEPTED
    if booking.end > now:
        actions |= {Action.RESCHEDULE, Action.CANCEL}
        actions |= {Action.CALENDAR_LINKS} if is_standing else {Action.CONFIRM, Action.DECLINE}
        if event_type and event_type.assignment is Assignment.ROUND_ROBIN:
            actions.add(Action.HAND_OVER)
    if is_standing and booking.start > now:
        actions.add(Action.CHANGE_PLACE)
        if not booking.is_seated:
            actions |= {Action.REQUEST_RESCHEDULE, Action.ADD_PEOPLE}
    if is_standing and booking.start <= now:
        actions |= {Action.MARK_ABSENT, Action.RECORDINGS}
    return frozenset(actions - (_switched_off(event_type) if event_type else set()))


def _switched_off(event_type: EventType) -> set[Action]:
    """What the event type does not allow."""
    off: set[Action] = set()
    if not event_type.cancelling_allowed:
        off.add(Action.CANCEL)
    if not event_type.rescheduling_allowed:
        off |= {Action.RESCHEDULE, Action.REQUEST_RESCHEDULE}
    if not event_type.guests_allowed:
        off.add(Action.ADD_PEOPLE)
    return off


@dataclass(frozen=True, slots=True)
class BookingRequest:
    """Everything a new booking needs.

    `key` is our own id for the attempt: it goes into the booking's metadata, so that a create
    whose answer was lost can be looked up before anything is sent again. `start` is UTC;
    `length` is in minutes and only for event types with several. `answers` are those of the
    form by slug, in the types the API wants; `location` is in the API's form (`{"type": ...}`).
    `count` is how many times a recurring one is booked, None for all; `instant` asks the team to
    meet at once.
    """

    key: str
    event_type_id: int
    start: datetime
    attendee: Attendee
    length: int | None = None
    guests: tuple[str, ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict, repr=False)
    location: Mapping[str, str] | None = None
    count: int | None = None
    instant: bool = False


@dataclass(frozen=True, slots=True)
class BookingQuery:
    """A list of bookings: which, in which window, and which page.

    `listings` empty means every status. `skip` and `take` count bookings; `take` is 1 to 250.
    Without `ascending` the order is the listing's own: past and cancelled newest first.
    """

    listings: tuple[Listing, ...] = ()
    attendee_email: str | None = None
    event_type_id: int | None = None
    event_type_ids: tuple[int, ...] = ()
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


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who is added to a booking that stands."""

    email: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class CalendarLink:
    """A link that puts the meeting into a calendar of the named kind."""

    label: str
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording of a meeting; its link lives for an hour (None while it is made)."""

    started_at: datetime | None = None
    seconds: int = 0
    url: str | None = field(default=None, repr=False)
