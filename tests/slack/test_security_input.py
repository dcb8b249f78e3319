"""What is made up, too long or hostile does no harm; and a booking's uid never leaves."""

import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from bot import logs
from bot.sandbox.calcom.model import Booking, Status
from bot.sandbox.slack.messages import Message
from bot.slack import ids
from bot.slack.forms import Pick
from tests.harness import ALICE, DAVE, Rig, words
from tests.slack import flows
from tests.slack.flows import SECRET, WES, fill, front, mrkdwn_of, pick_time, press_row, signed
from tests.slack.pressing import book as book_outside
from tests.slack.pressing import controls, event_type, press

MADE_UP = ["", "x", "A" * 16, "../../bookings", "1; DROP TABLE subjects", "é" * 300, "0" * 2000]


def status(booking: Booking) -> Status:
    return booking.status


def told(bot: Rig, user: str, channel: str = "general") -> str:
    return words(bot.modal(user) or bot.last(user, channel))


# -- made-up values in the buttons of open times -----------------------------------------------


MADE_UP_PICKS = [
    "",
    "|||",
    "999999|||",
    "1|||nobody",
    "1|||../../me",
    "1||-1|",
    "1||99999999999999999|",
    "1||253402300799|",
    "9" * 5000 + "|||",
    "1|17||",
    "0x1|||",
    "8|||bob",
    "🐙|🐙|🐙|🐙",
]


@pytest.mark.parametrize("action", [ids.SLOT, ids.START_BOOK])
async def test_a_made_up_slot_books_nothing(bot: Rig, action: str) -> None:
    await bot.command(DAVE, "slots intro")
    message = bot.last(DAVE)
    element = time_button(message, action)
    before = len(bot.cal.bookings)
    for made_up in MADE_UP_PICKS:
        element["value"] = made_up
        await bot.click(DAVE, message, element["action_id"], value=made_up)
        shown = words(front(bot))
        assert "Sorry, something went wrong" not in shown, made_up
        assert "Looking up" not in shown, made_up
        await bot.people.close(DAVE, all=True)
    assert len(bot.cal.bookings) == before


def time_button(message: Message, action: str = ids.SLOT) -> dict[str, Any]:
    """The first button of a list of open times whose action begins so."""
    elements = (e for _, e in controls(message))
    return next(e for e in elements if e.get("action_id", "").startswith(action))


async def test_a_start_that_is_not_open_is_not_chosen(bot: Rig) -> None:
    await bot.command(DAVE, "slots intro")
    message = bot.last(DAVE)
    element = time_button(message)
    night = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
    element["value"] = Pick(event_type(bot, "intro").id, "", None, night).encode()
    await bot.click(DAVE, message, element["action_id"], value=element["value"])
    outcome = await bot.submit(DAVE)
    assert [key.partition(":")[0] for key in outcome.errors] == [ids.TIME]


@pytest.mark.parametrize("made_up", ["2026-11-25T03:00:00+00:00", "2026-11-25T03:00", "never", ""])
async def test_a_made_up_time_in_the_form_is_not_booked(bot: Rig, made_up: str) -> None:
    await bot.command(DAVE, "book intro tomorrow")
    await pick_time(bot)
    block = flows.block(bot, DAVE, ids.TIME)["block_id"]
    front(bot).values[block][ids.PICK_TIME]["selected_option"]["value"] = made_up
    before = len(bot.cal.bookings)
    outcome = await bot.submit(DAVE)
    assert outcome.errors or "Nothing was booked" in words(front(bot))
    assert "Sorry" not in words(front(bot))
    assert len(bot.cal.bookings) == before


async def test_a_hidden_event_type_of_somebody_else_is_not_offered(bot: Rig) -> None:
    event_type(bot, "sales").hidden = True
    await bot.command(DAVE, "book @bob")
    assert "Sales call" not in words(front(bot))


# -- too much of everything --------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "{}",
        "book {}",
        "slots {}",
        "types {}",
        "bookings {}",
        "cancel {}",
        "availability {}",
        "reschedule {}",
        "book @{}",
        "book cal.com/{}",
        "book https://evil.example/{}",
        "slots intro {}",
        "help {}",
    ],
)
async def test_ten_thousand_characters_get_a_sentence(bot: Rig, typed: str) -> None:
    for much in ("a" * 10_000, "<!channel> " * 900, "9" * 10_000, "🐙" * 9_000):
        before = len(bot.seen(DAVE))
        bot.slack.views.clear(DAVE)
        await bot.command(DAVE, typed.format(much))
        assert bot.modal(DAVE) or len(bot.seen(DAVE)) > before, "silence"
        shown = told(bot, DAVE)
        assert "Sorry, something went wrong" not in shown
        assert "<!channel>" not in shown


