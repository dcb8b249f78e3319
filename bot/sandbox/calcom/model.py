"""What the local Cal.com knows, as plain dataclasses. All datetimes are aware UTC.

These are mutable on purpose: they are the rows of its database. Names follow Cal.com's.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

JSON = dict[str, Any]  # a JSON object as it came over the wire


class Status(StrEnum):
    """A booking's state; the value is what API v2 shows (webhooks and v1 show it upper-case)."""

    ACCEPTED = "accepted"
    PENDING = "pending"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


@dataclass(slots=True)
class User:
    """A person with an account. `rate_limit` is API v2's requests a minute for `api_key`."""

    id: int
    username: str
    name: str
    email: str
    time_zone: str
    api_key: str
    default_schedule_id: int | None = None
    time_format: int = 12
    week_start: str = "Sunday"
    locale: str = "en"
    rate_limit: int = 120
    v1_rate_limit: int = 30
    bio: str | None = None


@dataclass(slots=True)
class Hours:
    """Working hours `start` to `end` (local times) on the named days ("Monday"...)."""

    days: list[str]
    start: time
    end: time


@dataclass(slots=True)
class Override:
    """Other hours on one local date; start == end means the whole day is off."""

    day: date
    start: time
    end: time


@dataclass(slots=True)
class Schedule:
    id: int
    owner_id: int
    name: str
    time_zone: str
    hours: list[Hours] = field(default_factory=list)
    overrides: list[Override] = field(default_factory=list)


@dataclass(slots=True)
class OutOfOffice:
    """Days on which a person is away, as the first and last moment of them in UTC; the days that
    are meant are those of the person's own zone."""

    id: int
    user_id: int
    start: datetime
    end: datetime
    notes: str | None = None
    reason: str = "unspecified"
    to_user_id: int | None = None

    @property
    def uuid(self) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"out of office {self.id}"))


@dataclass(slots=True)
class Recurrence:
    """Every `interval` `frequency` ("weekly", "monthly", "yearly"), `occurrences` in all."""

    interval: int
    occurrences: int
    frequency: str


@dataclass(slots=True)
class Seats:
    per_slot: int
    show_attendees: bool = False
    show_availability_count: bool = True


class Scheduling(StrEnum):
    """How a team's event type finds its hosts; the value is API v2's word."""

    ROUND_ROBIN = "roundRobin"  # one of them, beside the fixed ones
    COLLECTIVE = "collective"  # all of them
    MANAGED = "managed"  # none: it is the template of its children, which are bookable


@dataclass(slots=True)
class EventType:
    """One bookable kind of meeting. Lengths, notice and buffers are minutes.

    It belongs to a person, the owner and only host, or to a team. A managed type's child belongs
    to a person and has a parent. `fixed_host_ids` are those of `host_ids` who host every meeting.

    `locations`, `booking_fields` (see `fields`), `booking_window`, `confirmation_policy`,
    `booking_limits_count`, `booking_limits_duration`, `active_bookings_limit` keep the shape API v2
    takes and gives; empty means none. `extra` keeps the other settings; most of
    them change nothing here.
    """

    id: int
    owner_id: int | None
    title: str
    slug: str
    length: int
    created_at: datetime
    host_ids: list[int] = field(default_factory=list)
    team_id: int | None = None
    parent_id: int | None = None
    scheduling: Scheduling | None = None
    fixed_host_ids: list[int] = field(default_factory=list)
    same_host_on_reschedule: bool = False
    lengths: list[int] = field(default_factory=list)
    description: str = ""
    locations: list[JSON] = field(default_factory=list)
    booking_fields: list[JSON] = field(default_factory=list)
    recurrence: Recurrence | None = None
    seats: Seats | None = None
    confirmation_policy: JSON = field(default_factory=dict)
    booking_window: list[JSON] = field(default_factory=list)
    booking_limits_count: dict[str, int] = field(default_factory=dict)
    booking_limits_duration: dict[str, int] = field(default_factory=dict)
    active_bookings_limit: JSON = field(default_factory=dict)
    slot_interval: int | None = None
    offset_start: int = 0
    minimum_notice: int = 120
    before_buffer: int = 0
    after_buffer: int = 0
    only_first_slot: bool = False
    schedule_id: int | None = None
    disable_guests: bool = False
    disable_cancelling: bool = False
    disable_rescheduling: bool = False
    hidden: bool = False
    metadata: JSON = field(default_factory=dict)
    extra: JSON = field(default_factory=dict)

    @property
    def always(self) -> list[int]:
        """Who hosts every meeting."""
        if self.scheduling is Scheduling.ROUND_ROBIN:
            return self.fixed_host_ids
        return [] if self.scheduling is Scheduling.MANAGED else self.host_ids

    @property
    def rotating(self) -> list[int]:
        """Who takes turns, one at every meeting."""
        if self.scheduling is not Scheduling.ROUND_ROBIN:
            return []
        return [h for h in self.host_ids if h not in self.fixed_host_ids]

    @property
    def price(self) -> int:
        """What a booking costs, in minor units of `currency`; 0 is free."""
        return int(self.extra.get("price", 0))

    @property
    def currency(self) -> str:
        return str(self.extra.get("currency", "usd"))


