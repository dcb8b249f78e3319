"""How each event changes a booking's card.

Cal.com sends events at most once, in several copies and in any order. So a card is made from the
set of what was said, not from the order of arrival: the history is kept sorted, and the phase,
the times, the attendees and the marks are read off it again after every word.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final

from bot.domain.bookings import Booking, Status
from bot.domain.cards import OVER, PHASES, Card, Happening, Phase, Seat
from bot.domain.events import BookingEvent, Trigger

ALIVE: Final = frozenset({Status.ACCEPTED, Status.PENDING})
"""Not cancelled and not declined."""

_STATUS_PHASES: Final = {
    Status.ACCEPTED: Phase.UPCOMING,
    Status.PENDING: Phase.REQUESTED,
    Status.CANCELLED: Phase.CANCELLED,
    Status.REJECTED: Phase.REJECTED,
}
_MEETING: Final = frozenset({Trigger.MEETING_STARTED, Trigger.MEETING_ENDED})
# A booking begins with these; none of them can follow anything else of the same uid.
_OPENING: Final = frozenset({Trigger.BOOKING_PAYMENT_INITIATED, Trigger.BOOKING_REQUESTED})
_BIRTHS: Final = _OPENING | {Trigger.BOOKING_CREATED, Trigger.BOOKING_RESCHEDULED}
# These tell the booking as it is now; the others carry a part of it, or how it was when booked.
_TELLING: Final = (frozenset(PHASES) - _MEETING) | {Trigger.BOOKING_LOCATION_UPDATED}
# What is said of these can be taken back and said again.
_REPEATABLE: Final = frozenset(
    {
        Trigger.BOOKING_NO_SHOW_UPDATED,
        Trigger.BOOKING_LOCATION_UPDATED,
        Trigger.BOOKING_REASSIGNED,
    }
)
# A booking that is not known is new when one of these comes.
_FIRST_WORDS: Final = frozenset(
    {
        Trigger.BOOKING_CREATED,
        Trigger.BOOKING_PAYMENT_INITIATED,
        Trigger.INSTANT_MEETING_ACCEPTED,
    }
)
# What is told of these may be no more than that it happened: how it stands now is looked up.
_LOOKED_UP: Final = frozenset({Trigger.BOOKING_LOCATION_UPDATED, Trigger.BOOKING_REASSIGNED})
_COPIES_WITHIN: Final = timedelta(minutes=1)
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
_ORDER: Final = {trigger: place for place, trigger in enumerate(Trigger)}


class Reading(StrEnum):
    """Which booking has to be read at Cal.com before an event can be understood."""

    THIS = "this"
    OLD = "old"


def reading_needed(card: Card | None, event: BookingEvent) -> Reading | None:
    """Whether the event leaves open what only Cal.com can tell.

    A cancellation may mean one seat; one moved seat has no earlier times beside its earlier uid; a
    request may be a reschedule that does not say so; another host or place may be told of without
    saying which; and any other word about a booking that is not known may be about one that took
    a known one's place.
    """
    if event.shared and event.trigger is Trigger.BOOKING_CANCELLED:
        return Reading.THIS
    if event.trigger is Trigger.BOOKING_RESCHEDULED and event.previous_uid:
        return Reading.OLD if event.shared and event.previous_start is None else None
    if event.trigger in _LOOKED_UP and event.booking is None:
        return Reading.THIS
    if card or origin_of(event, None) or event.trigger in _FIRST_WORDS:
        return None
    return Reading.THIS


def origin_of(event: BookingEvent, reread: Booking | None) -> str:
    """The uid of the booking that the event's one took the place of; empty for none."""
    told = event.booking.rescheduled_from_uid if event.booking else None
    origin = event.previous_uid or told or (reread and reread.rescheduled_from_uid) or ""
    return "" if origin == event.uid else origin


