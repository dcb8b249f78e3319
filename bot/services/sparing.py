"""Looks at Cal.com that nobody waits for: few enough that whoever books is not kept waiting by its
limit (120 requests a minute for a key)."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

WITHIN: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Sparing:
    """So many looks an account may have in a minute, of this process."""

    clock: Callable[[], datetime]
    most: int
    _looks: dict[str, deque[datetime]] = field(default_factory=dict, init=False, repr=False)

    def may_look(self, account: str) -> bool:
        """Whether it may look now; then that counts."""
        now, looks = self.clock(), self._looks.setdefault(account, deque(maxlen=self.most))
        if len(looks) == self.most and now - looks[0] < WITHIN:
            return False
        looks.append(now)
        return True
