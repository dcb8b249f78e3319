"""Webhooks nobody recorded, as the documentation and the server's source describe them."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.calcom import webhooks
from bot.domain.away import Away, Colleague
from bot.domain.events import AWAY, BACK, BookingEvent, Ignored, Notice, Trigger
from bot.domain.people import Account

SAID_AT = "2026-11-23T00:30:00.000Z"
BOOKING = {
    "uid": "an-uid",
    "bookingId": 7,
    "title": "30 min between Host and Ann",
    "startTime": "2026-12-09T08:00:00Z",
    "endTime": "2026-12-09T08:30:00Z",
    "organizer": {"id": 1, "name": "Host", "email": "host@example.com"},
    "attendees": [{"name": "Ann", "email": "ann@example.com"}],
    "status": "ACCEPTED",
}


def parsed(trigger: str, payload: Any, **more: Any) -> Any:
    body = {"triggerEvent": trigger, "createdAt": SAID_AT, "payload": payload, **more}
    return webhooks.parse(json.dumps(body).encode())


def booking_event(trigger: str, **more: Any) -> BookingEvent:
    event = parsed(trigger, {**BOOKING, **more})
    assert isinstance(event, BookingEvent)
    assert event.trigger == trigger
    return event


def notice(trigger: str, payload: Any) -> Notice:
    event = parsed(trigger, payload)
    assert isinstance(event, Notice)
    return event


@pytest.mark.parametrize(
    ("signature", "secret"),
    [
        (None, "s"),
        ("", "s"),
        ("no-secret-provided", "s"),
        ("no-secret-provided", ""),
        # what an empty secret would give
        ("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad", ""),
        ("☃", "s"),
        ("\udc00", "s"),
    ],
)
def test_what_proves_nothing(signature: str | None, secret: str) -> None:
    assert not webhooks.verify(b"", signature, secret)


def test_a_signature_is_lower_case_hex_over_the_raw_bytes() -> None:
    # Known answer: HMAC-SHA256 of b"abc" with the key "key".
    right = "9c196e32dc0175f86f4b1cb89289d6619de6bee699e4c378e68309ed97a1a6ab"
    assert webhooks.verify(b"abc", right, "key")
    assert not webhooks.verify(b"abc", right.upper(), "key")
    assert not webhooks.verify(b"abc", f"sha256={right}", "key")


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe\x00", b"[" * 100_000])
def test_what_is_no_json_is_a_value_error(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        webhooks.parse(raw)


@pytest.mark.parametrize("raw", [b"false", b"null", b"[]", b'"x"', b"7", b"{}", b'{"uid": "x"}'])
def test_templates_that_went_wrong_are_ignored(raw: bytes) -> None:
    assert isinstance(webhooks.parse(raw), Ignored)


def test_an_unknown_trigger_is_ignored_by_name() -> None:
    assert parsed("BOOKING_CONFIRMED", BOOKING) == Ignored("BOOKING_CONFIRMED", "unknown trigger")


def test_every_booking_trigger_without_a_booking_is_ignored_or_a_notice() -> None:
    empty: list[Any] = [{}, None, [], "x", {"uid": None}]
    for trigger in Trigger:
        for payload in empty:
            assert isinstance(parsed(trigger, payload), Ignored | Notice)


def test_every_trigger_is_understood() -> None:
    for trigger in Trigger:
        event = parsed(trigger, BOOKING)
        assert isinstance(event, BookingEvent if trigger not in webhooks.NOTICES else Notice)
        assert event.trigger is trigger
        assert event.said_at == datetime(2026, 11, 23, 0, 30, tzinfo=UTC)


def test_the_test_button_names_another_trigger() -> None:
    payload = {"type": "Test", "title": "Test trigger event", "startTime": SAID_AT}
    event = notice("BOOKING_CREATED", payload)
    assert event.trigger is Trigger.PING
    # A booking of an event type with the slug "Test" is a booking.
    assert booking_event("BOOKING_CREATED", type="Test").uid == "an-uid"


@pytest.mark.parametrize(
    ("more", "location"),
    [
        ({"metadata": {"videoCallUrl": "https://meet.test/a"}}, "https://meet.test/a"),
        (
            {"videoCallData": {"url": "https://meet.test/b"}, "location": "integrations:daily"},
            "https://meet.test/b",
        ),
        ({"location": "integrations:daily"}, "integrations:daily"),
        ({"location": None}, ""),
    ],
)
def test_where(more: dict[str, Any], location: str) -> None:
    booking = booking_event("BOOKING_CREATED", **more).booking
    assert booking is not None
    assert booking.location == location
    assert (booking.join_url is not None) == location.startswith("https:")


@pytest.mark.parametrize(
    "said", ["2026-12-09T08:00:00Z", "2026-12-09T08:00:00.000Z", "2026-12-09T09:00:00+01:00"]
)
def test_times_in_any_form(said: str) -> None:
    booking = booking_event("BOOKING_CREATED", startTime=said).booking
    assert booking is not None
    assert booking.start == datetime(2026, 12, 9, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("trigger", "more", "expected"),
    [
        ("BOOKING_CANCELLED", {"cancelledBy": "ann@example.com"}, {"actor": "ann@example.com"}),
        (
            "BOOKING_CANCELLED",
            {"requestReschedule": True},
            {"note": "The attendee is asked to pick a new time."},
        ),
        ("BOOKING_LOCATION_UPDATED", {"previousLocation": "Room 1"}, {"note": "Room 1"}),
        ("RECORDING_READY", {"downloadLink": "https://r.test"}, {"note": "https://r.test"}),
        (
            "RECORDING_TRANSCRIPTION_GENERATED",
            {"downloadLinks": {"transcription": [{"format": "srt", "link": "https://t.test"}]}},
            {"note": "https://t.test"},
        ),
        (
            "RECORDING_TRANSCRIPTION_GENERATED",
            {"downloadLinks": {"transcription": [], "recording": "https://r.test"}},
            {"note": "https://r.test"},
        ),
        (
            "BOOKING_RESCHEDULED",
            {
                "rescheduleUid": "old",
                "rescheduleStartTime": "2026-12-08T08:00:00Z",
                "responses": {"rescheduleReason": {"label": "x", "value": "ill"}},
            },
            {
                "previous_uid": "old",
                "previous_start": datetime(2026, 12, 8, 8, tzinfo=UTC),
                "reason": "ill",
            },
        ),
        ("BOOKING_CREATED", {"seatsPerTimeSlot": 3}, {"shared": True}),
        ("BOOKING_CREATED", {"attendeeSeatId": "s"}, {"shared": True}),
        ("BOOKING_CREATED", {"recurringEvent": {"freq": 2, "count": 4}}, {"shared": True}),
        ("BOOKING_CREATED", {"seatsPerTimeSlot": None, "recurringEvent": None}, {"shared": False}),
        (
            "AFTER_HOSTS_CAL_VIDEO_NO_SHOW",
            {"hostEmail": "host@example.com"},
            {"absent": (("host@example.com", True),)},
        ),
        (
            "AFTER_GUESTS_CAL_VIDEO_NO_SHOW",
            {"guests": [{"email": "ann@example.com"}]},
            {"absent": (("ann@example.com", True),)},
        ),
        (
            "BOOKING_NO_SHOW_UPDATED",
            {"attendees": [{"email": "ann@example.com", "noShow": False}]},
            {"absent": (("ann@example.com", False),)},
        ),
    ],
)
def test_what_happened(trigger: str, more: dict[str, Any], expected: dict[str, Any]) -> None:
    event = booking_event(trigger, **more)
    assert {name: getattr(event, name) for name in expected} == expected


def test_a_flat_body_tells_no_time_of_its_own() -> None:
    row = {**BOOKING, "user": {"name": "Host", "email": "host@example.com"}, "id": 7}
    row |= {"triggerEvent": "MEETING_STARTED", "createdAt": SAID_AT, "description": "notes"}
    del row["organizer"]
    event = webhooks.parse(json.dumps(row).encode())
    assert isinstance(event, BookingEvent)
    assert event.said_at is None
    assert event.booking is not None
    assert (event.booking.id, event.booking.description) == (7, "notes")
    assert [h.name for h in event.booking.hosts] == ["Host"]


def test_a_report_has_its_booking_one_step_further_in() -> None:
    report = {"reportedBy": "ann@example.com", "additionalNotes": "not her"}
    event = parsed("WRONG_ASSIGNMENT_REPORT", {"booking": BOOKING, "report": report})
    assert isinstance(event, BookingEvent)
    assert (event.uid, event.actor, event.note) == ("an-uid", "ann@example.com", "not her")


def test_an_instant_meeting_has_no_time_yet() -> None:
    payload = {"uid": "an-uid", "connectAndJoinUrl": "https://join.test", "responses": {"a": "b"}}
    event = parsed("INSTANT_MEETING", payload)
    assert isinstance(event, BookingEvent)
    assert (event.booking, event.note) == (None, "https://join.test")
    accepted = parsed("INSTANT_MEETING_ACCEPTED", {**BOOKING, "uid": None, "bookingUid": "an-uid"})
    assert isinstance(accepted, BookingEvent)
    assert accepted.uid == "an-uid"


@pytest.mark.parametrize("offset", ["Z", "+00:00", "+01:00", "-10:00", "+13:00", "+05:45"])
def test_out_of_office(offset: str) -> None:
    """The days are those of the zone in which Cal.com says them, which is the user's."""
    entry = {
        "uuid": "ooo-1",
        "start": f"2026-12-21T00:00:00{offset}",
        "end": f"2026-12-24T23:59:59{offset}",
        "notes": None,
        "reason": {"emoji": "🏝️", "reason": "ooo_reasons_vacation"},
        "user": {"name": "Host", "email": "host@example.com"},
        "toUser": {"name": "", "username": "bob"},
    }
    event = notice("OOO_CREATED", {"oooEntry": entry})
    assert (event.key, event.title, event.name) == ("ooo-1", "Somebody is out of office", "Host")
    assert event.lines == (
        ("From", "2026-12-21"),
        ("To", "2026-12-24"),
        ("Reason", "Vacation"),
        ("Stand-in", "bob"),
    )


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ({"emoji": "🤒", "reason": "ooo_reasons_sick_leave"}, "Sick"),
        ({"emoji": "🏛️", "reason": "ooo_reasons_public_holiday"}, "Public holiday"),
        ({"emoji": "🎣", "reason": "Gone fishing"}, "🎣 Gone fishing"),
    ],
)
def test_why_somebody_is_away(reason: dict[str, str], said: str) -> None:
    event = notice("OOO_CREATED", {"oooEntry": {"uuid": "ooo-1", "reason": reason}})
    assert event.lines == (("Reason", said),)


