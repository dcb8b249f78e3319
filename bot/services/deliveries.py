"""From a decided card to the places that show it.

Every row that is claimed here ends delivered, put back, or set aside with a word in the log; a
process that dies in the middle leaves a lease that runs out, and the message is sought before it
is posted again.
"""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

import structlog
from structlog.contextvars import bound_contextvars

from bot.domain.errors import (
    BotRefused,
    PlaceBusy,
    PlaceError,
    PlaceGone,
    PlaceUnknown,
    PlaceUnreachable,
    StoreUnavailable,
)
from bot.domain.records import Delivery, Kind, Posted, still_due
from bot.domain.rules import Place
from bot.services.counting import Counts, Uncounted
from bot.services.ports import Outbox, Places
from bot.services.refusals import Refusals
from bot.services.trying import LEASE, TRIES, WORK, back_off

log = structlog.get_logger(__name__)

LATE: Final = timedelta(seconds=5)
"""How long after we have stopped waiting Slack may still carry out what it was asked for: before,
a message that is looked for may not be there yet."""
PASSING: Final = (PlaceBusy, PlaceUnknown, StoreUnavailable, TimeoutError)
"""What is over some day, however long it lasts: it is tried until then."""


@dataclass(slots=True)
class Gate:
    """Whether Slack lets the bot into a workspace: shut, with Slack's word, when it said that it
    does not. Then nothing is any place's fault, and nothing is tried there before `until` but for
    somebody who waits."""

    team_id: str
    why: str = ""
    until: datetime | None = None
    _times: int = 0

    def is_shut(self, now: datetime) -> bool:
        return self.until is not None and now < self.until

    def shut(self, why: str, now: datetime, jitter: float) -> datetime:
        """Returns when to try again."""
        if not self.why:
            log.error(
                "slack_refuses_the_bot",
                team=self.team_id,
                why=why,
                todo="install the app anew, or its scopes",
            )
        self._times += 1
        self.why, self.until = why, now + back_off(self._times, jitter)
        return self.until

    def open(self) -> None:
        if self.why:
            log.info("slack_lets_the_bot_in_again", team=self.team_id)
        self.why, self.until, self._times = "", None, 0


