"""Where the app is installed; the tokens stand there sealed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, or_, select, update

from bot.domain.installations import Installation
from bot.store.database import Database
from bot.store.member_tables import installations


class InstallationStore:
    """See the port of the same name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, key: str) -> Installation | None:
        query = select(installations).where(installations.c.key == key)
        async with self._database.statements() as connection:
            row = (await connection.execute(query)).one_or_none()
        return _installation(row) if row else None

    async def save(self, installation: Installation) -> None:
        values = _values(installation) | {"refreshing_until": None}
        put = self._database.insert(installations).values(key=installation.key, **values)
        upsert = put.on_conflict_do_update(index_elements=["key"], set_=values)
        async with self._database.statements() as connection:
            await connection.execute(upsert)

    async def delete(self, key: str) -> bool:
        gone = delete(installations).where(installations.c.key == key)
        async with self._database.statements() as connection:
            return bool((await connection.execute(gone)).rowcount)

    async def all(self) -> Sequence[Installation]:
        query = select(installations).order_by(installations.c.key)
        async with self._database.statements() as connection:
            return [_installation(row) for row in await connection.execute(query)]

    async def begin_refresh(self, key: str, version: int, now: datetime, until: datetime) -> bool:
        free = or_(
            installations.c.refreshing_until.is_(None), installations.c.refreshing_until <= now
        )
        take = (
            update(installations)
            .where(installations.c.key == key, installations.c.version == version, free)
            .values(refreshing_until=until)
        )
        async with self._database.statements() as connection:
            return bool((await connection.execute(take)).rowcount)

    async def refreshed(self, installation: Installation) -> bool:
        keep = (
            update(installations)
            .where(
                installations.c.key == installation.key,
                installations.c.version == installation.version - 1,
            )
            .values(**_values(installation), refreshing_until=None)
        )
        async with self._database.statements() as connection:
            return bool((await connection.execute(keep)).rowcount)


def _values(installation: Installation) -> dict[str, Any]:
    return {
        "team_id": installation.team_id,
        "enterprise_id": installation.enterprise_id,
        "tokens": {"bot": installation.bot_token, "refresh": installation.refresh_token},
        "body": {
            "bot_id": installation.bot_id,
            "bot_user_id": installation.bot_user_id,
            "app_id": installation.app_id,
            "installed_by": installation.installed_by,
            "scopes": list(installation.scopes),
            "team_name": installation.team_name,
        },
        "expires_at": installation.expires_at,
        "version": installation.version,
        "installed_at": installation.installed_at,
    }


def _installation(row: Row[Any]) -> Installation:
    body = dict(row.body)
    return Installation(
        team_id=row.team_id,
        enterprise_id=row.enterprise_id,
        bot_token=row.tokens["bot"],
        bot_id=body["bot_id"],
        bot_user_id=body["bot_user_id"],
        app_id=body["app_id"],
        installed_by=body["installed_by"],
        installed_at=row.installed_at,
        scopes=tuple(body["scopes"]),
        team_name=body["team_name"],
        refresh_token=row.tokens["refresh"],
        expires_at=row.expires_at,
        version=row.version,
    )
