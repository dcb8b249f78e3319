"""Bookings, webhooks, drafts and secrets are sealed. The columns stay as they are."""

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.store.sealing import Seal, seal_of
from bot.store.unlocking import unlocked

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

JSONS = (
    ("subjects", "ref", "snapshot"),
    ("cards", "ref", "body"),
    ("outbox", "id", "note"),
    ("drafts", "id", "data"),
    ("attempts", "key", "request"),
)
TEXTS = (("attempts", "key", "uid"), ("registrations", "address", "secret"))


def upgrade() -> None:
    connection = op.get_bind()
    seal = seal_of(connection.dialect)

    def sealed(value: Any) -> str:
        return seal.seal(json.dumps(value, separators=(",", ":")).encode())

    for table, key, column in JSONS:
        _change(connection, table, key, sa.column(column, sa.JSON(none_as_null=True)), sealed)
    for table, key, column in TEXTS:
        _change(connection, table, key, sa.column(column, sa.String), sealed)
    raw = sa.column("raw", sa.LargeBinary)
    _change(connection, "inbox", "id", raw, lambda body: seal.seal(bytes(body)).encode())
    _look_up(connection, seal)


def _change(
    connection: sa.Connection,
    table: str,
    key: str,
    column: sa.ColumnClause[Any],
    change: Callable[[Any], Any],
) -> None:
    there = sa.table(table, sa.column(key), column)
    query = sa.select(there.c[key], column).where(column.is_not(None))
    for name, value in connection.execute(query).all():
        if value is None:  # JSON's null
            continue
        changed = sa.update(there).where(there.c[key] == name)
        connection.execute(changed.values({column.name: change(value)}))


def _look_up(connection: sa.Connection, seal: Seal) -> None:
    """What rows are found by; the key for it is only made where there are any."""
    uids = sa.table("booking_uids", sa.column("account"), sa.column("uid"))
    hooks = sa.table("registrations", sa.column("address"))
    known = connection.execute(sa.select(uids.c.account, uids.c.uid)).all()
    addresses = connection.execute(sa.select(hooks.c.address)).scalars().all()
    if not known and not addresses:
        return
    unlocked(connection, seal)
    for account, uid in known:
        row = sa.update(uids).where(uids.c.account == account, uids.c.uid == uid)
        connection.execute(row.values(uid=seal.seal_alike(uid)))
    for address in addresses:
        row = sa.update(hooks).where(hooks.c.address == address)
        connection.execute(row.values(address=seal.seal_alike(address)))
