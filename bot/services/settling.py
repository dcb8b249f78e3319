"""What became of proposals: the recurring look at those that are due.

A time that somebody took, and whose booking nobody saw the end of (the process died, or the answer
was lost), is found out here: by the attempt's key, so that nothing is booked twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from bot.domain import proposals as rules
from bot.domain.errors import InvalidAnswer, SchedulingError, StoreUnavailable
from bot.domain.proposals import Proposal, State
from bot.services.answering import KIND, Answering
from bot.services.desks import Desks
from bot.services.ports import Directory, Proposals
from bot.services.upholding import Upholding

log = structlog.get_logger(__name__)

AGAIN: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Settling:
    """A chore."""

    proposals: Proposals
    answering: Answering
    upholding: Upholding
    desks: Desks
    directory: Directory
    clock: Callable[[], datetime]

    async def __call__(self, state: Any) -> Any:
        """See to some of those that are due, the longest due first."""
        for proposal in await self.proposals.due(self.clock()):
            try:
                await self._see_to(proposal)
            except StoreUnavailable:
                raise
            except Exception:  # one that is broken must not keep the others waiting
                log.exception("proposal_not_seen_to")
                await self.proposals.look_again(proposal, self.clock() + AGAIN)
        return state

    async def _see_to(self, proposal: Proposal) -> None:
        if proposal.state is State.TAKING:
            await self._settle(proposal)
        else:
            await self.upholding.look_at(proposal)

    async def _settle(self, proposal: Proposal) -> None:
        taking = proposal.taking
        assert taking is not None
        # Nobody else finds out about it meanwhile, or believes it to be theirs.
        until = self.clock() + rules.LEASE
        claimed = await self.upholding.changed(proposal, replace(proposal, lease_until=until))
        if claimed is None:
            return
        try:
            desk = await self.desks.opened(proposal.account)
            member = await self.directory.member(proposal.team_id, taking.user_id)
            request = await self.answering.request(claimed)
            seen = await desk.bookings.settled(member, request, kind=KIND)
        except InvalidAnswer:  # it could not even be asked for
            seen = None
        except SchedulingError as error:  # nobody can tell yet
            log.info("not_settled", kind=type(error).__name__)
            return
        if seen:
            now = await self.answering.booked(claimed, seen.ref)
            if taking.user_id == proposal.user_id:  # they have been told
                return
        else:
            now = await self.answering.reopened(claimed, claimed)
        await self.answering.tell(self.answering.places.tell_found_out(now, taking.user_id))
