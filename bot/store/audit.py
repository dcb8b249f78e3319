"""Who did what: lines that are added, ended once, and pruned by age."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, insert, select, update

from bot.domain.audits import Entry
from bot.store.database import Database
from bot.store.member_tables import audit
from bot.store.pruning import prune

PAGE: Final = 500


class AuditStore:
    """See the port `Audit`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begun(self, entry: Entry) -> int:
        values = {
            "at": entry.at,
            "team_id": entry.team_id,
            "user_id": entry.user_id,
            "action": entry.action,
            "account": entry.account,
            "ref": entry.ref,
            "outcome": entry.outcome,
            "detail": entry.detail,
        }
        noted = insert(audit).values(values).returning(audit.c.id)
        async with self._database.statements() as connection:
            return int((await connection.execute(noted)).scalar_one())

    async def ended(self, number: int, outcome: str, ref: str = "", account: str = "") -> None:
        known = {"ref": ref, "account": account}
        values = {"outcome": outcome} | {name: value for name, value in known.items() if value}
        async with self._database.statements() as connection:
            await connection.execute(update(audit).where(audit.c.id == number).values(values))

    async def of_workspace(
        self, team_id: str, *, take: int = 50, before: int | None = None
    ) -> list[tuple[int, Entry]]:
        query = select(audit).where(audit.c.team_id == team_id)
        if before is not None:
            query = query.where(audit.c.id < before)
        newest = query.order_by(audit.c.id.desc()).limit(take)
        async with self._database.statements() as connection:
            return [(row.id, _entry(row)) for row in await connection.execute(newest)]

    async def all(self, team_id: str) -> AsyncIterator[Entry]:
        last = 0
        while True:
            query = (
                select(audit)
                .where(audit.c.team_id == team_id, audit.c.id > last)
                .order_by(audit.c.id)
                .limit(PAGE)
            )
            async with self._database.statements() as connection:
                rows = (await connection.execute(query)).all()
            for row in rows:
                yield _entry(row)
            if len(rows) < PAGE:
                return
            last = rows[-1].id

    async def prune(self, before: datetime) -> None:
        await prune(self._database, audit, audit.c.at < before)


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        at=row.at,
        team_id=row.team_id,
        user_id=row.user_id,
        action=row.action,
        outcome=row.outcome,
        account=row.account,
        ref=row.ref,
        detail=row.detail,
    )
