"""How the webhooks stand that we keep at Cal.com, in words."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.records import Level, Registration
from bot.domain.rules import Rule
from bot.domain.wording import N_, _


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
    Level.TEAM_EVENT_TYPE: N_("that takes an admin of the team"),
    Level.ORGANIZATION: N_("that takes an admin of the organization"),
}
_NO_RIGHT = N_("the account lacks the right")
_PLACES: Mapping[Level, str] = {
    Level.USER: N_("Settings → Developer → Webhooks"),
    Level.EVENT_TYPE: N_("the event type → Webhooks"),
    Level.TEAM_EVENT_TYPE: N_("the team's event type → Webhooks"),
    Level.ORGANIZATION: N_("the organization's settings → Developer → Webhooks"),
}
INSTEAD = N_("I look for bookings every few minutes instead.")


def unreachable() -> Kept:
    """Where we have no address."""
    return Kept(
        _("All bookings"),
        _("PUBLIC_URL is not set, so Cal.com cannot tell me of them. {instead}").format(
            instead=_(INSTEAD)
        ),
    )


def described(row: Registration, url: str, title: str = "") -> Kept:
    """One registration in words.

    Args:
        url: Where it sends.
        title: Of the event type that it is for, where that is known.
    """
    what = {
        Level.USER: _("The account's own bookings"),
        Level.EVENT_TYPE: _("Bookings of {title}").format(title=title or _("an event type")),
        Level.TEAM_EVENT_TYPE: _("Bookings of {title}").format(
            title=title or _("an event type of a team")
        ),
        Level.ORGANIZATION: _("All bookings of the organization"),
    }[row.level]
    if not row.error:
        return Kept(what, "" if row.webhook_id else _("The webhook is being set up."))
    return Kept(what, f"{_problem(row, url)} {_(INSTEAD)}", _by_hand(row, url))


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
            who = _(_ADMINS.get(row.level, _NO_RIGHT))
            return _("Cal.com will not let me set the webhook up: {who}.").format(who=who)
        case Why.NOT_THERE:
            return _("This Cal.com does not let webhooks of this kind be set up by its API.")
        case Why.ADDRESS:
            base = url.rpartition("/webhooks/cal/")[0]
            return _(
                "Cal.com does not send to {base}: it has to be a public address with https."
            ).format(base=base)
    return _("Cal.com will not let me set the webhook up.")


def _by_hand(row: Registration, url: str) -> str:
    if row.error == Why.ADDRESS:
        return _("Set PUBLIC_URL to an address that Cal.com can reach.")
    events = ", ".join(row.triggers)
    return _(
        "Set it up by hand in Cal.com ({place}): subscriber URL {url}, secret "
        "{secret}, no payload template, and these events: {events}."
    ).format(place=_(_PLACES[row.level]), url=url, secret=row.secret, events=events)
