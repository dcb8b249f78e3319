"""Our programs as an operator starts them, `python -m bot …`, watched from outside."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

PROJECT = Path(__file__).resolve().parents[2]
STARTED_WITHIN = 30.0
"""Seconds; a start takes two or three, more where the machine is busy."""
STOPPED_WITHIN = 10.0


async def until(condition: Callable[[], T], within: float = 15.0) -> T:
    """The first truthy value of `condition`; raises TimeoutError after so many seconds."""
    async with asyncio.timeout(within):
        while not (value := condition()):  # noqa: ASYNC110 - a process or a file has no event here
            await asyncio.sleep(0.01)
        return value


async def eventually(look: Callable[[], Awaitable[T]], within: float = STARTED_WITHIN) -> T:
    """The first truthy answer of `look`, which asks another process."""
    async with asyncio.timeout(within):
        while not (value := await look()):  # noqa: ASYNC110 - it cannot tell us
            await asyncio.sleep(0.05)
        return value


@dataclass(frozen=True, slots=True)
class Process:
    """One of our processes; its log is JSON, one object a line, on standard error."""

    popen: subprocess.Popen[bytes]
    out_file: Path
    err_file: Path

    @property
    def out(self) -> str:
        return self.out_file.read_text()

    @property
    def err(self) -> str:
        return self.err_file.read_text()

    @property
    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.err.splitlines() if line.startswith("{")]

    def said(self, event: str) -> list[dict[str, Any]]:
        """The log's lines that begin so."""
        return [entry for entry in self.log if entry["event"].startswith(event)]

    @property
    def noise(self) -> list[str]:
        """What came besides the log: tracebacks, warnings, what a destructor complains of."""
        return [line for line in self.err.splitlines() if not line.startswith("{")]

    @property
    def errors(self) -> list[str]:
        return [entry["event"] for entry in self.log if entry["level"] in {"error", "critical"}]

    def send(self, number: signal.Signals) -> None:
        self.popen.send_signal(number)

    async def ended(self, within: float = STARTED_WITHIN) -> int:
        """The exit code, once it has ended."""
        await until(lambda: self.popen.poll() is not None, within)
        return self.popen.returncode

    async def stop(self) -> None:
        """Tell it to stop, and see that it does so in good order."""
        await self.stopped()
        assert self.errors == []

    async def stopped(self) -> None:
        """The same where it had reason to log errors."""
        self.send(signal.SIGTERM)
        code = await self.ended(STOPPED_WITHIN)
        assert (code, self.noise) == (0, [])

    async def kill(self) -> None:
        """End it in the middle of whatever it does."""
        self.send(signal.SIGKILL)
        assert await self.ended() == -signal.SIGKILL


@contextmanager
def running(
    folder: Path, number: int, program: str, *arguments: str, **settings: str
) -> Iterator[Process]:
    """`python -m PROGRAM …` in an empty home with these settings and no others; ended at the end.

    Warnings are errors there too, and what a destructor finds unclosed is told.
    """
    out_file, err_file = folder / f"{number}.out", folder / f"{number}.err"
    environment = {
        "HOME": str(folder),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(PROJECT),
        "PYTHONWARNINGS": "error",
        "LOG_FORMAT": "json",
    }
    with out_file.open("wb") as out, err_file.open("wb") as err:
        popen = subprocess.Popen(
            [sys.executable, "-m", program, *arguments],
            cwd=folder,
            env=environment | settings,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
    process = Process(popen, out_file, err_file)
    try:
        yield process
    finally:
        if popen.poll() is None:
            popen.kill()
        popen.wait(STOPPED_WITHIN)
        print(f"\n--- {' '.join(arguments)} (pid {popen.pid}) ---\n{process.out}{process.err}")


class Launcher:
    """Starts processes in one folder; `common` are the settings of all of them, and `program` the
    module that is run."""

    def __init__(
        self, folder: Path, enter: Callable[[Any], Process], common: Mapping[str, str]
    ) -> None:
        self.folder = folder
        self.common = dict(common)
        self.program = "bot"
        self._enter = enter
        self._started = 0

    def start(self, *arguments: str, **settings: str) -> Process:
        """Start one and do not wait; settings as the environment has them."""
        self._started += 1
        given = self.common | settings
        return self._enter(running(self.folder, self._started, self.program, *arguments, **given))

    async def run(self, *arguments: str, **settings: str) -> tuple[int, Process]:
        """Start one and wait until it has ended."""
        process = self.start(*arguments, **settings)
        return await process.ended(), process
