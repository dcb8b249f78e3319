"""Which row of the outbox is the next: found by index, however much waits for whom."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    FromClause,
    Label,
    Select,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from bot.domain.records import Kind
from bot.domain.rules import Place
from bot.store.tables import UTCDateTime, cards, outbox


def claiming(
    now: datetime, lease_until: datetime, delivery_id: int | None, besides: Collection[Place]
) -> ReturningUpdate[Any]:
    """Claims the named row, or the one that is due the longest in any place but these.

    Returned are the row, its card (`card_kind`, `card_body`, `card_version`), and the `ts` of the
    card in the same place (`thread_ts`).
    """
    row = outbox.alias()
    due = _elsewhere(row, now, besides) if besides else _due(row, now)
    if delivery_id is not None:
        due = due.where(row.c.id == delivery_id)
    due = due.with_for_update(of=row, skip_locked=True)
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


def _behind(row: FromClause) -> ColumnElement[bool]:
    """As the index has it: a state that is a parameter could not be looked up in it."""
    return (row.c.version < row.c.wanted) & (row.c.state == literal_column("'waiting'"))


def _is_due(row: FromClause, now: datetime) -> ColumnElement[bool]:
    free = or_(row.c.lease_until.is_(None), row.c.lease_until <= now)
    in_order = or_(row.c.kind != Kind.NOTE.value, ~_earlier_note(row))
    return _behind(row) & (row.c.due_at <= now) & free & in_order


def _earlier_note(row: FromClause) -> ColumnElement[bool]:
    """Whether a word that was said before waits for the same thread: whoever delivers them, words
    go out in their order."""
    earlier = outbox.alias()
    query = select(earlier.c.id).where(
        _behind(earlier),
        *(earlier.c[name] == row.c[name] for name in ("ref", "team_id", "place", "kind")),
        earlier.c.id < row.c.id,
    )
    return query.correlate(row).exists()


def _due(row: FromClause, now: datetime) -> Select[Any]:
    """The one that is due the longest."""
    return select(row.c.id).where(_is_due(row, now)).order_by(row.c.due_at, row.c.id).limit(1)


def _elsewhere(row: FromClause, now: datetime, besides: Collection[Place]) -> Select[Any]:
    """The same in any other place: of each, the one that is due the longest is looked up.

    However many rows wait for a place that is busy, they are not gone through.
    """
    places, next_one = _places(), outbox.alias()
    there = (next_one.c.team_id == places.c.team_id) & (next_one.c.place == places.c.place)
    longest = _due(next_one, now).where(there).correlate(places).scalar_subquery()
    busy = [(place.team_id, place.channel) for place in besides]
    return (
        select(row.c.id)
        .select_from(places.join(row, row.c.id == longest))
        # Once more: somebody else may have claimed it meanwhile.
        .where(_is_due(row, now), tuple_(places.c.team_id, places.c.place).not_in(busy))
        .order_by(row.c.due_at, row.c.id)
        .limit(1)
    )


def _places() -> CTE:
    """The places that something waits for, each found by leaping over the rows of the last."""

    def first(row: FromClause) -> Select[Any]:
        order = (row.c.team_id, row.c.place, row.c.due_at, row.c.id)
        return select(row.c.id).where(_behind(row)).order_by(*order).limit(1)

    row, further, following = outbox.alias(), outbox.alias(), outbox.alias()
    begin = select(row.c.team_id, row.c.place).where(
        row.c.id == first(outbox.alias()).scalar_subquery()
    )
    places = begin.cte("places", recursive=True)
    here = tuple_(places.c.team_id, places.c.place)
    later = first(following).where(tuple_(following.c.team_id, following.c.place) > here)
    leap = further.c.id == later.correlate(places).scalar_subquery()
    return places.union_all(
        select(further.c.team_id, further.c.place).select_from(places.join(further, leap))
    )


_theirs = outbox.alias()


def _thread_ts() -> Label[Any]:
    """The ts of the row that is the card in the same place."""
    query = select(_theirs.c.ts).where(
        _theirs.c.ref == literal_column("outbox.ref"),
        _theirs.c.team_id == literal_column("outbox.team_id"),
        _theirs.c.place == literal_column("outbox.place"),
        _theirs.c.kind == Kind.CARD.value,
    )
    return query.scalar_subquery().label("thread_ts")


def _of_card(column: Column[Any]) -> Label[Any]:
    """The column of the row's card (SQLite returns only the updated table's own columns).

    The row's ref is spelt out: within RETURNING, SQLAlchemy leaves the table's name away on
    SQLite, and a bare `ref` would be the card's own.
    """
    query = select(column).where(cards.c.ref == literal_column("outbox.ref"))
    return query.scalar_subquery().label(f"card_{column.name}")


_card = [
    *(_of_card(column) for column in (cards.c.kind, cards.c.body, cards.c.version)),
    _thread_ts(),
]
