"""Deleting what is no longer needed, in small bites."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Table, delete, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.cards import OVER
from bot.store.database import Database
from bot.store.moving import AFTER_CARD, ASIDE, WAITING
from bot.store.subjects import lock
from bot.store.tables import booking_uids, cards, outbox, subjects

BITE = 1000
"""Rows per statement: few enough that nobody waits for their locks, or runs into a time-out."""
CARDS = 200
"""Cards per transaction, with everything that hangs on them."""


async def prune(database: Database, table: Table, condition: ColumnElement[bool]) -> int:
    """Delete the table's rows for which the condition holds; returns how many."""
    key: ColumnElement[Any] = next(iter(table.primary_key.columns))
    bite = delete(table).where(key.in_(select(key).where(condition).limit(BITE)))
    deleted = 0
    while True:
        async with database.statements() as connection:
            gone = (await connection.execute(bite)).rowcount
        deleted += gone
        if gone < BITE:
            return deleted


async def prune_outbox(database: Database, before: datetime) -> None:
    """Delete what was done or given up before then, but what tells where a card stands.

    A card that is posted, and whose change was given up, is no longer behind.
    """
    old, unposted = outbox.c.due_at < before, outbox.c.ts.is_(None)
    # Both as in the indexes.
    noted = literal_column("kind <> 'card'", Boolean)
    aside = literal_column("state = 'aside'", Boolean)
    await prune(database, outbox, noted & old & (outbox.c.version >= outbox.c.wanted))
    await prune(database, outbox, noted & old & (outbox.c.state == AFTER_CARD))
    await prune(database, outbox, aside & old & or_(noted, unposted))
    given_up = update(outbox).where(aside, old).values(version=outbox.c.wanted, state=WAITING)
    async with database.statements() as connection:
        await connection.execute(given_up)


async def prune_bookings(database: Database, before: datetime) -> int:
    """Delete the cards, with all that hangs on them, of bookings that are over and were not
    touched since; returns how many."""
    is_over = or_(
        cards.c.ends_at < before, cards.c.phase.in_(sorted(phase.value for phase in OVER))
    )
    return await _prune_cards(database, (cards.c.kind == "booking") & is_over, before)


async def prune_notices(database: Database, before: datetime) -> int:
    """The same of what is about no booking."""
    return await _prune_cards(database, cards.c.kind.in_(["notice", "digest"]), before)


async def _prune_cards(database: Database, which: ColumnElement[bool], before: datetime) -> int:
    due = select(outbox.c.id).where(
        outbox.c.ref == cards.c.ref,
        outbox.c.version < outbox.c.wanted,
        outbox.c.state.in_([WAITING, ASIDE]),
    )
    old = select(cards.c.ref).where(which, cards.c.updated_at < before, ~due.exists())
    bite = old.order_by(cards.c.kind, cards.c.updated_at).limit(CARDS)

    async def work(connection: AsyncConnection) -> int:
        found = (await connection.execute(bite)).scalars().all()
        await lock(connection, found)
        still = (await connection.execute(old.where(cards.c.ref.in_(found)))).scalars().all()
        await _delete(connection, still)
        return len(found)

    deleted = 0
    while gone := await database.in_transaction(work):
        deleted += gone
    return deleted


async def _delete(connection: AsyncConnection, refs: Sequence[str]) -> None:
    merged = select(subjects.c.ref).where(subjects.c.merged_into.in_(refs))
    every = [*refs, *(await connection.execute(merged)).scalars()]
    await connection.execute(delete(outbox).where(outbox.c.ref.in_(refs)))
    await connection.execute(delete(cards).where(cards.c.ref.in_(refs)))
    await connection.execute(delete(booking_uids).where(booking_uids.c.ref.in_(every)))
    await connection.execute(delete(subjects).where(subjects.c.merged_into.in_(refs)))
    await connection.execute(delete(subjects).where(subjects.c.ref.in_(refs)))
