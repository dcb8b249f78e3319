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

MEETING: Final = frozenset({Trigger.MEETING_STARTED, Trigger.MEETING_ENDED})
# A booking begins with these; none of them can follow anything else of the same uid.
_OPENING: Final = frozenset({Trigger.BOOKING_PAYMENT_INITIATED, Trigger.BOOKING_REQUESTED})
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


def _rank(word: Happening) -> tuple[bool, datetime, int]:
    return word.trigger not in _OPENING, word.at or LONG_AGO, _ORDER[word.trigger]


def _moved_from(card: Card, own: list[Happening]) -> datetime | None:
    for birth in reversed([word for word in own if word.previous_uid]):
        known = [w.start for w in card.history if w.uid == birth.previous_uid and w.start]
        return birth.previous_start or (known[-1] if known else None)
    return card.moved_from
