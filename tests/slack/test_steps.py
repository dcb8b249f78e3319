"""Steps of workflows: what each gives, and the sentence where it cannot."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.sandbox.calcom.model import Booking, Status
from bot.sandbox.slack.executions import Execution
from bot.slack import ids
from bot.slack.steps import STEPS
from tests.harness import ALICE, BOB, DAVE, Rig
from tests.slack import flows

AT = int(datetime(2026, 11, 25, 9, tzinfo=UTC).timestamp())


@pytest.fixture(autouse=True)
def _offered(bot: Rig) -> None:
    bot.slack.app.steps = STEPS


async def run(bot: Rig, step: str, user: str = DAVE, **inputs: object) -> Execution:
    ran = await bot.people.run_step(step, inputs, user)
    await bot.settle()
    assert not ran.is_running
    return ran


async def outputs(bot: Rig, step: str, user: str = DAVE, **inputs: object) -> dict[str, object]:
    ran = await run(bot, step, user, **inputs)
    assert ran.error == ""
    assert ran.outputs is not None
    return ran.outputs


async def booked(bot: Rig, user: str = DAVE, **more: object) -> tuple[dict[str, object], Booking]:
    told = await outputs(bot, ids.BOOK_STEP, user, event_type="intro", start=AT, **more)
    return told, bot.cal.bookings[-1]


async def test_times_are_found_and_the_first_one_is_booked(bot: Rig) -> None:
    told = await outputs(bot, ids.FIND_TIMES, event_type="intro", day="tomorrow", count=2)
    lines = str(told["times"]).splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("Tomorrow, Wed 25 Nov")
    first = told["first"]
    made = await outputs(bot, ids.BOOK_STEP, event_type="intro", start=first)
    booking = bot.cal.bookings[-1]
    assert booking.start.timestamp() == first
    assert booking.attendees[0].email == "dave@example.com"
    assert made["title"] == booking.title
    assert booking.uid not in repr(made)


async def test_a_guest_and_notes(bot: Rig) -> None:
    _, booking = await booked(bot, name="Wes Wood", email="wes@wood.example", notes="slides")
    assert [a.email for a in booking.attendees] == ["wes@wood.example"]
    assert booking.responses["notes"] == "slides"


async def test_another_member(bot: Rig) -> None:
    _, booking = await booked(bot, attendee=BOB)
    assert [a.email for a in booking.attendees] == ["bob@example.com"]


async def test_a_repeated_delivery_books_once_and_ends_it_once(bot: Rig) -> None:
    before = len(bot.cal.bookings)
    await booked(bot)
    sent = next(d for d in bot.slack.sent if d.payload.get("event", {}).get("inputs"))
    await bot.people.resend(sent)
    await bot.settle()
    assert len(bot.cal.bookings) == before + 1
    ends = [call for call in bot.slack.calls if call.method.startswith("functions.")]
    assert [(call.method, call.error) for call in ends] == [
        ("functions.completeSuccess", None),
        ("functions.completeSuccess", "execution_not_in_running_state"),
    ]
    assert flows.direct(bot) == []


async def test_what_a_step_booked_a_step_cancels(bot: Rig) -> None:
    told, booking = await booked(bot)
    ended = await outputs(bot, ids.CANCEL_STEP, reference=told["reference"], reason="ill")
    assert booking.status is Status.CANCELLED
    assert ended == {"title": told["title"], "when": told["when"]}


async def test_not_even_in_an_admins_name_what_another_booked(bot: Rig) -> None:
    """The author of a workflow chooses the name."""
    told, booking = await booked(bot)
    ran = await run(bot, ids.CANCEL_STEP, ALICE, reference=told["reference"])
    assert ran.error == "Only whoever booked it from Slack can do that. Nothing was cancelled."
    assert booking.status is Status.ACCEPTED


@pytest.mark.parametrize(
    ("step", "inputs", "sentence"),
    [
        (ids.FIND_TIMES, {"event_type": "intor"}, "There is no event type called"),
        (ids.FIND_TIMES, {"event_type": ""}, "The step has to be told which event type is meant."),
        (ids.BOOK_STEP, {"event_type": "intro", "start": 1}, "passed"),
        (ids.BOOK_STEP, {"event_type": "intro", "start": -1}, "Choose a time."),
        (
            ids.BOOK_STEP,
            {"event_type": "intro", "start": AT, "email": "nobody"},
            "This is not an e-mail address. Nothing was booked.",
        ),
        (ids.CANCEL_STEP, {"reference": "forged"}, "This is no longer kept, or not yours to see."),
    ],
)
async def test_what_cannot_be_done_is_said_in_a_sentence(
    bot: Rig, step: str, inputs: dict[str, Any], sentence: str
) -> None:
    ran = await run(bot, step, **inputs)
    assert sentence in ran.error
    assert ran.outputs is None


async def test_where_cal_com_is_not_there_the_step_fails_and_can_be_run_again(bot: Rig) -> None:
    flows.cut_off(bot)
    ran = await run(bot, ids.FIND_TIMES, event_type="intro")
    assert "Cal.com is not answering." in ran.error
    flows.back(bot)
    assert await outputs(bot, ids.FIND_TIMES, event_type="intro")
