"""What people have put together in modals so far."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.domain.records import Draft
from bot.store.database import Database
from bot.store.member_tables import drafts
from bot.store.pruning import prune

KEPT_FOR = timedelta(hours=24)
"""An older draft is as good as gone: Slack's modals do not live that long."""


class Drafts:
    """See the port of the same name."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def save(self, draft: Draft) -> None:
        insert = self._database.insert(drafts).values(
            id=draft.id,
            team_id=draft.team_id,
            user_id=draft.user_id,
            kind=draft.kind,
            data=dict(draft.data),
            updated_at=self._clock(),
        )
        new = insert.excluded
        upsert = insert.on_conflict_do_update(
            index_elements=["id"],
            set_={"kind": new.kind, "data": new.data, "updated_at": new.updated_at},
            # A draft stays with the member who began it, whatever id another one sends.
            where=(drafts.c.team_id == new.team_id) & (drafts.c.user_id == new.user_id),
        )
        async with self._database.statements() as connection:
            await connection.execute(upsert)

    async def load(self, draft_id: str, team_id: str, user_id: str) -> Draft | None:
        query = select(drafts).where(
            drafts.c.id == draft_id,
            drafts.c.team_id == team_id,
            drafts.c.user_id == user_id,
            drafts.c.updated_at > self._clock() - KEPT_FOR,
        )
        async with self._database.statements() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        return Draft(row.id, row.team_id, row.user_id, row.kind, row.data)

    async def prune(self, before: datetime) -> int:
        """Delete those that were last saved before; returns how many."""
        return await prune(self._database, drafts, drafts.c.updated_at < before)
