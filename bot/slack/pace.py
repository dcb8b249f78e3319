"""Slack's rate limits, kept on our side: one message a second per channel, and what a 429 said."""

from collections.abc import Awaitable, Callable
from typing import Final

APART: Final = 1.0


class Pace:
    """Makes whoever sends wait until a second after the one before, channel by channel.

    After a 429 nobody asks before its time: Slack counts per workspace and method.
    """

    def __init__(
        self, monotonic: Callable[[], float], sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._monotonic = monotonic
        self._sleep = sleep
        self._next: dict[tuple[str, str], float] = {}
        self._held: dict[tuple[str, str], float] = {}

    def hold(self, method: tuple[str, str], seconds: float) -> None:
        """Nothing may be asked of this method for so long."""
        self._held[method] = self._monotonic() + seconds

    def held(self, method: tuple[str, str]) -> float:
        """Seconds until the method may be asked again; 0 for now."""
        return max(self._held.get(method, 0.0) - self._monotonic(), 0.0)

    async def wait(self, channel: tuple[str, str]) -> None:
        """Return when it is this one's turn."""
        now = self._monotonic()
        self._next = {each: at for each, at in self._next.items() if at > now}
        turn = max(now, self._next.get(channel, now))
        self._next[channel] = turn + APART
        if turn > now:
            await self._sleep(turn - now)
