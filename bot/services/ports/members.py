"""What the use cases need of what is kept for members: references, drafts, attempts, choices."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.bookings import (
    Booking,
)
from bot.domain.people import Preferences
from bot.domain.records import (
    Attempt,
    Draft,
    OpenHome,
    Seen,
)


class References(Protocol):
    """Opaque references to bookings: what stands in buttons and cards instead of a uid."""

    async def refer(
        self, account: str, bookings: Sequence[Booking], *, booked_by: str | None = None
    ) -> list[Seen]:
        """Remember the bookings (as they are now) and return their references, in order.

        A booking that took another's place (`rescheduled_from_uid`) keeps that one's reference.
        """
        ...

    async def seen(self, ref: str) -> Seen | None: ...


class Drafts(Protocol):
    async def save(self, draft: Draft) -> None: ...

    async def load(self, draft_id: str, team_id: str, user_id: str) -> Draft | None:
        """The draft, if it is this member's and still kept."""
        ...


class Attempts(Protocol):
    async def claim(self, attempt: Attempt) -> Attempt | None:
        """Insert it as `started`; None when it is ours now, else the one that was there.

        A `failed` one may be claimed again.
        """
        ...

    async def finish(self, key: str, state: str, uid: str | None = None) -> bool:
        """Note what came of it; False where that is known already."""
        ...

    async def find(self, key: str) -> Attempt | None: ...

    async def unfinished(self, before: datetime) -> list[Attempt]:
        """Those still `started` that were started before `before`."""
        ...

    async def made_by(self, team_id: str, user_id: str, keys: Collection[str]) -> frozenset[str]:
        """Those of these keys whose attempts are this member's."""
        ...


class MemberRows(Protocol):
    """What is kept of a member."""

    async def remove(self, team_id: str, user_id: str, *, accounts: tuple[str, ...]) -> None:
        """Delete their drafts, flows, choices and what they did, and what waits for them alone; let
        it not be known that they made the bookings of these accounts."""
        ...


class PreferenceStore(Protocol):
    async def preferences(self, team_id: str, user_id: str) -> Preferences: ...

    async def set_preferences(self, team_id: str, user_id: str, chosen: Preferences) -> None: ...


class HomeStore(Protocol):
    """The App Homes that members have opened lately."""

    async def shows(self, home: OpenHome, opened_at: datetime | None) -> None:
        """What it shows from now on; it is as it should be. None for one that is only drawn anew:
        nothing is noted where it was never opened."""
        ...

    async def page(self, team_id: str, user_id: str, since: datetime) -> int | None:
        """Which page it shows; None where it was not opened since then."""
        ...

    async def stale(self, account: str, emails: Collection[str], now: datetime) -> None:
        """Those that show a booking of this account with these people in it show what is no longer
        so: from now on, or since before."""
        ...

    async def stale_of(self, team_id: str, user_ids: Collection[str], now: datetime) -> None:
        """The same of these members' own: something in it that is theirs has changed."""
        ...

    async def take(self, before: datetime) -> tuple[str, str] | None:
        """Whose (workspace and member) is to be drawn again, having shown since before then what is
        no longer so; nobody else gets it."""
        ...
