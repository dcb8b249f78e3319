"""References to bookings: what stands in buttons and cards instead of a uid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.bookings import Booking
from bot.domain.records import Seen
from bot.store.merging import merge
from bot.store.snapshots import dumped, loaded
from bot.store.subjects import Subjects, lock
from bot.store.tables import booking_uids, subjects


@dataclass(frozen=True, slots=True)
class _Known:
    """What a uid leads to: the ref, and what is kept under it."""

    ref: str
    snapshot: Any
    booked_by: str | None


@dataclass(slots=True)
class _Changes:
    """What has to be written so that every booking is known as it is now."""

    refs: dict[str, str]
    """Every uid's ref."""
    links: dict[str, str] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)
    merges: list[tuple[str, str]] = field(default_factory=list)
    snapshots: dict[str, Any] = field(default_factory=dict)


class References:
    """See the port of the same name.

    A list that brings nothing new costs one statement, any other a handful, however long it is.
    """

    def __init__(self, subjects: Subjects) -> None:
        self._subjects = subjects
        self._database = subjects.database

    async def refer(
        self, account: str, bookings: Sequence[Booking], *, booked_by: str | None = None
    ) -> list[Seen]:
        if not bookings:
            return []

        async def remember(connection: AsyncConnection) -> list[Seen]:
            known = await _known(connection, account, bookings)
            changes = self._changes(bookings, known, booked_by)
            written = await self._write(connection, account, changes, booked_by)
            if changes.merges:
                known = await _known(connection, account, bookings)
            bookers = {each.ref: each.booked_by for each in known.values()} | written
            return [_seen(account, each, changes.refs[each.uid], bookers) for each in bookings]

        async with self._database.statements() as connection:
            known = await _known(connection, account, bookings)
        changes = self._changes(bookings, known, booked_by)
        if changes.links or changes.merges or changes.snapshots:
            return await self._database.in_transaction(remember)
        bookers = {each.ref: each.booked_by for each in known.values()}
        return [_seen(account, each, changes.refs[each.uid], bookers) for each in bookings]

    async def seen(self, ref: str) -> Seen | None:
        asked = subjects.alias()
        query = (
            select(subjects)
            .join(asked, subjects.c.ref == func.coalesce(asked.c.merged_into, asked.c.ref))
            .where(asked.c.ref == ref)
        )
        async with self._database.statements() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None or row.snapshot is None:
            return None
        booking = loaded(Booking, row.snapshot)
        return Seen(row.ref, row.account, booking.uid, booking, row.booked_by)

    def _changes(
        self, bookings: Sequence[Booking], known: Mapping[str, _Known], booked_by: str | None
    ) -> _Changes:
        changes = _Changes({uid: each.ref for uid, each in known.items()})
        for booking in bookings:
            self._assign(changes, booking, {each.ref for each in known.values()})
        changes.links = {uid: ref for uid, ref in changes.refs.items() if uid not in known}
        changes.new = {*changes.links.values()} - {each.ref for each in known.values()}
        kept = {each.ref: each for each in known.values()}
        for ref, booking in _current(changes.refs, bookings).items():
            snapshot, there = dumped(booking), kept.get(ref)
            if there is None or _is_news(booking, there, snapshot, booked_by):
                changes.snapshots[ref] = snapshot
        return changes

    def _assign(self, changes: _Changes, booking: Booking, known: set[str]) -> None:
        """Give all uids of the booking one ref: the one the oldest of them has, if any has one."""
        uids = _uids(booking)
        refs = list(dict.fromkeys(changes.refs[uid] for uid in uids if uid in changes.refs))
        # A ref that is only being made gives way to one that is out there in buttons already.
        refs.sort(key=lambda ref: ref not in known)
        kept = refs[0] if refs else self._subjects.new_id()
        for other in refs[1:]:
            if other in known:
                changes.merges.append((kept, other))
            for uid in [uid for uid, ref in changes.refs.items() if ref == other]:
                changes.refs[uid] = kept
        changes.refs |= dict.fromkeys(uids, kept)

    async def _write(
        self, connection: AsyncConnection, account: str, changes: _Changes, booked_by: str | None
    ) -> dict[str, str | None]:
        """Carry out the changes; returns who booked, of the refs whose snapshot was written."""
        if changes.links:
            await self._subjects.link(connection, account, changes.links, new=changes.new)
        if changes.merges:
            await lock(connection, {ref for pair in changes.merges for ref in pair})
        for older, newer in changes.merges:
            await merge(connection, self._database, older, newer)
        if not changes.snapshots:
            return {}
        now = self._subjects.clock()
        rows = [
            {
                "ref": ref,
                "account": account,
                "snapshot": changes.snapshots[ref],
                "booked_by": booked_by,
                "updated_at": now,
            }
            for ref in sorted(changes.snapshots)
        ]
        insert = self._database.insert(subjects).values(rows)
        upsert = insert.on_conflict_do_update(
            index_elements=["ref"],
            set_={
                "snapshot": insert.excluded.snapshot,
                "booked_by": func.coalesce(subjects.c.booked_by, insert.excluded.booked_by),
                "updated_at": insert.excluded.updated_at,
            },
        ).returning(subjects.c.ref, subjects.c.booked_by)
        return {row.ref: row.booked_by for row in await connection.execute(upsert)}


def _uids(booking: Booking) -> list[str]:
    """The uids that are this booking's, the oldest first."""
    chain = (booking.rescheduled_from_uid, booking.uid, booking.rescheduled_to_uid)
    return [uid for uid in chain if uid]


def _current(refs: Mapping[str, str], bookings: Sequence[Booking]) -> dict[str, Booking]:
    """Every ref's newest booking: of a rescheduled one and what took its place, the latter."""
    replaced = {booking.rescheduled_from_uid for booking in bookings}
    in_order = sorted(
        bookings, key=lambda each: not (each.rescheduled_to_uid or each.uid in replaced)
    )
    return {refs[booking.uid]: booking for booking in in_order}


def _is_news(booking: Booking, kept: _Known, snapshot: Any, booked_by: str | None) -> bool:
    """Whether the booking is to be kept: it has changed, or took the place of the one that is.

    One whose place was taken is often seen again, in the list of cancelled ones.
    """
    if kept.snapshot is None:
        return True
    if kept.snapshot["uid"] == booking.uid:
        return snapshot != kept.snapshot or (booked_by is not None and kept.booked_by is None)
    moved_on = kept.snapshot.get("rescheduled_to_uid") and not booking.rescheduled_to_uid
    return bool(moved_on) or booking.rescheduled_from_uid == kept.snapshot["uid"]


def _seen(account: str, booking: Booking, ref: str, bookers: Mapping[str, str | None]) -> Seen:
    return Seen(ref, account, booking.uid, booking, bookers.get(ref))


async def _known(
    connection: AsyncConnection, account: str, bookings: Sequence[Booking]
) -> dict[str, _Known]:
    uids = {uid for booking in bookings for uid in _uids(booking)}
    linked = subjects.alias()
    rows = await connection.execute(
        select(booking_uids.c.uid, subjects.c.ref, subjects.c.snapshot, subjects.c.booked_by)
        .join(linked, linked.c.ref == booking_uids.c.ref)
        .join(subjects, subjects.c.ref == func.coalesce(linked.c.merged_into, linked.c.ref))
        .where(booking_uids.c.account == account, booking_uids.c.uid.in_(uids))
    )
    return {row.uid: _Known(row.ref, row.snapshot, row.booked_by) for row in rows}
