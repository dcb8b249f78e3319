"""What a booking that was seen at Cal.com tells of its card: the words that no webhook brought.

A list shows how a booking is, not what happened to it. So what differs from the card is put into
the words that webhooks would have had for it. Cal.com dates a change by the booking's `updated_at`;
who has a seat and who was absent moves no date there, so that is dated by when it was seen.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from bot.domain.bookings import Attendee, Booking, Host, Status
from bot.domain.cards import CALLS, OVER, PHASES, Card, Happening, Phase, Seat
from bot.domain.events import Trigger
from bot.domain.histories import (
    BIRTHS,
    LONG_AGO,
    MEETING,
    current_uid,
    newest,
    put_in_order,
    read_off,
    seats_of,
)
from bot.domain.records import Sighting
from bot.domain.retelling import key_of, merged, same_place, with_its_hosts


def sighted(card: Card | None, sighting: Sighting) -> Card:
    """The card after its booking was seen so; the very same card where that is nothing new.

    A word that came later than the booking was changed is not turned back by it.
    """
    booking = sighting.booking
    if card is None:
        seats = [Seat(person, taken=False) for person in booking.attendees if booking.is_seated]
        begun = replace(booking, attendees=()) if seats else booking
        card = Card(begun, seats=tuple(seats), in_series=booking.recurring_uid is not None)
    look = _Look(card, with_its_hosts(card.booking, booking), sighting.seen_at)
    born = look.birth()
    if current_uid(replace(card, history=put_in_order([*card.history, *born]))) != booking.uid:
        return _after(card, born, look)
    words = [*born, *look.answers(), *look.changes(), *look.absences(), *look.seats(born)]
    return _after(_retold(card, look, words), words, look)


def is_born(card: Card, uid: str) -> bool:
    """Whether the card has heard of the beginning of this booking."""
    return any(word.uid == uid and word.trigger in _BORN for word in card.history)


_BORN = BIRTHS | {Trigger.INSTANT_MEETING_ACCEPTED}


@dataclass(frozen=True, slots=True)
class _Look:
    """A card beside the booking as it was seen, a team's other hosts being where they belong."""

    card: Card
    booking: Booking
    seen_at: datetime

    @property
    def at(self) -> datetime:
        return self.booking.updated_at or self.seen_at

    @property
    def is_new(self) -> bool:
        """Whether the card shows another booking until now."""
        return self.card.booking.uid != self.booking.uid

    @property
    def is_news(self) -> bool:
        """Whether nothing newer has told how the booking is."""
        return self.is_new or self.at >= (self.card.told_at or LONG_AGO)

    @property
    def is_class(self) -> bool:
        """Whether everybody on it has a seat of their own. Who has is not shown to everybody."""
        seated = self.booking.is_seated or self.card.room is not None
        return seated and bool(self.booking.attendees)

    def word(self, trigger: Trigger, at: datetime, **more: object) -> Happening:
        phase = None if trigger is Trigger.BOOKING_REASSIGNED else PHASES.get(trigger)
        said = Happening(
            trigger, at, uid=self.booking.uid, start=self.booking.start, phase=phase, seen=True
        )
        said = replace(said, **more)  # type: ignore[arg-type]  # a table of fields
        parts = (said.trigger, said.uid, said.outcome, said.absent, said.start, said.at)
        return replace(said, word=sha256(repr(parts).encode("utf-8", "replace")).hexdigest()[:24])

    def birth(self) -> list[Happening]:
        """That there is such a booking, if nobody has said so."""
        booking, card = self.booking, self.card
        if is_born(card, booking.uid):
            return []
        origin = booking.rescheduled_from_uid or ""
        trigger = Trigger.BOOKING_RESCHEDULED if origin else Trigger.BOOKING_CREATED
        if booking.status in {Status.PENDING, Status.REJECTED}:
            trigger = Trigger.BOOKING_REQUESTED
        return [
            self.word(
                trigger,
                booking.created_at or self.at,
                previous_uid=origin,
                previous_start=card.booking.start if origin == card.booking.uid else None,
                reason=booking.rescheduling_reason if origin else "",
                outcome=key_of(booking.attendees[0]) if self.is_class else "",
            )
        ]

    def answers(self) -> list[Happening]:
        """That it was confirmed, declined or cancelled. One that was moved is no cancellation."""
        status, phase = self.booking.status, self._phase()
        if status is Status.CANCELLED and phase is not Phase.CANCELLED:
            if self.booking.rescheduled_to_uid:
                return []
            reason = self.booking.cancellation_reason
            return [self.word(Trigger.BOOKING_CANCELLED, self.at, reason=reason)]
        if status is Status.REJECTED and phase not in OVER and self._decided_at() <= self.at:
            return [self.word(Trigger.BOOKING_REJECTED, self.at)]
        waiting = {Phase.REQUESTED, Phase.AWAITING_PAYMENT, Phase.REJECTED, *CALLS}
        if status is Status.ACCEPTED and phase in waiting:
            return [self.word(Trigger.BOOKING_CREATED, self.at)]
        return []

    def _phase(self) -> Phase | None:
        """What the card says of this booking; None of one it has not heard of."""
        if self.is_new or not self._own():
            is_request = self.booking.status in {Status.PENDING, Status.REJECTED}
            return Phase.REQUESTED if is_request else None
        return self.card.phase

    def _own(self) -> list[Happening]:
        return [word for word in self.card.history if word.uid == self.booking.uid]

    def _decided_at(self) -> datetime:
        decisive = (w.at for w in self._own() if w.phase and w.trigger not in MEETING and w.at)
        return max(decisive, default=LONG_AGO)

    def changes(self) -> list[Happening]:
        """Another time under the same uid, another host, another place."""
        if self.is_new or not self.is_news:
            return []
        known, told, found = self.card.booking, self.booking, []
        if known.start != told.start:
            moved = {"previous_start": known.start, "outcome": told.start.isoformat()}
            found.append(self.word(Trigger.BOOKING_RESCHEDULED, self.at, **moved))
        if known.hosts and told.hosts and _emails(known.hosts) != _emails(told.hosts):
            outcome = key_of(told.hosts[0])
            found.append(self.word(Trigger.BOOKING_REASSIGNED, self.at, outcome=outcome))
        if not same_place(known.location, told.location):
            place = {"note": known.location, "outcome": told.location}
            found.append(self.word(Trigger.BOOKING_LOCATION_UPDATED, self.at, **place))
        return found

    def absences(self) -> list[Happening]:
        """Who did not come, and who did after all; API v1 does not tell of the latter."""
        said = {
            email.casefold(): (absent, word)
            for word in self._own()
            for email, absent in word.absent
        }
        marks = []
        for email, absent in self._flags():
            was, word = said.get(email.casefold(), (False, None))
            is_newer = word is not None and (word.at or LONG_AGO) > self.seen_at
            if absent != was and not is_newer and (absent or self._may_be_taken_back(word)):
                marks.append((email, absent))
        at = self.seen_at
        return (
            [self.word(Trigger.BOOKING_NO_SHOW_UPDATED, at, absent=tuple(marks))] if marks else []
        )

    def _may_be_taken_back(self, word: Happening | None) -> bool:
        by_hand = word is not None and word.trigger is Trigger.BOOKING_NO_SHOW_UPDATED
        return by_hand and self.booking.updated_at is not None

    def _flags(self) -> Iterable[tuple[str, bool]]:
        told = self.booking
        yield from ((person.email, person.absent) for person in told.attendees if person.email)
        yield from ((host.email, told.absent_host) for host in told.hosts[:1] if host.email)

    def seats(self, born: list[Happening]) -> list[Happening]:
        """Who has joined a class and who has left it, each in a word of its own."""
        if not self.is_class or self.booking.status in {Status.CANCELLED, Status.REJECTED}:
            return []
        taken = {key_of(s.attendee) for s in seats_of(self.card) if s.taken}
        unsaid = {key_of(s.attendee) for s in self.card.seats if (s.at or LONG_AGO) > self.seen_at}
        here = [key_of(person) for person in self.booking.attendees]
        said = {word.outcome for word in born}
        joined = [email for email in here if email not in taken | unsaid | said]
        left = sorted(taken - set(here) - unsaid) if not self.is_new else []
        turns = [(Trigger.BOOKING_CREATED, email) for email in joined]
        turns += [(Trigger.BOOKING_CANCELLED, email) for email in left]
        return [self.word(t, self.seen_at, outcome=email, phase=None) for t, email in turns]


