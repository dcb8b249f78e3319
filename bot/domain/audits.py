"""Who did what from Slack."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain.wording import NP_

BEGUN: Final = "begun"
"""The outcome of what was begun and whose end was never noted."""
DONE: Final = "done"
DID: Final = {
    "book": NP_("who did what", "book"),
    "reschedule": NP_("who did what", "reschedule"),
    "cancel": NP_("who did what", "cancel"),
    "confirm": NP_("who did what", "confirm"),
    "decline": NP_("who did what", "decline"),
    "mark_absent": NP_("who did what", "mark as absent"),
    "request_reschedule": NP_("who did what", "ask for another time"),
    "hand_over": NP_("who did what", "hand over"),
    "add_people": NP_("who did what", "add people"),
    "change_place": NP_("who did what", "change the place"),
    "claim": NP_("who did what", "take a booking"),
    "propose": NP_("who did what", "propose times"),
    "take a proposed time": NP_("who did what", "take a proposed time"),
    "decide a poll": NP_("who did what", "decide a poll"),
    "withdraw a proposal": NP_("who did what", "withdraw a proposal"),
    "save a rule": NP_("who did what", "save a rule"),
    "pause a rule": NP_("who did what", "pause a rule"),
    "resume a rule": NP_("who did what", "resume a rule"),
    "test a rule": NP_("who did what", "test a rule"),
    "delete a rule": NP_("who did what", "delete a rule"),
    "replay": NP_("who did what", "send what was kept"),
    "change working hours": NP_("who did what", "change working hours"),
    "add days out of office": NP_("who did what", "add an absence"),
    "change days out of office": NP_("who did what", "change an absence"),
    "end days out of office": NP_("who did what", "delete an absence"),
    "begin to connect an account": NP_("who did what", "begin to connect an account"),
    "connect an account by key": NP_("who did what", "connect an account by key"),
    "disconnect an account": NP_("who did what", "disconnect an account"),
    "delete the workspace's data": NP_("who did what", "delete the workspace's data"),
}
"""How each action is said that is noted; an older version's is said as it was noted."""


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
