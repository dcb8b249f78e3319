"""Every trigger of Cal.com ends in something that people can read, and so does every webhook that
a real server sent."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.calcom.webhooks import NOTICES, parse
from bot.domain.cards import Card, NoticeCard
from bot.domain.events import BookingEvent, Ignored, Notice, Trigger
from bot.domain.records import Delivery, Kind
from bot.domain.rules import Detail, Look, Place
from bot.domain.turning import turn
from bot.slack.views.deliveries import message
from bot.slack.views.happenings import CHANGED
from tests.contract.calcom_recordings import FOLDER
from tests.notifying import NOW, START, Way, a_booking, a_way, moved, webhook
from tests.slack.views.drawing import allowed

UID = "uidOfTheBooking1"
PLACE = Place("T0SANDBOX", "C0BOOKINGS")


@pytest.fixture
async def way(chosen_url: str) -> AsyncIterator[Way]:
    async with a_way(chosen_url) as running:
        running.cal.known[UID] = a_booking()
        yield running
        assert running.slack.warnings == []


def flat(trigger: str) -> dict[str, Any]:
    said = webhook(trigger)["payload"]
    return {"triggerEvent": trigger, **said, "user": said["organizer"], "organizer": None}


def told(trigger: str, **payload: Any) -> dict[str, Any]:
    return {"triggerEvent": trigger, "createdAt": "2026-11-23T08:05:00Z", "payload": payload}


BOOKED = {
    Trigger.BOOKING_CREATED: (webhook("BOOKING_CREATED", minute=5), "Booked"),
    Trigger.BOOKING_REQUESTED: (webhook("BOOKING_REQUESTED", minute=5), "Requested"),
    Trigger.BOOKING_RESCHEDULED: (moved("uidOfTheBooking2", UID, 3, minute=5), "Moved from"),
    Trigger.BOOKING_CANCELLED: (
        webhook("BOOKING_CANCELLED", minute=5, cancellationReason="ill", cancelledBy="Wes"),
        "Cancelled by Wes · “ill”",
    ),
    Trigger.BOOKING_REJECTED: (
        webhook("BOOKING_REJECTED", minute=5, status="REJECTED", rejectionReason="full"),
        "Declined · “full”",
    ),
    Trigger.BOOKING_PAYMENT_INITIATED: (
        webhook("BOOKING_PAYMENT_INITIATED", minute=5),
        "Payment asked for",
    ),
    Trigger.BOOKING_PAID: (webhook("BOOKING_PAID", minute=5), "Paid"),
    Trigger.BOOKING_REASSIGNED: (
        webhook(
            "BOOKING_REASSIGNED",
            minute=5,
            organizer={"name": "Dan Roe", "email": "dan@example.com"},
        ),
        "Handed over to Dan Roe",
    ),
    Trigger.BOOKING_LOCATION_UPDATED: (
        webhook("BOOKING_LOCATION_UPDATED", minute=5, previousLocation="Room 7"),
        "Place changed · it was: Room 7",
    ),
    Trigger.BOOKING_NO_SHOW_UPDATED: (
        told(
            "BOOKING_NO_SHOW_UPDATED",
            bookingUid=UID,
            message="wes@example.com marked as no-show",
            attendees=[{"email": "wes@example.com", "noShow": True}],
        ),
        "Absence marked: Wes",
    ),
    Trigger.MEETING_STARTED: (flat("MEETING_STARTED"), "Started"),
    Trigger.MEETING_ENDED: (flat("MEETING_ENDED"), "Ended"),
    Trigger.RECORDING_READY: (
        webhook("RECORDING_READY", minute=5, downloadLink="https://rec.example.com/1"),
        "Recording ready · <https://rec.example.com/1|Open it>",
    ),
    Trigger.RECORDING_TRANSCRIPTION_GENERATED: (
        webhook(
            "RECORDING_TRANSCRIPTION_GENERATED",
            minute=5,
            downloadLinks={
                "transcription": [{"format": "txt", "link": "https://rec.example.com/t"}]
            },
        ),
        "Transcript ready · <https://rec.example.com/t|Open it>",
    ),
    Trigger.INSTANT_MEETING: (
        webhook("INSTANT_MEETING", minute=5, connectAndJoinUrl="https://app.cal.com/connect"),
        "Somebody waits to meet now",
    ),
    Trigger.INSTANT_MEETING_ACCEPTED: (webhook("INSTANT_MEETING_ACCEPTED", minute=5), "Accepted"),
    Trigger.AFTER_HOSTS_CAL_VIDEO_NO_SHOW: (
        webhook("AFTER_HOSTS_CAL_VIDEO_NO_SHOW", minute=5, hostEmail="alice@example.com"),
        "The host did not come: Alice Martin",
    ),
    Trigger.AFTER_GUESTS_CAL_VIDEO_NO_SHOW: (
        webhook("AFTER_GUESTS_CAL_VIDEO_NO_SHOW", minute=5, guests=[{"email": "wes@example.com"}]),
        "The guests did not come: Wes",
    ),
    Trigger.WRONG_ASSIGNMENT_REPORT: (
        told(
            "WRONG_ASSIGNMENT_REPORT",
            booking=webhook("WRONG_ASSIGNMENT_REPORT")["payload"],
            report={"reportedBy": "Wes", "routingReason": "wrong region"},
        ),
        "Reported as given to the wrong person by Wes · “wrong region”",
    ),
    Trigger.CALENDAR_ENTRY_REJECTED: (
        webhook("CALENDAR_ENTRY_REJECTED", minute=5),
        "The calendar refused the entry",
    ),
}
CREDENTIAL = {"delegationCredential": {"workspacePlatform": "google", "domain": "example.com"}}
OTHERS = {
    Trigger.OOO_CREATED: (
        told(
            "OOO_CREATED",
            oooEntry={
                "uuid": "u1",
                "start": "2026-12-24T00:00:00Z",
                "end": "2027-01-02T00:00:00Z",
                "user": {"name": "Alice Martin", "email": "alice@example.com"},
            },
        ),
        "Alice Martin is out of office\nFrom: Thu 24 Dec 2026\nTo: Sat 2 Jan 2027",
    ),
    Trigger.FORM_SUBMITTED: (
        told("FORM_SUBMITTED", formName="Leads", responses={"Company": {"response": "Alder"}}),
        "A form was submitted: Leads\nCompany: Alder",
    ),
    Trigger.FORM_SUBMITTED_NO_EVENT: (
        told("FORM_SUBMITTED_NO_EVENT", formName="Leads", responseId="7"),
        "A form was submitted, and nothing was booked: Leads",
    ),
    Trigger.ROUTING_FORM_FALLBACK_HIT: (
        told("ROUTING_FORM_FALLBACK_HIT", formName="Leads"),
        "A routing form had no matching route: Leads",
    ),
    Trigger.DELEGATION_CREDENTIAL_ERROR: (
        told("DELEGATION_CREDENTIAL_ERROR", error={"message": "no access"}),
        "A delegation credential does not work\nError: no access",
    ),
    Trigger.DELEGATION_CREDENTIAL_SECRET_ROTATED: (
        told("DELEGATION_CREDENTIAL_SECRET_ROTATED", **CREDENTIAL),
        "A delegation credential's secret was rotated\nWorkspace: google\nDomain: example.com",
    ),
    Trigger.DELEGATION_CREDENTIAL_SECRET_ROTATION_FAILED: (
        told("DELEGATION_CREDENTIAL_SECRET_ROTATION_FAILED", **CREDENTIAL),
        "Rotating a delegation credential's secret failed",
    ),
    Trigger.DELEGATION_CREDENTIAL_ROTATION_REQUIRED: (
        told("DELEGATION_CREDENTIAL_ROTATION_REQUIRED", **CREDENTIAL),
        "A delegation credential's secret has to be rotated",
    ),
    Trigger.PING: (told("PING", type="Test", title="Test trigger event"), "Cal.com's test arrived"),
}


def test_the_tables_have_them_all() -> None:
    assert set(OTHERS) == NOTICES
    assert set(BOOKED) | set(OTHERS) == set(Trigger)


@pytest.mark.parametrize("trigger", BOOKED)
async def test_of_a_booking_that_is_shown_it_is_a_line_in_the_thread(
    way: Way, trigger: Trigger
) -> None:
    body, said = BOOKED[trigger]
    first = "BOOKING_REQUESTED" if trigger is Trigger.BOOKING_CREATED else "BOOKING_CREATED"
    await way.post(webhook(first))
    await way.settle()
    await way.post(body)
    await way.settle()
    [line] = way.thread()
    assert said in line
    assert len(way.shown()) == 1
    check(line + way.shown()[0].text + json.dumps(way.shown()[0].blocks))


@pytest.mark.parametrize("trigger", BOOKED)
async def test_of_a_booking_that_nobody_knew_it_is_a_card(way: Way, trigger: Trigger) -> None:
    await way.post(BOOKED[trigger][0])
    await way.settle()
    [card] = way.shown()
    assert "Demo between Alice Martin and Wes" in card.text
    check(card.text + json.dumps(card.blocks))


@pytest.mark.parametrize("trigger", OTHERS)
async def test_what_is_about_no_booking_is_a_notice(way: Way, trigger: Trigger) -> None:
    body, said = OTHERS[trigger]
    await way.post(body)
    await way.settle()
    [notice] = way.shown()
    assert notice.text.startswith(f"📣 {said}")
    check(notice.text + json.dumps(notice.blocks))


def check(said: str) -> None:
    """It is in words, and lets nobody cancel."""
    assert [trigger for trigger in Trigger if trigger != "PING" and trigger in said] == []
    assert "uidOfTheBooking" not in said
    assert CHANGED not in said


RECORDED = sorted(FOLDER.glob("webhooks*/*.json"))


@pytest.mark.skipif(not RECORDED, reason="no recordings beside the checkout")
@pytest.mark.parametrize("detail", Detail)
def test_every_recorded_webhook_can_be_shown(detail: Detail) -> None:
    shown = 0
    for path in RECORDED:
        sent = json.loads(path.read_text())
        event = parse(sent["raw_body"].encode())
        if not isinstance(event, Ignored):
            shown += 1
            for delivery in messages(event, detail):
                drawn = allowed(message(delivery, now=NOW))
                check(drawn.text if detail is not Detail.BUSY else "")
                for uid in uids(sent["json"]):
                    assert uid not in drawn.text + json.dumps(drawn.blocks), path.name
    assert shown > 100


def messages(event: BookingEvent | Notice, detail: Detail) -> list[Delivery]:
    """Everything that is posted where a webhook is the first that is heard of something."""
    if isinstance(event, Notice):
        return [Delivery(1, PLACE, "r1", NoticeCard(event), 1, look=Look(detail))]
    card = turn(None, event, reread=None if event.booking else a_booking(event.uid))
    base = Delivery(1, PLACE, "r1", card, 1, look=Look(detail))
    assert isinstance(base.card, Card)
    notes = [replace(base, kind=Kind.NOTE, note=word) for word in card.history]
    reminder = replace(base, kind=Kind.REMINDER, key=f"{START.isoformat()}/15")
    return [base, *notes, reminder]


def uids(body: Mapping[str, Any]) -> set[str]:
    said = body.get("payload", body)
    names = ("uid", "bookingUid", "rescheduleUid", "attendeeSeatId", "recurringEventId")
    return {str(said[name]) for name in names if said.get(name)}
