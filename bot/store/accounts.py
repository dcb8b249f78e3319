"""Members' own Cal.com accounts, credentials sealed."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, or_, select, update

from bot.domain.accounts import Connection, Credential, Holder, Way
from bot.domain.people import Account
from bot.store.database import Database
from bot.store.member_tables import accounts


class ConnectionStore:
    """See the port of the same name.

    Every credential that is kept counts the version up: whoever refreshed an older one finds out.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_member(self, team_id: str, user_id: str) -> Connection | None:
        return await self._one(accounts.c.team_id == team_id, accounts.c.user_id == user_id)

    async def named(self, account: str) -> Connection | None:
        return await self._one(accounts.c.account == account)

    async def connect(self, connection: Connection) -> None:
        holder = connection.holder
        values = {
            "account": holder.account,
            "way": connection.way.value,
            "profile": asdict(connection.profile),
            "connected_at": connection.connected_at,
            **_kept(connection.credential),
        }
        insert = self._database.insert(accounts).values(
            team_id=holder.team_id, user_id=holder.user_id, version=connection.version, **values
        )
        anew = {"version": accounts.c.version + 1, "refused_at": None, "refreshing_until": None}
        upsert = insert.on_conflict_do_update(
            index_elements=["team_id", "user_id"], set_=values | anew
        )
        async with self._database.statements() as connected:
            await connected.execute(upsert)

    async def forget(self, team_id: str, user_id: str) -> Connection | None:
        gone = (
            delete(accounts)
            .where(accounts.c.team_id == team_id, accounts.c.user_id == user_id)
            .returning(*accounts.c)
        )
        async with self._database.statements() as connection:
            row = (await connection.execute(gone)).one_or_none()
        return _connection(row) if row else None

    async def begin_refresh(
        self, account: str, version: int, now: datetime, until: datetime
    ) -> bool:
        free = or_(accounts.c.refreshing_until.is_(None), accounts.c.refreshing_until <= now)
        begin = (
            update(accounts)
            .where(_is(account, version), free, accounts.c.refused_at.is_(None))
            .values(refreshing_until=until)
        )
        return await self._changed(begin)

    async def refreshed(self, account: str, version: int, credential: Credential) -> bool:
        end = (
            update(accounts)
            .where(_is(account, version))
            .values(version=version + 1, refreshing_until=None, **_kept(credential))
        )
        return await self._changed(end)

    async def refuse(self, account: str, version: int, now: datetime) -> None:
        await self._changed(
            update(accounts)
            .where(_is(account, version))
            .values(refused_at=now, refreshing_until=None)
        )

    async def _one(self, *where: ColumnElement[bool]) -> Connection | None:
        async with self._database.statements() as connection:
            row = (await connection.execute(select(accounts).where(*where))).one_or_none()
        return _connection(row) if row else None

    async def _changed(self, statement: Any) -> bool:
        async with self._database.statements() as connection:
            return bool((await connection.execute(statement)).rowcount)


def _is(account: str, version: int) -> ColumnElement[bool]:
    return and_(accounts.c.account == account, accounts.c.version == version)


def _kept(credential: Credential) -> Mapping[str, Any]:
    """`expires_at` stands beside what is sealed, so that it can be looked for."""
    return {
        "credential": {"token": credential.token, "refresh_token": credential.refresh_token},
        "expires_at": credential.expires_at,
    }


def _connection(row: Row[Any]) -> Connection:
    return Connection(
        holder=Holder(row.account, row.team_id, row.user_id),
        way=Way(row.way),
        credential=Credential(expires_at=row.expires_at, **row.credential),
        profile=Account(**row.profile),
        connected_at=row.connected_at,
        version=row.version,
        is_refused=row.refused_at is not None,
    )
