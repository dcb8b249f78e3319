"""What the tests of the local Slack share."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx
from slack_bolt.async_app import AsyncApp

from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.sending import Sender
from bot.sandbox.slack.workspace import Workspace

Json = dict[str, Any]
Call = Callable[..., Awaitable[Json]]
Respond = Callable[..., Awaitable[httpx.Response]]


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass(slots=True)
class Living:
    """A Bolt app in a workspace: register listeners on `bolt`, act through `sender`."""

    bolt: AsyncApp
    sender: Sender
    workspace: Workspace
    url: str


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str = "words", **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("A modal"), "blocks": list(blocks), **more}


def form(*blocks: Json, **more: Any) -> Json:
    return modal(*blocks, submit=plain("Go"), **more)


def field(block: str, element: Json, **more: Any) -> Json:
    return {"type": "input", "block_id": block, "label": plain(block), "element": element, **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def button(action: str, value: str = "v", **more: Any) -> Json:
    return {"type": "button", "action_id": action, "text": plain(action), "value": value, **more}


def option(value: str) -> Json:
    return {"text": plain(value), "value": value}


def element(kind: str, action: str = "act", **more: Any) -> Json:
    return {"type": kind, "action_id": action, **more}


BOOKINGS = "C0BOOKINGS"


def posted(workspace: Workspace, *blocks: Json, **more: Any) -> Message:
    """A message of the app in #bookings."""
    app = workspace.app
    message = Message(
        BOOKINGS,
        workspace.new_ts(),
        app.bot_user_id,
        "card",
        list(blocks),
        bot_id=app.bot_id,
        app_id=app.id,
    )
    for name, value in more.items():
        setattr(message, name, value)
    return workspace.post(message)


async def post(call: Call, **args: object) -> Json:
    """chat.postMessage, into #bookings when nothing else is said."""
    return await call("chat.postMessage", **({"channel": BOOKINGS, "text": "t"} | args))


class Recorder:
    """An app that keeps what it is sent and answers as it is told."""

    def __init__(self) -> None:
        self.payloads: list[Json] = []
        self.headers: list[Mapping[str, str]] = []
        self.bodies: list[bytes] = []
        self.answers: list[tuple[int, Json | str | None]] = []

    async def __call__(
        self, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        self.bodies.append(body)
        self.headers.append(headers)
        self.payloads.append(_parsed(body))
        status, said = self.answers.pop(0) if self.answers else (200, None)
        if isinstance(said, dict):
            return status, {"Content-Type": "application/json"}, json.dumps(said).encode()
        return status, {"Content-Type": "text/plain"}, (said or "").encode()

    def answer(self, said: Json | str | None, status: int = 200) -> None:
        """What the next delivery is answered with."""
        self.answers.append((status, said))

    @property
    def last(self) -> Json:
        return self.payloads[-1]


def _parsed(body: bytes) -> Json:
    if body.startswith(b"{"):
        parsed: Json = json.loads(body)
        return parsed
    form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    payload: Json = json.loads(form["payload"]) if "payload" in form else form
    return payload
