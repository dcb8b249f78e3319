"""What stands before every endpoint: the version header, the throttler and the key."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.sandbox.calcom import v2_errors
from bot.sandbox.calcom.model import User
from bot.sandbox.calcom.world import World

OLDEST = "2024-04-15"  # what a missing or unknown version means
_KNOWN = {OLDEST, "2024-06-11", "2024-06-14", "2024-08-13", "2024-09-04"}
_KNOWN_HOSTED = _KNOWN | {"2026-02-25", "2026-06-12"}

WINDOW = timedelta(seconds=60)  # of the throttler, and how long it blocks
_WITHOUT_KEY = 120


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests a minute, counted apart from those under other names."""

    name: str
    requests: int


def usual_limit(user: User | None) -> Limit:
    """Return the limit of all endpoints that have none of their own."""
    return Limit("Default", user.rate_limit if user else _WITHOUT_KEY)


def version(header: str | None, *, hosted: bool = False) -> str:
    """Return the version a header selects."""
    known = _KNOWN_HOSTED if hosted else _KNOWN
    return header if header in known else OLDEST


def bearer(header: str | None) -> str | None:
    """Return the token of an Authorization header."""
    if header is None or not header.lower().startswith("bearer "):
        return None
    return header[7:].strip()


def owner(world: World, token: str | None) -> User | None:
    """Return whose key it is; a token with the key prefix that is nobody's raises 401."""
    if token is None:
        return None
    user = world.user_by_token(token)
    if user is None and token.startswith("cal_"):
        raise v2_errors.nest(401, "CustomThrottlerGuard - Invalid API Key")
    return user


@dataclass(slots=True)
class _Bucket:
    started: datetime
    hits: int = 0
    blocked_until: datetime | None = None


@dataclass(slots=True)
class Throttle:
    """Counts requests for each key, and for everybody without one together."""

    _buckets: dict[tuple[str, str], _Bucket] = field(default_factory=dict)

    def hit(self, token: str | None, limit: Limit, now: datetime) -> tuple[bool, dict[str, str]]:
        """Count one request; return whether it may pass, and the rate limit headers.

        Going over blocks for a whole minute, and there is no Retry-After (exchange 284).
        """
        key = (limit.name, token or "")
        bucket = self._buckets.get(key)
        if bucket is None or now >= (bucket.blocked_until or bucket.started + WINDOW):
            bucket = self._buckets[key] = _Bucket(now)
        bucket.hits += 1
        if bucket.blocked_until is None and bucket.hits > limit.requests:
            bucket.blocked_until = now + WINDOW
        ends = bucket.blocked_until or bucket.started + WINDOW
        left = max(0, limit.requests - bucket.hits)
        headers = {
            f"X-RateLimit-Limit-{limit.name}": str(limit.requests),
            f"X-RateLimit-Remaining-{limit.name}": str(left),
            f"X-RateLimit-Reset-{limit.name}": str(math.ceil((ends - now).total_seconds())),
        }
        return bucket.blocked_until is None, headers
