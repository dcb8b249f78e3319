"""What the channels hear from us: the card of a booking that was just made, for somebody who waits
to hear how it went; and what was done from here and Cal.com tells nobody."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog

from bot.domain.away import Away
from bot.domain.bookings import Status
from bot.domain.cards import Card, Phase
from bot.domain.errors import PlaceError, StoreUnavailable
from bot.domain.events import Trigger
from bot.domain.people import Account
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


class UnannouncedAbsence(Protocol):
    """The same for days out of office."""

    def __call__(
        self, away: Away, whose: Account, said_at: datetime, *, taken_back: bool = False
    ) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Announcements:
    """Puts a booking's card into a place; from then on it follows the booking.

    Attributes:
        unannounced: The body of a webhook as Cal.com would send it.
        absence: That of days out of office.
    """

    outbox: Outbox
    deliveries: Deliveries
    clock: Callable[[], datetime]
    inbox: Inbox
    unannounced: Unannounced
    absence: UnannouncedAbsence

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
        raw = self.unannounced(
            trigger, seen.booking.uid, self.clock(), actor=by, earlier_place=place, claimed=claimed
        )
        await self._accept(raw, seen.account, trigger)

    async def away(self, account: str, entry: Away, whose: Account) -> None:
        """Tell that the account's person is out of office, or how it is by now."""
        await self._accept(self.absence(entry, whose, self.clock()), account, Trigger.OOO_CREATED)

    async def back(self, account: str, entry: Away, whose: Account) -> None:
        """Tell that it was taken back."""
        raw = self.absence(entry, whose, self.clock(), taken_back=True)
        await self._accept(raw, account, Trigger.OOO_CREATED)

    async def _accept(self, raw: bytes, account: str, trigger: Trigger) -> None:
        try:
            await self.inbox.accept(raw, self.clock(), account)
        except StoreUnavailable:
            log.warning("cards_not_told", trigger=trigger)
