"""`migrate`, `serve` and two `worker`s over one PostgreSQL."""

import secrets
import signal
from collections import Counter
from collections.abc import Iterator
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # ships no types
import pytest

from bot.sandbox.calcom import cancelling
from bot.sandbox.calcom.cancelling import Cancellation
from bot.sandbox.slack.injections import Injections
from tests.databases import PostgresServer
from tests.harness import ALICE, words
from tests.processes.running import Launcher, Process, eventually, until
from tests.processes.surroundings import HISTORY, Gate, HeldMethod, Surroundings, now

BOOKINGS = 6
MOVES = 3


@pytest.fixture
def database_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A database with nothing in it, not even tables."""
    name = f"calbot_{secrets.token_hex(6)}"
    postgres_server.run(f"CREATE DATABASE {name}")
    yield postgres_server.url(name)
    postgres_server.run(f"DROP DATABASE {name} WITH (FORCE)")


async def ask(database_url: str, query: str) -> list[Any]:
    connection = await asyncpg.connect(database_url)
    try:
        return [tuple(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


@pytest.mark.slow  # four processes, and Slack takes a message a second
async def test_every_booking_has_one_card(
    launch: Launcher, around: Surroundings, database_url: str
) -> None:
    launch.common["DATABASE_URL"] = database_url
    around.slack.granted_scopes |= HISTORY
    code, migrate = await launch.run("migrate")
    assert (code, migrate.out, migrate.noise) == (0, "The database is up to date.\n", [])
    serve, *workers = (launch.start(name) for name in ("serve", "worker", "worker"))
    await around.ready(serve)
    await both_listen(database_url)

    standing = [await around.outsider_books(f"Guest Number{n}") for n in range(BOOKINGS)]
    for _ in range(MOVES):
        standing = [await around.outsider_moves(booking) for booking in standing]
    for booking in standing:
        await cancelling.cancel(around.cal, booking, Cancellation(reason="plans changed"))
    assert Counter(status for _, status in around.cal.sent) == {200: (1 + MOVES + 1) * BOOKINGS}
    await until(lambda: cancelled(around) == BOOKINGS, 40)
    names = Counter(words(card).split("Guest Number")[1][:1] for card in around.cards())
    assert names == {str(n): 1 for n in range(BOOKINGS)}

    behind = "SELECT 1 FROM outbox WHERE version < wanted HAVING count(*) = 0"
    await eventually(lambda: ask(database_url, behind))

    await one_is_killed_while_it_posts(around, database_url, workers)
    await serve.stop()


@pytest.mark.slow  # three processes
async def test_a_home_that_one_process_drew_is_drawn_anew_by_another(
    launch: Launcher, around: Surroundings, database_url: str
) -> None:
    """The worker hears of the booking; it was the server that the person opened the Home at."""
    launch.common["DATABASE_URL"] = database_url
    code, _ = await launch.run("migrate")
    assert code == 0
    serve, worker = (launch.start(name) for name in ("serve", "worker"))
    await around.ready(serve)
    homes = around.slack.views.homes
    await around.people.open_home(ALICE)
    await around.slack.until(lambda: "Your next meetings" in words(homes.get(ALICE)), 20)
    await around.outsider_books("Zoe Quist")
    await around.slack.until(lambda: "Zoe Quist" in words(homes[ALICE]), 30)
    await worker.stop()
    await serve.stop()


async def both_listen(database_url: str) -> None:
    """Both workers are woken by NOTIFY, not only by looking once a second."""
    count = "SELECT 1 FROM pg_stat_activity WHERE query ILIKE 'LISTEN%' HAVING count(*) = 2"
    await eventually(lambda: ask(database_url, count))


def cancelled(around: Surroundings) -> int:
    return sum(card.text.startswith("❌ Cancelled") for card in around.cards())


async def one_is_killed_while_it_posts(
    around: Surroundings, database_url: str, workers: list[Process]
) -> None:
    """The other finds the card where the first has posted it, and posts no second one."""
    # Slack takes a message a second, whichever process it is from: the next one is to be taken.
    newest = max(float(m.ts) for m in around.slack.visible_messages(ALICE, "C0BOOKINGS"))
    await until(lambda: now().timestamp() > newest + 1.2)
    before, posting = len(around.cards()), Gate()
    first, second = workers
    second.send(signal.SIGSTOP)  # so that it is known which of them takes the card
    around.slack.injections = HeldMethod("chat.postMessage", posting)
    await around.outsider_books("Zoe Quist")
    await posting.reached.wait()
    await first.kill()
    posting.opened.set()
    await around.slack.until(lambda: len(around.cards()) == before + 1)
    around.slack.injections = Injections()

    # The dead one's claim lasts a minute by the processes' clock, the real one: it is ended.
    query = "UPDATE outbox SET lease_until = 'epoch' WHERE lease_until IS NOT NULL RETURNING id"
    (claimed,) = await ask(database_url, query)
    second.send(signal.SIGCONT)
    shown = f"SELECT ts FROM outbox WHERE version = wanted AND id = {claimed[0]}"
    assert await eventually(lambda: ask(database_url, shown)) == [(around.cards()[-1].ts,)]
    assert len(around.cards()) == before + 1
    await second.stop()
