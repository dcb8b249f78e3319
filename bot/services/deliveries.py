"""From a decided card to the places that show it.

Every row that is claimed here ends delivered, put back, or set aside with a word in the log; a
process that dies in the middle leaves a lease that runs out, and the message is sought before it
is posted again.
"""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from bot.domain.errors import (
    PlaceBusy,
    PlaceError,
    PlaceGone,
    PlaceUnknown,
    PlaceUnreachable,
    StoreUnavailable,
)
from bot.domain.records import Delivery, Kind, Posted, still_due
from bot.domain.rules import Place
from bot.services.ports import Outbox, Places
from bot.services.trying import LEASE, TRIES, WORK, back_off

log = structlog.get_logger(__name__)

Aside = Callable[[Delivery, str], Awaitable[None]]


async def _tell_nobody(delivery: Delivery, why: str) -> None:
    return


@dataclass(frozen=True, slots=True)
class Deliveries:
    """What a worker does with the outbox, one row at a time; one at a time per place.

    Attributes:
        on_aside: Told (delivery, Slack's error code) when a card cannot be delivered any more.
        jitter: A number from 0 to 1.
    """

    outbox: Outbox
    places: Places
    clock: Callable[[], datetime]
    on_aside: Aside = _tell_nobody
    jitter: Callable[[], float] = random.random
    _under_way: Counter[Place] = field(default_factory=Counter, init=False, repr=False)
    _claiming: asyncio.Lock = field(default_factory=asyncio.Lock, init=False, repr=False)

    async def deliver_one(self) -> bool:
        """Post or edit one card in one place; False when none is due."""
        delivery = await self._claim()
        if delivery is None:
            return False
        await self._deliver(delivery)
        return True

    async def deliver_now(self, delivery_id: int) -> PlaceError | None:
        """Deliver this one, for somebody who waits; returns why it could not be done.

        None also where another worker has it in hand.
        """
        delivery = await self._claim(delivery_id)
        return await self._deliver(delivery) if delivery else None

    async def _claim(self, delivery_id: int | None = None) -> Delivery | None:
        """The next one for a place where nothing is under way; a named one does not wait."""
        async with self._claiming:
            now, busy = self.clock(), frozenset(self._under_way)
            besides = busy if delivery_id is None else ()
            delivery = await self.outbox.claim(now, now + LEASE, delivery_id, besides=besides)
            if delivery:
                self._under_way[delivery.place] += 1
            return delivery

    async def _deliver(self, delivery: Delivery) -> PlaceError | None:
        place = delivery.place
        may_be_there = bool(delivery.sought_since and not delivery.ts)
        try:
            async with asyncio.timeout(WORK):
                located = await self._located(delivery) if may_be_there else delivery
                may_be_there = located.ts is not None and delivery.ts is None
                posted = await self._carry_out(located)
            await self.outbox.delivered(delivery, posted)
        except Exception as error:  # one bad row must not stop the next
            await self._give_back(delivery, error, may_be_there)
            return error if isinstance(error, PlaceError) else None
        finally:
            self._under_way[place] -= 1
            if not self._under_way[place]:
                del self._under_way[place]
        return None

    async def _located(self, delivery: Delivery) -> Delivery:
        found = await self.places.find(delivery)
        return replace(delivery, channel=found.channel, ts=found.ts) if found else delivery

    async def _carry_out(self, delivery: Delivery) -> Posted | None:
        with contextlib.suppress(PlaceGone):  # what it belongs to was deleted by somebody
            if delivery.ts is None and not still_due(delivery, self.clock()):
                return None
            if delivery.kind is not Kind.REMOVAL:
                return await self._show(delivery)
            if delivery.ts is not None:
                await self.places.remove(delivery)
        return None

    async def _show(self, delivery: Delivery) -> Posted:
        if delivery.ts is None:
            return await self.places.post(delivery)
        try:
            return await self.places.edit(delivery)
        except PlaceGone:
            # Somebody deleted it, and did not mean to see it again.
            log.info("card_gone", delivery=delivery.id, channel=delivery.channel)
            return Posted(delivery.channel or delivery.place.channel, delivery.ts)

    async def _give_back(self, delivery: Delivery, error: Exception, may_be_there: bool) -> None:
        why = error.code if isinstance(error, PlaceError) else type(error).__name__
        known = isinstance(error, PlaceBusy | PlaceUnknown | StoreUnavailable | TimeoutError)
        refused = isinstance(error, PlaceBusy | PlaceUnreachable)
        said = log.bind(delivery=delivery.id, channel=delivery.place.channel, why=why)
        retry_at: datetime | None = self.clock() + back_off(delivery.tries, self.jitter())
        if isinstance(error, PlaceUnreachable):
            retry_at = None
            said.warning("card_undeliverable", todo="/invite the bot into the channel")
        elif isinstance(error, PlaceBusy) and error.retry_after is not None:
            retry_at = self.clock() + timedelta(seconds=error.retry_after + self.jitter())
        elif not known:
            retry_at = retry_at if delivery.tries < TRIES else None
            said.error("delivery_failed", retry_at=retry_at, exc_info=error)
        if known:
            said.info("delivery_put_back", retry_at=retry_at)
        sent = may_be_there or not refused
        await self.outbox.put_back(delivery, why, retry_at, sent=sent)
        if retry_at is None:
            await self.on_aside(delivery, why)
