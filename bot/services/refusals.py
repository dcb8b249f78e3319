"""What becomes of messages that Slack does not take: the place's rules rest, everything for it is
kept, and who can do something about it hears of it once.

Every step may be done again: whoever dies between two of them leaves the message claimed, it is
tried again when the lease is over, and refused again; what was told is not told twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import structlog

from bot.domain.cards import RefusalCard
from bot.domain.records import Delivery
from bot.domain.rules import Pause, Place, Rule, Showing
from bot.services.ports import HomeStore, Outbox, References, Rules
from bot.services.redrawing import redraw_homes

log = structlog.get_logger(__name__)

OF_OURS: Final = "undeliverable:"
"""How the keys of these words begin."""


@dataclass(frozen=True, slots=True)
class Refusals:
    """What a worker does with a message that cannot be delivered.

    Attributes:
        homes: Those of whose rules rest are drawn anew.
        admins: Members who are told what has no owner.
        command: The slash command's name.
    """

    outbox: Outbox
    rules: Rules
    references: References
    homes: HomeStore
    clock: Callable[[], datetime]
    admins: tuple[str, ...] = ()
    command: str = "/cal"

    async def closed(self, delivery: Delivery, why: str, *, is_heard: bool = False) -> None:
        """The place takes nothing any more: its rules rest. `is_heard` says that whoever asked for
        this very message waits, and hears of it anyway."""
        place = delivery.place
        await self.rules.hold(place, Pause(self.clock(), why=why))
        resting = [rule for rule in await self.rules.at(place) if rule.is_held]
        owners = [rule.owner for rule in resting]
        await redraw_homes(self.homes, place.team_id, owners, self.clock())
        for rule in resting:
            key = f"{OF_OURS}{rule.id}:{rule.failures}"
            card = replace(self._of_place(key, rule.place, why), rests=True)
            await self._tell(card, self._concerned(rule))
        if not resting:
            await self._closed_without_rule(delivery, why, is_heard=is_heard)

    async def given_up(self, delivery: Delivery, why: str) -> None:
        """It failed again and again for no known reason; the place itself may be fine."""
        if _is_of_ours(delivery):
            return
        place = delivery.place
        key = f"{OF_OURS}{place.team_id}:{place.channel}:{why}"
        await self._tell(self._of_place(key, place, why), self._admins(place))

    async def _closed_without_rule(self, delivery: Delivery, why: str, *, is_heard: bool) -> None:
        place = delivery.place
        if _is_of_ours(delivery):
            await self._pass_on(delivery)
            return
        if is_heard:
            return
        key = f"{OF_OURS}{place.team_id}:{place.channel}"
        seen = await self.references.seen(delivery.ref)
        asker = seen.booked_by if seen else None
        concerned = [Place(place.team_id, asker)] if asker else self._admins(place)
        await self._tell(self._of_place(key, place, why), concerned)

    async def _pass_on(self, delivery: Delivery) -> None:
        """What an owner cannot be told, admins are; what an admin cannot be told, nobody is."""
        place, card = delivery.place, delivery.card
        if place.channel in self.admins or not isinstance(card, RefusalCard):
            log.warning("nobody_told", delivery=delivery.id)
            return
        await self._tell(replace(card, key=f"{card.key}:admins"), self._admins(place))

    async def _tell(self, card: RefusalCard, concerned: Sequence[Place]) -> None:
        if not concerned:
            log.warning("nobody_told", of=card.key)
            return
        await self.outbox.tell(card.key, card, [Showing(place) for place in concerned])

    def _concerned(self, rule: Rule) -> list[Place]:
        """The rule's owner, but for one whom it is that cannot be reached."""
        owner = Place(rule.place.team_id, rule.owner)
        return [owner] if rule.owner and owner != rule.place else self._admins(rule.place)

    def _admins(self, besides: Place) -> list[Place]:
        places = [Place(besides.team_id, admin) for admin in self.admins]
        return [place for place in places if place != besides]

    def _of_place(self, key: str, place: Place, why: str) -> RefusalCard:
        return RefusalCard(key, place.channel, why, command=self.command)


async def wake(place: Place, rules: Rules, outbox: Outbox, homes: HomeStore, now: datetime) -> int:
    """Let the place's rules be at work again, and what waits for it be tried; how many.

    In this order: what is decided in between goes out with the rest.
    """
    woken = await rules.resume(place)
    count = await outbox.replay(place)
    await redraw_homes(homes, place.team_id, [rule.owner for rule in woken], now)
    return count


def _is_of_ours(delivery: Delivery) -> bool:
    """Whether it is itself the word that something could not be delivered."""
    return isinstance(delivery.card, RefusalCard)
