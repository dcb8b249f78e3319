"""How the webhooks stand that we keep at Cal.com, in words."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.records import Level, Registration
from bot.domain.rules import Rule


class Why(StrEnum):
    """Why a webhook cannot be kept: what stands in `Registration.error`."""

    NOT_ALLOWED = "not_allowed"  # the account lacks the right
    NOT_THERE = "not_there"  # the server has no such webhooks, or no such event type
    ADDRESS = "address"  # Cal.com does not send to our address
    REFUSED = "refused"  # for a reason of its own


@dataclass(frozen=True, slots=True)
class Kept:
    """One webhook in words: whose bookings it tells of, and what is wrong with it, if anything.

    `by_hand` says how an admin sets it up instead. It holds the secret, so it is for admins alone.
    """

    what: str
    problem: str = ""
    by_hand: str = field(default="", repr=False)


_ADMINS: Mapping[Level, str] = {
    Level.TEAM_EVENT_TYPE: "that takes an admin of the team",
    Level.ORGANIZATION: "that takes an admin of the organization",
}
_PLACES: Mapping[Level, str] = {
    Level.USER: "Settings → Developer → Webhooks",
    Level.EVENT_TYPE: "the event type → Webhooks",
    Level.TEAM_EVENT_TYPE: "the team's event type → Webhooks",
    Level.ORGANIZATION: "the organization's settings → Developer → Webhooks",
}
INSTEAD = "I look for bookings every few minutes instead."


def unreachable() -> Kept:
    """Where we have no address."""
    return Kept(
        "All bookings",
        f"PUBLIC_URL is not set, so Cal.com cannot tell me of them. {INSTEAD}",
    )


def described(row: Registration, url: str, title: str = "") -> Kept:
    """One registration in words.

    Args:
        url: Where it sends.
        title: Of the event type that it is for, where that is known.
    """
    what = {
        Level.USER: "The account's own bookings",
        Level.EVENT_TYPE: f"Bookings of {title or 'an event type'}",
        Level.TEAM_EVENT_TYPE: f"Bookings of {title or 'an event type of a team'}",
        Level.ORGANIZATION: "All bookings of the organization",
    }[row.level]
    if not row.error:
        return Kept(what, "" if row.webhook_id else "The webhook is being set up.")
    return Kept(what, f"{_problem(row, url)} {INSTEAD}", _by_hand(row, url))


def is_unheard(rule: Rule, rows: Collection[Registration]) -> bool:
    """Whether Cal.com did not let us set up a webhook that the rule needs.

    An event type for which there is no webhook of its own is taken for the account's.
    """
    if any(row.level is Level.ORGANIZATION and row.webhook_id and not row.error for row in rows):
        return False
    closed = [row for row in rows if row.error]
    if not rule.event_types and not rule.teams:
        return bool(closed)
    if any(row.team_id in rule.teams for row in closed if row.team_id):
        return True
    own = {row.owner_id for row in rows if row.level is not Level.ORGANIZATION}
    needed = {each if each in own else None for each in rule.event_types}
    return any(row.owner_id in needed for row in closed if row.level is not Level.ORGANIZATION)


def _problem(row: Registration, url: str) -> str:
    match row.error:
        case Why.NOT_ALLOWED:
            who = _ADMINS.get(row.level, "the account lacks the right")
            return f"Cal.com will not let me set the webhook up: {who}."
        case Why.NOT_THERE:
            return "This Cal.com does not let webhooks of this kind be set up by its API."
        case Why.ADDRESS:
            base = url.rpartition("/webhooks/cal/")[0]
            return f"Cal.com does not send to {base}: it has to be a public address with https."
    return "Cal.com will not let me set the webhook up."


def _by_hand(row: Registration, url: str) -> str:
    if row.error == Why.ADDRESS:
        return "Set PUBLIC_URL to an address that Cal.com can reach."
    events = ", ".join(row.triggers)
    return (
        f"Set it up by hand in Cal.com ({_PLACES[row.level]}): subscriber URL {url}, secret "
        f"{row.secret}, no payload template, and these events: {events}."
    )
