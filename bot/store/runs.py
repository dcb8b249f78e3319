"""Workflows that wait for a step of ours: writes to Slack that must not happen twice.

They stand among the attempts, as a kind of their own: `started_at` is when somebody took one up.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Update, select, update

from bot.domain.records import Run
from bot.store.database import Database
from bot.store.member_tables import attempts

KIND: Final = "run"
LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


class RunStore:
    """See the port `Runs`. What is over keeps its name alone, so that it is not begun again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, run: Run) -> bool:
        insert = self._database.insert(attempts).values(
            key=_key(run),
            team_id=run.team_id,
            user_id=run.user_id,
            kind=KIND,
            state="started",
            request=_kept(run),
            started_at=run.taken_at,
        )
        async with self._database.statements() as connection:
            made = await connection.execute(insert.on_conflict_do_nothing())
        return made.rowcount == 1

    async def take(self, now: datetime, before: datetime) -> Run | None:
        left = (
            select(attempts.c.key)
            .where(_open(), attempts.c.started_at < before)
            .order_by(attempts.c.started_at)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        take = (
            update(attempts)
            .where(attempts.c.key == left)
            .values(started_at=now)
            .returning(attempts)
        )
        async with self._database.statements() as connection:
            row = (await connection.execute(take)).one_or_none()
        return _run(row) if row else None

    async def answered(self, run: Run, answer: Mapping[str, Any], now: datetime) -> Run | None:
        done = replace(run, answer=answer, taken_at=now)
        keep = (
            update(attempts)
            .where(attempts.c.key == _key(run), _open(), attempts.c.started_at == run.taken_at)
            .values(request=_kept(done), started_at=now)
        )
        async with self._database.statements() as connection:
            kept = await connection.execute(keep)
        return done if kept.rowcount == 1 else None

    async def end(self, run: Run) -> None:
        end = update(attempts).where(attempts.c.key == _key(run), attempts.c.kind == KIND)
        async with self._database.statements() as connection:
            await connection.execute(end.values(state="done", request={}))


def left() -> Update:
    """Lets every one that is not over be taken up at once."""
    return update(attempts).where(_open()).values(started_at=LONG_AGO)


def _open() -> ColumnElement[bool]:
    return (attempts.c.kind == KIND) & (attempts.c.state == "started")


def _key(run: Run) -> str:
    return f"{KIND}:{run.team_id}:{run.id}"


def _kept(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "step": run.step,
        "inputs": dict(run.inputs),
        "begun_at": run.begun_at.isoformat(),
        "answer": None if run.answer is None else dict(run.answer),
    }


def _run(row: Row[Any]) -> Run:
    kept = row.request
    return Run(
        id=kept["id"],
        team_id=row.team_id,
        user_id=row.user_id,
        step=kept["step"],
        inputs=kept["inputs"],
        begun_at=datetime.fromisoformat(kept["begun_at"]),
        taken_at=row.started_at,
        again=True,
        answer=kept["answer"],
    )
