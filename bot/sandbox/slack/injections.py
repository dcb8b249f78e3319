"""Trouble on demand: refusals, lost answers and slow methods, for tests and the sandbox."""

import asyncio
from collections import defaultdict, deque
from dataclasses import dataclass

DROP = "dropped_connection"
"""A refusal by this name breaks the connection in the middle of the answer."""


@dataclass(frozen=True, slots=True)
class Injection:
    """What the next call of a method meets.

    `answer` is an error name (`ok: false`), an HTTP status, or DROP. With `after_effect` the call
    is carried out first: the app cannot know. `retry_after` (seconds) goes with 429.
    """

    answer: str | int
    after_effect: bool = False
    retry_after: int = 1


@dataclass(slots=True)
class Switch:
    """Trouble for the next `left` messages and edits in channels, whichever method brings them."""

    injection: Injection
    left: int = 0


MESSAGES = ("chat.postMessage", "chat.update", "chat.delete")


class Injections:
    """What tests ask for by method comes first, then what the page has switched on."""

    def __init__(self) -> None:
        self._refusals: dict[str, deque[Injection]] = defaultdict(deque)
        self._pauses: dict[str, deque[float]] = defaultdict(deque)
        self.switches = {
            "too_many": Switch(Injection(429, retry_after=10)),
            "broken": Switch(Injection(500)),
            "lost": Switch(Injection(DROP, after_effect=True)),
            "not_in_channel": Switch(Injection("not_in_channel")),
        }

    def refuse(self, method: str, injection: Injection, times: int) -> None:
        self._refusals[method].extend([injection] * times)

    def slow(self, method: str, seconds: float, times: int) -> None:
        self._pauses[method].extend([seconds] * times)

    def next_refusal(self, method: str, place: str = "") -> Injection | None:
        """What this call meets; `place` is where a message goes: a channel's id or #name."""
        waiting = self._refusals[method]
        if waiting:
            return waiting.popleft()
        if method in MESSAGES and place.startswith(("C", "G", "#")):
            for switch in self.switches.values():
                if switch.left > 0:
                    switch.left -= 1
                    return switch.injection
        return None

    async def pause(self, method: str) -> None:
        """Waits, in real time, as long as this call was told to be slow."""
        waiting = self._pauses[method]
        if waiting:
            await asyncio.sleep(waiting.popleft())
