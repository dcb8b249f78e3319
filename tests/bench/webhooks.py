"""How many webhooks are accepted, against a route that inserts a row and does nothing else."""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # ships no types

from tests.bench.comparing import Side, at_once, compare
from tests.bench.processes import Server
from tests.bench.report import Aims
from tests.bench.speaking import bookings
from tests.bench.stage import DOORS, Stage
from tests.postgres import NoPostgres, running_postgres

CONNECTIONS = 8
AIMS = Aims(rate=0.85)
SETTLED_WITHIN = 20.0
"""Seconds that a round waits for the worker, so that it takes nothing of the floor's."""


@dataclass(slots=True)
class Backlog:
    """The webhooks in an SQLite file that the worker has yet to settle, and how fast it does."""

    path: Path
    settled: int = 0
    seconds: float = 0.0

    async def work_off(self) -> None:
        """Wait until nothing waits, within bounds."""
        began, before = time.perf_counter(), self._waiting()
        # What is waited for happens in another process.
        while (left := self._waiting()) and time.perf_counter() - began < SETTLED_WITHIN:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        self.settled += before - left
        self.seconds += time.perf_counter() - began

    @property
    def rate(self) -> float | None:
        """How many a second, where there was anything left to do."""
        return self.settled / self.seconds if self.settled else None

    def _waiting(self) -> int:
        with closing(sqlite3.connect(self.path, timeout=5)) as connection:
            question = "SELECT count(*) FROM inbox WHERE state = 'waiting'"
            found: int = connection.execute(question).fetchone()[0]
            return found


async def over_sqlite(stage: Stage, bot: Server, path: Path) -> None:
    """The bot as `serve` runs it, its worker in the same process; and the same without."""
    backlog = Backlog(path)
    with stage.bot(stage.database("doors"), DOORS) as doors:
        bots = {
            "SQLite": Contender(bot, backlog.work_off),
            "SQLite, without the worker": Contender(doors),
        }
        await _compare(stage, bots, [stage.database("driver"), stage.database("core")])
    stage.report.figure("settled by its worker when no more come in", backlog.rate, "a second")


async def over_postgresql(stage: Stage) -> None:
    """The bot as `serve` runs it: the worker is a process of its own, and none runs here."""
    try:
        with running_postgres() as address:
            for name in ("bot", "driver", "core"):
                await create(address.format("postgres"), f"bench_{name}")
            floors = [address.format("bench_driver"), address.format("bench_core")]
            with stage.bot(address.format("bench_bot")) as bot:
                await _compare(stage, {"PostgreSQL": Contender(bot)}, floors)
    except NoPostgres as why:
        stage.report.note(f"PostgreSQL: none can run here ({why})")


@dataclass(frozen=True, slots=True)
class Contender:
    """A bot, and how to wait for what a round leaves behind."""

    server: Server
    rest: Callable[[], Awaitable[None]] = at_once


async def create(address: str, database: str) -> None:
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(f"CREATE DATABASE {database}")
    finally:
        await connection.close()


async def _compare(stage: Stage, bots: Mapping[str, Contender], databases: Sequence[str]) -> None:
    """Each bot against both floors, which have a database each."""
    template = await stage.standins.webhook()

    def bodies() -> list[bytes]:
        return bookings(template, stage.plan.most)

    with ExitStack() as stack:
        kinds = zip(("insert", "core"), databases, strict=True)
        floors = [stack.enter_context(stage.floor(kind, url)) for kind, url in kinds]
        sides = [Side(floor, bodies, again=False) for floor in floors]
        sides += [Side(bot.server, bodies, again=False, rest=bot.rest) for bot in bots.values()]
        driver, core, *ours = await compare(sides, stage.plan, CONNECTIONS)
    named = [("an insert", driver), ("an insert by Core", core)]
    for name, measured in zip(bots, ours, strict=True):
        title = f"{name}, {CONNECTIONS} connections, {len(template)} bytes"
        stage.report.pair(title, measured, named, AIMS)
