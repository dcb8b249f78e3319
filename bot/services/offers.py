"""Whose event types there are, and the one that was meant: one's own, a colleague's, a team's, or
what several colleagues can be booked for together."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.event_types import EventType
from bot.domain.slots import SlotQuery
from bot.domain.wording import listed


@dataclass(frozen=True, slots=True)
class Companion:
    """A colleague who is to come as well, invited as a guest: their Slack id, name, and the event
    types that tell when they are free."""

    user_id: str
    name: str
    event_types: tuple[EventType, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """Whose event types, and the one that was meant.

    `owner` is the Cal.com user name, `team/SLUG`, or the Slack ids of several members joined by
    `+`; None for the account's own. `whose` names the person or the team, empty for the account's
    own; `chosen` is None where the person has yet to choose. `companions` come as well.
    """

    owner: str | None
    whose: str
    event_types: tuple[EventType, ...]
    chosen: EventType | None = None
    companions: tuple[Companion, ...] = ()

    def with_id(self, event_type_id: int) -> EventType | None:
        return next((t for t in self.event_types if t.id == event_type_id), None)

    def query(
        self, event_type: EventType, length: int | None, start: datetime, end: datetime
    ) -> SlotQuery:
        """What to look up, so that everybody is free: `length` in minutes, None for the usual."""
        minutes = length if length in event_type.lengths else event_type.length
        return SlotQuery(
            event_type_id=event_type.id,
            start=start,
            end=end,
            length=_said(event_type, minutes),
            also=tuple(
                (fitting.id, _said(fitting, minutes))
                for companion in self.companions
                if (fitting := _fitting(companion, minutes))
            ),
        )


def together(first: Offer, companions: tuple[Companion, ...]) -> Offer:
    """What can be booked with all of them: the first one's event types that take guests, in the
    lengths in which each of the others can be booked, too."""
    found = []
    for event_type in first.event_types:
        lengths = tuple(
            minutes
            for minutes in event_type.lengths or (event_type.length,)
            if all(_fitting(companion, minutes) for companion in companions)
        )
        if lengths and event_type.guests_allowed and not event_type.seats:
            length = event_type.length if event_type.length in lengths else lengths[0]
            several = lengths if event_type.lengths else ()
            found.append(replace(event_type, length=length, lengths=several))
    names = [first.whose, *(companion.name for companion in companions)]
    return replace(first, whose=listed(names), event_types=tuple(found), companions=companions)


def _fitting(companion: Companion, minutes: int) -> EventType | None:
    """An event type of that length."""
    return next((t for t in companion.event_types if minutes in (t.lengths or (t.length,))), None)


def _said(event_type: EventType, minutes: int) -> int | None:
    """Cal.com is told a length only where there are several."""
    return minutes if event_type.lengths else None
