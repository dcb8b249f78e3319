"""A reminder that comes too late is not posted."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.bookings import Booking, Status
from bot.domain.cards import Card, NoticeCard, Phase
from bot.domain.events import Notice, Trigger
from bot.domain.records import Delivery, Kind, still_due
from bot.domain.rules import Place

START = datetime(2026, 12, 9, 9, 0, tzinfo=UTC)
CARD = Card(Booking("uid-a", "Demo", Status.ACCEPTED, START, START + timedelta(minutes=30)))
REMINDER = Delivery(
    1,
    Place("T1", "C1"),
    "r1",
    CARD,
    version=1,
    kind=Kind.REMINDER,
    key=f"{START.isoformat()}/15",
)
BEFORE = START - timedelta(minutes=15)


@pytest.mark.parametrize(
    ("phase", "due"),
    [
        (Phase.UPCOMING, True),
        (Phase.STARTED, True),
        (Phase.REQUESTED, False),
        (Phase.AWAITING_PAYMENT, False),
        (Phase.ENDED, False),
        (Phase.CANCELLED, False),
        (Phase.REJECTED, False),
    ],
)
def test_the_phase_decides(phase: Phase, due: bool) -> None:
    assert still_due(replace(REMINDER, card=replace(CARD, phase=phase)), BEFORE) is due


def test_a_booking_that_was_moved_has_reminders_of_its_own() -> None:
    moved = replace(CARD.booking, start=START + timedelta(hours=1))
    assert not still_due(replace(REMINDER, card=replace(CARD, booking=moved)), BEFORE)
    same = replace(REMINDER, key="2026-12-09T10:00:00+01:00/15")
    assert still_due(same, BEFORE)


@pytest.mark.parametrize(("minutes", "due"), [(-15, True), (29, True), (30, False)])
def test_what_is_over_is_no_news(minutes: int, due: bool) -> None:
    assert still_due(REMINDER, START + timedelta(minutes=minutes)) is due


@pytest.mark.parametrize("kind", [Kind.CARD, Kind.NOTE, Kind.REMOVAL])
def test_only_reminders_come_too_late(kind: Kind) -> None:
    off = replace(CARD, phase=Phase.CANCELLED)
    assert still_due(replace(REMINDER, kind=kind, card=off), START + timedelta(days=9))


def test_a_notice_reminds_of_nothing() -> None:
    notice = NoticeCard(Notice(Trigger.OOO_CREATED, "k", "Away"))
    assert not still_due(replace(REMINDER, card=notice), BEFORE)
