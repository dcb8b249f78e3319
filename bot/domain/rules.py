"""Which events go to which place."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bot.domain.events import BookingEvent, Notice, Trigger


@dataclass(frozen=True, slots=True)
class Place:
    """A channel (id, or `#name` until Slack has told the id) of a workspace."""

    team_id: str
    channel: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Send the events with these triggers to this place; None means every trigger."""

    id: str
    place: Place
    triggers: Collection[Trigger] | None = None

    def wants(self, event: BookingEvent | Notice) -> bool:
        return self.triggers is None or event.trigger in self.triggers


def places_for(rules: Iterable[Rule], event: BookingEvent | Notice) -> tuple[Place, ...]:
    """Where the event is to be shown, each place once, in the rules' order."""
    return tuple(dict.fromkeys(rule.place for rule in rules if rule.wants(event)))
