"""The v2 client understands every answer of a real server that one of its calls can get."""

from datetime import UTC, datetime
from typing import Any

import pytest
import stamina

from bot.calcom.errors import NotThere
from bot.domain.bookings import Booking, BookingPage
from bot.domain.errors import (
    AlreadyDone,
    Full,
    InPast,
    InvalidAnswer,
    NotAllowed,
    NotAuthorised,
    NotFound,
    NotOffered,
    OutOfBounds,
    RateLimited,
    Refused,
    SchedulingError,
    SlotTaken,
    UnknownOutcome,
)
from bot.domain.event_types import EventType
from bot.domain.events import Subscription
from bot.domain.slots import Hold, Slot
from tests.contract.calcom_recordings import (
    FOLDER,
    Replay,
)
from tests.contract.calcom_v2_calls import BY_NUMBER, HOOK, called, client_for, replayed

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="no recordings beside the checkout")

LEFT_OUT = {
    "event types are made in Cal.com itself": (
        "v2/001 v2/002 v2/003 v2/004 v2/005 v2/006 v2/007 v2/008 v2/009 v2/297 v2/341 v2team/001"
        " v2team/002 v2team/003 v2team/004 v2team/005 v2team/006 v2team/156 v2team/184"
        " v2team/185 v2team/186"
    ),
    "asked in another version of the API": (
        "v2/019 v2/029 v2/057 v2/058 v2/076 v2/144 v2/145 v2/172 v2/173 v2/183 v2/201 v2/313"
    ),
    "no reservation is read, prolonged or asked for without a key": ("v2/062 v2/064 v2/065 v2/067"),
    "no schedule is read by its id or written": "v2/073 v2/075 v2/336 v2/337 v2/338 v2/340",
    "no call for this part of a booking": ("v2/185 v2/186 v2/235 v2/255 v2/256"),
    "no webhook is read by its id": "v2/273 v2/275",
    "calendars are connected in Cal.com itself": "v2/334 v2/345 v2/349",
    "the account is not changed": "v2/342 v2/343 v2/344",
    "teams are asked for their members and lists of event types only": (
        "v2team/008 v2team/011 v2team/014 v2team/023 v2team/024 v2team/025 v2team/053"
        " v2team/116 v2team/187"
    ),
    "part of `availability`, below": "v2/072 v2/077 v2/078 v2/347 v2/348 v2/354 v2/355",
    "part of `find_username`, below": "v2team/007 v2team/009 v2team/012 v2team/013 v2team/015",
}

REFUSED: dict[type[SchedulingError], str] = {
    NotFound: (
        "v2/027 v2/028 v2/046 v2/054 v2/070 v2/110 v2/177 v2/178 v2/198 v2/207 v2/220 v2team/032 "
        "v2team/033 v2team/035 v2team/043 v2team/069"
    ),
    NotAuthorised: "v2/080 v2/081 v2/082 v2/083 v2/218 v2/280 v2team/191",
    NotThere: "v2/142 v2team/049 v2team/050 v2team/051",
    SlotTaken: (
        "v2/060 v2/091 v2/092 v2/093 v2/106 v2/191 v2/226 v2/227 v2/351 v2team/063 v2team/068 "
        "v2team/071 v2team/121 v2team/133 v2team/135 v2team/136 v2team/174"
    ),
    InPast: "v2/108 v2/225",
    OutOfBounds: "v2/109 v2/248 v2/250 v2team/151",
    Refused: "v2/113",
    AlreadyDone: "v2/135 v2/193 v2/194 v2/195 v2/205 v2/221 v2/238 v2/241 v2/268 v2team/147",
    Full: "v2/137",
    NotAllowed: "v2/217 v2team/054 v2team/055 v2team/056 v2team/057 v2team/144",
    RateLimited: "v2/284 v2/285",
    NotOffered: "v2/300 v2team/077 v2team/078",
    # A 500: what came of it was looked for in vain.
    UnknownOutcome: "v2team/079 v2team/162",
}

WRONG_FIELDS = {
    "eventTypeId": "v2/047",
    "start": "v2/048 v2/102 v2/114 v2/197",
    "usernames": "v2/051",
    "timeZone": "v2/052 v2/097 v2/100",
    "format": "v2/053",
    "organizationSlug": "v2/056 v2team/044 v2team/045",
    "attendee": "v2/095",
    "name": "v2/096",
    "email": "v2/098",
    "language": "v2/101",
    "whatever": "v2/104",
    "eventTypeId or eventTypeSlug + username": "v2/112",
    "lengthInMinutes": "v2/115",
    "company": "v2/119",
    "topic": "v2/120 v2/121",
    "mobile": "v2/122",
    "recurrenceCount": "v2/140",
    "status": "v2/152",
    "take": "v2/160",
    "sortStart": "v2/165",
    "reason": "v2/202 v2/210 v2team/137",
    "foo": "v2/231",
    "host": "v2team/130",
    "subscriberUrl": "v2/270",
    "active": "v2/271 v2/272",
    "rrHostSubsetIds": "v2team/047",
}
"""The field that an `InvalidAnswer` names."""

REFUSED_BUT_FINE = frozenset({"v2/279", "v2team/026", "v2team/027", "v2team/030", "v2team/031"})
"""404s that are no failure: a webhook that is gone already, and nobody's event types."""

ERRORS = {
    **{number: (error, "") for error, listed in REFUSED.items() for number in listed.split()},
    **{n: (InvalidAnswer, name) for name, listed in WRONG_FIELDS.items() for n in listed.split()},
}
GONE = {number for numbers in LEFT_OUT.values() for number in numbers.split()}
HEARD = [n for n in BY_NUMBER if n not in GONE and n not in ERRORS]


