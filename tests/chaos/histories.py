"""What happened at Cal.com: bookings made, moved, answered and cancelled by the hundred, and the
webhooks that told of it, kept instead of sent."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Final

from bot.sandbox.calcom import booking, cancelling, confirming, rescheduling
from bot.sandbox.calcom.booking import Person, Request
from bot.sandbox.calcom.cancelling import Cancellation
from bot.sandbox.calcom.hours import DAYS
from bot.sandbox.calcom.model import Booking, EventType, Hours, User
from bot.sandbox.calcom.rescheduling import Move
from bot.sandbox.calcom.seed_demo import HOUSE_KEY
from bot.sandbox.calcom.world import World
from tests.subscribing import TRIGGERS, WEBHOOK_SECRET

URL: Final = "http://cal.test/webhooks/cal"
STEP: Final = timedelta(milliseconds=50)
"""Between two things that happen: what Cal.com says tells their order."""


@dataclass(frozen=True)
class Webhook:
    """What Cal.com sends."""

    headers: dict[str, str]
    body: bytes


@dataclass
class History:
    """What happened, told to nobody.

    Attributes:
        kinds: The event types by channel; each channel hears of its own.
        webhooks: What Cal.com would have sent, in order.
    """

    world: World
    kinds: dict[str, list[EventType]]
    rng: random.Random
    webhooks: list[Webhook] = field(default_factory=list)
    _slot: int = 0
    _now: datetime = field(default_factory=lambda: datetime.now(UTC))
    _people: int = 0

    @property
    def host(self) -> User:
        host = self.world.user_by_key(HOUSE_KEY)
        assert host is not None
        return host

    def channel_of(self, made: Booking) -> str:
        """The channel whose rule has this booking's event type."""
        return next(
            name
            for name, kinds in self.kinds.items()
            if any(kind.id == made.event_type_id for kind in kinds)
        )

    async def until(self, webhooks: int) -> None:
        """Let things happen until Cal.com has sent so many webhooks; a story is not broken off."""
        stories: list[Callable[[str], Awaitable[None]]] = [
            *(2 * [self._moved_twice]),
            self._cancelled,
            self._requested,
            self._class,
            self._series,
        ]
        channels = list(self.kinds)
        told = 0
        while len(self.webhooks) < webhooks:
            await stories[told % len(stories)](channels[told % len(channels)])
            told += 1

    async def _moved_twice(self, channel: str) -> None:
        made = await self._moved(await self._moved(await self._booked(channel, 0)))
        if self.rng.random() < 0.5:
            await self._cancel(made)

    async def _cancelled(self, channel: str) -> None:
        await self._cancel(await self._booked(channel, 0))

    async def _requested(self, channel: str) -> None:
        made = await self._booked(channel, 1)
        self._tick()
        if self.rng.random() < 0.3:
            await confirming.decline(self.world, made, self.host, "no time")
            return
        await confirming.confirm(self.world, made, self.host)
        if self.rng.random() < 0.5:
            await self._moved(made, by=self.host)

    async def _class(self, channel: str) -> None:
        start = self._next_time()
        seats = [(await self._booked(channel, 2, start)).attendees[-1].seat_uid for _ in range(4)]
        leaving = self.rng.sample(seats, self.rng.choice((0, 1, 2, 4)))
        made = self.world.bookings[-1]
        for seat in leaving:
            self._tick()
            await cancelling.cancel(self.world, made, Cancellation("cannot come", seat_uid=seat))

    async def _series(self, channel: str) -> None:
        # Between the others' times, and weeks apart: one series never meets another.
        first = await self._booked(channel, 3, self._next_time() + timedelta(minutes=10))
        if self.rng.random() < 0.5:
            last = self.world.series(first.recurring_uid or "")[-1]
            self._tick()
            await cancelling.cancel(self.world, last, Cancellation("once less", subsequent=True))

    async def _booked(self, channel: str, kind: int, start: datetime | None = None) -> Booking:
        self._tick()
        self._people += 1
        person = Person(f"Guest {self._people:04}", f"g{self._people}@guest.example", "Asia/Tokyo")
        wish = Request(self.kinds[channel][kind], start or self._next_time(), person)
        return (await booking.book(self.world, wish))[0]

    async def _moved(self, made: Booking, by: User | None = None) -> Booking:
        self._tick()
        return await rescheduling.reschedule(
            self.world, made, Move(self._next_time(), "something came up", caller=by)
        )

    async def _cancel(self, made: Booking) -> None:
        self._tick()
        await cancelling.cancel(self.world, made, Cancellation("no need any more"))

    def _next_time(self) -> datetime:
        """A time nobody has had."""
        self._slot += 1
        first = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return first + timedelta(days=2, minutes=15 * self._slot)

    def _tick(self) -> None:
        self._now += STEP

    def clock(self) -> datetime:
        return self._now

    async def keep(self, url: str, headers: dict[str, str], body: bytes) -> int:
        """Cal.com's own way to send: nothing leaves."""
        self.webhooks.append(Webhook(headers, body))
        return 200


async def a_history(world: World, channels: list[str], webhooks: int, seed: int) -> History:
    """Let things happen in this world, which is left with its bookings and no subscription."""
    kinds = {name: _kinds(world, number) for number, name in enumerate(channels)}
    history = History(world, kinds, random.Random(seed))
    clock, post = world.clock, world.post
    world.clock, world.post = history.clock, history.keep
    for schedule in world.schedules.values():
        schedule.hours = [Hours(list(DAYS), time(0), time(23, 59))]
        schedule.overrides = []
    world.bookings.clear()
    world.subscribe(URL, list(TRIGGERS), secret=WEBHOOK_SECRET, user_id=history.host.id)
    await history.until(webhooks)
    world.subscriptions.clear()
    world.meetings.clear()
    world.clock, world.post = clock, post
    return history


def _kinds(world: World, number: int) -> list[EventType]:
    """An ordinary event type, one to confirm, a class and a series, for one channel."""
    slugs = ("intro", "interview", "onboarding", "check-in")
    made: list[EventType] = []
    for slug in slugs:
        known = next(each for each in world.event_types.values() if each.slug == slug)
        copy = replace(
            known,
            id=1000 + 10 * number + len(made),
            slug=f"{slug}-{number}",
            length=10,
            lengths=[],
            minimum_notice=0,
            before_buffer=0,
            after_buffer=0,
            booking_fields=[],
        )
        if copy.recurrence:
            copy.length = 4
            copy.recurrence = replace(copy.recurrence, interval=8, occurrences=3)
        world.event_types[copy.id] = copy
        made.append(copy)
    return made
