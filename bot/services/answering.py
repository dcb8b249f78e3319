"""Proposed times are answered: booked by the first press or by the most marks, and once."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

import structlog

from bot.domain import proposals as rules
from bot.domain.bookings import Attendee, BookingRequest
from bot.domain.errors import (
    Denied,
    Expired,
    Full,
    InPast,
    InvalidAnswer,
    LimitReached,
    OutOfBounds,
    PlaceError,
    SchedulingError,
    SlotTaken,
    StoreUnavailable,
    Unclear,
    UnknownOutcome,
)
from bot.domain.languages import language
from bot.domain.people import Member
from bot.domain.policy import Deed, check
from bot.domain.proposals import NONE_FITS, Proposal, State, Struck, Taking, Way
from bot.domain.records import Seen
from bot.domain.wording import N_, _
from bot.services.desks import Desks
from bot.services.ports import Directory, ProposalPlaces, Proposals
from bot.services.proposing import TRIES
from bot.services.upholding import Upholding

log = structlog.get_logger(__name__)

GONE: Final = (SlotTaken, Full, InPast, OutOfBounds, LimitReached)
"""The time cannot be had any more."""
KIND: Final = "proposal"
"""Of an attempt that is found out about by `Settling`."""
Order = Callable[[], Awaitable[tuple[Seen, ...]]]


class Outcome(StrEnum):
    """What came of an answer to a proposal."""

    BOOKED = "booked"
    MARKED = "marked"
    SAID = "none of the times suits, and the proposer knows"
    QUICKER = "somebody else was quicker"
    ON_ITS_WAY = "it is being booked"
    GONE = "the time cannot be had any more"
    OVER = "it is over"
    ASKS = "the form has to be filled in"
    NOTHING = "nobody has marked a time that can be had"


ENDED = {State.TAKING: Outcome.ON_ITS_WAY, State.BOOKED: Outcome.QUICKER}


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of it, and how the proposal stands; `made` is the booking, if one was made."""

    outcome: Outcome
    proposal: Proposal
    number: int = NONE_FITS
    made: tuple[Seen, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """What a press on a proposal's button says, and where the button stands."""

    proposal_id: str
    number: int = NONE_FITS
    channel: str = ""
    ts: str = ""


@dataclass(frozen=True, slots=True)
class Answering:
    """The use cases of those who are asked."""

    proposals: Proposals
    places: ProposalPlaces
    desks: Desks
    directory: Directory
    upholding: Upholding
    clock: Callable[[], datetime]
    new_id: Callable[[], str]

    async def take(self, member: Member, claim: Claim) -> Answered:
        """Book the time, once, for whoever it is for.

        Raises:
            Expired, Denied: There is no such proposal, or they are not asked.
            SchedulingError: As the port says; after anything but `UnknownOutcome` the time can
                be taken again.
        """
        for _try in range(TRIES):
            proposal = await self._pressed(member, claim)
            if proposal.way is Way.POLL or claim.number == NONE_FITS:
                raise Expired
            if found := self._cannot(proposal, member, claim.number):
                return found
            if proposal.thing.asks or not member.email:
                return Answered(Outcome.ASKS, proposal, claim.number)
            taking = Taking(member.user_id, member.name, claim.number, self.new_id())
            if claimed := await self._claimed(proposal, taking):
                return await self._taken(claimed, member)
        raise StoreUnavailable("too many at once")

    async def mark(self, member: Member, claim: Claim) -> Answered:
        """Mark a time that suits, or take the mark back, or say that none of them does.

        Once everybody who was named in a poll has said something, the best time is booked.

        Raises:
            Expired, Denied: There is no such proposal, or they are not asked.
            SchedulingError: As `decide` does.
        """
        proposal = await self._pressed(member, claim)
        none_fits = claim.number == NONE_FITS
        if not none_fits and proposal.way is not Way.POLL:
            raise Expired
        if found := self._cannot(proposal, member, claim.number):
            return found
        knew = NONE_FITS in proposal.marks.get(member.user_id, ())
        marked = await self.proposals.mark(proposal, member.user_id, claim.number)
        if marked is None:  # it came to its end in this very moment
            proposal = await self._pressed(member, claim)
            over = Answered(Outcome.OVER, proposal, claim.number)
            return self._cannot(proposal, member, claim.number) or over
        if none_fits and not knew:
            await self.tell(self.places.tell_none_fits(marked, member))
        if marked.way is Way.POLL and rules.all_marked(marked):
            decided = await self._decided(marked)
            if decided.outcome is not Outcome.NOTHING:
                return decided
        await self.upholding.show(proposal.id)
        return Answered(Outcome.SAID if none_fits else Outcome.MARKED, marked, claim.number)

    async def decide(self, member: Member, proposal_id: str) -> Answered:
        """Book the time that suits most people, of several the earliest; where it cannot be had
        any more, the next best.

        Raises:
            Denied: Only who proposed may decide.
            SchedulingError: As the port says.
        """
        proposal = await self.proposals.find(proposal_id)
        if proposal is None or proposal.team_id != member.team_id or proposal.way is not Way.POLL:
            raise Expired
        if proposal.user_id != member.user_id:
            raise Denied(N_("who proposed the times"))
        check(member, Deed.PROPOSE)
        if proposal.state is not State.OPEN:
            return Answered(ENDED.get(proposal.state, Outcome.OVER), proposal)
        return await self._decided(proposal)

    async def ordered(
        self, member: Member, proposal_id: str, request: BookingRequest, order: Order
    ) -> tuple[Seen, ...]:
        """Book a proposed time as the booking form asks for it, once among all who are asked.

        Raises:
            Unclear: Somebody was quicker, or it is over.
            SchedulingError: As `order` does.
        """
        for _try in range(TRIES):
            proposal = await self._asked(member, proposal_id)
            starts = [choice.start for choice in proposal.choices]
            if request.start not in starts:
                raise Expired
            number = starts.index(request.start)
            if found := self._cannot(proposal, member, number):
                raise Unclear(_late(found))
            taking = Taking(member.user_id, member.name, number, request.key)
            if claimed := await self._claimed(proposal, taking):
                return (await self._carried_out(claimed, order)).made
        raise StoreUnavailable("too many at once")

    async def booked(self, claimed: Proposal, ref: str) -> Proposal:
        """It is booked: everybody sees it, the proposer is told, the other times are free."""
        assert claimed.taking is not None
        taking = replace(claimed.taking, ref=ref)
        done = replace(claimed, state=State.BOOKED, lease_until=None, taking=taking)
        proposal = await self.upholding.changed(claimed, done)
        if proposal is None:  # somebody has found it out before
            return done
        telling = self.tell(self.places.tell_booked(proposal))
        await asyncio.gather(telling, self.upholding.closed(proposal))
        return proposal

    async def reopened(self, claimed: Proposal, left: Proposal) -> Proposal:
        """It was not booked: the other times, at least, can be taken again."""
        is_left = rules.standing(left, self.clock())
        state = State.OPEN if is_left else State.OVER
        free = replace(left, state=state, lease_until=None, taking=None)
        proposal = await self.upholding.changed(claimed, free) or free
        if is_left:
            await self.upholding.show(proposal.id)
        else:
            await self.upholding.closed(proposal)
        return proposal

    async def tell(self, telling: Awaitable[None]) -> None:
        """What was done stands, whether anybody could be told or not."""
        try:
            await telling
        except PlaceError as error:
            log.info("nobody_told", code=error.code)

    async def request(self, claimed: Proposal) -> BookingRequest:
        """What is to be booked, for whom.

        Raises:
            InvalidAnswer: Slack shows no e-mail of somebody; for the field `email`.
        """
        taking, thing = claimed.taking, claimed.thing
        assert taking is not None
        whom = _whom(claimed, taking)
        also = [user for user in thing.owner.split("+")[1:] if user not in whom]
        people = await asyncio.gather(
            *(self.directory.member(claimed.team_id, user) for user in [*whom, *also])
        )
        if nameless := [one.name for one in people if not one.email]:
            reason = _("Slack shows no e-mail address for {names}.")
            raise InvalidAnswer("email", reason.format(names=", ".join(nameless)))
        first, *others = people
        return BookingRequest(
            key=taking.key,
            event_type_id=thing.event_type_id,
            start=claimed.choices[taking.choice].start,
            length=thing.length,
            attendee=Attendee(
                name=first.name,
                email=first.email,
                time_zone=first.time_zone,
                language=language(first.locale),
            ),
            guests=tuple(dict.fromkeys(one.email for one in others)),
            location=thing.location,
        )

    async def _asked(self, member: Member, proposal_id: str) -> Proposal:
        """The proposal, if this member is asked."""
        check(member, Deed.BOOK)
        proposal = await self.proposals.find(proposal_id)
        if proposal is None or proposal.team_id != member.team_id:
            raise Expired
        if not rules.may_answer(proposal, member):
            raise Denied(N_("those who were asked"))
        return proposal

    async def _pressed(self, member: Member, claim: Claim) -> Proposal:
        """The proposal that a button stands for, where the button stands."""
        proposal = await self._asked(member, claim.proposal_id)
        if proposal.channel not in {"", claim.channel}:
            raise Expired
        if not proposal.ts:  # nobody heard that it was posted
            await self.proposals.posted(proposal.id, claim.channel, claim.ts)
        return proposal

    def _cannot(self, proposal: Proposal, member: Member, number: int) -> Answered | None:
        """Why this cannot be answered now, if it cannot."""
        if proposal.state in {State.TAKING, State.BOOKED} and proposal.taking:
            own = proposal.taking.user_id == member.user_id and proposal.state is State.TAKING
            return Answered(Outcome.ON_ITS_WAY if own else Outcome.QUICKER, proposal, number)
        if not proposal.is_live or proposal.expires_at <= self.clock():
            return Answered(Outcome.OVER, proposal, number)
        if number == NONE_FITS:
            return None
        if proposal.choice(number) is None:
            raise Expired
        if number not in rules.standing(proposal, self.clock()):
            return Answered(Outcome.GONE, proposal, number)
        return None

    async def _claimed(self, proposal: Proposal, taking: Taking) -> Proposal | None:
        until = self.clock() + rules.LEASE
        claimed = replace(proposal, state=State.TAKING, lease_until=until, taking=taking)
        return await self.upholding.changed(proposal, claimed)

    async def _decided(self, proposal: Proposal) -> Answered:
        """Of several who see that everybody has marked, one decides."""
        proposer = await self.directory.member(proposal.team_id, proposal.user_id)
        answered = Answered(Outcome.NOTHING, proposal)
        while ranked := rules.ranked(proposal, self.clock()):
            taking = Taking(proposer.user_id, proposer.name, ranked[0], self.new_id())
            claimed = await self._claimed(proposal, taking)
            if claimed is None:
                return Answered(Outcome.ON_ITS_WAY, proposal)
            answered = await self._taken(claimed, proposer)
            if answered.outcome is not Outcome.GONE or answered.proposal.state is not State.OPEN:
                return answered
            proposal = answered.proposal
        return answered

    async def _taken(self, claimed: Proposal, member: Member) -> Answered:
        """Book what was claimed, with what a profile says."""

        async def order() -> tuple[Seen, ...]:
            desk = await self.desks.opened(claimed.account)
            return await desk.bookings.book(member, await self.request(claimed), kind=KIND)

        assert claimed.taking is not None
        number = claimed.taking.choice
        try:
            return await self._carried_out(claimed, order)
        except GONE:
            outcome = Outcome.GONE
        except InvalidAnswer:
            outcome = Outcome.ASKS
        left = await self.proposals.find(claimed.id)
        return Answered(outcome, left or claimed, number)

    async def _carried_out(self, claimed: Proposal, order: Order) -> Answered:
        """Book what was claimed; whatever goes wrong gives it back, unless nobody can tell."""
        assert claimed.taking is not None
        number = claimed.taking.choice
        try:
            made = await self._sent(claimed, order)
        except UnknownOutcome:
            raise
        except GONE:
            await self.reopened(claimed, rules.struck(claimed, number, Struck.TAKEN))
            raise
        except SchedulingError:
            await self.reopened(claimed, claimed)
            raise
        self.desks.drop_slots()
        return Answered(Outcome.BOOKED, await self.booked(claimed, made[0].ref), number, made)

    async def _sent(self, claimed: Proposal, order: Order) -> tuple[Seen, ...]:
        """Where the time seems taken because it is held for this very proposal, the hold is let
        go first."""
        assert claimed.taking is not None
        try:
            return await order()
        except (SlotTaken, Full):
            held = claimed.choices[claimed.taking.choice].hold
            if held is None:
                raise
            desk = await self.desks.named(claimed.account)
            await self.upholding.let_go(desk, [held])
        return await order()


def _late(found: Answered) -> str:
    """Why a form comes too late."""
    taking = found.proposal.taking
    if taking and found.outcome is Outcome.QUICKER:
        said = _("{name} was a moment quicker, so nothing was booked for you.")
        return said.format(name=taking.name)
    return _("This time cannot be taken any more, so nothing was booked.")


def _whom(proposal: Proposal, taking: Taking) -> tuple[str, ...]:
    """Who comes, the attendee at the head and the others as guests."""
    if proposal.way is Way.POLL:
        return proposal.marked(taking.choice)
    if proposal.way is Way.NAMED:
        taker = (taking.user_id,) if taking.user_id in proposal.named else ()
        return tuple(dict.fromkeys([*taker, *proposal.named]))
    return (taking.user_id,)
