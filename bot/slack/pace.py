"""Slack's rate limits, kept on our side: so many messages a second, and what a 429 said."""

from collections.abc import Awaitable, Callable
from typing import Final

APART: Final = 1.0
"""Seconds between two messages in a channel."""
EDITS_APART: Final = 1.5
EDITS_AT_ONCE: Final = 10
"""Together not more than 50 edits in any minute of a workspace, which is what Slack promises."""

Key = tuple[str, str]
"""A workspace's id with a channel's, or with a method's name."""


class Pace:
    """Makes whoever sends wait until a second after the one before, channel by channel.

    Edits, which have the lower limit, do not wait but are put off, so that nothing that is new
    stands behind them. After a 429 nobody asks before its time: Slack counts per workspace and
    method.
    """

    def __init__(
        self, monotonic: Callable[[], float], sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._monotonic = monotonic
        self._sleep = sleep
        self._next: dict[Key, float] = {}
        self._held: dict[Key, float] = {}
        self._edits: dict[str, float] = {}
        self._put_off: dict[str, float] = {}

    def hold(self, method: Key, seconds: float) -> None:
        """Nothing may be asked of this method for so long."""
        self._held[method] = self._monotonic() + seconds

    def held(self, method: Key) -> float:
        """Seconds until the method may be asked again; 0 for now."""
        return max(self._held.get(method, 0.0) - self._monotonic(), 0.0)

    async def wait(self, channel: Key) -> None:
        """Return when it is this one's turn."""
        now = self._monotonic()
        self._next = {each: at for each, at in self._next.items() if at > now}
        turn = max(now, self._next.get(channel, now))
        self._next[channel] = turn + APART
        if turn > now:
            await self._sleep(turn - now)

    def joined(self, name: Key, channel: Key) -> None:
        """Two names have turned out to be one channel: what was sent to one counts for it."""
        turns = [self._next[each] for each in (name, channel) if each in self._next]
        if name != channel and turns:
            self._next[channel] = max(turns)

    def edit(self, team_id: str) -> float:
        """Seconds for which an edit has to be put off; 0 takes a turn now.

        Those that are put off come back one after the other.
        """
        now = self._monotonic()
        taken = max(self._edits.get(team_id, now), now)
        early = taken - now - (EDITS_AT_ONCE - 1) * EDITS_APART
        if early <= 0:
            self._edits[team_id] = taken + EDITS_APART
            return 0.0
        turn = max(self._put_off.get(team_id, now), now + early)
        self._put_off[team_id] = turn + EDITS_APART
        return turn - now
