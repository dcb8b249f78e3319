"""What a real Cal.com has refused, for every kind of booking, and what the person is told then."""

import json
from typing import Any

import pytest

from bot.domain.bookings import Action
from bot.sandbox.calcom.booking import Person
from bot.slack import ids
from tests.contract.calcom_recordings import FOLDER
from tests.harness import ALICE, DAVE, Rig, words
from tests.slack import flows
from tests.slack.amending import begin
from tests.slack.flows import fill, front, pick_time, press_row, refuse, said
from tests.slack.pressing import book as book_outside

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the recordings are not beside the checkout"
)

CREATING = [
    ("v2/091-booking-slot-taken", "intro", "That time has just been taken. Nothing was booked."),
    ("v2/092-booking-overlap-other-event-type", "intro", "That time has just been taken."),
    ("v2/106-booking-weekend", "intro", "That time has just been taken."),
    ("v2/108-booking-past", "intro", "That time has already passed. Nothing was booked."),
    ("v2/109-booking-too-short-notice", "intro", "That time is too soon"),
    ("v2/110-booking-unknown-event-type", "intro", "Cal.com does not have that any more."),
    ("v2/115-booking-length-on-fixed", "session", "This is not one of the choices."),
    ("v2/135-seat-same-attendee-again", "onboarding", "has a seat at that time already"),
    ("v2/137-seat-4-full", "onboarding", "There are no seats left at that time."),
    ("v2/140-recurring-count-too-many", "check-in", "These are too many."),
    ("v2/081-wrong-key", "intro", "Cal.com no longer accepts this bot's key."),
    ("v2/284-ratelimit-429", "intro", "Cal.com asks me to wait until"),
    ("v2team/063-book-demo-1-conflict-none-left", "team-demo", "That time has just been taken."),
    ("v2team/068-book-demo-closed", "team-demo", "That time has just been taken."),
    ("v2team/071-book-panel-conflict", "panel", "That time has just been taken."),
    ("v2team/077-book-managed-parent", "intro", "This event type does not allow that."),
]
MOVING = [
    ("v2/191-reschedule-to-taken", "That time has just been taken. Nothing was moved."),
    ("v2/205-reschedule-cancelled", "That has been done already"),
    ("v2/198-reschedule-unknown-uid", "Cal.com does not have that any more."),
    ("v2team/121-reschedule-panel-outside-one-host", "That time has just been taken."),
    ("v2team/174-reschedule-samehost-host-not-free", "That time has just been taken."),
]
CANCELLING = [
    ("v2/202-cancel-no-reason", "This has to be filled in."),
    ("v2/207-cancel-unknown-uid", "Cal.com does not have that any more."),
    ("v2/300-cancel-locked-noauth", "This event type does not allow that. Nothing was cancelled."),
    ("v2/241-seat-cancel-one-twice", "That has been done already"),
]
CONFIRMING = [
    ("v2/217-confirm-by-bob", "Cal.com does not let this account do that."),
    ("v2/220-confirm-unknown-uid", "Cal.com does not have that any more."),
    ("v2/221-confirm-already-accepted-normal-booking", "That has been done already"),
    ("v2team/144-confirm-vip-1-as-outsider", "Cal.com does not let this account do that."),
]
HANDING_OVER = [
    ("v2team/130-reassign-to-non-host-alice", "do not host this kind of meeting"),
    ("v2team/133-reassign-auto-none-free", "Nobody else is free at that time."),
]


def answer_of(name: str) -> tuple[int, Any]:
    """The recorded status and body."""
    response = json.loads((FOLDER / f"{name}.json").read_text())["response"]
    return response["status"], response["body"]


def refused(bot: Rig, name: str, match: str) -> None:
    """From now on Cal.com answers so: twice, since a held time is let go and asked for again."""
    status, body = answer_of(name)
    refuse(bot, status, match, count=2, body=body)


@pytest.mark.parametrize(("name", "slug", "sentence"), CREATING)
async def test_booking(bot: Rig, name: str, slug: str, sentence: str) -> None:
    await bot.command(DAVE, f"book {slug}")
    await pick_time(bot)
    before = len(bot.cal.bookings)
    refused(bot, name, "POST /v2/bookings")
    await bot.submit(DAVE)
    assert sentence in said(bot)
    assert len(bot.cal.bookings) == before


@pytest.mark.parametrize(("name", "sentence"), MOVING)
async def test_rescheduling(bot: Rig, name: str, sentence: str) -> None:
    booking = await flows.book(bot)
    await press_row(bot, DAVE, "reschedule", booking)
    await pick_time(bot, nth=2)
    refused(bot, name, "/reschedule")
    await bot.submit(DAVE)
    assert sentence in said(bot)
    assert booking.alive


@pytest.mark.parametrize(("name", "sentence"), CANCELLING)
async def test_cancelling(bot: Rig, name: str, sentence: str) -> None:
    booking = await flows.book(bot)
    await press_row(bot, DAVE, "cancel", booking)
    refused(bot, name, "/cancel")
    await bot.submit(DAVE)
    assert sentence in said(bot)
    assert booking.alive


@pytest.mark.parametrize(("name", "sentence"), CONFIRMING)
async def test_confirming(bot: Rig, name: str, sentence: str) -> None:
    await bot.command(ALICE, "confirm")
    refused(bot, name, "/confirm")
    await bot.click(ALICE, bot.last(ALICE), ids.DO_CONFIRM)
    assert sentence in said(bot, ALICE)


@pytest.mark.parametrize(("name", "sentence"), HANDING_OVER)
async def test_handing_over(bot: Rig, name: str, sentence: str) -> None:
    start = bot.clock().replace(day=27, hour=14, minute=0)
    wes = Person("Wes Wood", "wes@wood.example", "UTC")
    await book_outside(bot, "team-demo", start, wes)
    booking = bot.cal.bookings[-1]
    await begin(bot, ALICE, Action.HAND_OVER, booking)
    refused(bot, name, "/reassign")
    await bot.submit(ALICE)
    assert sentence in words(front(bot, ALICE))
    assert booking.host_id == 2


async def test_four_at_once_and_one_gets_it(bot: Rig) -> None:
    """Recorded as a database error: it means that somebody else was quicker."""
    recorded = json.loads((FOLDER / "v2/295-race-4-bookings-same-slot.json").read_text())
    lost = next(one for one in _answers(recorded) if one["status"] == 400)
    await bot.command(DAVE, "book intro tomorrow")
    await pick_time(bot)
    await fill(bot, DAVE, ids.NOTES, "kept")
    refuse(bot, lost["status"], "POST /v2/bookings", count=2, body=lost["body"])
    await bot.submit(DAVE)
    assert "That time has just been taken." in said(bot)
    assert flows.holds(bot, DAVE, ids.NOTES) == "kept"


def _answers(recorded: Any) -> list[dict[str, Any]]:
    found = recorded if isinstance(recorded, list) else recorded["responses"]
    return [one.get("response", one) for one in found]
