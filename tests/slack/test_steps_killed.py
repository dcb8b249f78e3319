"""A process dies in the middle of a step: the workflow is answered all the same, once, and rightly.

The next one takes up what was left when the lease is over.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import count
from typing import Any

import httpx
import pytest
from sqlalchemy import event

from bot.bootstrap import Bot, Outside, assembled
from bot.sandbox.calcom import app as cal_app
from bot.sandbox.calcom.model import Status
from bot.sandbox.calcom.slots import Question, open_slots
from bot.sandbox.slack.executions import Execution
from bot.sandbox.slack.injections import DROP
from bot.slack import ids, runs
from bot.slack.steps import STEPS
from tests.harness import BOB, DAVE, Rig, no_sleep
from tests.slack import flows
from tests.slack.test_steps import AT, delivery, ends


@pytest.fixture(autouse=True)
def _offered(bot: Rig) -> None:
    bot.slack.app.steps = STEPS


def next_time(bot: Rig) -> int:
    """The next time that is open for an intro call, tomorrow or later."""
    intro = next(each for each in bot.cal.event_types.values() if each.slug == "intro")
    tomorrow = bot.clock() + timedelta(days=1)
    window = tomorrow, tomorrow + timedelta(days=14)
    return int(open_slots(bot.cal, intro, Question(window))[0].start.timestamp())


class Death:
    """Comes right before the store's statement of this number, a COMMIT counted, to whoever
    carries out what a person or a workflow began."""

    def __init__(self, number: int) -> None:
        self.left = number

    @property
    def has_come(self) -> bool:
        return self.left <= 0

    def __call__(self, *_: Any) -> None:
        task = asyncio.current_task()
        if task and "carry_out" in getattr(task.get_coro(), "__qualname__", ""):
            self.left -= 1
            if self.left == 0:
                task.cancel()


@asynccontextmanager
async def awaiting(bot: Rig, number: int) -> AsyncIterator[Death]:
    death, engine = Death(number), bot.bot.store.database.engine.sync_engine
    for name in ("before_cursor_execute", "commit"):
        event.listen(engine, name, death)
    yield death
    for name in ("before_cursor_execute", "commit"):
        event.remove(engine, name, death)


async def taken_up(bot: Rig, process: Bot | None = None) -> None:
    """The lease is over, and the worker (of another process) comes to what was left."""
    await bot.settle()
    bot.clock.advance(minutes=3)
    while await (process or bot.bot).chores["steps"]():
        pass
    await bot.settle()


async def kill(bot: Rig) -> None:
    """Whatever is under way ends where it stands."""
    await bot.bot.background.close(grace=0)


async def book(bot: Rig, start: int = AT) -> Execution:
    return await bot.people.run_step(ids.BOOK_STEP, {"event_type": "intro", "start": start}, DAVE)


async def forever(seconds: float) -> None:
    await asyncio.Event().wait()


@asynccontextmanager
async def another(bot: Rig) -> AsyncIterator[Bot]:
    """A second process, over the same database."""
    transport = httpx.ASGITransport(app=cal_app.build(bot.cal))
    async with httpx.AsyncClient(transport=transport) as http:
        outside = Outside(clock=bot.clock, cal_http=http, sleep=no_sleep)
        async with assembled(bot.bot.settings, outside) as second:
            await second.learn_identity()
            yield second


async def test_killed_before_any_statement_of_a_booking_it_is_booked_once_and_told(
    bot: Rig,
) -> None:
    """Only who dies before the first line is written leaves a run that nobody knows of."""
    unknown = 0
    for number in count(1):
        before, start = len(bot.cal.bookings), next_time(bot)
        async with awaiting(bot, number) as death:
            ran = await book(bot, start)
            await bot.bot.background.drain()
        await taken_up(bot)
        made = bot.cal.bookings[before:]
        if ran.is_running:
            unknown += 1
            assert made == []
            continue
        assert ran.error == ""
        assert ran.outputs
        assert ran.outputs["start"] == start
        assert [booking.start.timestamp() for booking in made] == [start]
        if not death.has_come:
            break
    assert unknown <= 1, "SQLite carries out what it was told before the death was noticed"
    assert number > 8
    assert flows.direct(bot) == []


async def test_killed_before_any_statement_of_a_cancellation(bot: Rig) -> None:
    for number in count(3):
        made = await book(bot, next_time(bot))
        await bot.settle()
        assert made.outputs
        async with awaiting(bot, number) as death:
            given = {"reference": made.outputs["reference"]}
            ran = await bot.people.run_step(ids.CANCEL_STEP, given, DAVE)
            await bot.bot.background.drain()
        await taken_up(bot)
        assert ran.error == ""
        assert ran.outputs
        assert ran.outputs["title"] == made.outputs["title"]
        assert bot.cal.bookings[-1].status is Status.CANCELLED
        if not death.has_come:
            break
    assert number > 6


async def test_killed_while_cal_com_books(bot: Rig) -> None:
    """It is booked, and the answer comes to nobody; then its event type gets another name."""
    reached = asyncio.Event()

    async def never(url: str, headers: dict[str, str], body: bytes) -> int:
        reached.set()
        await asyncio.Event().wait()
        return 0

    post, bot.cal.post = bot.cal.post, never
    before = len(bot.cal.bookings)
    ran = await book(bot)
    await reached.wait()
    await kill(bot)
    bot.cal.post = post
    assert len(bot.cal.bookings) == before + 1
    for event_type in bot.cal.event_types.values():
        event_type.slug, event_type.title = f"former-{event_type.id}", f"Former {event_type.id}"
    bot.clock.advance(minutes=20)  # what was known of event types is forgotten
    bot.forget_calls()
    await taken_up(bot)
    assert ran.outputs
    assert ran.outputs["start"] == AT
    assert "POST /v2/bookings" not in bot.cal_calls()
    assert len(bot.cal.bookings) == before + 1


async def test_words_mean_what_they_meant_when_the_workflow_came(bot: Rig) -> None:
    bot.clock.at = bot.clock.at.replace(hour=23, minute=59)
    before = len(bot.cal.bookings)
    async with awaiting(bot, 4) as death:
        given = {"event_type": "intro", "when": "tomorrow 9am"}
        ran = await bot.people.run_step(ids.BOOK_STEP, given, DAVE)
        await bot.bot.background.drain()
    assert death.has_come
    assert len(bot.cal.bookings) == before
    await taken_up(bot)
    assert ran.outputs
    assert ran.outputs["start_iso"] == "2026-11-25T09:00:00+00:00"


async def test_an_answer_of_cal_com_that_is_lost_is_found_out_before_the_step_ends(
    bot: Rig,
) -> None:
    bot.faults.cut, bot.faults.cut_match = 1, "POST /v2/bookings"
    flows.refuse(bot, 503, "GET /v2/bookings", 99)
    before = len(bot.cal.bookings)
    ran = await book(bot)
    await bot.settle()
    assert ran.is_running, "nobody can say yet"
    await taken_up(bot)
    assert ran.is_running, "nor now"
    flows.back(bot)
    await taken_up(bot)
    assert ran.error == ""
    assert len(bot.cal.bookings) == before + 1
    assert flows.direct(bot) == [], "it is the workflow that is told"


async def test_where_it_cannot_be_found_out_the_step_fails_and_books_no_second_one(
    bot: Rig,
) -> None:
    """A colleague's bookings are not all listed for this account."""
    bot.faults.cut, bot.faults.cut_match = 1, "POST /v2/bookings"
    flows.refuse(bot, 503, "GET /v2/bookings", 99)
    found = await bot.people.run_step(ids.FIND_TIMES, {"event_type": "bob/sales"}, DAVE)
    await bot.settle()
    assert found.outputs
    given = {"event_type": "bob/sales", "start": found.outputs["first"]}
    before = len(bot.cal.bookings)
    ran = await bot.people.run_step(ids.BOOK_STEP, given, DAVE)
    await bot.settle()
    flows.back(bot)
    assert len(bot.cal.bookings) == before + 1
    bot.cal.bookings[-1].metadata.clear()  # as if it were not to be seen
    bot.slack.refuse("functions.completeError", 503, times=2)
    for _ in range(3):
        await taken_up(bot)
    assert ran.error.startswith("I could not find out whether the booking was made")
    assert len(bot.cal.bookings) == before + 1


