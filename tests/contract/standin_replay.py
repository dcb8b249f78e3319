"""Asks the local Cal.com what a real one was asked, in the same order at the same times, and notes
every difference.

Ids the servers made themselves are learnt in pairs, recorded and ours, as they appear, and
translated in what is asked later. Everything else an answer says is compared by value, except
the few things that cannot be the same (`VOLATILE`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from bot.sandbox.calcom.app import build
from bot.sandbox.calcom.world import World

RECORDINGS = Path(__file__).resolve().parents[2] / ".." / "shared" / "calcom" / "recordings"

# Ids made by the server: learnt, not compared.
IDS = {
    "uid",
    "seatUid",
    "seatReferenceUid",
    "attendeeSeatId",
    "reservationUid",
    "recurringBookingUid",
    "rescheduledFromUid",
    "rescheduledToUid",
    "rescheduleUid",
    "bookingUid",
    "bookingId",
    "rescheduleId",
    "icsUid",
    "iCalUID",
    "id",
}
# Moments of the server's own clock and random values: only their type is compared.
VOLATILE = {
    "timestamp",
    "createdAt",
    "updatedAt",
    "reservationUntil",
    "oneTimePassword",
    "idempotencyKey",
}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@dataclass
class Ids:
    """Which of our ids stands for which recorded one."""

    ours: dict[Any, Any] = field(default_factory=dict)

    def pair(self, recorded: Any, ours: Any) -> bool:
        """Tell whether the two are one, learning it when both are new."""
        if recorded in self.ours:
            return bool(self.ours[recorded] == ours)
        if recorded == ours:
            return True
        if isinstance(recorded, str) and ours in self.ours.values():
            return False  # numbers are not told apart by kind: a booking and a person share them
        self.ours[recorded] = ours
        return True

    def translated(self, text: str) -> str:
        for recorded, ours in self.ours.items():
            if isinstance(recorded, str) and len(recorded) > 8:
                text = text.replace(recorded, ours)
        return text


def differences(recorded: Any, ours: Any, ids: Ids, where: str = "", key: str = "") -> list[str]:
    """Return how `ours` differs from `recorded`: keys, types, lengths and values."""
    if isinstance(recorded, dict) and isinstance(ours, dict):
        found = [f"{where}.{k} is missing" for k in recorded.keys() - ours.keys()]
        found += [f"{where}.{k} is too much" for k in ours.keys() - recorded.keys()]
        for name in recorded.keys() & ours.keys():
            found += differences(recorded[name], ours[name], ids, f"{where}.{name}", name)
        return sorted(found)
    if isinstance(recorded, list) and isinstance(ours, list):
        found = []
        if len(recorded) != len(ours):
            found.append(f"{where} has {len(ours)} elements, not {len(recorded)}")
        for n, (one, other) in enumerate(zip(recorded, ours, strict=False)):
            found += differences(one, other, ids, f"{where}[{n}]", key)
        return found
    if _same(recorded, ours, ids, key):
        return []
    return [f"{where} is {ours!r}, not {recorded!r}"]


def _same(recorded: Any, ours: Any, ids: Ids, key: str) -> bool:
    if type(recorded) is not type(ours):
        return False
    if key in VOLATILE:
        return True
    if key in IDS:
        return ids.pair(recorded, ours)
    if isinstance(recorded, str):
        translated = ids.translated(recorded)
        return translated == ours or MOMENT.sub("T", translated) == MOMENT.sub("T", ours)
    return bool(recorded == ours)


@dataclass
class Received:
    """One webhook as a receiver got it, and the exchange that caused it."""

    cause: str
    url: str
    headers: dict[str, str]
    body: bytes


class Replay:
    """The stand-in under test, its clock, and what has been seen so far."""

    def __init__(self, api: str, seed: Callable[[World], None]) -> None:
        self.now = datetime.fromisoformat("2026-11-23T00:24:00+00:00")
        self.world = World(lambda: self.now, post=self._receive)
        seed(self.world)
        self.ids = Ids()
        self.found: dict[str, list[str]] = {}
        self.received: list[Received] = []
        self.cause = ""
        self.folder = RECORDINGS / api
        transport = httpx.ASGITransport(build(self.world))
        self.client = httpx.AsyncClient(transport=transport, base_url="http://cal.test")

    async def _receive(self, url: str, headers: dict[str, str], body: bytes) -> int:
        self.received.append(Received(self.cause, url, headers, body))
        if url.endswith("/dead"):
            raise httpx.ConnectError("nobody listens")
        return 500 if url.endswith("/fail") else 200

    def at(self, moment: str) -> None:
        self.now = datetime.fromisoformat(moment)

    async def exchange(self, name: str) -> None:
        """Ask what was asked and note the differences of the answer."""
        recorded = json.loads((self.folder / f"{name}.json").read_text())
        self.cause = name
        self.at(recorded["recorded_at"])
        answer = await self.ask(recorded["request"])
        expected = recorded["response"]
        found = []
        if answer.status_code != expected["status"]:
            found.append(f"status is {answer.status_code}, not {expected['status']}")
        found += self.compare(expected["body"], answer.json())
        self.found[name] = found + self._header_differences(expected["headers"], answer)

    def compare(self, recorded: Any, ours: Any) -> list[str]:
        """Return how one body differs from the recorded one."""
        return differences(recorded, ours, self.ids)

    def _header_differences(self, pairs: list[list[str]], answer: httpx.Response) -> list[str]:
        """The rate limit headers must be there, or not, as they were."""
        names = {name.lower() for name, _ in pairs if name.lower().startswith("x-")}
        ours = {name for name in answer.headers if name.startswith("x-")}
        return [f"header {name} differs" for name in sorted(names ^ ours)]

    async def ask(self, request: dict[str, Any]) -> httpx.Response:
        """Send a recorded request with our ids in place of the recorded ones."""
        path = self.ids.translated(request["path"])
        body = request["body"]
        if body is not None:
            text = body if isinstance(body, str) else json.dumps(body)
            body = self.ids.translated(text).encode()
        headers = {k: v for k, v in request["headers"].items() if k.lower() != "host"}
        return await self.client.request(request["method"], path, headers=headers, content=body)
