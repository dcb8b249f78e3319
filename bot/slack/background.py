"""Work that goes on after Slack has its answer."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

import structlog

log = structlog.get_logger(__name__)

Work = Coroutine[Any, Any, None]

_held: Final[ContextVar[list[Work] | None]] = ContextVar("held", default=None)
"""What has to wait for the answer to the request that is being handled."""


class Background:
    """Keeps the tasks that listeners hand over: strongly referenced, and drained at shutdown.

    A coroutine given to it handles its own errors; what still escapes is logged, never lost.
    """

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    @contextmanager
    def held(self) -> Iterator[list[Work]]:
        """What is started meanwhile is only collected, for `begin` once the answer is on its way:
        a view drawn anew must not reach Slack before the answer to the submission it is about.

        Where there is no answer, because it failed, it begins at once.
        """
        collected: list[Work] = []
        token = _held.set(collected)
        try:
            yield collected
        except BaseException:
            self._begin_all(collected)
            raise
        finally:
            _held.reset(token)

    async def begin(self, collected: list[Work]) -> None:
        """Start what was collected; returns at once."""
        self._begin_all(collected)

    def start(self, work: Work) -> None:
        collected = _held.get()
        if collected is None:
            self._begin(work)
        else:
            collected.append(work)

    def _begin_all(self, collected: list[Work]) -> None:
        while collected:
            self._begin(collected.pop(0))

    def _begin(self, work: Work) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def drain(self) -> None:
        """Wait until nothing is going on."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def close(self, grace: float = 10.0) -> None:
        """Drain for `grace` seconds, then cancel what is left and wait for it to end."""
        try:
            async with asyncio.timeout(grace):
                await self.drain()
        except TimeoutError:
            log.warning("background_cut_short", tasks=len(self._tasks))
        for task in set(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("background_failed", exc_info=error)
