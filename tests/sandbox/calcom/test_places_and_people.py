"""Where a meeting is, who is there, how often: places, guests, seats, held seats, series."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.calcom.model import Subscription
from bot.sandbox.calcom.world import World
from tests.sandbox.calcom.conftest import Caller, Mailbox, Types

START = "2026-12-08T10:00:00Z"
WEEKLY = {"interval": 1, "occurrences": 3, "frequency": "weekly"}
PLACES: list[dict[str, Any]] = [
    {"type": "link", "link": "https://meet.example.com/alice", "public": True},
    {"type": "address", "address": "12 Quai du Port", "public": True},
    {"type": "phone", "phone": "+33491000000", "public": True},
    {"type": "integration", "integration": "cal-video"},
    {"type": "attendeeAddress"},
    {"type": "attendeePhone"},
    {"type": "attendeeDefined"},
]


@pytest.mark.parametrize(
    ("wish", "kept", "answer"),
    [
        ({"type": "link"}, "https://meet.example.com/alice", ("link", "")),
        ({"type": "address"}, "12 Quai du Port", ("inPerson", "")),
        ({"type": "phone"}, "+33491000000", ("userPhone", "")),
        (
            {"type": "integration", "integration": "cal-video"},
            "integrations:daily",
            ("integrations:daily", ""),
        ),
        (
            {"type": "attendeeAddress", "address": "Here 1"},
            "Here 1",
            ("attendeeInPerson", "Here 1"),
        ),
        (
            {"type": "attendeePhone", "phone": "+33612345678"},
            "+33612345678",
            ("phone", "+33612345678"),
        ),
        (
            {"type": "attendeeDefined", "location": "https://own.example.com"},
            "https://own.example.com",
            ("somewhereElse", "https://own.example.com"),
        ),
    ],
)
async def test_every_place(
    ask: Caller, types: Types, wish: dict[str, str], kept: str, answer: tuple[str, str]
) -> None:
    made = (await ask.book(types(locations=PLACES), START, location=wish)).json()["data"]
    assert made["location"] == kept
    given = made["bookingFieldsResponses"]["location"]
    assert (given["value"], given["optionValue"]) == answer


@pytest.mark.parametrize(
    "wish",
    [
        {"type": "attendeeAddress"},
        {"type": "attendeeDefined", "location": ""},
        {"type": "attendeePhone", "phone": "12"},
        {"type": "attendeePhone"},
        {"type": "integration", "integration": "zoom"},
        {"type": "nowhere"},
    ],
)
async def test_places_that_are_refused(ask: Caller, types: Types, wish: dict[str, str]) -> None:
    answer = await ask.book(types(locations=PLACES), START, location=wish)
    assert answer.status_code == 400


async def test_changing_the_place(ask: Caller, types: Types) -> None:
    uid = (await ask.book(types(), START)).json()["data"]["uid"]
    for place in (
        {"type": "address", "address": "There 2"},
        {"type": "link", "link": "https://meet.example.com/other"},
        {"type": "phone", "phone": "+33612345678"},
        {"type": "attendeeDefined", "location": "The pier"},
    ):
        changed = await ask("PATCH", f"/bookings/{uid}/location", {"location": place})
        assert changed.json()["data"]["location"] == next(
            v for k, v in place.items() if k != "type"
        )


@pytest.mark.parametrize(
    "place",
    [
        {"type": "integration", "integration": "zoom"},
        {"type": "link", "link": "meet me"},
        {"type": "phone", "phone": "12"},
        {"type": "address"},
        "There 2",
    ],
)
async def test_places_it_cannot_be_changed_to(ask: Caller, types: Types, place: Any) -> None:
    uid = (await ask.book(types(), START)).json()["data"]["uid"]
    changed = await ask("PATCH", f"/bookings/{uid}/location", {"location": place})
    assert changed.status_code == 400
    assert changed.json()["error"]["message"] == "Bad Request Exception"


async def test_guests_are_added_once(ask: Caller, types: Types) -> None:
    made = await ask.book(types(), START, bookingFieldsResponses={"guests": ["a@example.com"]})
    uid = made.json()["data"]["uid"]
    path, twice = f"/bookings/{uid}/guests", [{"email": "b@example.com"}] * 2
    added = (await ask("POST", path, {"guests": twice})).json()["data"]
    assert added["guests"] == ["a@example.com", "b@example.com"]
    again = await ask("POST", path, {"guests": twice})
    assert again.json()["error"]["message"] == "emails_must_be_unique_valid"


async def test_so_many_guests(ask: Caller, types: Types) -> None:
    path = f"/bookings/{(await ask.book(types(), START)).json()['data']['uid']}/guests"
    emails = [{"email": f"g{n}@example.com"} for n in range(31)]
    assert (await ask("POST", path, {"guests": emails[:11]})).status_code == 400
    for first in (0, 10, 20):
        ten = {"guests": emails[first : first + 10]}
        assert (await ask("POST", path, ten)).status_code == 200
    refused = await ask("POST", path, {"guests": emails[30:]})
    assert refused.json()["error"]["message"] == "A booking can have at most 30 guests."


def seats(**more: bool) -> dict[str, Any]:
    return {"seatsPerTimeSlot": 2, "showAttendeeInfo": True, "showAvailabilityCount": True} | more


async def test_a_class_that_keeps_its_people_to_itself(ask: Caller, types: Types) -> None:
    one, anybody = types(seats=seats(showAttendeeInfo=False)), ask.without_key()
    made = (await anybody.book(one, START)).json()["data"]
    assert made["attendees"] == []
    assert made["seatUid"]
    uid = made["uid"]
    assert (await anybody("GET", f"/bookings/{uid}")).json()["data"]["attendees"] == []
    assert (await ask.as_bob()("GET", f"/bookings/{uid}")).json()["data"]["attendees"] == []
    by_seat = await anybody("GET", f"/bookings/by-seat/{made['seatUid']}")
    assert by_seat.json()["data"]["attendees"] == []
    seen = (await ask("GET", f"/bookings/{uid}")).json()["data"]["attendees"]
    assert [a["name"] for a in seen] == ["Dave"]


async def test_a_reservation_takes_a_seat(ask: Caller, types: Types) -> None:
    one = types(seats=seats())
    wish = {"eventTypeId": one.id, "slotStart": START}
    held = (await ask("POST", "/slots/reservations", wish)).json()["data"]
    day = "start=2026-12-08&end=2026-12-08"
    listed = (await ask("GET", f"/slots?eventTypeId={one.id}&{day}")).json()["data"]
    slot = next(s for s in listed["2026-12-08"] if s["start"] == held["slotStart"])
    assert (slot["seatsBooked"], slot["seatsRemaining"], slot["seatsTotal"]) == (1, 1, 2)
    await ask.book(one, START)
    assert (await ask("POST", "/slots/reservations", wish)).status_code == 422
    assert (await ask.book(one, START, "Erin")).status_code == 201  # it stops no booking


async def test_a_series_is_answered_as_a_whole(
    ask: Caller, types: Types, world: World, mailbox: Mailbox
) -> None:
    triggers = ["BOOKING_REQUESTED", "BOOKING_CREATED", "BOOKING_CANCELLED"]
    hook = "https://bot.example.com/cal"
    world.subscriptions["a"] = Subscription("a", hook, triggers, world.now(), user_id=101)
    one = types(recurrence=WEEKLY, confirmationPolicy={"type": "always"})
    made = (await ask.book(one, START, recurrenceCount=2)).json()["data"]
    assert [b["status"] for b in made] == ["pending", "pending"]
    await ask("POST", f"/bookings/{made[1]['uid']}/confirm")
    path = f"/bookings/{made[0]['recurringBookingUid']}"
    series = (await ask("GET", path)).json()["data"]
    assert [b["status"] for b in series] == ["accepted", "accepted"]
    await ask("POST", f"{path}/cancel", {"cancellationReason": "over"})
    series = (await ask("GET", path)).json()["data"]
    assert [b["status"] for b in series] == ["cancelled", "cancelled"]
    assert mailbox.triggers == [
        "BOOKING_REQUESTED",
        "BOOKING_REQUESTED",
        "BOOKING_CREATED",
        "BOOKING_CANCELLED",
    ]


async def test_a_series_has_no_seats(ask: Caller, types: Types) -> None:
    refused = await ask.book(types(recurrence=WEEKLY, seats=seats()), START)
    assert refused.json() == {"statusCode": 400, "message": "recurring_event_seats_error"}
