"""Propose times: held while they stand, and posted to those who are asked."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain import proposals as rules
from bot.domain.errors import (
    Expired,
    PlaceError,
    PlaceUnknown,
    SlotTaken,
    StoreUnavailable,
    Unclear,
)
from bot.domain.people import Member
from bot.domain.policy import Deed, check
from bot.domain.proposals import Proposal, State, Thing, Way
from bot.domain.records import Posted
from bot.domain.wording import _, current
from bot.services.desks import Desk
from bot.services.ports import ProposalPlaces, Proposals
from bot.services.upholding import Upholding

TRIES: Final = 12
"""How often a change is tried where others change the same proposal."""
MOST_OPEN: Final = 10
"""Of one member at once: all that is held has to be renewed."""
NO_GROUPS: Final = "mpim:write"
"""The code of a place that is closed to us because the app may not write to several people."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to propose; `stands` None is until the first time is past, `replaces`
    the proposal whose place it takes."""

    thing: Thing
    way: Way
    starts: tuple[datetime, ...]
    named: tuple[str, ...]
    channel: str
    stands: timedelta | None
    note: str = ""
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What came of it: `error` says why it could not be posted, if it could not."""

    proposal: Proposal
    error: PlaceError | None = None


@dataclass(frozen=True, slots=True)
class Proposing:
    """The use cases of who proposes."""

    proposals: Proposals
    places: ProposalPlaces
    upholding: Upholding
    clock: Callable[[], datetime]
    new_id: Callable[[], str]

    async def propose(self, member: Member, desk: Desk, wish: Wish) -> Proposed:
        """Hold the times, and ask.

        Raises:
            Denied: They may not.
            Unclear: Too many of theirs are open.
            SlotTaken: None of the times is to be had any more.
            SchedulingError: Cal.com does not answer.
        """
        check(member, Deed.PROPOSE)
        if wish.replaces:
            await self.withdraw(member, wish.replaces)
        if len(await self.proposals.open_of(member.team_id, member.user_id)) >= MOST_OPEN:
            most = _("{count} of your proposals are open. Take one of them back first.")
            raise Unclear(most.format(count=MOST_OPEN))
        choices = await self.upholding.held(desk, wish.thing, wish.starts)
        now = self.clock()
        left = [choice.start for choice in choices if choice.struck is None]
        if not left:
            raise SlotTaken
        proposal = Proposal(
            id=self.new_id(),
            team_id=member.team_id,
            user_id=member.user_id,
            account=desk.holder.account,
            thing=wish.thing,
            way=wish.way,
            choices=tuple(choices),
            expires_at=rules.until(left, now, wish.stands),
            named=wish.named,
            note=wish.note,
            language=current().tag,
            channel=wish.channel,
        )
        proposal = replace(proposal, due_at=rules.due(proposal))
        await self.proposals.add(proposal)
        return await self._posted(proposal)

    async def open_of(self, team_id: str, user_id: str) -> tuple[Proposal, ...]:
        """The member's proposals that can still be answered."""
        return tuple(await self.proposals.open_of(team_id, user_id))

    async def own(self, member: Member, proposal_id: str) -> Proposal:
        """A proposal of this member's; raises `Expired` where it is none."""
        proposal = await self.proposals.find(proposal_id)
        theirs = (member.team_id, member.user_id)
        if proposal is None or (proposal.team_id, proposal.user_id) != theirs:
            raise Expired
        return proposal

    async def withdraw(self, member: Member, proposal_id: str) -> Proposal:
        """Take it back; one that is over stays as it is.

        Raises:
            Expired: It is not theirs.
        """
        for _try in range(TRIES):
            proposal = await self.own(member, proposal_id)
            if proposal.state is not State.OPEN:
                return proposal
            gone = await self.upholding.changed(proposal, replace(proposal, state=State.WITHDRAWN))
            if gone:
                await self.upholding.closed(gone)
                return gone
        raise StoreUnavailable("too many at once")

    async def _posted(self, proposal: Proposal) -> Proposed:
        try:
            posted = await self.places.post(proposal)
        except PlaceUnknown as error:  # it may be there: then a press tells where
            return Proposed(proposal, error)
        except PlaceError as error:
            gone = await self.upholding.changed(proposal, replace(proposal, state=State.WITHDRAWN))
            await self.upholding.closed(gone or proposal)
            return Proposed(proposal, error)
        await self._stands(proposal, posted)
        return Proposed(replace(proposal, channel=posted.channel, ts=posted.ts))

    async def _stands(self, proposal: Proposal, posted: Posted) -> None:
        await self.proposals.posted(proposal.id, posted.channel, posted.ts)
        await self.proposals.look_again(proposal, rules.due(proposal), proposal.version)
