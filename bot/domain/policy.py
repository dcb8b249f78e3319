"""Who may do what: the whole policy, on one page.

A credential can do everything that is its account's to do, so what a person may do with it is
decided here, each time they do it. What a member may do at all hangs on what kind of member they
are (`MAY`); what they may do to a booking, on what ties them to it (`NEEDS`):

- who *hosts* it, by e-mail or as one of a team's hosts, and whose the whole account is: the member
  who connected it; of the house account, the admins;
- who *takes part*: an attendee or guest by e-mail, or who booked it (or took a seat) from Slack.

Admins have no power over the accounts that members have connected for themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final

from bot.domain.accounts import HOUSE, Holder
from bot.domain.bookings import Action, Attendee, Booking, possible_actions
from bot.domain.errors import AlreadyDone, Denied, NotOffered
from bot.domain.event_types import EventType
from bot.domain.people import Member
from bot.domain.rules import Rule
from bot.domain.shares import Share
from bot.domain.wording import N_


class Kind(StrEnum):
    """What kind of member somebody is; the first that fits."""

    GONE = "deactivated"
    BOT = "bot"
    OUTSIDER = "member of another organization"
    GUEST = "guest"
    ADMIN = "admin"
    MEMBER = "member"


class Deed(StrEnum):
    """What is about no booking that stands."""

    LOOK_UP = "look up event types and open times"
    BOOK = "book"
    SHARE = "share an event type in a channel"
    PROPOSE = "propose times to others"
    CLAIM = "take a booking that a channel is asked to take"
    CONNECT = "connect an account of their own"
    KEEP_HOURS = "see and change the working hours of an account that is theirs"
    BE_AWAY = "see and change the days out of office of an account that is theirs"
    MAKE_RULES = "make rules for what they host"
    SEE_STATUS = "see how everything is doing"
    SEE_AUDIT = "see who did what"
    DELETE_OWN = "delete what is kept of them"
    DELETE_ALL = "delete what is kept of the workspace"


class Tie(IntEnum):
    """What ties a member to a booking; who has the greater may do what the lesser may."""

    NONE = 0
    TAKES_PART = 1
    HOSTS = 2


_EVERYBODY: Final = frozenset({Kind.ADMIN, Kind.MEMBER, Kind.GUEST})
_FULL: Final = frozenset({Kind.ADMIN, Kind.MEMBER})
_ADMINS: Final = frozenset({Kind.ADMIN})

MAY: Final[Mapping[Deed, frozenset[Kind]]] = {
    Deed.LOOK_UP: _EVERYBODY,
    Deed.BOOK: _EVERYBODY,
    Deed.SHARE: _EVERYBODY,
    Deed.PROPOSE: _FULL,
    Deed.CLAIM: _EVERYBODY,
    Deed.CONNECT: _FULL,
    Deed.KEEP_HOURS: _FULL,
    Deed.BE_AWAY: _FULL,
    Deed.MAKE_RULES: _FULL,
    Deed.SEE_STATUS: _ADMINS,
    Deed.SEE_AUDIT: _ADMINS,
    Deed.DELETE_OWN: _EVERYBODY,
    Deed.DELETE_ALL: _ADMINS,
}

NEEDS: Final[Mapping[Action, Tie]] = {
    Action.RESCHEDULE: Tie.TAKES_PART,
    Action.CANCEL: Tie.TAKES_PART,
    Action.ADD_PEOPLE: Tie.TAKES_PART,
    Action.CALENDAR_LINKS: Tie.TAKES_PART,
    Action.CONFIRM: Tie.HOSTS,
    Action.DECLINE: Tie.HOSTS,
    Action.MARK_ABSENT: Tie.HOSTS,
    Action.REQUEST_RESCHEDULE: Tie.HOSTS,
    Action.HAND_OVER: Tie.HOSTS,
    Action.CHANGE_PLACE: Tie.HOSTS,
    Action.RECORDINGS: Tie.HOSTS,
}

WHO: Final[Mapping[frozenset[Kind], str]] = {
    _EVERYBODY: N_("the members of this workspace"),
    _FULL: N_("full members of this workspace"),
    _ADMINS: N_("the admins of this workspace"),
}


def kind_of(member: Member) -> Kind:
    if member.is_deleted:
        return Kind.GONE
    if member.is_bot:
        return Kind.BOT
    if member.is_outsider:
        return Kind.OUTSIDER
    if member.is_guest:
        return Kind.GUEST
    return Kind.ADMIN if member.is_admin else Kind.MEMBER


def may(member: Member, deed: Deed) -> bool:
    return kind_of(member) in MAY[deed]


def check(member: Member, deed: Deed) -> None:
    """Raises `Denied`, with who may."""
    if not may(member, deed):
        raise Denied(WHO[MAY[deed]])


def has_whole(member: Member, holder: Holder) -> bool:
    """Whether everything in the account is theirs to see and to change."""
    if kind_of(member) not in _EVERYBODY:
        return False
    return member.is_admin if holder.is_house else holder.is_own(member)


@dataclass(frozen=True, slots=True)
class Stake:
    """What ties a member to a booking besides their e-mail in it.

    They `booked_it` from Slack; they are a `co_host`, one of the team's whom the API lists among
    the attendees; they took the `seats` with these uids from Slack for somebody else; the `whole`
    account is theirs to see to.
    """

    booked_it: bool = False
    co_host: bool = False
    seats: frozenset[str] = field(default=frozenset(), repr=False)
    whole: bool = False


NONE_BESIDES: Final = Stake()


def tie_of(member: Member, booking: Booking, stake: Stake = NONE_BESIDES) -> Tie:
    """What ties the member to the booking, as far as it counts."""
    if kind_of(member) not in _EVERYBODY:
        return Tie.NONE
    if stake.whole or stake.co_host or booking.hosted_by(member.email):
        return Tie.HOSTS
    if booking.is_seated:
        takes_part = any(_is_theirs(member, a, stake) for a in booking.attendees if a.seat_uid)
    else:
        takes_part = stake.booked_it or booking.involves(member.email)
    return Tie.TAKES_PART if takes_part else Tie.NONE


def hosts(member: Member, booking: Booking, stake: Stake = NONE_BESIDES) -> bool:
    """Whether the member hosts the booking, or may act as if they did."""
    return tie_of(member, booking, stake) is Tie.HOSTS


def may_see(member: Member, booking: Booking, stake: Stake = NONE_BESIDES) -> bool:
    return tie_of(member, booking, stake) > Tie.NONE


def own_seats(
    member: Member, booking: Booking, stake: Stake = NONE_BESIDES
) -> tuple[Attendee, ...]:
    """The seats of a class that are the member's to give back or to move: every one for a host,
    for others those with their e-mail and those they took for somebody."""
    everybody = hosts(member, booking, stake)
    return tuple(
        a for a in booking.attendees if a.seat_uid and (everybody or _is_theirs(member, a, stake))
    )


def as_seen_by(
    member: Member,
    booking: Booking,
    stake: Stake = NONE_BESIDES,
    event_type: EventType | None = None,
) -> Booking:
    """The booking as this member may see it: of a class, only its host sees the others, unless
    the event type shows its attendees to each other. It tells a class where the API does not."""
    is_class = booking.is_seated or bool(event_type and event_type.seats)
    open_to_all = bool(event_type and event_type.shows_attendees)
    if not is_class or open_to_all or hosts(member, booking, stake):
        return booking
    theirs = tuple(a for a in booking.attendees if _is_theirs(member, a, stake))
    return replace(booking, attendees=theirs, guests=())


def check_may(
    member: Member,
    action: Action,
    booking: Booking,
    now: datetime,
    stake: Stake = NONE_BESIDES,
    event_type: EventType | None = None,
) -> None:
    """Check, at the moment of use, that the member may do this to this booking now.

    Args:
        event_type: The booking's, where it is known: what it does not allow is refused here.

    Raises:
        Denied: The member may not; says who may.
        NotOffered: The event type does not allow it.
        AlreadyDone: The booking's state does not allow it (any more).
    """
    tie = tie_of(member, booking, stake)
    if tie is Tie.NONE:
        raise Denied(N_("the host, the attendees and the admins of this workspace"))
    if tie < NEEDS[action]:
        raise Denied(N_("the host and the admins of this workspace"))
    if action in possible_actions(booking, now, event_type):
        return
    if action in possible_actions(booking, now):
        raise NotOffered(f"{action} is switched off")
    raise AlreadyDone(f"{action} on {booking.status}", moved_to=booking.rescheduled_to_uid)


def actions_for(
    member: Member,
    booking: Booking,
    now: datetime,
    stake: Stake = NONE_BESIDES,
    event_type: EventType | None = None,
) -> frozenset[Action]:
    """What to offer: everything `check_may` would let through."""
    tie = tie_of(member, booking, stake)
    possible = possible_actions(booking, now, event_type) if tie else frozenset()
    return frozenset(action for action in possible if tie >= NEEDS[action])


def may_unshare(member: Member, share: Share) -> bool:
    """Whether the member may take down what was shared: who did it, and admins."""
    if not may(member, Deed.SHARE) or share.team_id != member.team_id:
        return False
    return share.user_id == member.user_id or member.is_admin


def may_make_rule(member: Member, rule: Rule, holder: Holder) -> bool:
    """Whether the member may have these bookings of the account sent somewhere: all of them where
    the whole account is theirs, else those that they host, by their Slack e-mail."""
    if not may(member, Deed.MAKE_RULES) or rule.place.team_id != member.team_id:
        return False
    theirs = bool(member.email) and rule.hosts == (member.email.casefold(),)
    return has_whole(member, holder) or (holder.is_house and theirs)


def may_change_rule(member: Member, rule: Rule) -> bool:
    """Whether the member may see, change and test the rule: who made it, and admins, if it is not
    about a member's own account."""
    if not may(member, Deed.MAKE_RULES) or rule.place.team_id != member.team_id:
        return False
    return rule.owner == member.user_id or (member.is_admin and rule.account == HOUSE)


def may_end_rule(member: Member, rule: Rule) -> bool:
    """Whether the member may pause or delete it: also admins, whatever it is about."""
    if not may(member, Deed.MAKE_RULES) or rule.place.team_id != member.team_id:
        return False
    return rule.owner == member.user_id or member.is_admin


def _is_theirs(member: Member, attendee: Attendee, stake: Stake) -> bool:
    """Whether it is the member, or somebody for whom they took the seat."""
    email = member.email.casefold()
    return bool(email and attendee.email.casefold() == email) or attendee.seat_uid in stake.seats
