"""Verified webhooks, kept until what they say is decided."""

import asyncio
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from functools import reduce
from typing import Any

from sqlalchemy import Row, func, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.cards import Card, Shown
from bot.domain.records import Decision, Received, Sighting, Subject, Waiting
from bot.domain.turning import joined
from bot.store import waiting
from bot.store.cards import CardStore
from bot.store.intake import SIGHTING, Intake, digest_of, trace_of
from bot.store.pruning import prune
from bot.store.snapshots import card_from, dumped, loaded
from bot.store.subjects import Subjects, refs_query
from bot.store.tables import booking_uids, cards, inbox, subjects
from bot.store.wakeups import WakeUps
from bot.store.wanting import Wanted, Wanting

Decide = Callable[[Shown | None], Decision]


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
        self._cards = CardStore(subjects.database, subjects.clock)
        self._wanted = Wanting(subjects.database, subjects.clock)

    async def accept(self, raw: bytes, received_at: datetime, account: str = "house") -> bool:
        return await self._intake.accept(raw, received_at, account)

    async def sight(self, account: str, sightings: Sequence[Sighting]) -> int:
        accepted = [
            self._intake.accept(_written(each), each.seen_at, account, SIGHTING)
            for each in sightings
        ]
        return sum(await asyncio.gather(*accepted))

    async def claim(self, now: datetime, lease_until: datetime) -> Received | None:
        oldest = (
            select(inbox.c.id)
            # The state as in the index: as a parameter it could not be looked up there.
            .where(inbox.c.state == literal_column("'waiting'"), inbox.c.due_at <= now)
            .order_by(inbox.c.due_at, inbox.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        claim = (
            update(inbox)
            .where(inbox.c.id == oldest)
            .values(tries=inbox.c.tries + 1, due_at=lease_until)
            .returning(inbox)
        )
        await self._intake.lull()
        async with self._database.statements() as connection:
            row = (await connection.execute(claim)).one_or_none()
        return None if row is None else _received(row)

    async def card(self, subject: Subject) -> Shown | None:
        if subject.uids:
            found = await self.cards(subject.account, subject.uids)
            told: list[Card] = []
            for uid in reversed(subject.uids):
                if (card := found.get(uid)) and card not in told:
                    told.append(card)
            return reduce(joined, told) if told else None
        query = select(cards.c.kind, cards.c.body).where(cards.c.ref.in_(refs_query(subject)))
        async with self._database.statements() as connection:
            row = (await connection.execute(query)).one_or_none()
        return card_from(row.kind, row.body) if row else None

    async def cards(self, account: str, uids: Collection[str]) -> dict[str, Card]:
        linked = subjects.alias()
        query = (
            select(booking_uids.c.uid, cards.c.kind, cards.c.body)
            .join(linked, linked.c.ref == booking_uids.c.ref)
            .join(cards, cards.c.ref == func.coalesce(linked.c.merged_into, linked.c.ref))
            .where(booking_uids.c.account == account, booking_uids.c.uid.in_(list(uids)))
        )
        async with self._database.statements() as connection:
            rows = (await connection.execute(query)).all()
        found = {row.uid: card_from(row.kind, row.body) for row in rows}
        return {uid: card for uid, card in found.items() if isinstance(card, Card)}

    async def settle(self, received: Received, subject: Subject, decide: Decide) -> str:
        """See the port. A row that was settled meanwhile (its lease was over) changes nothing."""

        async def work(connection: AsyncConnection) -> str:
            ref = await self._subjects.hold(connection, subject)
            if await self._end(connection, received.id, "done"):
                wanted = await self._turned(connection, ref, received, decide)
                if wanted:
                    await self._wanted.ask(connection, ref, wanted)
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

    async def waiting(self, team_id: str | None = None) -> Waiting:
        async with self._database.statements() as connection:
            return await waiting.in_inbox(connection, team_id)

    def trace(self, raw: bytes, account: str = "house") -> str:
        return trace_of(digest_of(account, raw))

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

    async def _turned(
        self, connection: AsyncConnection, ref: str, received: Received, decide: Decide
    ) -> Wanted | None:
        """Let the held subject's card be turned and keep it; what is wanted of whom then."""
        found = await connection.execute(select(cards).where(cards.c.ref == ref))
        row = found.one_or_none()
        kept = card_from(row.kind, row.body) if row else None
        decision = decide(kept)
        card = decision.card or kept
        if card is None:
            return None
        version = row.version if row else 0
        if dumped(card) != dumped(kept):
            version += 1
            await self._keep(connection, ref, received.account, card, version)
        return Wanted(
            version, decision.showings, decision.notes, received.trace, received.received_at
        )

    async def _keep(
        self, connection: AsyncConnection, ref: str, account: str, card: Shown, version: int
    ) -> None:
        await self._cards.put(connection, ref, account, card, version)
        if isinstance(card, Card):
            told_of = update(subjects).where(subjects.c.ref == ref)
            snapshot = dumped(card.booking)
            await connection.execute(told_of.values(snapshot=snapshot, updated_at=self._clock()))


def _written(sighting: Sighting) -> bytes:
    """A sighting as a row's body: the same one, seen again within the minute, is not stored
    again. (Seats and absences come, go and come again under one `updated_at`.)"""
    minute = sighting.seen_at.replace(second=0, microsecond=0)
    seen = dumped(replace(sighting, seen_at=minute))
    return json.dumps(seen, sort_keys=True).encode()


def _received(row: Row[Any]) -> Received:
    is_sighting = row.kind == SIGHTING
    sighting = loaded(Sighting, json.loads(row.raw)) if is_sighting else None
    return Received(
        row.id,
        row.raw,
        row.received_at,
        row.tries,
        row.account,
        trace_of(row.digest),
        replace(sighting, seen_at=row.received_at) if sighting else None,
    )
