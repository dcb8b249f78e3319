"""What no webhook brought is found by asking Cal.com.

Three walks through its lists, a page at a time, in the state of one turn: the bookings that are
there when it is first asked (so that reminders know them; they are no news), what changed since
the last time, and now and then everything that is near: who has a seat and who was absent moves no
date of change. Only what differs from a card goes into the inbox, and takes a webhook's way there.

A process that dies in the middle, or a server that does not answer, leaves the place where the
next one goes on. To see a page twice is to find nothing new the second time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

import structlog

from bot.domain.bookings import Booking, BookingPage, BookingQuery, Listing, Status
from bot.domain.cards import Card
from bot.domain.errors import RateLimited, StoreUnavailable, Unavailable
from bot.domain.records import Sighting
from bot.domain.sightings import is_born, sighted
from bot.services.counting import Counts, Uncounted
from bot.services.ports import Inbox, Registrations, Rules
from bot.services.rounds import State

log = structlog.get_logger(__name__)

LOOK: Final = timedelta(minutes=1)
SELDOM: Final = timedelta(minutes=3)
ALL_AROUND: Final = 5
"""With every so many looks, what is near is looked at as a whole."""
NEAR: Final = timedelta(days=2)
"""So long after its start a booking is looked at."""
OVERLAP: Final = timedelta(minutes=2)
SKEW: Final = timedelta(minutes=5)
"""How far Cal.com's clock may be behind ours when it is first asked."""
TOO_LONG: Final = timedelta(days=30)
"""After so long without a look, what happened meanwhile is no news."""
PATIENCE: Final = timedelta(seconds=25)
"""How long one turn begins new pages."""


class Lists(Protocol):
    """What is needed of Cal.com; may raise `SchedulingError`s."""

    async def bookings(self, query: BookingQuery) -> BookingPage: ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How often it is asked, and how much at once: in a minute a third of the key's requests. Of
    API v1's lists (of 100) one walk takes five.

    Attributes:
        look: How often where nothing else brings news.
        seldom: How often where webhooks come as well.
    """

    size: int = 100
    pages: int = 40
    look: timedelta = LOOK
    seldom: timedelta = SELDOM


V1_PACE: Final = Pace(size=500, pages=1)


class Walk(StrEnum):
    """Which list is gone through."""

    BEGINNING = "beginning"
    CHANGES = "changes"
    AROUND = "around"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it has come.

    Attributes:
        since: What was made before is no news.
        cursor: The newest `updated_at` that was taken, by Cal.com's clock.
        walk: What is under way; None between two looks.
        place: Where its next page begins, by the list's order, and `skip` how many of those that
            begin there are done.
        looks: How many there were.
    """

    since: datetime
    cursor: datetime
    walk: Walk | None = None
    place: datetime | None = None
    skip: int = 0
    looks: int = 0

    @classmethod
    def begun(cls, now: datetime) -> "Progress":
        return cls(since=now - SKEW, cursor=now - SKEW, walk=Walk.BEGINNING)

    @classmethod
    def read(cls, state: State) -> "Progress | None":
        """What an earlier turn left; None where there is none."""
        if "cursor" not in state:
            return None
        moments = {key: datetime.fromisoformat(state[key]) for key in ("since", "cursor")}
        place, walk = state.get("place"), state.get("walk")
        return cls(
            **moments,
            walk=Walk(walk) if walk else None,
            place=datetime.fromisoformat(place) if place else None,
            skip=state["skip"],
            looks=state["looks"],
        )

    def written(self) -> State:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in values.items()}

    def going_on(self, page: BookingPage) -> "Progress":
        """After a page of the walk, at whose end `walk` is None."""
        dates = [date for booking in page.bookings if (date := self._date(booking))]
        last = max(dates, default=None)
        cursor = self.cursor
        if self.walk is Walk.CHANGES and last:
            cursor = max(cursor, last)
        if not page.has_more or not page.bookings:
            return replace(self, cursor=cursor, walk=None, place=None, skip=0)
        # The server looks at whole seconds, and more than a page of them can be the same.
        is_further = last and (not self.place or last >= self.place + timedelta(seconds=1))
        skip = 0 if is_further else self.skip + len(page.bookings)
        return replace(self, cursor=cursor, place=last if is_further else self.place, skip=skip)

    def _date(self, booking: Booking) -> datetime | None:
        return booking.updated_at if self.walk is Walk.CHANGES else booking.start


