"""Event types, user names and the account, kept for a while, so that nobody waits for them."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime, timedelta
from typing import Any

from bot.domain.away import Colleague
from bot.domain.errors import RateLimited, Unavailable
from bot.domain.event_types import EventType
from bot.domain.people import Account
from bot.services.ports import Scheduling

CACHE_FOR = timedelta(minutes=5)
USERS_FOR = timedelta(minutes=20)
STALE_FOR = timedelta(hours=1)


class Kept:
    """Answers kept for a while; each is asked for once at a time, and failures are not kept.

    While Cal.com does not answer, what was kept before counts for up to an hour longer.
    """

    def __init__(self, clock: Callable[[], datetime], keep_for: timedelta, most: int) -> None:
        self._clock = clock
        self._keep_for = keep_for
        self._most = most
        self._good: dict[Hashable, tuple[datetime, Any]] = {}
        self._asking: dict[Hashable, asyncio.Task[Any]] = {}

    async def get(self, key: Hashable, ask: Callable[[], Awaitable[Any]]) -> Any:
        now = self._clock()
        good = self._good.get(key)
        if good and now < good[0] + self._keep_for:
            return good[1]
        task = self._asking.get(key)
        if task is None:
            task = asyncio.ensure_future(self._ask(key, ask))
            self._asking[key] = task
        try:
            return await asyncio.shield(task)
        except (Unavailable, RateLimited):
            if good and now < good[0] + STALE_FOR:
                return good[1]
            raise

    def known(self, key: Hashable) -> Any:
        """What `get` would answer without asking anybody, or None."""
        good = self._good.get(key)
        return good[1] if good and self._clock() < good[0] + self._keep_for else None

    def drop(self) -> None:
        """Forget everything; what is being asked for is not kept either."""
        self._good.clear()
        self._asking.clear()

    async def _ask(self, key: Hashable, ask: Callable[[], Awaitable[Any]]) -> Any:
        task = asyncio.current_task()
        try:
            answer = await ask()
            if self._asking.get(key) is task:
                while len(self._good) >= self._most:
                    del self._good[next(iter(self._good))]
                self._good[key] = (self._clock(), answer)
            return answer
        finally:
            if self._asking.get(key) is task:
                del self._asking[key]


class Catalogue:
    """Event types, user names and the account, kept briefly.

    Args:
        scheduling: Cal.com.
        clock: Gives the time in UTC.
    """

    def __init__(self, scheduling: Scheduling, clock: Callable[[], datetime]) -> None:
        self._scheduling = scheduling
        self._kept = Kept(clock, CACHE_FOR, most=5_000)
        self._users = Kept(clock, USERS_FOR, most=5_000)
        self._by_id: dict[int, EventType] = {}

    async def me(self) -> Account:
        account: Account = await self._kept.get("me", self._scheduling.me)
        return account

    async def event_types(self, owner: str | None = None) -> tuple[EventType, ...]:
        """One's own and one's teams' (None), or the public ones of a user or of `team/SLUG`."""
        found: tuple[EventType, ...] = await self._kept.get(
            ("types", owner), lambda: self._scheduling.event_types(owner)
        )
        self._by_id |= {event_type.id: event_type for event_type in found}
        return found

    async def username_of(self, email: str) -> str | None:
        """The Cal.com user name that goes with an e-mail, where the account can see it."""
        name: str | None = await self._users.get(
            ("user", email.casefold()), lambda: self._scheduling.find_username(email)
        )
        return name

    async def colleagues(self) -> tuple[Colleague, ...]:
        """Who shares a team with the account, by name: its members where it may see them, and who
        hosts the event types of its teams."""
        found: tuple[Colleague, ...] = await self._users.get("colleagues", self._colleagues)
        return found

    async def _colleagues(self) -> tuple[Colleague, ...]:
        account, types, members = await asyncio.gather(
            self.me(), self.event_types(), self._scheduling.colleagues()
        )
        hosts = (host for event_type in types if event_type.team for host in event_type.hosts)
        found = {host.id: Colleague(host.id, host.name or host.username) for host in hosts}
        found |= {member.id: member for member in members}
        found.pop(account.id, None)
        return tuple(sorted(found.values(), key=lambda each: (each.name.casefold(), each.id)))

    def known_event_types(self, owner: str | None = None) -> tuple[EventType, ...] | None:
        """What `event_types` would answer without asking anybody, or None."""
        types: tuple[EventType, ...] | None = self._kept.known(("types", owner))
        return types

    def known_type(self, event_type_id: int | None) -> EventType | None:
        """An event type as it was last told in any of the lists."""
        return self._by_id.get(event_type_id) if event_type_id is not None else None

    async def team_of(self, event_type_id: int) -> int | None:
        """The id of the team whose event type it is; None for a person's, or an unknown one."""
        known = self.known_type(event_type_id)
        if known is None:
            await self.event_types()
            known = self.known_type(event_type_id)
        return known.team.id if known and known.team else None

    def known_username(self, email: str) -> str | None:
        """What `username_of` would answer without asking anybody, or None."""
        username: str | None = self._users.known(("user", email.casefold()))
        return username

    def drop(self) -> None:
        """Forget everything: Cal.com has said that something changed."""
        self._kept.drop()
        self._by_id.clear()
