"""Flows that are under way in a browser, each under the digest of the state in its link."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, or_, update

from bot.domain.accounts import Grant
from bot.store.database import Database
from bot.store.tables import grants


class GrantStore:
    """See the port `Grants`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, digest: bytes, grant: Grant) -> None:
        values = {
            "kind": grant.kind,
            "team_id": grant.team_id,
            "user_id": grant.user_id,
            "sealed": {"verifier": grant.verifier, "wish": grant.wish},
            "browser": grant.browser or None,
            "expires_at": grant.expires_at,
        }
        async with self._database.statements() as connection:
            await connection.execute(self._database.insert(grants).values(digest=digest, **values))

    async def opened(self, digest: bytes, browser: bytes, now: datetime) -> Grant | None:
        unbound = or_(grants.c.browser.is_(None), grants.c.browser == browser)
        bind = update(grants).where(*_good(digest, now), unbound).values(browser=browser)
        async with self._database.statements() as connection:
            row = (await connection.execute(bind.returning(grants))).one_or_none()
        return _grant(row) if row else None

    async def take(self, digest: bytes, browser: bytes, now: datetime) -> Grant | None:
        take = delete(grants).where(*_good(digest, now), grants.c.browser == browser)
        async with self._database.statements() as connection:
            row = (await connection.execute(take.returning(grants))).one_or_none()
        return _grant(row) if row else None


def _good(digest: bytes, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return grants.c.digest == digest, grants.c.expires_at > now


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