@dataclass(frozen=True, slots=True)
class Reconciling:
    """The work of one account's turn.

    Attributes:
        by_hand: Whether somebody has set up a webhook in Cal.com that comes here.
    """

    account: str
    lists: Lists
    inbox: Inbox
    rules: Rules
    registrations: Registrations
    clock: Callable[[], datetime]
    by_hand: bool = False
    pace: Pace = Pace()
    counts: Counts = field(default_factory=Uncounted)

    async def look(self, state: State) -> State:
        """Go on where the last turn stopped, as far as this minute allows.

        Raises:
            SchedulingError: The first page could not be had.
        """
        now = self.clock()
        if await self.rules.demand(self.account) is None:
            return {}  # nobody wants to hear; who does later hears from then on
        progress = Progress.read(state)
        if progress is None or now - progress.cursor > TOO_LONG:
            progress = Progress.begun(now)
        if progress.walk is None:
            progress = _changes(progress)
        return (await self._go_on(progress, now)).written()

    async def every(self, state: State) -> timedelta:
        """How long until the next turn: longer where webhooks come as well, and none is left."""
        is_done = state.get("walk") is None
        return self.pace.seldom if is_done and await self._is_told() else self.pace.look

    async def _go_on(self, progress: Progress, now: datetime) -> Progress:
        for number in range(self.pace.pages):
            if progress.walk is None or self.clock() - now > PATIENCE:
                break
            try:
                progress = await self._page(progress)
            except (Unavailable, RateLimited, StoreUnavailable) as error:
                self.counts.polled(type(error).__name__)
                if not number:
                    raise
                log.info("polling_broken_off", kind=type(error).__name__, walk=progress.walk)
                break
        if progress.walk is None:
            progress = replace(progress, looks=progress.looks + 1)
        return progress

    async def _is_told(self) -> bool:
        """Whether webhooks come as well, as far as is known."""
        registered = await self.registrations.of_account(self.account)
        return self.by_hand or (bool(registered) and not any(each.error for each in registered))

    async def _page(self, progress: Progress) -> Progress:
        """Take one page, and say where the next one begins."""
        seen_at = self.clock()
        page = await self.lists.bookings(self._query(progress))
        found = await self._differing(page.bookings, progress, seen_at)
        new = await self.inbox.sight(self.account, found) if found else 0
        self.counts.polled("ok", new)
        if found:
            log.info("found_by_asking", walk=progress.walk, differing=len(found), new=new)
        return _with_next_walk(progress.walk, progress.going_on(page), seen_at)

    def _query(self, progress: Progress) -> BookingQuery:
        query = BookingQuery(take=self.pace.size, skip=progress.skip)
        if progress.walk is Walk.CHANGES:
            return replace(query, after_updated=progress.place)
        upcoming = (Listing.UPCOMING, Listing.UNCONFIRMED)
        listings = upcoming if progress.walk is Walk.BEGINNING else ()
        return replace(query, listings=listings, after_start=progress.place, ascending=True)

    async def _differing(
        self, bookings: Sequence[Booking], progress: Progress, seen_at: datetime
    ) -> list[Sighting]:
        """What of them is not on its card as it was seen."""
        uids = {uid for b in bookings for uid in (b.uid, b.rescheduled_from_uid) if uid}
        cards = await self.inbox.cards(self.account, uids) if uids else {}
        found = []
        for booking in _linked(bookings):
            card = cards.get(booking.uid) or cards.get(booking.rescheduled_from_uid or "")
            if card is None and progress.walk is Walk.AROUND:
                continue  # whether it is new is told by its date of change
            sighting = Sighting(booking, seen_at, silent=_is_old(booking, card, progress))
            if sighted(card, sighting) != card:
                found.append(sighting)
        return found


def _changes(progress: Progress) -> Progress:
    return replace(progress, walk=Walk.CHANGES, place=progress.cursor - OVERLAP, skip=0)


def _with_next_walk(ended: Walk | None, progress: Progress, now: datetime) -> Progress:
    """The walk that follows the one that has ended, if it has, and if one does."""
    if progress.walk is None and ended is Walk.BEGINNING:
        return _changes(progress)
    if progress.walk is None and ended is Walk.CHANGES and progress.looks % ALL_AROUND == 1:
        return replace(progress, walk=Walk.AROUND, place=now - NEAR, skip=0)
    return progress


def _is_old(booking: Booking, card: Card | None, progress: Progress) -> bool:
    """Whether it was there before anybody wanted to hear of it, so that this is no news."""
    if progress.walk is Walk.BEGINNING:
        return True
    if card is not None and is_born(card, booking.uid):
        return False
    # Whatever the clocks say, what the first look finds was there before it.
    is_first = progress.looks == 0
    made_at = booking.created_at or progress.since
    return made_at <= progress.since + SKEW if is_first else made_at < progress.since


def _linked(bookings: Sequence[Booking]) -> list[Booking]:
    """The bookings with what took their place, where only that one says so."""
    successors = {b.rescheduled_from_uid: b.uid for b in bookings if b.rescheduled_from_uid}
    return [
        replace(b, rescheduled_to_uid=successors.get(b.uid))
        if b.status is Status.CANCELLED and b.rescheduled_to_uid is None
        else b
        for b in bookings
    ]
