"""Rows of the outbox that come to be another card's, or another place's.

Where a row is already that says the same, one message must be left of the two.
"""

from sqlalchemy import ColumnElement, String, and_, cast, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import Kind
from bot.store.tables import outbox

WAITING = "waiting"
ASIDE = "aside"
AFTER_CARD = "after_card"
"""The states of a row: it is claimed when it is due; it is not tried any more; it is a note, and
waits until its card has been posted. What is not behind is `waiting` too."""

_SAME = ("ref", "team_id", "place", "kind", "key")
_UNTOUCHED = and_(outbox.c.ts.is_(None), outbox.c.tried_at.is_(None))


async def move(
    connection: AsyncConnection, moving: ColumnElement[bool], to: dict[str, str]
) -> None:
    """Give these rows, of cards that are locked, another `ref` or another `place`.

    Of two rows that say the same, the one lives on that was there before, whose thread has the
    history, unless only the other one was posted. A message too many is taken back; one whose
    posting is under way is sought, and taken back when it is found.
    """
    there = outbox.alias()
    same = and_(*(there.c[name] == to.get(name, outbox.c[name]) for name in _SAME))
    for_nothing = (
        select(there.c.id)
        .select_from(outbox.join(there, same))
        .where(moving, outbox.c.ts.is_not(None), there.c.ts.is_(None), there.c.tried_at.is_(None))
    )
    await connection.execute(delete(outbox).where(outbox.c.id.in_(for_nothing)))
    too_many = moving & select(there.c.id).where(same).exists()
    await connection.execute(delete(outbox).where(too_many, _UNTOUCHED))
    removal = {"kind": Kind.REMOVAL.value, "key": cast(outbox.c.id, String), "state": WAITING}
    await connection.execute(
        update(outbox).where(too_many).values(wanted=outbox.c.wanted + 1, **removal)
    )
    note = (outbox.c.kind == Kind.NOTE.value) & (outbox.c.version < outbox.c.wanted)
    await connection.execute(
        update(outbox).where(moving, note, outbox.c.state == WAITING).values(state=AFTER_CARD)
    )
    await connection.execute(update(outbox).where(moving).values(to))


async def release(connection: AsyncConnection, *which: ColumnElement[bool]) -> None:
    """Let those of these notes be claimed whose card has been posted."""
    card = outbox.alias()
    posted = select(card.c.id).where(
        card.c.ref == outbox.c.ref,
        card.c.team_id == outbox.c.team_id,
        card.c.place == outbox.c.place,
        card.c.kind == Kind.CARD.value,
        card.c.key == "",  # one within a thread begins none
        card.c.ts.is_not(None),
    )
    notes = update(outbox).where(*which, outbox.c.state == AFTER_CARD, posted.exists())
    await connection.execute(notes.values(state=WAITING))
