"""Proposed times, and what suits whom."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.proposals import (
    GRACE,
    LIVE,
    Choice,
    Proposal,
    State,
    Struck,
    Taking,
    Thing,
    Way,
    toggled,
)
from bot.domain.slots import Hold
from bot.store.database import Database
from bot.store.member_tables import proposal_marks, proposals
from bot.store.pruning import prune

MOST_DUE = 20
MOST_SHOWN = 20
_LIVE = proposals.c.state.in_(sorted(state.value for state in LIVE))


class ProposalStore:
    """See the port `Proposals`."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def add(self, proposal: Proposal) -> None:
        kept = proposals.insert().values(id=proposal.id, **_columns(proposal))
        async with self._database.statements() as connection:
            await connection.execute(kept)

    async def find(self, proposal_id: str) -> Proposal | None:
        found = await self._where(proposals.c.id == proposal_id, 1)
        return found[0] if found else None

    async def swap(self, seen: Proposal, changed: Proposal) -> Proposal | None:
        put = (
            update(proposals)
            .where(proposals.c.id == seen.id, proposals.c.version == seen.version)
            .values(_columns(replace(changed, version=seen.version + 1)))
            .returning(proposals.c.version)
        )
        async with self._database.statements() as connection:
            if (await connection.execute(put)).one_or_none() is None:
                return None
        return await self.find(seen.id)

    async def mark(self, proposal: Proposal, user_id: str, number: int) -> Proposal | None:
        key = (proposal_marks.c.proposal == proposal.id) & (proposal_marks.c.user_id == user_id)
        noticed = (
            update(proposals)
            .where(proposals.c.id == proposal.id, proposals.c.state == State.OPEN.value)
            .values(version=proposals.c.version + 1, due_at=self._clock() + GRACE)
        )

        async def work(connection: AsyncConnection) -> bool:
            if (await connection.execute(noticed)).rowcount == 0:  # and it is locked, if it is
                return False
            query = select(proposal_marks.c.choice).where(key)
            before = frozenset((await connection.execute(query)).scalars())
            await connection.execute(delete(proposal_marks).where(key))
            for choice in sorted(toggled(before, number)):
                row = {"proposal": proposal.id, "user_id": user_id, "choice": choice}
                await connection.execute(
                    proposal_marks.insert().values(team_id=proposal.team_id, **row)
                )
            return True

        done = await self._database.in_transaction(work)
        return await self.find(proposal.id) if done else None

    async def posted(self, proposal_id: str, channel: str, ts: str) -> None:
        put = update(proposals).where(proposals.c.id == proposal_id, proposals.c.ts == "")
        async with self._database.statements() as connection:
            await connection.execute(put.values(channel=channel, ts=ts))

    async def look_again(
        self, seen: Proposal, due_at: datetime | None, shown: int | None = None
    ) -> None:
        values: dict[str, Any] = {"due_at": due_at}
        if shown is not None:
            values["shown"] = shown
        put = update(proposals).where(
            proposals.c.id == seen.id, proposals.c.version == seen.version
        )
        async with self._database.statements() as connection:
            await connection.execute(put.values(**values))

    async def due(self, now: datetime) -> Sequence[Proposal]:
        return await self._where(proposals.c.due_at <= now, MOST_DUE)

    async def open_of(self, team_id: str, user_id: str) -> Sequence[Proposal]:
        theirs = (proposals.c.team_id == team_id) & (proposals.c.user_id == user_id)
        return await self._where(theirs & _LIVE, MOST_SHOWN)

    async def live(
        self, *, team_id: str = "", user_id: str = "", account: str = ""
    ) -> Sequence[Proposal]:
        asked = {"team_id": team_id, "user_id": user_id, "account": account}
        which: ColumnElement[bool] = _LIVE
        for name, value in asked.items():
            if value:
                which = which & (proposals.c[name] == value)
        return await self._where(which, None)

    async def prune(self, before: datetime) -> int:
        """Delete those that were over before; returns how many."""
        return await prune(self._database, proposals, ~_LIVE & (proposals.c.expires_at < before))

    async def _where(self, which: ColumnElement[bool], most: int | None) -> Sequence[Proposal]:
        query = select(proposals).where(which).order_by(proposals.c.due_at, proposals.c.id)
        marks = select(proposal_marks).where(
            proposal_marks.c.proposal.in_(select(query.limit(most).subquery().c.id))
        )
        async with self._database.statements() as connection:
            rows = (await connection.execute(query.limit(most))).all()
            marked = (await connection.execute(marks)).all() if rows else []
        of: dict[str, list[Row[Any]]] = defaultdict(list)
        for mark in marked:
            of[mark.proposal].append(mark)
        return [_proposal(row, of[row.id]) for row in rows]


def _columns(proposal: Proposal) -> dict[str, Any]:
    return {
        "team_id": proposal.team_id,
        "user_id": proposal.user_id,
        "account": proposal.account,
        "channel": proposal.channel,
        "ts": proposal.ts,
        "state": proposal.state.value,
        "version": proposal.version,
        "shown": proposal.shown,
        "expires_at": proposal.expires_at,
        "lease_until": proposal.lease_until,
        "due_at": proposal.due_at,
        "body": _body(proposal),
    }


def _body(proposal: Proposal) -> dict[str, Any]:
    thing, taking = proposal.thing, proposal.taking
    return {
        "thing": {name: getattr(thing, name) for name in Thing.__dataclass_fields__},
        "way": proposal.way.value,
        "named": list(proposal.named),
        "note": proposal.note,
        "language": proposal.language,
        "choices": [_kept(choice) for choice in proposal.choices],
        "taking": {name: getattr(taking, name) for name in Taking.__dataclass_fields__}
        if taking
        else None,
    }


def _kept(choice: Choice) -> dict[str, Any]:
    hold = choice.hold
    return {
        "start": choice.start.isoformat(),
        "hold": [hold.uid, hold.until.isoformat()] if hold else None,
        "struck": choice.struck.value if choice.struck else None,
    }


def _choice(kept: Mapping[str, Any]) -> Choice:
    start, held, struck = datetime.fromisoformat(kept["start"]), kept["hold"], kept["struck"]
    hold = Hold(held[0], start, datetime.fromisoformat(held[1])) if held else None
    return Choice(start, hold, Struck(struck) if struck else None)


def _proposal(row: Row[Any], marked: Iterable[Row[Any]]) -> Proposal:
    body, marks = row.body, defaultdict[str, set[int]](set)
    for mark in sorted(marked, key=lambda each: (each.user_id, each.choice)):
        marks[mark.user_id].add(mark.choice)
    return Proposal(
        id=row.id,
        team_id=row.team_id,
        user_id=row.user_id,
        account=row.account,
        thing=Thing(**body["thing"]),
        way=Way(body["way"]),
        choices=tuple(map(_choice, body["choices"])),
        expires_at=row.expires_at,
        named=tuple(body["named"]),
        note=body["note"],
        language=body.get("language", "en"),
        channel=row.channel,
        ts=row.ts,
        state=State(row.state),
        version=row.version,
        shown=row.shown,
        lease_until=row.lease_until,
        due_at=row.due_at,
        taking=Taking(**body["taking"]) if body["taking"] else None,
        marks={user: frozenset(chosen) for user, chosen in marks.items()},
    )
