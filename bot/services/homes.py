"""The App Home: one look gathers what stands in it; who has it open is told of changes.

What a member does from Slack draws their own Home anew at once. What others see of it marks their
Homes, in the store: what a webhook (or a look at Cal.com) tells those that show the booking, what
becomes of a rule or a proposal those of the member whose it is. Whichever process works draws them
soon after, each once, however much happened meanwhile.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from bot.domain.accounts import Connection, Holder
from bot.domain.bookings import Booking, BookingQuery, Listing
from bot.domain.errors import NotConnected, SchedulingError
from bot.domain.people import Member, Reader
from bot.domain.policy import Deed, may
from bot.domain.records import OpenHome
from bot.domain.rules import Place, Rule
from bot.services.desks import Desk, Desks
from bot.services.managing import Rows
from bot.services.ports import HomeStore
from bot.services.rules import Ruling

MOST: Final = 100
"""So many coming bookings are looked at: what is further off stands in the list."""
LATELY: Final = timedelta(days=1)
"""A Home that was not opened for longer is not drawn anew."""
SOON: Final = timedelta(seconds=3)
"""How long a change waits for others, to be drawn with them."""
MOST_KEPT: Final = 1_000


class Connections(Protocol):
    """The members' own accounts, as far as they are looked at here."""

    async def of_member(self, team_id: str, user_id: str) -> Connection | None: ...


@dataclass(frozen=True, slots=True)
class Meetings:
    """What is coming, as it was at this time."""

    rows: Rows
    at: datetime


@dataclass(frozen=True, slots=True)
class Look:
    """What one look has found.

    Attributes:
        holder: Whose account the meetings are of.
        own: The reader's own account.
        meetings: None where Cal.com did not tell, and had not told before.
        trouble: Why it did not tell just now.
        rules: Those that the reader owns; `waiting` counts the messages held back for each place,
            `unheard` are the ids of those that need a webhook which is not there.
    """

    holder: Holder
    own: Connection | None = None
    meetings: Meetings | None = None
    trouble: SchedulingError | None = None
    rules: tuple[Rule, ...] = ()
    waiting: Mapping[Place, int] = field(default_factory=dict)
    unheard: frozenset[str] = frozenset()

    @property
    def tells_nothing(self) -> bool:
        """Whether Cal.com did not answer, and nothing is known from before."""
        return self.is_connected and self.trouble is not None and self.meetings is None

    @property
    def is_connected(self) -> bool:
        """Whether there is an account at all."""
        return not isinstance(self.trouble, NotConnected)


class Homes:
    """The use cases of the App Home."""

    def __init__(
        self,
        store: HomeStore,
        desks: Desks,
        connections: Connections,
        ruling: Ruling,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._desks = desks
        self._connections = connections
        self._ruling = ruling
        self._clock = clock
        self._known: OrderedDict[tuple[str, str], tuple[str, Meetings]] = OrderedDict()

    async def look(self, reader: Reader, page: int, *, opened: bool = True) -> Look:
        """All that is shown, asked for at once; Cal.com is asked for one list. `opened` says that
        the reader is at it themselves.

        Raises:
            StoreUnavailable: Then nothing is known.
        """
        member = reader.member
        desk = await self._desks.of(member.team_id, member.user_id)
        account = desk.holder.account
        home = OpenHome(member.team_id, member.user_id, account, reader.email, page)
        await self._store.shows(home, self._clock() if opened else None)
        found, own, look = await asyncio.gather(
            self._meetings(desk, reader),
            self._connections.of_member(member.team_id, member.user_id),
            self._with_rules(Look(desk.holder), member),
        )
        meetings, trouble = found
        return replace(look, own=own, meetings=meetings, trouble=trouble)

    async def page(self, team_id: str, user_id: str) -> int | None:
        """Which page of theirs is shown; None where they have not opened it lately."""
        return await self._store.page(team_id, user_id, self._clock() - LATELY)

    async def changed(self, account: str, *bookings: Booking) -> None:
        """Let those who have this booking, as it was or as it is, before them see what became of
        it."""
        emails = {
            each
            for booking in bookings
            for each in (
                *(host.email for host in booking.hosts),
                *(attendee.email for attendee in booking.attendees),
                *booking.guests,
            )
        }
        await self._store.stale(account, emails, self._clock())

    async def due(self) -> tuple[str, str] | None:
        """Whose Home is to be drawn anew now: workspace and member."""
        return await self._store.take(self._clock() - SOON)

    async def _meetings(
        self, desk: Desk, reader: Reader
    ) -> tuple[Meetings | None, SchedulingError | None]:
        """What is coming: what was told last, where Cal.com does not answer."""
        key, account = (reader.member.team_id, reader.member.user_id), desk.holder.account
        query = BookingQuery(listings=(Listing.UPCOMING,), ascending=True, take=MOST)
        try:
            found = Meetings(await desk.managing.listing(reader, query), self._clock())
        except SchedulingError as error:
            of, known = self._known.get(key, ("", None))
            return (known if of == account else None), error
        self._known[key] = account, found
        self._known.move_to_end(key)
        while len(self._known) > MOST_KEPT:
            self._known.popitem(last=False)
        return found, None

    async def _with_rules(self, look: Look, member: Member) -> Look:
        if not may(member, Deed.MAKE_RULES):
            return look
        listed = await self._ruling.listed(member)
        rules = (*listed.own, *listed.elsewhere)
        unheard = await self._desks.unheard(rules)
        return replace(look, rules=rules, waiting=listed.waiting, unheard=unheard)
