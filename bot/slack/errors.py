"""What went wrong, in a sentence for the person: what happened, what was not changed, what next."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from zoneinfo import ZoneInfo

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.domain import errors
from bot.domain.times import say_time
from bot.domain.wording import N_, _
from bot.services.booking import StillWorking
from bot.slack.text import escape

log = structlog.get_logger(__name__)

SLACK_FAILED: Final = (SlackApiError, aiohttp.ClientError, TimeoutError)
"""Slack refused, or was not reached."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What to show (mrkdwn). `field` names the answer it is about; `fresh_times` means that showing
    the next open times helps; `retry` that the very same thing may work in a moment.

    `connect` is what stands on the button that connects one's own account, where that helps, and
    `wish` what goes on afterwards; `invite` is the colleague who may be asked to connect theirs.
    """

    text: str
    field: str | None = None
    fresh_times: bool = False
    retry: bool = False
    connect: str = ""
    invite: str = ""
    wish: str = ""

    @property
    def named(self) -> str:
        """The sentence where it does not stand at its field."""
        if not self.field:
            return self.text
        return f"{escape(_(FIELDS.get(self.field, self.field)))}: {self.text}"

    def above_times(self) -> "Problem":
        """The same, standing above the times that are open now."""
        return replace(
            self, text=_("{problem} Here is what is open now.").format(problem=self.text)
        )


FIELDS = {
    "name": N_("Name"),
    "email": N_("E-mail"),
    "attendeePhoneNumber": N_("Phone number"),
    "location": N_("Where"),
    "lengthInMinutes": N_("How long"),
    "recurrenceCount": N_("How many times"),
    "rescheduleReason": N_("Reason"),
    "reason": N_("Reason"),
    "host": N_("Host"),
    "guests": N_("Guests"),
    "members": N_("Guests"),
    "title": N_("Title"),
    "notes": N_("Notes"),
    "start": N_("First day"),
    "end": N_("Last day"),
    "toUserId": N_("Who covers"),
}
"""Cal.com's own fields in words; a question that somebody made up keeps its slug."""

NOTHING_CHANGED = N_("Nothing was changed.")
NOTHING_WAS = {
    "booked": N_("Nothing was booked."),
    "moved": N_("Nothing was moved."),
    "cancelled": N_("Nothing was cancelled."),
    "confirmed": N_("Nothing was confirmed."),
    "declined": N_("Nothing was declined."),
    "handed over": N_("Nothing was handed over."),
    "deleted": N_("Nothing was deleted."),
    "saved": N_("Nothing was saved."),
    "connected": N_("Nothing was connected."),
    "disconnected": N_("Nothing was disconnected."),
    "sent": N_("Nothing was sent."),
    "replayed": N_("Nothing was replayed."),
    "lost": N_("Nothing was lost."),
    "claimed": N_("You have not taken it."),
    "posted": N_("Nothing was posted."),
    "proposed": N_("Nothing was proposed."),
    "taken back": N_("Nothing was taken back."),
}
"""By what somebody was doing when it went wrong."""

REFUSALS: dict[type[errors.SchedulingError], str] = {
    errors.SlotTaken: N_("That time has just been taken."),
    errors.OutOfBounds: N_("That time is too soon, or further ahead than can be booked."),
    errors.InPast: N_("That time has already passed."),
    errors.Full: N_("There are no seats left at that time."),
    errors.LimitReached: N_("The limit of bookings for this event type is reached for that time."),
}
"""Refusals after which other times may do."""

SENTENCES: dict[type[Exception], str] = {
    errors.AlreadyDone: N_(
        "That has been done already, perhaps by somebody else. `{command} "
        "bookings` shows how it stands now."
    ),
    errors.NotOffered: N_("This event type does not allow that. {nothing}"),
    errors.NotSupported: N_(
        "This Cal.com server cannot do that through its API. {nothing} Use its web page instead."
    ),
    errors.NotConnected: N_(
        "No Cal.com account is connected here yet. Connect yours, and this goes "
        "on; or an admin connects one for everybody by setting CAL_API_KEY."
    ),
    errors.NotAllowed: N_("Cal.com does not let this account do that. {nothing}"),
    errors.NotFound: N_(
        "Cal.com does not have that any more. {nothing} Look again with `{command} "
        "types` or `{command} bookings`."
    ),
    errors.UnknownOutcome: N_(
        "The answer was lost in the middle, so I cannot say yet whether it went "
        "through. Look with `{command} bookings` how it stands before you try "
        "again."
    ),
    errors.Expired: N_(
        "This is no longer kept, or not yours to see. {nothing} Open it again with "
        "`{command} bookings`."
    ),
    StillWorking: N_("This is on its way already; there is no need to press again."),
}

