"""Event types over API v2: one's own, one's teams', those of others; and who is in one's teams.

They are asked for in the newest version of the resource. A server that does not know it answers
as if 2024-04-15 had been asked for, and is asked in an older one from then on.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar

import structlog

from bot.calcom import wire_accounts, wire_event_types
from bot.calcom.speaker import Speaker
from bot.calcom.transport import Call
from bot.calcom.wire import inside
from bot.domain.away import Colleague
from bot.domain.errors import NotAllowed, NotFound, NotSupported, Refused, SchedulingError
from bot.domain.event_types import EventType, Team
from bot.domain.people import Account

log = structlog.get_logger(__name__)

T = TypeVar("T")
Decode = Callable[[Any], tuple[EventType, ...]]

NEWEST = "2026-06-12"
OLDER = "2024-06-14"

NO_TEAMS = (NotFound, NotAllowed, NotSupported, Refused)
"""How servers without teams, or keys without the right, answer questions about teams."""


class _AnotherVersion(Exception):
    """The answer is not of the version that was asked for."""


class EventTypesV2(Speaker):
    """What a client of API v2 knows of people, teams and what can be booked with them."""

    _version = NEWEST
    _knows_newest = False
    _has_teams = True
    _closed: frozenset[int] = frozenset()  # teams whose event types this key may not list

    async def me(self) -> Account:
        return await self._transport.read(
            Call("GET", "/me"), lambda body: wire_accounts.account(inside(body, "data"))
        )

    async def event_types(self, owner: str | None = None) -> tuple[EventType, ...]:
        """One's own (hidden ones included) and then one's teams'; or the public ones of another
        user or of one of one's teams (`team/SLUG`)."""
        if owner is None:
            own, teams = await asyncio.gather(self._own(), self._of_ones_teams())
            known = {event_type.id for event_type in own}
            return (*own, *(each for each in teams if each.id not in known))
        kind, _, slug = owner.partition("/")
        try:
            return await (self._of_team(slug) if kind == "team" and slug else self._of(owner))
        except NotFound:
            return ()

    async def _own(self) -> tuple[EventType, ...]:
        """Servers of 2025 know no list of one's own (404): there it is that of one's user name."""
        try:
            return await self._of(None)
        except NotFound:
            username = (await self.me()).username
        return await self.event_types(username) if username else ()

    async def _of(self, username: str | None) -> tuple[EventType, ...]:
        call = Call("GET", "/event-types", query={"username": username})
        return await self._read(call, wire_event_types.event_types)

    async def team_event_types(self) -> tuple[EventType, ...]:
        return await self._of_ones_teams(wire_event_types.with_templates)

    async def _of_ones_teams(
        self, decode: Decode = wire_event_types.event_types
    ) -> tuple[EventType, ...]:
        """Nothing that goes wrong here takes one's own event types away."""
        try:
            teams = await self._teams()
        except SchedulingError as error:
            log.warning("calcom_teams_unread", error=type(error).__name__)
            return ()
        asked = (
            self._of_team_or_none(team, decode) for team in teams if team.id not in self._closed
        )
        found = await asyncio.gather(*asked)
        return tuple(event_type for listed in found for event_type in listed)

    async def _of_team_or_none(self, team: Team, decode: Decode) -> tuple[EventType, ...]:
        try:
            return await self._types_of(team, decode)
        except NO_TEAMS:
            self._closed |= {team.id}
        except SchedulingError as error:
            log.warning("calcom_team_unread", error=type(error).__name__)
        return ()

    async def _of_team(self, slug: str) -> tuple[EventType, ...]:
        """Only teams that one is in can be found by their slug."""
        wanted = slug.casefold()
        team = next((t for t in await self._teams() if t.slug.casefold() == wanted), None)
        found = await self._types_of(team) if team else ()
        return tuple(event_type for event_type in found if not event_type.hidden)

    async def _types_of(
        self, team: Team, decode: Decode = wire_event_types.event_types
    ) -> tuple[EventType, ...]:
        found = await self._ask_of(
            team, Call("GET", "/event-types"), lambda call: self._read(call, decode)
        )
        return tuple(replace(event_type, team=team) for event_type in found)

    async def _ask_of(self, team: Team, about: Call, ask: Callable[[Call], Awaitable[T]]) -> T:
        """Ask for something of a team; where that is refused, for that of the organization's team,
        to which an organization's admins have a right."""
        path, ids = "/teams/{id}" + about.path, {"id": team.id}
        try:
            return await ask(replace(about, path=path, ids=ids))
        except NO_TEAMS:
            if team.organization_id is None:
                raise
        within = {"organization_id": team.organization_id}
        path = "/organizations/{organization_id}" + path
        return await ask(replace(about, path=path, ids=ids | within))

    async def event_type(self, event_type_id: int) -> EventType:
        """Servers of 2025 show a team's by its id to nobody (404): it is in the team's list."""
        call = Call("GET", "/event-types/{id}", {"id": event_type_id})
        try:
            return await self._read(call, wire_event_types.event_type)
        except NotFound:
            teams = await self._of_ones_teams()
            found = next((each for each in teams if each.id == event_type_id), None)
            if found is None:
                raise
            return found

    async def _read(self, call: Call, decode: Callable[[Any], T]) -> T:
        """In the newest version, until the server is seen not to know it."""
        if self._version == NEWEST:
            try:
                return await self._read_newest(call, decode)
            except _AnotherVersion:
                self._version = OLDER
            except (NotFound, NotSupported):
                if self._knows_newest:
                    raise
        found = await self._transport.read(replace(call, version=OLDER), decode)
        self._version = OLDER
        return found

    async def _read_newest(self, call: Call, decode: Callable[[Any], T]) -> T:
        def decoded(body: Any) -> T:
            if wire_event_types.is_of_2024_04(body):
                raise _AnotherVersion
            return decode(body)

        found = await self._transport.read(replace(call, version=NEWEST), decoded)
        self._knows_newest = True
        return found

    async def _teams(self) -> tuple[Team, ...]:
        """The teams one is in; a server without teams is not asked again."""
        if not self._has_teams:
            return ()
        try:
            return await self._transport.read(Call("GET", "/teams"), wire_accounts.teams)
        except NO_TEAMS:
            found = await self._of_ones_organization()
        self._has_teams = found is not None
        return found or ()

    async def _of_ones_organization(self) -> tuple[Team, ...] | None:
        """One's teams within one's organization, whose plans may refuse the list of teams; None
        where there is no organization."""
        try:
            organization_id = (await self.me()).organization_id
            if organization_id is None:
                return None
            call = Call("GET", "/organizations/{id}/teams/me", {"id": organization_id})
            return await self._transport.read(call, wire_accounts.teams)
        except NO_TEAMS:
            return None

    async def find_username(self, email: str) -> str | None:
        """One's own, or that of a member of one of one's teams."""
        account = await self.me()
        if account.email.casefold() == email.casefold():
            return account.username or None
        teams = await self._teams()
        found = await asyncio.gather(*(self._member(team, email) for team in teams))
        return next((username for username in found if username), None)

    async def colleagues(self) -> tuple[Colleague, ...]:
        """The members of one's teams: those teams tell them whose admin one is."""
        found = await asyncio.gather(*map(self._members, await self._teams()))
        return tuple({member.id: member for members in found for member in members}.values())

    async def _members(self, team: Team) -> tuple[Colleague, ...]:
        about = Call("GET", "/memberships")
        try:
            return await self._ask_of(
                team, about, lambda call: self._transport.read(call, wire_accounts.members)
            )
        except NO_TEAMS:
            return ()

    async def _member(self, team: Team, email: str) -> str | None:
        def decode(body: Any) -> str | None:
            return wire_accounts.username_of(email, inside(body, "data"))

        about = Call("GET", "/memberships", query={"emails": email})
        try:
            return await self._ask_of(team, about, lambda call: self._transport.read(call, decode))
        except NO_TEAMS:
            return None
