"""The cards, and the bookings on them by when they start."""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.cards import Card, Phase, Shown
from bot.store.database import Database
from bot.store.snapshots import dumped, kind_of, loaded
from bot.store.tables import cards


class CardStore:
    """See the port `Cards`."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def starting(
        self,
        account: str,
        after: datetime,
        until: datetime,
        *,
        phases: Collection[Phase] = (),
        take: int = 200,
        beyond: tuple[datetime, str] | None = None,
    ) -> list[tuple[str, Card]]:
        query = (
            select(cards.c.ref, cards.c.body)
            .where(
                cards.c.account == account,
                cards.c.starts_at >= after,
                cards.c.starts_at < until,
            )
            .order_by(cards.c.starts_at, cards.c.ref)
            .limit(take)
        )
        if phases:
            query = query.where(cards.c.phase.in_([phase.value for phase in phases]))
        if beyond:
            query = query.where(tuple_(cards.c.starts_at, cards.c.ref) > beyond)
        async with self._database.statements() as connection:
            return [(row.ref, loaded(Card, row.body)) for row in await connection.execute(query)]

    async def put(
        self, connection: AsyncConnection, ref: str, account: str, card: Shown, version: int
    ) -> None:
        """Insert the card, or replace what is kept under its ref."""
        told = card if isinstance(card, Card) else None
        values = {
            "kind": kind_of(card),
            "body": dumped(card),
            "version": version,
            "updated_at": self._clock(),
            "account": account,
            "starts_at": told.booking.start if told else None,
            "ends_at": told.booking.end if told else None,
            "phase": told.phase.value if told else None,
        }
        insert = self._database.insert(cards).values(ref=ref, **values)
        await connection.execute(insert.on_conflict_do_update(index_elements=["ref"], set_=values))
