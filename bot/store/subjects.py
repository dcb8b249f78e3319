"""References: which uids lead to which ref, and what happens when two turn out to be one.

A row of `booking_uids` is only ever inserted, and decides races: of two transactions that see a
new booking at once, the second one's insert waits for the first and then finds it there. Locks
are taken on `subjects`, in the order of their refs.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import Subject
from bot.store.database import Database, Raced
from bot.store.merging import merge
from bot.store.tables import booking_uids, subjects


@dataclass(frozen=True, slots=True)
class Subjects:
    """The locking and linking that inbox, outbox and references share."""

    database: Database
    clock: Callable[[], datetime]
    new_id: Callable[[], str]

    async def hold(self, connection: AsyncConnection, subject: Subject) -> str:
        """Lock the subject until the transaction ends, known before or not; returns its ref.

        Where its uids lead to several refs (each was seen before the reschedule told us that
        they are one), they are merged into the one of the oldest uid.

        Raises:
            Raced: Somebody else made or merged it meanwhile.
        """
        if not subject.uids:
            return await self._hold_notice(connection, subject)
        found = await refs_of(connection, subject.account, subject.uids)
        unknown = [uid for uid in subject.uids if uid not in found]
        refs = list(dict.fromkeys(found[uid] for uid in reversed(subject.uids) if uid in found))
        if not refs:
            refs = [self.new_id()]
        if unknown:
            links = dict.fromkeys(unknown, refs[0])
            await self.link(connection, subject.account, links, new={refs[0]} - {*found.values()})
        await lock(connection, refs)
        for newer in refs[1:]:
            await merge(connection, self.database, refs[0], newer)
        return refs[0]

    async def link(
        self,
        connection: AsyncConnection,
        account: str,
        links: Mapping[str, str],
        *,
        new: Collection[str],
    ) -> None:
        """Let the uids lead to these refs; the refs in `new` are made.

        Raises:
            Raced: One of the uids leads somewhere by now.
        """
        rows = [{"account": account, "uid": uid, "ref": links[uid]} for uid in sorted(links)]
        insert = self.database.insert(booking_uids).values(rows).on_conflict_do_nothing()
        linked = await connection.execute(insert.returning(booking_uids.c.uid))
        if len(linked.all()) < len(rows):
            raise Raced
        if new:
            made = [{"ref": ref, "account": account, "updated_at": self.clock()} for ref in new]
            await connection.execute(self.database.insert(subjects).values(made))

    async def _hold_notice(self, connection: AsyncConnection, subject: Subject) -> str:
        made = self.database.insert(subjects).values(
            ref=self.new_id(),
            account=subject.account,
            notice=subject.notice,
            updated_at=self.clock(),
        )
        await connection.execute(made.on_conflict_do_nothing(index_elements=["account", "notice"]))
        found = await connection.execute(refs_query(subject).with_for_update())
        ref: str = found.scalar_one()
        return ref


def refs_query(subject: Subject) -> Select[Any]:
    """The refs a subject leads to now: one for a notice, or as many as its uids have."""
    if subject.uids:
        return _leading(subject.account, subject.uids).with_only_columns(_root).distinct()
    return select(subjects.c.ref).where(
        subjects.c.account == subject.account, subjects.c.notice == subject.notice
    )


async def refs_of(
    connection: AsyncConnection, account: str, uids: Collection[str]
) -> dict[str, str]:
    """The refs that the known ones among the uids lead to."""
    rows = await connection.execute(_leading(account, uids))
    return {row.uid: row.ref for row in rows}


async def lock(connection: AsyncConnection, refs: Collection[str]) -> None:
    """Lock these refs, which this transaction has found or made, until it ends.

    Raises:
        Raced: One of them was merged into another meanwhile.
    """
    if connection.dialect.name == "sqlite":  # its transactions come one after the other
        return
    rows = await connection.execute(
        select(subjects.c.merged_into)
        .where(subjects.c.ref.in_(refs))
        .order_by(subjects.c.ref)
        .with_for_update()
    )
    merged_into = rows.scalars().all()
    if len(merged_into) < len(refs) or any(merged_into):
        raise Raced


def root_of(ref: str) -> Select[Any]:
    """The ref that this one stands for by now."""
    return select(_root).where(subjects.c.ref == ref)


_root = func.coalesce(subjects.c.merged_into, subjects.c.ref).label("ref")


def _leading(account: str, uids: Collection[str]) -> Select[Any]:
    return (
        select(booking_uids.c.uid, _root)
        .join(subjects, subjects.c.ref == booking_uids.c.ref)
        .where(booking_uids.c.account == account, booking_uids.c.uid.in_(uids))
    )
