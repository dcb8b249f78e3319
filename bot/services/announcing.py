"""What the channels hear from us: the card of a booking that was just made, for somebody who waits
to hear how it went; and what was done from here and Cal.com tells nobody."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog

from bot.domain.bookings import Status
from bot.domain.cards import Card, Phase
from bot.domain.errors import PlaceError, StoreUnavailable
from bot.domain.events import Trigger
from bot.domain.records import Seen
from bot.domain.rules import Place
from bot.services.deliveries import Deliveries
from bot.services.ports import Inbox, Outbox

log = structlog.get_logger(__name__)


class Unannounced(Protocol):
    """Writes the webhook that Cal.com does not send."""

    def __call__(
        self,
        trigger: Trigger,
        uid: str,
        said_at: datetime,
        *,
        actor: str,
        earlier_place: str,
        claimed: bool,
    ) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Announcements:
    """Puts a booking's card into a place; from then on it follows the booking.

    Attributes:
        unannounced: The body of a webhook as Cal.com would send it.
    """

    outbox: Outbox
    deliveries: Deliveries
    clock: Callable[[], datetime]
    inbox: Inbox
    unannounced: Unannounced

    async def announce(self, seen: Seen, place: Place, thread: str = "") -> PlaceError | None:
        """Post the card, with `thread` (a message's ts) in that thread; returns why it could not
        be posted, if it could not (it stays due)."""
        pending = seen.booking.status is Status.PENDING
        card = Card(
            booking=seen.booking,
            phase=Phase.REQUESTED if pending else Phase.UPCOMING,
            said_at=seen.booking.created_at or self.clock(),
        )
        delivery_id = await self.outbox.show(seen.ref, card, place, thread)
        return await self.deliveries.deliver_now(delivery_id)

    async def handed_over(self, seen: Seen, by: str) -> None:
        """Let the cards show who has it now."""
        await self._put_in(Trigger.BOOKING_REASSIGNED, seen, by)

    async def claimed(self, seen: Seen, by: str) -> None:
        """Let the cards show who took it."""
        await self._put_in(Trigger.BOOKING_REASSIGNED, seen, by, claimed=True)

    async def put_elsewhere(self, before: Seen, by: str) -> None:
        """Let the cards show where it takes place now."""
        await self._put_in(Trigger.BOOKING_LOCATION_UPDATED, before, by, before.booking.location)

    async def _put_in(
        self, trigger: Trigger, seen: Seen, by: str, place: str = "", *, claimed: bool = False
    ) -> None:
        """Into the inbox, as if Cal.com had sent it: the worker looks up how it stands, and turns
        and edits the cards as ever. That it cannot be stored does not undo what was done."""
        now = self.clock()
        raw = self.unannounced(
            trigger, seen.booking.uid, now, actor=by, earlier_place=place, claimed=claimed
        )
        try:
            await self.inbox.accept(raw, now, seen.account)
        except StoreUnavailable:
            log.warning("cards_not_told", trigger=trigger)
