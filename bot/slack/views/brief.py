"""What there was before with the same guest: short lines for a meeting that is coming up."""

from collections.abc import Iterator, Sequence

from bot.domain.bookings import Booking, Status
from bot.domain.wording import _
from bot.services.standing import Row
from bot.slack.text import inline
from bot.slack.views.reading import Reading


def earlier(rows: Sequence[Row] | None, reading: Reading) -> Iterator[str]:
    """The earlier bookings; a sentence where Cal.com did not tell (None)."""
    if rows is None:
        yield _("Earlier meetings could not be looked up: Cal.com is not answering.")
    elif rows:
        yield _("*Earlier with the same guest:*")
        yield from (f"• {_line(row.booking, reading)}" for row in rows)


def _line(booking: Booking, reading: Reading) -> str:
    day = reading.day(reading.day_of(booking.start))
    return f"{day}: {inline(booking.title, 100)}{_what_became(booking)}"


def _what_became(booking: Booking) -> str:
    if booking.rescheduled_to_uid is not None:
        return _(" (moved)")
    if booking.status is Status.CANCELLED:
        return _(" (cancelled)")
    if booking.status is Status.REJECTED:
        return _(" (declined)")
    if booking.absent_host or any(attendee.absent for attendee in booking.attendees):
        return _(" (no-show)")
    return ""
