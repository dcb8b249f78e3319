"""The App Homes that members have opened lately, and those that have to be drawn again."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import UpdateBase, case, delete, literal, or_, select, tuple_, update

from bot.domain.accounts import HOUSE
from bot.domain.records import OpenHome
from bot.store.database import Database
from bot.store.tables import UTCDateTime, homes


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

    async def stale(
        self, account: str, emails: Collection[str], at: datetime, since: datetime
    ) -> None:
        theirs = homes.c.email.in_(sorted({email.casefold() for email in emails if email}))
        sooner = case((homes.c.stale_at < at, homes.c.stale_at), else_=literal(at, UTCDateTime()))
        mark = (
            update(homes)
            .where(
                homes.c.account == account,
                homes.c.opened_at > since,
                or_(homes.c.account != HOUSE, theirs),
            )
            .values(stale_at=sooner)
        )
        async with self._database.statements() as connection:
            await connection.execute(mark)

    async def take(self, now: datetime) -> tuple[str, str] | None:
        due = (
            select(homes.c.team_id, homes.c.user_id)
            .where(homes.c.stale_at <= now)
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

    async def prune(self, before: datetime) -> None:
        async with self._database.statements() as connection:
            await connection.execute(delete(homes).where(homes.c.opened_at < before))
