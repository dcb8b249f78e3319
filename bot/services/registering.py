"""The webhooks that the rules need, kept at Cal.com: each with an address and a secret of its own.

Every few minutes, and when rules were changed, what is there is compared with what is wanted, and
set right. Where Cal.com does not let us, the polling of bookings serves.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from bot.domain.errors import (
    NotAuthorised,
    NotConnected,
    SchedulingError,
    Unavailable,
    UnknownOutcome,
)
from bot.domain.events import Trigger
from bot.domain.hooks import Kept, described, is_unheard, unreachable
from bot.domain.records import OWN, Demand, Level, Owner, Registration
from bot.domain.rules import Rule, triggers_for
from bot.services.catalogue import Catalogue
from bot.services.ports import Registrations, Rules, Turns, Webhooks
from bot.services.rounds import State
from bot.services.subscribing import Subscribing, Wish

log = structlog.get_logger(__name__)

KEEP_EVERY: Final = timedelta(minutes=10)
TITLES_SECONDS: Final = 5.0
UNKNOWN_FOR: Final = timedelta(days=1)
"""How long a trigger that the server does not know is left out."""

CARDS: Final = frozenset(
    {
        Trigger.BOOKING_CREATED,
        Trigger.BOOKING_REQUESTED,
        Trigger.BOOKING_RESCHEDULED,
        Trigger.BOOKING_CANCELLED,
        Trigger.BOOKING_REJECTED,
        Trigger.BOOKING_PAYMENT_INITIATED,
        Trigger.BOOKING_PAID,
        Trigger.BOOKING_REASSIGNED,
        Trigger.BOOKING_LOCATION_UPDATED,
        Trigger.BOOKING_NO_SHOW_UPDATED,
    }
)
"""Without these a card that is there would not follow its booking."""

EVERY_TEAM: Final = frozenset({"all", "host", "team"})
"""Keys of rules that can mean any team's event types."""


@dataclass(frozen=True, slots=True)
class Registering:
    """What keeps an account's webhooks, in rounds: see `services.rounds`.

    Attributes:
        public_url: Where Cal.com reaches us; without it there can be no webhooks.
        new_secret: Something that nobody can guess, fit for an address and for a secret.
    """

    account: str
    calcom: Webhooks
    catalogue: Catalogue
    rules: Rules
    registrations: Registrations
    turns: Turns
    clock: Callable[[], datetime]
    public_url: str | None
    new_secret: Callable[[], str] = field(repr=False)

    async def hasten(self) -> None:
        """Rules were changed: the next round is now."""
        await self.turns.hasten(self.turn, self.clock())

    async def __call__(self, state: State) -> State:
        """Compare, and set right; what is learned of the server's triggers is kept for a day."""
        now = self.clock()
        unknown = _unknown(state, now)
        try:
            await self._keep(now, unknown)
        except (NotConnected, NotAuthorised) as error:
            log.info("webhooks_not_kept", kind=type(error).__name__)
        except UnknownOutcome as error:  # what came of it is to be seen in a moment
            raise Unavailable(error.detail) from error
        return {"unknown": {trigger: at.isoformat() for trigger, at in unknown.items()}}

    async def words(self) -> Sequence[Kept]:
        """How the account's webhooks stand, as far as the last round knows; in plain text, with
        titles of event types in it. Nothing where no rule needs any."""
        if await self.rules.demand(self.account) is None:
            return ()
        if not self.public_url:
            return (unreachable(),)
        rows = await self.registrations.of_account(self.account)
        order = list(Level)
        rows = sorted(rows, key=lambda row: (order.index(row.level), row.owner_id or 0))
        with suppress(SchedulingError, TimeoutError):
            async with asyncio.timeout(TITLES_SECONDS):
                await self.catalogue.event_types()
        return tuple(
            described(row, self._subscribing.url(row), self._title(row.owner_id)) for row in rows
        )

    async def unheard(self, rules: Iterable[Rule]) -> frozenset[str]:
        """The ids of the rules that need a webhook which Cal.com did not let us set up, as far as
        the last round knows: Cal.com is not asked."""
        rows = await self.registrations.of_account(self.account)
        return frozenset(rule.id for rule in rules if is_unheard(rule, rows))

    @property
    def turn(self) -> str:
        """The name of its turn."""
        return f"webhooks:{self.account}"

    @property
    def _subscribing(self) -> Subscribing:
        return Subscribing(
            self.account, self.calcom, self.registrations, self.public_url, self.new_secret
        )

    def _title(self, event_type_id: int | None) -> str:
        known = self.catalogue.known_type(event_type_id)
        return known.title if known else ""

    async def _keep(self, now: datetime, unknown: dict[str, datetime]) -> None:
        """Those that were not looked at for the longest time come first: a round may be cut."""
        rows = await self.registrations.of_account(self.account)
        demand = await self.rules.demand(self.account) if self.public_url else None
        news = triggers_for(demand.news) if demand else ()
        wish = Wish(now, frozenset(each.value for each in (*CARDS, *news)), unknown)
        above = await self._above() if demand else None
        has_all = above and await self._subscribing.keep(above, _of(above, rows), wish)
        wanted = await self._wanted(demand, rows) if demand and not has_all else []
        seen = {row.owner: row.checked_at for row in rows if row.checked_at}
        owners = dict.fromkeys([*wanted, *(row.owner for row in rows if row.owner != above)])
        for owner in sorted(owners, key=lambda owner: seen.get(owner, _LONG_AGO)):
            if owner in wanted:
                await self._subscribing.keep(owner, _of(owner, rows), wish)
            else:
                await self._subscribing.end(owner, _of(owner, rows), wish)

    async def _above(self) -> Owner | None:
        """The organization: its webhook hears of everybody in it, and no other one is needed."""
        organization_id = (await self.catalogue.me()).organization_id
        return Owner(Level.ORGANIZATION, organization_id) if organization_id else None

    async def _wanted(self, demand: Demand, rows: Sequence[Registration]) -> list[Owner]:
        """Without an organization's: one's own, and those of the teams' event types that are
        meant, of which one's own hears nothing (of what was made of a template for somebody else
        neither)."""
        listed = [
            Owner(Level.TEAM_EVENT_TYPE, each.id, each.team.id)
            for each in await self.calcom.team_event_types()
            if each.team
        ]
        # The list may leave out a team for a while: what works stays. What is gone is refused,
        # and ends with the next round.
        working = [r.owner for r in rows if r.level is Level.TEAM_EVENT_TYPE and not r.error]
        teams = [owner for owner in (*listed, *working) if _is_meant(owner, demand)]
        return [OWN, *teams]


_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


def _of(owner: Owner, rows: Iterable[Registration]) -> list[Registration]:
    return [row for row in rows if row.owner == owner]


def _is_meant(owner: Owner, demand: Demand) -> bool:
    return bool(demand.keys & EVERY_TEAM) or f"type:{owner.owner_id}" in demand.keys


def _unknown(state: State, now: datetime) -> dict[str, datetime]:
    """The triggers that are left out still, and since when."""
    kept = state.get("unknown", {})
    since = {trigger: datetime.fromisoformat(at) for trigger, at in kept.items()}
    return {trigger: at for trigger, at in since.items() if now < at + UNKNOWN_FOR}
