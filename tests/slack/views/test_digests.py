"""Digests: a day or a week in one message, as much of it as the place is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given

from bot.domain.cards import DigestCard, DigestLine, Phase
from bot.domain.rules import Detail
from bot.slack.views.digests import digest
from bot.slack.views.parts import Message
from tests.slack.views.drawing import NASTY, NOW, allowed, calmly, nasty, same_as_golden, texts

MONDAY = datetime(2026, 11, 22, 23, tzinfo=UTC)
"""Its midnight in Paris."""


def a_line(hours: float = 10, **more: Any) -> DigestLine:
    """Bob's intro with Alice, so many hours after midnight."""
    start = MONDAY + timedelta(hours=hours)
    fields: dict[str, Any] = {
        "ref": "b1",
        "start": start,
        "end": start + timedelta(minutes=30),
        "title": "Intro between Alice Martin and Bob Stone",
        "event_type": "intro-call",
        "hosts": ("Alice Martin",),
        "people": ("Bob Stone",),
    }
    return DigestLine(**(fields | more))


DAILY = DigestCard(
    MONDAY,
    MONDAY + timedelta(days=1),
    "Europe/Paris",
    bookings=(
        a_line(9),
        a_line(10.5, people=("Bob Stone", "carol@example.com"), phase=Phase.AWAITING_PAYMENT),
        a_line(23.75, hosts=("Alice Martin", "Dan Roe"), people=()),
    ),
    unconfirmed=(a_line(80, phase=Phase.REQUESTED, asked_at=NOW - timedelta(days=3, hours=1)),),
    hidden=(4, 0, 0),
)
WEEKLY = DigestCard(
    MONDAY,
    MONDAY + timedelta(days=7),
    "Europe/Paris",
    weekly=True,
    bookings=(a_line(9), a_line(34), a_line(35, title="Demo", event_type="demo")),
    unconfirmed=(a_line(80, asked_at=NOW - timedelta(hours=2)), a_line(81)),
    absences=(a_line(-90, absent=("Bob Stone",)),),
    hidden=(0, 2, 1),
)
EMPTY = DigestCard(MONDAY, MONDAY + timedelta(days=1), "Europe/Paris")


def drawn(shown: DigestCard, detail: Detail = Detail.FULL) -> Message:
    message = allowed(digest(shown, detail, now=NOW))
    assert len(message.blocks) <= 50
    assert len(message.text) <= 4000
    return message


@pytest.mark.parametrize(
    ("name", "shown"), [("daily", DAILY), ("weekly", WEEKLY), ("empty", EMPTY)]
)
@pytest.mark.parametrize("detail", Detail)
def test_golden(name: str, shown: DigestCard, detail: Detail) -> None:
    suffix = "" if detail is Detail.FULL else f"_{detail}"
    same_as_golden(f"digest_{name}{suffix}", drawn(shown, detail))


def test_the_text_says_it_all() -> None:
    for shown in (DAILY, WEEKLY, EMPTY):
        message = drawn(shown)
        for line in texts(message).split("\n"):
            assert line in message.text


def test_it_reads_like_this() -> None:
    assert drawn(DAILY).text.split("\n") == [
        "🗓️ Bookings on Mon 23 Nov",
        "Times are in Paris time (UTC+1).",
        "*Mon 23 Nov*",
        "• 09:00–09:30  Intro between Alice Martin and Bob Stone · Alice Martin with Bob Stone",
        "• 10:30–11:00  Intro between Alice Martin and Bob Stone · Alice Martin with Bob Stone, "
        "carol@example.com (waiting for payment)",
        "• 23:45–00:15  Intro between Alice Martin and Bob Stone · Alice Martin, Dan Roe",
        "and 4 more",
        "*Waiting for an answer*",
        "• Thu 26 Nov, 08:00–08:30  Intro between Alice Martin and Bob Stone · Alice Martin with "
        "Bob Stone, waiting for 3 days",
    ]


def test_nothing_is_one_line() -> None:
    assert drawn(EMPTY).text.endswith("\nNothing is booked.")
    only_asked_for = drawn(replace(EMPTY, unconfirmed=(a_line(),)))
    assert "Nothing is booked.\n*Waiting for an answer*" in only_asked_for.text


@pytest.mark.parametrize("detail", Detail)
def test_a_thousand_bookings_fit(detail: Detail) -> None:
    many = tuple(a_line(n / 8, title=f"Meeting {n} " + "<" * 500) for n in range(1000))
    message = drawn(replace(WEEKLY, bookings=many, unconfirmed=many, absences=many), detail)
    assert "more lines" in message.text
    assert "more lines" in texts(message)


@calmly
@given(nasty, nasty, nasty)
def test_whatever_people_write_slack_takes_it(one: str, two: str, three: str) -> None:
    line = a_line(title=one, event_type=two, hosts=(two, one), people=(three, one), absent=(two,))
    lines = (line,) * 5
    for detail in Detail:
        shown = replace(WEEKLY, bookings=lines, unconfirmed=lines, absences=lines)
        message = drawn(shown, detail)
        assert "<!channel" not in message.text
        assert NASTY not in message.text
