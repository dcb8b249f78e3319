"""What only the hosted service has: newer versions, links, recordings, instant meetings."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.sandbox.calcom import recordings
from bot.sandbox.calcom.model import Subscription
from bot.sandbox.calcom.world import World
from tests.sandbox.calcom.conftest import Caller, Mailbox, TeamTypes, Types

START = "2026-12-08T10:00:00Z"
HOOK = "https://bot.example.com/cal"


@pytest.fixture
def hosted(world: World) -> World:
    world.hosted = True
    return world


async def newer(ask: Caller, method: str, path: str, version: str, body: Any = None) -> Any:
    headers = {"cal-api-version": version, "Authorization": f"Bearer {ask.key}"}
    return await ask.http.request(method, f"/v2{path}", headers=headers, json=body)


def subscribe(world: World, *triggers: str) -> None:
    world.subscriptions["a"] = Subscription("a", HOOK, list(triggers), world.now(), user_id=101)


def payload(mailbox: Mailbox, at: int = -1) -> Any:
    return httpx.Response(200, content=mailbox.got[at][2]).json()["payload"]


async def test_the_form_of_2026(ask: Caller, hosted: World, types: Types) -> None:
    one = types(
        bookingFields=[
            {"slug": "name", "variant": "splitName", "lastNameRequired": True},
            {"type": "textarea", "slug": "goals", "label": "Goals", "maxLength": 40},
            {"type": "radio", "slug": "stage", "label": "Stage", "options": ["a", "b"]},
            {"type": "unknown", "slug": "odd", "bookingField": "{}"},
        ]
    )
    answer = await newer(ask, "GET", f"/event-types/{one.id}", "2026-06-12")
    data = answer.json()["data"]
    form = {f["slug"]: f for f in data["bookingFields"]}
    assert form["name"]["field"] == "name"
    assert form["name"]["variant"] == "splitName"
    assert (form["name"]["firstNameLabel"], form["name"]["lastNameRequired"]) == (
        "first_name",
        True,
    )
    assert form["goals"] == {
        "field": "custom",
        "type": "longText",
        "slug": "goals",
        "label": "Goals",
        "required": False,
        "hidden": False,
        "disableOnPrefill": False,
        "maxLength": 40,
    }
    assert form["stage"]["type"] == "radioGroup"
    assert form["odd"] == {"field": "unknown", "slug": "odd", "bookingField": "{}"}
    assert form["notes"]["field"] == "notes"
    assert data["privateNote"] is None
    older = (await ask("GET", f"/event-types/{one.id}")).json()["data"]
    goals = next(f for f in older["bookingFields"] if f["slug"] == "goals")
    assert (goals["type"], "maxLength" in goals, "privateNote" in older) == (
        "textarea",
        False,
        False,
    )


async def test_a_form_is_taken_in_the_words_of_2026(ask: Caller, hosted: World) -> None:
    fields = [
        {
            "field": "custom",
            "type": "shortText",
            "slug": "co",
            "label": "Company",
            "required": True,
        },
        {"field": "notes", "required": True, "hidden": False},
    ]
    body = {"lengthInMinutes": 30, "title": "Call", "slug": "call", "bookingFields": fields}
    made = (await newer(ask, "POST", "/event-types", "2026-06-12", body)).json()["data"]
    path = f"/event-types/{made['id']}/booking-fields"
    form = (await newer(ask, "GET", path, "2026-06-12")).json()["data"]["bookingFields"]
    assert form == made["bookingFields"]
    assert {f["slug"] for f in form if f["required"]} == {"name", "email", "title", "co", "notes"}
    bad = {"bookingFields": [{"field": "custom", "type": "text", "slug": "x", "label": "X"}]}
    refused = await newer(ask, "PATCH", f"/event-types/{made['id']}", "2026-06-12", bad)
    assert refused.status_code == 400


async def test_lists_are_in_the_words_of_2026_too(ask: Caller, hosted: World, types: Types) -> None:
    types()
    listed = (await newer(ask, "GET", "/event-types", "2026-06-12")).json()["data"]
    assert {f["field"] for f in listed[0]["bookingFields"]} >= {"name", "email", "title"}


async def test_the_community_build_knows_none_of_it(ask: Caller, types: Types) -> None:
    one = types()
    uid = (await ask.book(one, START)).json()["data"]["uid"]
    for tail in ("calendar-links", "recordings", "transcripts"):
        answer = await ask("GET", f"/bookings/{uid}/{tail}")
        assert answer.status_code == 404
        assert answer.json()["error"]["message"] == f"Cannot GET /v2/bookings/{uid}/{tail}"
    path = f"/bookings/{uid}/request-reschedule"
    assert (await newer(ask, "POST", path, "2026-02-25")).status_code == 404
    path = f"/event-types/{one.id}/booking-fields"
    assert (await newer(ask, "GET", path, "2026-06-12")).status_code == 404
    called = await ask.book(one, START, instant=True)
    assert called.json()["error"]["message"] == (
        "instant property is wrong,property instant should not exist "
    )


async def test_bookings_under_2026(ask: Caller, hosted: World, types: Types) -> None:
    who = {"name": "Dave", "email": "dave@example.com", "timeZone": "Europe/Paris"}
    body = {"eventTypeId": types().id, "start": START, "attendee": who}
    made = (await newer(ask, "POST", "/bookings", "2026-02-25", body)).json()["data"]
    read = await newer(ask, "GET", f"/bookings/{made['uid']}", "2026-02-25")
    assert read.json()["data"]["uid"] == made["uid"]
    guests = await newer(ask, "GET", f"/bookings/{made['uid']}/attendees", "2026-02-25")
    assert guests.status_code == 404  # these have no newer version


async def test_a_host_asks_for_another_time(
    ask: Caller, hosted: World, types: Types, mailbox: Mailbox
) -> None:
    subscribe(hosted, "BOOKING_CANCELLED")
    uid = (await ask.book(types(), START)).json()["data"]["uid"]
    path, body = f"/bookings/{uid}/request-reschedule", {"rescheduleReason": "I am ill"}
    assert (await newer(ask.as_bob(), "POST", path, "2026-02-25", body)).status_code == 401
    answer = await newer(ask, "POST", path, "2026-02-25", body)
    assert (answer.status_code, answer.json()) == (200, {"status": "success"})
    assert (await ask("GET", f"/bookings/{uid}")).json()["data"]["status"] == "cancelled"
    told = payload(mailbox)
    assert (told["requestReschedule"], told["cancellationReason"]) == (True, "I am ill")
    assert (await newer(ask, "POST", path, "2026-02-25", body)).status_code == 400


async def test_calendar_links(ask: Caller, hosted: World, types: Types) -> None:
    uid = (await ask.book(types(), START)).json()["data"]["uid"]
    links = (await ask("GET", f"/bookings/{uid}/calendar-links")).json()["data"]
    assert [link["label"] for link in links] == [
        "Google Calendar",
        "Microsoft Office",
        "Microsoft Outlook",
        "ICS",
    ]
    assert "dates=20261208T100000Z%2F20261208T103000Z" in links[0]["link"]


async def test_recordings(ask: Caller, hosted: World, types: Types, mailbox: Mailbox) -> None:
    subscribe(hosted, "RECORDING_READY")
    uid = (await ask.book(types(), START)).json()["data"]["uid"]
    assert (await ask("GET", f"/bookings/{uid}/recordings")).json()["data"] == []
    booking = hosted.booking(uid)
    assert booking is not None
    made = await recordings.add(hosted, booking)
    assert (await ask("GET", f"/bookings/{uid}/recordings")).json()["data"] == [made]
    assert payload(mailbox)["downloadLink"] == made["downloadLink"]
    links = (await ask("GET", f"/bookings/{uid}/transcripts")).json()["data"]
    assert len(links) == 1
    assert (await ask.as_bob()("GET", f"/bookings/{uid}/recordings")).status_code == 403


async def test_instant_meetings(
    ask: Caller, hosted: World, types: Types, team_types: TeamTypes, mailbox: Mailbox
) -> None:
    triggers = {"triggers": ["INSTANT_MEETING"], "active": True, "subscriberUrl": HOOK}
    assert (await ask("POST", "/webhooks", triggers)).status_code == 201
    hosted.subscribe(HOOK, ["INSTANT_MEETING"], team_id=team_types.team.id)
    for personal in (types("plain"), types("now", isInstantEvent=True)):
        assert (await ask.book(personal, START, instant=True)).status_code == 400
    one = team_types("roundRobin", 102, 103, isInstantEvent=True)
    made = (await ask.book(one, START, instant=True)).json()["data"]
    assert made["expires"] == "2026-11-23T06:01:30.000Z"
    waiting = (await ask("GET", f"/bookings/{made['bookingUid']}")).json()["data"]
    assert (waiting["id"], waiting["status"]) == (made["bookingId"], "pending")
    told = payload(mailbox)
    assert told["responses"]["email"] == "dave@example.com"
    assert told["uid"] == made["bookingUid"]
