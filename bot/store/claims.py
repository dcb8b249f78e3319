"""Who takes a booking: the first row wins, across all processes."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, select, update

from bot.domain.claims import Claim
from bot.store.database import Database
from bot.store.pruning import prune
from bot.store.tables import claims

MOST = 50


class ClaimStore:
    """See the port `Claims`."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def take(self, claim: Claim) -> Claim | None:
        insert = self._database.insert(claims).values(**asdict(claim)).on_conflict_do_nothing()
        query = select(claims).where(_same(claim))
        async with self._database.statements() as connection:
            if (await connection.execute(insert.returning(claims.c.ref))).first():
                return None
            found = (await connection.execute(query)).one_or_none()
        return _claim(found) if found else None

    async def end(self, claim: Claim) -> bool:
        done = update(claims).where(_same(claim), _held(claim)).values(lease_until=None)
        async with self._database.statements() as connection:
            return (await connection.execute(done)).rowcount == 1

    async def free(self, claim: Claim) -> bool:
        gone = delete(claims).where(_same(claim), _held(claim))
        async with self._database.statements() as connection:
            return (await connection.execute(gone)).rowcount == 1

    async def left(self, now: datetime) -> list[Claim]:
        query = (
            select(claims)
            .where(claims.c.lease_until <= now)
            .order_by(claims.c.lease_until)
            .limit(MOST)
        )
        async with self._database.statements() as connection:
            return [_claim(row) for row in await connection.execute(query)]

    async def prune(self, before: datetime) -> int:
        """Delete those to bookings that started before; returns how many."""
        return await prune(self._database, claims, claims.c.starts_at < before)


def _same(claim: Claim) -> ColumnElement[bool]:
    return (claims.c.ref == claim.ref) & (claims.c.starts_at == claim.starts_at)


def _held(claim: Claim) -> ColumnElement[bool]:
    """It is still this very claim, and not at its end."""
    return (claims.c.user_id == claim.user_id) & (claims.c.lease_until == claim.lease_until)


def _claim(row: Row[Any]) -> Claim:
    return Claim(**row._asdict())
