"""What the use cases need for times that are proposed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.people import Member
from bot.domain.proposals import Proposal
from bot.domain.records import Posted


class Proposals(Protocol):
    """The proposals of all workspaces."""

    async def add(self, proposal: Proposal) -> None: ...

    async def find(self, proposal_id: str) -> Proposal | None: ...

    async def swap(self, seen: Proposal, changed: Proposal) -> Proposal | None:
        """Put `changed` in the place of what was `seen`, as its next version; None where somebody
        has changed it since. Marks are not looked at."""
        ...

    async def mark(self, proposal: Proposal, user_id: str, number: int) -> Proposal | None:
        """Mark the choice for this member, or take the mark back; None where the proposal is no
        longer open."""
        ...

    async def posted(self, proposal_id: str, channel: str, ts: str) -> None:
        """Note where it stands, unless that is known already."""
        ...

    async def look_again(
        self, seen: Proposal, due_at: datetime | None, shown: int | None = None
    ) -> None:
        """Note when to look at it next, and which version its message shows, unless somebody has
        changed it since."""
        ...

    async def due(self, now: datetime) -> Sequence[Proposal]:
        """Some of those that somebody has to look at, the longest due first."""
        ...

    async def open_of(self, team_id: str, user_id: str) -> Sequence[Proposal]:
        """Those of this member that can still be answered, at most 20."""
        ...

    async def live(
        self, *, team_id: str = "", user_id: str = "", account: str = ""
    ) -> Sequence[Proposal]:
        """All that can still be answered, of whom these name."""
        ...


class ProposalPlaces(Protocol):
    """Where proposals are shown. Every method may raise `PlaceError`s."""

    async def post(self, proposal: Proposal) -> Posted:
        """Into its channel, or to those who are named."""
        ...

    async def edit(self, proposal: Proposal) -> None: ...

    async def tell_booked(self, proposal: Proposal) -> None:
        """Tell the proposer."""
        ...

    async def tell_none_fits(self, proposal: Proposal, member: Member) -> None:
        """Tell the proposer who wants other times."""
        ...

    async def tell_found_out(self, proposal: Proposal, user_id: str) -> None:
        """Tell who took a time, and was not told, whether it was booked."""
        ...
