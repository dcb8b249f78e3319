"""Replaying recorded exchanges with Cal.com to the real client, for the contract tests."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import httpx

FOLDER = Path(__file__).resolve().parents[2] / ".." / "shared" / "calcom" / "recordings"

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)


def now() -> datetime:
    return NOW


async def no_sleep(seconds: float) -> None:
    """Waiting, left out."""


@dataclass(frozen=True)
class Exchange:
    """One recorded request and its answer; `name` is `v2/086-booking-create`."""

    name: str
    method: str
    path: str
    query: dict[str, str]
    version: str | None
    sent: Any
    status: int
    headers: list[tuple[str, str]]
    body: Any

    def answer(self) -> httpx.Response:
        if isinstance(self.body, str):
            return httpx.Response(self.status, headers=self.headers, text=self.body)
        return httpx.Response(self.status, headers=self.headers, json=self.body)


def exchanges(folder: str) -> list[Exchange]:
    """All exchanges of a folder that were recorded one by one; [] where it is missing."""
    found = []
    for path in sorted((FOLDER / folder).glob("*.json")):
        recorded = json.loads(path.read_text())
        if isinstance(recorded, dict):
            found.append(_exchange(f"{folder}/{path.stem}", recorded))
    return found


def _exchange(name: str, recorded: dict[str, Any]) -> Exchange:
    request, response = recorded["request"], recorded["response"]
    url = urlsplit(request["path"])
    headers = {key.lower(): value for key, value in request["headers"].items()}
    return Exchange(
        name=name,
        method=request["method"],
        path=unquote(url.path),
        query={key: values[0] for key, values in parse_qs(url.query).items()},
        version=headers.get("cal-api-version"),
        sent=request.get("body"),
        status=response["status"],
        headers=[(key, value) for key, value in response["headers"]],
        body=response["body"],
    )


NEWER = "2026-06-12"
EVENT_TYPES = re.compile(r"(?:/api)?/v2/event-types(?P<id>/\d+)?")


@dataclass
class Replay:
    """A server that knows one exchange, and a few more to fall back on; else it is down.

    The recorded ones did not know the newest version of event types, and would have answered
    in the oldest.
    """

    exchange: Exchange
    others: Iterable[Exchange] = ()
    asked: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        types = EVENT_TYPES.fullmatch(request.url.path)
        if types and request.headers.get("cal-api-version") == NEWER:
            shape = "eventType" if types["id"] else "eventTypeGroups"
            return httpx.Response(200, json={"status": "success", "data": {shape: []}})
        for known in (self.exchange, *self.others):
            if (request.method, request.url.path) == (known.method, known.path):
                return known.answer()
        return httpx.Response(503)

    def check_asked_as_recorded(self) -> None:
        """The request was made as the recorded one: method, path and version header."""
        asked = [
            (request.method, request.url.path, request.headers.get("cal-api-version"))
            for request in self.asked
        ]
        assert (self.exchange.method, self.exchange.path, self.exchange.version) in asked
