"""Who takes a booking that a channel is asked to take."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

LEASE: Final = timedelta(seconds=60)
"""How long handing it over may take before somebody finds out what became of it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A member's claim to a booking: the first one counts.

    It is one to `ref` as it stands at `starts_at` (UTC): a booking that is moved can be claimed
    again. `host_id` is the Cal.com user it is handed over to, None where it is theirs already.
    While it is being handed over there is a `lease_until`; once they have it there is none.
    """

    ref: str
    starts_at: datetime
    account: str
    team_id: str
    user_id: str
    host_id: int | None
    taken_at: datetime
    lease_until: datetime | None = None

    def is_left(self, now: datetime) -> bool:
        """Whether whoever handed it over did not come to the end of it."""
        return self.lease_until is not None and self.lease_until <= now
