"""What became of every other change whose answer was lost, and what a server turns out not to
have."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import stamina

from bot.calcom.v2 import CalV2
from bot.domain.bookings import Action, Booking, BookingRequest, Feature, Guest
from bot.domain.errors import NotSupported, SchedulingError, Unavailable, UnknownOutcome
from tests.calcom.calcom_script import REQUEST, START, Script, Step, booking, ok, said, v2

LATER = START + timedelta(hours=1)
CUT = httpx.ReadError("cut")
DOWN = httpx.Response(503)

WITH_BOB = booking(hosts=[{"id": 2, "name": "Bob", "email": "bob@example.com"}])
GONE = booking(status="cancelled")
SEATS = [{"email": "ann@example.com", "seatUid": "s1"}, {"email": "b@example.com", "seatUid": "s2"}]
LINK = {"type": "link", "link": "https://x.test/1"}
REASSIGNED = ok({"bookingUid": "u", "reassignedTo": {"id": 2}})

Call = Callable[[CalV2], Awaitable[Any]]


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    """Retries of reads do not wait; stamina has no other seam for that."""
    stamina.set_testing(True, attempts=2)
    yield
    stamina.set_testing(False)


async def leave(client: CalV2) -> Booking:
    return await client.cancel("an-uid", reason="ill", seat_uid="s1")


async def ask_anew(client: CalV2) -> Booking:
    return await client.request_reschedule("an-uid")


async def hand_over(client: CalV2) -> Booking:
    return await client.reassign("an-uid", 2)


async def hand_on(client: CalV2) -> Booking:
    return await client.reassign("an-uid")


async def invite(client: CalV2) -> Booking:
    return await client.add_guests("an-uid", [Guest("G@example.com")])


async def put_elsewhere(client: CalV2) -> Booking:
    return await client.change_place("an-uid", LINK)


SEATED = booking(attendees=SEATS)
WITHOUT = booking(attendees=SEATS[1:])
NO_SEAT = said(400, "Invalid seatUid: this seat does not exist or has already been cancelled.")
INVITED = booking(guests=["g@example.com"])
SECOND_HOST = booking(attendees=[{"name": "Bob", "email": "bob@example.com"}])


@pytest.mark.parametrize(
    ("call", "steps", "methods"),
    [
        (leave, [CUT, ok(WITHOUT)], "POST POST"),
        (leave, [CUT, NO_SEAT, ok(WITHOUT)], "POST POST GET"),
        (leave, [CUT, CUT, ok(GONE)], "POST POST GET"),
        (ask_anew, [CUT, ok(GONE)], "POST GET"),
        (ask_anew, [CUT, ok(booking()), ok(GONE)], "POST GET GET"),
        (hand_over, [ok(booking()), CUT, ok(WITH_BOB)], "GET POST GET"),
        (hand_over, [ok(booking()), CUT, ok(SECOND_HOST)], "GET POST GET"),
        (hand_on, [ok(booking()), CUT, ok(WITH_BOB)], "GET POST GET"),
        (invite, [CUT, ok(INVITED)], "POST GET"),
        (put_elsewhere, [CUT, ok(booking(location="https://x.test/1"))], "PATCH GET"),
        # What was answered and cannot be read back at once was done all the same.
        (ask_anew, [ok(None), DOWN, ok(GONE)], "POST GET GET"),
        (hand_over, [ok(booking()), REASSIGNED, DOWN, ok(WITH_BOB)], "GET POST GET GET"),
    ],
)
async def test_what_became_of_it(call: Call, steps: list[Step], methods: str) -> None:
    script = Script(steps)
    assert (await call(v2(script))).uid == "an-uid"
    assert " ".join(request.method for request in script.asked) == methods


@pytest.mark.parametrize(
    ("call", "steps"),
    [
        (leave, [CUT, CUT, ok(SEATED)]),
        (leave, [CUT, CUT, ok(booking(attendees=[]))]),  # who comes is not shown to everybody
        (ask_anew, [CUT, ok(booking())]),
        (ask_anew, [ok(None), DOWN]),
        (hand_over, [ok(booking()), CUT, ok(booking())]),
        (hand_over, [ok(booking()), said(500, "Internal server error"), ok(booking())]),
        (hand_over, [ok(booking()), REASSIGNED, DOWN]),
        (hand_on, [ok(booking()), CUT, ok(booking())]),
        (invite, [CUT, ok(booking())]),
        (put_elsewhere, [CUT, ok(booking(location="link"))]),
        (lambda c: c.reschedule("u", LATER, seat_uid="s1"), [CUT]),
        (lambda c: c.hold(1, START), [CUT]),
        (lambda c: c.hold(1, START), [ok({"reservationUid": "r"})]),
        (lambda c: c.let_go("r"), [CUT]),
    ],
)
async def test_what_cannot_be_found_out(call: Call, steps: list[Step]) -> None:
    script = Script(steps)
    with pytest.raises(UnknownOutcome):
        await call(v2(script))
    writes = [request for request in script.asked if request.method != "GET"]
    assert len(writes) <= (2 if writes[0].method == "DELETE" or call is leave else 1)


async def test_a_lost_meeting_at_once_is_looked_up_by_our_key() -> None:
    mine = booking(metadata={"calbot": "k"}, status="awaiting_host")
    instant = BookingRequest("k", 6, START, REQUEST.attendee, instant=True)
    for lost in (CUT, ok({}), said(500, "Internal server error")):
        script = Script([lost, ok([mine])])
        (made,) = await v2(script).create(instant)
        assert made.uid == "an-uid"


async def test_a_lost_series_is_read_whole_where_it_can_be() -> None:
    first = booking("a", metadata={"calbot": "attempt-1"}, recurringBookingUid="series")
    second = booking("b", start="2026-12-16T08:00:00Z", recurringBookingUid="series")
    made = await v2(Script([CUT, ok([first]), ok([second, first])])).create(REQUEST)
    assert [b.uid for b in made] == ["a", "b"]

    made = await v2(Script([CUT, ok([first]), DOWN])).create(REQUEST)
    assert [b.uid for b in made] == ["a"]  # that it cannot be read does not undo it


async def test_a_time_is_given_back_for_sure() -> None:
    await v2(Script([said(404, "not found")])).let_go("r")
    script = Script([CUT, said(404, "not found")])
    await v2(script).let_go("r")
    assert script.log == ["DELETE /v2/slots/reservations/r"] * 2


# What the server does not have.


@pytest.mark.parametrize(
    ("call", "lacking"),
    [
        (lambda c: c.request_reschedule("u"), Action.REQUEST_RESCHEDULE),
        (lambda c: c.add_guests("u", [Guest("g@example.com")]), Action.ADD_PEOPLE),
        (lambda c: c.change_place("u", LINK), Action.CHANGE_PLACE),
        (lambda c: c.calendar_links("u"), Action.CALENDAR_LINKS),
        (lambda c: c.recordings("u"), Action.RECORDINGS),
        (lambda c: c.hold(1, START), Feature.HOLDS),
    ],
)
async def test_what_is_not_there_is_remembered(call: Call, lacking: Action | Feature) -> None:
    refused = [DOWN, said(404, "Booking with uid=u was not found"), said(403, "no")]
    if lacking is not Feature.HOLDS:
        refused.append(httpx.Response(404, text="<html>"))  # whatever stands between
    for passing in refused:
        client = v2(Script([passing]))
        with pytest.raises(SchedulingError):
            await call(client)
        assert lacking in client.abilities | client.features

    missing = said(404, "Cannot POST /v2/...")
    client, other = v2(Script([missing])), v2(Script([missing]))
    with pytest.raises(NotSupported):
        await call(client)
    assert client.abilities | client.features == (frozenset(Action) | frozenset(Feature)) - {
        lacking
    }
    assert lacking in other.abilities | other.features


async def test_handing_over_may_not_be_there() -> None:
    client = v2(Script([ok(booking()), said(404, "Cannot POST /v2/bookings/u/reassign")]))
    with pytest.raises(NotSupported):
        await client.reassign("u")
    assert Action.HAND_OVER not in client.abilities


async def test_meeting_at_once_may_not_be_there() -> None:
    refused = said(400, "instant property is wrong,property instant should not exist ")
    client = v2(Script([refused]))
    with pytest.raises(NotSupported):
        await client.create(BookingRequest("k", 6, START, REQUEST.attendee, instant=True))
    assert Feature.INSTANT not in client.features


async def test_what_cannot_be_read_before_is_not_handed_over() -> None:
    script = Script([DOWN])
    with pytest.raises(Unavailable):
        await v2(script).reassign("u")
    assert {request.method for request in script.asked} == {"GET"}
