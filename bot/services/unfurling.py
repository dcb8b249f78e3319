"""Booking links that people write in a channel: what they lead to, for everybody who reads them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.domain.commands import Link
from bot.domain.errors import SchedulingError
from bot.domain.event_types import EventType
from bot.domain.shares import AHEAD
from bot.services.catalogue import Kept
from bot.services.desks import Desk, Desks
from bot.services.sparing import Sparing

log = structlog.get_logger(__name__)

KEPT_FOR: Final = timedelta(minutes=2)
MOST_KEPT: Final = 500
TIMES: Final = 4
LOOKS: Final = 10
"""So many links are looked up for an account in a minute; more are left as they are."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What a link leads to, and when it can be booked next."""

    event_type: EventType
    owner: str
    whose: str
    times: tuple[datetime, ...]


@dataclass(slots=True)
class Unfurling:
    """The use case. Only what is public is told, and only of links to the letter; an answer, also
    that there is none, counts for a while."""

    desks: Desks
    clock: Callable[[], datetime]
    _kept: Kept = field(init=False)
    _sparing: Sparing = field(init=False)

    def __post_init__(self) -> None:
        self._sparing = Sparing(self.clock, LOOKS)
        self._kept = Kept(self.clock, KEPT_FOR, MOST_KEPT)

    async def linked(self, team_id: str, user_id: str, link: Link) -> Linked | None:
        """What the link of this member leads to, as their account sees it, else the house's; None
        for what is not ours to tell, or cannot be looked up now."""
        desk = await self.desks.of(team_id, user_id)
        if not desk.lookup.is_booking_link(link):
            return None
        key = (desk.holder.account, link)
        found: Linked | None = await self._kept.get(key, lambda: self._look(desk, link))
        return found

    async def _look(self, desk: Desk, link: Link) -> Linked | None:
        if not self._sparing.may_look(desk.holder.account):
            log.info("link_not_looked_up", account=desk.holder.account)
            return None
        try:
            offer = await desk.lookup.linked(link)
            if offer is None or offer.chosen is None:
                return None
            now = self.clock()
            query = offer.query(offer.chosen, None, now, now + AHEAD)
            slots = await desk.lookup.slots(query)
        except SchedulingError as error:
            log.info("link_leads_nowhere", kind=type(error).__name__)
            return None
        times = tuple(slot.start for slot in slots[:TIMES])
        return Linked(offer.chosen, offer.owner or "", offer.whose, times)
