"""Flows that are begun in Slack and end in the browser."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, or_, update

from bot.domain.accounts import Grant
from bot.store.database import Database
from bot.store.member_tables import grants
from bot.store.pruning import prune


class Grants:
    """See the port of the same name. Each is looked up by a digest: what stands here opens no
    link."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, digest: bytes, grant: Grant) -> None:
        values = {
            "digest": digest,
            "kind": grant.kind,
            "team_id": grant.team_id,
            "user_id": grant.user_id,
            "sealed": {"verifier": grant.verifier, "wish": grant.wish},
            "browser": grant.browser or None,
            "expires_at": grant.expires_at,
        }
        async with self._database.statements() as connection:
            await connection.execute(self._database.insert(grants).values(**values))

    async def opened(self, digest: bytes, browser: bytes, now: datetime) -> Grant | None:
        theirs = or_(grants.c.browser.is_(None), grants.c.browser == browser)
        bind = (
            update(grants)
            .where(grants.c.digest == digest, theirs, grants.c.expires_at > now)
            .values(browser=browser)
            .returning(*grants.c)
        )
        return await self._one(bind)

    async def take(self, digest: bytes, browser: bytes, now: datetime) -> Grant | None:
        end = (
            delete(grants)
            .where(
                grants.c.digest == digest, grants.c.browser == browser, grants.c.expires_at > now
            )
            .returning(*grants.c)
        )
        return await self._one(end)

    async def forget(self, team_id: str, user_id: str) -> None:
        end = delete(grants).where(grants.c.team_id == team_id, grants.c.user_id == user_id)
        async with self._database.statements() as connection:
            await connection.execute(end)

    async def prune(self, now: datetime) -> None:
        await prune(self._database, grants, grants.c.expires_at <= now)

    async def _one(self, statement: Any) -> Grant | None:
        async with self._database.statements() as connection:
            row = (await connection.execute(statement)).one_or_none()
        return _grant(row) if row else None


def _grant(row: Row[Any]) -> Grant:
    return Grant(
        kind=row.kind,
        team_id=row.team_id,
        user_id=row.user_id,
        expires_at=row.expires_at,
        verifier=row.sealed["verifier"],
        wish=row.sealed["wish"],
        browser=row.browser or b"",
    )