@dataclass(slots=True)
class Attendee:
    """Somebody a booking is for. `seat_uid`, `responses`, `metadata` are set on seats only."""

    id: int
    name: str
    email: str
    time_zone: str
    language: str = "en"
    phone: str | None = None
    absent: bool = False
    seat_uid: str | None = None
    responses: JSON = field(default_factory=dict)
    metadata: JSON = field(default_factory=dict)


@dataclass(slots=True)
class Booking:
    """One meeting. `location` is an address, a link, a phone number or `integrations:daily`.

    `responses` are the booking form's answers by slug (name, email, notes, guests, location...).
    `rescheduled_from` and `rescheduled_to` are uids; `recurring_uid` joins a series. `co_hosts`
    are a team's people who host beside `host_id`; API v2 shows them as attendees. `payment_id` is
    set on bookings of paid types; `recordings` have API v2's shape.
    """

    id: int
    uid: str
    event_type_id: int
    host_id: int
    title: str
    description: str | None
    start: datetime
    end: datetime
    status: Status
    location: str
    ics_uid: str
    created_at: datetime
    updated_at: datetime
    attendees: list[Attendee] = field(default_factory=list)
    co_hosts: list[Attendee] = field(default_factory=list)
    responses: JSON = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    ics_sequence: int = 0
    recurring_uid: str | None = None
    rescheduled_from: str | None = None
    rescheduled_to: str | None = None
    rescheduled_by: str | None = None
    rescheduling_reason: str | None = None
    cancellation_reason: str | None = None
    rejection_reason: str | None = None
    absent_host: bool = False
    payment_id: int | None = None
    unpaid: bool = False
    recordings: list[JSON] = field(default_factory=list)

    @property
    def alive(self) -> bool:
        """Neither cancelled nor rejected."""
        return self.status in (Status.ACCEPTED, Status.PENDING)

    @property
    def people(self) -> list[Attendee]:
        """Everybody but the organizer, as the table of attendees has them."""
        return [*self.attendees, *self.co_hosts]

    @property
    def minutes(self) -> int:
        return int((self.end - self.start).total_seconds() // 60)


@dataclass(slots=True)
class Reservation:
    """A slot held for a while: it hides the slot from listings and does not stop a booking."""

    uid: str
    event_type_id: int
    start: datetime
    end: datetime
    duration: int
    until: datetime


@dataclass(slots=True)
class Subscription:
    """A webhook: of a user (`user_id`), one event type (`event_type_id`), or a team or an
    organization (`team_id`); of one of them only.

    One made through API v1 gets what servers that have v1 send (`payloads_v1`).
    """

    id: str
    url: str
    triggers: list[str]
    created_at: datetime
    active: bool = True
    secret: str | None = None
    payload_template: str | None = None
    user_id: int | None = None
    event_type_id: int | None = None
    team_id: int | None = None
    by_v1: bool = field(default=False, init=False)


@dataclass(slots=True)
class Busy:
    """Time taken in a calendar outside Cal.com."""

    start: datetime
    end: datetime
    title: str = ""


@dataclass(slots=True)
class Calendar:
    """A feed somebody has connected; its busy times count as taken."""

    credential_id: int
    user_id: int
    url: str
    created_at: datetime
    busy: list[Busy] = field(default_factory=list)


@dataclass(slots=True)
class Membership:
    """A person in a team; `role` is OWNER, ADMIN or MEMBER."""

    id: int
    user_id: int
    role: str


@dataclass(slots=True)
class Team:
    id: int
    name: str
    slug: str
    memberships: list[Membership] = field(default_factory=list)
    parent_id: int | None = None  # the organization it belongs to, a team itself


@dataclass(frozen=True, slots=True)
class Meeting:
    """A MEETING_STARTED or MEETING_ENDED to be sent at `due` to one subscription."""

    due: datetime
    subscription_id: str
    booking_uid: str
    body: JSON
