"""Sealing everything with the newest key, so that the old ones can be thrown away."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Column, Table, column, select, table, update
from sqlalchemy.sql.expression import TableClause

from bot.store.columns import metadata
from bot.store.database import Database
from bot.store.sealing import Sealed, SealedBytes, SealedJSON, SealedString
from bot.store.tables import keys

BITE: Final = 200
"""Rows in a transaction: few enough that nobody waits for them."""
_ANEW = (Sealed, SealedString, SealedJSON, SealedBytes)


async def rotate(database: Database) -> int:
    """Seal every row anew; returns how many. What was sealed meanwhile with an old key by a process
    that has not been started again yet needs another run: it can be done as often as one likes, and
    broken off at any time.

    The key of what is looked up comes last: with an old key thrown away too early nothing opens,
    and that is noticed at once.

    Raises:
        Unsealable: A row was sealed with a key that is none of those given.
    """
    count = 0
    for each, name in _sealed_columns():
        count += await _column(database, each, name)
    await database.unlock()
    return count + await _column(database, keys, keys.c.sealed)


def _sealed_columns() -> Iterator[tuple[Table, Column[Any]]]:
    for each in metadata.sorted_tables:
        for one in each.columns:
            if isinstance(one.type, _ANEW):
                yield each, one


async def _column(database: Database, whole: Table, sealed: Column[Any]) -> int:
    """In bites by primary key, as it stands there: nothing is opened but to be sealed."""
    key = next(iter(whole.primary_key.columns))
    is_json = isinstance(sealed.type, SealedJSON)
    bare = _bare(whole, key, sealed)
    count, last = 0, None
    while True:
        query = select(bare.c[key.name], bare.c[sealed.name]).where(
            bare.c[sealed.name].is_not(None)
        )
        if last is not None:
            query = query.where(bare.c[key.name] > last)
        async with database.transaction() as connection:
            bite = query.order_by(bare.c[key.name]).limit(BITE).with_for_update()
            rows = (await connection.execute(bite)).all()
            for name, value in rows:
                if value is None:  # JSON's null
                    continue
                anew: Any = database.seal.rotated(value)
                put = update(bare).where(bare.c[key.name] == name)
                if isinstance(value, bytes) and not is_json:
                    anew = anew.encode()
                await connection.execute(put.values({sealed.name: anew}))
            count += len(rows)
        if len(rows) < BITE:
            return count
        last = rows[-1][0]


def _bare(whole: Table, key: Column[Any], sealed: Column[Any]) -> TableClause:
    """The same table, with what stands in it."""
    bare = getattr(sealed.type, "impl", sealed.type)
    kind = getattr(key.type, "impl", key.type)
    return table(whole.name, column(key.name, kind), column(sealed.name, bare))
