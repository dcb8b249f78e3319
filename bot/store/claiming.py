"""Which row of the outbox is the next: found by index, however much waits for whom.

Each statement is put together once, which takes longer than to carry it out.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    CTE,
    BigInteger,
    BindParameter,
    ColumnElement,
    FromClause,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from bot.domain.records import Kind
from bot.domain.rules import Place
from bot.store.columns import UTCDateTime
from bot.store.tables import cards, outbox

NEAR: Final = 100
"""So many of those that are due the longest are looked at before the places are gone through."""

_NOW = bindparam("now", type_=UTCDateTime())
_UNTIL = bindparam("until", type_=UTCDateTime())
_NAMED = bindparam("named", type_=BigInteger())
_BUSY: Final[BindParameter[Any]] = bindparam("busy", expanding=True)
_SHUT: Final[BindParameter[Any]] = bindparam("shut", expanding=True)


def claiming(
    now: datetime,
    lease_until: datetime,
    delivery_id: int | None,
    besides: Collection[Place],
    outside: Collection[str],
) -> tuple[ReturningUpdate[Any], Mapping[str, Any]]:
    """Claims the named row, or the one that is due the longest in any place but these, outside
    of these workspaces; returns its id. With what is to be bound."""
    bound: dict[str, Any] = {"now": now, "until": lease_until}
    if delivery_id is not None:
        return _claiming_named(), bound | {"named": delivery_id}
    if not besides and not outside:
        return _claiming_any(), bound
    busy = [(place.team_id, place.channel) for place in besides]
    return _claiming_elsewhere(), bound | {"busy": busy, "shut": list(outside)}


@cache
def claimed() -> Select[Any]:
    """The row `named`, its card (`card_kind`, `card_body`, `card_version`), and the `ts` of the
    card in the same place (`thread_ts`): of the one that begins a thread, not one within one."""
    there = outbox.alias()
    is_card = (there.c.kind == Kind.CARD.value) & (there.c.key == "")
    same = and_(*(there.c[name] == outbox.c[name] for name in ("ref", "team_id", "place")))
    return (
        select(
            outbox,
            cards.c.kind.label("card_kind"),
            cards.c.body.label("card_body"),
            cards.c.version.label("card_version"),
            there.c.ts.label("thread_ts"),
        )
        .join(cards, cards.c.ref == outbox.c.ref)
        .outerjoin(there, same & is_card)
        .where(outbox.c.id == _NAMED)
    )


@cache
def _claiming_named() -> ReturningUpdate[Any]:
    row = outbox.alias()
    return _claim(_locked(_due(row).where(row.c.id == _NAMED), row))


@cache
def _claiming_any() -> ReturningUpdate[Any]:
    row = outbox.alias()
    return _claim(_locked(_due(row), row))


@cache
def _claiming_elsewhere() -> ReturningUpdate[Any]:
    """Nearly always it is one of those that are due the longest. Only where all of these wait for
    busy places, the others are looked through, place by place."""
    near, far = outbox.alias(), outbox.alias()
    among_them = _due(near).where(near.c.id.in_(_all_due().limit(NEAR)), _is_elsewhere(near))
    more = _all_due().limit(1).offset(NEAR).scalar_subquery().is_not(None)
    by_place = case((more, _locked(_in_any_place(far), far)))
    return _claim(func.coalesce(_locked(among_them, near), by_place))


def _claim(row_id: ColumnElement[Any]) -> ReturningUpdate[Any]:
    unposted = outbox.c.ts.is_(None)
    return (
        update(outbox)
        .where(outbox.c.id == row_id)
        .values(
            tries=outbox.c.tries + 1,
            lease_until=_UNTIL,
            sought_since=case((unposted, func.coalesce(outbox.c.sought_since, outbox.c.tried_at))),
            tried_at=case((unposted, _NOW)),
        )
        .returning(outbox.c.id)
    )


def _locked(query: Select[Any], row: FromClause) -> ColumnElement[Any]:
    """What it finds, unless somebody else is about to claim it."""
    return query.with_for_update(of=row, skip_locked=True).scalar_subquery()


def _behind(row: FromClause) -> ColumnElement[bool]:
    """As the index has it: a state that is a parameter could not be looked up in it."""
    return (row.c.version < row.c.wanted) & (row.c.state == literal_column("'waiting'"))


def _is_due(row: FromClause) -> ColumnElement[bool]:
    free = or_(row.c.lease_until.is_(None), row.c.lease_until <= _NOW)
    in_order = or_(row.c.kind != Kind.NOTE.value, ~_earlier_note(row))
    return _behind(row) & (row.c.due_at <= _NOW) & free & in_order


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


def _place(row: FromClause) -> ColumnElement[Any]:
    return tuple_(row.c.team_id, row.c.place)


def _is_elsewhere(row: FromClause) -> ColumnElement[bool]:
    return and_(_place(row).not_in(_BUSY), row.c.team_id.not_in(_SHUT))


def _due(row: FromClause) -> Select[Any]:
    """The one that is due the longest."""
    return select(row.c.id).where(_is_due(row)).order_by(row.c.due_at, row.c.id).limit(1)


def _all_due() -> Select[Any]:
    """All that are due, those first that are it the longest; claimed or not."""
    row = outbox.alias()
    due = select(row.c.id).where(_behind(row), row.c.due_at <= _NOW)
    return due.order_by(row.c.due_at, row.c.id)


def _in_any_place(row: FromClause) -> Select[Any]:
    """The one that is due the longest in any other place: of each, the first is looked up.

    However many rows wait for a place that is busy, they are not gone through.
    """
    places, next_one = _places(), outbox.alias()
    there = (next_one.c.team_id == places.c.team_id) & (next_one.c.place == places.c.place)
    longest = _due(next_one).where(there).correlate(places).scalar_subquery()
    return (
        select(row.c.id)
        .select_from(places.join(row, row.c.id == longest))
        # Once more: somebody else may have claimed it meanwhile.
        .where(_is_due(row), _is_elsewhere(places))
        .order_by(row.c.due_at, row.c.id)
        .limit(1)
    )


def _places() -> CTE:
    """The places that something waits for, each found by leaping over the rows of the last."""
    first, row = outbox.alias(), outbox.alias()
    begin = select(row.c.team_id, row.c.place).where(row.c.id == _first(first).scalar_subquery())
    places = begin.cte("places", recursive=True)
    near, far, further = outbox.alias(), outbox.alias(), outbox.alias()
    here = (near.c.team_id == places.c.team_id) & (near.c.place > places.c.place)
    # In two steps: SQLite would look up no more than the workspace of a pair.
    leap = func.coalesce(
        _first(near).where(here).correlate(places).scalar_subquery(),
        _first(far).where(far.c.team_id > places.c.team_id).correlate(places).scalar_subquery(),
    )
    return places.union_all(
        select(further.c.team_id, further.c.place).select_from(
            places.join(further, further.c.id == leap)
        )
    )


def _first(row: FromClause) -> Select[Any]:
    """The first that is behind, by place."""
    order = (row.c.team_id, row.c.place, row.c.due_at, row.c.id)
    return select(row.c.id).where(_behind(row)).order_by(*order).limit(1)
