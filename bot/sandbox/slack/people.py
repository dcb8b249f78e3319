"""People and channels of the workspace, and how the Web API tells of them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.sandbox.slack.messages import Message

Json = dict[str, Any]
Kind = Literal["public", "private", "im", "mpim"]


@dataclass(slots=True, eq=False)
class Person:
    """A member, a guest or a bot user; `tz` is an IANA name.

    `team_id` is set for people of another organisation (`is_stranger`) in shared channels.
    """

    id: str
    name: str
    real_name: str
    email: str = ""
    tz: str = "Etc/UTC"
    is_admin: bool = False
    is_bot: bool = False
    deleted: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    team_id: str = ""
    locale: str = "en-US"

    def user_object(self, team_id: str, now: datetime, *, with_email: bool) -> Json:
        """The `user` of users.info; Slack leaves zone and roles out for the deactivated."""
        known: Json = {
            "id": self.id,
            "team_id": self.team_id or team_id,
            "name": self.name,
            "real_name": self.real_name,
            "deleted": self.deleted,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": int(now.timestamp()),
            "profile": self._profile(team_id, with_email=with_email),
        }
        if self.deleted:
            return known
        local = now.astimezone(ZoneInfo(self.tz))
        offset = local.utcoffset()
        return known | {
            "tz": self.tz,
            "tz_label": local.tzname(),
            "tz_offset": int(offset.total_seconds()) if offset is not None else 0,
            "is_admin": self.is_admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            **({"is_stranger": True} if self.is_stranger else {}),
        }

    def _profile(self, team_id: str, *, with_email: bool) -> Json:
        profile = {
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.name,
            "display_name_normalized": self.name,
            "team": team_id,
        }
        if with_email and self.email:
            profile["email"] = self.email
        return profile


@dataclass(slots=True, eq=False)
class Channel:
    """A conversation; `messages` by ts, oldest first; `read` is the last ts each person saw."""

    id: str
    name: str
    kind: Kind
    members: set[str] = field(default_factory=set)
    archived: bool = False
    is_ext_shared: bool = False
    messages: dict[str, Message] = field(default_factory=dict)
    read: dict[str, str] = field(default_factory=dict)

    @property
    def payload_name(self) -> str:
        """The name Slack puts into payloads: only public channels tell theirs."""
        names = {"private": "privategroup", "im": "directmessage", "mpim": "privategroup"}
        return names.get(self.kind, self.name)

    def other(self, user: str) -> str:
        """Who else is in this direct message."""
        return next((member for member in sorted(self.members) if member != user), user)

    def conversation_object(self, viewer: str) -> Json:
        """The `channel` of conversations.info, as `viewer` (the bot) sees it."""
        common: Json = {
            "id": self.id,
            "created": 1_700_000_000,
            "is_archived": self.archived,
            "is_im": self.kind == "im",
            "is_org_shared": False,
            "is_ext_shared": self.is_ext_shared,
        }
        if self.kind == "im":
            return common | {"user": self.other(viewer), "is_open": True}
        return common | {
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": self.kind == "public",
            "is_group": self.kind == "private",
            "is_mpim": self.kind == "mpim",
            "is_private": self.kind != "public",
            "is_general": self.name == "general",
            "is_shared": self.is_ext_shared,
            "is_member": viewer in self.members,
            "num_members": len(self.members),
        }


@dataclass(frozen=True, slots=True)
class UserGroup:
    id: str
    handle: str
    name: str
    users: tuple[str, ...] = ()
