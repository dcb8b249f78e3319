"""Which account acts for whom: the use cases of one account stand on one desk.

A member sits at the desk of their own account, where they have connected one; else, in the
workspace that has the house account, at the house's. A booking is changed from the desk of the
account through which it is known, whoever sits there: what they may do is looked at there.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, TypeVar

from bot.domain.accounts import HOUSE, Connection, Holder
from bot.domain.bookings import Booking
from bot.domain.errors import Expired, NotConnected
from bot.domain.records import Attempt, Seen
from bot.domain.rules import Rule
from bot.services.amending import Amending
from bot.services.availability import Lookup
from bot.services.away import Absences
from bot.services.booking import FOUND_OUT_AFTER, KIND, Bookings
from bot.services.catalogue import Catalogue
from bot.services.holding import Holds
from bot.services.hours import Hours
from bot.services.managing import Managing
from bot.services.overview import Overviews
from bot.services.ports import Attempts, References, Scheduling
from bot.services.reconciling import Reconciling
from bot.services.registering import Registering
from bot.services.reminding import Reminding

K = TypeVar("K")
V = TypeVar("V")

MOST: Final = 1_000
"""So many desks stand at once; each keeps what its account's event types are."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The use cases of one account."""

    holder: Holder
    scheduling: Scheduling
    catalogue: Catalogue
    lookup: Lookup
    bookings: Bookings
    holds: Holds
    hours: Hours
    absences: Absences
    managing: Managing
    amending: Amending
    registering: Registering
    reconciling: Reconciling
    reminding: Reminding
    overviews: Overviews


class Connections(Protocol):
    """The members' own accounts, as far as they are looked at here."""

    async def of_member(self, team_id: str, user_id: str) -> Connection | None: ...

    async def named(self, account: str) -> Connection | None: ...


class Desks:
    """Sets them up as they are wanted.

    Args:
        setup: Makes the desk of an account; None is the house's credential, or none.
        home: The id of the workspace that has the house account; empty until Slack has told.
    """

    def __init__(
        self,
        connections: Connections,
        references: References,
        attempts: Attempts,
        setup: Callable[[Holder, Connection | None], Desk],
        home: Callable[[], str],
        clock: Callable[[], datetime],
    ) -> None:
        self._connections = connections
        self._references = references
        self._setup = setup
        self.home = home
        self._attempts = attempts
        self._clock = clock
        self.house = setup(Holder(HOUSE, ""), None)
        self._standing: OrderedDict[str, Desk] = OrderedDict()
        self._seats: OrderedDict[tuple[str, str], Desk] = OrderedDict()

    async def of(self, team_id: str, user_id: str) -> Desk:
        """The desk at which this member sits; one at which nothing can be done (every question
        raises `NotConnected`) where they have no account, and there is none for everybody."""
        connection = await self._connections.of_member(team_id, user_id)
        desk = self._of(connection) if connection else self._without_own(team_id, user_id)
        _put(self._seats, (team_id, user_id), desk)
        return desk

    def at_hand(self, team_id: str, user_id: str) -> Desk:
        """Where they sat last, without asking anybody: for what has to be shown at once."""
        return self._seats.get((team_id, user_id)) or self._without_own(team_id, user_id)

    async def keeping(self, team_id: str, user_id: str, ref: str) -> Desk:
        """The desk of the account through which the booking is known.

        Raises:
            Expired: The reference leads nowhere, or out of this workspace.
        """
        seen = await self._references.seen(ref)
        desk = await self.named(seen.account) if seen else None
        if desk is None or not self._is_here(desk, team_id):
            raise Expired
        return desk

    async def named(self, account: str) -> Desk | None:
        """The account's; None where it is nobody's (any more)."""
        if account == HOUSE:
            return self.house
        connection = await self._connections.named(account)
        if connection is None:
            self._standing.pop(account, None)
            return None
        return self._of(connection)

    def everybodys(self, team_id: str) -> Desk | None:
        """The house's, in the workspace that has it."""
        return self.house if self._is_here(self.house, team_id) else None

    async def booking(self, account: str, uid: str) -> Booking:
        """A booking of this account as it is now; raises `SchedulingError`s."""
        return await (await self.opened(account)).scheduling.booking(uid)

    async def team_of(self, account: str, event_type_id: int) -> int | None:
        """The team of the account's event type, where it is one's; raises `SchedulingError`s."""
        return await (await self.opened(account)).catalogue.team_of(event_type_id)

    async def unheard(self, rules: Iterable[Rule]) -> frozenset[str]:
        """The ids of the rules that need a webhook which Cal.com did not let us set up."""
        found: frozenset[str] = frozenset()
        of_account: dict[str, list[Rule]] = {}
        for rule in rules:
            of_account.setdefault(rule.account, []).append(rule)
        for account, its in of_account.items():
            if desk := await self.named(account):
                found |= await desk.registering.unheard(its)
        return found

    async def find_out(self) -> list[tuple[Attempt, Seen | None]]:
        """What became of orders whose answers were lost: see `Bookings.found`."""
        found = []
        for attempt in await self._attempts.unfinished(self._clock() - FOUND_OUT_AFTER):
            if attempt.kind == KIND:
                desk = await self.named(str(attempt.request.get("account", "")))
                desk = desk or await self.of(attempt.team_id, attempt.user_id)
                found.append(await desk.bookings.found(attempt))
        return [each for each in found if each]

    def drop_slots(self) -> None:
        """Forget the open times: one of them has been taken."""
        for desk in (self.house, *self._standing.values()):
            desk.lookup.drop_slots()

    async def opened(self, account: str) -> Desk:
        """As `named`; raises `NotConnected` where it is nobody's."""
        desk = await self.named(account)
        if desk is None:
            raise NotConnected
        return desk

    def _of(self, connection: Connection) -> Desk:
        """The one that stands, unless it is another's by now."""
        account = connection.holder.account
        known = self._standing.get(account)
        if known and known.holder == connection.holder:
            self._standing.move_to_end(account)
            return known
        desk = self._setup(connection.holder, connection)
        _put(self._standing, account, desk)
        return desk

    def _is_here(self, desk: Desk, team_id: str) -> bool:
        """Whether it is this workspace's; the house's is anybody's until Slack has told who we
        are: it is then the only workspace whose requests are let in."""
        return team_id == desk.holder.team_id if desk is not self.house else self._is_home(team_id)

    def _is_home(self, team_id: str) -> bool:
        return self.home() in {"", team_id}

    def _without_own(self, team_id: str, user_id: str) -> Desk:
        if self._is_home(team_id):
            return self.house
        return self._setup(Holder("", team_id, user_id), None)


def _put(kept: OrderedDict[K, V], key: K, value: V) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > MOST:
        kept.popitem(last=False)
