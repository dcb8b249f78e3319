"""Members of a workspace, and the Cal.com users behind credentials."""

from dataclasses import dataclass, field


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
