"""Taking back what a process had in hand when it died."""

from datetime import datetime

from sqlalchemy import update

from bot.store.database import Database
from bot.store.member_tables import proposals
from bot.store.runs import left
from bot.store.tables import claims, inbox, outbox, turns


async def end_leases(database: Database, now: datetime) -> None:
    """End every lease before its time: only where it is known that no process is at work.

    What waits in the inbox is due at once, put back or not: there a lease is nothing but a due
    time. What may have been posted is still sought before it is posted again.
    """
    held = update(outbox).where(outbox.c.lease_until > now).values(lease_until=now)
    taken = update(turns).where(turns.c.lease_until > now).values(lease_until=now, due_at=now)
    claimed = update(proposals).where(proposals.c.lease_until > now)
    taking = update(claims).where(claims.c.lease_until > now).values(lease_until=now)
    waiting = update(inbox).where(inbox.c.state == "waiting", inbox.c.due_at > now)
    async with database.statements() as connection:
        claimed = claimed.values(lease_until=now, due_at=now)
        for statement in (held, taken, claimed, taking, left(), waiting.values(due_at=now)):
            await connection.execute(statement)
