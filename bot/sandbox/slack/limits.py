"""Slack's rate limits, as token buckets over the workspace's clock.

Source: docs.slack.dev, apis/web-api/rate-limits, and the tier named on each method's page. Slack
does not publish how far a burst may go; here a whole minute's calls may come at once, and ten
messages into one channel.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

_TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
_SPECIAL = 600
_POSTS_PER_MINUTE = 300
_CHANNEL_BURST = 10
_METHODS = {
    2: "conversations.list users.list usergroups.list",
    3: "chat.update chat.delete chat.unfurl conversations.info conversations.open "
    "conversations.history conversations.replies users.lookupByEmail users.conversations "
    "team.info bots.info",
    4: "views.open views.push views.update views.publish chat.postEphemeral users.info "
    "conversations.members",
    1: "apps.connections.open",
}
TIER_OF = {method: tier for tier, names in _METHODS.items() for method in names.split()}


@dataclass(slots=True)
class _Bucket:
    capacity: float
    per_second: float
    level: float
    filled_at: datetime

    def take(self, now: datetime) -> int:
        """0, or the whole seconds until there is room again."""
        passed = max(0.0, (now - self.filled_at).total_seconds())
        self.level = min(self.capacity, self.level + passed * self.per_second)
        self.filled_at = now
        if self.level >= 1:
            self.level -= 1
            return 0
        return max(1, math.ceil((1 - self.level) / self.per_second))


class Limits:
    """Counts calls per method, and messages per channel; `enabled = False` switches it off."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.enabled = True
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def take(self, method: str, channel: str = "") -> int:
        """Counts one call and gives the seconds to wait, 0 when there is room."""
        if not self.enabled:
            return 0
        per_minute = _TIERS.get(TIER_OF.get(method, 0), _SPECIAL)
        if method == "chat.postMessage":
            wait = self._take(f"{method} {channel}", _CHANNEL_BURST, 1.0)
            return wait or self._take(method, _POSTS_PER_MINUTE, _POSTS_PER_MINUTE / 60)
        if TIER_OF.get(method) == 1:
            return self._take(method, 10, 1 / 6)  # "1+": as many connections as an app may have
        return self._take(method, per_minute, per_minute / 60)

    def _take(self, name: str, capacity: float, per_second: float) -> int:
        now = self._clock()
        bucket = self._buckets.get(name)
        if bucket is None:
            bucket = self._buckets[name] = _Bucket(capacity, per_second, capacity, now)
        return bucket.take(now)
