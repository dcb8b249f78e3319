"""What places ought to show: the rows of the outbox that a decision makes, or makes due."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, false, literal, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.cards import Happening
from bot.domain.records import Kind, Note
from bot.domain.rules import Place, Showing
from bot.store.columns import UTCDateTime
from bot.store.database import Database
from bot.store.moving import AFTER_CARD, ASIDE, WAITING, release
from bot.store.snapshots import dumped
from bot.store.tables import outbox

RESTS = "the rule rests"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The version of the card that is to be seen, by whom, and the words for their threads; `trace`
    names what asked for it, `since` when that came."""

    version: int
    showings: Sequence[Showing] = ()
    notes: Sequence[Note] = ()
    trace: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message that is posted once and stays as it is; `key` tells those of one kind apart."""

    kind: Kind
    key: str
    note: Happening | None = None
    trace: str = ""
    since: datetime | None = None


class Wanting:
    """Writes rows of the outbox, within somebody's transaction and under the card's lock."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def ask(self, connection: AsyncConnection, ref: str, wanted: Wanted) -> None:
        """Let every place that shows the card, and these, show this version as soon as can be.

        The places that had it before get the notes; those that get it now see all of its history.
        """
        if wanted.version > 1:  # the first one is nowhere yet
            await self._bring_up_to_date(connection, ref, wanted)
        if not wanted.showings:
            return
        rows = [
            self._row(ref, showing, wanted) | {"wanted": wanted.version}
            for showing in wanted.showings
        ]
        insert = self._database.insert(outbox).values(rows).on_conflict_do_nothing()
        made = await connection.execute(insert.returning(outbox.c.team_id, outbox.c.place))
        new = {Place(row.team_id, row.place) for row in made}
        for showing in (each for each in wanted.showings if each.place not in new):
            await self._look(connection, ref, showing)
        for note in wanted.notes:
            hearing = [each for each in note.showings if each.place not in new]
            message = Message(Kind.NOTE, note.word.word, note.word, wanted.trace, wanted.since)
            await self.message(connection, ref, message, hearing)

    async def message(
        self,
        connection: AsyncConnection,
        ref: str,
        message: Message,
        showings: Sequence[Showing],
    ) -> None:
        """Ask for a message in each of these places; one that was asked for before is left.

        A note is for where the card is. That row is locked by now, so that nobody writes back
        meanwhile that it has been posted.
        """
        if not showings:
            return
        more = {
            "kind": message.kind.value,
            "key": message.key,
            "note": dumped(message.note),
            "wanted": 1,
        }
        rows = [self._row(ref, showing, message) | more for showing in showings]
        insert = self._database.insert(outbox).values(rows)
        await connection.execute(insert.on_conflict_do_nothing())
        if message.kind is Kind.NOTE:
            await release(connection, outbox.c.ref == ref)

    async def _bring_up_to_date(
        self, connection: AsyncConnection, ref: str, wanted: Wanted
    ) -> None:
        """What is posted may be edited at once; what waits for its hour goes on waiting, and so
        does what may have been posted: it is looked for in its time.

        What was set aside gets another chance, but where Slack is known not to take it.
        """
        now = literal(self._clock(), UTCDateTime())
        untried = outbox.c.ts.is_(None) & (outbox.c.tries == 0)
        unknown = outbox.c.ts.is_(None) & outbox.c.tried_at.is_not(None)
        held = _among(each.place for each in wanted.showings if each.held)
        named = _among(each.place for each in wanted.showings if not each.held)
        again: dict[str, Any] = {
            "wanted": wanted.version,
            "state": case((held, ASIDE), (untried & ~named, outbox.c.state), else_=WAITING),
            "error": case((held, RESTS), else_=outbox.c.error),
            "due_at": case((untried | unknown, outbox.c.due_at), else_=now),
            "trace": wanted.trace,
            "wanted_at": case(
                (outbox.c.version < outbox.c.wanted, outbox.c.wanted_at),
                else_=literal(wanted.since or self._clock(), UTCDateTime()),
            ),
        }
        behind = update(outbox).where(
            outbox.c.ref == ref,
            outbox.c.kind == Kind.CARD.value,
            outbox.c.wanted < wanted.version,
        )
        await connection.execute(behind.values(again))

    async def _look(self, connection: AsyncConnection, ref: str, showing: Showing) -> None:
        place = showing.place
        there = update(outbox).where(
            outbox.c.ref == ref,
            outbox.c.team_id == place.team_id,
            outbox.c.place == place.channel,
            outbox.c.kind == Kind.CARD.value,
        )
        await connection.execute(there.values(look=dumped(showing.look)))

    def _row(self, ref: str, showing: Showing, asked: "Wanted | Message") -> dict[str, Any]:
        is_note = isinstance(asked, Message) and asked.kind is Kind.NOTE
        now = self._clock()
        due_at = max(showing.not_before, now) if showing.not_before else now
        return {
            "ref": ref,
            "team_id": showing.place.team_id,
            "place": showing.place.channel,
            "due_at": due_at,
            "state": ASIDE if showing.held else AFTER_CARD if is_note else WAITING,
            "error": RESTS if showing.held else None,
            "look": dumped(showing.look),
            "trace": asked.trace,
            "made_at": now,
            "wanted_at": due_at if due_at > now else asked.since or now,
        }


def _among(places: Iterable[Place]) -> ColumnElement[bool]:
    those = [(place.team_id, place.channel) for place in places]
    return tuple_(outbox.c.team_id, outbox.c.place).in_(those) if those else false()
