"""What becomes of messages that Slack does not take: the place's rules rest, everything for it is
kept, and who can do something about it hears of it once.

Every step may be done again: whoever dies between two of them leaves the message claimed, it is
tried again when the lease is over, and refused again; what was told is not told twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from bot.domain.cards import NoticeCard
from bot.domain.events import Notice
from bot.domain.records import Delivery
from bot.domain.rules import Pause, Place, Rule, Showing
from bot.services.ports import Outbox, References, Rules

log = structlog.get_logger(__name__)

OF_OURS: Final = "undeliverable:"
"""How the keys of these notices begin."""

REASONS: Final = {
    "is_archived": ("The channel is archived.", "Unarchive it"),
    "not_in_channel": ("I am not in the channel.", "Invite me with /invite"),
    "channel_not_found": (
        "The channel was deleted, or it is private and I am not in it.",
        "Invite me with /invite",
    ),
    "user_disabled": ("The person's account is switched off.", "Have it switched on"),
    "user_not_found": ("Slack does not know the person.", "Ask who it was"),
    "user_not_visible": ("I may not see the person.", "Have an admin let me"),
    "messages_tab_disabled": (
        "Messages to this app are switched off.",
        "Switch on the Messages tab in the app's settings",
    ),
}
RESTRICTED: Final = ("Who may post there is restricted.", "Have an admin of the channel let me")
UNKNOWN: Final = ("It failed for no reason that I know.", "Look into my log")


@dataclass(frozen=True, slots=True)
class Refusals:
    """What a worker does with a message that cannot be delivered.

    Attributes:
        admins: Members who are told what has no owner.
        command: The slash command's name.
    """

    outbox: Outbox
    rules: Rules
    references: References
    clock: Callable[[], datetime]
    admins: tuple[str, ...] = ()
    command: str = "/cal"

    async def closed(self, delivery: Delivery, why: str, *, is_heard: bool = False) -> None:
        """The place takes nothing any more: its rules rest. `is_heard` says that whoever asked for
        this very message waits, and hears of it anyway."""
        place = delivery.place
        await self.rules.hold(place, Pause(self.clock(), why=why))
        resting = [rule for rule in await self.rules.at(place) if rule.is_held]
        for rule in resting:
            key = f"{OF_OURS}{rule.id}:{rule.failures}"
            await self._tell(key, self._of_rule(key, rule, why), self._concerned(rule))
        if not resting:
            await self._closed_without_rule(delivery, why, is_heard=is_heard)

    async def given_up(self, delivery: Delivery, why: str) -> None:
        """It failed again and again for no known reason; the place itself may be fine."""
        if _is_of_ours(delivery):
            return
        place = delivery.place
        key = f"{OF_OURS}{place.team_id}:{place.channel}:{why}"
        await self._tell(key, self._of_place(key, place, why), self._admins(place))

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
        await self._tell(key, self._of_place(key, place, why), concerned)

    async def _pass_on(self, delivery: Delivery) -> None:
        """What an owner cannot be told, admins are; what an admin cannot be told, nobody is."""
        place = delivery.place
        if place.channel in self.admins or not isinstance(delivery.card, NoticeCard):
            log.warning("nobody_told", delivery=delivery.id)
            return
        key = f"{delivery.card.notice.key}:admins"
        await self._tell(key, delivery.card.notice, self._admins(place))

    async def _tell(self, key: str, notice: Notice, concerned: Sequence[Place]) -> None:
        if not concerned:
            log.warning("nobody_told", of=key)
            return
        await self.outbox.tell(key, NoticeCard(notice), [Showing(place) for place in concerned])

    def _concerned(self, rule: Rule) -> list[Place]:
        """The rule's owner, but for one whom it is that cannot be reached."""
        owner = Place(rule.place.team_id, rule.owner)
        return [owner] if rule.owner and owner != rule.place else self._admins(rule.place)

    def _admins(self, besides: Place) -> list[Place]:
        places = [Place(besides.team_id, admin) for admin in self.admins]
        return [place for place in places if place != besides]

    def _of_rule(self, key: str, rule: Rule, why: str) -> Notice:
        waits = "The rule rests; what it would have posted since then is kept."
        return self._notice(key, rule.place, why, (waits, ", or let the rule post elsewhere"))

    def _of_place(self, key: str, place: Place, why: str) -> Notice:
        waits = "What I would have posted or edited there is kept."
        return self._notice(key, place, why, (waits, ""))

    def _notice(self, key: str, place: Place, why: str, said: tuple[str, str]) -> Notice:
        """`said` is what waits, and what else could be done."""
        happened, remedy = reason(why)
        waits, otherwise = said
        named = f" in {place.channel}" if place.channel.startswith("#") else ""
        return Notice(
            trigger=None,
            key=key,
            title=f"I cannot post{named} any more",
            lines=(
                ("What happened", f"{happened} Slack says: {why}"),
                ("What waits", waits),
                ("What to do", f"{remedy}{otherwise}. Then Replay in {self.command} status."),
            ),
            channel="" if named else place.channel,
        )


def reason(why: str) -> tuple[str, str]:
    """What Slack's word means, and what helps."""
    return RESTRICTED if why.startswith("restricted_action") else REASONS.get(why, UNKNOWN)


def _is_of_ours(delivery: Delivery) -> bool:
    """Whether it is itself the word that something could not be delivered."""
    card = delivery.card
    return isinstance(card, NoticeCard) and card.notice.key.startswith(OF_OURS)
