"""Who takes a booking: the first of its hosts who says so has it, and everybody else hears who.

A booking that stands is handed over to them at Cal.com. Somebody who waits to meet at once can be
answered in the browser only: there is no call of the API for it. So whoever takes that one, and
nobody else, is given the link by which Cal.com lets one of the team in.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog

from bot.domain.bookings import Booking, Status
from bot.domain.cards import Card, call, called_until
from bot.domain.claims import LEASE, Claim
from bot.domain.errors import (
    AlreadyDone,
    InvalidAnswer,
    NotFound,
    NotSupported,
    SchedulingError,
    StoreUnavailable,
    UnknownOutcome,
)
from bot.domain.event_types import TeamHost
from bot.domain.people import Reader
from bot.domain.policy import Deed, check
from bot.domain.records import Subject
from bot.domain.rules import about_booking
from bot.domain.wording import _
from bot.services.amending import holders, may_be_shown
from bot.services.announcing import Announcements
from bot.services.booking import StillWorking
from bot.services.desks import Desk, Desks
from bot.services.matching import Matching
from bot.services.ports import Claims, Directory, Inbox, Seen
from bot.services.standing import Row

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """What somebody has taken; `link` is where they answer one who waits (empty where Cal.com told
    none), None where nobody does."""

    row: Row
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Claiming:
    """The use case, and the recurring look at what was left in the middle.

    Attributes:
        inbox: Knows the cards, which tell who waits to be answered.
        desks: Which account keeps the booking, and which is the claimer's own.
    """

    claims: Claims
    inbox: Inbox
    desks: Desks
    matching: Matching
    directory: Directory
    announcements: Announcements
    clock: Callable[[], datetime]

    async def claim(self, reader: Reader, ref: str) -> Taken:
        """Let the reader have it: handed over to them at Cal.com, unless it is theirs already, or
        one who waits to be answered.

        Raises:
            Denied: They may not at all.
            AlreadyDone: It is off, over, or nobody asks who takes it (any more).
            InvalidAnswer: They are no host of it, or busy then, or somebody else has it; or nobody
                waits any more.
            StillWorking: They are at it already.
        """
        member = reader.member
        check(member, Deed.CLAIM)
        desk = await self.desks.keeping(member.team_id, member.user_id, ref)
        row = await desk.amending.to_take(reader, ref)
        await self._check_asked(reader, row)
        card = await self._card(row)
        host = await self._host(reader, desk, row)
        is_theirs = row.seen.booking.hosted_by(reader.email) or host in holders(row)
        if host is None and not is_theirs:
            raise InvalidAnswer("host", _("Only its hosts at Cal.com can take it."))
        claim = _claim_to(row, reader, host.id if host and not is_theirs else None, self.clock())
        if card and (word := call(card)):
            self._check_waits(card, row.seen.booking)
            link = word.note if may_be_shown(word.note, row.seen.booking) else ""
            return Taken(await self._answer(reader, desk, row, replace(claim, host_id=None)), link)
        await self._take(claim)
        return Taken(await self._carry_out(reader, desk, row, claim))

    async def __call__(self, state: Any) -> Any:
        """Find out what became of those that were left in the middle: a chore."""
        for claim in await self.claims.left(self.clock()):
            try:
                await self._find_out(claim)
            except SchedulingError as error:  # it is looked at again in the next round
                log.info("claim_not_found_out", kind=type(error).__name__)
        return state

    async def _answer(self, reader: Reader, desk: Desk, row: Row, claim: Claim) -> Row:
        """Be the one who answers; whose it is already may go there again."""
        try:
            await self._take(claim)
        except AlreadyDone:
            return row
        return await self._carry_out(reader, desk, row, claim)

    def _check_waits(self, card: Card, booking: Booking) -> None:
        """Whether somebody waits still, and for anybody."""
        until = called_until(card)
        if booking.status is not Status.PENDING:
            who = booking.hosts[0].name if booking.hosts else _("Somebody")
            raise InvalidAnswer("host", _("{name} has answered already.").format(name=who))
        if until and self.clock() >= until:
            raise InvalidAnswer("host", _("The time is over: nobody waits there any more."))

    async def _card(self, row: Row) -> Card | None:
        seen = row.seen
        found = await self.inbox.card(Subject(seen.account, uids=(seen.uid,)))
        return found if isinstance(found, Card) else None

    async def _take(self, claim: Claim) -> None:
        """Be the first; raises `InvalidAnswer` with who was."""
        other = await self.claims.take(claim)
        if other and other.is_left(self.clock()):
            await self._find_out(other)
            other = await self.claims.take(claim)
        if other is None:
            return
        if other.user_id == claim.user_id:
            raise StillWorking if other.lease_until else AlreadyDone("it is theirs")
        name = (await self.directory.member(other.team_id, other.user_id)).name
        raise InvalidAnswer("host", _("{name} has it: claimed before you.").format(name=name))

    async def _carry_out(self, reader: Reader, desk: Desk, row: Row, claim: Claim) -> Row:
        try:
            after = row
            if claim.host_id is not None:
                after = await desk.amending.hand_to(reader, row, claim.host_id)
        except UnknownOutcome:
            raise  # it is found out later
        except Exception:
            await self.claims.free(claim)
            raise
        await self._taken(claim, after.seen)
        return after

    async def _taken(self, claim: Claim, seen: Seen) -> None:
        """Let the cards show it, then the claim be at its end: whoever comes after a death in
        between does both again."""
        booking = seen.booking
        name = (await self.directory.member(claim.team_id, claim.user_id)).name
        hosts = booking.hosts if claim.host_id is not None else ()
        told = next((host.name for host in hosts if host.id == claim.host_id), "")
        await self.announcements.claimed(seen, told or name)
        try:
            await self.claims.end(claim)
        except StoreUnavailable:
            log.warning("claim_not_ended")

    async def _find_out(self, claim: Claim) -> None:
        """Whether the claimer has it: then the claim stands, else it is free again."""
        desk = await self.desks.named(claim.account)
        try:
            row = await desk.amending.as_it_is(claim.ref) if desk else None
        except NotFound:
            row = None
        has_it = row and (
            claim.host_id is None
            or claim.host_id in {host.id for host in holders(row)}
            or claim.host_id in {host.id for host in row.seen.booking.hosts}
        )
        if row and has_it and row.seen.booking.start == claim.starts_at:
            await self._taken(claim, row.seen)
        else:
            await self.claims.free(claim)

    async def _check_asked(self, reader: Reader, row: Row) -> None:
        """Whether a rule of this workspace asks who takes it."""
        about = about_booking(row.seen.booking)
        fitting = await self.matching.fitting(row.seen.account, about)
        here = [rule for rule in fitting if rule.place.team_id == reader.member.team_id]
        if not any(rule.look.asks for rule in here):
            raise AlreadyDone("nobody asks who takes it")

    async def _host(self, reader: Reader, desk: Desk, row: Row) -> TeamHost | None:
        """As which of the event type's hosts the reader is known: by their own account, else by
        their e-mail."""
        hosts = row.event_type.hosts if row.event_type else ()
        if not hosts:
            return None
        own = await self.desks.of(reader.member.team_id, reader.member.user_id)
        if own.holder.is_own(reader.member):
            me = await own.catalogue.me()
            return next((host for host in hosts if host.id == me.id), None)
        username = await _username(desk, reader.email)
        return next((host for host in hosts if username and host.username == username), None)


def _claim_to(row: Row, reader: Reader, host_id: int | None, now: datetime) -> Claim:
    return Claim(
        row.seen.ref,
        row.seen.booking.start,
        row.seen.account,
        reader.member.team_id,
        reader.member.user_id,
        host_id,
        now,
        now + LEASE,
    )


async def _username(desk: Desk, email: str) -> str | None:
    try:
        return await desk.catalogue.username_of(email) if email else None
    except NotSupported:
        return None
