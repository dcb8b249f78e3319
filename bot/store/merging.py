"""Two references that turn out to be one booking's."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Row, ScalarSelect, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.cards import Card
from bot.domain.records import Kind
from bot.store.database import Database
from bot.store.moving import move, release
from bot.store.snapshots import card_from
from bot.store.tables import cards, outbox, subjects


async def merge(connection: AsyncConnection, database: Database, older: str, newer: str) -> None:
    """Let `newer` stand for `older` from now on; both are locked.

    The newer ref still works, in buttons that are out there: it leads to the older one. What is
    shown is the card that heard the newest word, under a version that is ahead of everything
    delivered so far. Places that only the newer card had move along, with their messages; where
    both stand in one place, one message is left.
    """
    await connection.execute(
        update(subjects)
        .where(or_(subjects.c.ref == newer, subjects.c.merged_into == newer))
        .values(merged_into=older)
    )
    await connection.execute(
        update(subjects)
        .where(subjects.c.ref == older)
        .values(
            snapshot=func.coalesce(_of(newer, subjects.c.snapshot), subjects.c.snapshot),
            booked_by=func.coalesce(subjects.c.booked_by, _of(newer, subjects.c.booked_by)),
        )
    )
    if await _merge_cards(connection, database, older, newer):
        await _merge_outbox(connection, older, newer)
        await connection.execute(delete(cards).where(cards.c.ref == newer))


def newest(rows: Iterable[Row[*tuple[Any, ...]]]) -> Row[*tuple[Any, ...]]:
    """Of rows with `kind` and `body`, the card that heard the newest word."""

    def said_at(row: Row[*tuple[Any, ...]]) -> datetime:
        card = card_from(row.kind, row.body)
        return (isinstance(card, Card) and card.said_at) or datetime.min.replace(tzinfo=UTC)

    return max(rows, key=said_at)


def _of(ref: str, column: Column[Any]) -> ScalarSelect[Any]:
    other = subjects.alias()
    return select(other.c[column.name]).where(other.c.ref == ref).scalar_subquery()


async def _merge_cards(
    connection: AsyncConnection, database: Database, older: str, newer: str
) -> bool:
    found = await connection.execute(select(cards).where(cards.c.ref.in_([older, newer])))
    both = {row.ref: row for row in found}
    if newer not in both:
        return False
    shown = newest(both.values())
    values = {
        "kind": shown.kind,
        "body": shown.body,
        "version": max(row.version for row in both.values()) + 1,
        "updated_at": shown.updated_at,
        "account": shown.account,
        "starts_at": shown.starts_at,
        "ends_at": shown.ends_at,
        "phase": shown.phase,
    }
    insert = database.insert(cards).values(ref=older, **values)
    await connection.execute(insert.on_conflict_do_update(index_elements=["ref"], set_=values))
    return True


async def _merge_outbox(connection: AsyncConnection, older: str, newer: str) -> None:
    await move(connection, outbox.c.ref == newer, {"ref": older})
    await release(connection, outbox.c.ref == older)
    version = select(cards.c.version).where(cards.c.ref == older).scalar_subquery()
    shows = (outbox.c.ref == older) & (outbox.c.kind == Kind.CARD.value)
    await connection.execute(update(outbox).where(shows).values(wanted=version))