def turn(card: Card | None, event: BookingEvent, *, reread: Booking | None = None) -> Card:
    """The card after the event; the very same card where the event says nothing new.

    Args:
        card: What is shown so far, None for a booking that is not known.
        event: The word. Its `uid` may be that of a booking that the card's one took the place of.
        reread: The booking as Cal.com had it afterwards, where it was asked: it tells whether one
            seat or everything was cancelled, and which booking this one took the place of.

    Raises:
        ValueError: Neither the card, the event nor `reread` tells a booking.
    """
    happening = _happening(card, event, reread)
    if card is None:
        card = Card(booking=_first(event, reread))
    elif any(_is_copy(happening, known, event) for known in card.history):
        return card
    seated = replace(
        card,
        history=tuple(sorted((*card.history, happening), key=_place_in_time)),
        seats=_seats(card, event, reread, happening),
        room=max(card.room or 0, event.room or 0) or None,
        in_series=card.in_series or event.in_series,
    )
    return _read_off(_told(seated, event, reread, happening))


def _first(event: BookingEvent, reread: Booking | None) -> Booking:
    """What a card begins with; who has a seat is counted from the words, not from here."""
    told = event.booking or reread
    if told is None:
        raise ValueError("nothing is known of the booking")
    return replace(told, attendees=()) if _is_about_seats(event) else told


def _is_about_seats(event: BookingEvent) -> bool:
    return event.shared and event.trigger in _TELLING and event.booking is not None


def _happening(card: Card | None, event: BookingEvent, reread: Booking | None) -> Happening:
    previous_uid = origin_of(event, reread)
    previous_start = event.previous_start
    if previous_start is None and card and previous_uid == card.booking.uid:
        previous_start = card.booking.start
    return Happening(
        trigger=event.trigger,
        at=_said_at(event),
        actor=event.actor,
        reason=event.reason,
        note=event.note,
        previous_start=previous_start,
        uid=event.uid,
        previous_uid=previous_uid,
        start=event.booking.start if event.booking else None,
        phase=_phase_said(event, reread),
        absent=event.absent,
        word=_word(event),
    )


def _said_at(event: BookingEvent) -> datetime | None:
    if event.trigger in _MEETING and event.booking:
        started = event.trigger is Trigger.MEETING_STARTED
        return event.booking.start if started else event.booking.end
    return event.said_at


def _phase_said(event: BookingEvent, reread: Booking | None) -> Phase | None:
    """Of a shared booking's cancellation only a second look tells whether all of it is meant."""
    if event.trigger is Trigger.BOOKING_CANCELLED and event.shared:
        return Phase.CANCELLED if reread and reread.status not in ALIVE else None
    phase = PHASES.get(event.trigger)
    told = event.booking or reread
    pending = told is not None and told.status is Status.PENDING
    return Phase.REQUESTED if phase is Phase.UPCOMING and pending else phase


def _word(event: BookingEvent) -> str:
    """What makes two announcements the same; `createdAt` differs between copies, and is all that
    tells two apart which say no more than that it happened."""
    told = event.booking
    parts: list[object] = [event.trigger, event.uid, sorted(event.absent)]
    if told:
        people = sorted(person.email.casefold() for person in told.attendees)
        hosts = sorted(host.email.casefold() for host in told.hosts)
        parts += [told.start.isoformat(), told.status, people, told.seat_uid, told.location, hosts]
    elif event.trigger in _LOOKED_UP:
        parts.append(event.said_at)
    return sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _is_copy(new: Happening, known: Happening, event: BookingEvent) -> bool:
    if new.word != known.word:
        return False
    if not (event.shared or new.trigger in _REPEATABLE) or new.at is None or known.at is None:
        return True
    return abs(new.at - known.at) <= _COPIES_WITHIN


def _place_in_time(happening: Happening) -> tuple[datetime, int, str]:
    return happening.at or _LONG_AGO, _ORDER[happening.trigger], happening.word


