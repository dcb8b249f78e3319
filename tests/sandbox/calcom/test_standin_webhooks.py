"""What the local Cal.com tells its subscribers, and when."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import httpx
import pytest

HOOK = "http://bot.test/hook"
MEETING = ["MEETING_STARTED", "MEETING_ENDED"]


async def subscribe(ask: Any, *triggers: str, **more: Any) -> Any:
    body = {"active": True, "subscriberUrl": HOOK, "triggers": list(triggers)} | more
    answer = await ask("POST", "/webhooks", body)
    assert answer.status_code == 201
    return answer.json()["data"]


async def test_meeting_starts_and_ends_once(
    ask: Any, types: Any, world: Any, clock: Any, mailbox: Any
) -> None:
    await subscribe(ask, *MEETING)
    await ask.book(types(), "2026-12-08T10:00:00Z")
    await world.tick()
    assert mailbox.got == []
    clock.set("2026-12-08T10:00:30")
    await world.tick()
    await world.tick()
    assert mailbox.triggers == ["MEETING_STARTED"]
    clock.set("2026-12-08T10:31:00")
    await world.tick()
    assert mailbox.triggers == MEETING


async def test_meetings_called_off_or_missed_for_a_day_are_silent(
    ask: Any, types: Any, world: Any, clock: Any, mailbox: Any
) -> None:
    await subscribe(ask, *MEETING)
    uid = (await ask.book(types(), "2026-12-08T10:00:00Z")).json()["data"]["uid"]
    await ask.book(types("other"), "2026-12-08T12:00:00Z", "Erin")
    await ask("POST", f"/bookings/{uid}/cancel", {"cancellationReason": "x"})
    clock.set("2026-12-09T13:00:00")
    await world.tick()
    assert mailbox.got == []


async def test_the_meeting_says_what_was_true_at_booking_time(
    ask: Any, types: Any, world: Any, clock: Any, mailbox: Any
) -> None:
    await subscribe(ask, *MEETING)
    uid = (await ask.book(types(), "2026-12-08T10:00:00Z")).json()["data"]["uid"]
    place = {"location": {"type": "link", "link": "https://elsewhere.example.com"}}
    await ask("PATCH", f"/bookings/{uid}/location", place)
    clock.set("2026-12-08T10:00:00")
    await world.tick()
    assert json.loads(mailbox.got[0][2])["location"] == "https://meet.example.com/alice"


async def test_a_receiver_that_fails_is_asked_once(
    ask: Any, types: Any, mailbox: Any, world: Any
) -> None:
    mailbox.status = 500
    await subscribe(ask, "BOOKING_CREATED")
    assert (await ask.book(types(), "2026-12-08T10:00:00Z")).status_code == 201
    assert [status for _, status in world.sent] == [500]


async def test_a_receiver_that_is_gone_stops_nothing(ask: Any, types: Any, world: Any) -> None:
    async def nobody(url: str, headers: dict[str, str], body: bytes) -> int:
        raise httpx.ConnectError("refused")

    world.post = nobody
    await subscribe(ask, "BOOKING_CREATED")
    assert (await ask.book(types(), "2026-12-08T10:00:00Z")).status_code == 201
    assert [status for _, status in world.sent] == [0]


@pytest.mark.parametrize("secret", ["hush", None])
async def test_the_signature_is_over_the_raw_body(
    ask: Any, types: Any, mailbox: Any, secret: Any
) -> None:
    await subscribe(ask, "BOOKING_CREATED", **({"secret": secret} if secret else {}))
    await ask.book(types(), "2026-12-08T10:00:00Z", "Zoë")
    _, headers, body = mailbox.got[0]
    expected = hmac.new(b"hush", body, hashlib.sha256).hexdigest()
    assert headers["X-Cal-Signature-256"] == (expected if secret else "no-secret-provided")
    assert "Zoë".encode() in body


async def test_inactive_and_other_peoples_webhooks_stay_silent(
    ask: Any, types: Any, mailbox: Any
) -> None:
    await subscribe(ask, "BOOKING_CREATED", active=False)
    await subscribe(ask.as_bob(), "BOOKING_CREATED")
    await ask.book(types(), "2026-12-08T10:00:00Z")
    assert mailbox.got == []


async def test_a_template_that_breaks_sends_false(ask: Any, types: Any, mailbox: Any) -> None:
    template = '{"title":"{{title}}","who":"{{attendees.0.name}}","none":"{{no.such}}"}'
    await subscribe(ask, "BOOKING_CREATED", payloadTemplate=template)
    await ask.book(types(), "2026-12-08T10:00:00Z", "O'Neil")
    await ask.book(types("other"), "2026-12-08T11:00:00Z", 'Quo"te')
    assert json.loads(mailbox.got[0][2])["who"] == "O&#x27;Neil"
    assert mailbox.got[1][2] == b"false"


async def test_lost_and_doubled(ask: Any, types: Any, world: Any, mailbox: Any) -> None:
    await subscribe(ask, "BOOKING_CREATED")
    world.faults.lose_webhooks = 1
    await ask.book(types("a"), "2026-12-08T10:00:00Z")
    assert mailbox.got == []
    world.faults.double_webhooks = 1
    await ask.book(types("b"), "2026-12-08T11:00:00Z")
    await ask.book(types("c"), "2026-12-08T12:00:00Z")
    assert len(mailbox.got) == 3
    assert mailbox.got[0] == mailbox.got[1] != mailbox.got[2]
    seen = [(one.mark, one.answers) for one in world.webhooks]
    assert seen == [("lost", []), ("doubled", [200, 200]), ("", [200])]


async def test_delayed_until_a_later_tick(
    ask: Any, types: Any, world: Any, clock: Any, mailbox: Any
) -> None:
    await subscribe(ask, "BOOKING_CREATED", "BOOKING_CANCELLED")
    world.faults.delay_webhooks, world.faults.delay_seconds = 1, 30
    uid = (await ask.book(types(), "2026-12-08T10:00:00Z")).json()["data"]["uid"]
    await ask("POST", f"/bookings/{uid}/cancel", {"cancellationReason": "x"})
    clock.advance(seconds=29)
    await world.tick()
    assert mailbox.triggers == ["BOOKING_CANCELLED"]
    clock.advance(seconds=1)
    await world.tick()
    await world.tick()
    assert mailbox.triggers == ["BOOKING_CANCELLED", "BOOKING_CREATED"]
    assert [(one.mark, one.answers) for one in world.webhooks] == [("delayed", [200]), ("", [200])]


async def test_out_of_order(ask: Any, types: Any, world: Any, mailbox: Any) -> None:
    await subscribe(ask, "BOOKING_CREATED", "BOOKING_CANCELLED")
    world.faults.reorder_webhooks = 1
    uid = (await ask.book(types(), "2026-12-08T10:00:00Z")).json()["data"]["uid"]
    await ask("POST", f"/bookings/{uid}/cancel", {"cancellationReason": "x"})
    assert mailbox.triggers == ["BOOKING_CANCELLED", "BOOKING_CREATED"]


async def test_out_of_order_with_none_to_overtake(
    ask: Any, types: Any, world: Any, clock: Any, mailbox: Any
) -> None:
    await subscribe(ask, "BOOKING_CREATED")
    world.faults.reorder_webhooks = 3
    await ask.book(types(), "2026-12-08T10:00:00Z")
    await world.tick()
    assert mailbox.got == []
    clock.advance(seconds=20)
    await world.tick()
    assert mailbox.triggers == ["BOOKING_CREATED"]
    assert world.faults.reorder_webhooks == 2
