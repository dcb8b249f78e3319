"""The background work: webhooks out of the inbox, cards out of the outbox, until told to stop."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Final

import structlog

log = structlog.get_logger(__name__)

Step = Callable[[], Awaitable[bool]]
"""Does one thing that is due, and says whether there was any."""
Wait = Callable[[float], Awaitable[None]]
"""Returns when there may be work again, or after so many seconds; always from the same task."""

TAKERS: Final = 2
DELIVERERS: Final = 4
"""How many of each go on at the same time."""
IDLE: Final = 1.0
"""Seconds after which it is looked whether something put back is due."""
LONGEST_PAUSE: Final = 30.0


class Worker:
    """Repeats the steps, several side by side; a step that fails is tried again after a pause.

    Args:
        take: Settles one webhook.
        deliver: Shows one card in one place.
        wait: The store's bell.
        clock: Now, aware UTC.
        chores: Other steps, by name, each in a loop of its own.
    """

    def __init__(
        self,
        take: Step,
        deliver: Step,
        wait: Wait,
        clock: Callable[[], datetime],
        *,
        chores: Mapping[str, Step] | None = None,
    ) -> None:
        self._wait = wait
        self._clock = clock
        self._steps = {f"take-{n}": take for n in range(TAKERS)}
        self._steps |= {f"deliver-{n}": deliver for n in range(DELIVERERS)}
        self._steps |= chores or {}
        self._rounds: dict[str, datetime] = {}
        self._idle: set[asyncio.Task[None]] = set()
        self._running: set[asyncio.Task[None]] = set()
        self._stopping = False

    @property
    def last_round(self) -> datetime | None:
        """When the slowest of them last got through a round; None before all of them have."""
        return min(self._rounds.values()) if len(self._rounds) == len(self._steps) else None

    async def run(self) -> None:
        """Work until `stop` or until cancelled."""
        async with asyncio.TaskGroup() as group:
            for name, step in self._steps.items():
                task = group.create_task(self._repeat(name, step), name=name)
                self._running.add(task)
                task.add_done_callback(self._running.discard)

    async def stop(self, grace: float = 20.0) -> None:
        """Begin nothing new, and wait for what is going on; cancel it after `grace` seconds.

        What is cancelled is done again when its lease is over.
        """
        self._stopping = True
        for task in self._idle:
            task.cancel()
        if not self._running:
            return
        _, late = await asyncio.wait(set(self._running), timeout=grace)
        for task in late:
            log.warning("worker_cut_short", loop=task.get_name())
            task.cancel()
        if late:
            await asyncio.wait(late)

    async def _repeat(self, name: str, step: Step) -> None:
        failures = 0
        while not self._stopping:
            try:
                worked = await step()
            except Exception:  # the store is away, or worse: it must go on when it is back
                failures += 1
                pause = min(2.0 ** (failures - 1), LONGEST_PAUSE)
                log.exception("round_failed", loop=name, pause=pause)
                await self._rest(asyncio.sleep(pause))
                continue
            failures = 0
            self._rounds[name] = self._clock()
            if not worked:
                await self._rest(self._wait(IDLE))

    async def _rest(self, pause: Awaitable[None]) -> None:
        """Only here may `stop` break in: nothing is under way."""
        task = asyncio.current_task()
        assert task is not None
        self._idle.add(task)
        try:
            await pause
        finally:
            self._idle.discard(task)