async def test_after_an_hour_of_not_knowing_the_step_fails(bot: Rig) -> None:
    bot.faults.cut, bot.faults.cut_match = 1, "POST /v2/bookings"
    flows.refuse(bot, 503, "GET /v2/bookings", 9999)
    ran = await book(bot)
    await bot.settle()
    await taken_up(bot)
    assert ran.is_running
    bot.clock.advance(hours=1)
    await taken_up(bot)
    assert ran.error.startswith("The answer was lost in the middle, so I cannot say yet")


@pytest.mark.parametrize("trouble", [503, DROP, "ratelimited", "token_expired"])
async def test_slack_is_told_until_it_listens(bot: Rig, trouble: int | str) -> None:
    bot.slack.refuse("functions.completeSuccess", trouble, times=2)
    before = len(bot.cal.bookings)
    ran = await book(bot)
    await bot.settle()
    await taken_up(bot)
    assert ran.is_running
    await taken_up(bot)
    assert ran.outputs
    assert len(bot.cal.bookings) == before + 1
    bot.forget_calls()
    await taken_up(bot)
    assert bot.slack_calls() == []


async def test_each_is_answered_in_the_language_of_who_runs_it(bot: Rig) -> None:
    """Those that one worker takes up one after the other, too."""
    bot.slack.person(DAVE).locale = "de-DE"
    for user in (DAVE, BOB):
        given = {"event_type": "intro", "start": 1}
        async with awaiting(bot, 4) as death:
            await bot.people.run_step(ids.BOOK_STEP, given, user)
            await bot.bot.background.drain()
        assert death.has_come
    bot.bot.deps.people.forget("T0SANDBOX", DAVE)
    await taken_up(bot)
    german, english = (run.error for run in bot.slack.executions.values())
    assert german == "Diese Zeit ist schon vorbei. Es wurde nichts gebucht."
    assert english == "That time has already passed. Nothing was booked."


