"""The members of a workspace, as Slack's `users.info` tells them, kept briefly."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.domain.bookings import Guest
from bot.domain.errors import InvalidAnswer, Unclear
from bot.domain.people import Member, Preferences, Reader
from bot.domain.times import zone_or_utc
from bot.domain.wording import _
from bot.services.ports import PreferenceStore
from bot.slack.notifier import ClientFor
from bot.slack.payloads import Asked
from bot.slack.place_errors import code_of

KEEP_FOR = timedelta(minutes=10)
TWELVE_HOUR_LOCALES = frozenset({"en-US", "en-CA", "en-AU", "en-NZ", "en-IN", "en-PH", "hi-IN"})


class People:
    """Members by (team id, user id), and readers: members with their chosen zone and clock.

    Args:
        client_for: The client of a workspace, with the scopes users:read and users:read.email.
        admins: User ids that count as admins besides the workspace's own.
    """

    def __init__(
        self,
        client_for: ClientFor,
        preferences: PreferenceStore,
        clock: Callable[[], datetime],
        admins: Collection[str] = (),
    ) -> None:
        self._client_for = client_for
        self._preferences = preferences
        self._clock = clock
        self._admins = frozenset(admins)
        self._kept: dict[tuple[str, str], tuple[datetime, Member]] = {}
        self._readers: dict[tuple[str, str], Reader] = {}
        self._by_email: dict[tuple[str, str], tuple[datetime, Member | None]] = {}

    async def member(self, team_id: str, user_id: str) -> Member:
        """The member; one Slack does not show us is an outsider without an e-mail."""
        kept = self._kept.get((team_id, user_id))
        if kept and kept[0] > self._clock():
            return kept[1]
        client = await self._client_for(team_id)
        answer = await client.users_info(user=user_id, include_locale=True)
        member = self._member(team_id, answer["user"])
        self._kept[team_id, user_id] = (self._clock() + KEEP_FOR, member)
        return member

    async def with_email(self, team_id: str, email: str) -> Member | None:
        """The member with this e-mail; None where Slack knows nobody."""
        kept = self._by_email.get((team_id, email))
        if kept and kept[0] > self._clock():
            return kept[1]
        client = await self._client_for(team_id)
        try:
            answer = await client.users_lookupByEmail(email=email)
            member = self._member(team_id, answer["user"])
        except SlackApiError as error:
            if code_of(error) != "users_not_found":
                raise
            member = None
        self._by_email[team_id, email] = (self._clock() + KEEP_FOR, member)
        return member

    async def guests(self, team_id: str, user_ids: Collection[str]) -> list[Guest]:
        """These members by their e-mails, to be invited.

        Raises:
            InvalidAnswer: Slack shows no e-mail of one; for the field `members`.
        """
        found = await asyncio.gather(*(self.member(team_id, one) for one in user_ids))
        if nameless := [one.name or _("Somebody") for one in found if not one.email]:
            raise InvalidAnswer(
                "members",
                _("Slack shows no e-mail address for {nameless}.").format(
                    nameless=", ".join(nameless)
                ),
            )
        return [Guest(one.email, one.name) for one in found]

    async def reader(self, asked: Asked) -> Reader:
        """The person who did it, with the zone and the clock they want to read.

        Raises:
            Unclear: They belong to another organization.
        """
        if asked.user_team_id != asked.team_id:
            raise Unclear(
                _("This belongs to another workspace: ask somebody there to do it for you.")
            )
        chosen = await self._preferences.preferences(asked.team_id, asked.user_id)
        reader = reader_of(await self.member(asked.team_id, asked.user_id), chosen)
        self._readers[asked.team_id, asked.user_id] = reader
        return reader

    def last_reader(self, asked: Asked) -> Reader | None:
        """The reader as they were lately, for what has to be shown at once."""
        if asked.user_team_id != asked.team_id or not self.known(asked):
            return None
        return self._readers.get((asked.team_id, asked.user_id))

    def known(self, asked: Asked) -> Member | None:
        """The member if they are kept, without asking anybody."""
        kept = self._kept.get((asked.team_id, asked.user_id))
        return kept[1] if kept and kept[0] > self._clock() else None

    def locale(self, asked: Asked) -> str:
        """In which language they read when Slack last told of them; empty where it never did."""
        kept = self._kept.get((asked.team_id, asked.user_id))
        return kept[1].locale if kept else ""

    def forget(self, team_id: str, user_id: str) -> None:
        """Slack has said that the profile changed."""
        self._kept.pop((team_id, user_id), None)

    def _member(self, team_id: str, user: Mapping[str, Any]) -> Member:
        profile = user.get("profile") or {}
        user_id = str(user["id"])
        name = profile.get("real_name") or user.get("real_name") or user.get("name") or ""
        admin = user.get("is_admin") or user.get("is_owner") or user_id in self._admins
        return Member(
            team_id=team_id,
            user_id=user_id,
            name=str(name),
            email=str(profile.get("email") or ""),
            time_zone=str(user.get("tz") or "UTC"),
            locale=str(user.get("locale") or "en-US"),
            is_admin=bool(admin),
            is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
            is_outsider=bool(user.get("is_stranger")),
            is_bot=bool(user.get("is_bot")) or user_id == "USLACKBOT",
            is_deleted=bool(user.get("deleted")),
        )


def reader_of(member: Member, chosen: Preferences) -> Reader:
    """A member with what they chose; what they did not choose is as Slack has it."""
    hour12 = member.locale in TWELVE_HOUR_LOCALES if chosen.hour12 is None else chosen.hour12
    return Reader(
        member=member,
        time_zone=zone_or_utc(chosen.time_zone or member.time_zone).key,
        hour12=hour12,
        default_event_type=chosen.default_event_type,
    )
