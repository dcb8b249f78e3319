"""Share an event type in a channel: a card with its next open times, which anybody there can book
at the desk of the one who shared it.

A card is looked at again when its first time has passed, some seconds after something was booked,
or a time turned out to be taken, of its event type or of another one that takes the same people's
time, when somebody found out that there is nothing left to book, and when it expires. That stands
in its row: so a look survives a restart, is done by one process, and many reasons for it make one
look. Cards of one event type that are due together are looked up together.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from bot.domain.bookings import Host
from bot.domain.errors import (
    Denied,
    Expired,
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
from bot.services.availability import public_owner
from bot.services.desks import Desk, Desks
from bot.services.offers import Offer
from bot.services.ports import Boards, Shares
from bot.services.sparing import Sparing
from bot.services.trying import LEASE, WORK

log = structlog.get_logger(__name__)

SETTLED: Final = timedelta(seconds=3)
"""Cal.com lists a time that was just booked for two seconds longer."""
LOOKS: Final = 20
"""So many looks the cards of an account have in a minute; the others are a minute later."""
LATER: Final = timedelta(minutes=1)
NOTHING_OPEN: Final = timedelta(hours=6)
"""When a card is looked at again on which nothing was open."""
OVER: Final = (Expired, NotConnected, NotFound)
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

    async def board(
        self, share: Share, now: datetime | None = None, *, anew: bool = False
    ) -> Board:
        """The card as it is `now`: one look at Cal.com; `anew` whatever was seen seconds ago.

        Raises:
            Expired, NotFound: The account is nobody's any more, or it is not to be seen any more.
            SchedulingError: As the port says.
        """
        desk, offer = await self._offer(share)
        assert offer.chosen is not None
        if anew:
            desk.lookup.drop_slots()
        start = _start(share, now or self.clock())
        query = offer.query(offer.chosen, share.length, start, start + AHEAD)
        times = next_times(await desk.lookup.slots(query), zone_or_utc(share.zone))
        types = [each for companion in offer.companions for each in companion.event_types]
        hosts = frozenset[str]().union(*map(givers, [offer.chosen, *types]))
        is_public = not offer.chosen.hidden
        shown = replace(share, times=times, hosts=tuple(sorted(hosts)), is_public=is_public)
        return Board(shown, offer.chosen, offer.whose)

    async def opened(self, share_id: str, team_id: str) -> tuple[Share, Desk, Offer]:
        """What somebody in the channel can book, at which desk: this event type, and no other.

        Raises:
            Expired: It is shared no more, or elsewhere; or what was shared is gone, which its card
                says soon.
        """
        share = await self._there(share_id, team_id)
        try:
            desk, offer = await self._offer(share)
        except OVER as error:
            await self.shares.hasten(share.event_type_id, self.clock())
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
        """Bring the cards of one event type up to date that are due; False where none is. What
        several of them show is looked up once."""
        now = self.clock()
        claimed = now + LEASE
        due = await self.shares.claim(now, claimed)
        alike = defaultdict[Any, list[Share]](list)
        for share in due:
            alike[share.owner, share.length, _start(share, now)].append(share)
        try:
            async with asyncio.timeout(WORK):
                for some in alike.values():
                    await self._look(some, now, claimed)
        except TimeoutError:  # those that are left are due again when the lease is over
            log.warning("shares_left", of=len(due))
        return bool(due)

    async def _look(self, alike: Sequence[Share], now: datetime, claimed: datetime) -> None:
        """Cards that show the same times."""
        try:
            if not self.sparing.may_look(alike[0].account):
                raise RateLimited(now + LATER)
            boards = [
                await self._current(share, now, anew=not number)
                for number, share in enumerate(alike)
            ]
        except SchedulingError as error:
            until = error.until if isinstance(error, RateLimited) else now
            log.info("share_not_looked_at", kind=type(error).__name__)
            for share in alike:
                await self.shares.shown(share, claimed, max(until, now + LATER))
            return
        for share, board in zip(alike, boards, strict=True):
            await self._draw(share, board, claimed)

    async def _current(self, share: Share, now: datetime, *, anew: bool) -> Board:
        """What the card is to show now; one that is over, the way on, if there is one."""
        try:
            if share.expires_at > now:
                return await self.board(share, now, anew=anew)
            _, offer = await self._offer(share)
        except OVER:
            log.info("share_is_over")
            return Board(share, is_over=True)
        assert offer.chosen is not None
        owner = share.owner or public_owner(offer.chosen)
        listed = owner and not offer.chosen.hidden
        return Board(share, offer.chosen if listed else None, offer.whose, owner, is_over=True)

    async def _draw(self, share: Share, board: Board, claimed: datetime) -> None:
        try:
            if board.is_over or board.share.times != share.times:
                await self.boards.edit(board)
        except PlaceError as error:
            again = isinstance(error, PlaceBusy | PlaceUnknown)
            log.info("share_not_drawn", why=error.code, again=again)
            await self._put_back(share, claimed, again=again)
            return
        if board.is_over:
            await self.shares.delete(share.id)
        else:
            await self.shares.shown(board.share, claimed, self._next_look(board.share))

    async def _offer(self, share: Share) -> tuple[Desk, Offer]:
        """At which desk it is booked, and what.

        Raises:
            Expired, NotFound: As `board` says.
        """
        desk = await self.desks.named(share.account)
        if desk is None:
            raise Expired
        owner, number = share.owner or None, share.event_type_id
        offer = await desk.lookup.offer_of(owner, number, team_id=share.team_id)
        assert offer.chosen is not None
        if share.is_public and offer.chosen.hidden:
            raise NotFound("hidden since")
        return desk, offer

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


def _start(share: Share, now: datetime) -> datetime:
    """From when on its times are looked for."""
    return max(share.since, now)
