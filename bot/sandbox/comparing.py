"""Is the channel right? What Cal.com has, beside what the cards in the channel say.

Both sides are looked at from outside, the cards as a person reads them: their headline and their
time. Nothing is asked of the bot.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from bot.sandbox.calcom.model import Booking, Status
from bot.sandbox.calcom.times import zulu
from bot.sandbox.calcom.world import World
from bot.sandbox.slack.messages import Json, Message
from bot.sandbox.slack.workspace import Workspace

PATIENCE: Final = timedelta(minutes=3)
"""How long a card may be behind its booking and is still on its way; in a channel that is archived
it is so until somebody opens it again."""
SHOWN: Final = 40
ALIVE: Final = frozenset({"Booked", "Rescheduled", "Started", "Ended"})
SAID: Final = {
    Status.PENDING: frozenset({"Waiting for confirmation"}),
    Status.ACCEPTED: ALIVE,
    Status.CANCELLED: frozenset({"Cancelled"}),
    Status.REJECTED: frozenset({"Declined"}),
}
"""The words a card has for each status."""
UNPAID: Final = frozenset({"Waiting for payment", *SAID[Status.PENDING]})
"""The API shows an unpaid booking as a pending one; only a webhook tells the two apart."""
EVERY_WORD: Final = UNPAID.union(*SAID.values())
"""What else there is in a channel (reminders, digests, tests) begins with another word."""


class Verdict(StrEnum):
    RIGHT = "right"
    ON_ITS_WAY = "on its way"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Watched:
    """A channel (its id), and the ids of the event types whose bookings belong there."""

    channel: str
    event_types: frozenset[int]


@dataclass(slots=True, eq=False)
class Seen:
    """A card as it is read: the word for the state, the whole headline, and the start."""

    word: str
    headline: str
    start: datetime


@dataclass(slots=True, eq=False)
class Expected:
    """A booking, and the cards that were found for it; it should be one."""

    booking: Booking
    cards: list[Seen] = field(default_factory=list)


class Comparison:
    """Bookings that have changed since it was made, in the channels where they belong."""

    def __init__(self, world: World, workspace: Workspace, watched: Sequence[Watched]) -> None:
        self._world = world
        self._workspace = workspace
        self._watched = watched
        self._since = world.now()

    def lines(self) -> list[Json]:
        """One line per booking and channel, the latest change first."""
        every = [
            (one.booking.updated_at, self._line(each.channel, one))
            for each in self._watched
            for one in self._compared(each)
        ]
        every.sort(key=lambda line: line[0], reverse=True)
        return [line for _, line in every[:SHOWN]]

    def _compared(self, watched: Watched) -> list[Expected]:
        expected = [
            Expected(booking)
            for booking in self._world.bookings
            if booking.event_type_id in watched.event_types
            and booking.updated_at > self._since
            and not booking.rescheduled_to
        ]
        left = list(_cards(self._workspace.channels[watched.channel].messages.values()))
        for fits in (self._is_right, self._is_about, self._is_behind):
            for one in expected:
                found = next((card for card in left if not one.cards and fits(one, card)), None)
                if found is not None:
                    one.cards.append(found)
                    left.remove(found)
        for card in left:  # one too many, where it is about something that has its card
            twice = next((one for one in expected if self._is_about(one, card)), None)
            if twice is not None:
                twice.cards.append(card)
        return expected

    def _is_right(self, one: Expected, card: Seen) -> bool:
        return self._is_about(one, card) and card.word in _words(one.booking)

    def _is_about(self, one: Expected, card: Seen) -> bool:
        return card.start == one.booking.start and self._names(one.booking, card)

    def _is_behind(self, one: Expected, card: Seen) -> bool:
        """Whether the card still shows the time that the booking had before."""
        before = list(self._before(one.booking))
        return card.start in before and self._names(one.booking, card)

    def _names(self, booking: Booking, card: Seen) -> bool:
        """Whether the headline says which it is; by initials it has the event type's slug."""
        event_type = self._world.event_types[booking.event_type_id]
        names = (event_type.title, booking.title, event_type.slug.replace("-", " "))
        return any(name.casefold() in card.headline.casefold() for name in names)

    def _before(self, booking: Booking) -> Iterator[datetime]:
        while booking.rescheduled_from:
            earlier = self._world.booking(booking.rescheduled_from)
            if earlier is None:
                return
            yield earlier.start
            booking = earlier

    def _line(self, channel: str, one: Expected) -> Json:
        booking, place = one.booking, self._workspace.channels[channel]
        right = len(one.cards) == 1 and self._is_right(one, one.cards[0])
        late = self._world.now() - booking.updated_at > PATIENCE
        doubled = len(one.cards) > 1
        is_wrong = doubled or (late and not place.archived)
        wrong = Verdict.WRONG if is_wrong else Verdict.ON_ITS_WAY
        return {
            "booking": booking.id,
            "channel": place.name,
            "title": booking.title,
            "start": zulu(booking.start),
            "has": "unpaid" if booking.unpaid and booking.alive else str(booking.status),
            "says": [card.word for card in one.cards],
            "verdict": Verdict.RIGHT if right else wrong,
        }


def _words(booking: Booking) -> frozenset[str]:
    return UNPAID if booking.unpaid and booking.alive else SAID[booking.status]


def _cards(messages: Any) -> Iterator[Seen]:
    """The cards among a channel's messages; what stands in threads is none."""
    message: Message
    for message in messages:
        header = next((b for b in message.blocks if b["type"] == "header"), None)
        moment = re.search(r"<!date\^(\d+)\^", str(message.blocks))
        if header is None or moment is None or message.deleted or message.thread_ts:
            continue
        headline = str(header["text"]["text"])
        word = headline.partition(":")[0].lstrip("⏳✅💳▶️🏁❌🚫🔁 ")
        if word in EVERY_WORD:
            yield Seen(word, headline, datetime.fromtimestamp(int(moment[1]), UTC))
