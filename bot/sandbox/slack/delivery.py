"""How something reaches the app: encoded and signed over HTTP.

Source: docs.slack.dev, authentication/verifying-requests-from-slack; apis/events-api (retries).
"""

import hashlib
import hmac
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol
from urllib.parse import urlencode

from bot.sandbox.slack.messages import Json

Post = Callable[[bytes, Mapping[str, str]], Awaitable[tuple[int, Mapping[str, str], bytes]]]
"""Posts (body, headers) to the app's request URL and gives (status, headers, body)."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One payload on its way; `retry` is the number and the reason of a repeated event."""

    kind: Literal["slash_commands", "interactive", "events_api"]
    payload: Json
    retry: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport(Protocol):
    """Brings a parcel to the app. Raises whatever the connection raises."""

    async def deliver(self, parcel: Parcel) -> Answer: ...


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The value of X-Slack-Signature."""
    signed = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


class HttpTransport:
    """Signed POSTs. The age of a signature is judged by real clocks, so `now` is one."""

    def __init__(
        self, secret: Callable[[], str], post: Post, now: Callable[[], float] = time.time
    ) -> None:
        self._secret = secret
        self._post = post
        self._now = now

    async def deliver(self, parcel: Parcel) -> Answer:
        body, content_type = _encoded(parcel)
        headers = self.signed(body) | {"content-type": content_type}
        if parcel.retry is not None:
            headers["x-slack-retry-num"] = str(parcel.retry[0])
            headers["x-slack-retry-reason"] = parcel.retry[1]
        return await self.raw(body, headers)

    def signed(self, body: bytes) -> dict[str, str]:
        """The headers that prove this body is from Slack."""
        timestamp = str(int(self._now()))
        return {
            "x-slack-request-timestamp": timestamp,
            "x-slack-signature": signature(self._secret(), timestamp, body),
            "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }

    async def raw(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        status, answered, content = await self._post(body, headers)
        return Answer(status, {name.lower(): value for name, value in answered.items()}, content)


def _encoded(parcel: Parcel) -> tuple[bytes, str]:
    if parcel.kind == "events_api":
        return json.dumps(parcel.payload).encode(), "application/json"
    form = parcel.payload
    if parcel.kind == "interactive":
        form = {"payload": json.dumps(parcel.payload)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"
