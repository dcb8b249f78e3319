"""Show a booking that was just made in a channel, for somebody who waits to hear how it went."""

from collections.abc import Callable
from datetime import datetime

from bot.domain.bookings import Status
from bot.domain.cards import Card, Phase
from bot.domain.errors import PlaceError
from bot.domain.records import Seen
from bot.domain.rules import Place
from bot.services.deliveries import Deliveries
from bot.services.ports import Outbox


class Announcements:
    """Puts a booking's card into a place; from then on it follows the booking."""

    def __init__(
        self, outbox: Outbox, deliveries: Deliveries, clock: Callable[[], datetime]
    ) -> None:
        self._outbox = outbox
        self._deliveries = deliveries
        self._clock = clock

    async def announce(self, seen: Seen, place: Place) -> PlaceError | None:
        """Post the card; returns why it could not be posted, if it could not (it stays due)."""
        pending = seen.booking.status is Status.PENDING
        card = Card(
            booking=seen.booking,
            phase=Phase.REQUESTED if pending else Phase.UPCOMING,
            said_at=seen.booking.created_at or self._clock(),
        )
        delivery_id = await self._outbox.show(seen.ref, card, place)
        return await self._deliveries.deliver_now(delivery_id)
