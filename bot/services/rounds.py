"""Recurring work that is done once, however many processes could.

Who takes the turn works under its lease and leaves a state for the next one. A process that dies
in the middle leaves the state as it was; whoever comes when the lease is over does it again.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from bot.domain.errors import RateLimited, StoreUnavailable, Unavailable
from bot.services.ports import Turn, Turns
from bot.services.trying import LEASE, WORK, back_off

log = structlog.get_logger(__name__)

State = Mapping[str, Any]
"""JSON."""
Work = Callable[[State], Awaitable[State]]
"""Gets the state that the last one left (empty the first time), and returns the next one's; it has
`WORK` seconds. What it raises leaves the state as it was."""
Every = Callable[[State], Awaitable[timedelta]]
"""How long until the next one, by what this one left."""

LOOK_EVERY: Final = timedelta(seconds=1)
"""How often it is asked whether a turn is due: what `Turns.hasten` wants is noticed by then."""
AGAIN: Final = timedelta(minutes=1)
"""When work is tried again that failed for no passing reason."""


@dataclass(slots=True)
class Round:
    """One recurring piece of work: a chore for the worker, which calls it again and again.

    Attributes:
        every: From the end of one until the next is due.
        jitter: A number from 0 to 1.
    """

    turns: Turns
    clock: Callable[[], datetime]
    name: str
    every: timedelta | Every
    work: Work
    jitter: Callable[[], float] = random.random
    _look_at: datetime | None = field(default=None, init=False)
    _failures: int = field(default=0, init=False)

    async def __call__(self) -> bool:
        """Do the work, if it is due and nobody else's; False where it is not."""
        now = self.clock()
        if self._look_at and now < self._look_at:
            return False
        self._look_at = now + LOOK_EVERY
        turn = await self.turns.take(self.name, now, now + LEASE)
        if turn is None:
            return False
        due_at, state = await self._done(turn)
        await self.turns.end(turn, due_at, state)
        return True

    async def _done(self, turn: Turn) -> tuple[datetime, State]:
        """When the work is due again, and what it left."""
        try:
            async with asyncio.timeout(WORK):
                state = await self.work(turn.state)
                pause = self.every
                if not isinstance(pause, timedelta):
                    pause = await pause(state)
        except Exception as error:  # whatever it is: the work comes round again
            self._failures += 1
            return self._retry_at(error), turn.state
        self._failures = 0
        return self.clock() + pause, state

    def _retry_at(self, error: Exception) -> datetime:
        now, kind = self.clock(), type(error).__name__
        if not isinstance(error, Unavailable | RateLimited | StoreUnavailable):
            # Where it fails again and again, the first stack trace says it all.
            trace = error if self._failures == 1 else None
            log.error("turn_failed", turn=self.name, kind=kind, exc_info=trace)
            return now + AGAIN
        retry_at = now + back_off(self._failures, self.jitter())
        if isinstance(error, RateLimited):
            retry_at = max(error.until, now) + timedelta(seconds=self.jitter())
        log.info("turn_put_back", turn=self.name, kind=kind, retry_at=retry_at)
        return retry_at


@dataclass(slots=True)
class Family:
    """The same recurring work for many accounts, each under a turn of its own: `name:account`.

    A turn is there from when somebody first wanted it (`Turns.hasten`); `always` is there from the
    start. `piece` makes the round of an account; None for one that is gone, whose turn is ended.
    """

    turns: Turns
    clock: Callable[[], datetime]
    name: str
    always: str
    piece: Callable[[str], Awaitable[Round | None]]
    _rounds: dict[str, Round] = field(default_factory=dict, init=False)
    _look_at: datetime | None = field(default=None, init=False)

    async def __call__(self) -> bool:
        """Do the work of one account, if any is due and nobody else's."""
        now = self.clock()
        if self._look_at and now < self._look_at:
            return False
        prefix = f"{self.name}:"
        due = [each.removeprefix(prefix) for each in await self.turns.due(prefix, now)]
        if self.always not in {*due, *self._rounds}:
            due.append(self.always)
        for account in due:
            round_ = await self._round(account)
            if round_ is None:
                await self.turns.drop(f"{prefix}{account}")
            elif await round_():
                return True
        self._look_at = now + LOOK_EVERY
        return False

    async def _round(self, account: str) -> Round | None:
        """The one that is kept: it remembers how often it failed."""
        piece = await self.piece(account)
        if piece is None:
            self._rounds.pop(account, None)
            return None
        return self._rounds.setdefault(account, piece)


@dataclass(frozen=True, slots=True)
class Rounds:
    """Makes the chores of one process."""

    turns: Turns
    clock: Callable[[], datetime]

    def round(self, name: str, every: timedelta | Every, work: Work) -> Round:
        """The chore that does `work` under the turn of this name."""
        return Round(self.turns, self.clock, name, every, work)

    def family(
        self, name: str, always: str, piece: Callable[[str], Awaitable[Round | None]]
    ) -> Family:
        """The chore that does the work of whichever account's turn has come."""
        return Family(self.turns, self.clock, name, always, piece)
