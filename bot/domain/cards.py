"""The living card of a booking: what it shows and offers. How it changes: `turning`."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.domain.bookings import Action, Attendee, Booking
from bot.domain.events import Notice, Trigger


class Phase(StrEnum):
    """The state a card says in its headline."""

    REQUESTED = "requested"
    CALLING = "calling"  # somebody waits to meet at once
    MISSED = "missed"  # and nobody answered in time
    UPCOMING = "upcoming"
    AWAITING_PAYMENT = "awaiting_payment"
    STARTED = "started"
    ENDED = "ended"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Happening:
    """One word about the booking: a line of the card's history.

    `at` is when it was said, UTC; for the meeting's start and end, when they were due. `uid` is
    the booking it is about and `start` that one's start; `phase` is what it puts the booking in,
    None leaves it. `word` is the same for two copies of one announcement. What was `seen` at
    Cal.com was announced by nobody. `outcome` is what it came to, where that is one thing: whose
    seat it is, who hosts, which place, or when it is now. `claimed` says that the actor
    took it, when people were asked who does; `missed`, that nobody answered in time.
    """

    trigger: Trigger
    at: datetime | None = None
    actor: str = ""
    reason: str = ""
    note: str = ""
    previous_start: datetime | None = None
    uid: str = field(default="", repr=False)
    previous_uid: str = field(default="", repr=False)
    start: datetime | None = None
    phase: Phase | None = None
    absent: tuple[tuple[str, bool], ...] = ()
    word: str = field(default="", repr=False)
    seen: bool = False
    outcome: str = field(default="", repr=False)
    claimed: bool = False
    missed: bool = False


@dataclass(frozen=True, slots=True)
class Seat:
    """Whether somebody has a seat, and when that was said."""

    attendee: Attendee
    at: datetime | None = None
    taken: bool = True


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of a booking, in the form that is shown.

    `said_at` is the newest word that decided the phase, `told_at` the one that told the booking;
    an older event that arrives later adds to the history but turns neither back. `seats` are
    those of a shared booking (then they are its attendees), given back ones included.
    """

    booking: Booking
    phase: Phase = Phase.UPCOMING
    said_at: datetime | None = None
    history: tuple[Happening, ...] = ()
    moved_from: datetime | None = None
    absent: tuple[str, ...] = ()
    recording: str = ""
    told_at: datetime | None = None
    seats: tuple[Seat, ...] = ()
    room: int | None = None
    in_series: bool = False


@dataclass(frozen=True, slots=True)
class NoticeCard:
    """A notice, as it is shown."""

    notice: Notice = field()


@dataclass(frozen=True, slots=True)
class RefusalCard:
    """A word of our own, for whoever can do something about it: Slack takes nothing for a place.

    Attributes:
        key: Under which it is told, once.
        channel: The place: a channel (its id, or `#name`) or a member.
        why: Slack's word for it.
        rests: Whether a rule rests for it.
        command: The slash command's name.
    """

    key: str
    channel: str
    why: str
    rests: bool = False
    command: str = "/cal"


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One booking of a digest; `ref` is our reference to it.

    `event_type` is its slug (or name); hosts, people and who was absent are names, or e-mails
    where there is none. `asked_at` is when a request was made, UTC.
    """

    ref: str
    start: datetime
    end: datetime
    title: str
    event_type: str = ""
    hosts: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    phase: Phase = Phase.UPCOMING
    absent: tuple[str, ...] = ()
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DigestCard:
    """A summary of bookings: those from `start` to `end` (UTC, whole local days of the IANA zone),
    requests nobody has answered for a day, and in a weekly one the past week's absences.

    `hidden` counts what was left out of the three, each in its turn.
    """

    start: datetime
    end: datetime
    zone: str
    weekly: bool = False
    bookings: tuple[DigestLine, ...] = ()
    unconfirmed: tuple[DigestLine, ...] = ()
    absences: tuple[DigestLine, ...] = ()
    hidden: tuple[int, int, int] = (0, 0, 0)


Shown = Card | NoticeCard | RefusalCard | DigestCard
"""What a message can be about."""


PHASES: Final = {
    Trigger.BOOKING_CREATED: Phase.UPCOMING,
    Trigger.BOOKING_RESCHEDULED: Phase.UPCOMING,
    Trigger.BOOKING_REASSIGNED: Phase.UPCOMING,
    Trigger.BOOKING_REQUESTED: Phase.REQUESTED,
    Trigger.BOOKING_CANCELLED: Phase.CANCELLED,
    Trigger.BOOKING_REJECTED: Phase.REJECTED,
    Trigger.BOOKING_PAYMENT_INITIATED: Phase.AWAITING_PAYMENT,
    Trigger.BOOKING_PAID: Phase.UPCOMING,
    Trigger.INSTANT_MEETING_ACCEPTED: Phase.UPCOMING,
    Trigger.MEETING_STARTED: Phase.STARTED,
    Trigger.MEETING_ENDED: Phase.ENDED,
}
"""The phase a trigger puts the card in; the others leave it."""

CALL_LASTS: Final = timedelta(seconds=90)
"""How long somebody waits to meet at once: as Cal.com's event types have it unless that is changed
(recordings v2/019); neither its webhooks nor API v2 tell."""
CALLS: Final = frozenset({Phase.CALLING, Phase.MISSED})
OVER: Final = frozenset({Phase.CANCELLED, Phase.REJECTED})
"""Nothing more can happen, except that Cal.com lets a declined booking be confirmed."""


def actions(card: Card, now: datetime) -> tuple[Action, ...]:
    """What the card offers at `now`, in the order of its buttons."""
    if card.phase is Phase.REQUESTED:
        return (Action.CONFIRM, Action.DECLINE) if now < card.booking.end else ()
    if card.phase not in {Phase.UPCOMING, Phase.STARTED, Phase.ENDED}:
        return ()
    if card.booking.start <= now:
        return (Action.MARK_ABSENT,)
    return (Action.RESCHEDULE, Action.CANCEL) if card.phase is Phase.UPCOMING else ()


def joinable(card: Card, now: datetime) -> bool:
    """Whether there is a meeting to join, now or later."""
    return card.phase in {Phase.UPCOMING, Phase.STARTED} and now < card.booking.end


def askable(card: Card, now: datetime) -> bool:
    """Whether it can be asked who takes it: it is to come, or somebody waits to meet at once; and
    nobody has taken it since it stands where it stands."""
    if until := called_until(card):
        is_open = card.phase is Phase.CALLING and now < until
    else:
        is_open = card.phase in {Phase.UPCOMING, Phase.REQUESTED} and now < card.booking.end
    return is_open and not any(word.claimed for word in _hands(card))


def call(card: Card) -> Happening | None:
    """The word that somebody waits to meet at once; None for every other booking."""
    own = (word for word in card.history if word.uid == card.booking.uid)
    return next((w for w in own if w.trigger is Trigger.INSTANT_MEETING and not w.missed), None)


def called_until(card: Card) -> datetime | None:
    """How long they wait, whoever has answered; None where nobody did or does."""
    word = call(card)
    return (word.at or card.booking.start) + CALL_LASTS if word else None


def taker(card: Card) -> str:
    """Who took it, when people were asked; empty where nobody did, or it is another's by now."""
    hands = _hands(card)
    return hands[-1].actor if hands and hands[-1].claimed else ""


def _hands(card: Card) -> list[Happening]:
    """The words that tell into whose hands the booking came."""
    return [
        word
        for word in card.history
        if word.trigger is Trigger.BOOKING_REASSIGNED and word.uid == card.booking.uid
    ]
