"""Thousands of webhooks, stirred, doubled and lost, while processes are killed, the database
restarts and Slack answers anything: in the end every channel shows exactly the right cards.

A short form runs with the tests; `CHAOS=full uv run pytest tests/chaos -n 0 -s` is the long one.
"""

import asyncio
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store import migrate, open_store
from tests.chaos.storms import Size, Storm
from tests.postgres import NoPostgres, Postgres, a_postgres
from tests.processes.running import Launcher, Process
from tests.processes.surroundings import Surroundings, now
from tests.tables import KEYS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(Size.wanted().calm_within * 2 + 200)]


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    """A server of this test's own: it is restarted."""
    try:
        with a_postgres() as server:
            yield server
    except NoPostgres as why:
        pytest.skip(f"no PostgreSQL can run here: {why}")


async def test_two_doors_two_workers_over_postgresql(
    around: Surroundings, launch: Launcher, postgres: Postgres
) -> None:
    url = postgres.address.format("postgres")
    launch.common["DATABASE_URL"] = url
    await migrate(url, KEYS)
    store = open_store(url, KEYS, clock=now)
    storm = Storm(around, store, launch)
    await storm.ruled()
    doors = [await _door(around, launch) for _ in range(2)]
    workers = [launch.start("worker") for _ in range(2)]
    killed_at = time.time()

    async def a_worker_dies() -> None:
        nonlocal killed_at
        number = storm.rng.randrange(len(workers))
        await workers[number].kill()
        killed_at = time.time()
        workers[number] = launch.start("worker")

    async def the_database_restarts() -> None:
        await asyncio.to_thread(postgres.stop, signal.SIGINT)
        await asyncio.to_thread(postgres.start)

    await storm.polled_once()
    await storm.rage(
        [url for _, url in doors], [a_worker_dies, a_worker_dies, the_database_restarts]
    )
    wrong = await storm.calm(killed_at)
    assert not wrong, "\n".join(wrong)
    for process in (*workers, *(door for door, _ in doors)):
        await process.stopped()
    await store.close()


async def test_one_process_over_sqlite(
    around: Surroundings, launch: Launcher, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'storm.db'}"
    launch.common["DATABASE_URL"] = url
    await migrate(url, KEYS)
    store = open_store(url, KEYS, clock=now)
    storm = Storm(around, store, launch)
    await storm.ruled()
    serve, address = await _door(around, launch)
    port = address.rpartition(":")[2]
    killed_at = time.time()

    async def it_dies() -> None:
        nonlocal serve, killed_at
        await serve.kill()
        killed_at = time.time()
        serve, _ = await _door(around, launch, PORT=port)

    await storm.polled_once()
    await storm.rage([address], [it_dies])
    wrong = await storm.calm(killed_at)
    assert not wrong, "\n".join(wrong)
    await serve.stopped()
    await store.close()


async def _door(around: Surroundings, launch: Launcher, **settings: str) -> tuple[Process, str]:
    """A `serve` that can work, and its address."""
    process = launch.start("serve", **settings)
    await around.ready(process)
    return process, around.bot_url
