"""The key of what is looked up: made once, and read by every process that opens the database."""

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.sealing import INDEX, Seal
from bot.store.tables import keys


def unlocked(connection: Connection, seal: Seal) -> None:
    """Let the seal open and make what is looked up; the first one ever makes its key.

    Raises:
        Unsealable: The keys are not those that the database was sealed with, or are missing.
    """
    query = select(keys.c.sealed).where(keys.c.name == INDEX)
    sealed = connection.execute(query).scalar_one_or_none()
    if sealed is None:
        insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        made = insert(keys).values(name=INDEX, sealed=seal.made()).on_conflict_do_nothing()
        connection.execute(made)
        sealed = connection.execute(query).scalar_one()
    seal.unlock(sealed)
