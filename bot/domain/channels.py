"""Channels and user groups of a workspace, as far as Slack shows them to the bot."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel; a private one is shown only where the bot is in it. `can_post` says whether the
    bot may write there as things are."""

    id: str
    name: str = ""
    is_private: bool = False
    is_archived: bool = False
    can_post: bool = False


@dataclass(frozen=True, slots=True)
class UserGroup:
    """A user group, which can be mentioned by its `@handle`."""

    id: str
    handle: str
    name: str = ""
