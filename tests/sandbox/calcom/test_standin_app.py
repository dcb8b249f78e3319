"""The local Cal.com as an application: the log, the throttler, the faults, the sandbox's page."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.sandbox.calcom.app import build
from bot.sandbox.calcom.faults import Refusal
from bot.sandbox.calcom.seed_demo import HOUSE_KEY, seed_demo
from bot.sandbox.calcom.world import Call, World


async def test_logs_every_request_in_order(ask: Any, types: Any, world: World) -> None:
    one = types()
    await ask("GET", "/me")
    await ask.without_key().book(one, "2026-12-08T10:00:00Z")
    await ask.as_bob()("GET", "/bookings?status=past&take=5")
    assert [(c.method, c.path, c.key_owner, c.status) for c in world.log] == [
        ("GET", "/v2/me", "alice", 200),
        ("POST", "/v2/bookings", None, 201),
        ("GET", "/v2/bookings", "bob", 200),
    ]
    assert world.log[1].body["eventTypeId"] == one.id
    assert world.log[2] == Call(
        "GET",
        "/v2/bookings",
        {"status": "past", "take": "5"},
        "2024-08-13",
        "bob",
        None,
        200,
    )


@pytest.mark.parametrize("version", [None, "2024-06-14", "2026-02-25", "nonsense"])
async def test_a_version_of_another_resource_finds_nothing(ask: Any, version: Any) -> None:
    headers = {"cal-api-version": version} if version else {}
    path = "/v2/slots?eventTypeId=1&start=2026-12-08&end=2026-12-08"
    answer = await ask.http.get(path, headers=headers)
    assert answer.status_code == 404
    assert answer.json()["error"]["message"] == f"Cannot GET {path}"


async def test_the_throttler_blocks_for_a_minute(ask: Any, clock: Any) -> None:
    bob = ask.as_bob()
    for _ in range(120):
        assert (await bob("GET", "/me")).status_code == 200
    clock.advance(seconds=50)
    blocked = await bob("GET", "/me")
    assert blocked.status_code == 429
    assert blocked.headers["X-RateLimit-Remaining-Default"] == "0"
    assert blocked.headers["X-RateLimit-Reset-Default"] == "60"
    assert "retry-after" not in blocked.headers
    assert (await ask("GET", "/me")).status_code == 200  # somebody else's key
    clock.advance(seconds=59)
    assert (await bob("GET", "/me")).headers["X-RateLimit-Reset-Default"] == "1"
    clock.advance(seconds=1)
    assert (await bob("GET", "/me")).status_code == 200


async def test_refuses_as_told_and_then_works_again(ask: Any, world: World) -> None:
    world.faults.refuse = [Refusal(503, match="/v2/me", count=2), Refusal(429, match="GET")]
    codes = [(await ask("GET", "/me")).status_code for _ in range(4)]
    assert codes == [503, 503, 429, 200]
    assert [c.status for c in world.log] == codes


async def test_is_slow_where_told(ask: Any, world: World) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    world.faults.sleep = sleep
    world.faults.slow, world.faults.slow_match = 3, "POST /v2/bookings"
    await ask("GET", "/me")
    assert slept == []
    await ask("POST", "/bookings", {})
    assert slept == [3]


async def test_cut_off_after_the_work_was_done(ask: Any, types: Any, world: World) -> None:
    world.faults.cut, world.faults.cut_match = 1, "POST /v2/bookings"
    with pytest.raises(httpx.RemoteProtocolError):
        await ask.book(types(), "2026-12-08T10:00:00Z")
    assert len(world.bookings) == 1
    assert [c.status for c in world.log] == [201]
    assert (await ask("GET", "/bookings")).status_code == 200


@asynccontextmanager
async def served(world: World) -> AsyncIterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(build(world), lifespan="off", log_level="critical")
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve([listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task


async def test_cut_off_over_a_socket(world: World) -> None:
    async with served(world) as url, httpx.AsyncClient(base_url=url, trust_env=False) as client:
        assert (await client.get("/health")).text == "OK"
        world.faults.cut = 1
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/v2/nowhere")
        assert (await client.get("/v2/nowhere")).status_code == 404


async def test_works_below_a_prefix(types: Any, world: World) -> None:
    one = types()
    both = Starlette(routes=[Mount("/calcom", build(world))])
    transport = httpx.ASGITransport(both)
    async with httpx.AsyncClient(transport=transport, base_url="http://x/calcom") as client:
        headers = {"cal-api-version": "2024-06-14"}
        listed = await client.get("/v2/event-types?username=alice", headers=headers)
        assert [e["id"] for e in listed.json()["data"]] == [one.id]
        assert (await client.get("/v2/nope")).json()["path"] == "/v2/nope"
        assert (await client.get("/sandbox/state")).status_code == 200
    assert [c.path for c in world.log] == ["/v2/event-types", "/v2/nope"]


async def test_the_page_books_and_cancels_as_an_outsider(
    ask: Any, types: Any, world: World, mailbox: Any
) -> None:
    one = types()
    hook = {"active": True, "subscriberUrl": "http://bot.test/h", "secret": "hush"}
    triggers = ["BOOKING_CREATED", "BOOKING_CANCELLED"]
    await ask("POST", "/webhooks", hook | {"triggers": triggers})
    who = {"name": "Out", "email": "out@example.com", "timeZone": "UTC"}
    body = {"eventTypeId": one.id, "start": "2026-12-08T10:00:00Z", "attendee": who}
    booked = await ask.http.post("/sandbox/book", json=body)
    assert booked.status_code == 201
    again = await ask.http.post("/sandbox/book", json=body)
    assert "already has booking" in again.json()["error"]["message"]
    uid = booked.json()["data"]["uid"]
    assert (await ask.http.post("/sandbox/cancel", json={"uid": uid})).status_code == 200
    assert mailbox.triggers == triggers
    state = (await ask.http.get("/sandbox/state")).json()
    assert [b["status"] for b in state["bookings"]] == ["cancelled"]
    assert state["subscriptions"][0]["secret"] == "set"
    seen = [(w["trigger"], w["about"], w["mark"], w["answers"]) for w in state["webhooks"]]
    assert seen == [
        (trigger, "Call between Alice Martin and Out", "", [200]) for trigger in triggers
    ]
    assert [c.path for c in world.log] == ["/v2/webhooks"]


async def test_visitors_come_by_a_button(ask: Any, types: Any, world: World) -> None:
    types()

    async def visit(does: str) -> Any:
        return (await ask.http.post("/sandbox/visitor", json={"does": does})).json()

    assert "error" in await visit("move"), "nobody has come yet"
    first, second = await visit("book"), await visit("book")
    assert first["attendees"][0]["name"] != second["attendees"][0]["name"]
    assert first["start"] < second["start"]
    moved = await visit("move")
    assert moved["rescheduledFromUid"] == second["uid"]
    assert (await visit("cancel"))["uid"] == moved["uid"]
    assert (await visit("cancel"))["uid"] == first["uid"]
    assert "error" in await visit("cancel"), "all of them have gone"
    assert "one of book, move, cancel" in (await visit("dance"))["error"]


async def test_the_page_sets_faults(ask: Any, world: World) -> None:
    wanted = {"cut": 1, "lose_webhooks": 2, "refuse": [{"status": 503, "match": "/me"}]}
    shown = (await ask.http.post("/sandbox/faults", json=wanted)).json()
    assert (shown["cut"], shown["lose_webhooks"], shown["slow"]) == (1, 2, 0)
    assert world.faults.refuse == [Refusal(503, match="/me")]
    for wrong in (
        {"cuts": 1},
        {"slow": "much"},
        {"refuse": [{"code": 1}]},
        {"refuse": 1},
        {"sleep": 1},
        {"lose_webhooks": 101},
        {"lose_webhooks": -1},
        {"double_webhooks": 1.5},
        {"delay_seconds": 101},
        {"cut_match": 1},
    ):
        assert (await ask.http.post("/sandbox/faults", json=wrong)).status_code == 400
    assert world.faults.cut == 1


@pytest.mark.parametrize("text", ["2026-11-23T05:00", "2026-11-27T22:00", "2027-03-27T12:30"])
async def test_the_demo_company(text: str) -> None:
    now = datetime.fromisoformat(text).replace(tzinfo=UTC)
    world = World(lambda: now)
    await seed_demo(world)
    assert [u.email for u in world.users.values()] == [
        "alice@example.com",
        "bob@example.com",
        "carol@example.com",
    ]
    house = world.user_by_key(HOUSE_KEY)
    assert house is not None
    assert house.username == "alice"
    kinds = [e for e in world.event_types_of(house) if e.seats or e.recurrence or e.lengths]
    assert len(kinds) == 3
    assert any(b.end < now for b in world.bookings)
    assert {b.status.value for b in world.bookings} == {"accepted", "pending", "rejected"}
    assert world.sent == []


JUNK: list[Any] = [None, 0, -1, 2.5, "", "x", True, [], [None], ["x"], {}, {"type": None}]
NAMES = (
    "start end attendee eventTypeId eventTypeSlug username guests location metadata lengthInMinutes"
    " bookingFieldsResponses recurrenceCount seatUid cancellationReason cancelSubsequentBookings"
    " reason host attendees name email timeZone slotStart slotDuration reservationDuration title"
    " slug lengthInMinutesOptions locations bookingFields recurrence seats bookingWindow"
    " confirmationPolicy disableCancelling bookingLimitsCount scheduleId active subscriberUrl"
    " triggers secret payloadTemplate availability overrides isDefault timeFormat"
)


@pytest.mark.parametrize("name", NAMES.split())
async def test_junk_is_refused_and_never_breaks_it(ask: Any, types: Any, name: str) -> None:
    """Every endpoint with a body, that body right but for one property."""
    one, spare = types(), types("spare")
    uid = (await ask.book(one, "2026-12-08T10:00:00Z")).json()["data"]["uid"]
    who = {"name": "Dave", "email": "dave@example.com", "timeZone": "UTC"}
    right: dict[tuple[str, str], Any] = {
        ("POST", "/bookings"): {"start": "2026-12-09T10:00:00Z", "eventTypeId": 1, "attendee": who},
        ("POST", f"/bookings/{uid}/reschedule"): {"start": "2026-12-10T10:00:00Z"},
        ("POST", f"/bookings/{uid}/decline"): {},
        ("POST", f"/bookings/{uid}/mark-absent"): {},
        ("POST", f"/bookings/{uid}/cancel"): {},
        ("POST", "/slots/reservations"): {"eventTypeId": 1, "slotStart": "2026-12-11T10:00:00Z"},
        ("POST", "/event-types"): {"lengthInMinutes": 10, "title": "T", "slug": name},
        ("PATCH", f"/event-types/{spare.id}"): {},
        ("POST", "/webhooks"): {"active": True, "subscriberUrl": "http://x.test", "triggers": []},
        ("POST", "/schedules"): {"name": "S", "timeZone": "UTC", "isDefault": False},
        ("PATCH", "/schedules/201"): {},
        ("PATCH", "/me"): {},
    }
    for (method, path), body in right.items():
        for junk in JUNK:
            answer = await ask(method, path, body | {name: junk})
            assert answer.status_code < 500, (method, path, junk)
    listed = await ask("GET", "/event-types?username=alice")
    for event_type in listed.json()["data"]:
        slots = await ask(
            "GET", f"/slots?eventTypeId={event_type['id']}&start=2026-12-08&end=2026-12-09"
        )
        assert slots.status_code == 200
