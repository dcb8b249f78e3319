"""What is kept between two clicks or two webhooks: references, drafts, attempts, deliveries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from bot.domain.bookings import Booking
from bot.domain.cards import Card, Happening, Phase, Shown
from bot.domain.rules import PLAIN, Look, News, Place, Showing


@dataclass(frozen=True, slots=True)
class Seen:
    """A booking we have shown, under our own opaque reference.

    The reference stays when the booking is rescheduled: it then leads to the new uid. `account`
    names the Cal.com account it was seen through (`house`); `booking` is a snapshot and may be
    stale; `booked_by` is the Slack user who made it from here.
    """

    ref: str
    account: str
    uid: str = field(repr=False)
    booking: Booking
    booked_by: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person has put together in a modal so far; `data` is JSON."""

    id: str
    team_id: str
    user_id: str
    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A write that must not happen twice: claimed before it is sent, finished after.

    `state` is `started`, `done` (then `uid` is the booking that came of it), `failed` (nothing was
    changed) or `lost` (nobody will ever know). `request` is JSON, enough to find out and to show
    what came of it.
    """

    key: str
    team_id: str
    user_id: str
    kind: str
    state: str
    request: Mapping[str, Any]
    uid: str | None = field(default=None, repr=False)
    started_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A workflow that waits for one of our steps: to be done, and then answered.

    `id` is Slack's; `step` the step's callback id; `inputs` and `answer` are JSON. Whoever does it
    took it up at `taken_at`, and has a lease from then on; `again` says that somebody else had it
    before. With an `answer` it is done: Slack is still to be told.
    """

    id: str
    team_id: str
    user_id: str
    step: str
    inputs: Mapping[str, Any] = field(repr=False)
    begun_at: datetime
    taken_at: datetime
    again: bool = False
    answer: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A booking as Cal.com was seen to have it at `seen_at` (UTC), whatever a webhook said.

    A `silent` one is announced nowhere: what was there before anybody asked to hear of it.
    """

    booking: Booking
    seen_at: datetime
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """What waits in the inbox: a verified webhook's raw bytes and when it came (UTC), or a
    sighting; `account` is whose it is, `trace` the word that names it in every line of the log.
    """

    id: int
    raw: bytes = field(repr=False)
    received_at: datetime
    tries: int = 0
    account: str = "house"
    trace: str = ""
    sighting: Sighting | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """One word of a card's history, for the threads of those of these places that have the card."""

    word: Happening
    showings: tuple[Showing, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What one word (or one look at Cal.com) makes of one card, carried out in the transaction
    that settles it.

    `card` None leaves everything as it is (a repeated or ignored event). `showings` get the card,
    those that have it already the notes. Places that show it are edited whether named or not.
    """

    card: Shown | None
    showings: tuple[Showing, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose card a webhook is about: a booking by its uids (the newest first, then the ones it
    took the place of), or a notice by its key."""

    account: str
    uids: tuple[str, ...] = field(default=(), repr=False)
    notice: str = ""


class Kind(StrEnum):
    """What kind of message a delivery is."""

    CARD = "card"  # the living card: posted once, then edited
    NOTE = "note"  # one word of its history, in its thread
    REMINDER = "reminder"  # before the start, a message of its own
    REMOVAL = "removal"  # a card that turned out to be another one's: it is taken back


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message that is to be posted (no `ts` yet) or, a card, edited.

    `version` is the card's state that is delivered. `sought_since` is set where an earlier try
    may have posted the message without our learning its ts: look for it first. `key` tells the
    messages of one kind apart: a note's word; a reminder's start and minutes; of a card, the thread
    that it stands in. `thread_ts` is the message that it answers: a note's is the card. `trace`
    names the webhook that asked for it, `wanted_at` is since when (UTC) the place should show it.
    `failures` counts the tries that failed for no known reason.
    """

    id: int
    place: Place
    ref: str
    card: Shown
    version: int
    channel: str | None = None
    ts: str | None = None
    sought_since: datetime | None = None
    tries: int = 0
    kind: Kind = Kind.CARD
    key: str = ""
    look: Look = PLAIN
    note: Happening | None = None
    thread_ts: str | None = None
    trace: str = ""
    wanted_at: datetime | None = None
    failures: int = 0


def still_due(delivery: Delivery, now: datetime) -> bool:
    """Whether there is a reason to post it: a reminder comes too late for a booking that is off,
    that was moved, or that is over."""
    if delivery.kind is not Kind.REMINDER:
        return True
    card = delivery.card
    if not isinstance(card, Card) or card.phase not in {Phase.UPCOMING, Phase.STARTED}:
        return False
    start = datetime.fromisoformat(delivery.key.partition("/")[0])
    return start == card.booking.start and now < card.booking.end


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message that Slack does not take: it waits to be replayed. `why` is Slack's word."""

    id: int
    place: Place
    ref: str
    kind: Kind
    why: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits to be done, and since when the oldest of it could have been; of it, what is
    `failing` was tried before. What is `aside` is not tried any more."""

    count: int = 0
    oldest: datetime | None = None
    failing: int = 0
    aside: int = 0


@dataclass(frozen=True, slots=True)
class Closed:
    """A place that does not take so many messages: why the last one was refused, in Slack's word,
    and since when the oldest waits."""

    place: Place
    count: int
    why: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message stands: the channel's id and the message's ts."""

    channel: str
    ts: str


class Level(StrEnum):
    """Where at Cal.com a webhook is registered; each level misses what is the others'."""

    USER = "user"
    EVENT_TYPE = "event_type"
    TEAM_EVENT_TYPE = "team_event_type"
    ORGANIZATION = "organization"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose webhook one is at Cal.com: the account's own, an event type's (`owner_id`), a team's
    event type's (`team_id` names the team), or an organization's (`owner_id`)."""

    level: Level = Level.USER
    owner_id: int | None = None
    team_id: int | None = None


OWN: Final = Owner()


@dataclass(frozen=True, slots=True)
class Registration:
    """A webhook that we keep at Cal.com: it sends to an address of its own, signed with a secret
    of its own.

    `owner_id` is the id of the event type or the organization, `team_id` that of the event type's
    team; `webhook_id` is Cal.com's, empty until it is made. `error` says why it cannot be made.
    """

    address: str = field(repr=False)
    account: str
    level: Level
    secret: str = field(repr=False)
    owner_id: int | None = None
    team_id: int | None = None
    webhook_id: str = ""
    triggers: tuple[str, ...] = ()
    error: str = ""
    checked_at: datetime | None = None

    @property
    def owner(self) -> Owner:
        return Owner(self.level, self.owner_id, self.team_id)


@dataclass(frozen=True, slots=True)
class Demand:
    """What the rules of an account ask of Cal.com: which news (None is everything), and whose:
    the keys under which they are found (`all`, `team`, `type:ID`, and one `host` for all hosts).
    """

    news: tuple[News, ...] | None = ()
    keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Turn:
    """A recurring piece of work that is this process's until then; `state` is what the last one
    left."""

    name: str
    state: Mapping[str, Any]
    until: datetime


@dataclass(frozen=True, slots=True)
class OpenHome:
    """A member's App Home as it was opened last: whose bookings it shows (an account's), the
    e-mail by which some of them are theirs, and which page of the coming ones."""

    team_id: str
    user_id: str
    account: str
    email: str = field(default="", repr=False)
    page: int = 0
