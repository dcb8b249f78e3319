"""The doors in front of Bolt, by themselves: what needs no bot behind it."""

import asyncio
import logging
import time
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from bot.sandbox.slack.delivery import signature
from bot.slack.background import Background
from bot.slack.door import Door
from bot.slack.socket import Socket

SECRET = "placeholder-signing-secret"


async def post(body: bytes, headers: list[tuple[bytes, bytes]]) -> httpx.Response:
    bolt = AsyncApp(token="xoxb-placeholder", request_verification_enabled=False)
    door = Door(bolt, SECRET, Background())
    app = Starlette(routes=[Route("/slack/events", door.on_request, methods=["POST"])])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as http:
        return await http.post("http://bot.test/slack/events", content=body, headers=headers)


def signed(body: bytes) -> list[tuple[bytes, bytes]]:
    now = str(int(time.time()))
    return [
        (b"X-Slack-Request-Timestamp", now.encode()),
        (b"X-Slack-Signature", signature(SECRET, now, body).encode()),
        (b"Content-Type", b"application/x-www-form-urlencoded"),
    ]


COMMAND = b"command=%2Fcal&text=&team_id=T1&user_id=U1&channel_id=C1"


def working(background: Background, happened: list[str]) -> AsyncApp:
    """An app whose one listener acknowledges, and hands work to the background."""
    app = AsyncApp(
        client=AsyncWebClient("xoxb-placeholder"),
        authorize=_anybody,
        process_before_response=True,
        request_verification_enabled=False,
    )

    async def work() -> None:
        happened.append("work")

    @app.command("/cal")
    async def on_command(ack: AsyncAck) -> None:
        background.start(work())
        await ack()

    return app


async def _anybody(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token="xoxb-1")


async def test_work_begins_when_the_answer_was_sent() -> None:
    background, happened = Background(), list[str]()
    door = Door(working(background, happened), SECRET, background)
    app = Starlette(routes=[Route("/slack/events", door.on_request, methods=["POST"])])

    async def over_a_slow_line(scope: Scope, receive: Receive, send: Send) -> None:
        async def slowly(message: Message) -> None:
            await asyncio.sleep(0)  # whatever has been started goes on here
            await asyncio.sleep(0)
            happened.append(message["type"])
            await send(message)

        await app(scope, receive, slowly)

    transport = httpx.ASGITransport(app=over_a_slow_line)
    async with httpx.AsyncClient(transport=transport) as http:
        await http.post("http://bot.test/slack/events", content=COMMAND, headers=signed(COMMAND))
    await background.drain()
    assert happened == ["http.response.start", "http.response.body", "work"]


async def test_work_begins_when_the_envelope_was_answered() -> None:
    background, happened = Background(), list[str]()
    socket = Socket(working(background, happened), "xapp-placeholder", AsyncWebClient(), background)

    class Connection:
        logger = logging.getLogger(__name__)

        async def send_socket_mode_response(self, _response: Any) -> None:
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            happened.append("answer")

    told = {name: value for name, (value,) in parse_qs(COMMAND.decode()).items()}
    envelope = SocketModeRequest(type="slash_commands", envelope_id="1", payload=told)
    connection: Any = Connection()
    await socket.handle(connection, envelope)
    await background.drain()
    await socket.close_async()  # type: ignore[no-untyped-call] # Bolt's
    assert happened == ["answer", "work"]


async def test_work_begins_also_where_the_answer_fails() -> None:
    background, happened = Background(), list[str]()

    async def work() -> None:
        happened.append("work")

    def fail() -> None:
        with background.held():
            background.start(work())
            raise ValueError("no answer")

    with pytest.raises(ValueError, match="no answer"):
        fail()
    await background.drain()
    assert happened == ["work"]


@pytest.mark.parametrize("stamp", [None, "", "abc", "12.5", "-1", "١٢٣", "9" * 5000, "1 2"])
async def test_a_malformed_time_is_401(stamp: str | None) -> None:
    headers = [(b"X-Slack-Request-Timestamp", stamp.encode())] if stamp is not None else []
    answer = await post(b"x", [*headers, (b"X-Slack-Signature", b"v0=00")])
    assert answer.status_code == 401


@pytest.mark.parametrize("body", [b"payload=%7B", b"payload=", b"{", b"payload=%FF"])
async def test_what_slack_signed_but_cannot_be_read_is_no_500(body: bytes) -> None:
    answer = await post(body, signed(body))
    assert answer.status_code in {400, 404}


async def test_the_unsigned_look_at_the_certificate_is_answered() -> None:
    answer = await post(b"token=placeholder&ssl_check=1", [])
    assert (answer.status_code, answer.content) == (200, b"")
