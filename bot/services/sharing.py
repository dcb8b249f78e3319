"""Share an event type in a channel: a card with its next open times, which anybody there can book
at the desk of the one who shared it.

A card is looked at again when its first time has passed, some seconds after something was booked,
or a time turned out to be taken, of its event type or of another one that takes the same people's
time, and when it expires. That stands in its row:
so a look survives a restart, is done by one process, and many reasons for it make one look.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.domain.bookings import Host
from bot.domain.errors import (
    Denied,
    Expired,
    NotAuthorised,
    NotConnected,
    NotFound,
    PlaceBusy,
    PlaceError,
    PlaceUnknown,
    RateLimited,
    SchedulingError,
    StoreUnavailable,
)
from bot.domain.people import Member
from bot.domain.policy import Deed, check, may_unshare
from bot.domain.shares import AHEAD, KEPT_FOR, Board, Share, givers, next_times
from bot.domain.times import zone_or_utc
from bot.domain.wording import _
from bot.services.desks import Desk, Desks
from bot.services.offers import Offer
from bot.services.ports import Boards, Shares
from bot.services.sparing import Sparing
from bot.services.trying import LEASE, WORK

log = structlog.get_logger(__name__)

SETTLED: Final = timedelta(seconds=3)
"""Cal.com lists a time that was just booked for two seconds longer."""
LOOKS: Final = 20
"""So many cards of an account are looked at in a minute; the others are a minute later."""
LATER: Final = timedelta(minutes=1)
NOTHING_OPEN: Final = timedelta(hours=6)
"""When a card is looked at again on which nothing was open."""
OVER: Final = (Expired, NotConnected, NotAuthorised, NotFound)
"""There is nothing left to book: the event type, or the account, is gone."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """The use cases."""

    shares: Shares
    boards: Boards
    desks: Desks
    clock: Callable[[], datetime]
    sparing: Sparing

    async def post(self, member: Member, share: Share) -> Share:
        """Post the card; once, however often it is asked for under one id.

        Raises:
            Denied: The member may not.
            Expired: It was posted before.
            PlaceError: It is not posted; only after `PlaceUnknown` it may be.
            SchedulingError: Its times cannot be looked up.
        """
        check(member, Deed.SHARE)
        board = await self.board(replace(share, expires_at=self.clock() + KEPT_FOR))
        if not await self.shares.add(board.share):
            raise Expired
        try:
            posted = await self.boards.post(board)
        except PlaceUnknown:
            raise  # where it stands after all, it can be booked
        except PlaceError:
            await self.shares.delete(share.id)
            raise
        shown = replace(board.share, channel=posted.channel, ts=posted.ts)
        await self.shares.shown(shown, None, self._next_look(shown))
        return shown

    async def board(self, share: Share, *, anew: bool = False) -> Board:
        """The card as it is now: one look at Cal.com; `anew` whatever was seen seconds ago.

        Raises:
            Expired: The account is nobody's any more.
            SchedulingError: As the port says.
        """
        desk = await self.desks.named(share.account)
        if desk is None:
            raise Expired
        owner, number = share.owner or None, share.event_type_id
        offer = await desk.lookup.offer_of(owner, number, team_id=share.team_id)
        assert offer.chosen is not None
        if anew:
            desk.lookup.drop_slots()
        start = max(share.since, self.clock())
        query = offer.query(offer.chosen, share.length, start, start + AHEAD)
        times = next_times(await desk.lookup.slots(query), zone_or_utc(share.zone))
        types = [each for companion in offer.companions for each in companion.event_types]
        hosts = frozenset[str]().union(*map(givers, [offer.chosen, *types]))
        shown = replace(share, times=times, hosts=tuple(sorted(hosts)))
        return Board(shown, offer.chosen, offer.whose)

    async def opened(self, share_id: str, team_id: str) -> tuple[Share, Desk, Offer]:
        """What somebody in the channel can book, at which desk: this event type, and no other.

        Raises:
            Expired: It is shared no more, or elsewhere.
        """
        share = await self._there(share_id, team_id)
        desk = await self.desks.named(share.account)
        if desk is None:
            raise Expired
        owner, number = share.owner or None, share.event_type_id
        try:
            offer = await desk.lookup.offer_of(owner, number, team_id=team_id)
        except OVER as error:
            raise Expired from error
        assert offer.chosen is not None
        return share, desk, replace(offer, event_types=(offer.chosen,))

    async def desk(self, share_id: str, team_id: str) -> Desk | None:
        """At which desk it is booked; None where it is shared no more."""
        try:
            share = await self._there(share_id, team_id)
        except Expired:
            return None
        return await self.desks.named(share.account)

    async def remove(self, member: Member, share_id: str) -> None:
        """Take it down.

        Raises:
            Expired: It is gone, or elsewhere.
            Denied: They have not shared it, and are no admin.
            PlaceError: It stands there still, and cannot be booked any more.
        """
        share = await self._there(share_id, member.team_id)
        if not may_unshare(member, share):
            raise Denied(_("whoever shared it and the admins of this workspace"))
        await self.shares.delete(share_id)
        await self.boards.remove(share)

    async def changed(self, event_type_id: int | None, hosts: Iterable[Host] = ()) -> None:
        """Some of its times may be gone, and of everything else that these hosts give their time
        to: let those cards be looked at. A store that is away is no reason to fail for whoever has
        just booked."""
        if event_type_id is None:
            return
        known, at = self.desks.house.lookup.known_type(event_type_id), self.clock() + SETTLED
        busy = {host.username.casefold() for host in hosts if host.username}
        busy |= givers(known, always=True) if busy and known else set()
        try:
            live = await self.shares.live(at) if busy else ()
            others = [share.id for share in live if not busy.isdisjoint(share.hosts)]
            await self.shares.hasten(event_type_id, at, others)
        except StoreUnavailable:
            log.warning("shares_not_looked_at", event_type=event_type_id)

    async def look(self) -> bool:
        """Bring one card up to date; False where none is due."""
        now = self.clock()
        claimed = now + LEASE
        share = await self.shares.claim(now, claimed)
        if share is None:
            return False
        if not self.sparing.may_look(share.account):
            await self.shares.shown(share, claimed, now + LATER)
            return True
        try:
            async with asyncio.timeout(WORK):
                await self._look(share, claimed)
        except PlaceError as error:
            again = isinstance(error, PlaceBusy | PlaceUnknown)
            log.info("share_not_drawn", why=error.code, again=again)
            await self._put_back(share, claimed, again=again)
        except (SchedulingError, TimeoutError) as error:
            until = error.until if isinstance(error, RateLimited) else now + LATER
            log.info("share_not_looked_at", kind=type(error).__name__)
            await self.shares.shown(share, claimed, max(until, now + LATER))
        return True

    async def _look(self, share: Share, claimed: datetime) -> None:
        board = Board(share)
        if share.expires_at > self.clock():
            try:
                board = await self.board(share, anew=True)
            except OVER:
                log.info("share_is_over")
        if board.event_type is None:
            await self.boards.edit(board)
            await self.shares.delete(share.id)
            return
        if board.share.times != share.times:
            await self.boards.edit(board)
        await self.shares.shown(board.share, claimed, self._next_look(board.share))

    async def _there(self, share_id: str, team_id: str) -> Share:
        share = await self.shares.of(share_id)
        if share is None or share.team_id != team_id:
            raise Expired
        return share

    async def _put_back(self, share: Share, claimed: datetime, *, again: bool) -> None:
        if again and share.expires_at + KEPT_FOR > self.clock():
            await self.shares.shown(share, claimed, self.clock() + LATER)
        else:
            await self.shares.delete(share.id)

    def _next_look(self, share: Share) -> datetime:
        """When its first time has passed."""
        first = min(share.times, default=self.clock() + NOTHING_OPEN)
        return max(min(first, share.expires_at), self.clock() + LATER)
