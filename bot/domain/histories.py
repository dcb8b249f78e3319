"""What a card's history means: the order of its words, and all that is read off them.

Cal.com sends events at most once, in several copies and in any order. So a card is made from the
set of what was said, not from the order of arrival: the history is kept sorted, and the phase,
the times, the attendees and the marks are read off it again after every word.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.domain.bookings import Status
from bot.domain.cards import OVER, Card, Happening, Phase, Seat
from bot.domain.events import Trigger
from bot.domain.retelling import same_place

MEETING: Final = frozenset({Trigger.MEETING_STARTED, Trigger.MEETING_ENDED})
# A booking begins with these; none of them can follow anything else of the same uid.
_OPENING: Final = frozenset(
    {Trigger.BOOKING_PAYMENT_INITIATED, Trigger.BOOKING_REQUESTED, Trigger.INSTANT_MEETING}
)
BIRTHS: Final = _OPENING | {Trigger.BOOKING_CREATED, Trigger.BOOKING_RESCHEDULED}
# What is said of these can be taken back and said again.
REPEATABLE: Final = frozenset(
    {
        Trigger.BOOKING_NO_SHOW_UPDATED,
        Trigger.BOOKING_LOCATION_UPDATED,
        Trigger.BOOKING_REASSIGNED,
    }
)
_STATUS_PHASES: Final = {
    Status.ACCEPTED: Phase.UPCOMING,
    Status.PENDING: Phase.REQUESTED,
    Status.CANCELLED: Phase.CANCELLED,
    Status.REJECTED: Phase.REJECTED,
}
_COPIES_WITHIN: Final = timedelta(minutes=1)
LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
_ORDER: Final = {trigger: place for place, trigger in enumerate(Trigger)}


def is_copy(new: Happening, known: Happening, *, again: bool) -> bool:
    """Whether both are one announcement; `again` for what can be said once more, later."""
    if new.word != known.word:
        return False
    if not again or new.at is None or known.at is None:
        return True
    return abs(new.at - known.at) <= _COPIES_WITHIN


def seen_before(history: Iterable[Happening], new: Happening) -> Happening | None:
    """The word for what was seen at Cal.com before it was announced by this one.

    What can be said only once is known by its trigger and its booking; what can be taken back, by
    what it came to: nothing else was said of the matter between the two.
    """
    own = [word for word in history if word.uid == new.uid]
    if not (matters := _matters(new)):
        same = (word for word in own if word.seen and not _matters(word))
        return next((word for word in same if _once(word) == _once(new)), None)
    found = [_neighbour(own, new, matter, told) for matter, told in matters.items()]
    return found[0] if all(found) else None


def completed(seen: Happening, new: Happening) -> Happening:
    """What was seen, with what only the announcement tells."""
    return replace(
        seen,
        actor=seen.actor or new.actor,
        reason=seen.reason or new.reason,
        note=seen.note or new.note,
        claimed=seen.claimed or new.claimed,
        previous_uid=seen.previous_uid or new.previous_uid,
        previous_start=seen.previous_start or new.previous_start,
    )


def _once(word: Happening) -> Trigger:
    """What it says once of a booking: a reschedule is the new one's creation."""
    is_birth = word.trigger in {Trigger.BOOKING_RESCHEDULED, Trigger.INSTANT_MEETING_ACCEPTED}
    return Trigger.BOOKING_CREATED if is_birth else word.trigger


def _matters(word: Happening) -> dict[str, str]:
    """What can be said of the booking again and again, and what it is by this word."""
    if word.absent:
        return {f"absent {email.casefold()}": str(absent) for email, absent in word.absent}
    if word.trigger in REPEATABLE:
        return {word.trigger: word.outcome}
    if word.outcome:  # whose seat it is, or when it is now
        return {word.outcome: str(word.trigger is not Trigger.BOOKING_CANCELLED)}
    return {}


