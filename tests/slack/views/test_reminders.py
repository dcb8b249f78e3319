"""Reminders: how soon, with whom, and where to join."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given

from bot.domain.bookings import Attendee, Host
from bot.domain.rules import Detail
from bot.slack import ids
from bot.slack.views.parts import Message
from bot.slack.views.reminders import how_soon, reminder
from tests.slack.views.carding import REF, a_card, words
from tests.slack.views.drawing import (
    BOB,
    NOW,
    allowed,
    calmly,
    labels,
    nasty,
    pressed,
    same_as_golden,
)

SOON = NOW + timedelta(minutes=15)


def reminded(detail: Detail = Detail.FULL, **more: Any) -> Message:
    fields: dict[str, Any] = {
        "start": SOON,
        "end": SOON + timedelta(minutes=30),
        "event_type_slug": "intro",
    }
    shown = a_card(**(fields | more))
    return allowed(reminder(words(shown, detail, mention="<@U0ALICE>"), REF))


@pytest.mark.parametrize("detail", Detail)
def test_golden(detail: Detail) -> None:
    same_as_golden(f"reminder_{detail}", reminded(detail))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (15 * 60, "Starts in 15 minutes"),
        (15 * 60 - 50, "Starts in 15 minutes"),
        (14 * 60, "Starts in 14 minutes"),
        (60, "Starts in 1 minute"),
        (3600, "Starts in 1 hour"),
        (90 * 60, "Starts in 1 hour 30 minutes"),
        (24 * 3600, "Starts in 1 day"),
        (50 * 3600, "Starts in 2 days 2 hours"),
        (0, "Starts now"),
        (-30, "Starts now"),
        (-90, "Has started"),
    ],
)
def test_how_soon(seconds: int, said: str) -> None:
    assert how_soon(timedelta(seconds=seconds)) == said


@pytest.mark.parametrize(
    ("detail", "buttons"),
    [
        (Detail.FULL, ["Join", "More"]),
        (Detail.INITIALS, ["Join", "More"]),
        (Detail.BUSY, ["More"]),
    ],
)
def test_it_leads_into_the_meeting(detail: Detail, buttons: list[str]) -> None:
    message = reminded(detail)
    assert labels(message) == buttons
    assert pressed(message, "More") | {"text": ""} == {
        "type": "button",
        "action_id": ids.DETAILS,
        "value": REF,
        "text": "",
    }


def test_no_link_no_host_and_nobody() -> None:
    message = reminded(location="", hosts=(), attendees=())
    assert labels(message) == ["More"]
    assert message.text.startswith("⏰ Starts in 15 minutes: Intro between")


@calmly
@given(nasty, nasty, nasty)
def test_whatever_people_write_slack_takes_it(one: str, two: str, three: str) -> None:
    for detail in Detail:
        message = reminded(
            detail,
            title=one,
            hosts=(Host(two, one),),
            attendees=(Attendee(three, two), BOB),
            location=three,
            event_type_slug=one,
        )
        assert "<!channel" not in message.text
