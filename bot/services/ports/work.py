"""What the use cases need of the store for notifications: what waits, what is known, and rules."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from bot.domain.cards import Card, Phase, Shown
from bot.domain.claims import Claim
from bot.domain.records import (
    Closed,
    Decision,
    Delivery,
    Demand,
    Posted,
    Received,
    Registration,
    Run,
    Sighting,
    Subject,
    Turn,
    Undelivered,
    Waiting,
)
from bot.domain.rules import Pause, Place, Rule, Showing
from bot.domain.shares import Share


class Inbox(Protocol):
    """Verified webhooks, and sightings, kept until what they say is decided."""

    async def accept(self, raw: bytes, received_at: datetime, account: str = "house") -> bool:
        """Store the raw body once, in one insert; False when the very same body is there. One of
        our own that says what will be is taken then: at `received_at`."""
        ...

    async def sight(self, account: str, sightings: Sequence[Sighting]) -> int:
        """Store what was seen, to take the same way; returns how many are new."""
        ...

    async def claim(self, now: datetime, lease_until: datetime) -> Received | None:
        """The one due the longest: waiting, put back until before `now`, or its lease over."""
        ...

    async def card(self, subject: Subject) -> Shown | None:
        """The card as it is now, to find out whether Cal.com must be asked first."""
        ...

    async def cards(self, account: str, uids: Collection[str]) -> Mapping[str, Card]:
        """The cards that these uids lead to, by uid; without those that lead to none."""
        ...

    async def settle(
        self, received: Received, subject: Subject, decide: Callable[[Shown | None], Decision]
    ) -> str:
        """Lock the subject's card, let `decide` turn it, and store card, references, deliveries
        and the end of the inbox row in one transaction. Returns the subject's ref."""
        ...

    async def ignore(self, received_id: int, why: str) -> None:
        """Keep the row, and say why nothing came of it."""
        ...

    async def put_back(self, received_id: int, error: str, retry_at: datetime | None) -> None:
        """Try again at `retry_at`; None sets it aside (kept, no longer tried)."""
        ...

    async def waiting(self, team_id: str | None = None) -> Waiting:
        """How much waits (for accounts of this workspace), the oldest by when it came."""
        ...

    def trace(self, raw: bytes, account: str = "house") -> str:
        """The word that names this body in every line of the log."""
        ...


class Shares(Protocol):
    """Event types that are shared in channels. What has expired is as good as gone."""

    async def add(self, share: Share) -> bool:
        """Keep it; False where its id is taken."""
        ...

    async def of(self, share_id: str) -> Share | None: ...

    async def live(self, after: datetime) -> Sequence[Share]:
        """The posted ones that are to be looked at after that, the soonest first; at most 200."""
        ...

    async def hasten(self, event_type_id: int, at: datetime, others: Collection[str] = ()) -> None:
        """Let those of this event type, and these others, be looked at then, if they were to be
        later."""
        ...

    async def claim(self, now: datetime, until: datetime) -> Sequence[Share]:
        """The posted one that is due the longest, also one that has expired, and those of the same
        account and event type that are due as well, at most 50; nobody else gets them before
        `until`."""
        ...

    async def shown(self, share: Share, claimed: datetime | None, due_at: datetime) -> None:
        """Keep what is shown of it now, to be looked at again at `due_at`: or sooner, where that
        was wanted since it was claimed (until `claimed`)."""
        ...

    async def delete(self, share_id: str) -> None: ...


class Outbox(Protocol):
    """Messages that places do not show yet as they should: of a card one row per place, and one
    for each note in its thread and each reminder."""

    async def show(self, ref: str, card: Card, place: Place, thread: str = "") -> int:
        """Ask for a booking's card in one more place, now (again: it is tried now, if it is not
        posted); returns the row's id. With `thread` (a message's ts) it stands in that thread."""
        ...

    async def tell(self, key: str, shown: Shown, showings: Sequence[Showing]) -> None:
        """Post something that is about no booking, under a key that lets it be said once."""
        ...

    async def remind(self, ref: str, key: str, showings: Sequence[Showing]) -> None:
        """Post a reminder of the booking; one with the same key in the same place is left."""
        ...

    async def claim(
        self,
        now: datetime,
        lease_until: datetime,
        delivery_id: int | None = None,
        *,
        besides: Collection[Place] = (),
        outside: Collection[str] = (),
    ) -> Delivery | None:
        """The next one due whose delivered version is behind the card's (or the named one), in
        any place but these, and outside of these workspaces. A note waits until its card has been
        posted.

        Claiming a row without a ts notes `now` as the time from which a lost post is sought.
        """
        ...

    async def delivered(self, delivery: Delivery, posted: Posted | None) -> None:
        """Write back where it stands and which version it shows, and let go of the lease; None
        where there was no reason any more to post it."""
        ...

    async def put_back(
        self,
        delivery: Delivery,
        error: str,
        retry_at: datetime | None,
        *,
        sent: bool,
        known: bool = True,
    ) -> None:
        """Try again at `retry_at`; None sets it aside. `sent` False means that Slack refused:
        nothing was posted, so nothing needs to be sought. One that is not `known` counts among
        the delivery's `failures`."""
        ...

    async def settled_in(self, place: Place, channel: str) -> None:
        """Slack has told which channel `#name` is: from now on the place is known by its id, in
        rules as in rows."""
        ...

    async def aside(self, place: Place, *, take: int = 50, skip: int = 0) -> Sequence[Undelivered]:
        """What waits there to be replayed, the oldest first."""
        ...

    async def closed(
        self,
        team_id: str,
        *,
        among: Collection[str] | None = None,
        take: int = 50,
        skip: int = 0,
    ) -> Sequence[Closed]:
        """The workspace's places (`among` these channels) for which something waits to be
        replayed, the longest first."""
        ...

    async def waiting(self, now: datetime, team_id: str | None = None) -> Waiting:
        """How much waits to be posted or edited (there), the oldest by when it was wanted."""
        ...

    async def delivered_since(self, since: datetime, team_id: str | None = None) -> int:
        """How many messages were posted or edited last since then (there)."""
        ...

    async def replay(self, place: Place) -> int:
        """Let everything that waits for this place be tried again, now; returns how many."""
        ...


