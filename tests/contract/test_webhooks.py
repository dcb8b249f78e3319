"""Every webhook that a real server sent is recognised as genuine and understood."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.calcom import webhooks
from bot.domain.events import BookingEvent, Ignored, Notice, Trigger
from tests.contract.calcom_recordings import FOLDER

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="no recordings beside the checkout")

SENT = {
    f"{folder}/{path.stem}": json.loads(path.read_text())
    for folder in ("webhooks", "webhooks-team")
    for path in sorted((FOLDER / folder).glob("*.json"))
}
UNSIGNED = "webhooks/91-UNKNOWN"
"""From a subscription with a payload template and without a secret."""


def event_of(name: str) -> Any:
    return webhooks.parse(SENT[name]["raw_body"].encode())


def booking_event(name: str) -> BookingEvent:
    event = event_of(name)
    assert isinstance(event, BookingEvent)
    return event


@pytest.mark.parametrize("name", SENT)
def test_signatures(name: str) -> None:
    sent = SENT[name]
    headers = {key.lower(): value for key, value in sent["headers"]}
    raw, secret = sent["raw_body"].encode(), sent["signature_check"]["secret"]
    signature = headers["x-cal-signature-256"]

    assert webhooks.verify(raw, signature, secret) is (name != UNSIGNED)
    assert not webhooks.verify(raw + b" ", signature, secret)
    assert not webhooks.verify(raw, signature, secret + "x")


@pytest.mark.parametrize("name", SENT)
def test_events(name: str) -> None:
    body = SENT[name]["json"]
    event = event_of(name)
    if name == UNSIGNED:
        assert isinstance(event, Ignored)
    elif body["triggerEvent"] == "PING":
        assert isinstance(event, Notice)
        assert event.trigger is Trigger.PING
    else:
        assert isinstance(event, BookingEvent)
        assert event.trigger == body["triggerEvent"]
        check(event, body)


def check(event: BookingEvent, body: dict[str, Any]) -> None:
    said = body.get("payload", body)
    assert event.uid == said.get("uid", said.get("bookingUid"))
    if "payload" in body:
        assert event.said_at == datetime.fromisoformat(body["createdAt"])
    else:
        assert event.said_at is None
    assert event.previous_uid == said.get("rescheduleUid")
    assert event.shared == bool(said.get("seatsPerTimeSlot") or said.get("recurringEvent"))
    if "startTime" not in said:
        assert event.booking is None
        return
    booking = event.booking
    assert booking is not None
    assert booking.start == datetime.fromisoformat(said["startTime"])
    assert booking.end == datetime.fromisoformat(said["endTime"])
    assert booking.start.tzinfo is UTC
    assert booking.status == said["status"].lower()
    assert booking.title == said["title"]
    assert booking.location == said["location"]
    assert [a.email for a in booking.attendees] == [a["email"] for a in said["attendees"]]
    organizer = said.get("organizer") or said["user"]
    members = (said.get("team") or {}).get("members", [])
    assert [h.email for h in booking.hosts] == [p["email"] for p in (organizer, *members)]


def test_a_reschedule_tells_the_old_booking() -> None:
    event = booking_event("webhooks/29-BOOKING_RESCHEDULED")

    assert (event.uid, event.previous_uid) == ("59C69gjqxRapWWzbEsXo1D", "9YS5fv872jxuRCaSjatiek")
    assert event.previous_start == datetime(2026, 12, 9, 8, tzinfo=UTC)
    assert event.actor == "dave@example.com"
    assert event.booking is not None
    assert event.booking.metadata["slack"] == "U123"
    # What the booker wrote, not the event type's description.
    assert event.booking.description == "bring the slides"


def test_reasons() -> None:
    assert booking_event("webhooks/33-BOOKING_CANCELLED").reason == "I am ill"
    assert booking_event("webhooks/37-BOOKING_REJECTED").reason == "no time"


def test_a_seat() -> None:
    created = booking_event("webhooks/18-BOOKING_CREATED")
    assert created.shared
    assert created.booking is not None
    assert created.booking.seat_uid == "693c6b97-9998-44f1-8a12-be573c19907f"
    assert created.booking.attendees[0].seat_uid == created.booking.seat_uid

    one_leaves = booking_event("webhooks/49-BOOKING_CANCELLED")
    assert one_leaves.shared
    assert one_leaves.booking is not None
    assert [a.email for a in one_leaves.booking.attendees] == ["wes@example.com"]


def test_the_end_of_a_series_is_not_told_from_that_of_one_occurrence() -> None:
    """52: `cancelSubsequentBookings` sent this one webhook, without `recurringEvent`."""
    assert not booking_event("webhooks/52-BOOKING_CANCELLED").shared
    assert booking_event("webhooks/22-BOOKING_CREATED").shared


def test_an_absence() -> None:
    event = booking_event("webhooks/55-BOOKING_NO_SHOW_UPDATED")

    assert event.absent == (("gus@example.com", True),)
    assert event.note == "gus@example.com marked as no-show"


def test_a_team_has_all_its_hosts() -> None:
    event = booking_event("webhooks-team/13-BOOKING_CREATED")
    assert event.booking is not None
    assert [h.email for h in event.booking.hosts] == ["alice@example.com", "bob@example.com"]


def test_answers_of_the_form() -> None:
    written = booking_event("webhooks/92-BOOKING_CREATED").booking
    assert written is not None
    assert written.answers["notes"].startswith("line1\nline2 *bold*")
    assert "name" not in written.answers
