"""Cal.com accounts: whose they are, and with what they are asked."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.domain.people import Account, Member

HOUSE: Final = "house"
"""The name under which what belongs to the house account is kept."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose an account is: one member's own, or (without a `user_id`) the house's, which belongs
    to one workspace. `account` is the name under which its references, rules and cards are kept."""

    account: str
    team_id: str
    user_id: str = ""

    @property
    def is_house(self) -> bool:
        return not self.user_id

    def is_own(self, member: Member) -> bool:
        """Whether it is this member's own account."""
        return bool(self.user_id) and (member.team_id, member.user_id) == (
            self.team_id,
            self.user_id,
        )


class Way(StrEnum):
    """How a member connected their account."""

    KEY = "key"
    OAUTH = "oauth"


@dataclass(frozen=True, slots=True)
class Credential:
    """What Cal.com is asked with: an API key, or an access token (until `expires_at`, aware UTC)
    with the token that brings the next one."""

    token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    """A member's own account, as it is connected.

    `version` counts the credentials it has had; `is_refused` says that Cal.com takes none of them
    any more, so that the member has to connect again.
    """

    holder: Holder
    way: Way
    credential: Credential
    profile: Account
    connected_at: datetime
    version: int = 1
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class Grant:
    """A flow that a member has begun in Slack and ends in the browser: single-use, ten minutes.

    `wish` is what they wanted when they were asked to connect, in JSON; `verifier` is PKCE's;
    `browser` what the browser that opened the link keeps in its cookie, hashed.
    """

    kind: str
    team_id: str
    user_id: str
    expires_at: datetime
    verifier: str = field(default="", repr=False)
    wish: dict[str, str] = field(default_factory=dict, repr=False)
    browser: bytes = field(default=b"", repr=False)
