"""The v1 client understands every answer of a real server that one of its calls can get."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from bot.calcom.api import connect
from bot.calcom.v1 import CalV1
from bot.domain.bookings import (
    Attendee,
    Booking,
    BookingPage,
    BookingQuery,
    BookingRequest,
    Listing,
    Status,
)
from bot.domain.errors import (
    AlreadyDone,
    InPast,
    InvalidAnswer,
    NotAllowed,
    NotAuthorised,
    NotFound,
    SchedulingError,
    SlotTaken,
    UnknownOutcome,
)
from bot.domain.event_types import EventType
from bot.domain.slots import SlotQuery, Span
from tests.contract.calcom_recordings import FOLDER, NOW, Exchange, Replay, exchanges, no_sleep, now

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="no recordings beside the checkout")

LEFT_OUT = {
    "event types are made in Cal.com itself": "005 006 007 008 009 011",
    "no schedule is read by its id": "021",
    "PATCH edits the row behind everybody's back": "071 073 074 075 076 077 078 079 081",
    "no such request is ever made": "088 093 094 097 098",
    "the statuses are not asked for": "057 058",
    "answered in part of another test": "054 056",
}

REFUSED: dict[type[SchedulingError], str] = {
    NotAuthorised: "002 003 004",
    NotFound: "018 029 045 066 067",
    SlotTaken: "037",
    InPast: "039",
    AlreadyDone: "086",
    NotAllowed: "092",
    UnknownOutcome: "046",  # a 500: what came of it was looked for in vain
}

WRONG_FIELDS = {
    "id": "016",
    "triggers": "024",
    "active": "025",
    "endTime": "028",
    "dateFrom": "034",
    "email": "040 041",
    "timeZone": "042",
    "start": "044",
    "company": "047",
}

RECORDED = {e.name.split("/")[1].split("-")[0]: e for e in exchanges("v1")}
ERRORS = {
    **{number: (error, "") for error, listed in REFUSED.items() for number in listed.split()},
    **{n: (InvalidAnswer, name) for name, listed in WRONG_FIELDS.items() for n in listed.split()},
}
GONE = {number for numbers in LEFT_OUT.values() for number in numbers.split()}
HEARD = [n for n in RECORDED if n not in GONE and n not in ERRORS]

DAY = Span(datetime(2026, 12, 8, tzinfo=UTC), datetime(2026, 12, 9, tzinfo=UTC))
REQUEST = BookingRequest("a-key", 1, NOW, Attendee("Ann", "ann@example.com"))
UID = "mTzPpv3cpmHKcRdQBoN4Lv"

CALLS: dict[str, Callable[..., Awaitable[Any]]] = {
    "GET /me": lambda c: c.me(),
    "GET /event-types": lambda c: c.event_types(),
    "GET /event-types/*": lambda c, number: c.event_type(number),
    "GET /schedules": lambda c: c.schedules(),
    "GET /slots": lambda c: c.slots(SlotQuery(1, DAY.start, DAY.end)),
    "GET /availability": lambda c: c.availability(DAY),
    "GET /bookings": lambda c: c.bookings(BookingQuery()),
    "GET /bookings/*": lambda c, _: c.booking(UID),
    "POST /bookings": lambda c: c.create(REQUEST),
    "DELETE /bookings/*/cancel": lambda c, _: c.cancel(UID, reason="ill"),
    "GET /webhooks": lambda c: c.webhooks(),
    "POST /webhooks": lambda c: c.create_webhook("https://bot.test", ["PING"], secret="s"),
    "GET /users": lambda c: c.find_username("alice@example.com"),
}
"""The call of ours that makes each recorded request; every second part of a path is an id."""


def listing(number: str) -> Exchange:
    """A list in which the booking of this number stands, as `UID`; v1 is asked for numbers."""
    row = {"id": int(number), "uid": UID, "startTime": "2026-12-09T08:00:00Z"}
    return replace(RECORDED["059"], body={"bookings": [row]})


def client_for(replay: Replay) -> CalV1:
    http = httpx.AsyncClient(transport=httpx.MockTransport(replay))
    client = connect("http://cal.test/v1", "cal_a_key", http=http, clock=now, sleep=no_sleep)
    assert isinstance(client, CalV1)
    return client


async def ask(number: str) -> tuple[Any, Replay]:
    exchange = RECORDED[number]
    parts = exchange.path.split("/")[2:]
    names = ["*" if place % 2 else part for place, part in enumerate(parts)]
    others = [RECORDED["001"], RECORDED["019"]]
    if names[:2] == ["bookings", "*"]:
        shown = next((e for e in RECORDED.values() if e.path == f"/v1/bookings/{parts[1]}"), None)
        others += [listing(parts[1]), *([shown] if shown else [booking_of(parts[1])])]
    replay = Replay(exchange, others=others)
    call = CALLS[f"{exchange.method} /{'/'.join(names)}"]
    return await call(client_for(replay), *parts[1::2]), replay


def booking_of(number: str) -> Exchange:
    shown = RECORDED["064"]
    return replace(shown, path=f"/v1/bookings/{number}")


def test_every_recorded_exchange_is_heard_or_left_out_with_a_reason() -> None:
    assert set(RECORDED) >= GONE | set(ERRORS)
    assert all(RECORDED[number].status < 400 for number in HEARD)


@pytest.mark.parametrize("number", [n for n in ERRORS if n in RECORDED])
async def test_refusals(number: str) -> None:
    error, refused_field = ERRORS[number]

    with pytest.raises(SchedulingError) as caught:
        await ask(number)

    assert type(caught.value) is error
    assert getattr(caught.value, "field", "") == refused_field


@pytest.mark.parametrize("number", HEARD)
async def test_answers(number: str) -> None:
    answer, replay = await ask(number)

    replay.check_asked_as_recorded()
    assert all(r.url.params["apiKey"] == "cal_a_key" for r in replay.asked)
    body = replay.exchange.body
    match answer:
        case (Booking() as made,):  # a create
            check_booking(made, body)
        case Booking() if replay.exchange.method == "DELETE":
            assert answer.status is Status.CANCELLED
        case Booking():
            check_booking(answer, body.get("booking", body))
        case BookingPage(bookings=bookings):
            raw = {entry["uid"]: entry for entry in body["bookings"]}
            assert {b.uid for b in bookings} == set(raw)
            for booking in bookings:
                check_booking(booking, raw[booking.uid])
            assert [b.start for b in bookings] == sorted(b.start for b in bookings)
        case EventType():
            assert answer.length == body["event_type"]["length"]
        case tuple() if "slots" in body:
            raw_slots = [entry["time"] for day in body["slots"].values() for entry in day]
            assert [s.start for s in answer] == [datetime.fromisoformat(t) for t in raw_slots]
        case tuple():
            (listed,) = (value for value in body.values() if isinstance(value, list))
            assert [item.id for item in answer] == [raw["id"] for raw in listed]
        case _:
            assert answer is not None


def check_booking(booking: Booking, raw: dict[str, Any]) -> None:
    assert booking.uid == raw["uid"]
    assert booking.start == datetime.fromisoformat(raw["startTime"])
    assert booking.end == datetime.fromisoformat(raw["endTime"])
    assert booking.status == raw["status"].lower()
    assert booking.title == raw["title"]
    assert booking.rescheduled_from_uid == raw.get("fromReschedule")
    if "attendees" in raw:
        assert [a.email for a in booking.attendees] == [a["email"] for a in raw["attendees"]]
    assert [h.name for h in booking.hosts] == [raw["user"]["name"]]


async def test_facts_that_take_some_reading() -> None:
    (created,), _ = await ask("035")
    # The row's `user` has no e-mail in the answer to a create.
    assert [h.email for h in created.hosts] == ["alice@example.com"]
    assert created.location == "https://meet.example.com/alice"

    shown, _ = await ask("064")
    assert shown.join_url == "https://meet.example.com/alice"

    (second_seat,), _ = await ask("052")
    assert second_seat.seat_uid == "88b3104d-ba74-482f-872f-bcf450f5510b"
    assert [a.email for a in second_seat.attendees] == ["ann@example.com"]

    (schedule,), _ = await ask("019")
    assert (schedule.is_default, schedule.time_zone) == (True, "Europe/Paris")
    assert (schedule.hours[0].start, schedule.hours[0].days[0]) == ("09:00", "Monday")

    availability, _ = await ask("032")
    assert [(s.start.hour, s.end.hour) for s in availability.working] == [(8, 16)]
    assert availability.schedule == schedule

    types = {t.slug: t for t in (await ask("012"))[0]}
    assert types["30min"].owner == "alice"
    assert (types["class"].seats, types["confirm"].needs_confirmation) == (3, True)
    assert (types["class"].shows_attendees, types["30min"].shows_attendees) == (True, False)
    assert [q.slug for q in types["intake"].own_questions if q.required] == ["company"]
    assert [(q.slug, q.kind, q.label, q.is_default) for q in types["intake"].questions] == [
        ("name", "name", "", True),  # its label is a translation key
        ("email", "email", "", True),
        ("company", "text", "Company", False),
    ]
    assert [(p.kind, p.value) for p in types["30min"].locations] == [
        ("link", "https://meet.example.com/alice")
    ]
    assert (types["30min"].team, types["30min"].price, types["30min"].currency) == (None, 0, "usd")
    weekly = types["weekly"].recurrence
    assert weekly is not None
    assert (weekly.frequency, weekly.occurrences) == ("weekly", 3)

    hook, _ = await ask("023")
    assert (hook.secret, hook.active) == ("s", True)


async def test_upcoming_leaves_out_what_is_cancelled() -> None:
    """056: the server's `upcoming` has a cancelled one in it."""
    recorded = RECORDED["056"]
    assert "CANCELLED" in {raw["status"] for raw in recorded.body["bookings"]}
    client = client_for(Replay(recorded))

    page = await client.bookings(BookingQuery(listings=(Listing.UPCOMING,)))
    pending = await client.bookings(BookingQuery(listings=(Listing.UNCONFIRMED,)))
    gone = await client.bookings(BookingQuery(listings=(Listing.CANCELLED,)))

    assert [b.id for b in page.bookings] == [2, 3, 4, 5, 6, 7, 8]
    assert [b.id for b in pending.bookings] == [4, 5]
    assert [b.id for b in gone.bookings] == [1]


async def test_reschedule_is_a_new_booking_in_the_old_ones_place() -> None:
    """054, with the old booking as it was before."""
    old = RECORDED["064"]
    standing = {"booking": {**old.body["booking"], "status": "ACCEPTED"}}
    replay = Replay(RECORDED["054"], others=[listing("1"), replace(old, body=standing)])

    moved = await client_for(replay).reschedule(
        UID, datetime(2026, 12, 17, 8, tzinfo=UTC), reason="conflict"
    )

    assert (moved.uid, moved.rescheduled_from_uid) == ("gNfJPWgV4KLD6fgQtXKVKh", UID)
    sent = httpx.Response(200, content=replay.asked[-1].content).json()
    assert sent == {
        "eventTypeId": 1,
        "start": "2026-12-17T08:00:00Z",
        "timeZone": "America/New_York",
        "language": "en",
        "metadata": {},
        "rescheduleUid": UID,
        "responses": {
            "name": "Dave",
            "email": "dave@example.com",
            "location": {"value": "link", "optionValue": ""},
            "rescheduleReason": "conflict",
        },
    }
