"""Look up: whose event types there are, and when they can be booked."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from difflib import get_close_matches

from bot.domain.accounts import Holder
from bot.domain.bookings import Feature
from bot.domain.commands import Link, What
from bot.domain.errors import NotFound, NotReachable, Unclear
from bot.domain.event_types import EventType
from bot.domain.people import Member, Reader
from bot.domain.slots import Availability, Schedule, Slot, SlotQuery, Span
from bot.domain.wording import _, either
from bot.services.catalogue import Catalogue, Kept
from bot.services.offers import Companion, Offer, together
from bot.services.ports import Directory, Scheduling

SLOTS_FOR = timedelta(seconds=20)
MOST_SLOT_LISTS = 500
MOST_TOGETHER = 8
TEAM = "team/"
"""How the owner of a team's event types begins."""
GROUP = re.compile(r"[UW][A-Z0-9]{2,20}(\+[UW][A-Z0-9]{2,20})+", re.ASCII)
"""Several members, by their Slack ids: an owner that is no user name of Cal.com's."""
LONGEST_NAME = 200
"""Characters of a user name: more than anybody has, and few enough for a form to carry."""
HOSTED_LINKS = frozenset({"cal.com", "app.cal.com", "www.cal.com"})

PAGES = frozenset(
    {
        *("apps", "auth", "availability", "booking", "bookings", "d", "event-types"),
        *("getting-started", "insights", "org", "routing-forms", "settings", "signup", "teams"),
        *("video", "workflows"),
    }
)
"""What the first step of a path is on Cal.com's own pages, where it is no user name."""


