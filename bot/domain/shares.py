"""Event types that are shared in a channel: a card whose open times anybody there can book."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.event_types import Assignment, EventType
from bot.domain.slots import Slot, by_day

KEPT_FOR: Final = timedelta(days=14)
"""How long a card offers times after it was posted."""
AHEAD: Final = timedelta(days=14)
"""How far ahead of its first moment a card looks for times."""
MOST: Final = 8
PER_DAY: Final = 3
"""So many times a card shows, and so many of one day, so that not all are of one morning."""


@dataclass(frozen=True, slots=True)
class Share:
    """What a card offers, and where it stands.

    Attributes:
        user_id: Who shared it.
        account: At whose desk it is booked; `owner` is whose event type, empty for that
            account's own.
        length: In minutes, where there are several.
        since: The first moment that was asked for.
        zone: The sharer's, an IANA name: it stands on the card where no reader's is known; so are
            the clock and the `language`.
        channel, ts: The message; `ts` is empty until it is known to be posted.
        times: The starts that the card shows.
        hosts: User names at Cal.com of all whose time it may take.
        is_public: Whether everybody could see the event type at Cal.com when it was looked at
            last: one that is hidden after that is not shared any more.
    """

    id: str
    team_id: str
    user_id: str
    account: str
    owner: str
    event_type_id: int
    length: int | None
    since: datetime
    expires_at: datetime
    zone: str = "UTC"
    hour12: bool = False
    language: str = "en"
    channel: str = ""
    ts: str = ""
    times: tuple[datetime, ...] = ()
    hosts: tuple[str, ...] = ()
    is_public: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """What is drawn of a share: `whose` names the person or the team, empty where that is not
    known. Where it is over, `owner` is under whom everybody finds the `event_type`, which is None
    where nobody does."""

    share: Share
    event_type: EventType | None = None
    whose: str = ""
    owner: str = ""
    is_over: bool = False


def next_times(slots: Iterable[Slot], zone: ZoneInfo) -> tuple[datetime, ...]:
    """The open times that a card shows."""
    some = [slot.start for _, of_day in by_day(slots, zone) for slot in of_day[:PER_DAY]]
    return tuple(some[:MOST])


def givers(event_type: EventType, *, always: bool = False) -> frozenset[str]:
    """The user names of those whose time a booking of it may take; or (`always`) takes."""
    is_alone = event_type.assignment is not Assignment.COLLECTIVE and always
    hosts = [host.username for host in event_type.hosts if host.fixed or not is_alone]
    return frozenset(name.casefold() for name in (event_type.owner, *hosts) if name)
