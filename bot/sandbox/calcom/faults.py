"""What goes wrong on purpose: the API slow, refusing or cut off, webhooks lost, doubled or late."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

PATIENCE: Final = timedelta(seconds=20)
"""How long a webhook waits for another one to overtake it."""


@dataclass(slots=True, eq=False)
class Delivery:
    """One webhook: due `at`, what the faults made of it, and what its receiver answered.

    `mark` is lost, doubled, delayed, swapped, or empty. `answers` has a status for each time it
    was sent, 0 where nobody was there; with none it is lost or still held back.
    """

    url: str
    headers: dict[str, str]
    body: bytes
    trigger: str
    at: datetime
    mark: str = ""
    answers: list[int] = field(default_factory=list)


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
    lose_webhooks, double_webhooks, delay_webhooks, reorder_webhooks: so many of the next. Those
    that are delayed are sent by `webhooks.tick` after `delay_seconds`; those that are to be out of
    order wait until one more has gone, and no longer than `PATIENCE`.
    """

    slow: float = 0
    slow_match: str = ""
    refuse: list[Refusal] = field(default_factory=list)
    cut: int = 0
    cut_match: str = ""
    lose_webhooks: int = 0
    double_webhooks: int = 0
    delay_webhooks: int = 0
    delay_seconds: float = 10
    reorder_webhooks: int = 0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _held: list[tuple[datetime, Delivery]] = field(default_factory=list)

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

    def route(self, delivery: Delivery) -> list[Delivery]:
        """Mark what becomes of `delivery`, and return what is to be sent now in place of it."""
        if self._takes("lose_webhooks"):
            delivery.mark = "lost"
        elif self._takes("delay_webhooks"):
            self._hold(delivery, "delayed", timedelta(seconds=self.delay_seconds))
        elif self._takes("reorder_webhooks"):
            self._hold(delivery, "swapped", PATIENCE)
        else:
            copies = [delivery]
            if self._takes("double_webhooks"):
                delivery.mark = "doubled"
                copies.append(delivery)
            swapped = [one for _, one in self._held if one.mark == "swapped"]
            self._held = [(at, one) for at, one in self._held if one.mark != "swapped"]
            return copies + swapped[::-1]
        return []

    def released(self, now: datetime) -> list[Delivery]:
        """Return the webhooks that were held back and whose time has come."""
        due = [one for at, one in self._held if at <= now]
        self._held = [(at, one) for at, one in self._held if at > now]
        return due

    def _takes(self, switch: str) -> bool:
        """Tell whether this webhook is one of those the switch is for, and count it."""
        left: int = getattr(self, switch)
        setattr(self, switch, max(left - 1, 0))
        return left > 0

    def _hold(self, delivery: Delivery, mark: str, wait: timedelta) -> None:
        delivery.mark = mark
        self._held.append((delivery.at + wait, delivery))
