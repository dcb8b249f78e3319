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
REFUSED: Final = {
    "Denied": NP_("who did what", "not allowed"),
    "NotAllowed": NP_("who did what", "Cal.com does not allow it"),
    "NotConnected": NP_("who did what", "no account is connected"),
    "NotAuthorised": NP_("who did what", "Cal.com did not take the key"),
    "Disconnected": NP_("who did what", "Cal.com did not take the key"),
    "NotFound": NP_("who did what", "it was not there any more"),
    "Expired": NP_("who did what", "it was not there any more"),
    "SlotTaken": NP_("who did what", "the time was taken"),
    "OutOfBounds": NP_("who did what", "outside the times that can be booked"),
    "InPast": NP_("who did what", "in the past"),
    "Full": NP_("who did what", "no seat was left"),
    "LimitReached": NP_("who did what", "a limit was reached"),
    "AlreadyDone": NP_("who did what", "it was so already"),
    "NotOffered": NP_("who did what", "the event type does not offer it"),
    "NotSupported": NP_("who did what", "this Cal.com cannot do it"),
    "InvalidAnswer": NP_("who did what", "something was missing or wrong"),
    "Unclear": NP_("who did what", "something was missing or wrong"),
    "NotReachable": NP_("who did what", "something was missing or wrong"),
    "RateLimited": NP_("who did what", "Cal.com asked to wait"),
    "Unavailable": NP_("who did what", "Cal.com did not answer"),
    "UnknownOutcome": NP_("who did what", "what came of it was looked for afterwards"),
    "StoreUnavailable": NP_("who did what", "the bot's own storage did not answer"),
    "PlaceUnreachable": NP_("who did what", "Slack did not take the message"),
    "PlaceBusy": NP_("who did what", "Slack did not take the message"),
    "BotRefused": NP_("who did what", "Slack did not take the message"),
    "PlaceUnknown": NP_("who did what", "Slack did not take the message"),
    "PlaceGone": NP_("who did what", "Slack did not take the message"),
}
"""How the kinds of refusal are said."""


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
