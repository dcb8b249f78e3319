"""Cards that places do not show yet as they are: one row per card and place."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Row, and_, case, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.cards import Card, Happening, Shown
from bot.domain.errors import Expired
from bot.domain.records import Closed, Delivery, Kind, Posted, Subject, Undelivered, Waiting
from bot.domain.rules import PLAIN, Look, Place, Showing
from bot.store import waiting
from bot.store.cards import CardStore
from bot.store.claiming import claimed, claiming
from bot.store.intake import Intake
from bot.store.moving import AFTER_CARD, ASIDE, WAITING, move, release
from bot.store.rules import move_rules
from bot.store.snapshots import card_from, loaded
from bot.store.subjects import Subjects, lock, root_of
from bot.store.tables import cards, outbox, subjects
from bot.store.wakeups import WakeUps
from bot.store.wanting import Message, Wanted, Wanting

BITE = 200
"""The most cards that are locked at once."""
NOBODYS = ""
"""The account under which is kept what is about no account's booking."""


class Outbox:
    """See the port of the same name.

    A row is behind while `version` < `wanted`. It is claimed for the length of a lease; a try
    that may have posted leaves `tried_at`, which the next claim hands on as `sought_since`.
    """

    def __init__(self, subjects: Subjects, wakeups: WakeUps, intake: Intake) -> None:
        self._subjects = subjects
        self._database = subjects.database
        self._clock = subjects.clock
        self._cards = CardStore(subjects.database, subjects.clock)
        self._wanted = Wanting(subjects.database, subjects.clock)
        self._wakeups = wakeups
        self._intake = intake

    async def show(self, ref: str, card: Card, place: Place, thread: str = "") -> int:
        """See the port. A card that is kept already is shown as it is kept.

        Raises:
            Expired: There is no such ref.
        """

        async def work(connection: AsyncConnection) -> int:
            root = await self._locked(connection, ref)
            row_id = await self._add(connection, root, card, place, thread)
            await self._wakeups.announce(connection)
            return row_id

        row_id = await self._database.in_transaction(work)
        self._wakeups.ring()
        return row_id

    async def tell(self, key: str, shown: Shown, showings: Sequence[Showing]) -> None:
        async def work(connection: AsyncConnection) -> None:
            ref = await self._subjects.hold(connection, Subject(NOBODYS, notice=key))
            if (await connection.execute(select(cards.c.ref).where(cards.c.ref == ref))).first():
                return
            await self._cards.put(connection, ref, NOBODYS, shown, 1)
            await self._wanted.ask(connection, ref, Wanted(1, showings, trace=key))
            await self._wakeups.announce(connection)

        await self._database.in_transaction(work)
        self._wakeups.ring()

    async def remind(self, ref: str, key: str, showings: Sequence[Showing]) -> None:
        async def work(connection: AsyncConnection) -> None:
            root = await self._locked(connection, ref)
            reminder = Message(Kind.REMINDER, key, trace=key)
            await self._wanted.message(connection, root, reminder, showings)
            await self._wakeups.announce(connection)

        await self._database.in_transaction(work)
        self._wakeups.ring()

    async def claim(
        self,
        now: datetime,
        lease_until: datetime,
        delivery_id: int | None = None,
        *,
        besides: Collection[Place] = (),
        outside: Collection[str] = (),
    ) -> Delivery | None:
        claim, bound = claiming(now, lease_until, delivery_id, besides, outside)
        if delivery_id is None:  # for a named one somebody waits
            await self._intake.lull()
        async with self._database.statements() as connection:
            row_id = (await connection.execute(claim, bound)).scalar_one_or_none()
            if row_id is None:
                return None
            # Not by the claim itself: SQLite would go through all cards for what it returns.
            return _delivery((await connection.execute(claimed(), {"named": row_id})).one())

    async def delivered(self, delivery: Delivery, posted: Posted | None) -> None:
        delivered = (
            update(outbox)
            # Forward only: a write-back that comes late must not undo a later one.
            .where(outbox.c.id == delivery.id, outbox.c.version < delivery.version)
            .values(
                channel=posted.channel if posted else None,
                ts=posted.ts if posted else None,
                version=delivery.version,
                state=WAITING,
                tries=0,
                failures=0,
                due_at=self._clock(),
                lease_until=None,
                tried_at=None,
                sought_since=None,
                error=None,
            )
            .returning(outbox.c.ref, outbox.c.team_id, outbox.c.place)
        )

        async def work(connection: AsyncConnection) -> None:
            for ref, team_id, place in await connection.execute(delivered):
                await release(connection, outbox.c.ref == ref, _in(Place(team_id, place)))

        if delivery.kind is Kind.CARD and delivery.ts is None:  # its notes have waited for it
            await self._database.in_transaction(work)
            return
        async with self._database.statements() as connection:
            await connection.execute(delivered)

    async def put_back(
        self,
        delivery: Delivery,
        error: str,
        retry_at: datetime | None,
        *,
        sent: bool,
        known: bool = True,
    ) -> None:
        values: dict[str, Any] = {"error": error, "lease_until": None}
        if not known:
            values["failures"] = delivery.failures + 1
        values |= {"due_at": retry_at} if retry_at else {"state": ASIDE}
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

    async def settled_in(self, place: Place, channel: str) -> None:
        """See the port. Its rules come last: until then nothing is shown under the new name."""
        there = and_(_is_named(), _in(place))
        found = select(outbox.c.ref).where(there).distinct().order_by(outbox.c.ref).limit(BITE)

        async def work(connection: AsyncConnection) -> bool:
            refs = (await connection.execute(found)).scalars().all()
            await lock(connection, refs)
            await move(connection, outbox.c.ref.in_(refs) & there, {"place": channel})
            moved = Place(place.team_id, channel)
            await release(connection, outbox.c.ref.in_(refs), _in(moved))
            if len(refs) < BITE:
                await move_rules(connection, place, moved)
            await self._wakeups.announce(connection)
            return len(refs) < BITE

        while not await self._database.in_transaction(work):
            pass
        self._wakeups.ring()

    async def aside(self, place: Place, *, take: int = 50, skip: int = 0) -> list[Undelivered]:
        query = (
            select(outbox)
            .where(_is_aside(), _in(place))
            .order_by(outbox.c.id)
            .limit(take)
            .offset(skip)
        )
        async with self._database.statements() as connection:
            return [_undelivered(row) for row in await connection.execute(query)]

    async def closed(
        self,
        team_id: str,
        *,
        among: Collection[str] | None = None,
        take: int = 50,
        skip: int = 0,
    ) -> list[Closed]:
        async with self._database.statements() as connection:
            query = waiting.closed_query(team_id, among).limit(take).offset(skip)
            rows = (await connection.execute(query)).all()
        return [waiting.closed(team_id, row) for row in rows]

    async def waiting(self, now: datetime, team_id: str | None = None) -> Waiting:
        async with self._database.statements() as connection:
            return await waiting.in_outbox(connection, now, team_id)

    async def delivered_since(self, since: datetime, team_id: str | None = None) -> int:
        async with self._database.statements() as connection:
            return await waiting.delivered_since(connection, since, team_id)

    async def replay(self, place: Place) -> int:
        is_note = outbox.c.kind == Kind.NOTE.value
        # A try that is under way is not begun anew: its end still finds it by its tries.
        tries = case((outbox.c.lease_until.is_(None), 0), else_=outbox.c.tries)
        again = (
            update(outbox)
            .where(_is_aside(), _in(place))
            .values(
                state=case((is_note, AFTER_CARD), else_=WAITING),
                tries=tries,
                failures=0,
                due_at=self._clock(),
            )
        )

        async def work(connection: AsyncConnection) -> int:
            found = (await connection.execute(again)).rowcount
            await release(connection, _in(place))
            await self._wakeups.announce(connection)
            return found

        found = await self._database.in_transaction(work)
        self._wakeups.ring()
        return found

    async def _locked(self, connection: AsyncConnection, ref: str) -> str:
        """The ref that this one stands for by now, locked until the transaction ends."""
        root: str | None = (await connection.execute(root_of(ref))).scalar_one_or_none()
        if root is None:
            raise Expired
        await lock(connection, [root])
        return root

    async def _add(
        self, connection: AsyncConnection, ref: str, card: Card, place: Place, thread: str
    ) -> int:
        now = self._clock()
        known = await connection.execute(select(cards.c.ref).where(cards.c.ref == ref))
        if known.first() is None:
            of = select(subjects.c.account).where(subjects.c.ref == ref)
            account = (await connection.execute(of)).scalar_one()
            await self._cards.put(connection, ref, account, card, 1)
        version = select(cards.c.version).where(cards.c.ref == ref).scalar_subquery()
        asked = self._database.insert(outbox).values(
            ref=ref,
            team_id=place.team_id,
            place=place.channel,
            key=thread,
            wanted=version,
            due_at=now,
            made_at=now,
            wanted_at=now,
        )
        # Somebody waits: what was set aside, or has its hour, is shown now as well.
        again = asked.on_conflict_do_update(
            index_elements=["ref", "team_id", "place", "kind", "key"],
            set_={"state": WAITING, "due_at": now},
            where=outbox.c.ts.is_(None),
        )
        await connection.execute(again)
        is_card = (outbox.c.kind == Kind.CARD.value) & (outbox.c.key == thread)
        found = select(outbox.c.id).where(outbox.c.ref == ref, _in(place), is_card)
        row_id: int = (await connection.execute(found)).scalar_one()
        return row_id


