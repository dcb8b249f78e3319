"""Cal.com's request limit per credential, kept on our side.

The server counts per key over 60 s (v2: 120, v1: 30) and answers an excess by refusing
everything for another 60 s; v1 even locks the account after five of them. So a request that
would go over waits a moment here, or is refused before it is sent.
"""

import asyncio
import hashlib
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from weakref import WeakKeyDictionary

import httpx

from bot.domain.errors import RateLimited

Clock = Callable[[], datetime]
Sleep = Callable[[float], Awaitable[None]]

MINUTE = timedelta(seconds=60)
SHORTEST_WAIT = 0.01


class Window:
    """A sliding minute of requests with one key.

    Args:
        limit: How many a minute; a small part is kept back for `reserved` ones.
        max_wait: How many seconds a request may be held up before it is refused.
    """

    def __init__(
        self,
        limit: int,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
        max_wait: float = 2.0,
    ) -> None:
        self._limit = limit
        self._reserve = min(max(3, limit // 20), limit - 1)
        self._clock = clock
        self._sleep = sleep
        self._max_wait = max_wait
        self._sent: deque[datetime] = deque()
        self._blocked_until = datetime.min.replace(tzinfo=UTC)

    async def enter(self, *, reserved: bool = False) -> None:
        """Take a place, waiting up to `max_wait` for one.

        `reserved` is for finding out what became of a write: those may use the places that
        are kept back, so that ordinary traffic cannot starve them.

        Raises:
            RateLimited: No place comes free in time; nothing was sent.
        """
        waited = 0.0
        while (free_at := self._free_at(reserved=reserved)) is not None:
            wait = max((free_at - self._clock()).total_seconds(), SHORTEST_WAIT)
            if waited + wait > self._max_wait:
                raise RateLimited(free_at, "held back: the minute is used up")
            await self._sleep(wait)
            waited += wait
        self._sent.append(self._clock())

    def block(self, until: datetime) -> None:
        """Send nothing before `until`: the server said so."""
        self._blocked_until = max(self._blocked_until, until)

    def _free_at(self, *, reserved: bool) -> datetime | None:
        """When there is a place; None means now."""
        now = self._clock()
        while self._sent and self._sent[0] <= now - MINUTE:
            self._sent.popleft()
        places = self._limit if reserved else self._limit - self._reserve
        over = len(self._sent) - places
        free_at = self._sent[over] + MINUTE if over >= 0 else now
        free_at = max(free_at, self._blocked_until)
        return free_at if free_at > now else None


# The one piece of state outside objects: a limit is the process's, however many clients are
# made for a key. It hangs on the shared HTTP client, so it ends with it.
_windows: WeakKeyDictionary[httpx.AsyncClient, dict[str, Window]] = WeakKeyDictionary()


def shared_window(http: httpx.AsyncClient, credential: str, window: Window) -> Window:
    """The window of everybody who uses this credential over this HTTP client.

    `window` becomes it when there is none yet. The credential itself is not kept.
    """
    key = hashlib.sha256(credential.encode()).hexdigest()
    return _windows.setdefault(http, {}).setdefault(key, window)
