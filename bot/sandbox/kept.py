"""A program that is kept running, and can be killed in the middle of whatever it does."""

import asyncio
import contextlib
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

LOOK_EVERY: Final = 0.05
"""Seconds between two looks whether it can work yet."""
LONGEST: Final = 60
"""Seconds that it may be told to stay away."""
PATIENCE: Final = 60.0
"""Seconds within which it comes to life the first time, also where the machine is busy."""
PAUSE: Final = 0.5
"""Seconds before it is started again, at least."""


class State(StrEnum):
    STARTING = "starting"
    RUNNING = "running"
    CRASHED = "crashed"


class Kept:
    """Starts the program, and starts it again whenever it has ended.

    Its standard input is a pipe that ends with us, so that it need not outlive us.

    Args:
        command: The program and its arguments.
        folder: Where it runs.
        is_ready: Whether it can do its work; it may be asked at any time.
        changed: Called whenever `state` is another one.

    Attributes:
        environment: All of the program's environment, from its next start on.
        state, starts: What it is doing, and how often it was started.
    """

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        is_ready: Callable[[], Awaitable[bool]],
        changed: Callable[[], None],
    ) -> None:
        self.state = State.STARTING
        self.starts = 0
        self.environment: Mapping[str, str] = {}
        self._command = command
        self._folder = folder
        self._is_ready = is_ready
        self._changed = changed
        self._process: Process | None = None
        self._away = 0.0
        self._running = asyncio.Event()

    @contextlib.asynccontextmanager
    async def running(self, within: float = PATIENCE) -> AsyncIterator[None]:
        """Keep it running until the block is left; the block begins when it can work, which has
        to be `within` seconds.

        Raises:
            TimeoutError: It does not come to that.
        """
        keeping = asyncio.create_task(self._keep())
        try:
            await self._come_to_life(within)
            yield
        finally:
            keeping.cancel()
            await asyncio.wait([keeping])

    async def _come_to_life(self, within: float) -> None:
        try:
            await asyncio.wait_for(self._running.wait(), within)
        except TimeoutError:
            raise TimeoutError(f"it did not come to life within {within:g} seconds") from None

    def kill(self, away: float = 0.0) -> bool:
        """End it at this very moment, as a power cut would; so many seconds later it is started
        again. False where it does not run."""
        if self._process is None or self.state is State.CRASHED:
            return False
        self._away = away
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        return True

    async def _keep(self) -> None:
        while True:
            await self._live()
            self._tell(State.CRASHED)
            away, self._away = self._away, 0.0
            await asyncio.sleep(max(away, PAUSE))

    async def _live(self) -> None:
        """One life of the program, from its start to its end."""
        self._tell(State.STARTING)
        self.starts += 1
        process = self._process = await asyncio.create_subprocess_exec(
            *self._command,
            env=self.environment,
            cwd=self._folder,
            stdin=PIPE,
            start_new_session=True,  # a Ctrl-C in the terminal is meant for us
        )
        ready = asyncio.create_task(self._until_ready())
        try:
            await process.wait()
        finally:
            ready.cancel()
            await self._bury(process)

    async def _until_ready(self) -> None:
        while not await self._is_ready():  # noqa: ASYNC110 - another process has no event here
            await asyncio.sleep(LOOK_EVERY)
        self._tell(State.RUNNING)
        self._running.set()

    async def _bury(self, process: Process) -> None:
        self._process = None
        if process.returncode is None:
            process.kill()
            await process.wait()
        if process.stdin is not None:
            process.stdin.close()

    def _tell(self, state: State) -> None:
        self.state = state
        self._changed()
