"""Recurring work that one process does at a time, whichever comes first."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import case, literal, or_, select, update

from bot.domain.records import Turn
from bot.store.database import Database
from bot.store.tables import UTCDateTime, turns

AT_ONCE = datetime.min.replace(tzinfo=UTC, year=1970)


class TurnStore:
    """See the port `Turns`. A process that dies gives its turn back when the lease is over."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, name: str, now: datetime, lease_until: datetime) -> Turn | None:
        there = self._database.insert(turns).values(name=name, due_at=AT_ONCE, state={})
        take = (
            update(turns)
            .where(
                turns.c.name == name,
                turns.c.due_at <= now,
                or_(turns.c.lease_until.is_(None), turns.c.lease_until <= now),
            )
            .values(lease_until=lease_until, due_at=lease_until)
            .returning(turns.c.state)
        )
        async with self._database.statements() as connection:
            row = (await connection.execute(take)).one_or_none()
            if row is None:
                made = await connection.execute(there.on_conflict_do_nothing())
                row = (await connection.execute(take)).one_or_none() if made.rowcount else None
        return Turn(name, row.state, lease_until) if row else None

    async def end(self, turn: Turn, due_at: datetime, state: Mapping[str, Any]) -> None:
        # Somebody who wants it sooner has said so while it was under way.
        hastened = turns.c.due_at < turn.until
        end = (
            update(turns)
            .where(turns.c.name == turn.name, turns.c.lease_until == turn.until)
            .values(
                due_at=case((hastened, turns.c.due_at), else_=literal(due_at, UTCDateTime())),
                lease_until=None,
                state=dict(state),
            )
        )
        async with self._database.statements() as connection:
            await connection.execute(end)

    async def left(self) -> dict[str, tuple[datetime, Mapping[str, Any]]]:
        query = select(turns).order_by(turns.c.name)
        async with self._database.statements() as connection:
            rows = (await connection.execute(query)).all()
        return {row.name: (row.due_at, row.state) for row in rows}

    async def hasten(self, name: str, at: datetime) -> None:
        insert = self._database.insert(turns).values(name=name, due_at=at, state={})
        sooner = insert.on_conflict_do_update(
            index_elements=["name"],
            set_={"due_at": insert.excluded.due_at},
            where=turns.c.due_at > insert.excluded.due_at,
        )
        async with self._database.statements() as connection:
            await connection.execute(sooner)
