"""Everything that is kept of one member."""

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.member_tables import (
    attempts,
    audit,
    drafts,
    grants,
    homes,
    preferences,
    proposal_marks,
    proposals,
    shares,
)
from bot.store.tables import claims, outbox, subjects


class MemberRows:
    """See the port of the same name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def remove(self, team_id: str, user_id: str, *, accounts: tuple[str, ...]) -> None:
        async def work(connection: AsyncConnection) -> None:
            own = (
                drafts,
                grants,
                preferences,
                homes,
                shares,
                audit,
                proposal_marks,
                proposals,
                claims,
            )
            for table in own:
                theirs = (table.c.team_id == team_id) & (table.c.user_id == user_id)
                await connection.execute(delete(table).where(theirs))
            over = (
                (attempts.c.team_id == team_id)
                & (attempts.c.user_id == user_id)
                & (attempts.c.state != "started")  # what came of it is still to be found out
            )
            await connection.execute(delete(attempts).where(over))
            shown = (outbox.c.team_id == team_id) & (outbox.c.place == user_id)
            await connection.execute(delete(outbox).where(shown))
            booked = (subjects.c.booked_by == user_id) & subjects.c.account.in_(accounts)
            await connection.execute(update(subjects).where(booked).values(booked_by=None))

        await self._database.in_transaction(work)
