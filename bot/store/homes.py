"""The App Homes that members have opened lately, and those that have to be drawn again."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, UpdateBase, delete, func, or_, select, tuple_, update

from bot.domain.accounts import HOUSE
from bot.domain.records import OpenHome
from bot.store.database import Database
from bot.store.member_tables import homes


class HomeStore:
    """See the port of the same name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def shows(self, home: OpenHome, opened_at: datetime | None) -> None:
        whose = {"team_id": home.team_id, "user_id": home.user_id}
        shown = {
            "account": home.account,
            "email": home.email.casefold(),
            "page": home.page,
            "stale_at": None,
        }
        statement: UpdateBase
        if opened_at is None:
            statement = update(homes).filter_by(**whose).values(shown)
        else:
            shown["opened_at"] = opened_at
            insert = self._database.insert(homes).values(whose | shown)
            statement = insert.on_conflict_do_update(index_elements=[*whose], set_=shown)
        async with self._database.statements() as connection:
            await connection.execute(statement)

    async def page(self, team_id: str, user_id: str, since: datetime) -> int | None:
        query = select(homes.c.page).where(
            homes.c.team_id == team_id, homes.c.user_id == user_id, homes.c.opened_at > since
        )
        async with self._database.statements() as connection:
            found: int | None = (await connection.execute(query)).scalar_one_or_none()
        return found

    async def stale(self, account: str, emails: Collection[str], now: datetime) -> None:
        theirs = homes.c.email.in_(sorted({email.casefold() for email in emails if email}))
        await self._mark(now, homes.c.account == account, or_(homes.c.account != HOUSE, theirs))

    async def stale_of(self, team_id: str, user_ids: Collection[str], now: datetime) -> None:
        theirs = homes.c.user_id.in_(sorted({user_id for user_id in user_ids if user_id}))
        await self._mark(now, homes.c.team_id == team_id, theirs)

    async def take(self, before: datetime) -> tuple[str, str] | None:
        due = (
            select(homes.c.team_id, homes.c.user_id)
            .where(homes.c.stale_at <= before)
            .order_by(homes.c.stale_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        take = (
            update(homes)
            .where(tuple_(homes.c.team_id, homes.c.user_id) == due.scalar_subquery())
            .values(stale_at=None)
            .returning(homes.c.team_id, homes.c.user_id)
        )
        async with self._database.statements() as connection:
            row = (await connection.execute(take)).one_or_none()
        return (row.team_id, row.user_id) if row else None

    async def _mark(self, now: datetime, *which: ColumnElement[bool]) -> None:
        first = func.coalesce(homes.c.stale_at, now)
        async with self._database.statements() as connection:
            await connection.execute(update(homes).where(*which).values(stale_at=first))

    async def prune(self, before: datetime) -> None:
        async with self._database.statements() as connection:
            await connection.execute(delete(homes).where(homes.c.opened_at < before))
