"""Telling whoever waits for work that there is some: in this process, and in the others."""

import asyncio
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errors import StoreUnavailable
from bot.store.database import Database

CHANNEL = "calbot_work"
"""The channel of PostgreSQL's NOTIFY; what is told is only that there is something."""


class WakeUps:
    """A bell. Whoever rings it wakes every task that waits, here and in other processes.

    A wake-up can be lost (a process that dies, a listening connection that breaks), so whoever
    waits looks for work again after its time-out anyway.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rung = asyncio.Event()
        self._count = 0
        self._heard: WeakKeyDictionary[asyncio.Task[object], int] = WeakKeyDictionary()
        self._listener: Any = None
        self._listening = asyncio.Lock()

    async def announce(self, connection: AsyncConnection) -> None:
        """Tell the other processes, when the transaction commits."""
        if self._database.is_postgresql:
            await connection.execute(select(func.pg_notify(CHANNEL, "")))

    def ring(self, *_told: object) -> None:
        """Tell the tasks of this process."""
        self._count += 1
        rung, self._rung = self._rung, asyncio.Event()
        rung.set()

    async def wait(self, timeout: float) -> None:  # noqa: ASYNC109 - running out of time is no error
        """Return when it rings, or rang since this task last waited, or after `timeout` seconds.

        Every task has its own ear: one that was busy while another was woken misses nothing, if
        it always waits in the same task. (`asyncio.wait_for` makes a new one.)
        """
        task = asyncio.current_task()
        assert task is not None
        heard = self._heard.setdefault(task, self._count)  # before it listens, which takes time
        await self._listen()
        if heard == self._count:
            with suppress(TimeoutError):
                async with asyncio.timeout(timeout):
                    await self._rung.wait()
        self._heard[task] = self._count

    async def close(self) -> None:
        if self._listener is not None:
            self._listener.terminate()
            self._listener = None

    async def _listen(self) -> None:
        """Listen for the other processes; without a connection only this one is heard."""
        if not self._database.is_postgresql or self._listening.locked():
            return
        async with self._listening:
            if self._listener is None or self._listener.is_closed():
                with suppress(StoreUnavailable):
                    self._listener = await self._database.listener(CHANNEL, self.ring)
