"""Who did what from Slack."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

BEGUN: Final = "begun"
"""The outcome of what was begun and whose end was never noted."""
DONE: Final = "done"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit: this member did `action` (`book`, `cancel`, `connect`, `rule.save`
    ...) through this account, and this came of it (`done`, the kind of refusal, or `begun`).

    `ref` is our own reference to the booking, never its uid; nothing in an entry is a name or an
    e-mail.
    """

    at: datetime
    team_id: str
    user_id: str
    action: str
    outcome: str
    account: str = ""
    ref: str = ""
    detail: str = ""
