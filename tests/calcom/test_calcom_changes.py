"""Everything else that is done over API v2: what is asked to the letter, what the answers mean, and
what the refusals."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.calcom.v2 import CalV2
from bot.domain.bookings import (
    Booking,
    BookingRequest,
    CalendarLink,
    Guest,
    Recording,
    Status,
)
from bot.domain.errors import (
    AlreadyDone,
    Full,
    InvalidAnswer,
    NotAllowed,
    NotFound,
    NotSupported,
    RateLimited,
    SchedulingError,
    SlotTaken,
    UnknownOutcome,
)
from tests.calcom.calcom_script import (
    REQUEST,
    START,
    Script,
    Step,
    booking,
    ok,
    row,
    said,
    v1,
    v2,
)

LATER = START + timedelta(hours=1)
CUT = httpx.ReadError("cut")
DOWN = httpx.Response(503)

BOB = {"id": 2, "name": "Bob", "email": "bob@example.com"}
WITH_BOB = booking(hosts=[BOB])
GONE = booking(status="cancelled")
SEATS = [{"email": "ann@example.com", "seatUid": "s1"}, {"email": "b@example.com", "seatUid": "s2"}]
LINK = {"type": "link", "link": "https://x.test/1"}
GUESTS = [Guest("g@example.com", "Gus"), Guest("h@example.com")]


Call = Callable[[CalV2], Awaitable[Any]]


def asked(script: Script, place: int = -1) -> tuple[str, str, Any]:
    request = script.asked[place]
    line = f"{request.method} {request.url.path.removeprefix('/v2')}"
    body = script.sent(place) if request.content else None
    return line, request.headers.get("cal-api-version", ""), body


REASSIGNED = ok({"bookingUid": "u", "reassignedTo": {"id": 2}})


@pytest.mark.parametrize(
    ("call", "answers", "line", "version", "body"),
    [
        (
            lambda c: c.reschedule("u", LATER, seat_uid="s1"),
            [ok(booking())],
            "POST /bookings/u/reschedule",
            "2024-08-13",
            {"start": "2026-12-09T09:00:00Z", "seatUid": "s1"},
        ),
        (
            lambda c: c.cancel("u", reason="ill", following=True),
            [ok([GONE])],
            "POST /bookings/u/cancel",
            "2024-08-13",
            {"cancellationReason": "ill", "cancelSubsequentBookings": True},
        ),
        (
            lambda c: c.cancel("u", reason="ill", seat_uid="s1"),
            [ok(booking())],
            "POST /bookings/u/cancel",
            "2024-08-13",
            {"cancellationReason": "ill", "seatUid": "s1"},
        ),
        (
            lambda c: c.request_reschedule("u", reason="ill"),
            [httpx.Response(200, json={"status": "success"}), ok(GONE)],
            "POST /bookings/u/request-reschedule",
            "2026-02-25",
            {"rescheduleReason": "ill"},
        ),
        (
            lambda c: c.add_guests("u", GUESTS),
            [ok(booking())],
            "POST /bookings/u/guests",
            "2024-08-13",
            {"guests": [{"email": "g@example.com", "name": "Gus"}, {"email": "h@example.com"}]},
        ),
        (
            lambda c: c.change_place("u", LINK),
            [ok(booking())],
            "PATCH /bookings/u/location",
            "2024-08-13",
            {"location": LINK},
        ),
        (
            lambda c: c.calendar_links("u"),
            [ok([])],
            "GET /bookings/u/calendar-links",
            "2024-08-13",
            None,
        ),
        (lambda c: c.recordings("u"), [ok([])], "GET /bookings/u/recordings", "2024-08-13", None),
        (
            lambda c: c.hold(5, START),
            [ok({"reservationUid": "r", "slotStart": "x"})],
            "POST /slots/reservations",
            "2024-09-04",
            {"eventTypeId": 5, "slotStart": "2026-12-09T08:00:00Z"},
        ),
        (
            lambda c: c.hold(5, START, length=60),
            [ok({"reservationUid": "r", "slotStart": "x"})],
            "POST /slots/reservations",
            "2024-09-04",
            {"eventTypeId": 5, "slotStart": "2026-12-09T08:00:00Z", "slotDuration": 60},
        ),
        (
            lambda c: c.let_go("r"),
            [httpx.Response(200, json={"status": "success"})],
            "DELETE /slots/reservations/r",
            "2024-09-04",
            None,
        ),
    ],
)
async def test_requests(
    call: Call, answers: list[Step], line: str, version: str, body: Any
) -> None:
    script = Script(answers)
    try:
        await call(v2(script))
    except UnknownOutcome:
        assert "reservations" in line  # the answer above is none
    assert asked(script, 0) == (line, version, body)


async def test_handing_over() -> None:
    script = Script([ok(booking()), REASSIGNED, ok(WITH_BOB)])
    client = v2(script)
    given = await client.reassign("u", 2, reason="ill")

    assert [host.id for host in given.hosts] == [2]
    assert asked(script, 1) == ("POST /bookings/u/reassign/2", "2024-08-13", {"reason": "ill"})
    assert script.log == [
        "GET /v2/bookings/u",
        "POST /v2/bookings/u/reassign/2",
        "GET /v2/bookings/u",
    ]

    script = Script([ok(booking()), REASSIGNED, ok(WITH_BOB)])
    await v2(script).reassign("u", reason="not sent: nobody is named")
    assert asked(script, 1) == ("POST /bookings/u/reassign", "2024-08-13", {})


async def test_a_series_and_a_meeting_at_once() -> None:
    series = [booking("b", start="2026-12-16T08:00:00Z"), booking("a")]
    script = Script([ok(series)])
    made = await v2(script).create(
        BookingRequest("k", 6, START, REQUEST.attendee, count=2, answers={"notes": "hello"})
    )
    assert [b.uid for b in made] == ["a", "b"]
    assert script.sent()["recurrenceCount"] == 2
    assert script.sent()["bookingFieldsResponses"] == {"notes": "hello"}

    instant = BookingRequest("k", 6, START, REQUEST.attendee, instant=True)
    for answer in ({"bookingUid": "u", "bookingId": 7}, booking("u", status="awaiting_host")):
        script = Script([ok(answer, 201), ok(booking("u", status="awaiting_host"))])
        (asked_for,) = await v2(script).create(instant)
        assert (asked_for.uid, asked_for.status) == ("u", Status.PENDING)
        assert script.sent()["instant"] is True
        assert script.log == ["POST /v2/bookings", "GET /v2/bookings/u"]


async def test_a_number_that_is_asked_for_is_the_attendees() -> None:
    script = Script([ok(booking())])
    for slug in ("attendeePhoneNumber", "smsReminderNumber"):
        await v2(script).create(
            BookingRequest("k", 6, START, REQUEST.attendee, answers={slug: "+33612345678"})
        )
        sent = script.sent(-1)
        assert sent["attendee"]["phoneNumber"] == "+33612345678"
        assert sent["bookingFieldsResponses"] == {slug: "+33612345678"}


async def test_a_held_time() -> None:
    answer = {
        "reservationUid": "r",
        "slotStart": "2026-12-09T08:00:00.000Z",
        "reservationUntil": "2026-11-23T00:37:49.021Z",
    }
    held = await v2(Script([ok(answer, 201)])).hold(5, START)
    assert (held.uid, held.start) == ("r", START)
    assert held.until == datetime(2026, 11, 23, 0, 37, 49, 21000, UTC)


async def test_what_is_read_of_a_booking() -> None:
    links = [{"label": "Google", "link": "https://g.test"}, {"label": "?"}]
    assert await v2(Script([ok(links)])).calendar_links("u") == (
        CalendarLink("Google", "https://g.test"),
    )
    recorded = [
        {"startTs": 1678901234, "duration": 3600, "downloadLink": "https://r.test"},
        {"startTs": None, "duration": -1, "downloadLink": None},
    ]
    first, second = await v2(Script([ok(recorded)])).recordings("u")
    assert first == Recording(datetime(2023, 3, 15, 17, 27, 14, tzinfo=UTC), 3600, "https://r.test")
    assert second == Recording()


async def test_a_booking_without_a_video_has_no_recordings() -> None:
    no_room = said(404, "No Cal Video reference found with booking uid u")
    assert await v2(Script([no_room])).recordings("u") == ()
    with pytest.raises(NotFound):
        await v2(Script([said(404, "Booking with uid=u was not found")])).recordings("u")


async def test_recordings_in_v1() -> None:
    listed = httpx.Response(200, json={"bookings": [row("u", id=7)]})
    recorded = [{"start_ts": 1678901234, "duration": 11, "download_link": "https://r.test"}]
    script = Script([listed, httpx.Response(200, json=recorded)])
    (found,) = await v1(script).recordings("u")
    assert (found.seconds, found.url) == (11, "https://r.test")
    assert script.log == ["GET /v1/bookings", "GET /v1/bookings/7/recordings"]

    none = said(404, "No Cal Video reference found with booking id 7")
    assert await v1(Script([listed, none])).recordings("u") == ()


async def test_v1_books_one_meeting_at_its_time() -> None:
    script = Script([httpx.Response(200, json=row())])
    for wanted in ({"count": 2}, {"instant": True}):
        with pytest.raises(NotSupported):
            await v1(script).create(BookingRequest("k", 1, START, REQUEST.attendee, **wanted))
    assert script.asked == []
    assert len(await v1(script).create(BookingRequest("k", 1, START, REQUEST.attendee, count=1)))


# Seats and series.


async def test_a_seat_moves_alone() -> None:
    """What the server says of the class it came from would make the old one look moved."""
    moved = booking("new", rescheduledFromUid="old", seatUid="s9")
    seat = await v2(Script([ok(moved)])).reschedule("old", LATER, seat_uid="s1")
    assert (seat.uid, seat.seat_uid, seat.rescheduled_from_uid) == ("new", "s9", None)


async def test_a_class_may_keep_its_uid_when_it_moves() -> None:
    moved = booking("old", start="2026-12-09T09:00:00Z", attendees=SEATS)
    whole = await v2(Script([ok(moved)])).reschedule("old", LATER)
    assert whole.rescheduled_from_uid is None

    found = await v2(Script([CUT, ok(moved)])).reschedule("old", LATER)
    assert (found.uid, found.start) == ("old", LATER)


async def test_of_a_cancelled_series_the_one_asked_for() -> None:
    series = [booking("a", status="cancelled"), booking("b", status="cancelled")]
    one = await v2(Script([ok(series)])).cancel("b", reason="ill", following=True)
    assert one.uid == "b"


# Refusals.


async def some_hold(client: CalV2) -> None:
    await client.hold(1, START)


async def leave(client: CalV2) -> Booking:
    return await client.cancel("an-uid", reason="ill", seat_uid="s1")


async def invite(client: CalV2) -> Booking:
    return await client.add_guests("an-uid", GUESTS)


async def put_elsewhere(client: CalV2) -> Booking:
    return await client.change_place("an-uid", LINK)


@pytest.mark.parametrize(
    ("call", "status", "message", "error", "field"),
    [
        (some_hold, 422, "Can't reserve a slot if the event is already booked.", SlotTaken, ""),
        (some_hold, 422, "Booking with id=1 at x has no more seats left.", Full, ""),
        (some_hold, 422, "anything else", SlotTaken, ""),
        (some_hold, 403, "not yours", NotAllowed, ""),
        (leave, 400, "Invalid seatUid: ... does not belong to this booking.", AlreadyDone, ""),
        (invite, 400, "emails_must_be_unique_valid", InvalidAnswer, "guests"),
        (
            invite,
            400,
            "Cannot add 2 guests. This booking already has 29 attendees. Maximum total guests "
            "allowed is 30. You can add up to 1 more guests.",
            InvalidAnswer,
            "guests",
        ),
        (put_elsewhere, 400, "Missing or invalid location value for type: x", InvalidAnswer, None),
        (put_elsewhere, 403, "User is not authorized to update this ...", NotAllowed, ""),
    ],
)
async def test_refusals(
    call: Call, status: int, message: str, error: type[SchedulingError], field: str | None
) -> None:
    with pytest.raises(SchedulingError) as caught:
        await call(v2(Script([said(status, message)])))
    assert type(caught.value) is error
    assert getattr(caught.value, "field", "") == ("location" if field is None else field)


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, "User with id=9 is not a valid Round Robin host - the user to which ..."),
        (400, "invalid_round_robin_host"),
        (404, "User with id=9 was not found in the database"),
    ],
)
async def test_somebody_who_cannot_take_it_over(status: int, message: str) -> None:
    with pytest.raises(InvalidAnswer) as caught:
        await v2(Script([ok(booking()), said(status, message)])).reassign("u", 9)
    assert caught.value.field == "host"


async def test_nobody_else_to_take_it_over() -> None:
    nobody = said(400, "Can't reassign the booking because no other host is available at that time")
    with pytest.raises(SlotTaken):
        await v2(Script([ok(booking()), nobody])).reassign("u")


async def test_a_limit_of_its_own_does_not_hold_up_other_requests() -> None:
    client = v2(Script([said(429, "Too many requests"), ok(booking())]))
    with pytest.raises(RateLimited):
        await client.add_guests("u", GUESTS)
    assert (await client.booking("an-uid")).uid == "an-uid"

    client = v2(Script([said(429, "Too many requests"), ok(booking())]))
    with pytest.raises(RateLimited):
        await client.cancel("u", reason="ill")
    with pytest.raises(RateLimited):
        await client.booking("an-uid")