def test_what_we_say_of_days_out_of_office_reads_like_cal_coms() -> None:
    away = Away(date(2026, 12, 21), date(2026, 12, 24), "sick", "flu", 7, Colleague(2, "Bob"), "u7")
    whose = Account(1, "alice", "alice@example.com", "Alice")
    now = datetime(2026, 11, 23, tzinfo=UTC)
    told = webhooks.parse(webhooks.unannounced_absence(away, whose, now))
    assert isinstance(told, Notice)
    assert (told.trigger, told.key, told.title) == (Trigger.OOO_CREATED, "u7", AWAY)
    assert told.lines == (
        ("From", "2026-12-21"),
        ("To", "2026-12-24"),
        ("Reason", "Sick"),
        ("Stand-in", "Bob"),
        ("Notes", "flu"),
    )
    back = webhooks.parse(webhooks.unannounced_absence(away, whose, now, taken_back=True))
    assert isinstance(back, Notice)
    assert (back.key, back.title, back.lines) == (told.key, BACK, told.lines)


def test_a_form() -> None:
    responses = {
        "Name": {"value": "Ann", "response": "Ann"},
        "Topics": {"value": ["a"], "response": [{"label": "Sales"}, {"label": "Support"}]},
        "Size": {"value": 7},
        "Empty": {"value": None},
    }
    event = notice("FORM_SUBMITTED", {"formId": "f", "formName": "Intake", "responses": responses})
    assert (event.title, event.name) == ("A form was submitted", "Intake")
    assert event.lines == (("Name", "Ann"), ("Topics", "Sales, Support"), ("Size", "7"))