@pytest.fixture(autouse=True)
def _no_waiting() -> Any:
    """Retries of reads do not wait; stamina has no other seam for that."""
    stamina.set_testing(True, attempts=2)
    yield
    stamina.set_testing(False)


def test_every_recorded_exchange_is_heard_or_left_out_with_a_reason() -> None:
    assert set(BY_NUMBER) >= GONE | set(ERRORS) | REFUSED_BUT_FINE
    assert not GONE & set(ERRORS)
    for number in HEARD:
        assert BY_NUMBER[number].status < 400 or number in REFUSED_BUT_FINE


@pytest.mark.parametrize("number", [n for n in ERRORS if n in BY_NUMBER])
async def test_refusals(number: str) -> None:
    error, refused_field = ERRORS[number]
    replay = replayed(number)

    with pytest.raises(SchedulingError) as caught:
        await called(client_for(replay), replay.exchange)

    assert type(caught.value) is error
    assert getattr(caught.value, "field", "") == refused_field
    check_asked(replay)


def check_asked(replay: Replay) -> None:
    parts = replay.exchange.path.split("/")
    if "webhooks" in parts:  # any version will do; some recordings name one
        assert {request.headers.get("cal-api-version") for request in replay.asked} == {None}
    elif "teams" in parts:  # any version will do here, too
        assert replay.exchange.path in {request.url.path for request in replay.asked}
    else:
        replay.check_asked_as_recorded()


@pytest.mark.parametrize("number", HEARD)
async def test_answers(number: str) -> None:
    """Everything else decodes to what stands in the recording."""
    replay = replayed(number)
    answer = await called(client_for(replay), replay.exchange)

    check_asked(replay)
    data = replay.exchange.body.get("data")
    match answer:
        case Booking() if "/reassign" in replay.exchange.path:  # it is read again
            assert answer.id == BY_NUMBER["v2/257"].body["data"]["id"]
        case Hold():
            assert (answer.uid, answer.start) == (
                data["reservationUid"],
                datetime.fromisoformat(data["slotStart"]),
            )
        case Booking():
            check_booking(answer, recorded_booking(data, answer.uid))
        case (Booking(), *_):  # a create answers all occurrences of a series
            recorded = data if isinstance(data, list) else [data]
            for booking, raw in zip(answer, recorded, strict=True):
                check_booking(booking, raw)
        case BookingPage(bookings=bookings):
            assert [b.uid for b in bookings] == [raw["uid"] for raw in data]
            for booking, raw in zip(bookings, data, strict=True):
                check_booking(booking, raw)
            assert answer.total == replay.exchange.body["pagination"]["totalItems"]
        case EventType():
            check_event_type(answer, data)
        case Subscription():
            assert (answer.id, answer.secret) == (data["id"], data["secret"] or HOOK.secret)
        case tuple():
            check_list(answer, data or [])
        case _:
            assert (answer is None) == (replay.exchange.method == "DELETE")


def recorded_booking(data: Any, uid: str) -> dict[str, Any]:
    """Of a series: the one asked for, else the first."""
    found = data if isinstance(data, list) else [data]
    assert uid == found[0]["uid"] or len(found) > 1
    return next(raw for raw in found if raw["uid"] == uid)


def check_booking(booking: Booking, raw: dict[str, Any]) -> None:
    assert booking.start == datetime.fromisoformat(raw["start"])
    assert booking.end == datetime.fromisoformat(raw["end"])
    assert booking.start.tzinfo is UTC
    assert (booking.id, booking.title, booking.status) == (raw["id"], raw["title"], raw["status"])
    assert [h.email for h in booking.hosts] == [h["email"] for h in raw["hosts"]]
    assert [(a.name, a.email, a.time_zone, a.absent) for a in booking.attendees] == [
        (a["name"], a["email"], a["timeZone"], a["absent"]) for a in raw["attendees"]
    ]
    assert booking.description == (raw["description"] or "")
    assert booking.event_type_id == raw["eventType"]["id"]
    assert booking.location == raw["location"]
    assert booking.recurring_uid == raw.get("recurringBookingUid")
    assert booking.rescheduled_to_uid == raw.get("rescheduledToUid")
    assert booking.seat_uid == raw.get("seatUid")
    assert booking.metadata == raw.get("metadata", {})


def check_event_type(event_type: EventType, raw: dict[str, Any]) -> None:
    assert event_type.id == raw["id"]
    assert event_type.slug == raw["slug"]
    assert event_type.length == raw["lengthInMinutes"]
    assert event_type.hidden == raw.get("hidden", False)
    assert event_type.owner == raw["users"][0]["username"]
    assert [q.slug for q in event_type.questions] == [f["slug"] for f in raw["bookingFields"]]
    assert [place.kind for place in event_type.locations] == [p["type"] for p in raw["locations"]]


def check_list(answer: tuple[Any, ...], data: Any) -> None:
    if isinstance(data, dict):  # slots by day
        raw = [entry for day in data.values() for entry in day]
        assert [slot.start for slot in answer] == [
            datetime.fromisoformat(entry["start"]) for entry in raw
        ]
        assert all(isinstance(slot, Slot) for slot in answer)
        assert [slot.seats_left for slot in answer] == [e.get("seatsRemaining") for e in raw]
        return
    listed = [raw for raw in data if raw.get("schedulingType") != "managed"]
    assert [item.id for item in answer] == [raw["id"] for raw in listed]
