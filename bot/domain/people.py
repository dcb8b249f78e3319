"""Members, accounts, and who may see and change what."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.bookings import Action, Attendee, Booking, possible_actions
from bot.domain.errors import AlreadyDone, Denied, NotOffered
from bot.domain.event_types import EventType
from bot.domain.rules import Rule


@dataclass(frozen=True, slots=True)
class Member:
    """A person of a Slack workspace, keyed by (team id, user id).

    `email` is empty where Slack shows none; `time_zone` is an IANA name. `is_admin` is true for
    the workspace's admins and for those named in `ADMINS`. `is_guest` means somebody the workspace
    let into some of its channels, `is_outsider` a member of another organization in a shared one.
    """

    team_id: str
    user_id: str
    name: str = ""
    email: str = field(default="", repr=False)
    time_zone: str = "UTC"
    locale: str = "en-US"
    is_admin: bool = False
    is_guest: bool = False
    is_outsider: bool = False
    is_bot: bool = False
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a member has chosen in `/cal settings`; None means: as Slack or Cal.com has it."""

    time_zone: str | None = None
    hour12: bool | None = None
    default_event_type: int | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """A member as the one who reads and acts: with the zone and clock they want to see."""

    member: Member
    time_zone: str
    hour12: bool
    default_event_type: int | None = None

    @property
    def email(self) -> str:
        return self.member.email

    @property
    def day_first(self) -> bool:
        """Whether 3/4 is the third of April, as everywhere but in the United States."""
        return self.member.locale != "en-US"


@dataclass(frozen=True, slots=True)
class Account:
    """The Cal.com user behind a credential."""

    id: int
    username: str
    email: str = field(repr=False)
    name: str = ""
    time_zone: str = "UTC"
    hour12: bool = False
    week_start: str = "Sunday"
    default_schedule_id: int | None = None
    organization_id: int | None = None


HOST_ACTIONS: Collection[Action] = frozenset(
    {
        Action.CONFIRM,
        Action.DECLINE,
        Action.MARK_ABSENT,
        Action.REQUEST_RESCHEDULE,
        Action.HAND_OVER,
        Action.CHANGE_PLACE,
        Action.RECORDINGS,
    }
)
"""What only a host (or an admin) may do; the rest an attendee may do as well."""


@dataclass(frozen=True, slots=True)
class Stake:
    """What ties a member to a booking besides their e-mail in it.

    They `booked_it` from Slack; they are a `co_host`, one of the team's whom the API lists among
    the attendees; they took the `seats` with these uids from Slack for somebody else.
    """

    booked_it: bool = False
    co_host: bool = False
    seats: frozenset[str] = field(default=frozenset(), repr=False)


NONE_BESIDES = Stake()


def hosts(member: Member, booking: Booking, stake: Stake = NONE_BESIDES) -> bool:
    """Whether the member hosts the booking, or may act as if they did: admins of the workspace."""
    return member.is_admin or stake.co_host or booking.hosted_by(member.email)


def own_seats(
    member: Member, booking: Booking, stake: Stake = NONE_BESIDES
) -> tuple[Attendee, ...]:
    """The seats of a class that are the member's to give back or to move: every one for a host,
    for others those with their e-mail and those they took for somebody."""
    everybody = hosts(member, booking, stake)
    return tuple(
        a for a in booking.attendees if a.seat_uid and (everybody or _is_theirs(member, a, stake))
    )


def _is_theirs(member: Member, attendee: Attendee, stake: Stake) -> bool:
    """Whether it is the member, or somebody for whom they took the seat."""
    email = member.email.casefold()
    return bool(email and attendee.email.casefold() == email) or attendee.seat_uid in stake.seats


def may_see(member: Member, booking: Booking, stake: Stake = NONE_BESIDES) -> bool:
    """Whether the member may see the booking of the house account.

    Admins see all of them; others where their Slack e-mail is a host's, attendee's or guest's,
    or where they made the booking, or took a seat of it, from Slack themselves.
    """
    if member.is_outsider or member.is_deleted or member.is_bot:
        return False
    if booking.is_seated:
        return hosts(member, booking, stake) or bool(own_seats(member, booking, stake))
    return member.is_admin or stake.booked_it or booking.involves(member.email)


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
    if not may_see(member, booking, stake):
        raise Denied("the host, the attendees and the admins of this workspace")
    if action in HOST_ACTIONS and not hosts(member, booking, stake):
        raise Denied("the host and the admins of this workspace")
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
    if not may_see(member, booking, stake):
        return frozenset()
    possible = possible_actions(booking, now, event_type)
    return possible if hosts(member, booking, stake) else possible - frozenset(HOST_ACTIONS)


def may_connect(member: Member) -> bool:
    """Whether the member may act through an account of their own: everybody of the workspace."""
    return not (member.is_outsider or member.is_bot or member.is_deleted)


def may_have_rules(member: Member) -> bool:
    """Whether rules are the member's business at all: those of the workspace's full members."""
    return not (member.is_guest or member.is_outsider or member.is_bot or member.is_deleted)


def may_make_rule(member: Member, rule: Rule) -> bool:
    """Whether the member may have these bookings sent somewhere: everybody those that they host,
    by their Slack e-mail, and admins anybody's."""
    if not may_have_rules(member) or rule.place.team_id != member.team_id:
        return False
    theirs = bool(member.email) and rule.hosts == (member.email.casefold(),)
    return member.is_admin or theirs


def may_change_rule(member: Member, rule: Rule) -> bool:
    """Whether the member may change, pause, test or delete the rule: who made it, and admins."""
    if not may_have_rules(member) or rule.place.team_id != member.team_id:
        return False
    return member.is_admin or rule.owner == member.user_id
