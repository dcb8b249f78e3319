"""Deleting what is no longer needed, in small bites."""

from typing import Any

from sqlalchemy import ColumnElement, Table, delete, select

from bot.store.database import Database

BITE = 1000
"""Rows per statement: few enough that nobody waits for their locks, or runs into a time-out."""


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
