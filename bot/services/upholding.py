"""A proposal while it stands: its times are held, its message shows how it is, and it ends in time.

Whatever is lost here is made up for by `look_at`, which comes round again and again: a message that
does not show the newest state, a hold that is about to lapse, a time that somebody took and whose
booking nobody saw the end of.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.domain import proposals as rules
from bot.domain.errors import (
    Full,
    NotAllowed,
    NotFound,
    NotSupported,
    PlaceBusy,
    PlaceError,
    PlaceUnknown,
    SchedulingError,
    SlotTaken,
    Unavailable,
    UnknownOutcome,
)
from bot.domain.proposals import Choice, Proposal, State, Struck, Thing
from bot.domain.slots import Hold
from bot.services.desks import Desk, Desks
from bot.services.ports import HomeStore, ProposalPlaces, Proposals
from bot.services.redrawing import redraw_homes

log = structlog.get_logger(__name__)

LOOK_EVERY: Final = timedelta(seconds=20)
TRIES: Final = 5
LONGEST_WAIT: Final = 30.0
"""Seconds for which a message that Slack does not take now is waited for; later ones come by
`look_at`."""
MINUTES: Final = int(rules.HELD_FOR / timedelta(minutes=1))
CANNOT: Final = (NotSupported, NotAllowed, NotFound)
"""Nothing can be held there, which is no reason not to propose it."""


@dataclass(slots=True)
class Upholding:
    """Keeps proposals as they should be."""

    proposals: Proposals
    places: ProposalPlaces
    homes: HomeStore
    desks: Desks
    clock: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]
    _wanted: set[str] = field(default_factory=set, init=False)
    _drawing: set[str] = field(default_factory=set, init=False)

    async def held(self, desk: Desk, thing: Thing, starts: Sequence[datetime]) -> list[Choice]:
        """All of them at once; those that are gone are struck, those that cannot be held are not.

        Raises:
            SchedulingError: Cal.com does not answer; then nothing is held.
        """
        tries = [self._held(desk, thing, start) for start in starts]
        found = await asyncio.gather(*tries, return_exceptions=True)
        errors = [each for each in found if isinstance(each, BaseException)]
        choices = [each for each in found if isinstance(each, Choice)]
        if errors:
            await self.let_go(desk, [choice.hold for choice in choices if choice.hold])
            if isinstance(errors[0], UnknownOutcome):  # what may be held lapses by itself
                raise Unavailable("a time may be held")
            raise errors[0]
        return choices

    async def let_go(self, desk: Desk | None, holds: Sequence[Hold]) -> None:
        """Give them back, all at once; what cannot be given back lapses by itself."""
        if desk is None:
            return
        tries = [desk.scheduling.let_go(hold.uid) for hold in holds]
        for error in await asyncio.gather(*tries, return_exceptions=True):
            if isinstance(error, SchedulingError):
                log.info("not_let_go", kind=type(error).__name__)
            elif error is not None:
                raise error
        if holds:
            desk.lookup.drop_slots()

    async def changed(self, seen: Proposal, changed: Proposal) -> Proposal | None:
        """Put it in the place of what was seen, and let its proposer see it; None where somebody
        was quicker."""
        soon = self.clock() + rules.GRACE  # by then it is shown, or somebody else shows it
        due = changed.lease_until if changed.state is State.TAKING else soon
        kept = await self.proposals.swap(seen, replace(changed, due_at=due))
        if kept and rules.left(kept) != rules.left(seen):
            await redraw_homes(self.homes, seen.team_id, [seen.user_id], self.clock())
        return kept

    async def closed(self, proposal: Proposal) -> None:
        """It has come to an end: let everybody see it, and let go of what was held."""
        desk = await self.desks.named(proposal.account)
        await asyncio.gather(self.show(proposal.id), self.let_go(desk, proposal.holds))

    async def end(self, *, team_id: str = "", user_id: str = "", account: str = "") -> None:
        """Take everything back that these have proposed, because they go."""
        found = await self.proposals.live(team_id=team_id, user_id=user_id, account=account)
        for proposal in found:
            gone = replace(proposal, state=State.WITHDRAWN, lease_until=None)
            if ended := await self.changed(proposal, gone):
                await self.closed(ended)

    async def show(self, proposal_id: str) -> None:
        """Let the message show the newest state. However many ask for it at once, one draws, and
        what changes meanwhile is in the next drawing."""
        self._wanted.add(proposal_id)
        if proposal_id in self._drawing:
            return
        self._drawing.add(proposal_id)
        try:
            await self._draw(proposal_id)
        finally:
            self._drawing.discard(proposal_id)

    async def look_at(self, proposal: Proposal) -> None:
        """It is due: renew what is held, end it in time, and let its message show how it is."""
        if proposal.state is State.OPEN:
            await self._uphold(proposal)
        else:
            await self.closed(proposal)

    async def _uphold(self, proposal: Proposal) -> None:
        now = self.clock()
        left = rules.without_past(proposal, now)
        if proposal.expires_at <= now or not rules.standing(left, now):
            if over := await self.changed(proposal, replace(left, state=State.OVER)):
                await self.closed(over)
            return
        renewed = await self._renewed(left, now)
        if not rules.standing(renewed, now):
            renewed = replace(renewed, state=State.OVER)
        if renewed == proposal:
            await self._looked(proposal)
        elif await self.changed(proposal, renewed):
            await self.show(proposal.id)

    async def _looked(self, proposal: Proposal) -> None:
        if proposal.shown < proposal.version:
            await self.show(proposal.id)
        else:
            soon = self.clock() + LOOK_EVERY
            due = rules.due(proposal) or soon
            await self.proposals.look_again(proposal, max(due, soon))

    async def _renewed(self, proposal: Proposal, now: datetime) -> Proposal:
        """With what is about to lapse held for longer; what somebody else has is struck."""
        desk = await self.desks.named(proposal.account)
        if desk is None:
            return proposal
        numbers = [n for n in rules.standing(proposal, now) if _lapses(proposal.choices[n], now)]
        tries = [self._prolonged(desk, proposal.thing, proposal.choices[n]) for n in numbers]
        choices = list(proposal.choices)
        for number, choice in zip(numbers, await asyncio.gather(*tries), strict=True):
            choices[number] = choice
        return replace(proposal, choices=tuple(choices))

    async def _prolonged(self, desk: Desk, thing: Thing, choice: Choice) -> Choice:
        assert choice.hold is not None
        try:
            with suppress(NotFound):
                prolong = desk.scheduling.prolong
                hold = await prolong(
                    choice.hold, thing.event_type_id, length=thing.length, minutes=MINUTES
                )
                return replace(choice, hold=hold)
            return await self._held(desk, thing, choice.start)
        except SchedulingError as error:  # it is tried again while it is due
            log.info("not_renewed", kind=type(error).__name__)
            return choice

    async def _held(self, desk: Desk, thing: Thing, start: datetime) -> Choice:
        hold = desk.scheduling.hold
        try:
            held = await hold(thing.event_type_id, start, length=thing.length, minutes=MINUTES)
        except (SlotTaken, Full):
            return Choice(start, struck=Struck.TAKEN)
        except CANNOT:
            return Choice(start)
        return Choice(start, held)

    async def _draw(self, proposal_id: str) -> None:
        tries = 0
        while tries < TRIES:
            self._wanted.discard(proposal_id)
            proposal = await self.proposals.find(proposal_id)
            if proposal is None or not proposal.ts:
                return
            if proposal.shown == proposal.version:
                if proposal_id in self._wanted:  # it was changed while it was read
                    continue
                return
            tries = tries + 1 if not await self._drawn(proposal) else 0

    async def _drawn(self, proposal: Proposal) -> bool:
        try:
            await self.places.edit(proposal)
        except PlaceBusy as error:
            await self.sleep(min(error.retry_after or 1.0, LONGEST_WAIT))
            return False
        except PlaceUnknown:
            return False
        except PlaceError as error:  # it is gone, or closed to us: there is nothing to be shown
            log.info("proposal_not_shown", code=error.code)
        await self.proposals.look_again(proposal, rules.due(proposal), proposal.version)
        return True


def _lapses(choice: Choice, now: datetime) -> bool:
    return choice.hold is not None and choice.hold.until <= now + rules.RENEWED