async def test_slacks_lost_answer(bot: Rig) -> None:
    """It was told, and nobody knows: it is told again, and Slack says that it is over."""
    bot.slack.refuse("functions.completeSuccess", DROP, after_effect=True)
    ran = await book(bot)
    await bot.settle()
    assert ran.outputs
    await taken_up(bot)
    await taken_up(bot)
    assert ends(bot)[1:] == [("functions.completeSuccess", "execution_not_in_running_state")]


async def test_a_run_that_is_gone_is_let_go_of(bot: Rig) -> None:
    bot.slack.refuse("functions.completeSuccess", 503)
    ran = await book(bot)
    await bot.settle()
    del bot.slack.executions[ran.id]
    await taken_up(bot)
    await taken_up(bot)
    assert [error for _, error in ends(bot)][1:] == ["function_execution_not_found"]


async def test_after_a_day_nobody_tells_any_more(bot: Rig) -> None:
    bot.slack.refuse("functions.completeSuccess", 503, times=99)
    await book(bot)
    await bot.settle()
    bot.clock.advance(days=1)
    await taken_up(bot)
    bot.forget_calls()
    await taken_up(bot)
    assert bot.slack_calls() == []


async def test_outputs_that_slack_does_not_take_end_it_with_a_sentence(bot: Rig) -> None:
    bot.slack.refuse("functions.completeSuccess", "parameter_validation_failed")
    ran = await book(bot)
    await bot.settle()
    assert ran.error.startswith("Sorry, something went wrong on my side")


async def test_without_a_store_the_workflow_is_told_at_once(bot: Rig) -> None:
    async with flows.without_store(bot):
        ran = await book(bot)
        await bot.bot.background.drain()
    assert ran.error.startswith("My own storage is not answering.")


async def test_a_store_that_goes_while_cal_com_books(bot: Rig) -> None:
    before = len(bot.cal.bookings)
    async with flows.store_goes_during(bot, "POST /v2/bookings"):
        ran = await book(bot)
        await bot.bot.background.drain()
    assert ran.is_running
    await taken_up(bot)
    assert ran.error == ""
    assert len(bot.cal.bookings) == before + 1


async def test_who_takes_it_up_and_takes_too_long_leaves_it_once_more(
    bot: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time stands still here: the real limit is a minute."""
    async with awaiting(bot, 3) as death:
        ran = await book(bot)
        await bot.bot.background.drain()
    assert death.has_come
    monkeypatch.setattr(runs, "WORK", 0.05)
    bot.faults.slow, bot.faults.slow_match, bot.faults.sleep = 1, "POST", forever
    before = len(bot.cal.bookings)
    await taken_up(bot)
    assert ran.is_running
    bot.faults.slow = 0
    monkeypatch.undo()
    await taken_up(bot)
    assert ran.error == ""
    assert len(bot.cal.bookings) == before + 1


async def test_two_deliveries_and_two_processes_give_one_answer(bot: Rig) -> None:
    """The second delivery comes to another process while the first is at work."""
    before = len(bot.cal.bookings)
    async with another(bot) as second:
        bot.slack.refuse("functions.completeSuccess", 503)
        ran = await book(bot)
        sent = delivery(bot)
        app = httpx.ASGITransport(app=second.web)
        async with httpx.AsyncClient(transport=app, base_url="http://second.test") as http:
            body = json.dumps(sent.payload).encode()
            headers = flows.signed(body) | {"content-type": "application/json"}
            answer = await http.post("/slack/events", content=body, headers=headers)
        assert answer.status_code == 200
        await second.background.drain()
        await bot.settle()
        assert ran.is_running
        bot.clock.advance(minutes=3)
        chores = [each.chores["steps"] for each in (bot.bot, second)]
        assert sorted(await asyncio.gather(*(chore() for chore in chores))) == [False, True]
        assert ran.outputs
        await taken_up(bot, second)
    assert len(bot.cal.bookings) == before + 1
    assert [method for method, _ in ends(bot)] == ["functions.completeSuccess"] * 2


async def test_who_was_too_slow_leaves_it_to_whoever_took_it_up(bot: Rig) -> None:
    """It lives, but its lease was over."""
    reached, opened = asyncio.Event(), asyncio.Event()

    async def held(seconds: float) -> None:
        bot.faults.slow = 0
        reached.set()
        await opened.wait()

    bot.faults.slow, bot.faults.slow_match, bot.faults.sleep = 1, "GET /v2/event-types", held
    ran = await bot.people.run_step(ids.FIND_TIMES, {"event_type": "intro"}, DAVE)
    await reached.wait()
    async with another(bot) as second:
        bot.clock.advance(minutes=3)
        assert await second.chores["steps"]()
    assert ran.outputs
    opened.set()
    await bot.settle()
    assert ends(bot) == [("functions.completeSuccess", None)]