def _neighbour(own: list[Happening], new: Happening, matter: str, told: str) -> Happening | None:
    """The last word about the matter until then, or the next one: that was seen, and says so."""
    said = [word for word in own if matter in _matters(word)]
    before = [word for word in said if (word.at or LONG_AGO) <= (new.at or LONG_AGO)]
    after = said[len(before) :]
    near = [*before[-1:], *after[:1]]
    is_place = matter == Trigger.BOOKING_LOCATION_UPDATED
    for word in near:
        said_so = _matters(word)[matter]
        if word.seen and (said_so == told or (is_place and same_place(said_so, told))):
            return word
    return None


def put_in_order(words: Iterable[Happening]) -> tuple[Happening, ...]:
    """The words in the order in which they were said."""
    return tuple(sorted(words, key=_place_in_time))


def _place_in_time(happening: Happening) -> tuple[datetime, int, str]:
    return happening.at or LONG_AGO, _ORDER[happening.trigger], happening.word


def seats_of(card: Card) -> tuple[Seat, ...]:
    """Who has a seat: of a card that nobody has told of seats yet, everybody on it."""
    return card.seats or tuple(Seat(person) for person in card.booking.attendees)


def newest(known: Iterable[Seat], said: Iterable[Seat]) -> tuple[Seat, ...]:
    """The newest word about each seat."""
    seats = {seat.attendee.email.casefold(): seat for seat in known}
    for seat in said:
        email = seat.attendee.email.casefold()
        if email not in seats or (seats[email].at or LONG_AGO) <= (seat.at or LONG_AGO):
            seats[email] = seat
    return tuple(seats[email] for email in sorted(seats))


def current_uid(card: Card) -> str:
    """The booking that none has taken the place of: the newest born where several are left."""
    base = card.booking
    replaced = {word.previous_uid for word in card.history} | {base.rescheduled_from_uid}
    born = [w for w in card.history if w.trigger in BIRTHS and w.uid not in replaced]
    if not born:
        return base.uid
    # A card that was first shown from Slack has a booking that no word here has told.
    is_heard_of = any(word.uid == base.uid for word in card.history)
    is_newer = (card.said_at or LONG_AGO) >= (born[-1].at or LONG_AGO)
    return base.uid if not is_heard_of and is_newer else born[-1].uid


def read_off(card: Card) -> Card:
    """The card with everything that follows from its history."""
    own = [word for word in card.history if word.uid == card.booking.uid]
    decisive = max(
        (w for w in own if w.phase and w.trigger not in MEETING), key=_rank, default=None
    )
    phase = decisive.phase if decisive and decisive.phase else _STATUS_PHASES[card.booking.status]
    said_at = decisive.at if decisive else card.said_at
    if phase is Phase.REQUESTED:
        phase = _asked_for(own)
    taken = [seat for seat in card.seats if seat.taken]
    if card.seats and not taken:
        phase = Phase.CANCELLED
    for word in own:
        if word.trigger in MEETING and word.phase and phase not in OVER:
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


def _asked_for(own: Iterable[Happening]) -> Phase:
    """What a request is: one to a host, or the call of somebody who waits to meet at once."""
    calls = [word for word in own if word.trigger is Trigger.INSTANT_MEETING]
    if not calls:
        return Phase.REQUESTED
    return Phase.MISSED if any(word.missed for word in calls) else Phase.CALLING


def _rank(word: Happening) -> tuple[bool, bool, datetime, int]:
    """No booking comes back from being cancelled, whatever the clocks of who said so."""
    is_end = word.phase is Phase.CANCELLED
    return is_end, word.trigger not in _OPENING, word.at or LONG_AGO, _ORDER[word.trigger]


def _moved_from(card: Card, own: list[Happening]) -> datetime | None:
    for birth in reversed([w for w in own if w.previous_uid or w.previous_start]):
        known = [w.start for w in card.history if w.uid == birth.previous_uid and w.start]
        return birth.previous_start or (known[-1] if known else None)
    return card.moved_from
