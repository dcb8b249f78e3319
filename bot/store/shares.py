"""Event types that are shared in channels, and when each of their cards is looked at next."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import FromClause, Row, Select, delete, or_, select, tuple_, update

from bot.domain.shares import Share
from bot.store.database import Database
from bot.store.member_tables import shares
from bot.store.pruning import prune
from bot.store.snapshots import dumped, loaded

MOST_LIVE: Final = 200
MOST_ALIKE: Final = 50
PLAIN: Final = ("id", "team_id", "channel", "ts", "account", "user_id", "event_type_id")
"""What stands in columns of its own; the rest is sealed."""


class ShareStore:
    """See the port of the same name."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def add(self, share: Share) -> bool:
        values = _values(share) | {"due_at": share.expires_at}
        insert = self._database.insert(shares).values(**values).on_conflict_do_nothing()
        async with self._database.statements() as connection:
            made = await connection.execute(insert.returning(shares.c.id))
            return made.first() is not None

    async def of(self, share_id: str) -> Share | None:
        query = select(shares).where(shares.c.id == share_id, shares.c.expires_at > self._clock())
        async with self._database.statements() as connection:
            row = (await connection.execute(query)).one_or_none()
        return _share(row) if row else None

    async def live(self, after: datetime) -> list[Share]:
        is_live = (shares.c.ts != "") & (shares.c.expires_at > self._clock())
        query = (
            select(shares)
            .where(is_live, shares.c.due_at > after)
            .order_by(shares.c.due_at)
            .limit(MOST_LIVE)
        )
        async with self._database.statements() as connection:
            return [_share(row) for row in await connection.execute(query)]

    async def hasten(self, event_type_id: int, at: datetime, others: Collection[str] = ()) -> None:
        meant = shares.c.event_type_id == event_type_id
        meant = or_(meant, shares.c.id.in_(sorted(others))) if others else meant
        sooner = update(shares).where(meant, shares.c.due_at > at)
        async with self._database.statements() as connection:
            await connection.execute(sooner.values(due_at=at))

    async def claim(self, now: datetime, until: datetime) -> list[Share]:
        first, alike = shares.alias(), shares.alias()
        kind = tuple_(alike.c.account, alike.c.event_type_id)
        due = _due(select(first.c.account, first.c.event_type_id), first, now, 1)
        some = _due(select(alike.c.id), alike, now, MOST_ALIKE)
        some = some.where(kind == due.scalar_subquery())
        claim = update(shares).where(shares.c.id.in_(some)).values(due_at=until)
        async with self._database.statements() as connection:
            return [_share(row) for row in await connection.execute(claim.returning(shares))]

    async def shown(self, share: Share, claimed: datetime | None, due_at: datetime) -> None:
        kept = update(shares).where(shares.c.id == share.id)
        due = kept.where(shares.c.due_at == claimed) if claimed else kept
        async with self._database.statements() as connection:
            await connection.execute(kept.values(**_values(share)))
            await connection.execute(due.values(due_at=due_at))

    async def delete(self, share_id: str) -> None:
        async with self._database.statements() as connection:
            await connection.execute(delete(shares).where(shares.c.id == share_id))

    async def prune(self, before: datetime) -> None:
        await prune(self._database, shares, shares.c.expires_at < before)


def _due(query: Select[Any], of: FromClause, now: datetime, most: int) -> Select[Any]:
    """Those that are due, the longest due first, but for those that somebody else is about to
    have."""
    due = query.where(of.c.due_at <= now, of.c.ts != "").order_by(of.c.due_at).limit(most)
    return due.with_for_update(of=of, skip_locked=True)


def _values(share: Share) -> dict[str, Any]:
    body = dumped(share)
    columns = {name: body.pop(name) for name in PLAIN}
    return columns | {"body": body, "expires_at": share.expires_at}


def _share(row: Row[Any]) -> Share:
    share = loaded(Share, {**row.body, **{name: getattr(row, name) for name in PLAIN}})
    return replace(share, expires_at=row.expires_at)
