"""What is kept between two clicks or two webhooks: references, drafts, attempts, deliveries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.domain.bookings import Booking
from bot.domain.cards import Card, NoticeCard
from bot.domain.rules import Place


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

    `state` is `started`, `done` (then `uid` is the booking that came of it) or `failed`
    (nothing was changed). `request` is JSON, enough to find out and to show what came of it.
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
class Received:
    """A verified webhook, as it was stored: raw bytes and when it came (UTC)."""

    id: int
    raw: bytes = field(repr=False)
    received_at: datetime
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """What one webhook makes of one card, carried out in the transaction that settles it.

    `card` None leaves the card as it is (a repeated or ignored event). `places` get the card, new
    or edited; places that show it already are edited whether named or not.
    """

    card: Card | NoticeCard | None
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose card a webhook is about: a booking by its uids (the newest first, then the ones it
    took the place of), or a notice by its key."""

    account: str
    uids: tuple[str, ...] = field(default=(), repr=False)
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One place's card that is to be posted (no `ts` yet) or edited.

    `version` is the card's state that is delivered. `sought_since` is set where an earlier try
    may have posted the message without our learning its ts: look for it first.
    """

    id: int
    place: Place
    ref: str
    card: Card | NoticeCard
    version: int
    channel: str | None = None
    ts: str | None = None
    sought_since: datetime | None = None
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message stands: the channel's id and the message's ts."""

    channel: str
    ts: str