def _emails(people: Iterable[Attendee | Host]) -> set[str]:
    return {key_of(person) for person in people if person.email}


def _retold(card: Card, look: _Look, words: list[Happening]) -> Card:
    """The card with the booking as it was seen, as far as nothing newer has told it."""
    if look.is_news and (words or _is_told_otherwise(card, look)):
        told_at = max(look.at, card.told_at or LONG_AGO) if not look.is_new else look.at
        card = replace(card, booking=merged(card.booking, look.booking), told_at=told_at)
    return replace(card, seats=_seats(card, look))


def _is_told_otherwise(card: Card, look: _Look) -> bool:
    """Whether something differs that no webhook has a word for: a title, the end, more people."""
    known, told = card.booking, look.booking
    if known.end != told.end:
        return True
    if look.is_class or card.room:
        return False
    others = told.attendees and _emails(known.attendees) != _emails(told.attendees)
    return bool(others) or known.title != told.title


def _seats(card: Card, look: _Look) -> tuple[Seat, ...]:
    """Who has a seat by now; unchanged where nobody's is told."""
    told = look.booking.attendees
    if not told or not (look.is_class or card.seats):
        return card.seats
    if look.booking.status in {Status.CANCELLED, Status.REJECTED}:
        return card.seats
    at = look.seen_at if look.is_class else look.at
    here = {key_of(person) for person in told}
    seats = seats_of(card)
    known = {key_of(seat.attendee): seat.taken for seat in seats}
    joined = [Seat(person, at) for person in told if not known.get(key_of(person))]
    left = [
        replace(seat, at=at, taken=False)
        for seat in seats
        if seat.taken and key_of(seat.attendee) not in here and not look.is_new
    ]
    return newest(seats, [*joined, *left])


def _after(card: Card, words: list[Happening], look: _Look) -> Card:
    after = replace(card, history=put_in_order([*card.history, *words]))
    after = read_off(after) if words or after != look.card else after
    return look.card if after == look.card else after