class Cards(Protocol):
    """The bookings that are known, by when they start."""

    async def starting(
        self,
        account: str,
        after: datetime,
        until: datetime,
        *,
        phases: Collection[Phase] = (),
        take: int = 200,
        beyond: tuple[datetime, str] | None = None,
    ) -> Sequence[tuple[str, Card]]:
        """Refs and cards with `after` <= start < `until`, by start and ref; with `beyond` (the
        start and ref of the last one that was given) the next ones."""
        ...


class Rules(Protocol):
    """The rules of all workspaces."""

    async def matching(self, account: str, keys: Collection[str]) -> Sequence[Rule]:
        """The rules that are found under one of these keys, in the order they were made."""
        ...

    async def at(self, place: Place) -> Sequence[Rule]: ...

    async def owned(self, team_id: str, user_id: str) -> Sequence[Rule]:
        """Those that this member made."""
        ...

    async def of_workspace(
        self, team_id: str, *, take: int = 100, skip: int = 0
    ) -> Sequence[Rule]: ...

    async def rule(self, rule_id: str) -> Rule | None: ...

    async def save(self, rule: Rule, *, digest_at: datetime | None = None) -> None:
        """Insert it, or replace the one with its id; `digest_at` is when its digest is due."""
        ...

    async def delete(self, rule_id: str) -> bool:
        """False where there is none (any more)."""
        ...

    async def hold(self, place: Place, pause: Pause) -> Sequence[Rule]:
        """Let the place's rules that are at work rest, as they are; returns those, as they are
        now (their `failures` counted up)."""
        ...

    async def resume(self, place: Place) -> Sequence[Rule]:
        """End the rest of those that `hold` let rest; returns those."""
        ...

    async def demand(self, account: str) -> Demand | None:
        """What its rules ask for; None where it has none."""
        ...

    async def reminding(self, account: str) -> Sequence[Rule]:
        """Those of its rules that remind."""
        ...

    async def digests_due(self, now: datetime) -> Sequence[tuple[Rule, datetime]]:
        """Rules whose digest is due, with when it was, the longest due first; at most 100."""
        ...

    async def digest_at(self, rule_id: str, was: datetime, due: datetime | None) -> bool:
        """Move when the next digest is due; False where somebody has done so since `was`."""
        ...


class Claims(Protocol):
    """Who takes which booking."""

    async def take(self, claim: Claim) -> Claim | None:
        """Keep it, if it is the first; else the one that was (None is ours)."""
        ...

    async def end(self, claim: Claim) -> bool:
        """They have it; False where it is not this very claim any more."""
        ...

    async def free(self, claim: Claim) -> bool:
        """Nobody has it; False likewise."""
        ...

    async def left(self, now: datetime) -> Sequence[Claim]:
        """Those whose lease is over, the longest first; at most 50."""
        ...


class Runs(Protocol):
    """The workflows that wait for a step of ours."""

    async def begin(self, run: Run) -> bool:
        """Keep it, and have it; False where it was told of before."""
        ...

    async def take(self, now: datetime, before: datetime) -> Run | None:
        """Have the one that waits the longest among those that nobody took up since `before`."""
        ...

    async def answered(self, run: Run, answer: Mapping[str, Any], now: datetime) -> Run | None:
        """It is done: keep what Slack is to be told; None where somebody else has taken it up
        since, or it is over."""
        ...

    async def end(self, run: Run) -> None:
        """Slack was told, or cannot be told any more."""
        ...


class Registrations(Protocol):
    """The webhooks that we keep at Cal.com."""

    async def at_address(self, address: str) -> Registration | None: ...

    async def of_account(self, account: str) -> Sequence[Registration]: ...

    async def save(self, registration: Registration) -> None:
        """Insert it, or replace the one with its address."""
        ...

    async def delete(self, address: str) -> None: ...


class Turns(Protocol):
    """Recurring work that one process does at a time."""

    async def take(self, name: str, now: datetime, lease_until: datetime) -> Turn | None:
        """The turn, if it is due and nobody has it; one that was never taken is due."""
        ...

    async def end(self, turn: Turn, due_at: datetime, state: Mapping[str, Any]) -> None:
        """Give it back: it is due again then, and finds this state."""
        ...

    async def hasten(self, name: str, at: datetime) -> None:
        """Let it be due by `at`."""
        ...

    async def due(self, prefix: str, now: datetime) -> Sequence[str]:
        """The names that begin so of those that are due and nobody has, the longest due first; at
        most 50."""
        ...

    async def drop(self, name: str) -> None:
        """There is no such work any more."""
        ...
