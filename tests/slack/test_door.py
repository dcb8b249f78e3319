"""The door in front of Bolt, by itself: what needs no bot behind it."""

import time

import httpx
import pytest
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.routing import Route

from bot.sandbox.slack.delivery import signature
from bot.slack.door import Door

SECRET = "placeholder-signing-secret"


async def post(body: bytes, headers: list[tuple[bytes, bytes]]) -> httpx.Response:
    bolt = AsyncApp(token="xoxb-placeholder", request_verification_enabled=False)
    door = Door(bolt, SECRET)
    app = Starlette(routes=[Route("/slack/events", door.on_request, methods=["POST"])])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as http:
        return await http.post("http://bot.test/slack/events", content=body, headers=headers)


@pytest.mark.parametrize("stamp", [None, "", "abc", "12.5", "-1", "١٢٣", "9" * 5000, "1 2"])
async def test_a_malformed_time_is_401(stamp: str | None) -> None:
    headers = [(b"X-Slack-Request-Timestamp", stamp.encode())] if stamp is not None else []
    answer = await post(b"x", [*headers, (b"X-Slack-Signature", b"v0=00")])
    assert answer.status_code == 401


@pytest.mark.parametrize("body", [b"payload=%7B", b"payload=", b"{", b"payload=%FF"])
async def test_what_slack_signed_but_cannot_be_read_is_no_500(body: bytes) -> None:
    now = str(int(time.time()))
    headers = [
        (b"X-Slack-Request-Timestamp", now.encode()),
        (b"X-Slack-Signature", signature(SECRET, now, body).encode()),
        (b"Content-Type", b"application/x-www-form-urlencoded"),
    ]
    answer = await post(body, headers)
    assert answer.status_code in {400, 404}


async def test_the_unsigned_look_at_the_certificate_is_answered() -> None:
    answer = await post(b"token=placeholder&ssl_check=1", [])
    assert (answer.status_code, answer.content) == (200, b"")
