"""Recurring work that one process does at a time, whichever comes first."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, literal, or_, select, update

from bot.domain.records import Turn
from bot.store.columns import UTCDateTime
from bot.store.database import Database
from bot.store.tables import turns

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""As long as somebody is at it, and nobody has said when it is wanted again."""


class TurnStore:
    """See the port `Turns`. A process that dies gives its turn back when the lease is over."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, name: str, now: datetime, lease_until: datetime) -> Turn | None:
        there = self._database.insert(turns).values(name=name, due_at=AT_ONCE, state={})
        take = (
            update(turns)
            .where(turns.c.name == name, _is_due(now))
            .values(lease_until=lease_until, due_at=NEVER)
            .returning(turns.c.state)
        )
        async with self._database.statements() as connection:
            row = (await connection.execute(take)).one_or_none()
            if row is None:
                made = await connection.execute(there.on_conflict_do_nothing())
                row = (await connection.execute(take)).one_or_none() if made.rowcount else None
        return Turn(name, row.state, lease_until) if row else None

    async def end(self, turn: Turn, due_at: datetime, state: Mapping[str, Any]) -> None:
        # Somebody may have said while it was under way that it is wanted sooner.
        end = (
            update(turns)
            .where(turns.c.name == turn.name, turns.c.lease_until == turn.until)
            .values(due_at=_earlier(due_at), lease_until=None, state=dict(state))
        )
        async with self._database.statements() as connection:
            await connection.execute(end)

    async def due(self, prefix: str, now: datetime) -> list[str]:
        until = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        query = (
            select(turns.c.name)
            .where(turns.c.name >= prefix, turns.c.name < until, _is_due(now))
            .order_by(turns.c.due_at, turns.c.name)
            .limit(50)
        )
        async with self._database.statements() as connection:
            return list((await connection.execute(query)).scalars())

    async def drop(self, name: str) -> None:
        async with self._database.statements() as connection:
            await connection.execute(delete(turns).where(turns.c.name == name))

    async def left(self) -> dict[str, tuple[datetime, Mapping[str, Any]]]:
        query = select(turns).order_by(turns.c.name)
        async with self._database.statements() as connection:
            rows = (await connection.execute(query)).all()
        return {row.name: (row.due_at, row.state) for row in rows}

    async def hasten(self, name: str, at: datetime) -> None:
        made = self._database.insert(turns).values(name=name, due_at=AT_ONCE, state={})
        hasten = made.on_conflict_do_update(index_elements=["name"], set_={"due_at": _earlier(at)})
        async with self._database.statements() as connection:
            await connection.execute(hasten)


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Its time has come, or the lease of who had it is over."""
    return or_(
        and_(turns.c.lease_until.is_(None), turns.c.due_at <= now), turns.c.lease_until <= now
    )


def _earlier(at: datetime) -> ColumnElement[datetime]:
    """When it is due, but at this time at the latest."""
    return case((turns.c.due_at < at, turns.c.due_at), else_=literal(at, UTCDateTime()))
