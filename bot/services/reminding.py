"""Reminders before the start: looked for again and again, asked for once.

A reminder is known by its booking's start and its minutes, so asking twice is asking once; and it
follows a booking that moves, for then it is another one. Whoever delivers it looks again whether
it is still due.
"""

import contextlib
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from bot.domain.cards import Card, Phase
from bot.domain.errors import Expired, SchedulingError
from bot.domain.reminders import reminders
from bot.domain.rules import Rule, about_booking
from bot.services.matching import Matching
from bot.services.ports import Cards, Outbox, Rules
from bot.services.rounds import State

log = structlog.get_logger(__name__)

LOOK_EVERY: Final = timedelta(seconds=15)
OVERLAP: Final = timedelta(minutes=2)
"""A booking may become known so long after its word was said."""
WHOLE_EVERY: Final = timedelta(minutes=10)
"""How often every booking that could be reminded of is looked at, for what took longer."""
PAGE: Final = 200
TICK: Final = timedelta(microseconds=1)


@dataclass(slots=True)
class Reminding:
    """Asks for the reminders of an account's bookings as their moments come.

    What it has looked at it remembers for itself: after a restart, and when a rule has changed,
    it looks at everything that is still to come.
    """

    account: str
    rules: Rules
    cards: Cards
    outbox: Outbox
    matching: Matching
    clock: Callable[[], datetime]
    _known: Sequence[Rule] = field(default=(), init=False)
    _looked_at: datetime | None = field(default=None, init=False)
    _whole_at: datetime | None = field(default=None, init=False)
    _done: dict[str, tuple[Card, int]] = field(default_factory=dict, init=False)

    async def __call__(self, state: State) -> State:
        """Ask for what has become due; see `services.rounds`."""
        rules = await self.rules.reminding(self.account)
        if rules != self._known:
            self._known, self._looked_at, self._whole_at, self._done = rules, None, None, {}
        minutes = {each for rule in rules if not rule.is_off for each in rule.reminders}
        if minutes:
            await self._look(self.clock(), minutes)
        return state

    async def _look(self, now: datetime, minutes: set[int]) -> None:
        """Raises, in the end, what kept it from reminding of one of them."""
        is_whole = self._whole_at is None or now >= self._whole_at + WHOLE_EVERY
        since = None if is_whole or self._looked_at is None else self._looked_at - OVERLAP
        failure: SchedulingError | None = None
        async for ref, card in self._starting(_windows(now, minutes, since)):
            seen = (card, _come(card, minutes, now))
            if self._done.get(ref) == seen:
                continue
            try:
                await self._remind(ref, card, now)
            except SchedulingError as error:  # whose team it is; the others need not wait for that
                failure = failure or error
            else:
                self._done[ref] = seen
        if failure:
            raise failure
        self._looked_at = now
        if is_whole:
            self._whole_at = now
            self._done = {r: each for r, each in self._done.items() if each[0].booking.start > now}

    async def _starting(
        self, windows: Iterable[tuple[datetime, datetime]]
    ) -> AsyncIterator[tuple[str, Card]]:
        """The upcoming bookings that start within them, with their refs."""
        for after, until in windows:
            beyond = None
            more = True
            while more:
                page = await self.cards.starting(
                    self.account, after, until, phases=[Phase.UPCOMING], take=PAGE, beyond=beyond
                )
                for ref, card in page:
                    yield ref, card
                    beyond = (card.booking.start, ref)
                more = len(page) == PAGE

    async def _remind(self, ref: str, card: Card, now: datetime) -> None:
        about = about_booking(card.booking)
        rules = await self.matching.fitting(self.account, about)
        for minutes, showings in reminders(card, rules, now).items():
            key = f"{card.booking.start.astimezone(UTC).isoformat()}/{minutes}"
            with contextlib.suppress(Expired):  # it is not kept any more
                await self.outbox.remind(ref, key, showings)
            log.info("reminded", ref=ref, minutes=minutes, places=len(showings))


def _windows(
    now: datetime, minutes: set[int], since: datetime | None
) -> list[tuple[datetime, datetime]]:
    """When those bookings start whose reminders' moments came after `since` (None: ever)."""
    ends = [now + timedelta(minutes=each) + TICK for each in sorted(minutes)]
    if since is None:
        return [(now, ends[-1])]
    return [(max(now, end - (now - since)), end) for end in ends]


def _come(card: Card, minutes: set[int], now: datetime) -> int:
    """The last of these reminders whose moment has come."""
    return min(each for each in minutes if card.booking.start - timedelta(minutes=each) <= now)
