"""What the local Cal.com allows and refuses beyond what was recorded."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

SEATS = {"seatsPerTimeSlot": 2, "showAttendeeInfo": True, "showAvailabilityCount": True}
CONFIRM = {"type": "always", "blockUnconfirmedBookingsInBooker": False}


def data(answer: Any) -> Any:
    assert answer.status_code in (200, 201), answer.text
    return answer.json()["data"]


async def test_count_limit_is_a_flat_401(ask: Any, types: Any) -> None:
    one = types(bookingLimitsCount={"week": 1})
    data(await ask.book(one, "2026-12-08T10:00:00Z"))
    answer = await ask.book(one, "2026-12-10T10:00:00Z", "Erin")
    assert answer.status_code == 401
    assert answer.json() == {"statusCode": 401, "message": "booking_limit_reached"}
    data(await ask.book(one, "2026-12-14T10:00:00Z", "Erin"))


async def test_duration_limit(ask: Any, types: Any) -> None:
    one = types(bookingLimitsDuration={"day": 45})
    data(await ask.book(one, "2026-12-08T10:00:00Z"))
    answer = await ask.book(one, "2026-12-08T12:00:00Z", "Erin")
    assert answer.json() == {"statusCode": 401, "message": "duration_limit_reached"}


async def test_active_bookings_of_one_booker(ask: Any, types: Any) -> None:
    one = types(bookerActiveBookingsLimit={"maximumActiveBookings": 1, "offerReschedule": True})
    uid = data(await ask.book(one, "2026-12-08T10:00:00Z"))["uid"]
    answer = await ask.book(one, "2026-12-09T10:00:00Z")
    assert answer.status_code == 400
    assert uid in answer.json()["error"]["message"]
    data(await ask.book(one, "2026-12-09T10:00:00Z", "Erin"))


async def test_a_series_keeps_the_attendees_clock_over_dst(ask: Any, types: Any) -> None:
    one = types(recurrence={"interval": 1, "occurrences": 3, "frequency": "weekly"})
    series = data(await ask.book(one, "2027-03-09T14:00:00Z"))  # 9:00 in New York, DST on the 14th
    assert [b["start"][:16] for b in series] == [
        "2027-03-09T14:00",
        "2027-03-16T13:00",
        "2027-03-23T13:00",
    ]


async def test_a_series_needs_every_occurrence_free(ask: Any, types: Any) -> None:
    one = types(recurrence={"interval": 1, "occurrences": 2, "frequency": "weekly"})
    data(await ask.book(types("other"), "2026-12-15T10:00:00Z"))
    answer = await ask.book(one, "2026-12-08T10:00:00Z")
    assert answer.status_code == 400
    assert len(data(await ask("GET", "/bookings"))) == 1


async def test_confirmation_only_at_short_notice(ask: Any, types: Any) -> None:
    soon = {"type": "time", "noticeThreshold": {"unit": "hours", "count": 24}}
    one = types(confirmationPolicy=soon | {"blockUnconfirmedBookingsInBooker": False})
    assert data(await ask.book(one, "2026-11-23T14:00:00Z"))["status"] == "pending"
    assert data(await ask.book(one, "2026-12-08T14:00:00Z"))["status"] == "accepted"


async def test_pending_requests_can_be_doubled_but_bookings_not(ask: Any, types: Any) -> None:
    plain, asks = types("plain"), types("asks", confirmationPolicy=CONFIRM)
    answers = await asyncio.gather(
        *(ask.book(plain, "2026-12-08T10:00:00Z", n) for n in ("A", "B"))
    )
    assert sorted(a.status_code for a in answers) == [201, 400]
    lost = next(a for a in answers if a.status_code == 400)
    assert lost.json()["message"] == "An error occurred while querying the database."
    answers = await asyncio.gather(*(ask.book(asks, "2026-12-09T10:00:00Z", n) for n in "AB"))
    assert [a.status_code for a in answers] == [201, 201]


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"lengthInMinutes": 45}, "is not one of the possible lengths"),
        ({"location": {"type": "address"}}, "Booking location with type address not valid"),
        ({"metadata": {"k": "x" * 501}}, "values up to 500 characters"),
        ({"guests": ["nobody"]}, "{guests}email_validation_error"),
        ({"bookingFieldsResponses": {"size": "ten"}}, "Invalid type for booking field 'size'"),
        ({"bookingFieldsResponses": {"likes": ["Tea", "Rum"]}}, "Invalid option 'Rum'"),
    ],
)
async def test_wrong_input(ask: Any, types: Any, more: Any, text: str) -> None:
    fields = [
        {"type": "number", "slug": "size", "label": "Size", "required": False},
        {"type": "multiselect", "slug": "likes", "label": "Likes", "options": ["Tea", "Milk"]},
    ]
    one = types(lengthInMinutesOptions=[15, 30], bookingFields=fields)
    answer = await ask.book(one, "2026-12-08T10:00:00Z", **more)
    assert answer.status_code == 400
    assert text in answer.json()["error"]["message"]


async def test_cancel_twice_and_too_late(ask: Any, types: Any, clock: Any) -> None:
    one = types()
    uid, late = [
        data(await ask.book(one, f"2026-12-08T{h}:00:00Z", n))["uid"]
        for h, n in (("10", "Dave"), ("11", "Erin"))
    ]
    reason = {"cancellationReason": "ill"}
    data(await ask("POST", f"/bookings/{uid}/cancel", reason))
    again = (await ask("POST", f"/bookings/{uid}/cancel", reason)).json()["error"]["message"]
    assert again == (
        f"Can't cancel booking with uid={uid} because it has been cancelled already."
        " Please provide uid of a booking that is not cancelled."
    )
    clock.set("2026-12-08T12:00:00")
    answer = await ask("POST", f"/bookings/{late}/cancel", reason)
    assert answer.json()["message"] == "Cannot cancel a booking that has already ended"


async def test_the_series_uid_cancels_what_is_left(ask: Any, types: Any) -> None:
    one = types(recurrence={"interval": 1, "occurrences": 3, "frequency": "weekly"})
    series = data(await ask.book(one, "2026-12-08T10:00:00Z"))
    whole = series[0]["recurringBookingUid"]
    assert len(data(await ask("GET", f"/bookings/{whole}"))) == 3
    left = data(await ask("POST", f"/bookings/{whole}/cancel", {"cancellationReason": "over"}))
    assert [b["status"] for b in left] == ["cancelled"] * 3


async def test_only_the_host_cancels_or_moves_a_whole_class(ask: Any, types: Any) -> None:
    one = types(seats=SEATS, lengthInMinutes=60)
    uid = data(await ask.book(one, "2026-12-08T10:00:00Z"))["uid"]
    outsider = ask.without_key()
    cancel = await outsider("POST", f"/bookings/{uid}/cancel", {"cancellationReason": "no"})
    assert cancel.json() == {"statusCode": 401, "message": "User not a host of this event"}
    to = {"start": "2026-12-09T10:00:00Z"}
    assert (await outsider("POST", f"/bookings/{uid}/reschedule", to)).status_code == 401
    moved = data(await ask("POST", f"/bookings/{uid}/reschedule", to))
    assert [a["name"] for a in moved["attendees"]] == ["Dave"]


async def test_the_last_seat_takes_the_class_with_it(ask: Any, types: Any) -> None:
    one = types(seats=SEATS, lengthInMinutes=60)
    made = data(await ask.book(one, "2026-12-08T10:00:00Z"))
    second = data(await ask.book(one, "2026-12-08T10:00:00Z", "Erin"))
    leave = {"seatUid": made["seatUid"], "cancellationReason": "no"}
    first = data(await ask("POST", f"/bookings/{made['uid']}/cancel", leave))
    assert (first["status"], len(first["attendees"])) == ("accepted", 1)
    leave["seatUid"] = second["seatUid"]
    last = data(await ask("POST", f"/bookings/{made['uid']}/cancel", leave))
    assert (last["status"], last["attendees"]) == ("cancelled", [])


async def test_a_seat_moves_into_the_class_that_is_there(ask: Any, types: Any) -> None:
    one = types(seats=SEATS, lengthInMinutes=60)
    here = data(await ask.book(one, "2026-12-08T10:00:00Z"))
    there = data(await ask.book(one, "2026-12-09T10:00:00Z", "Erin"))
    move = {"start": "2026-12-09T10:00:00Z", "seatUid": here["seatUid"]}
    moved = data(await ask("POST", f"/bookings/{here['uid']}/reschedule", move))
    assert moved["uid"] == there["uid"]
    assert moved["seatUid"] != here["seatUid"]
    assert data(await ask("GET", f"/bookings/{here['uid']}"))["status"] == "cancelled"


async def test_a_declined_booking_cannot_be_moved(ask: Any, types: Any) -> None:
    uid = data(await ask.book(types(confirmationPolicy=CONFIRM), "2026-12-08T10:00:00Z"))["uid"]
    data(await ask("POST", f"/bookings/{uid}/decline", {"reason": "no"}))
    answer = await ask("POST", f"/bookings/{uid}/reschedule", {"start": "2026-12-09T10:00:00Z"})
    assert answer.json() == {"statusCode": 404, "message": "Could not find original booking"}


async def test_answering_one_answers_the_series(
    ask: Any, types: Any, mailbox: Any, world: Any
) -> None:
    rule = {"interval": 1, "occurrences": 3, "frequency": "weekly"}
    one = types(recurrence=rule, confirmationPolicy=CONFIRM)
    hook = {
        "active": True,
        "subscriberUrl": "http://bot.test/h",
        "triggers": ["BOOKING_REQUESTED", "BOOKING_CREATED"],
    }
    data(await ask("POST", "/webhooks", hook))
    series = data(await ask.book(one, "2026-12-08T10:00:00Z"))
    assert mailbox.triggers == ["BOOKING_REQUESTED"] * 3
    data(await ask("POST", f"/bookings/{series[1]['uid']}/confirm"))
    assert mailbox.triggers[3:] == ["BOOKING_CREATED"]
    assert {b.status.value for b in world.bookings} == {"accepted"}


async def test_rescheduling_keeps_the_length(ask: Any, types: Any) -> None:
    one = types(lengthInMinutesOptions=[15, 30, 60])
    made = data(await ask.book(one, "2026-12-08T10:00:00Z", lengthInMinutes=60))
    to = {"start": "2026-12-09T10:00:00Z"}
    assert data(await ask("POST", f"/bookings/{made['uid']}/reschedule", to))["duration"] == 60


async def test_an_attendee_sees_and_lists_the_booking(ask: Any, types: Any) -> None:
    data(await ask.book(types("bobs", owner=102), "2026-12-08T15:00:00Z", "Alice"))
    assert len(data(await ask("GET", "/bookings?status=upcoming"))) == 1
    assert len(data(await ask.as_bob()("GET", "/bookings"))) == 1


async def test_polling_by_update_time(ask: Any, types: Any, clock: Any) -> None:
    one = types()
    first = data(await ask.book(one, "2026-12-08T10:00:00Z"))
    clock.advance(minutes=10)
    second = data(await ask.book(one, "2026-12-08T11:00:00Z", "Erin"))
    path = "/bookings?afterUpdatedAt=2026-11-23T06:05:00.000Z&sortUpdatedAt=asc"
    assert [b["uid"] for b in data(await ask("GET", path))] == [second["uid"]]
    clock.advance(minutes=10)
    data(await ask("POST", f"/bookings/{first['uid']}/cancel", {"cancellationReason": "x"}))
    assert [b["uid"] for b in data(await ask("GET", path))] == [second["uid"], first["uid"]]


async def test_meetings_in_progress_are_upcoming(ask: Any, types: Any, clock: Any) -> None:
    data(await ask.book(types(), "2026-12-08T10:00:00Z"))
    clock.set("2026-12-08T10:10:00")
    assert len(data(await ask("GET", "/bookings?status=upcoming"))) == 1
    clock.set("2026-12-08T10:31:00")
    assert data(await ask("GET", "/bookings?status=upcoming")) == []
    assert len(data(await ask("GET", "/bookings?status=past"))) == 1
