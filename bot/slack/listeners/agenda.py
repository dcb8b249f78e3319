"""`/cal today` and `/cal next`: what is coming up."""

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.bookings import Action, BookingQuery, Listing, Status
from bot.domain.people import Reader
from bot.services.briefing import NOTHING
from bot.services.standing import Row
from bot.slack.deps import Deps, Exchange
from bot.slack.views import bookings as views
from bot.slack.views.bookings import Viewer
from bot.slack.views.details import next_meeting
from bot.slack.views.reading import Reading

LONGEST = timedelta(hours=12)
"""How long before or after the day a meeting that reaches into it may begin or end."""
A_FEW = 10


class Agenda:
    """Shows the reader's day, and the meeting after now."""

    def __init__(self, deps: Deps, offered: frozenset[Action]) -> None:
        self._deps = deps
        self._offered = offered

    async def today(self, exchange: Exchange, reader: Reader) -> None:
        """Everything that stands and touches the reader's day, what is over included."""
        reading = Reading.of(reader, self._deps.clock())
        start = reading.start_of(reading.today)
        end = reading.start_of(reading.today + timedelta(days=1))
        found = await (await exchange.desk()).managing.listing(
            reader,
            BookingQuery(
                listings=(Listing.UPCOMING, Listing.PAST),
                after_start=start - LONGEST,
                before_end=end + LONGEST,
                ascending=True,
            ),
        )
        rows = [row for row in found.rows if row.booking.start < end and row.booking.end > start]
        viewer = Viewer(reading, reader.email, self._offered)
        await exchange.say(views.agenda(rows, reading.today, viewer))

    async def next(self, exchange: Exchange, reader: Reader) -> None:
        reading = Reading.of(reader, self._deps.clock())
        query = BookingQuery(listings=(Listing.UPCOMING,), ascending=True, take=A_FEW)
        managing = (await exchange.desk()).managing
        first = _first((await managing.listing(reader, query)).rows, reading)
        before = await managing.earlier(reader, first) if first else NOTHING
        viewer = Viewer(reading, reader.email, self._offered)
        await exchange.say(next_meeting(first, viewer, before))


def _first(rows: Sequence[Row], reading: Reading) -> Row | None:
    """The first that is agreed and not over; else the first that waits to be confirmed."""
    to_come = sorted(
        (row for row in rows if row.booking.end > reading.now), key=lambda row: row.booking.start
    )
    agreed = (row for row in to_come if row.booking.status is Status.ACCEPTED)
    return next(agreed, to_come[0] if to_come else None)
