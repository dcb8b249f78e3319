"""A write whose answer is lost is found out, or said to be unknown; it is not sent blindly."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import pytest

from bot.calcom.v2 import CalV2
from bot.domain.bookings import Booking, Status
from bot.domain.errors import (
    AlreadyDone,
    NotAllowed,
    RateLimited,
    SlotTaken,
    Unavailable,
    UnknownOutcome,
)
from tests.calcom.calcom_script import (
    REQUEST,
    START,
    Script,
    Step,
    Time,
    booking,
    ok,
    row,
    said,
    v1,
    v2,
)

MINE = booking(metadata={"calbot": "attempt-1"})
THEIRS = booking("another", metadata={"calbot": "attempt-2"})
CUT = httpx.ReadError("cut")

LOST: list[Step] = [
    httpx.ReadTimeout("late"),
    httpx.WriteTimeout("late"),
    CUT,
    httpx.RemoteProtocolError("Server disconnected without sending a response."),
    httpx.Response(502, text="<html>"),
    httpx.Response(524),
    said(500, "Internal server error"),
    httpx.Response(201, text="{"),
    httpx.Response(201, json={"status": "success", "data": {"title": "no uid"}}),
    httpx.Response(201, json=[]),
]

NOT_SENT = [httpx.ConnectError("refused"), httpx.ConnectTimeout("late"), httpx.PoolTimeout("full")]


@pytest.mark.parametrize("lost", LOST, ids=repr)
async def test_a_create_is_looked_up_by_our_key(lost: Step) -> None:
    script = Script([lost, ok([THEIRS, MINE])])

    (made,) = await v2(script).create(REQUEST)

    assert made.uid == "an-uid"
    assert script.log == ["POST /v2/bookings", "GET /v2/bookings"]
    asked = dict(script.asked[1].url.params)
    assert asked == {
        "attendeeEmail": "ann@example.com",
        "afterStart": "2026-12-09T07:59:00Z",
        "beforeEnd": "2026-12-10T08:00:00Z",
        "sortStart": "asc",
        "take": "250",
    }


async def test_a_create_may_still_be_under_way() -> None:
    time = Time()
    script = Script([CUT, ok([]), ok([THEIRS]), ok([MINE])])

    (made,) = await v2(script, time).create(REQUEST)

    assert made.uid == "an-uid"
    assert time.slept == [0.5, 2.0]
    assert [entry.split()[0] for entry in script.log] == ["POST", "GET", "GET", "GET"]


async def test_a_create_that_cannot_be_found_is_unknown_and_never_sent_again() -> None:
    script = Script([CUT, ok([]), httpx.Response(503), ok([THEIRS])])

    with pytest.raises(UnknownOutcome):
        await v2(script).create(REQUEST)

    assert [entry.split()[0] for entry in script.log] == ["POST", "GET", "GET", "GET"]


async def test_a_create_of_a_seat_carries_the_key_with_the_attendee() -> None:
    seats = booking(
        attendees=[
            {"email": "bob@example.com", "seatUid": "s1", "metadata": {"calbot": "another"}},
            {"email": "ann@example.com", "seatUid": "s2", "metadata": {"calbot": "attempt-1"}},
        ]
    )
    (made,) = await v2(Script([CUT, ok([seats])])).create(REQUEST)

    assert made.seat_uid == "s2"


async def test_a_standing_booking_is_found_before_a_cancelled_one() -> None:
    gone = booking("gone", status="cancelled", metadata={"calbot": "attempt-1"})

    found = await v2(Script([ok([gone, MINE])])).find_attempt("attempt-1", REQUEST)
    only = await v2(Script([ok([gone])])).find_attempt("attempt-1", REQUEST)
    none = await v2(Script([ok([THEIRS])])).find_attempt("attempt-1", REQUEST)

    assert found is not None
    assert found.uid == "an-uid"
    assert only is not None
    assert only.status is Status.CANCELLED
    assert none is None


@pytest.mark.parametrize("never_sent", NOT_SENT, ids=repr)
async def test_what_never_left_is_unavailable(never_sent: Exception) -> None:
    script = Script([never_sent])

    with pytest.raises(Unavailable) as caught:
        await v2(script).create(REQUEST)

    assert not isinstance(caught.value, UnknownOutcome)
    assert len(script.asked) == 1


@pytest.mark.parametrize("status", [301, 400, 429])
async def test_what_was_refused_is_not_looked_up(status: int) -> None:
    script = Script([httpx.Response(status, headers={"location": "https://cal.test/x"})])

    with pytest.raises(Exception) as caught:  # noqa: PT011 - three kinds; the log is the point
        await v2(script).create(REQUEST)

    assert not isinstance(caught.value, UnknownOutcome)
    assert len(script.asked) == 1


Settled = Callable[[CalV2], Awaitable[Booking]]


async def cancel(client: CalV2) -> Booking:
    return await client.cancel("an-uid", reason="ill")


async def confirm(client: CalV2) -> Booking:
    return await client.confirm("an-uid")


async def decline(client: CalV2) -> Booking:
    return await client.decline("an-uid")


async def absent(client: CalV2) -> Booking:
    return await client.mark_absent("an-uid", attendees={"Ann@example.com": True})


GONE = booking(status="cancelled")
ALREADY = said(400, "This booking has already been cancelled.")


@pytest.mark.parametrize(
    ("call", "steps", "status", "methods"),
    [
        # Sent again: the second answer is as good as the first.
        (cancel, [CUT, ok(GONE)], "cancelled", "POST POST"),
        (cancel, [CUT, ALREADY, ok(GONE)], "cancelled", "POST POST GET"),
        (cancel, [CUT, CUT, ok(GONE)], "cancelled", "POST POST GET"),
        (cancel, [CUT, httpx.ConnectError(""), ok(GONE)], "cancelled", "POST POST GET"),
        (confirm, [CUT, ok(booking())], "accepted", "POST POST"),
        (
            confirm,
            [CUT, said(400, "Booking already confirmed"), ok(booking())],
            "accepted",
            "POST POST GET",
        ),
        # Not sent again: Cal.com would announce it twice.
        (decline, [CUT, ok(booking(status="rejected"))], "rejected", "POST GET"),
        (
            absent,
            [CUT, ok(booking(attendees=[{"email": "ann@example.com", "absent": True}]))],
            "accepted",
            "POST GET",
        ),
    ],
)
async def test_changes_are_found_out(
    call: Settled, steps: list[Step], status: str, methods: str
) -> None:
    script = Script(steps)

    changed = await call(v2(script))

    assert changed.status == status
    assert " ".join(r.method for r in script.asked) == methods


@pytest.mark.parametrize(
    ("call", "steps"),
    [
        (cancel, [CUT, CUT, ok(booking())]),
        (cancel, [CUT, CUT, httpx.Response(503)]),
        (confirm, [CUT, CUT, ok(booking(status="pending"))]),
        (decline, [CUT, ok(booking(status="pending"))]),
        (absent, [CUT, ok(booking())]),
    ],
)
async def test_changes_that_cannot_be_found_out_are_unknown(
    call: Settled, steps: list[Step]
) -> None:
    with pytest.raises(UnknownOutcome):
        await call(v2(Script(steps)))


@pytest.mark.parametrize("call", [cancel, confirm])
async def test_done_before_is_no_success_of_ours(call: Settled) -> None:
    """Without a lost try, `already` means that somebody else did it."""
    script = Script([ALREADY])

    with pytest.raises(AlreadyDone):
        await call(v2(script))

    assert len(script.asked) == 1


async def test_a_cancel_that_finds_it_moved_says_so() -> None:
    moved = said(400, "... cancelled and rescheduled already to booking with uid=new1. ...")

    with pytest.raises(AlreadyDone) as caught:
        await v2(Script([CUT, moved])).cancel("an-uid", reason="ill")

    assert caught.value.moved_to == "new1"


async def test_a_refused_change_is_just_refused() -> None:
    with pytest.raises(NotAllowed):
        await v2(Script([said(401, "User is not authorized to confirm this booking")])).confirm("u")


LATER = START + timedelta(hours=1)
OLD = booking("old", status="cancelled", rescheduledToUid="new")
NEW = booking("new", start="2026-12-09T09:00:00Z", rescheduledFromUid="old")


async def test_a_reschedule_is_found_by_the_old_booking() -> None:
    script = Script([CUT, ok(OLD), ok(NEW)])

    moved = await v2(script).reschedule("old", LATER)

    assert (moved.uid, moved.rescheduled_from_uid) == ("new", "old")
    assert script.log == [
        "POST /v2/bookings/old/reschedule",
        "GET /v2/bookings/old",
        "GET /v2/bookings/new",
    ]


async def test_a_reschedule_may_still_be_under_way_or_unknown() -> None:
    found = Script([CUT, ok(booking("old")), ok(OLD), ok(NEW)])
    assert (await v2(found).reschedule("old", LATER)).uid == "new"

    with pytest.raises(UnknownOutcome):
        await v2(Script([CUT, ok(booking("old"))])).reschedule("old", LATER)


@pytest.mark.parametrize(
    "after",
    [
        [ok(OLD), ok(booking("new", start="2026-12-24T09:00:00Z"))],  # moved elsewhere
        [ok(booking("old", status="cancelled"))],  # cancelled
    ],
)
async def test_a_reschedule_that_somebody_else_forestalled(after: list[Step]) -> None:
    with pytest.raises(AlreadyDone):
        await v2(Script([CUT, *after])).reschedule("old", LATER)


async def test_a_lost_race_is_a_taken_slot_only_when_booking() -> None:
    race = said(400, "An error occurred while querying the database.")
    with pytest.raises(SlotTaken):
        await v2(Script([race])).create(REQUEST)
    with pytest.raises(SlotTaken):
        await v2(Script([race])).reschedule("u", LATER)
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever it is, it is not that
        await v2(Script([race])).confirm("u")
    assert not isinstance(caught.value, SlotTaken)


async def test_a_webhook_subscription_is_found_by_its_address() -> None:
    hook = {"id": "h1", "subscriberUrl": "https://bot.test/a", "triggers": ["PING"]}
    script = Script([CUT, ok([{**hook, "id": "h0", "subscriberUrl": "https://x"}, hook])])

    made = await v2(script).create_webhook("https://bot.test/a", ["PING"], secret="s")

    assert (made.id, made.secret) == ("h1", "s")


async def test_a_webhook_is_ended_for_sure() -> None:
    await v2(Script([CUT, said(404, "Webhook (h1) not found")])).delete_webhook("h1")
    await v2(Script([CUT, CUT, ok([])])).delete_webhook("h1")
    with pytest.raises(UnknownOutcome):
        await v2(Script([CUT, CUT, ok([{"id": "h1"}])])).delete_webhook("h1")


# v1 has numbers for uids, and other shapes; the rules are the same.

LISTED = httpx.Response(200, json={"bookings": [row()]})
SHOWN = httpx.Response(200, json={"booking": row()})


async def test_v1_create_is_looked_up_by_our_key() -> None:
    mine = row(metadata={"calbot": "attempt-1", "videoCallUrl": "https://meet.test/x"})
    script = Script([CUT, httpx.Response(200, json={"bookings": [row("other"), mine]})])

    (made,) = await v1(script).create(REQUEST)

    assert made.uid == "an-uid"
    assert script.log == ["POST /v1/bookings", "GET /v1/bookings"]


async def test_v1_cancel_is_sent_again() -> None:
    gone = httpx.Response(200, json={"booking": row(status="CANCELLED")})
    script = Script([LISTED, SHOWN, CUT, ALREADY, gone])

    cancelled = await v1(script).cancel("an-uid", reason="ill")

    assert cancelled.status is Status.CANCELLED
    assert script.log[2:] == [
        "DELETE /v1/bookings/7/cancel",
        "DELETE /v1/bookings/7/cancel",
        "GET /v1/bookings/7",
    ]
    assert script.asked[2].url.params["cancellationReason"] == "ill"


async def test_v1_reschedule_is_found_by_the_uid_it_came_from() -> None:
    new = row("new", id=8, startTime="2026-12-09T09:00:00Z", fromReschedule="an-uid")
    script = Script(
        [LISTED, SHOWN, CUT, httpx.Response(200, json={"bookings": [row("other", id=9), new]})]
    )

    moved = await v1(script).reschedule("an-uid", LATER)

    assert (moved.uid, moved.rescheduled_from_uid) == ("new", "an-uid")


async def test_v1_knows_a_number_it_has_seen() -> None:
    script = Script([LISTED, SHOWN, SHOWN])
    client = v1(script)

    await client.booking("an-uid")
    await client.booking("an-uid")

    assert script.log == ["GET /v1/bookings", "GET /v1/bookings/7", "GET /v1/bookings/7"]


async def test_a_rate_limit_while_looking_is_no_answer() -> None:
    script = Script([CUT, httpx.Response(429)])
    with pytest.raises(UnknownOutcome):
        await v2(script).create(REQUEST)
    with pytest.raises(RateLimited):
        await v2(Script([httpx.Response(429)])).create(REQUEST)