@dataclass(frozen=True, slots=True)
class Deliveries:
    """What a worker does with the outbox, one row at a time; one at a time per place.

    Attributes:
        refusals: What is done about what cannot be delivered any more.
        jitter: A number from 0 to 1.
    """

    outbox: Outbox
    places: Places
    clock: Callable[[], datetime]
    refusals: Refusals
    jitter: Callable[[], float] = random.random
    counts: Counts = field(default_factory=Uncounted)
    _gates: dict[str, Gate] = field(default_factory=dict, init=False, repr=False)
    _under_way: Counter[Place] = field(default_factory=Counter, init=False, repr=False)
    _claiming: asyncio.Lock = field(default_factory=asyncio.Lock, init=False, repr=False)

    async def deliver_one(self) -> bool:
        """Post or edit one card in one place; False when none is due."""
        delivery = await self._claim()
        if delivery is None:
            return False
        await self._deliver(delivery)
        return True

    def refused(self, team_id: str) -> str:
        """Slack's word for why it does not let the bot into this workspace; empty where it does."""
        gate = self._gates.get(team_id)
        return gate.why if gate else ""

    async def deliver_now(self, delivery_id: int) -> PlaceError | None:
        """Deliver this one, for somebody who waits; returns why it could not be done.

        None also where another worker has it in hand.
        """
        delivery = await self._claim(delivery_id)
        return await self._deliver(delivery, is_heard=True) if delivery else None

    async def _claim(self, delivery_id: int | None = None) -> Delivery | None:
        """The next one for a place where nothing is under way; a named one does not wait."""
        async with self._claiming:
            now, busy = self.clock(), frozenset(self._under_way)
            besides = busy if delivery_id is None else ()
            shut = frozenset(team for team, gate in self._gates.items() if gate.is_shut(now))
            delivery = await self.outbox.claim(
                now, now + LEASE, delivery_id, besides=besides, outside=shut
            )
            if delivery:
                self._under_way[delivery.place] += 1
            return delivery

    async def _deliver(self, delivery: Delivery, *, is_heard: bool = False) -> PlaceError | None:
        """`is_heard` says that whoever asked for it waits, and is told why it cannot be done."""
        place = delivery.place
        with bound_contextvars(trace=delivery.trace, delivery=delivery.id):
            try:
                return await self._try(delivery, is_heard=is_heard)
            finally:
                self._under_way[place] -= 1
                if not self._under_way[place]:
                    del self._under_way[place]

    async def _try(self, delivery: Delivery, *, is_heard: bool) -> PlaceError | None:
        may_be_there = bool(delivery.sought_since and not delivery.ts)
        try:
            async with asyncio.timeout(WORK):
                located = await self._located(delivery) if may_be_there else delivery
                may_be_there = located.ts is not None and delivery.ts is None
                posted = await self._carry_out(located)
            await self.outbox.delivered(delivery, posted)
        except Exception as error:  # one bad row must not stop the next
            await self._give_back(delivery, error, may_be_there=may_be_there, is_heard=is_heard)
            return error if isinstance(error, PlaceError) else None
        await self._delivered(located, posted)
        return None

    async def _delivered(self, delivery: Delivery, posted: Posted | None) -> None:
        """Say so; and where the place was known by its name only, keep the id that Slack told."""
        if gate := self._gates.pop(delivery.place.team_id, None):
            gate.open()
        place, now = delivery.place, self.clock()
        lag = (now - (delivery.wanted_at or now)).total_seconds()
        outcome = "gone" if posted is None else "edited" if delivery.ts else "posted"
        self.counts.sent(delivery.kind, outcome, lag)
        said = f"{delivery.kind}_{outcome}"  # card_posted, card_edited, note_posted ...
        log.info(
            said,
            place=posted.channel if posted else place.channel,
            version=delivery.version,
            lag_ms=round(lag * 1000),
        )
        if posted and place.channel.startswith("#"):
            await self.outbox.settled_in(place, posted.channel)

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
            log.info("card_gone", channel=delivery.channel)
            return Posted(delivery.channel or delivery.place.channel, delivery.ts)

    async def _give_back(
        self, delivery: Delivery, error: Exception, *, may_be_there: bool, is_heard: bool
    ) -> None:
        """Put it back for a later try, or aside; before that whoever can do something is told, so
        that whoever comes after a death in between does so again."""
        why = error.code if isinstance(error, PlaceError) else type(error).__name__
        retry_at = self._retry_at(delivery, error)
        known = isinstance(error, (PlaceError, *PASSING))
        said = log.bind(place=delivery.place.channel, why=why, retry_at=retry_at)
        if isinstance(error, PlaceUnreachable):
            said.warning("card_undeliverable", todo="/invite the bot into the channel")
            await self.refusals.closed(delivery, why, is_heard=is_heard)
        elif not known:
            said.error("delivery_failed", exc_info=error)
            if retry_at is None:
                await self.refusals.given_up(delivery, why)
        elif not isinstance(error, BotRefused):  # the gate has said so, once
            said.info("delivery_put_back")
        self.counts.sent(delivery.kind, why if known else "failed")
        sent = may_be_there or not isinstance(error, PlaceBusy | PlaceUnreachable)
        await self.outbox.put_back(delivery, why, retry_at, sent=sent, known=known)

    def _retry_at(self, delivery: Delivery, error: Exception) -> datetime | None:
        """None where trying again will not help, or has not helped often enough."""
        now, later = self.clock(), self.clock() + back_off(delivery.tries, self.jitter())
        if isinstance(error, BotRefused):
            team_id = delivery.place.team_id
            gate = self._gates.setdefault(team_id, Gate(team_id))
            return gate.shut(error.code, now, self.jitter())
        if isinstance(error, PlaceBusy) and error.retry_after is not None:
            return now + timedelta(seconds=error.retry_after + self.jitter())
        if isinstance(error, PlaceUnknown | TimeoutError):
            return max(later, now + LATE)
        if isinstance(error, PASSING):
            return later
        if isinstance(error, PlaceUnreachable) or delivery.failures + 1 >= TRIES:
            return None
        return now + back_off(delivery.failures + 1, self.jitter())
