"""Who did what from Slack."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit: this member did `action` (`book`, `cancel`, `connect`, `rule.save`
    ...) through this account, and this came of it (`done`, or the kind of refusal).

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
