"""Everything of a workspace that the app has left."""

from collections.abc import Collection
from typing import Final

from sqlalchemy import ColumnElement, Table, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.member_tables import (
    accounts,
    attempts,
    audit,
    drafts,
    grants,
    homes,
    installations,
    preferences,
    proposal_marks,
    proposals,
    shares,
)
from bot.store.tables import (
    booking_uids,
    cards,
    claims,
    inbox,
    outbox,
    registrations,
    rules,
    subjects,
    turns,
)

OF_TEAM: Final[tuple[Table, ...]] = (
    installations,
    grants,
    rules,
    drafts,
    attempts,
    preferences,
    shares,
    homes,
    proposal_marks,
    proposals,
    claims,
    accounts,
)
OF_ACCOUNT: Final[tuple[Table, ...]] = (
    registrations,
    inbox,
    cards,
    booking_uids,
    proposals,
    claims,
)
TURNS: Final = ("poll", "webhooks", "reminders")
"""Of an account, each named with the account's name behind it."""


class WorkspaceRows:
    """See the port of the same name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def accounts(self, team_id: str) -> list[str]:
        query = select(accounts.c.account).where(accounts.c.team_id == team_id)
        async with self._database.statements() as connection:
            return list((await connection.execute(query)).scalars())

    async def remove(self, team_id: str) -> None:
        await self._remove(team_id, OF_TEAM)

    async def clear(self, team_id: str, also: Collection[str] = ()) -> None:
        kept = [table for table in OF_TEAM if table is not installations]
        await self._remove(team_id, [*kept, audit], also)

    async def _remove(
        self, team_id: str, tables: Collection[Table], also: Collection[str] = ()
    ) -> None:
        # However many members there were: it takes as long as it takes.
        async with self._database.transaction(patient=True) as connection:
            query = select(accounts.c.account).where(accounts.c.team_id == team_id)
            own = list((await connection.execute(query)).scalars())
            await _remove_queued(connection, team_id, [*own, *also])
            for table in tables:
                await connection.execute(delete(table).where(table.c.team_id == team_id))
            if own:
                await _remove_own(connection, own, OF_ACCOUNT)
            if also:
                await _remove_own(connection, also, (inbox, cards, booking_uids))


async def _remove_queued(connection: AsyncConnection, team_id: str, own: Collection[str]) -> None:
    shown: ColumnElement[bool] = outbox.c.team_id == team_id
    if own:
        shown = or_(shown, outbox.c.ref.in_(select(cards.c.ref).where(cards.c.account.in_(own))))
    await connection.execute(delete(outbox).where(shown))


async def _remove_own(
    connection: AsyncConnection, own: Collection[str], tables: Collection[Table]
) -> None:
    """What is kept of these accounts; what leads elsewhere is let go of first."""
    for table in tables:
        await connection.execute(delete(table).where(table.c.account.in_(own)))
    theirs = subjects.c.account.in_(own)
    await connection.execute(update(subjects).where(theirs).values(merged_into=None))
    await connection.execute(delete(subjects).where(theirs))
    names = [f"{kind}:{account}" for kind in TURNS for account in own]
    await connection.execute(delete(turns).where(turns.c.name.in_(names)))
