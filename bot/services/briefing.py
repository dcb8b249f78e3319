"""What is worth knowing before a meeting: what there was before with the same guest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.bookings import Booking
from bot.services.standing import Row

LOOKED_AT: Final = 50
"""So many earlier bookings are asked for; where there are more, that there are is said."""
NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Earlier:
    """The bookings with the same guest before one, as far as a reader may see them.

    Attributes:
        rows: The last few, the newest first.
        others: How many there are besides; `more` says that there are still others.
        missed: To how many of all of them the guest did not come.
    """

    rows: tuple[Row, ...] = ()
    others: int = 0
    more: bool = False
    missed: int = 0

    @staticmethod
    def of(found: Sequence[Row], guest: str, *, more: bool) -> "Earlier":
        """`found` are the newest first."""
        missed = sum(_did_not_come(row.booking, guest) for row in found)
        return Earlier(tuple(found[:NAMED]), max(0, len(found) - NAMED), more, missed)


NOTHING: Final = Earlier()


def guest_of(row: Row, reader_email: str) -> str:
    """The e-mail of the one guest, in lower case, whose earlier bookings are this reader's to know:
    they host it, or may act so. Empty where there is nobody, or several."""
    booking = row.booking
    hosts = {reader_email.casefold(), *(host.email.casefold() for host in booking.hosts)}
    emails = {a.email.casefold() for a in booking.attendees if a.email} - hosts
    return emails.pop() if row.is_host and len(emails) == 1 else ""


def _did_not_come(booking: Booking, guest: str) -> bool:
    return any(a.absent and a.email.casefold() == guest for a in booking.attendees)
