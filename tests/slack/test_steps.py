"""Steps of workflows: what each gives, and the sentence where it cannot."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.sandbox.calcom.model import Booking, Status
from bot.sandbox.slack.executions import Execution
from bot.sandbox.slack.record import Delivery
from bot.slack import ids
from bot.slack.steps import STEPS
from tests.harness import ALICE, BOB, CAROL, DAVE, Rig
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


def delivery(bot: Rig) -> Delivery:
    """How Slack told of the last run."""
    return next(d for d in reversed(bot.slack.sent) if d.payload.get("event", {}).get("inputs"))


def ends(bot: Rig) -> list[tuple[str, str | None]]:
    """What Slack was told of runs, and why it did not take it."""
    return [(c.method, c.error) for c in bot.slack.calls if c.method.startswith("functions.")]


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


async def test_what_people_write_calls_nobody_where_a_later_step_says_it(bot: Rig) -> None:
    told, _ = await booked(bot, name="<!channel> & <@U0BOB>", email="wes@wood.example")
    assert "‹!channel› & ‹@U0BOB›" in str(told["title"])
    assert not set("<>") & set(str(told["title"]))


async def test_a_member_without_an_address(bot: Rig) -> None:
    bot.slack.person(BOB).email = ""
    ran = await run(bot, ids.BOOK_STEP, event_type="intro", start=AT, attendee=BOB)
    assert ran.error.startswith("Guests: Slack shows no e-mail address for Bob")
    assert ran.error.endswith("Nothing was booked.")


async def test_another_member(bot: Rig) -> None:
    _, booking = await booked(bot, attendee=BOB)
    assert [a.email for a in booking.attendees] == ["bob@example.com"]


async def test_what_it_gives_can_be_used_by_later_steps(bot: Rig) -> None:
    told, booking = await booked(bot)
    assert booking.uid not in repr(told)
    assert told.pop("reference")
    link = str(told.pop("link"))
    assert link.startswith("https://calendar.google.com/")
    assert told == {
        "title": "Intro call between Alice Martin and Dave Okoro",
        "when": "Tomorrow, Wed 25 Nov, 9:00 AM\N{EN DASH}9:30 AM, London time (UTC)",
        "start": AT,
        "start_iso": "2026-11-25T09:00:00+00:00",
        "end_iso": "2026-11-25T09:30:00+00:00",
        "status": "accepted",
        "host": "Alice Martin",
        "meeting_url": "https://meet.harbour-labs.example/alice",
    }


async def test_a_link_by_which_it_could_be_cancelled_is_not_told(bot: Rig) -> None:
    """Cal Video's rooms are named after the uid."""
    what = "quarterly-business-review"
    told = await outputs(bot, ids.BOOK_STEP, event_type=what, when="fri 10am")
    assert "meeting_url" not in told
    assert bot.cal.bookings[-1].uid not in repr(told)


async def test_a_question_that_the_step_cannot_answer_is_named(bot: Rig) -> None:
    ran = await run(bot, ids.BOOK_STEP, event_type="demo", when="fri 10am")
    assert ran.error == (
        "“Product demo” asks what a step cannot answer (Company, What is it about?). Nothing was "
        "booked. Let somebody book it with `/cal book`, or take another event type."
    )


async def test_where_nothing_is_open(bot: Rig) -> None:
    what = "quarterly-business-review"  # two months ahead at most
    ran = await run(bot, ids.FIND_TIMES, event_type=what, from_time=AT + 100 * 86_400)
    assert ran.error == "There is no open time then. Let the step look from a later day on."


@pytest.mark.parametrize("when", ["tomorrow 9am", "2026-11-25T09:00", "2026-11-25 10:00+01:00"])
async def test_when_in_words(bot: Rig, when: str) -> None:
    told = await outputs(bot, ids.BOOK_STEP, event_type="intro", when=when)
    assert told["start"] == AT


async def test_from_a_moment_on(bot: Rig) -> None:
    told = await outputs(bot, ids.FIND_TIMES, event_type="intro", from_time=AT, count=1)
    assert told == {
        "times": "Tomorrow, Wed 25 Nov, 9:00 AM",
        "first": AT,
        "first_text": "Tomorrow, Wed 25 Nov, 9:00 AM",
        "first_iso": "2026-11-25T09:00:00+00:00",
        "link": "http://127.0.0.1:3000/alice/intro",
    }


