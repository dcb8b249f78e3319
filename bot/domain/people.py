"""Members, accounts, and who may see and change what."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.bookings import Action, Booking, possible_actions
from bot.domain.errors import AlreadyDone, Denied


@dataclass(frozen=True, slots=True)
class Member:
    """A person of a Slack workspace, keyed by (team id, user id).

    `email` is empty where Slack shows none; `time_zone` is an IANA name. `is_admin` is true for
    the workspace's admins and for those named in `ADMINS`. `is_outsider` means a member of
    another organization in a shared channel.
    """

    team_id: str
    user_id: str
    name: str = ""
    email: str = field(default="", repr=False)
    time_zone: str = "UTC"
    locale: str = "en-US"
    is_admin: bool = False
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


HOST_ACTIONS: Collection[Action] = frozenset({Action.CONFIRM, Action.DECLINE, Action.MARK_ABSENT})
"""What only a host (or an admin) may do; the rest an attendee may do as well."""


def may_see(member: Member, booking: Booking, *, booked_it: bool = False) -> bool:
    """Whether the member may see the booking of the house account.

    Admins see all of them; others where their Slack e-mail is a host's, attendee's or guest's,
    or where they made the booking from Slack themselves (`booked_it`).
    """
    if member.is_outsider or member.is_deleted or member.is_bot:
        return False
    return member.is_admin or booked_it or booking.involves(member.email)


def check_may(
    member: Member, action: Action, booking: Booking, now: datetime, *, booked_it: bool = False
) -> None:
    """Check, at the moment of use, that the member may do this to this booking now.

    Raises:
        Denied: The member may not; says who may.
        AlreadyDone: The booking's state does not allow it (any more).
    """
    if not may_see(member, booking, booked_it=booked_it):
        raise Denied("the host, the attendees and the admins of this workspace")
    if action in HOST_ACTIONS and not (member.is_admin or booking.hosted_by(member.email)):
        raise Denied("the host and the admins of this workspace")
    if action not in possible_actions(booking, now):
        raise AlreadyDone(f"{action} on {booking.status}", moved_to=booking.rescheduled_to_uid)


def actions_for(
    member: Member, booking: Booking, now: datetime, *, booked_it: bool = False
) -> frozenset[Action]:
    """What to offer: everything `check_may` would let through."""
    allowed = set()
    for action in possible_actions(booking, now):
        try:
            check_may(member, action, booking, now, booked_it=booked_it)
        except (Denied, AlreadyDone):
            continue
        allowed.add(action)
    return frozenset(allowed)
