"""API v1's limit: so many requests of one person in each minute of the clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.sandbox.calcom.model import User

_WINDOW = 60  # seconds


@dataclass(slots=True)
class Limit:
    """Counts by person, whatever the key; a new minute begins with nothing, whoever went over."""

    _counts: dict[int, tuple[int, int]] = field(default_factory=dict)  # user: (minute, requests)

    def hit(self, user: User, now: datetime) -> tuple[bool, dict[str, str]]:
        """Count one request; return whether it may pass, and the headers.

        Cal.com refuses as soon as nothing remains, so the 30th request of 30 is refused already.
        """
        minute = int(now.timestamp()) // _WINDOW
        last, before = self._counts.get(user.id, (minute, 0))
        used = before + 1 if last == minute else 1
        self._counts[user.id] = (minute, used)
        return used < user.v1_rate_limit, headers(user.v1_rate_limit, used, now)


def headers(limit: int, used: int, now: datetime) -> dict[str, str]:
    """Return the headers of one answer; the reset is the next minute in epoch milliseconds."""
    reset = (int(now.timestamp()) // _WINDOW + 1) * _WINDOW * 1000
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(max(0, limit - used)),
        "X-RateLimit-Reset": str(reset),
    }