class Lookup:
    """The use cases that only read.

    Args:
        web_host: Where people use Cal.com.
        connected: The Cal.com user name of a member (team id, user id) who has connected an
            account.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - its collaborators, one each
        self,
        scheduling: Scheduling,
        catalogue: Catalogue,
        directory: Directory,
        clock: Callable[[], datetime],
        web_host: str,
        holder: Holder,
        connected: Callable[[str, str], Awaitable[str | None]],
    ) -> None:
        self._scheduling = scheduling
        self._holder = holder
        self._connected = connected
        self._slots = Kept(clock, SLOTS_FOR, MOST_SLOT_LISTS)
        self._catalogue = catalogue
        self._directory = directory
        self._link_hosts = HOSTED_LINKS if web_host in HOSTED_LINKS else frozenset({web_host})

    async def offer(self, reader: Reader, what: What) -> Offer:
        """Find whose event types are meant, and which.

        Raises:
            Unclear: Nobody, or nothing, fits what was typed.
        """
        offer = await self._offered(reader.member, what)
        slug = what.link.slug if what.link else ""
        return replace(offer, chosen=_choose(offer, slug or what.words, reader))

    async def _offered(self, member: Member, what: What) -> Offer:
        others = tuple(dict.fromkeys(p for p in what.people if p != member.user_id))
        if len(others) > 1 and not what.link and not what.unresolved:
            return await self._together(member.team_id, others)
        owner, whose = await self._owner(member, replace(what, people=others or what.people))
        types = await self._catalogue.event_types(owner)
        named = whose or _name_of(owner, types)
        return Offer(owner, named, types if owner is None else _public(types))

    async def offer_of(
        self, owner: str | None, event_type_id: int | None, *, team_id: str
    ) -> Offer:
        """The offer of a known owner, as a button or a draft names it.

        Args:
            team_id: The workspace in which members that the owner names are looked for.
        """
        offer = await self._offer_of(owner, team_id)
        if event_type_id is None:
            return offer
        if offer.with_id(event_type_id) is None:  # it may be newer than what is kept
            self._catalogue.drop()
            offer = await self._offer_of(owner, team_id)
        chosen = offer.with_id(event_type_id)
        if chosen is None:
            raise NotFound("event type no longer offered")
        return replace(offer, chosen=chosen)

    async def _offer_of(self, owner: str | None, team_id: str) -> Offer:
        if owner and GROUP.fullmatch(owner):
            return await self._together(team_id, tuple(owner.split("+")))
        types = await self._catalogue.event_types(owner)
        return Offer(owner, _name_of(owner, types), types)

    def is_booking_link(self, link: Link) -> bool:
        """Whether the link is of the Cal.com this works with, and of a person or a team there, as
        far as one can see without asking."""
        if link.host not in self._link_hosts or len(link.owner) > LONGEST_NAME:
            return False
        return bool(link.slug) and link.owner.casefold() not in PAGES

    async def linked(self, link: Link) -> Offer | None:
        """What the link leads to, to the letter, where that is public."""
        owner, whose = self._linked_owner(link)
        types = _public(await self._catalogue.event_types(owner))
        slug = link.slug.casefold()
        chosen = next((t for t in types if t.slug.casefold() == slug), None)
        return Offer(owner, _name_of(owner, types) or whose, types, chosen) if chosen else None

    def known_offer(self, owner: str | None) -> Offer | None:
        """The same without asking anybody, for a modal that opens at once."""
        types = self._catalogue.known_event_types(owner)
        return None if types is None else Offer(owner, _name_of(owner, types), types)

    def known_type(self, event_type_id: int | None) -> EventType | None:
        """An event type as it was last told, without asking anybody."""
        return self._catalogue.known_type(event_type_id)

    @property
    def features(self) -> frozenset[Feature]:
        """What this Cal.com can do besides the usual."""
        return self._scheduling.features

    async def slots(self, query: SlotQuery) -> tuple[Slot, ...]:
        """Open times, of a group those at which everybody is free; an answer counts for some
        seconds, until something is booked from here."""
        asked = [replace(query, also=())]
        asked += [replace(asked[0], event_type_id=i, length=n) for i, n in query.also]
        try:
            first, *others = await asyncio.gather(*map(self._open, asked))
        except NotFound:
            self._catalogue.drop()
            raise
        free = [{slot.start for slot in open_} for open_ in others]
        return tuple(slot for slot in first if all(slot.start in starts for starts in free))

    async def _open(self, query: SlotQuery) -> tuple[Slot, ...]:
        found: tuple[Slot, ...] = await self._slots.get(
            query, lambda: self._scheduling.slots(query)
        )
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
        if not self._holder.is_house:
            return self._holder.is_own(member)
        account = await self._catalogue.me()
        return bool(member.email) and account.email.casefold() == member.email.casefold()

    async def _owner(self, member: Member, what: What) -> tuple[str | None, str]:
        if what.unresolved:
            raise Unclear(
                _(
                    "I cannot tell who @{unresolved} is. Pick the person from the list that "
                    "Slack shows while you type the name."
                ).format(unresolved=what.unresolved[0])
            )
        if what.link:
            return self._linked_owner(what.link)
        if what.people:
            return await self._person(member.team_id, what.people[0])
        return None, ""

    def _linked_owner(self, link: Link) -> tuple[str | None, str]:
        if link.host and link.host not in self._link_hosts:
            known = ", ".join(sorted(self._link_hosts))
            raise Unclear(
                _("{host} is not the Cal.com this bot works with ({known}).").format(
                    host=link.host, known=known
                )
            )
        if len(link.owner) > LONGEST_NAME:
            raise Unclear(_("No Cal.com user has a name as long as that. Look at the link again."))
        if link.team:
            return f"{TEAM}{link.team}", ""
        return link.owner, link.owner

    async def _together(self, team_id: str, user_ids: tuple[str, ...]) -> Offer:
        """What several colleagues can be booked for together: the first one's event types, at
        times when the others are free as well, who are then invited as guests.

        Cal.com's own page for several people (`/alice+bob`) has no counterpart in its API: times
        for `usernames` are told within organizations only, and nothing can be booked of them.
        """
        if len(user_ids) > MOST_TOGETHER:
            raise Unclear(
                _("I can find a time with at most {most} people at once.").format(
                    most=MOST_TOGETHER
                )
            )
        people = await asyncio.gather(*(self._person(team_id, user_id) for user_id in user_ids))
        usernames = [owner or (await self._catalogue.me()).username for owner, _ in people]
        lists = await asyncio.gather(*map(self._catalogue.event_types, usernames))
        first, *others = [
            Companion(user_id, name, _public(types))
            for user_id, (_, name), types in zip(user_ids, people, lists, strict=True)
        ]
        offer = Offer("+".join(user_ids), first.name, first.event_types)
        found = together(offer, tuple(others))
        if not found.event_types:
            raise Unclear(
                _(
                    "{whose} have no event types of the same length that take guests, so I "
                    "cannot compare their times. Ask for one of them."
                ).format(whose=found.whose)
            )
        return found

    async def _person(self, team_id: str, user_id: str) -> tuple[str | None, str]:
        person = await self._directory.member(team_id, user_id)
        name = person.name or _("This person")
        if person.is_bot or person.is_deleted:
            raise Unclear(_("{name} is not somebody who can be booked.").format(name=name))
        if await self.is_account_owner(person):
            return None, name
        owner = await self._connected(team_id, user_id)
        if owner is None and person.email:
            owner = await self._catalogue.username_of(person.email)
        if owner is None:
            raise NotReachable(
                _(
                    "I cannot find a Cal.com account for {name}: none that this workspace's "
                    "account can see has the e-mail {name} uses in Slack. Ask {name} for their "
                    "booking link and type it in place of the name, or invite them to connect "
                    "their account."
                ).format(name=name),
                user_id,
            )
        return owner, name


def public_owner(event_type: EventType) -> str:
    """Under whom everybody finds it, as `offer_of` takes it; empty where its link shows nobody."""
    return f"{TEAM}{event_type.team.slug}" if event_type.team else event_type.owner or ""


def _name_of(owner: str | None, types: tuple[EventType, ...]) -> str:
    """What to call an owner that was not mentioned by name."""
    if owner is None:
        return ""
    known = next(iter(types), None)
    team = known.team if known and owner.startswith(TEAM) else None
    return (team.name or team.slug) if team else (known.owner_name if known else "")


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
    called = words[:80]
    if offer.whose:
        none = _("There is no event type of {whose} called “{called}”.")
    else:
        none = _("There is no event type called “{called}”.")
    none = none.format(whose=offer.whose, called=called)
    near = get_close_matches(wanted, keyed, n=3, cutoff=0.5) or [
        t.slug for t in list(containing.values() or offer.event_types)[:3]
    ]
    hint = (
        _("Did you mean {names}?").format(names=either([f"“{name}”" for name in near]))
        if near
        else ""
    )
    raise Unclear(f"{none} {hint}".rstrip())
