"""From the webhook's bytes to the card in the channel."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.calcom.webhooks import parse
from bot.domain.bookings import Attendee, Status
from bot.domain.cards import Card, Phase
from bot.domain.errors import NotAuthorised, RateLimited, Unavailable
from bot.domain.events import BookingEvent, Trigger
from bot.domain.records import Subject
from bot.domain.rules import News, Place, Rule
from bot.services.notifications import READ_TRIES
from bot.services.trying import TRIES
from tests.notifying import (
    BOOKINGS,
    NOW,
    START,
    TEAM,
    Way,
    a_booking,
    a_way,
    moved,
    webhook,
)

UID = "uidOfTheBooking1"
RECORDINGS = Path(__file__).resolve().parents[3] / "shared" / "calcom" / "recordings" / "webhooks"


@pytest.fixture
async def way(chosen_url: str) -> AsyncIterator[Way]:
    async with a_way(chosen_url) as running:
        yield running
        assert running.slack.warnings == []


def seat(trigger: str, who: str, minute: float, **more: Any) -> dict[str, Any]:
    people = [{"name": who, "email": f"{who.lower()}@example.com", "timeZone": "UTC"}]
    return webhook(trigger, minute=minute, attendees=people, seatsPerTimeSlot=3, **more)


async def test_one_card_lives_through_everything(way: Way) -> None:
    assert (await way.post(webhook("BOOKING_REQUESTED"))).status_code == 200
    await way.settle()
    [message] = way.shown()
    assert message.text.startswith("⏳ Waiting for confirmation: Demo")
    for body, headline in [
        (webhook("BOOKING_CREATED", minute=1), "✅ Booked"),
        (moved("uidOfTheBooking2", UID, 2, minute=2), "🔁 Rescheduled"),
        (webhook("BOOKING_CANCELLED", "uidOfTheBooking2", minute=3), "❌ Cancelled"),
    ]:
        await way.post(body)
        await way.settle()
        [message] = way.shown()
        assert message.text.startswith(headline)
    assert "uidOfTheBooking" not in json.dumps([c.args for c in way.slack.calls], default=str)
    assert "uidOfTheBooking" not in repr(way.logs)
    assert len(way.shown()) == 1
    assert way.cal.asked == [UID]  # a request may be a reschedule that does not say so


async def test_the_message_as_slack_gets_it(way: Way) -> None:
    await way.post(webhook("BOOKING_CREATED"))
    await way.settle()
    [sent] = way.calls("chat.postMessage")
    assert (sent["unfurl_links"], sent["unfurl_media"]) == (False, False)
    [message] = way.shown()
    assert message.metadata == {"event_type": "calbot_card", "event_payload": {"delivery": "1"}}


async def test_the_same_body_and_a_copy_change_nothing(way: Way) -> None:
    first = webhook("BOOKING_CREATED")
    await way.post(first)
    await way.settle()
    await way.post(first)
    await way.post(webhook("BOOKING_CREATED", minute=0.001))
    await way.settle()
    assert len(way.shown()) == 1
    assert way.calls("chat.update") == []


async def test_a_reschedule_that_overtakes_its_booking(way: Way) -> None:
    await way.post(moved("uidOfTheBooking2", UID, 2, minute=2))
    await way.post(webhook("BOOKING_CREATED", minute=0))
    await way.post(webhook("BOOKING_CANCELLED", minute=3))  # of the old uid
    await way.settle()
    [message] = way.shown()
    assert message.text.startswith("🔁 Rescheduled")


async def test_a_cancellation_that_overtakes_its_reschedule(way: Way) -> None:
    """The booking is not known, so it is read; then its card is the one of what it was before."""
    way.cal.known["uidOfTheBooking2"] = a_booking(
        "uidOfTheBooking2", status=Status.CANCELLED, rescheduled_from_uid=UID
    )
    await way.post(webhook("BOOKING_CREATED"))
    await way.settle()
    await way.post(webhook("BOOKING_CANCELLED", "uidOfTheBooking2", minute=3))
    await way.settle()
    await way.post(moved("uidOfTheBooking2", UID, 2, minute=2))
    await way.settle()
    [message] = way.shown()
    assert message.text.startswith("❌ Cancelled")


async def test_a_request_that_is_a_reschedule(way: Way) -> None:
    await way.post(webhook("BOOKING_CREATED"))
    await way.settle()
    way.cal.known["uidOfTheBooking2"] = a_booking("uidOfTheBooking2", rescheduled_from_uid=UID)
    later = START + timedelta(days=1)
    await way.post(
        webhook(
            "BOOKING_REQUESTED",
            "uidOfTheBooking2",
            minute=2,
            startTime=later.isoformat(),
            endTime=None,
        )
    )
    await way.settle()
    [message] = way.shown()
    assert message.text.startswith("⏳ Waiting for confirmation")
    assert "Before: Wed 9 Dec" in message.text


async def test_seats_come_and_go(way: Way) -> None:
    await way.post(seat("BOOKING_CREATED", "Wes", 1, attendeeSeatId="s1"))
    await way.post(seat("BOOKING_CREATED", "Xena", 2, attendeeSeatId="s2"))
    await way.settle()
    assert "With: Wes, Xena" in way.shown()[0].text
    way.cal.known[UID] = a_booking(attendees=(Attendee("Xena", "xena@example.com"),))
    await way.post(seat("BOOKING_CANCELLED", "Wes", 3))
    await way.settle()
    assert way.shown()[0].text.startswith("✅ Booked")
    assert "With: Xena" in way.shown()[0].text
    way.cal.known[UID] = a_booking(status=Status.CANCELLED)
    await way.post(seat("BOOKING_CANCELLED", "Xena", 4))
    await way.settle()
    [message] = way.shown()
    assert message.text.startswith("❌ Cancelled")


async def test_one_moved_seat_gets_a_card_of_its_own(way: Way) -> None:
    await way.post(seat("BOOKING_CREATED", "Wes", 1))
    await way.settle()
    way.cal.known[UID] = a_booking()
    new = seat("BOOKING_RESCHEDULED", "Xena", 2, rescheduleUid=UID)
    new["payload"]["uid"] = "uidOfTheBooking2"
    await way.post(new)
    await way.settle()
    assert [m.text.split(":")[0] for m in way.shown()] == ["✅ Booked", "✅ Booked"]


async def test_the_last_seat_moved_takes_the_card_along(way: Way) -> None:
    await way.post(seat("BOOKING_CREATED", "Wes", 1))
    await way.settle()
    way.cal.known[UID] = a_booking(status=Status.CANCELLED)
    new = seat("BOOKING_RESCHEDULED", "Wes", 2, rescheduleUid=UID)
    new["payload"]["uid"] = "uidOfTheBooking2"
    await way.post(new)
    await way.settle()
    assert len(way.shown()) == 1


@pytest.mark.parametrize("failure", [Unavailable(), RateLimited(NOW + timedelta(seconds=30))])
async def test_cal_com_is_asked_again_and_then_done_without(way: Way, failure: Exception) -> None:
    await way.post(seat("BOOKING_CREATED", "Wes", 1))
    await way.settle()
    way.cal.failures = [failure] * 50
    await way.post(seat("BOOKING_CANCELLED", "Wes", 3))
    await way.settle()
    assert way.shown()[0].text.startswith("✅ Booked")
    for _ in range(READ_TRIES):
        await way.later(70)
    assert way.shown()[0].text.startswith("❌ Cancelled")
    assert len(way.cal.asked) == READ_TRIES


async def test_a_refused_key_does_not_hold_the_card_up(way: Way) -> None:
    way.cal.failures = [NotAuthorised()]
    await way.post(webhook("BOOKING_REQUESTED"))
    await way.settle()
    assert len(way.shown()) == 1


async def test_a_no_show_of_nobody_known_is_still_said(way: Way) -> None:
    await way.post(
        {
            "triggerEvent": "BOOKING_NO_SHOW_UPDATED",
            "createdAt": NOW.isoformat(),
            "payload": {
                "message": "gus@example.com marked as no-show",
                "bookingUid": UID,
                "attendees": [{"email": "gus@example.com", "noShow": True}],
            },
        }
    )
    await way.settle()
    [message] = way.shown()
    assert message.text.startswith("📣 Absence marked")
    assert "gus@example.com" in message.text


@pytest.mark.parametrize(
    "body",
    [
        {"triggerEvent": "SOMETHING_NEW", "createdAt": "2026-11-23T08:00:00Z", "payload": {}},
        {"triggerEvent": "BOOKING_CREATED", "payload": {"uid": 5, "startTime": [], "title": {}}},
        {"content": "a template"},
        [],
        False,
        None,
        "text",
        {"triggerEvent": {"a": 1}, "payload": "x"},
    ],
)
async def test_strange_bodies_stop_nobody(way: Way, body: Any) -> None:
    assert (await way.post(json.dumps(body).encode())).status_code == 200
    await way.post(webhook("BOOKING_CREATED"))
    await way.settle()
    assert any(message.text.startswith("✅ Booked") for message in way.shown())


async def test_notices_are_shown_once_and_edited(way: Way) -> None:
    def out_of_office(notes: str, at: str) -> dict[str, Any]:
        entry = {
            "uuid": "ooo-1",
            "start": "2026-12-24T00:00:00Z",
            "end": "2027-01-02T00:00:00Z",
            "notes": notes,
            "user": {"name": "Alice Martin", "email": "alice@example.com"},
        }
        return {"triggerEvent": "OOO_CREATED", "createdAt": at, "payload": {"oooEntry": entry}}

    await way.post(out_of_office("skiing", "2026-11-23T08:00:00Z"))
    await way.post(out_of_office("skiing", "2026-11-23T08:00:01Z"))
    await way.settle()
    assert (len(way.shown()), way.calls("chat.update")) == (1, [])
    await way.post(out_of_office("at sea", "2026-11-23T08:05:00Z"))
    await way.settle()
    [message] = way.shown()
    assert "at sea" in message.text


async def test_rules_decide_where(way: Way) -> None:
    await way.store.rules.save(Rule("r1", BOOKINGS, news=(News.CANCELLED,)))
    await way.store.rules.save(Rule("r2", Place(TEAM, "#random"), news=(News.CREATED,)))
    way.slack.channels["C0RANDOM"].members.add(way.slack.app.bot_user_id)
    await way.post(webhook("BOOKING_CREATED"))
    await way.settle()
    assert (len(way.shown()), len(way.shown("C0RANDOM"))) == (0, 1)
    await way.post(webhook("BOOKING_CANCELLED", minute=1))
    await way.settle()
    assert way.shown()[0].text.startswith("❌ Cancelled")
    assert way.shown("C0RANDOM")[0].text.startswith("❌ Cancelled")


async def test_a_bug_in_one_webhook_is_put_back_and_set_aside(way: Way) -> None:
    def cannot(raw: bytes) -> Any:
        raise RuntimeError("a bug")

    await way.post(webhook("BOOKING_CREATED"))
    taking = replace(way.notifications(), parse=cannot)
    for _ in range(TRIES + 3):
        await taking.take_one()
        way.clock.advance(400)
    assert not await taking.take_one()


def recorded() -> list[Path]:
    return sorted(RECORDINGS.glob("*.json"), key=lambda path: int(path.name.split("-")[0]))


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recordings are not beside the checkout")
@pytest.mark.parametrize("backwards", [False, True])
async def test_everything_recorded_ends_in_right_cards(way: Way, backwards: bool) -> None:
    bodies = [json.loads(path.read_text())["raw_body"].encode() for path in recorded()]
    for raw in reversed(bodies) if backwards else bodies:
        assert (await way.post(raw)).status_code == 200
    for _ in range(60):
        await way.later(2)
    events = [event for raw in bodies if isinstance(event := parse(raw), BookingEvent)]
    old = {event.previous_uid for event in events}
    cancelled = {e.uid for e in events if e.trigger is Trigger.BOOKING_CANCELLED}
    for uid in {event.uid for event in events} - old:
        card = await way.store.inbox.card(Subject("house", uids=(uid,)))
        if not isinstance(card, Card):
            continue
        assert card.booking.uid == uid
        if uid in cancelled:
            assert card.phase is Phase.CANCELLED
    assert way.slack.faults == []
    titles = [message.text.split(": ")[0] for message in way.shown()]
    assert len(titles) >= 40
    assert {"✅ Booked", "❌ Cancelled", "🔁 Rescheduled"} <= set(titles)
