"""Cards that places do not show yet as they are: one row per card and place."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Label,
    Row,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningUpdate

from bot.domain.cards import Card
from bot.domain.errors import Expired
from bot.domain.records import Delivery, Posted
from bot.domain.rules import Place
from bot.store.intake import Intake
from bot.store.snapshots import card_from, dumped, kind_of
from bot.store.subjects import Subjects, lock, root_of
from bot.store.tables import UTCDateTime, cards, outbox
from bot.store.wakeups import WakeUps


class Outbox:
    """See the port of the same name.

    A row is behind while `version` < `wanted`. It is claimed for the length of a lease; a try
    that may have posted leaves `tried_at`, which the next claim hands on as `sought_since`.
    """

    def __init__(self, subjects: Subjects, wakeups: WakeUps, intake: Intake) -> None:
        self._database = subjects.database
        self._clock = subjects.clock
        self._wakeups = wakeups
        self._intake = intake

    async def show(self, ref: str, card: Card, place: Place) -> int:
        """See the port. A card that is kept already is shown as it is kept.

        Raises:
            Expired: There is no such ref.
        """

        async def work(connection: AsyncConnection) -> int:
            root = (await connection.execute(root_of(ref))).scalar_one_or_none()
            if root is None:
                raise Expired
            await lock(connection, [root])
            row_id = await self._add(connection, root, card, place)
            await self._wakeups.announce(connection)
            return row_id

        row_id = await self._database.in_transaction(work)
        self._wakeups.ring()
        return row_id

    async def claim(
        self,
        now: datetime,
        lease_until: datetime,
        delivery_id: int | None = None,
        *,
        besides: Collection[Place] = (),
    ) -> Delivery | None:
        claim = _claim(now, lease_until, delivery_id, besides)
        if delivery_id is None:  # for a named one somebody waits
            await self._intake.lull()
        async with self._database.statements() as connection:
            row = (await connection.execute(claim)).one_or_none()
        return None if row is None else _delivery(row)

    async def delivered(self, delivery: Delivery, posted: Posted) -> None:
        delivered = (
            update(outbox)
            # Forward only: a write-back that comes late must not undo a later one.
            .where(outbox.c.id == delivery.id, outbox.c.version < delivery.version)
            .values(
                channel=posted.channel,
                ts=posted.ts,
                version=delivery.version,
                state="waiting",
                tries=0,
                due_at=self._clock(),
                lease_until=None,
                tried_at=None,
                sought_since=None,
                error=None,
            )
        )
        async with self._database.statements() as connection:
            await connection.execute(delivered)

    async def put_back(
        self, delivery: Delivery, error: str, retry_at: datetime | None, *, sent: bool
    ) -> None:
        values: dict[str, Any] = {"error": error, "lease_until": None}
        values |= {"due_at": retry_at} if retry_at else {"state": "aside"}
        if not sent:
            values["tried_at"] = None
        put_back = (
            update(outbox)
            # The number of tries names the claim: one that lost its lease puts nothing back.
            .where(outbox.c.id == delivery.id, outbox.c.tries == delivery.tries)
            .values(values)
        )
        async with self._database.statements() as connection:
            await connection.execute(put_back)

    async def _add(self, connection: AsyncConnection, ref: str, card: Card, place: Place) -> int:
        now = self._clock()
        kept = self._database.insert(cards).values(
            ref=ref, kind=kind_of(card), body=dumped(card), version=1, updated_at=now
        )
        await connection.execute(kept.on_conflict_do_nothing())
        version = select(cards.c.version).where(cards.c.ref == ref).scalar_subquery()
        there = self._database.insert(outbox).values(
            ref=ref, team_id=place.team_id, place=place.channel, wanted=version, due_at=now
        )
        await connection.execute(there.on_conflict_do_nothing())
        found = await connection.execute(
            select(outbox.c.id).where(
                outbox.c.ref == ref,
                outbox.c.team_id == place.team_id,
                outbox.c.place == place.channel,
            )
        )
        row_id: int = found.scalar_one()
        return row_id


def _claim(
    now: datetime, lease_until: datetime, delivery_id: int | None, besides: Collection[Place]
) -> ReturningUpdate[Any]:
    due = (
        select(outbox.c.id)
        .where(
            outbox.c.version < outbox.c.wanted,
            outbox.c.state == "waiting",
            outbox.c.due_at <= now,
            or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= now),
        )
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if delivery_id is not None:
        due = due.where(outbox.c.id == delivery_id)
    if besides:
        elsewhere = [(place.team_id, place.channel) for place in besides]
        due = due.where(tuple_(outbox.c.team_id, outbox.c.place).not_in(elsewhere))
    unposted = outbox.c.ts.is_(None)
    return (
        update(outbox)
        .where(outbox.c.id == due.scalar_subquery())
        .values(
            tries=outbox.c.tries + 1,
            lease_until=lease_until,
            sought_since=case((unposted, func.coalesce(outbox.c.sought_since, outbox.c.tried_at))),
            tried_at=case((unposted, literal(now, UTCDateTime()))),
        )
        .returning(outbox, *_card)
    )


def _of_card(column: Column[Any]) -> Label[Any]:
    """The column of the row's card (SQLite returns only the updated table's own columns).

    The row's ref is spelt out: within RETURNING, SQLAlchemy leaves the table's name away on
    SQLite, and a bare `ref` would be the card's own.
    """
    query = select(column).where(cards.c.ref == literal_column("outbox.ref"))
    return query.scalar_subquery().label(f"card_{column.name}")


_card = [_of_card(column) for column in (cards.c.kind, cards.c.body, cards.c.version)]


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        place=Place(row.team_id, row.place),
        ref=row.ref,
        card=card_from(row.card_kind, row.card_body),
        version=row.card_version,
        channel=row.channel,
        ts=row.ts,
        sought_since=row.sought_since,
        tries=row.tries,
    )
