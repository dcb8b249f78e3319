"""Look up: whose event types there are, and when they can be booked."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Any

from bot.domain.commands import Link, What
from bot.domain.errors import NotFound, RateLimited, Unavailable, Unclear
from bot.domain.event_types import EventType
from bot.domain.people import Account, Member, Reader
from bot.domain.slots import Availability, Schedule, Slot, SlotQuery, Span
from bot.services.ports import Directory, Scheduling

CACHE_FOR = timedelta(minutes=5)
SLOTS_FOR = timedelta(seconds=20)
STALE_FOR = timedelta(hours=1)
MOST_SLOT_LISTS = 500
LONGEST_NAME = 200
"""Characters of a user name: more than anybody has, and few enough for a form to carry."""
HOSTED_LINKS = frozenset({"cal.com", "app.cal.com", "www.cal.com"})


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
        name: str | None = await self._kept.get(
            ("user", email.casefold()), lambda: self._scheduling.find_username(email)
        )
        return name

    def known_event_types(self, owner: str | None = None) -> tuple[EventType, ...] | None:
        """What `event_types` would answer without asking anybody, or None."""
        types: tuple[EventType, ...] | None = self._kept.known(("types", owner))
        return types

    def known_type(self, event_type_id: int | None) -> EventType | None:
        """An event type as it was last told in any of the lists."""
        return self._by_id.get(event_type_id) if event_type_id is not None else None

    def known_username(self, email: str) -> str | None:
        """What `username_of` would answer without asking anybody, or None."""
        username: str | None = self._kept.known(("user", email.casefold()))
        return username

    def drop(self) -> None:
        """Forget everything: Cal.com has said that something changed."""
        self._kept.drop()
        self._by_id.clear()


@dataclass(frozen=True, slots=True)
class Offer:
    """Whose event types, and the one that was meant.

    `owner` is the Cal.com user name, None for the account's own; `whose` names the person, empty
    for the account's own; `chosen` is None where the person has yet to choose.
    """

    owner: str | None
    whose: str
    event_types: tuple[EventType, ...]
    chosen: EventType | None = None

    def with_id(self, event_type_id: int) -> EventType | None:
        return next((t for t in self.event_types if t.id == event_type_id), None)


class Lookup:
    """The use cases that only read."""

    def __init__(
        self,
        scheduling: Scheduling,
        catalogue: Catalogue,
        directory: Directory,
        clock: Callable[[], datetime],
        web_host: str,
    ) -> None:
        self._scheduling = scheduling
        self._slots = Kept(clock, SLOTS_FOR, MOST_SLOT_LISTS)
        self._catalogue = catalogue
        self._directory = directory
        self._link_hosts = HOSTED_LINKS if web_host in HOSTED_LINKS else frozenset({web_host})

    async def offer(self, reader: Reader, what: What) -> Offer:
        """Find whose event types are meant, and which.

        Raises:
            Unclear: Nobody, or nothing, fits what was typed.
        """
        owner, whose = await self._owner(reader.member, what)
        types = await self._catalogue.event_types(owner)
        offer = Offer(owner, whose, types if owner is None else _public(types))
        slug = what.link.slug if what.link else ""
        return replace(offer, chosen=_choose(offer, slug or what.words, reader))

    async def offer_of(self, owner: str | None, event_type_id: int | None) -> Offer:
        """The offer of a known user name, as a button or a draft names it."""
        types = await self._catalogue.event_types(owner)
        offer = Offer(owner, types[0].owner_name if owner and types else "", types)
        chosen = offer.with_id(event_type_id) if event_type_id is not None else None
        if event_type_id is not None and chosen is None:
            self._catalogue.drop()
            raise NotFound("event type no longer offered")
        return replace(offer, chosen=chosen)

    def known_offer(self, owner: str | None) -> Offer | None:
        """The same without asking anybody, for a modal that opens at once."""
        types = self._catalogue.known_event_types(owner)
        return None if types is None else Offer(owner, "", types)

    async def slots(self, query: SlotQuery) -> tuple[Slot, ...]:
        """Open times; an answer counts for some seconds, until something is booked from here."""
        try:
            found: tuple[Slot, ...] = await self._slots.get(
                query, lambda: self._scheduling.slots(query)
            )
        except NotFound:
            self._catalogue.drop()
            raise
        return found

    def drop_slots(self) -> None:
        """Forget the open times: one of them has been taken, or was taken already."""
        self._slots.drop()

    async def availability(self, window: Span) -> Availability:
        return await self._scheduling.availability(window)

    async def schedules(self) -> tuple[Schedule, ...]:
        return await self._scheduling.schedules()

    async def is_account_owner(self, member: Member) -> bool:
        """Whether the member is the Cal.com user behind the account."""
        account = await self._catalogue.me()
        return bool(member.email) and account.email.casefold() == member.email.casefold()

    async def _owner(self, member: Member, what: What) -> tuple[str | None, str]:
        if what.unresolved:
            raise Unclear(
                f"I cannot tell who @{what.unresolved[0]} is. Pick the person from the list that "
                "Slack shows while you type the name."
            )
        if what.link:
            return self._linked_owner(what.link)
        if what.people:
            return await self._person(member.team_id, what.people[0])
        return None, ""

    def _linked_owner(self, link: Link) -> tuple[str | None, str]:
        if link.host and link.host not in self._link_hosts:
            known = ", ".join(sorted(self._link_hosts))
            raise Unclear(f"{link.host} is not the Cal.com this bot works with ({known}).")
        if len(link.owner) > LONGEST_NAME:
            raise Unclear("No Cal.com user has a name as long as that. Look at the link again.")
        if link.team:
            raise Unclear(
                "Team links cannot be booked from here yet. Open the link in a browser instead."
            )
        return link.owner, link.owner

    async def _person(self, team_id: str, user_id: str) -> tuple[str | None, str]:
        person = await self._directory.member(team_id, user_id)
        name = person.name or "This person"
        if person.is_bot or person.is_deleted:
            raise Unclear(f"{name} is not somebody who can be booked.")
        if await self.is_account_owner(person):
            return None, name
        owner = await self._catalogue.username_of(person.email) if person.email else None
        if owner is None:
            raise Unclear(
                f"I cannot find a Cal.com account for {name}: none that this workspace's account "
                f"can see has the e-mail {name} uses in Slack. Ask {name} for their booking link "
                "and type it in place of the name."
            )
        return owner, name


def _public(types: tuple[EventType, ...]) -> tuple[EventType, ...]:
    return tuple(t for t in types if not t.hidden)


def _choose(offer: Offer, words: str, reader: Reader) -> EventType | None:
    if words:
        return _match(offer, words)
    if len(offer.event_types) == 1:
        return offer.event_types[0]
    if offer.owner is None and reader.default_event_type is not None:
        return offer.with_id(reader.default_event_type)
    return None


def _match(offer: Offer, words: str) -> EventType:
    """The event type whose slug or title is meant; near misses are suggested, not taken."""
    wanted = words.casefold().strip()
    keyed = {t.slug.casefold(): t for t in reversed(offer.event_types)}
    keyed |= {t.title.casefold(): t for t in reversed(offer.event_types)}
    if wanted in keyed:
        return keyed[wanted]
    starting = {t.id: t for key, t in keyed.items() if key.startswith(wanted)}
    containing = {t.id: t for key, t in keyed.items() if wanted in key}
    for fitting in (starting, containing):
        if len(fitting) == 1:
            return next(iter(fitting.values()))
    whose = f" of {offer.whose}" if offer.whose else ""
    near = get_close_matches(wanted, keyed, n=3, cutoff=0.5) or [
        t.slug for t in list(containing.values() or offer.event_types)[:3]
    ]
    hint = " Did you mean " + ", ".join(f"“{name}”" for name in near) + "?" if near else ""
    raise Unclear(f"There is no event type{whose} called “{words[:80]}”.{hint}")
