"""What goes wrong on purpose: the API slow, refusing or cut off, webhooks lost, doubled or late."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook on its way."""

    url: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Refusal:
    """Answer `status` with `body` (None: Cal.com's own shape for 429 and 5xx) instead of working.

    Applies to requests whose "METHOD /path" contains `match`, the next `count` of them.
    """

    status: int
    body: Any = None
    match: str = ""
    count: int = 1


@dataclass(slots=True)
class Faults:
    """The switches. Numbers count down: `cut=1` is the next matching request only.

    slow: seconds every matching request waits before it is worked on. cut: the work is done, the
    webhooks are sent, and the connection drops in the middle of the answer: over a socket the
    client sees a protocol error, under `ASGITransport` the app raises `httpx.RemoteProtocolError`,
    which the client sees as it is. `*_match` is part of "METHOD /path".
    lose_webhooks, double_webhooks: so many of the next. delay_webhooks: seconds until
    `webhooks.tick` sends them. reorder_webhooks: so many of the next wait until one more has gone.
    """

    slow: float = 0
    slow_match: str = ""
    refuse: list[Refusal] = field(default_factory=list)
    cut: int = 0
    cut_match: str = ""
    lose_webhooks: int = 0
    double_webhooks: int = 0
    delay_webhooks: float = 0
    reorder_webhooks: int = 0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _waiting: list[Delivery] = field(default_factory=list)
    _late: list[tuple[datetime, Delivery]] = field(default_factory=list)

    async def before(self, method: str, path: str) -> Refusal | None:
        """Wait as told; return what to answer instead of working, if anything."""
        call = f"{method} {path}"
        if self.slow and self.slow_match in call:
            await self.sleep(self.slow)
        for refusal in self.refuse:
            if refusal.count > 0 and refusal.match in call:
                refusal.count -= 1
                return refusal
        return None

    def cuts(self, method: str, path: str) -> bool:
        """Tell whether this answer is to be cut in the middle."""
        if self.cut <= 0 or self.cut_match not in f"{method} {path}":
            return False
        self.cut -= 1
        return True

    def route(self, delivery: Delivery, now: datetime) -> list[Delivery]:
        """Return what is to be sent now in place of `delivery`."""
        if self.lose_webhooks > 0:
            self.lose_webhooks -= 1
            return []
        if self.delay_webhooks:
            self._late.append((now + timedelta(seconds=self.delay_webhooks), delivery))
            return []
        if self.reorder_webhooks > 0:
            self.reorder_webhooks -= 1
            self._waiting.append(delivery)
            return []
        copies = [delivery]
        if self.double_webhooks > 0:
            self.double_webhooks -= 1
            copies.append(delivery)
        waited, self._waiting = self._waiting, []
        return copies + waited[::-1]

    def released(self, now: datetime) -> list[Delivery]:
        """Return the delayed webhooks whose time has come."""
        due = [d for at, d in self._late if at <= now]
        self._late = [(at, d) for at, d in self._late if at > now]
        return due
