"""Cards that places do not show yet as they are: one row per card and place."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Label,
    Row,
    ScalarSelect,
    case,
    delete,
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

from bot.domain.cards import Card, Happening, Shown
from bot.domain.errors import Expired
from bot.domain.records import Closed, Delivery, Kind, Posted, Subject, Undelivered, Waiting
from bot.domain.rules import PLAIN, Look, Place, Rule, Showing
from bot.store import waiting
from bot.store.cards import CardStore
from bot.store.intake import Intake
from bot.store.snapshots import card_from, dumped, loaded
from bot.store.subjects import Subjects, lock, root_of
from bot.store.tables import UTCDateTime, cards, outbox, rules, subjects
from bot.store.wakeups import WakeUps
from bot.store.wanting import Message, Wanted, Wanting

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

    async def show(self, ref: str, card: Card, place: Place) -> int:
        """See the port. A card that is kept already is shown as it is kept.

        Raises:
            Expired: There is no such ref.
        """

        async def work(connection: AsyncConnection) -> int:
            root = await self._locked(connection, ref)
            row_id = await self._add(connection, root, card, place)
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
    ) -> Delivery | None:
        claim = _claim(now, lease_until, delivery_id, besides)
        if delivery_id is None:  # for a named one somebody waits
            await self._intake.lull()
        async with self._database.statements() as connection:
            row = (await connection.execute(claim)).one_or_none()
        return None if row is None else _delivery(row)

    async def delivered(self, delivery: Delivery, posted: Posted | None) -> None:
        delivered = (
            update(outbox)
            # Forward only: a write-back that comes late must not undo a later one.
            .where(outbox.c.id == delivery.id, outbox.c.version < delivery.version)
            .values(
                channel=posted.channel if posted else None,
                ts=posted.ts if posted else None,
                version=delivery.version,
                state="waiting",
                tries=0,
                failures=0,
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

    async def settled_in(self, place: Place, channel: str) -> None:
        async def work(connection: AsyncConnection) -> None:
            theirs = outbox.alias()
            there_already = (
                select(theirs.c.id)
                .where(
                    theirs.c.ref == outbox.c.ref,
                    theirs.c.team_id == place.team_id,
                    theirs.c.place == channel,
                    theirs.c.kind == outbox.c.kind,
                    theirs.c.key == outbox.c.key,
                )
                .exists()
            )
            named = (outbox.c.team_id == place.team_id) & (outbox.c.place == place.channel)
            await connection.execute(delete(outbox).where(named, there_already))
            await connection.execute(update(outbox).where(named).values(place=channel))
            of_it = (rules.c.team_id == place.team_id) & (rules.c.place == place.channel)
            found = await connection.execute(select(rules.c.body).where(of_it).with_for_update())
            for rule in [loaded(Rule, body) for body in found.scalars()]:
                moved = dumped(replace(rule, place=Place(place.team_id, channel)))
                here = rules.c.id == rule.id
                await connection.execute(
                    update(rules).where(here).values(place=channel, body=moved)
                )

        await self._database.in_transaction(work)

    async def aside(self, place: Place, *, take: int = 50, skip: int = 0) -> list[Undelivered]:
        query = (
            select(outbox)
            .where(
                outbox.c.state == "aside",
                outbox.c.team_id == place.team_id,
                outbox.c.place == place.channel,
            )
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

    async def waiting(self, now: datetime) -> Waiting:
        async with self._database.statements() as connection:
            return await waiting.in_outbox(connection, now)

    async def delivered_since(self, since: datetime) -> int:
        async with self._database.statements() as connection:
            return await waiting.delivered_since(connection, since)

    async def replay(self, place: Place) -> int:
        again = (
            update(outbox)
            .where(
                outbox.c.state == "aside",
                outbox.c.team_id == place.team_id,
                outbox.c.place == place.channel,
            )
            .values(state="waiting", due_at=self._clock(), lease_until=None, tries=0, failures=0)
        )
        async with self._database.transaction() as connection:
            found = (await connection.execute(again)).rowcount
            await self._wakeups.announce(connection)
        self._wakeups.ring()
        return found

    async def _locked(self, connection: AsyncConnection, ref: str) -> str:
        """The ref that this one stands for by now, locked until the transaction ends."""
        root: str | None = (await connection.execute(root_of(ref))).scalar_one_or_none()
        if root is None:
            raise Expired
        await lock(connection, [root])
        return root

    async def _add(self, connection: AsyncConnection, ref: str, card: Card, place: Place) -> int:
        now = self._clock()
        known = await connection.execute(select(cards.c.ref).where(cards.c.ref == ref))
        if known.first() is None:
            of = select(subjects.c.account).where(subjects.c.ref == ref)
            account = (await connection.execute(of)).scalar_one()
            await self._cards.put(connection, ref, account, card, 1)
        version = select(cards.c.version).where(cards.c.ref == ref).scalar_subquery()
        there = self._database.insert(outbox).values(
            ref=ref,
            team_id=place.team_id,
            place=place.channel,
            wanted=version,
            due_at=now,
            made_at=now,
            wanted_at=now,
        )
        await connection.execute(there.on_conflict_do_nothing())
        found = await connection.execute(
            select(outbox.c.id).where(
                outbox.c.ref == ref,
                outbox.c.team_id == place.team_id,
                outbox.c.place == place.channel,
                outbox.c.kind == Kind.CARD.value,
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
            or_(
                outbox.c.kind != Kind.NOTE.value,
                _is_posted(_theirs.c.ts) & ~_an_earlier_note_waits,
            ),
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


_theirs = outbox.alias()


def _is_posted(column: Column[Any]) -> ColumnElement[bool]:
    return _of_the_card(column).is_not(None)


_earlier = outbox.alias()
_an_earlier_note_waits = (
    select(_earlier.c.id)
    .where(
        _earlier.c.ref == literal_column("outbox.ref"),
        _earlier.c.team_id == literal_column("outbox.team_id"),
        _earlier.c.place == literal_column("outbox.place"),
        _earlier.c.kind == Kind.NOTE.value,
        _earlier.c.id < literal_column("outbox.id"),
        _earlier.c.version < _earlier.c.wanted,
        _earlier.c.state == "waiting",
    )
    .exists()
)
"""In one thread words go out in the order they were said, whoever delivers them."""


def _of_the_card(column: Column[Any]) -> ScalarSelect[Any]:
    """The column of the row that is the card in the same place."""
    return (
        select(column)
        .where(
            _theirs.c.ref == literal_column("outbox.ref"),
            _theirs.c.team_id == literal_column("outbox.team_id"),
            _theirs.c.place == literal_column("outbox.place"),
            _theirs.c.kind == Kind.CARD.value,
        )
        .scalar_subquery()
    )


def _of_card(column: Column[Any]) -> Label[Any]:
    """The column of the row's card (SQLite returns only the updated table's own columns).

    The row's ref is spelt out: within RETURNING, SQLAlchemy leaves the table's name away on
    SQLite, and a bare `ref` would be the card's own.
    """
    query = select(column).where(cards.c.ref == literal_column("outbox.ref"))
    return query.scalar_subquery().label(f"card_{column.name}")


_card = [
    *(_of_card(column) for column in (cards.c.kind, cards.c.body, cards.c.version)),
    _of_the_card(_theirs.c.ts).label("thread_ts"),
]


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
        thread_ts=row.thread_ts if kind is Kind.NOTE else None,
        trace=row.trace,
        wanted_at=row.wanted_at or row.made_at,
        failures=row.failures,
    )


def _undelivered(row: Row[Any]) -> Undelivered:
    return Undelivered(
        id=row.id,
        place=Place(row.team_id, row.place),
        ref=row.ref,
        kind=Kind(row.kind),
        why=row.error or "",
        since=row.made_at or row.due_at,
    )
