"""Types with a price: nothing is booked for good before it is paid."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.sandbox.calcom import paying
from bot.sandbox.calcom.errors import Refused
from bot.sandbox.calcom.model import Booking, EventType, Subscription
from bot.sandbox.calcom.world import World
from tests.sandbox.calcom.conftest import Caller, Mailbox, Types

START = "2026-12-08T10:00:00Z"
CONFIRM = {"type": "always", "blockUnconfirmedBookingsInBooker": False}
TRIGGERS = [
    "BOOKING_PAYMENT_INITIATED",
    "BOOKING_PAID",
    "BOOKING_CREATED",
    "BOOKING_REQUESTED",
    "BOOKING_RESCHEDULED",
]


@pytest.fixture(autouse=True)
def subscription(world: World) -> None:
    url = "https://bot.example.com/cal"
    world.subscriptions["a"] = Subscription("a", url, TRIGGERS, world.now(), user_id=101)


def payloads(mailbox: Mailbox) -> list[Any]:
    return [httpx.Response(200, content=body).json()["payload"] for _, _, body in mailbox.got]


async def booked(ask: Caller, one: EventType, world: World) -> Booking:
    data = (await ask.book(one, START)).json()["data"]
    assert data["status"] == "pending"
    found = world.booking(data["uid"])
    assert found is not None
    return found


async def test_paid_and_then_booked(
    ask: Caller, types: Types, world: World, mailbox: Mailbox
) -> None:
    one = types(price=5000, currency="eur")
    booking = await booked(ask, one, world)
    assert START[:16] not in [s[:16] for s in await ask.starts(one, "2026-12-08", "2026-12-08")]
    assert (await ask.book(types("free"), START, "Erin")).status_code == 400
    await paying.pay(world, booking)
    assert mailbox.triggers == ["BOOKING_PAYMENT_INITIATED", "BOOKING_PAID", "BOOKING_CREATED"]
    begun, paid, created = payloads(mailbox)
    assert (begun["price"], begun["currency"], begun["status"]) == (5000, "eur", "ACCEPTED")
    assert begun["paymentId"] == paid["paymentId"] == booking.payment_id
    assert paid["metadata"]["bookerEmail"] == "dave@example.com"
    assert created["uid"] == booking.uid
    shown = (await ask("GET", f"/bookings/{booking.uid}")).json()["data"]
    assert shown["status"] == "accepted"
    with pytest.raises(Refused):
        await paying.pay(world, booking)


async def test_paid_and_then_requested(
    ask: Caller, types: Types, world: World, mailbox: Mailbox
) -> None:
    booking = await booked(ask, types(price=5000, confirmationPolicy=CONFIRM), world)
    await paying.pay(world, booking)
    assert mailbox.triggers == ["BOOKING_PAYMENT_INITIATED", "BOOKING_PAID", "BOOKING_REQUESTED"]
    assert booking.status == "pending"
    assert (await ask("POST", f"/bookings/{booking.uid}/confirm")).status_code == 200
    assert mailbox.triggers[-1] == "BOOKING_CREATED"


async def test_confirming_an_unpaid_one_tells_nobody(
    ask: Caller, types: Types, world: World, mailbox: Mailbox
) -> None:
    booking = await booked(ask, types(price=5000), world)
    answer = await ask("POST", f"/bookings/{booking.uid}/confirm")
    assert answer.json()["data"]["status"] == "accepted"
    assert mailbox.triggers == ["BOOKING_PAYMENT_INITIATED"]


async def test_an_unpaid_one_stays_unpaid_when_moved(
    ask: Caller, types: Types, world: World, mailbox: Mailbox
) -> None:
    booking = await booked(ask, types(price=5000), world)
    move = {"start": "2026-12-08T12:00:00Z"}
    moved = (await ask("POST", f"/bookings/{booking.uid}/reschedule", move)).json()["data"]
    assert moved["status"] == "pending"
    assert mailbox.triggers == ["BOOKING_PAYMENT_INITIATED", "BOOKING_PAYMENT_INITIATED"]


async def test_a_cancelled_one_cannot_be_paid_and_holds_nothing(
    ask: Caller, types: Types, world: World
) -> None:
    one = types(price=5000)
    booking = await booked(ask, one, world)
    await ask.without_key()("POST", f"/bookings/{booking.uid}/cancel", {})
    with pytest.raises(Refused):
        await paying.pay(world, booking)
    assert (await ask.book(one, START, "Erin")).status_code == 201


async def test_the_page_pays_and_records(
    ask: Caller, types: Types, world: World, mailbox: Mailbox
) -> None:
    booking = await booked(ask, types(price=5000), world)
    seen = (await ask.http.get("/sandbox/state")).json()["bookings"][0]
    assert (seen["unpaid"], seen["recordings"]) == (True, 0)
    named = {"uid": booking.uid}
    paid = (await ask.http.post("/sandbox/pay", json=named)).json()
    assert (paid["unpaid"], paid["status"]) == (False, "accepted")
    assert mailbox.triggers[-1] == "BOOKING_CREATED"
    again = await ask.http.post("/sandbox/pay", json=named)
    assert (again.status_code, again.json()) == (400, {"error": "nothing to pay"})
    assert (await ask.http.post("/sandbox/recording", json=named)).json()["recordings"] == 1
    assert (await ask.http.post("/sandbox/pay", json={"uid": "nope"})).status_code == 404
