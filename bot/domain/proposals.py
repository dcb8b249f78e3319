"""Times that somebody proposes to others: what a proposal is, and its rules.

A proposal is open until somebody takes one of its times, its proposer takes it back, or it runs
out. Who takes a time has it for a while before it is booked (`TAKING`), so that of two people who
press at once one books; whoever finds that the while is over finds out what became of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.domain import places
from bot.domain.errors import InvalidAnswer
from bot.domain.event_types import EventType
from bot.domain.people import Member
from bot.domain.slots import Hold

MOST_TIMES: Final = 5
MOST_PEOPLE: Final = 7
"""With the proposer and the bot a group's direct message takes no more."""
NONE_FITS: Final = -1
"""The mark of somebody whom none of the times suits."""
HELD_FOR: Final = timedelta(minutes=60)
"""What is asked for; what was held by a bot that is gone is free again after that."""
RENEWED: Final = timedelta(minutes=2)
"""So long before a hold ends it is renewed."""
LEASE: Final = timedelta(minutes=2)
"""Longer than a booking takes with every look-up after it."""
GRACE: Final = timedelta(minutes=1)
"""After so long whatever should have been shown, and was not, is shown by somebody else."""


class State(StrEnum):
    OPEN = "open"
    TAKING = "taking"
    BOOKED = "booked"
    WITHDRAWN = "withdrawn"
    OVER = "over"


LIVE: Final = frozenset({State.OPEN, State.TAKING})


class Way(StrEnum):
    """How one of the times comes to be booked, and for whom."""

    CLICKER = "clicker"  # who presses first, for themselves
    NAMED = "named"  # who presses first, for all who were named
    POLL = "poll"  # everybody marks what suits; the best is booked for those whom it suits


class Struck(StrEnum):
    """Why a time is no longer to be had."""

    TAKEN = "taken"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Choice:
    """A proposed start (UTC), the hold that keeps it free, and why it is struck, if it is."""

    start: datetime
    hold: Hold | None = field(default=None, repr=False)
    struck: Struck | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """What is to be booked.

    `owner` is as in an `Offer`, for the proposer; `listed` is that for everybody else. `length`
    is in minutes, and told to Cal.com only where there are several; `location` is in the API's
    form, None where nothing has to be said. `asks` says that its form asks for more than a Slack
    profile knows.
    """

    event_type_id: int
    title: str
    minutes: int
    owner: str = ""
    listed: str = ""
    length: int | None = None
    asks: bool = False
    location: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Taking:
    """Who takes which of the times; `key` is the attempt's, `ref` the booking's once it stands."""

    user_id: str
    name: str
    choice: int
    key: str = field(repr=False)
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Times that a member proposes to those who are `named`, or to everybody in a channel.

    `language` is the proposer's, in which it is written. `channel` and `ts` are where it stands,
    empty until Slack has said so. `version` counts its
    changes, `shown` is the one that the message shows; `due_at` is when somebody has to look at
    it. `marks` are the choices' numbers by member, `NONE_FITS` among them.
    """

    id: str
    team_id: str
    user_id: str
    account: str
    thing: Thing
    way: Way
    choices: tuple[Choice, ...]
    expires_at: datetime
    named: tuple[str, ...] = ()
    note: str = field(default="", repr=False)
    language: str = "en"
    channel: str = ""
    ts: str = ""
    state: State = State.OPEN
    version: int = 1
    shown: int = 0
    lease_until: datetime | None = None
    due_at: datetime | None = None
    taking: Taking | None = None
    marks: Mapping[str, frozenset[int]] = field(default_factory=dict)

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def holds(self) -> tuple[Hold, ...]:
        """Everything that is held for it."""
        return tuple(choice.hold for choice in self.choices if choice.hold)

    def choice(self, number: int) -> Choice | None:
        """The choice with this number, which is a claim."""
        return self.choices[number] if 0 <= number < len(self.choices) else None

    def marked(self, number: int) -> tuple[str, ...]:
        """Whom this choice suits."""
        return tuple(user for user, chosen in self.marks.items() if number in chosen)


def standing(proposal: Proposal, now: datetime) -> tuple[int, ...]:
    """The numbers of the times that can still be taken."""
    return tuple(
        number
        for number, choice in enumerate(proposal.choices)
        if choice.struck is None and choice.start > now
    )


def left(proposal: Proposal) -> tuple[int, ...]:
    """The numbers of the times that are not struck; none once it is over."""
    if not proposal.is_live:
        return ()
    return tuple(n for n, choice in enumerate(proposal.choices) if choice.struck is None)


def ranked(proposal: Proposal, now: datetime) -> tuple[int, ...]:
    """The times that suit somebody, the best first: most marks, then the earliest."""
    suiting = [number for number in standing(proposal, now) if proposal.marked(number)]
    return tuple(
        sorted(suiting, key=lambda n: (-len(proposal.marked(n)), proposal.choices[n].start))
    )


def may_answer(proposal: Proposal, member: Member) -> bool:
    """Whether the member is one of those who are asked; nobody is asked by themselves, unless it
    is about everybody who was named."""
    if proposal.team_id != member.team_id:
        return False
    if proposal.named:
        own = proposal.user_id == member.user_id and proposal.way is Way.NAMED
        return own or member.user_id in proposal.named
    return proposal.user_id != member.user_id


def all_marked(proposal: Proposal) -> bool:
    """Whether everybody who was named has said something."""
    return bool(proposal.named) and all(proposal.marks.get(user) for user in proposal.named)


def toggled(marks: frozenset[int], number: int) -> frozenset[int]:
    """What somebody has marked after one more press; that none fits, and some, exclude another."""
    if number == NONE_FITS:
        return frozenset({NONE_FITS})
    return marks - {number} if number in marks else (marks - {NONE_FITS}) | {number}


def struck(proposal: Proposal, number: int, why: Struck) -> Proposal:
    """The proposal without this time."""
    gone = replace(proposal.choices[number], struck=why, hold=None)
    choices = (*proposal.choices[:number], gone, *proposal.choices[number + 1 :])
    return replace(proposal, choices=choices)


def without_past(proposal: Proposal, now: datetime) -> Proposal:
    """The proposal without the times that have passed."""
    for number, choice in enumerate(proposal.choices):
        if choice.struck is None and choice.start <= now:
            proposal = struck(proposal, number, Struck.PAST)
    return proposal


def due(proposal: Proposal) -> datetime | None:
    """When somebody has to look at it; None where it is over and shown so."""
    if proposal.state is State.TAKING:
        return proposal.lease_until
    if proposal.state is not State.OPEN:
        return None
    left = [choice for choice in proposal.choices if choice.struck is None]
    ends = [choice.hold.until - RENEWED for choice in left if choice.hold]
    return min([proposal.expires_at, *ends, *(choice.start for choice in left)])


def until(starts: Sequence[datetime], now: datetime, stands: timedelta | None) -> datetime:
    """How long a proposal stands: so long, or (None) until the first time is past; in no case
    longer than there is a time left."""
    return min(starts) if stands is None else min(now + stands, max(starts))


def asks_more(event_type: EventType) -> bool:
    """Whether the booking form asks for something that nobody's profile says."""
    if any(q.required for q in event_type.own_questions) or event_type.requires("notes"):
        return True
    try:
        places.location(event_type, "", "")
    except InvalidAnswer:
        return True
    return False


def takes_guests(event_type: EventType) -> bool:
    """Whether several people can be booked together."""
    hidden = any(q.slug == "guests" and q.hidden for q in event_type.questions)
    return event_type.guests_allowed and not hidden and not event_type.seats
