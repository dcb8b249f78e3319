"""Verified webhooks, kept until what they say is decided."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.cards import Card, NoticeCard
from bot.domain.records import Decision, Received, Subject
from bot.domain.rules import Place
from bot.store.intake import Intake
from bot.store.merging import newest
from bot.store.pruning import prune
from bot.store.snapshots import card_from, dumped, kind_of
from bot.store.subjects import Subjects, refs_query
from bot.store.tables import cards, inbox, outbox, subjects
from bot.store.wakeups import WakeUps

Decide = Callable[[Card | NoticeCard | None], Decision]


class Inbox:
    """See the port of the same name.

    A row is `waiting` until it is `done` or `ignored`, or set `aside`. A claim puts its due time
    to the end of the lease: a worker that dies gives it back by doing nothing.
    """

    def __init__(self, subjects: Subjects, wakeups: WakeUps, intake: Intake) -> None:
        self._subjects = subjects
        self._database = subjects.database
        self._clock = subjects.clock
        self._wakeups = wakeups
        self._intake = intake

    async def accept(self, raw: bytes, received_at: datetime) -> bool:
        return await self._intake.accept(raw, received_at)

    async def claim(self, now: datetime, lease_until: datetime) -> Received | None:
        oldest = (
            select(inbox.c.id)
            .where(inbox.c.state == "waiting", inbox.c.due_at <= now)
            .order_by(inbox.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        claim = (
            update(inbox)
            .where(inbox.c.id == oldest)
            .values(tries=inbox.c.tries + 1, due_at=lease_until)
            .returning(inbox.c.id, inbox.c.raw, inbox.c.received_at, inbox.c.tries)
        )
        await self._intake.lull()
        async with self._database.statements() as connection:
            row = (await connection.execute(claim)).one_or_none()
        return None if row is None else Received(row.id, row.raw, row.received_at, row.tries)

    async def card(self, subject: Subject) -> Card | NoticeCard | None:
        query = select(cards.c.kind, cards.c.body).where(cards.c.ref.in_(refs_query(subject)))
        async with self._database.statements() as connection:
            rows = (await connection.execute(query)).all()
        if not rows:
            return None
        row = newest(rows)
        return card_from(row.kind, row.body)

    async def settle(self, received_id: int, subject: Subject, decide: Decide) -> str:
        """See the port. A row that was settled meanwhile (its lease was over) changes nothing."""

        async def work(connection: AsyncConnection) -> str:
            ref = await self._subjects.hold(connection, subject)
            if await self._end(connection, received_id, "done"):
                await self._carry_out(connection, ref, decide)
                await self._wakeups.announce(connection)
            return ref

        ref = await self._database.in_transaction(work)
        self._wakeups.ring()
        return ref

    async def ignore(self, received_id: int, why: str) -> None:
        async with self._database.statements() as connection:
            await self._end(connection, received_id, "ignored", why)

    async def put_back(self, received_id: int, error: str, retry_at: datetime | None) -> None:
        put_back = (
            update(inbox)
            .where(inbox.c.id == received_id, inbox.c.state == "waiting")
            .values(error=error, **({"due_at": retry_at} if retry_at else {"state": "aside"}))
        )
        async with self._database.statements() as connection:
            await connection.execute(put_back)

    async def prune(self, before: datetime) -> int:
        """Delete what was done with or ignored before; returns how many."""
        old = inbox.c.state.in_(["done", "ignored"]) & (inbox.c.settled_at < before)
        return await prune(self._database, inbox, old)

    async def _end(
        self, connection: AsyncConnection, received_id: int, state: str, error: str = ""
    ) -> bool:
        """End a row that still waits; False where somebody else has ended it."""
        end = (
            update(inbox)
            .where(inbox.c.id == received_id, inbox.c.state == "waiting")
            .values(state=state, error=error or None, settled_at=self._clock())
        )
        return (await connection.execute(end)).rowcount == 1

    async def _carry_out(self, connection: AsyncConnection, ref: str, decide: Decide) -> None:
        """Let the held subject's card be turned, and store what comes of it."""
        found = await connection.execute(select(cards).where(cards.c.ref == ref))
        row = found.one_or_none()
        kept = card_from(row.kind, row.body) if row else None
        decision = decide(kept)
        card = decision.card or kept
        if card is None:
            return
        version = row.version if row else 0
        if dumped(card) != dumped(kept):
            version += 1
            await self._keep(connection, ref, card, version)
        await self._want(connection, ref, decision.places, version)

    async def _keep(
        self, connection: AsyncConnection, ref: str, card: Card | NoticeCard, version: int
    ) -> None:
        now = self._clock()
        values = {
            "kind": kind_of(card),
            "body": dumped(card),
            "version": version,
            "updated_at": now,
        }
        insert = self._database.insert(cards).values(ref=ref, **values)
        await connection.execute(insert.on_conflict_do_update(index_elements=["ref"], set_=values))
        if isinstance(card, Card):
            told_of = update(subjects).where(subjects.c.ref == ref)
            snapshot = dumped(card.booking)
            await connection.execute(told_of.values(snapshot=snapshot, updated_at=now))

    async def _want(
        self, connection: AsyncConnection, ref: str, places: Sequence[Place], version: int
    ) -> None:
        """Let every place that shows the card, and these, show this version as soon as can be.

        One that was set aside gets another chance: somebody may have invited the bot since.
        """
        if version > 1:  # the first one is nowhere yet
            behind = update(outbox).where(outbox.c.ref == ref, outbox.c.wanted < version)
            again = {"wanted": version, "due_at": self._clock(), "state": "waiting"}
            await connection.execute(behind.values(again))
        if places:
            rows = [
                {
                    "ref": ref,
                    "team_id": place.team_id,
                    "place": place.channel,
                    "wanted": version,
                    "due_at": self._clock(),
                }
                for place in dict.fromkeys(places)
            ]
            insert = self._database.insert(outbox).values(rows)
            await connection.execute(insert.on_conflict_do_nothing())
