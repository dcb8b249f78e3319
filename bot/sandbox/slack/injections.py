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


class Injections:
    def __init__(self) -> None:
        self._refusals: dict[str, deque[Injection]] = defaultdict(deque)
        self._pauses: dict[str, deque[float]] = defaultdict(deque)

    def refuse(self, method: str, injection: Injection, times: int) -> None:
        self._refusals[method].extend([injection] * times)

    def slow(self, method: str, seconds: float, times: int) -> None:
        self._pauses[method].extend([seconds] * times)

    def next_refusal(self, method: str) -> Injection | None:
        waiting = self._refusals[method]
        return waiting.popleft() if waiting else None

    async def pause(self, method: str) -> None:
        """Waits, in real time, as long as this call was told to be slow."""
        waiting = self._pauses[method]
        if waiting:
            await asyncio.sleep(waiting.popleft())
