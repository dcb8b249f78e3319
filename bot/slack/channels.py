"""Channels and user groups, as Slack's Web API tells them to the bot."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from slack_sdk.errors import SlackApiError

from bot.domain.channels import Channel, UserGroup
from bot.domain.errors import Unclear
from bot.domain.wording import N_, _
from bot.services.catalogue import Kept
from bot.slack.notifier import ClientFor
from bot.slack.place_errors import code_of

GROUPS_FOR: Final = timedelta(minutes=5)
"""A menu asks with every letter that is typed, and Slack takes twenty questions a minute."""
PAGES: Final = 100
MAY_NOT_LOOK = N_(
    "I may not look at channels here. An admin has to give the app the scopes "
    "channels:read and groups:read; direct messages work without."
)


class Channels:
    """See the port of the same name.

    Args:
        client_for: The client of a workspace (team id).
    """

    def __init__(self, client_for: ClientFor, clock: Callable[[], datetime]) -> None:
        self._client_for = client_for
        self._groups = Kept(clock, GROUPS_FOR, most=1000)

    async def channel(self, team_id: str, channel_id: str) -> Channel | None:
        client = await self._client_for(team_id)
        try:
            answer = await client.conversations_info(channel=channel_id)
        except SlackApiError as error:
            if code_of(error) == "channel_not_found":
                return None
            if code_of(error) == "missing_scope":
                raise Unclear(_(MAY_NOT_LOOK)) from error
            raise
        told = answer["channel"]
        if told.get("is_im") or told.get("is_mpim"):
            return None
        granted = str(answer.headers.get("x-oauth-scopes", "")).split(",")
        is_private = bool(told.get("is_private"))
        anywhere = not is_private and "chat:write.public" in map(str.strip, granted)
        return Channel(
            id=str(told["id"]),
            name=str(told.get("name") or ""),
            is_private=is_private,
            is_archived=bool(told.get("is_archived")),
            can_post=bool(told.get("is_member")) or anywhere,
        )

    async def has_member(self, team_id: str, channel_id: str, user_id: str) -> bool:
        client = await self._client_for(team_id)
        more: dict[str, Any] = {}
        for __ in range(PAGES):
            answer = await client.conversations_members(channel=channel_id, limit=200, **more)
            if user_id in answer["members"]:
                return True
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
            more = {"cursor": cursor}
        return False

    async def groups(self, team_id: str) -> Sequence[UserGroup] | None:
        found: tuple[UserGroup, ...] | None = await self._groups.get(
            team_id, lambda: self._ask_groups(team_id)
        )
        return found

    async def _ask_groups(self, team_id: str) -> tuple[UserGroup, ...] | None:
        client = await self._client_for(team_id)
        try:
            answer = await client.usergroups_list()
        except SlackApiError as error:
            if code_of(error) != "missing_scope":
                raise
            return None
        return tuple(
            UserGroup(str(one["id"]), str(one.get("handle") or ""), str(one.get("name") or ""))
            for one in answer["usergroups"]
            if not one.get("date_delete")
        )
