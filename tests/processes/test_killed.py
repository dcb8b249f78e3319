"""`serve` ended by SIGKILL in the middle of its work, and started again on the same database."""

import sqlite3
from collections import Counter
from contextlib import closing

import pytest

from bot.sandbox.calcom.faults import Refusal
from bot.sandbox.slack.injections import Injections
from bot.slack import ids
from bot.slack.steps import STEPS
from tests.harness import words
from tests.processes.running import STARTED_WITHIN, Launcher, until
from tests.processes.surroundings import BOB, DAVE, HISTORY, Gate, HeldMethod, Surroundings

LONG_AGO = "2000-01-01 00:00:00.000000"


def change(launch: Launcher, statement: str) -> int:
    """Change rows of the dead bot's database; returns how many there were."""
    with closing(sqlite3.connect(launch.folder / "bot.db")) as database, database:
        return database.execute(statement, (LONG_AGO,)).rowcount


async def test_while_cal_com_books(launch: Launcher, around: Surroundings) -> None:
    """Dave's booking was made and the answer never came; Bob's request came to nothing."""
    bot = launch.start("serve")
    await around.ready(bot)
    before, booked, asked = len(around.cal.bookings), Gate(), Gate()

    async def no_receiver(url: str, headers: dict[str, str], body: bytes) -> int:
        """Cal.com has booked, and waits for its webhook's receiver before it answers."""
        await booked.hold()
        return 0

    around.cal.post = no_receiver
    await around.fill_in(DAVE)
    await around.people.submit(DAVE)
    await booked.reached.wait()
    assert len(around.cal.bookings) == before + 1
    around.cal.faults.slow, around.cal.faults.slow_match = 1, "POST /v2/bookings"
    around.cal.faults.sleep = asked.hold
    await around.fill_in(BOB)
    await around.people.submit(BOB)
    await asked.reached.wait()

    await bot.kill()
    around.cal.faults.refuse.append(Refusal(503, match="POST /v2/bookings"))
    booked.opened.set()
    asked.opened.set()
    await until(lambda: around.posts_to_cal() == 2)
    # The bot looks into what is two minutes old. Its clock is the real one, so the rows are aged.
    assert change(launch, "UPDATE attempts SET started_at = ? WHERE state = 'started'") == 2

    around.slack.refuse("chat.postMessage", 503)
    again = launch.start("serve")
    await around.ready(again)
    await until(lambda: around.direct(DAVE) and around.direct(BOB), STARTED_WITHIN)
    assert [("was made" in text) for text in around.direct(DAVE)] == [True]
    assert [("was not made" in text) for text in around.direct(BOB)] == [True]
    assert len(around.cal.bookings) == before + 1
    assert around.posts_to_cal() == 2
    assert [said["why"] for said in again.said("could_not_tell")] == ["http_503"]
    await again.stop()


@pytest.mark.parametrize("method", ["users.info", "functions.completeSuccess"])
async def test_while_a_workflow_waits_for_a_step(
    launch: Launcher, around: Surroundings, method: str
) -> None:
    """Killed once Slack has its acknowledgement: before anything was done, and when it is booked
    and Slack is about to be told."""
    around.slack.app.steps = STEPS
    held = Gate()
    around.slack.injections = HeldMethod(method, held)
    bot = launch.start("serve")
    await around.ready(bot)
    before = len(around.cal.bookings)
    given = {"event_type": "intro", "start": int(around.next_time().timestamp())}
    ran = await around.people.run_step(ids.BOOK_STEP, given, DAVE)
    await held.reached.wait()
    made = len(around.cal.bookings) - before
    assert made == (method == "functions.completeSuccess")
    await bot.kill()
    around.slack.injections = Injections()
    # Its lease goes on for two minutes by the bot's clock, the real one: it is ended.
    assert change(launch, "UPDATE attempts SET started_at = ? WHERE kind = 'run'") == 1

    again = launch.start("serve")
    await around.ready(again)
    await around.slack.until(lambda: not ran.is_running, STARTED_WITHIN)
    assert ran.outputs
    assert ran.outputs["start"] == given["start"]
    over = "SELECT count(*) FROM attempts WHERE kind = 'run' AND state = 'done'"
    await until(lambda: counted(launch, over) == 1)
    await again.stop()
    held.opened.set()
    assert len(around.cal.bookings) == before + 1
    assert around.posts_to_cal() == 1


async def test_while_cards_are_on_their_way(launch: Launcher, around: Surroundings) -> None:
    """One card was posted and nobody wrote down where; another webhook was only stored."""
    around.slack.granted_scopes |= HISTORY
    posting = Gate()
    around.slack.injections = HeldMethod("chat.postMessage", posting)
    bot = launch.start("serve")
    await around.ready(bot)
    await around.outsider_books("Tom Alder")
    await posting.reached.wait()
    await around.outsider_books("Zoe Quist")
    assert [status for _, status in around.cal.sent] == [200, 200]

    await bot.kill()
    posting.opened.set()
    await around.slack.until(around.cards)
    # What was claimed stays so for a minute by the bot's clock, the real one: the leases are ended.
    change(launch, "UPDATE outbox SET lease_until = ? WHERE lease_until IS NOT NULL")
    change(launch, "UPDATE inbox SET due_at = ? WHERE state = 'waiting'")

    again = launch.start("serve")
    await around.ready(again)
    await until(lambda: len(around.cards()) >= 2, STARTED_WITHIN)
    await until(lambda: written_back(launch) == 2)
    await again.stop()
    told = Counter(
        name for card in around.cards() for name in ("Tom", "Zoe") if name in words(card)
    )
    assert told == {"Tom": 1, "Zoe": 1}
    assert len(around.slack.calls_of("chat.postMessage")) == 2


def written_back(launch: Launcher) -> int:
    """How many cards the bot knows the place of."""
    query = "SELECT count(*) FROM outbox WHERE ts IS NOT NULL AND version = wanted"
    return counted(launch, query)


def counted(launch: Launcher, query: str) -> int:
    with closing(sqlite3.connect(launch.folder / "bot.db")) as database:
        (count,) = database.execute(query).fetchone()
        return int(count)
