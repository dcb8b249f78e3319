"""The store as a whole: opened once, closed once."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from bot.domain.errors import NotMigrated, StoreUnavailable
from bot.store.accounts import ConnectionStore
from bot.store.attempts import Attempts
from bot.store.audit import AuditStore
from bot.store.bookings import References
from bot.store.cards import CardStore
from bot.store.claims import ClaimStore
from bot.store.database import Database
from bot.store.drafts import KEPT_FOR, Drafts
from bot.store.forgetting import MemberRows
from bot.store.grants import Grants
from bot.store.homes import HomeStore
from bot.store.inbox import Inbox
from bot.store.installations import InstallationStore
from bot.store.intake import Intake
from bot.store.leases import end_leases
from bot.store.leaving import WorkspaceRows
from bot.store.outbox import Outbox
from bot.store.preferences import PreferenceStore
from bot.store.proposals import ProposalStore
from bot.store.pruning import prune_bookings, prune_notices, prune_outbox
from bot.store.registrations import RegistrationStore
from bot.store.rules import RuleStore
from bot.store.runs import RunStore
from bot.store.shares import ShareStore
from bot.store.subjects import Subjects
from bot.store.turns import TurnStore
from bot.store.upgrading import head, upgrade
from bot.store.wakeups import WakeUps

KEPT_FOR_QUESTIONS = timedelta(days=30)
"""How long settled webhooks, finished attempts, messages that stay as they are and what was set
aside are kept, to find out what happened."""
KEPT_WHEN_OVER = timedelta(days=180)
"""How long the card of a booking that is over stays after its last change."""


def new_ref() -> str:
    """Sixteen characters nobody can guess, safe in URLs and block ids."""
    return secrets.token_urlsafe(12)


class Store:
    """Everything that is kept, over one database.

    Every method may raise `StoreUnavailable`, within three seconds.

    Attributes:
        references, drafts, attempts, preferences, inbox, outbox, cards, rules, registrations,
            turns, connections, grants, audit, installations, workspaces, shares, proposals, claims,
            runs: The ports of these names.
    """

    def __init__(
        self, database: Database, clock: Callable[[], datetime], new_id: Callable[[], str]
    ) -> None:
        subjects = Subjects(database, clock, new_id)
        self._wakeups = WakeUps(database)
        self._intake = Intake(database, self._wakeups)
        self._head: str | None = None
        self.database = database
        self.references = References(subjects)
        self.drafts = Drafts(database, clock)
        self.attempts = Attempts(database, clock)
        self.preferences = PreferenceStore(database)
        self.homes = HomeStore(database)
        self.inbox = Inbox(subjects, self._wakeups, self._intake)
        self.outbox = Outbox(subjects, self._wakeups, self._intake)
        self.cards = CardStore(database, clock)
        self.rules = RuleStore(database, clock)
        self.registrations = RegistrationStore(database)
        self.turns = TurnStore(database)
        self.connections = ConnectionStore(database)
        self.grants = Grants(database)
        self.audit = AuditStore(database)
        self.installations = InstallationStore(database)
        self.proposals = ProposalStore(database, clock)
        self.workspaces = WorkspaceRows(database)
        self.members = MemberRows(database)
        self.shares = ShareStore(database, clock)
        self.claims = ClaimStore(database, clock)
        self.runs = RunStore(database)

    async def ready(self) -> None:
        """Check, cheaply, that the database answers and has the tables of this version.

        Raises:
            NotMigrated: It has none, or others.
            StoreUnavailable: It does not answer.
        """
        if self._head is None:
            self._head = await asyncio.to_thread(head)
        try:
            async with self.database.statements() as connection:
                found = await connection.execute(text("SELECT version_num FROM alembic_version"))
        except ProgrammingError as error:
            raise NotMigrated("the database has no tables yet") from error
        except StoreUnavailable as error:
            if "no such table" in str(error.__cause__):  # SQLite's way to say it
                raise NotMigrated("the database has no tables yet") from error
            raise
        if found.scalar() != self._head:
            raise NotMigrated("the database has the tables of another version")

    async def migrate(self) -> None:
        """Bring this very database up to date (the only way for one in memory)."""
        await upgrade(self.database)

    async def wait_for_work(self, timeout: float) -> None:  # noqa: ASYNC109 - its end is no error
        """Return when inbox or outbox may have work, or after `timeout` seconds.

        To miss nothing between two waits, wait in the same task.
        What becomes due with time alone wakes nobody; work of other processes does so only on
        PostgreSQL. So look again after the time-out.
        """
        await self._wakeups.wait(timeout)

    async def prune(self, now: datetime, audit_days: int = 365) -> None:
        """Delete what nobody will ask for any more; who did what, after so many days."""
        await self.audit.prune(now - timedelta(days=audit_days))
        await self.grants.prune(now)
        await self.shares.prune(now - KEPT_FOR)
        await self.claims.prune(now - KEPT_FOR)
        await self.drafts.prune(now - KEPT_FOR)
        await self.homes.prune(now - KEPT_FOR)
        await self.inbox.prune(now - KEPT_FOR_QUESTIONS)
        await self.attempts.prune(now - KEPT_FOR_QUESTIONS)
        await self.proposals.prune(now - KEPT_FOR_QUESTIONS)
        await prune_outbox(self.database, now - KEPT_FOR_QUESTIONS)
        await prune_notices(self.database, now - KEPT_FOR_QUESTIONS)
        await prune_bookings(self.database, now - KEPT_WHEN_OVER)

    async def end_leases(self, now: datetime) -> None:
        """Take back what dead processes had in hand; see `leases`."""
        await end_leases(self.database, now)

    async def close(self) -> None:
        await self._intake.close()
        await self._wakeups.close()
        await self.database.close()


def open_store(
    url: str,
    keys: Sequence[str] = (),
    *,
    clock: Callable[[], datetime],
    new_id: Callable[[], str] = new_ref,
) -> Store:
    """A store over the database at `url`; nothing is connected before it is used.

    Args:
        url: `sqlite:///path`, `sqlite://` (in memory, empty) or `postgresql://…`.
        keys: What it is sealed with, the newest first. Without any, a SQLite file has its key in
            a file beside it, made at the first use.
        clock: The time, aware.
        new_id: Makes refs: random, URL-safe.
    """
    return Store(Database(url, keys), clock, new_id)
