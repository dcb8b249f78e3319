"""Keep a time for somebody who is still filling in the form.

A hold is Cal.com's slot reservation: it hides the time from everybody for some minutes and lapses
by itself, so whatever is lost here (a killed process, an answer that did not come) does no lasting
harm. It never stands in the way of a booking: where holding is not possible, nothing is held.
A member holds one time at once, so their own hold is always known and never locks them out.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakValueDictionary

import structlog

from bot.domain.bookings import Feature
from bot.domain.errors import Full, SchedulingError, SlotTaken, StoreUnavailable
from bot.domain.people import Member
from bot.domain.records import Draft
from bot.domain.slots import Hold, SlotQuery
from bot.services.ports import Drafts, Scheduling

log = structlog.get_logger(__name__)

KIND = "hold"
RENEWED = timedelta(minutes=2)
"""A hold that lasts no longer than this is taken anew when the person does something."""


@dataclass(frozen=True, slots=True)
class Held:
    """A time that is held for a form: of which event type, and for how many minutes (None where it
    has one length)."""

    hold: Hold
    draft_id: str
    event_type_id: int
    length: int | None

    def is_for(self, query: SlotQuery) -> bool:
        """Whether it is one of the times that are looked up so."""
        return (self.event_type_id, self.length) == (query.event_type_id, query.length)


class Holds:
    """The times that are held, one a member."""

    def __init__(
        self, scheduling: Scheduling, drafts: Drafts, clock: Callable[[], datetime]
    ) -> None:
        self._scheduling = scheduling
        self._drafts = drafts
        self._clock = clock
        self._busy: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def hold(self, member: Member, draft_id: str, wanted: SlotQuery) -> None:
        """Hold the time at which `wanted` starts, in the place of what was held before.

        Raises:
            SlotTaken, Full: It is booked, or somebody else holds it. Whatever else goes wrong is
                no reason to stop: then nothing is held.
        """
        if Feature.HOLDS not in self._scheduling.features:
            return
        async with self._lock(member):
            try:
                await self._hold(member, draft_id, wanted)
            except (SlotTaken, Full):
                raise
            except (SchedulingError, StoreUnavailable) as error:
                log.info("not_held", kind=type(error).__name__)

    async def held(self, member: Member) -> Held | None:
        """What is held for this member, if it is still and can be told."""
        try:
            return await self._known(member)
        except StoreUnavailable:
            return None

    async def _known(self, member: Member) -> Held | None:
        kept = await self._drafts.load(_id(member), member.team_id, member.user_id)
        if kept is None or not kept.data:
            return None
        held = _held(kept.data)
        return held if held.hold.until > self._clock() else None

    async def let_go(self, member: Member, draft_id: str) -> bool:
        """Give back what is held for this form, if anything is; returns whether it was."""
        async with self._lock(member):
            try:
                held = await self._known(member)
                if held is None or held.draft_id != draft_id:
                    return False
                await self._give_back(member, held)
            except StoreUnavailable:
                return False
            return True

    async def _hold(self, member: Member, draft_id: str, wanted: SlotQuery) -> None:
        held = await self._known(member)
        if held and held.is_for(wanted) and held.hold.start == wanted.start:
            lasts = held.hold.until > self._clock() + RENEWED
            if lasts and held.draft_id == draft_id:
                return
        if held:
            await self._give_back(member, held)
        new = await self._scheduling.hold(wanted.event_type_id, wanted.start, length=wanted.length)
        await self._remember(member, Held(new, draft_id, wanted.event_type_id, wanted.length))

    async def _give_back(self, member: Member, held: Held) -> None:
        await self._remember(member, None)
        try:
            await self._scheduling.let_go(held.hold.uid)
        except SchedulingError as error:  # it lapses by itself
            log.info("not_let_go", kind=type(error).__name__)

    async def _remember(self, member: Member, held: Held | None) -> None:
        data = _kept(held) if held else {}
        await self._drafts.save(Draft(_id(member), member.team_id, member.user_id, KIND, data))

    def _lock(self, member: Member) -> asyncio.Lock:
        """One thing at a time is done to a member's hold."""
        lock = self._busy.get(_id(member))
        if lock is None:
            lock = self._busy[_id(member)] = asyncio.Lock()
        return lock


def _id(member: Member) -> str:
    return f"{KIND}:{member.team_id}:{member.user_id}"


def _kept(held: Held) -> dict[str, Any]:
    return {
        "uid": held.hold.uid,
        "start": held.hold.start.isoformat(),
        "until": held.hold.until.isoformat(),
        "draft": held.draft_id,
        "type": held.event_type_id,
        "length": held.length,
    }


def _held(data: Any) -> Held:
    start, until = (datetime.fromisoformat(data[name]) for name in ("start", "until"))
    return Held(Hold(data["uid"], start, until), data["draft"], data["type"], data["length"])
