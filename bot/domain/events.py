"""What Cal.com announces by webhook, as the rest of the bot sees it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.domain.bookings import Booking
from bot.domain.wording import N_


class Trigger(StrEnum):
    """Every trigger Cal.com is known to send. There is no BOOKING_CONFIRMED: it is CREATED."""

    BOOKING_CREATED = "BOOKING_CREATED"
    BOOKING_REQUESTED = "BOOKING_REQUESTED"
    BOOKING_RESCHEDULED = "BOOKING_RESCHEDULED"
    BOOKING_CANCELLED = "BOOKING_CANCELLED"
    BOOKING_REJECTED = "BOOKING_REJECTED"
    BOOKING_PAYMENT_INITIATED = "BOOKING_PAYMENT_INITIATED"
    BOOKING_PAID = "BOOKING_PAID"
    BOOKING_REASSIGNED = "BOOKING_REASSIGNED"
    BOOKING_LOCATION_UPDATED = "BOOKING_LOCATION_UPDATED"
    BOOKING_NO_SHOW_UPDATED = "BOOKING_NO_SHOW_UPDATED"
    MEETING_STARTED = "MEETING_STARTED"
    MEETING_ENDED = "MEETING_ENDED"
    RECORDING_READY = "RECORDING_READY"
    RECORDING_TRANSCRIPTION_GENERATED = "RECORDING_TRANSCRIPTION_GENERATED"
    INSTANT_MEETING = "INSTANT_MEETING"
    INSTANT_MEETING_ACCEPTED = "INSTANT_MEETING_ACCEPTED"
    AFTER_HOSTS_CAL_VIDEO_NO_SHOW = "AFTER_HOSTS_CAL_VIDEO_NO_SHOW"
    AFTER_GUESTS_CAL_VIDEO_NO_SHOW = "AFTER_GUESTS_CAL_VIDEO_NO_SHOW"
    WRONG_ASSIGNMENT_REPORT = "WRONG_ASSIGNMENT_REPORT"
    CALENDAR_ENTRY_REJECTED = "CALENDAR_ENTRY_REJECTED"
    OOO_CREATED = "OOO_CREATED"
    FORM_SUBMITTED = "FORM_SUBMITTED"
    FORM_SUBMITTED_NO_EVENT = "FORM_SUBMITTED_NO_EVENT"
    ROUTING_FORM_FALLBACK_HIT = "ROUTING_FORM_FALLBACK_HIT"
    DELEGATION_CREDENTIAL_ERROR = "DELEGATION_CREDENTIAL_ERROR"
    DELEGATION_CREDENTIAL_SECRET_ROTATED = "DELEGATION_CREDENTIAL_SECRET_ROTATED"  # noqa: S105 - Cal.com's name
    DELEGATION_CREDENTIAL_SECRET_ROTATION_FAILED = "DELEGATION_CREDENTIAL_SECRET_ROTATION_FAILED"  # noqa: S105 - Cal.com's name
    DELEGATION_CREDENTIAL_ROTATION_REQUIRED = "DELEGATION_CREDENTIAL_ROTATION_REQUIRED"
    PING = "PING"


@dataclass(frozen=True, slots=True)
class BookingEvent:
    """Something happened to a booking.

    Attributes:
        trigger: What, by Cal.com's name.
        uid: The booking it is about (after a reschedule the new one). A capability: not in
            `repr`.
        said_at: When Cal.com says it happened (the envelope's `createdAt`), UTC; None for the
            flat MEETING_* bodies, whose `createdAt` is the booking's own.
        booking: The booking as the webhook tells it; None where it tells only a uid (no-shows).
            Fields the body leaves out have their defaults.
        previous_uid: The booking a reschedule took the place of.
        previous_start: When that one was to start, UTC.
        actor: Who did it, as an e-mail or name, where it says so.
        reason: The cancellation, rejection or rescheduling reason.
        note: One more fact worth showing: a link to a recording, the earlier place, a message.
        absent: E-mails marked absent (True) or present again (False).
        shared: One seat of a class, or one occurrence of a series, may be meant instead of the
            whole booking: read it again before it is announced as cancelled.
        room: How many seats the class has, if it is one.
        in_series: Whether it is one occurrence of several.
        claimed: Whether the actor has it because they said in Slack that they take it.
        missed: Whether it is our own word that nobody answered an instant meeting in time.
    """

    trigger: Trigger
    uid: str = field(repr=False)
    said_at: datetime | None = None
    booking: Booking | None = None
    previous_uid: str | None = field(default=None, repr=False)
    previous_start: datetime | None = None
    actor: str = ""
    reason: str = ""
    note: str = ""
    absent: tuple[tuple[str, bool], ...] = ()
    shared: bool = False
    room: int | None = None
    in_series: bool = False
    claimed: bool = False
    missed: bool = False


AWAY: Final = N_("Somebody is out of office")
BACK: Final = N_("Somebody is not out of office after all")
"""Titles of notices whose `name` is who is away."""


@dataclass(frozen=True, slots=True)
class Notice:
    """An announcement that is about no booking: out of office, a form, a credential.

    `title` and the labels of `lines`, which are (label, text) pairs in the order to show, are
    marked for the catalogue; `name` is whose absence or which form it is. `key` tells repeated
    ones apart from new ones (an out-of-office's uuid, a form response's id, or a digest of the
    payload). Those of our own that earlier versions kept have no trigger.
    """

    trigger: Trigger | None
    key: str
    title: str
    said_at: datetime | None = None
    lines: tuple[tuple[str, str], ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Ignored:
    """A verified body that announces nothing we know: an unknown trigger, or `false`."""

    trigger: str
    why: str


Event = BookingEvent | Notice | Ignored


@dataclass(frozen=True, slots=True)
class Subscription:
    """A webhook as Cal.com keeps it: where it sends what, and the secret it signs with.

    `triggers` are Cal.com's names, also those we do not know; `secret` is empty where there is
    none, and None where the server does not tell it. One that `is_templated` sends what somebody
    made up instead of what happened.
    """

    id: str
    url: str = field(repr=False)
    triggers: tuple[str, ...]
    active: bool = True
    secret: str | None = field(default=None, repr=False)
    is_templated: bool = False
