"""Webhooks as a bot between the stand-ins hears them, made by hand."""

import hashlib
import hmac
import json
from typing import Any

import httpx

from tests.harness import Rig
from tests.subscribing import WEBHOOK_SECRET


def webhook(trigger: str, uid: str = "uidOfTheBooking1", **payload: Any) -> bytes:
    """A body in the shape that Cal.com sends."""
    said = {
        "uid": uid,
        "title": "Intro call between Alice Martin and Wes Wood",
        "startTime": "2026-12-09T09:00:00Z",
        "endTime": "2026-12-09T09:30:00Z",
        "organizer": {
            "name": "Alice Martin",
            "email": "alice@example.com",
            "timeZone": "Europe/Paris",
        },
        "attendees": [{"name": "Wes Wood", "email": "wes@wood.example", "timeZone": "UTC"}],
        "location": "https://meet.example.com/alice",
        "status": "ACCEPTED",
    }
    body = {"triggerEvent": trigger, "createdAt": "2026-11-24T08:00:00.000Z"}
    return json.dumps(body | {"payload": said | payload}).encode()


def bare(trigger: str, payload: dict[str, Any]) -> bytes:
    """The same with this payload and nothing else."""
    body = {"triggerEvent": trigger, "createdAt": "2026-11-24T08:00:00.000Z"}
    return json.dumps(body | {"payload": payload}).encode()


async def post(bot: Rig, raw: bytes, signature: str | None = None) -> httpx.Response:
    """Send it as Cal.com does, and let everything come of it that does."""
    signed = hmac.new(WEBHOOK_SECRET.encode(), raw, hashlib.sha256).hexdigest()
    headers = {"X-Cal-Signature-256": signed if signature is None else signature}
    answer = await bot.http.post("/webhooks/cal", content=raw, headers=headers)
    await bot.settle()
    return answer
