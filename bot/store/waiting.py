"""How much waits in the inbox and the outbox, and what places do not take."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Table, func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import Closed, Waiting
from bot.domain.rules import Place
from bot.store.member_tables import accounts
from bot.store.tables import inbox, outbox

OLDEST = func.coalesce(outbox.c.wanted_at, outbox.c.due_at)
"""Since when a place should show it."""
BEHIND = (outbox.c.version < outbox.c.wanted) & (outbox.c.state == "waiting")


async def in_inbox(connection: AsyncConnection, team_id: str | None) -> Waiting:
    """Of the inbox, or of one workspace's accounts in it; what is set aside was given up."""
    own = select(accounts.c.account).where(accounts.c.team_id == team_id)
    theirs = true() if team_id is None else inbox.c.account.in_(own)
    waits = (inbox.c.state == "waiting") & theirs
    count, oldest, failing = await _counted(connection, inbox, waits, inbox.c.received_at)
    aside = await _count(connection, inbox, (inbox.c.state == "aside") & theirs)
    return Waiting(count, oldest, failing, aside)


async def in_outbox(connection: AsyncConnection, now: datetime, team_id: str | None) -> Waiting:
    """Of the outbox, or of one workspace in it; what is to be shown later only (quiet hours) is
    counted, but is not old."""
    theirs = _shown_in(team_id)
    count, oldest, failing = await _counted(connection, outbox, BEHIND & theirs, OLDEST)
    aside = await _count(connection, outbox, (outbox.c.state == "aside") & theirs)
    return Waiting(count, oldest if oldest and oldest <= now else None, failing, aside)


async def delivered_since(connection: AsyncConnection, since: datetime, team_id: str | None) -> int:
    """In how many messages (of one workspace) what was asked for is shown since then."""
    shown = (outbox.c.version >= outbox.c.wanted) & (outbox.c.due_at >= since)
    return await _count(connection, outbox, shown & _shown_in(team_id))


def _shown_in(team_id: str | None) -> ColumnElement[bool]:
    return true() if team_id is None else outbox.c.team_id == team_id


def closed_query(team_id: str, among: Collection[str] | None) -> Select[Any]:
    """The workspace's places (of these) that messages are set aside for, the longest waiting
    first."""
    since = func.min(func.coalesce(outbox.c.made_at, outbox.c.due_at))
    last = func.max(outbox.c.error)
    query = (
        select(outbox.c.place, func.count().label("held"), last.label("why"), since.label("since"))
        .where(outbox.c.state == "aside", outbox.c.team_id == team_id)
        .group_by(outbox.c.place)
        .order_by(since, outbox.c.place)
    )
    return query if among is None else query.where(outbox.c.place.in_(sorted(among)))


def closed(team_id: str, row: Row[Any]) -> Closed:
    return Closed(Place(team_id, row.place), row.held, row.why or "", row.since)


async def _counted(
    connection: AsyncConnection,
    table: Table,
    which: ColumnElement[bool],
    since: ColumnElement[datetime],
) -> tuple[int, datetime | None, int]:
    query = select(func.count(), func.min(since), func.count(table.c.error)).where(which)
    count, oldest, failing = (await connection.execute(query)).one()
    return count, oldest, failing


async def _count(connection: AsyncConnection, table: Table, which: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(table).where(which)
    return int((await connection.execute(query)).scalar_one())
