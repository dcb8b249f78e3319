"""What a digest says: of which days, and each booking in a line."""

from datetime import datetime, time, timedelta
from typing import Final

from bot.domain.bookings import Attendee, Host
from bot.domain.cards import Card, DigestLine, Phase
from bot.domain.rules import Digest
from bot.domain.times import zone_or_utc

ANSWER_WITHIN: Final = timedelta(hours=24)
"""How long a request may wait before a digest says that it does."""
_NOON: Final = 12 * 60


def days_of(digest: Digest, zone: str, due: datetime) -> tuple[datetime, datetime]:
    """From when to when its bookings start (UTC, whole local days): the day itself before noon,
    the next one from noon on; of a weekly digest seven of them."""
    local = due.astimezone(zone_or_utc(zone))
    first = local.date() + timedelta(days=0 if digest.at < _NOON else 1)
    last = first + timedelta(days=1 if digest.weekday is None else 7)
    start, end = (datetime.combine(day, time(), local.tzinfo) for day in (first, last))
    return start.astimezone(due.tzinfo), end.astimezone(due.tzinfo)


def week_before(zone: str, due: datetime) -> datetime:
    """The same local time a week ago."""
    return (due.astimezone(zone_or_utc(zone)) - timedelta(days=7)).astimezone(due.tzinfo)


def asked_at(card: Card) -> datetime | None:
    """When the booking was asked for, as it is now."""
    own = [word for word in card.history if word.uid == card.booking.uid]
    said = [word.at for word in own if word.at and word.phase is Phase.REQUESTED]
    return min(said, default=card.said_at or card.booking.created_at)


def waits_too_long(card: Card, now: datetime) -> bool:
    """Whether nobody has answered the request for a day."""
    asked = asked_at(card)
    return asked is not None and now - asked > ANSWER_WITHIN


def has_absences(card: Card) -> bool:
    return bool(card.absent) or card.booking.absent_host


def line(ref: str, card: Card) -> DigestLine:
    """The booking in a line."""
    booking = card.booking
    return DigestLine(
        ref=ref,
        start=booking.start,
        end=booking.end,
        title=booking.title,
        event_type=booking.event_type_slug or "",
        hosts=tuple(_name(host) for host in booking.hosts),
        people=tuple(_name(attendee) for attendee in booking.attendees),
        phase=card.phase,
        absent=_absent(card),
        asked_at=asked_at(card) if card.phase is Phase.REQUESTED else None,
    )


def _absent(card: Card) -> tuple[str, ...]:
    booking = card.booking
    everybody: tuple[Host | Attendee, ...] = (*booking.hosts, *booking.attendees)
    names = {person.email.casefold(): _name(person) for person in everybody}
    absent = [names.get(email.casefold(), email) for email in card.absent]
    if booking.absent_host:
        absent += [_name(host) for host in booking.hosts[:1]]
    return tuple(dict.fromkeys(absent))


def _name(person: Host | Attendee) -> str:
    return person.name or person.email
