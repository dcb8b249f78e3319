"""Writes that must not happen twice."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from bot.domain.records import Attempt
from bot.store.database import Database
from bot.store.member_tables import attempts
from bot.store.pruning import prune


class Attempts:
    """See the port of the same name."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def claim(self, attempt: Attempt) -> Attempt | None:
        insert = self._database.insert(attempts).values(
            key=attempt.key,
            team_id=attempt.team_id,
            user_id=attempt.user_id,
            kind=attempt.kind,
            state="started",
            request=dict(attempt.request),
            started_at=attempt.started_at or self._clock(),
        )
        new = insert.excluded
        claim = insert.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "state": new.state,
                "request": new.request,
                "started_at": new.started_at,
                "uid": None,
            },
            where=attempts.c.state == "failed",
        ).returning(attempts.c.key)
        async with self._database.statements() as connection:
            if (await connection.execute(claim)).one_or_none() is not None:
                return None
            found = await connection.execute(select(attempts).where(attempts.c.key == attempt.key))
            return _attempt(found.one())

    async def finish(self, key: str, state: str, uid: str | None = None) -> bool:
        """What came of it. One that is `done` stays so, whatever a later doubt says."""
        open_to_it = ["started"] if state == "failed" else ["started", "failed"]
        finish = (
            update(attempts)
            .where(attempts.c.key == key, attempts.c.state.in_(open_to_it))
            .values(state=state, uid=uid)
        )
        async with self._database.statements() as connection:
            return (await connection.execute(finish)).rowcount == 1

    async def find(self, key: str) -> Attempt | None:
        query = select(attempts).where(attempts.c.key == key)
        async with self._database.statements() as connection:
            row = (await connection.execute(query)).one_or_none()
        return _attempt(row) if row else None

    async def unfinished(self, before: datetime) -> list[Attempt]:
        query = (
            select(attempts)
            .where(attempts.c.state == "started", attempts.c.started_at < before)
            .order_by(attempts.c.started_at)
        )
        async with self._database.statements() as connection:
            return [_attempt(row) for row in await connection.execute(query)]

    async def made_by(self, team_id: str, user_id: str, keys: Collection[str]) -> frozenset[str]:
        query = select(attempts.c.key).where(
            attempts.c.key.in_(list(keys)),
            attempts.c.team_id == team_id,
            attempts.c.user_id == user_id,
        )
        async with self._database.statements() as connection:
            return frozenset((await connection.execute(query)).scalars())

    async def prune(self, before: datetime) -> int:
        """Delete the finished ones that were started before; returns how many."""
        old = (attempts.c.state != "started") & (attempts.c.started_at < before)
        return await prune(self._database, attempts, old)


def _attempt(row: Row[Any]) -> Attempt:
    return Attempt(
        key=row.key,
        team_id=row.team_id,
        user_id=row.user_id,
        kind=row.kind,
        state=row.state,
        request=row.request,
        uid=row.uid,
        started_at=row.started_at,
    )