def test_copies_of_a_notice_have_one_key() -> None:
    payload = {"formName": "Intake", "responses": {"Name": {"value": "Ann"}}}
    first = parsed("FORM_SUBMITTED", payload)
    copy = parsed("FORM_SUBMITTED", payload, createdAt="2026-11-23T00:30:01.000Z")
    other = parsed("FORM_SUBMITTED", {**payload, "formName": "Another"})
    assert first.key == copy.key != other.key
    assert notice("FORM_SUBMITTED_NO_EVENT", {**payload, "responseId": 12}).key == "12"


def test_a_delegation_credential() -> None:
    event = notice(
        "DELEGATION_CREDENTIAL_SECRET_ROTATION_FAILED",
        {
            "delegationCredential": {"domain": "example.com", "workspacePlatform": "google"},
            "error": {"code": "x", "message": "no right"},
        },
    )
    assert event.lines == (
        ("Workspace", "google"),
        ("Domain", "example.com"),
        ("Error", "no right"),
    )


def test_an_event_does_not_show_its_uid() -> None:
    assert "an-uid" not in repr(booking_event("BOOKING_CREATED", rescheduleUid="an-uid-too"))


def test_what_cal_com_does_not_announce_reads_like_what_it_does() -> None:
    at = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
    over = webhooks.unannounced(Trigger.BOOKING_REASSIGNED, "an-uid", at, actor="Ann")
    assert webhooks.parse(over) == BookingEvent(
        Trigger.BOOKING_REASSIGNED, "an-uid", said_at=at, actor="Ann"
    )
    place = webhooks.unannounced(Trigger.BOOKING_LOCATION_UPDATED, "an-uid", at, earlier_place="X")
    assert webhooks.parse(place) == BookingEvent(
        Trigger.BOOKING_LOCATION_UPDATED, "an-uid", said_at=at, note="X"
    )
