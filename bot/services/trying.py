"""How often and how long a row of work is tried."""

from datetime import timedelta
from typing import Final

LEASE: Final = timedelta(seconds=60)
"""How long a claimed row is one worker's own."""
WORK: Final = 50.0
"""Seconds for one row; less than its lease, so that no two do the same."""
TRIES: Final = 12
"""After so many, a row that fails for no known reason is set aside."""
LONGEST: Final = 300.0


def back_off(tries: int, jitter: float) -> timedelta:
    """How long to wait after the `tries`th try: 1 s, doubling to 5 minutes.

    Half of it is by chance (`jitter` 0 to 1), so that not all come at once.
    """
    longest = min(2.0 ** min(max(tries - 1, 0), 16), LONGEST)
    return timedelta(seconds=longest * (0.5 + 0.5 * jitter))
