"""How each event changes a booking's card, and how two cards become one: `histories` has what
a history means."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final

from bot.domain.bookings import Booking, Status
from bot.domain.cards import OVER, PHASES, Card, Happening, Phase, Seat
from bot.domain.events import BookingEvent, Trigger
from bot.domain.histories import (
    LONG_AGO,
    MEETING,
    REPEATABLE,
    completed,
    current_uid,
    is_copy,
    newest,
    put_in_order,
    read_off,
    seats_of,
    seen_before,
)
from bot.domain.retelling import with_its_hosts

ALIVE: Final = frozenset({Status.ACCEPTED, Status.PENDING})
"""Not cancelled and not declined."""

# These tell the booking as it is now; the others carry a part of it, or how it was when booked.
_TELLING: Final = (frozenset(PHASES) - MEETING) | {Trigger.BOOKING_LOCATION_UPDATED}
# A booking that is not known is new when one of these comes.
_FIRST_WORDS: Final = frozenset(
    {
        Trigger.BOOKING_CREATED,
        Trigger.BOOKING_PAYMENT_INITIATED,
        Trigger.INSTANT_MEETING_ACCEPTED,
    }
)
# One seat of a class can be what these are about.
_SEAT_WORDS: Final = frozenset(
    {Trigger.BOOKING_CREATED, Trigger.BOOKING_RESCHEDULED, Trigger.BOOKING_CANCELLED}
)
# What is told of these may be no more than that it happened: how it stands now is looked up.
_LOOKED_UP: Final = frozenset({Trigger.BOOKING_LOCATION_UPDATED, Trigger.BOOKING_REASSIGNED})


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
    if event.missed:
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
    elif any(is_copy(happening, known, again=_can_come_again(event)) for known in card.history):
        return card
    seen = seen_before(card.history, happening)
    words = [completed(seen, happening) if word is seen else word for word in card.history]
    seated = replace(
        card,
        history=put_in_order(words if seen else (*words, happening)),
        seats=_seats(card, event, reread, happening),
        room=max(card.room or 0, event.room or 0) or None,
        in_series=card.in_series or event.in_series,
    )
    after = read_off(_told(seated, event, reread, happening))
    # One more copy of what was seen: all it tells is when it was sent.
    is_copy_again = seen is not None and replace(after, told_at=card.told_at) == card
    return card if is_copy_again else after


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
    happening = Happening(
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
        outcome=_outcome(event, reread),
        claimed=event.claimed,
        missed=event.missed,
    )
    return _of_a_seat(event, happening) if card and _was_told_over(card, happening) else happening


def _was_told_over(card: Card, happening: Happening) -> bool:
    """Whether another word has told already that the whole class is cancelled: the seats were given
    back one by one, and the second look at each came when none was left."""
    return happening.phase is Phase.CANCELLED and any(
        word.trigger is happening.trigger
        and word.uid == happening.uid
        and word.phase is Phase.CANCELLED
        and word.at != happening.at
        and not word.outcome
        for word in card.history
    )


def _of_a_seat(event: BookingEvent, happening: Happening) -> Happening:
    """The same word, as that of the one whose seat it was."""
    people = event.booking.attendees if event.booking else ()
    if not event.shared or len(people) != 1:
        return happening
    return replace(happening, phase=None, outcome=people[0].email.casefold())


def _outcome(event: BookingEvent, reread: Booking | None) -> str:
    """What it came to, where something else could have come of it, or can again."""
    told = event.booking or reread
    if told is None:
        return ""
    if event.trigger is Trigger.BOOKING_REASSIGNED:
        return told.hosts[0].email.casefold() if told.hosts else ""
    if event.trigger is Trigger.BOOKING_LOCATION_UPDATED:
        return told.location
    is_over = event.trigger is Trigger.BOOKING_CANCELLED and reread and reread.status not in ALIVE
    is_seat = bool(event.room or told.seat_uid) and event.trigger in _SEAT_WORDS
    alone = len(told.attendees) == 1 and event.previous_start is None and event.booking is not None
    return told.attendees[0].email.casefold() if is_seat and alone and not is_over else ""


def _said_at(event: BookingEvent) -> datetime | None:
    if event.trigger in MEETING and event.booking:
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
    if event.missed:
        parts.append("missed")
    return sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _can_come_again(event: BookingEvent) -> bool:
    return event.shared or event.trigger in REPEATABLE


def _seats(
    card: Card, event: BookingEvent, reread: Booking | None, happening: Happening
) -> tuple[Seat, ...]:
    """Who has a seat, by the newest word about each; unchanged where no seat is meant."""
    told = event.booking
    if told is None or not _is_about_seats(event) or happening.phase in OVER:
        return card.seats
    seats = seats_of(card)
    if event.trigger is not Trigger.BOOKING_CANCELLED:
        return newest(seats, (Seat(person, happening.at) for person in told.attendees))
    left = [Seat(person, happening.at, taken=False) for person in told.attendees]
    if reread is None:
        return newest(seats, left)
    staying = {person.email.casefold() for person in reread.attendees}
    left += [replace(seat, at=happening.at, taken=False) for seat in seats]
    left = [seat for seat in left if seat.attendee.email.casefold() not in staying]
    return newest(seats, [*left, *(Seat(person, happening.at) for person in reread.attendees)])


def _told(card: Card, event: BookingEvent, reread: Booking | None, happening: Happening) -> Card:
    """Take the event's booking over, if it is the newest telling of the one that counts."""
    partial = event.trigger not in _TELLING or (event.shared and happening.phase is None)
    told = event.booking
    if partial or told is None:
        told = reread and with_its_hosts(card.booking, reread)
    current = current_uid(card)
    if told is None or told.uid != current:
        return card
    said_at = happening.at or LONG_AGO
    if card.booking.uid == current and card.told_at and said_at < card.told_at:
        return card
    origin = told.rescheduled_from_uid or happening.previous_uid or None
    return replace(card, booking=replace(told, rescheduled_from_uid=origin), told_at=happening.at)


def joined(older: Card, newer: Card) -> Card:
    """One card of two that turn out to be one booking's: all that either was told.

    `newer` is the one whose booking took the other's place, as far as is known.
    """
    seated = bool(older.seats or newer.seats)
    both = replace(
        newer,
        history=put_in_order(_told_either(older, newer, seated=seated)),
        seats=newest(seats_of(older), seats_of(newer)) if seated else (),
        room=max(older.room or 0, newer.room or 0) or None,
        in_series=older.in_series or newer.in_series,
        recording=newer.recording or older.recording,
    )
    current = current_uid(both)
    telling = [card for card in (older, newer) if card.booking.uid == current]
    told = max(telling, key=lambda card: card.told_at or LONG_AGO, default=newer)
    return read_off(
        replace(
            both,
            booking=told.booking,
            phase=told.phase,
            said_at=told.said_at,
            told_at=told.told_at,
            moved_from=told.moved_from,
        )
    )


def _told_either(older: Card, newer: Card, *, seated: bool) -> list[Happening]:
    """The words of both, each once; a move that does not say from when has the start of the card
    that it moved."""
    words = list(older.history)
    for word in newer.history:
        again = seated or word.trigger in REPEATABLE
        if any(is_copy(word, known, again=again) for known in older.history):
            continue
        is_move = word.previous_uid == older.booking.uid and word.previous_start is None
        words.append(replace(word, previous_start=older.booking.start) if is_move else word)
    return words