async def test_a_repeated_delivery_books_once_and_ends_it_once(bot: Rig) -> None:
    before = len(bot.cal.bookings)
    await booked(bot)
    await bot.people.resend(delivery(bot))
    await bot.settle()
    assert len(bot.cal.bookings) == before + 1
    assert ends(bot) == [("functions.completeSuccess", None)]
    assert flows.direct(bot) == []


async def test_what_a_step_booked_a_step_cancels(bot: Rig) -> None:
    told, booking = await booked(bot)
    ended = await outputs(bot, ids.CANCEL_STEP, reference=told["reference"], reason="ill")
    assert booking.status is Status.CANCELLED
    assert ended == {name: told[name] for name in ("title", "when", "start", "start_iso")}


async def test_who_may_cancel_is_as_by_the_command(bot: Rig) -> None:
    """Neither somebody else, however they came by the reference; but an admin."""
    told, booking = await booked(bot)
    ran = await run(bot, ids.CANCEL_STEP, CAROL, reference=told["reference"])
    who = "the host, the attendees and the admins of this workspace"
    assert ran.error == f"Only {who} can do that. Nothing was cancelled."
    statuses = [booking.status]
    await outputs(bot, ids.CANCEL_STEP, ALICE, reference=told["reference"])
    statuses.append(booking.status)
    assert statuses == [Status.ACCEPTED, Status.CANCELLED]


async def test_a_booking_that_is_off_already(bot: Rig) -> None:
    told, _ = await booked(bot)
    await outputs(bot, ids.CANCEL_STEP, reference=told["reference"])
    ran = await run(bot, ids.CANCEL_STEP, reference=told["reference"])
    assert "That has been done already" in ran.error


async def test_nobody_acts_in_the_name_that_an_author_writes(bot: Rig) -> None:
    """Slack's own word counts, and where there is none nothing is done."""
    await bot.people.event(
        "function_executed",
        {
            "function": {"callback_id": ids.BOOK_STEP},
            "inputs": {"event_type": "intro", "start": AT, "user_id": ALICE, "user_context": ALICE},
            "function_execution_id": "Fx1",
            "bot_access_token": bot.slack.app.bot_token,
        },
    )
    await bot.settle()
    (ended,) = bot.slack.calls_of("functions.completeError")
    assert str(ended.args["error"]).startswith("Slack did not say who runs this workflow.")
    assert "POST /v2/bookings" not in bot.cal_calls()


async def test_somebody_who_is_gone_books_nothing(bot: Rig) -> None:
    bot.slack.people[DAVE].deleted = True
    what: dict[str, Any] = {"event_type": "intro"}
    given = {ids.FIND_TIMES: what, ids.BOOK_STEP: {**what, "start": AT}}
    for step in (ids.FIND_TIMES, ids.BOOK_STEP):
        ran = await bot.people.run_step(step, given[step], DAVE)
        await bot.settle()
        assert ran.error.startswith("Only the members of this workspace can do that.")


async def test_a_step_asks_no_more_than_the_command(bot: Rig) -> None:
    await outputs(bot, ids.FIND_TIMES, event_type="intro")
    bot.forget_calls()
    await outputs(bot, ids.FIND_TIMES, event_type="intro", day="fri")
    assert (bot.cal_calls(), bot.slack_calls()) == (
        ["GET /v2/slots"],
        ["functions.completeSuccess"],
    )
    bot.forget_calls()
    told, _ = await booked(bot)
    assert bot.cal_calls() == ["POST /v2/bookings"]
    bot.forget_calls()
    await outputs(bot, ids.CANCEL_STEP, reference=told["reference"])
    assert len(bot.cal_calls()) == 2


@pytest.mark.parametrize(
    ("step", "inputs", "sentence"),
    [
        (ids.FIND_TIMES, {"event_type": "intor"}, "There is no event type called"),
        (ids.FIND_TIMES, {"event_type": ""}, "The step has to be told which event type is meant"),
        (ids.BOOK_STEP, {"event_type": "intro", "start": 1}, "passed"),
        (ids.BOOK_STEP, {"event_type": "intro", "start": -1}, "The step has to be told when"),
        (
            ids.BOOK_STEP,
            {"event_type": "intro", "when": "tomorrow"},
            "The step has to be told when",
        ),
        (ids.BOOK_STEP, {"event_type": "intro", "when": "soonish"}, "is not a day or a time"),
        (ids.FIND_TIMES, {"event_type": "intro", "day": "soonish"}, "is not a day or a time"),
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