def _in(place: Place) -> ColumnElement[bool]:
    return and_(outbox.c.team_id == place.team_id, outbox.c.place == place.channel)


def _is_aside() -> ColumnElement[bool]:
    return outbox.c.state == literal_column("'aside'")  # as in the index


def _is_named() -> ColumnElement[bool]:
    return literal_column("substr(outbox.place, 1, 1) = '#'", Boolean)  # as in the index


def _delivery(row: Row[Any]) -> Delivery:
    kind = Kind(row.kind)
    return Delivery(
        id=row.id,
        place=Place(row.team_id, row.place),
        ref=row.ref,
        card=card_from(row.card_kind, row.card_body),
        version=row.card_version if kind is Kind.CARD else row.wanted,
        channel=row.channel,
        ts=row.ts,
        sought_since=row.sought_since,
        tries=row.tries,
        kind=kind,
        key=row.key,
        look=loaded(Look, row.look) if row.look else PLAIN,
        note=loaded(Happening, row.note) if row.note else None,
        thread_ts=_thread_of(row),
        trace=row.trace,
        wanted_at=row.wanted_at or row.made_at,
        failures=row.failures,
    )


def _thread_of(row: Row[Any]) -> str | None:
    """What the message answers: a note the card, and a card the message that it is about."""
    if row.kind == Kind.CARD.value:
        return row.key or None
    return row.thread_ts if row.kind == Kind.NOTE.value else None


def _undelivered(row: Row[Any]) -> Undelivered:
    return Undelivered(
        id=row.id,
        place=Place(row.team_id, row.place),
        ref=row.ref,
        kind=Kind(row.kind),
        why=row.error or "",
        since=row.made_at or row.due_at,
    )