def _seats(
    card: Card, event: BookingEvent, reread: Booking | None, happening: Happening
) -> tuple[Seat, ...]:
    """Who has a seat, by the newest word about each; unchanged where no seat is meant."""
    told = event.booking
    if told is None or not _is_about_seats(event) or happening.phase in OVER:
        return card.seats
    known = card.seats or [Seat(person) for person in card.booking.attendees]
    seats = {seat.attendee.email.casefold(): seat for seat in known}
    if event.trigger is not Trigger.BOOKING_CANCELLED:
        return _newest(seats, (Seat(person, happening.at) for person in told.attendees))
    left = [Seat(person, happening.at, taken=False) for person in told.attendees]
    if reread is None:
        return _newest(seats, left)
    staying = {person.email.casefold() for person in reread.attendees}
    left += [replace(seat, at=happening.at, taken=False) for seat in seats.values()]
    left = [seat for seat in left if seat.attendee.email.casefold() not in staying]
    return _newest(seats, [*left, *(Seat(person, happening.at) for person in reread.attendees)])


def _newest(seats: dict[str, Seat], said: Iterable[Seat]) -> tuple[Seat, ...]:
    for seat in said:
        email = seat.attendee.email.casefold()
        if email not in seats or (seats[email].at or _LONG_AGO) <= (seat.at or _LONG_AGO):
            seats[email] = seat
    return tuple(seats[email] for email in sorted(seats))


def _told(card: Card, event: BookingEvent, reread: Booking | None, happening: Happening) -> Card:
    """Take the event's booking over, if it is the newest telling of the one that counts."""
    partial = event.trigger not in _TELLING or (event.shared and happening.phase is None)
    told = reread if partial or event.booking is None else event.booking
    current = _current_uid(card)
    if told is None or told.uid != current:
        return card
    said_at = happening.at or _LONG_AGO
    if card.booking.uid == current and card.told_at and said_at < card.told_at:
        return card
    origin = told.rescheduled_from_uid or happening.previous_uid or None
    return replace(card, booking=replace(told, rescheduled_from_uid=origin), told_at=happening.at)


def _current_uid(card: Card) -> str:
    """The booking that none has taken the place of: the newest born where several are left."""
    base = card.booking
    replaced = {word.previous_uid for word in card.history} | {base.rescheduled_from_uid}
    born = [w for w in card.history if w.trigger in _BIRTHS and w.uid not in replaced]
    if not born:
        return base.uid
    # A card that was first shown from Slack has a booking that no word here has told.
    is_heard_of = any(word.uid == base.uid for word in card.history)
    is_newer = (card.said_at or _LONG_AGO) >= (born[-1].at or _LONG_AGO)
    return base.uid if not is_heard_of and is_newer else born[-1].uid


def _read_off(card: Card) -> Card:
    """The card with everything that follows from its history."""
    own = [word for word in card.history if word.uid == card.booking.uid]
    decisive = max(
        (w for w in own if w.phase and w.trigger not in _MEETING), key=_rank, default=None
    )
    phase = decisive.phase if decisive and decisive.phase else _STATUS_PHASES[card.booking.status]
    said_at = decisive.at if decisive else card.said_at
    taken = [seat for seat in card.seats if seat.taken]
    if card.seats and not taken:
        phase = Phase.CANCELLED
    for word in own:
        if word.trigger in _MEETING and word.phase and phase not in OVER:
            phase, said_at = word.phase, word.at
    seated = tuple(seat.attendee for seat in taken or card.seats)
    absent = dict(mark for word in own for mark in word.absent)
    recordings = [w.note for w in own if w.trigger is Trigger.RECORDING_READY and w.note]
    return replace(
        card,
        booking=replace(card.booking, attendees=seated) if card.seats else card.booking,
        phase=phase,
        said_at=said_at,
        moved_from=_moved_from(card, own),
        absent=tuple(sorted(email for email, is_absent in absent.items() if is_absent)),
        recording=recordings[-1] if recordings else card.recording,
    )


def _rank(word: Happening) -> tuple[bool, datetime, int]:
    return word.trigger not in _OPENING, word.at or _LONG_AGO, _ORDER[word.trigger]


def _moved_from(card: Card, own: list[Happening]) -> datetime | None:
    for birth in reversed([word for word in own if word.previous_uid]):
        known = [w.start for w in card.history if w.uid == birth.previous_uid and w.start]
        return birth.previous_start or (known[-1] if known else None)
    return card.moved_from