async def test_ten_thousand_characters_in_every_field(bot: Rig) -> None:
    """Slack's clients stop at 3,000; what signs like Slack may still send more."""
    await bot.command(DAVE, "book intro tomorrow")
    await fill(bot, DAVE, ids.FOR_WHOM, "guest")
    await pick_time(bot)
    much = {
        ids.GUEST_NAME: "N" * 10_000,
        ids.GUEST_EMAIL: "e" * 10_000 + "@example.org",
        ids.INVITE_EMAILS: "i" * 10_000 + "@example.org",
        ids.NOTES: "n" * 10_000,
    }
    view = bot.slack.views.view_object(front(bot))
    for block_id, text in much.items():
        name = flows.block(bot, DAVE, block_id)["block_id"]
        view["state"]["values"][name][ids.VALUE]["value"] = text
    body = submission_of(bot, view)
    answer = await bot.people.raw(body, signed(body))
    assert answer.status == 200
    await bot.settle()
    assert "Sorry" not in words(front(bot))


def submission_of(bot: Rig, view: dict[str, Any]) -> bytes:
    payload = {
        "type": "view_submission",
        "team": {"id": bot.slack.team_id},
        "user": {"id": DAVE, "team_id": bot.slack.team_id},
        "trigger_id": "1.2.3",
        "view": view,
    }
    return urlencode({"payload": json.dumps(payload)}).encode()


async def test_names_and_titles_from_outside_stay_text(bot: Rig) -> None:
    hostile = "<!channel> <https://evil.example|Join> *x* `y`"
    event_type(bot, "intro").title = hostile
    bot.slack.people[DAVE].real_name = hostile
    await flows.book(bot)
    await bot.command(DAVE, "types")
    await bot.command(DAVE, "bookings")
    await bot.command(ALICE, f"book <@{DAVE}|dave>")
    sent = json.dumps([dict(call.args) for call in bot.slack.calls])
    for call in bot.slack.calls:
        for text in mrkdwn_of(dict(call.args)):
            assert "<!channel>" not in text, call.method
            assert "<https://evil" not in text, call.method
    assert "&lt;!channel&gt;" in sent


# -- the uid never leaves ----------------------------------------------------------------------


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, at debug, as it is written."""
    written = io.StringIO()
    logs.configure("debug", "json", written)
    yield written
    logs.configure("info", "text")


async def test_no_uid_is_sent_to_slack_or_logged(bot: Rig, log: io.StringIO) -> None:
    """A run through every flow: whoever has a uid can cancel."""
    await book_outside(bot, "intro", datetime(2026, 11, 30, 12, 0, tzinfo=UTC), WES)
    await bot.command(DAVE, "book intro tomorrow")
    await pick_time(bot)
    await fill(bot, DAVE, ids.CHANNEL, "C0GENERAL")
    await bot.submit(DAVE)
    first = bot.cal.bookings[-1]
    await press_row(bot, DAVE, "details", first)
    await press_row(bot, DAVE, "reschedule", first)
    await pick_time(bot, nth=3)
    await bot.submit(DAVE)
    second = bot.cal.bookings[-1]
    await press(bot, ALICE, "Reschedule", bot.last(ALICE, "bookings"))
    await pick_time(bot, ALICE, nth=5)
    flows.refuse(bot, 503, "/reschedule")
    await bot.submit(ALICE)
    await press_row(bot, DAVE, "cancel", second)
    bot.faults.cut, bot.faults.cut_match = 1, "/cancel"
    await bot.submit(DAVE)
    await bot.command(ALICE, "confirm")
    await press(bot, ALICE, "Confirm")
    await bot.command(ALICE, "decline")
    for asked in ("today", "next", "bookings past", "bookings cancelled", "cancel", "reschedule"):
        await bot.command(ALICE, asked)
    await press_row(bot, ALICE, "mark_absent", bot.cal.bookings[0], "past")
    await fill(bot, ALICE, ids.ABSENT, ["attendee:0"])
    await bot.submit(ALICE)
    assert status(second) is Status.CANCELLED

    uids = {b.uid for b in bot.cal.bookings}
    uids |= {a.seat_uid for b in bot.cal.bookings for a in b.attendees if a.seat_uid}
    uids |= {b.recurring_uid for b in bot.cal.bookings if b.recurring_uid}
    to_slack = repr([dict(call.args) for call in bot.slack.calls])
    messages = [m for c in bot.slack.channels.values() for m in c.messages.values()]
    shown = repr([(m.text, m.blocks, m.history, m.metadata, m.attachments) for m in messages])
    answers = repr([delivery.body for delivery in bot.slack.sent])
    modals = repr([view.body for user in (ALICE, DAVE) for view in bot.slack.views.stack(user)])
    written = log.getvalue()
    assert "calcom_request" in written
    assert len(to_slack) > 10_000
    for uid in uids:
        for place in (to_slack, shown, answers, modals, written):
            assert uid not in place
    assert SECRET not in written
    assert not re.search(r"xox[bp]-\w|cal_demo_\w+", written + to_slack)