WHILE_BOOKING: dict[type[Exception], str] = {
    errors.UnknownOutcome: N_(
        "The answer was lost in the middle, and I am checking whether it was "
        "booked. I will tell you within a few minutes. Please do not book it again "
        "before."
    ),
    errors.AlreadyDone: N_("That person has a seat at that time already. {nothing}"),
}
"""What means something else to somebody who books."""

OTHERWISE_ENGAGED = N_(
    "The host has another meeting at that time by now. {nothing} Decline the "
    "request, or ask for another time."
)
"""What a taken time means to somebody who confirms a request."""

RETRYABLE: dict[type[Exception], str] = {
    errors.Disconnected: N_(
        "Cal.com no longer accepts the connection to your account. {nothing} "
        "Reconnect, and this goes on."
    ),
    errors.NotAuthorised: N_(
        "Cal.com no longer accepts this bot's key. {nothing} An admin has to "
        "reconnect: make a new API key in Cal.com, set CAL_API_KEY, and start the "
        "bot again. Or connect your own account."
    ),
    errors.Unavailable: N_("Cal.com is not answering. {nothing} Please try again."),
    errors.StoreUnavailable: N_(
        "My own storage is not answering. {nothing} Please try again in a minute."
    ),
}
"""Problems that may be over in a moment: the same thing can be tried again."""

CONNECTS: dict[type[Exception], str] = {
    errors.NotConnected: N_("Connect"),
    errors.Disconnected: N_("Reconnect"),
    errors.NotAuthorised: N_("Connect"),
}
"""What one's own account helps with, and what stands on the button."""

OWN_FAULT = N_(
    "Sorry, something went wrong on my side, and this was not finished. Look "
    "with `{command} bookings` how it stands before you try again. If it "
    "happens again, give an admin this reference: `{reference}`."
)


def problem_of(
    error: Exception,
    *,
    reference: str,
    done: str = "changed",
    zone: str = "UTC",
    command: str = "/cal",
    wish: str = "",
) -> Problem:
    """Translate any exception, once; what is our own fault is logged with the reference that the
    exchange has bound.

    Args:
        reference: What the log has it under, shown where the fault is ours.
        done: What has not happened: `booked`, `moved`, `cancelled`, `changed` ...
        zone: The reader's, for the times in the sentence.
        command: The slash command's name.
        wish: What was wanted, as the command's text.
    """
    nothing = _(NOTHING_WAS.get(done, NOTHING_CHANGED))
    if said := _said_by(error, nothing, done, zone):
        return said
    sentences = SENTENCES | (WHILE_BOOKING if done == "booked" else {})
    problem = _from_tables(error, sentences) or _own_fault(error)
    words = {"nothing": nothing, "reference": reference, "command": command}
    connect = next((_(label) for kind, label in CONNECTS.items() if isinstance(error, kind)), "")
    return replace(problem, text=problem.text.format(**words), connect=connect, wish=wish)


def _said_by(error: Exception, nothing: str, done: str, zone: str) -> Problem | None:
    """What is not one sentence for all of its kind: the error says more, or what was done does."""
    match error:
        case errors.InvalidAnswer():
            reason = escape(_(error.reason))  # it may name people
            if error.allowed:
                allowed = escape(", ".join(error.allowed))
                reason += _(" Choose one of: {allowed}.").format(allowed=allowed)
            return Problem(f"{reason} {nothing}", field=error.field)
        case errors.Denied():
            only = _("Only {who_may} can do that. {nothing}")
            return Problem(only.format(who_may=_(error.who_may), nothing=nothing))
        case errors.Unclear():
            whom = error.user_id if isinstance(error, errors.NotReachable) else ""
            # The sentence may quote names and what was typed.
            return Problem(escape(_(str(error))), invite=whom)
        case errors.SlotTaken() if done == "confirmed":
            return Problem(_(OTHERWISE_ENGAGED).format(nothing=nothing))
        case errors.RateLimited():
            until = say_time(error.until, ZoneInfo(zone), hour12=False)
            wait = _("Cal.com asks me to wait until {until}. {nothing}")
            return Problem(wait.format(until=until, nothing=nothing), retry=True)
    return None


def _from_tables(error: Exception, sentences: Mapping[type[Exception], str]) -> Problem | None:
    for refusal, sentence in REFUSALS.items():
        if isinstance(error, refusal):
            return Problem(f"{_(sentence)} {{nothing}}", fresh_times=True)
    for kind, sentence in sentences.items():
        if isinstance(error, kind):
            return Problem(_(sentence))
    for kind, sentence in RETRYABLE.items():
        if isinstance(error, kind):
            return Problem(_(sentence), retry=True)
    if isinstance(error, errors.SchedulingError):
        return Problem(_("Cal.com did not accept that. {nothing}"))
    return None


def _own_fault(error: Exception) -> Problem:
    log.error("own_fault", exc_info=error)
    return Problem(_(OWN_FAULT), retry=True)
