"""Rules, past bookings and messages in great number, put into a store by statements of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import JSON, BindParameter, bindparam, text

from bot.domain.bookings import Status
from bot.domain.cards import Phase
from bot.domain.rules import Place, Rule
from bot.store.columns import UTCDateTime
from bot.store.database import Database
from bot.store.sealing import SealedJSON
from bot.store.snapshots import dumped
from tests.bench.standins import TEAM, now
from tests.tables import KEYS

_NUMBERS = """WITH RECURSIVE numbers (n) AS
    (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :number)"""
_RULES = f"""{_NUMBERS} INSERT INTO rules (id, account, team_id, place, owner, body, made_at)
    SELECT 'other-' || n, 'house', :team, 'COTHER' || n, 'UOTHER' || n, :rule, :at FROM numbers"""
_KEYS = f"""{_NUMBERS} INSERT INTO rule_keys (account, key, rule_id)
    SELECT 'house', CASE n % 2 WHEN 0 THEN 'host:' || n || '@elsewhere.example'
    ELSE 'type:' || (n + 10000000) END, 'other-' || n FROM numbers"""
_SUBJECTS = f"""{_NUMBERS} INSERT INTO subjects (ref, account, updated_at)
    SELECT {{ref}}, 'house', :at FROM numbers"""
_REFS = {True: "substr(md5(n || '-' || random()), 1, 22)", False: "lower(hex(randomblob(11)))"}
"""Made up anew for each, by PostgreSQL and by SQLite."""
_UIDS = "INSERT INTO booking_uids (account, uid, ref) SELECT account, ref, ref FROM subjects"
_CARDS = """INSERT INTO cards (ref, kind, body, version, updated_at, starts_at, ends_at, phase)
    SELECT ref, 'booking', :card, 1, :at, :at, :at, 'ended' FROM subjects"""
_BEHIND = "INSERT INTO outbox (ref, team_id, place, wanted, due_at, made_at, wanted_at)"
_PLACES = f"""{_NUMBERS} {_BEHIND}
    SELECT (SELECT min(ref) FROM cards), :team, 'CPLACE' || n, 1, :at, :at, :at FROM numbers"""
_BACKLOG = f"""{_BEHIND}
    SELECT ref, :team, 'CPLACE1', 1, :at, :at, :at FROM cards
    ORDER BY ref DESC LIMIT :number"""

_TYPED: dict[str, BindParameter[Any]] = {
    "at": bindparam("at", type_=UTCDateTime()),
    "card": bindparam("card", type_=SealedJSON()),
    "rule": bindparam("rule", type_=JSON()),
}


async def add_rules(url: str, number: int) -> None:
    """Other people's: half of them for a host each, half for an event type each."""
    rule = dumped(Rule("other", Place(TEAM, "COTHER")))
    async with _filling(url) as run:
        await run(_RULES, number=number, team=TEAM, rule=rule, at=now())
        await run(_KEYS, number=number)


async def add_bookings(url: str, number: int) -> None:
    """Past ones, in a store that has none yet; their cards tell only the least."""
    at = now() - timedelta(days=30)
    booking = {"uid": "past", "title": "Past", "status": Status.ACCEPTED, "start": at, "end": at}
    card = dumped({"booking": booking, "phase": Phase.ENDED})
    async with _filling(url) as run:
        await run(_SUBJECTS, number=number, at=at)
        await run(_UIDS)
        await run(_CARDS, card=card, at=at)


async def let_wait(url: str, places: int, backlog: int) -> None:
    """One card waits for so many places, and nothing else; for the first of them so many others
    wait longer."""
    at = now() - timedelta(minutes=1)
    async with _filling(url) as run:
        await run("DELETE FROM outbox")
        await run(_PLACES, number=places, team=TEAM, at=at)
        await run(_BACKLOG, number=backlog, team=TEAM, at=at - timedelta(minutes=1))


@asynccontextmanager
async def _filling(url: str) -> AsyncIterator[Callable[..., Awaitable[None]]]:
    """Runs statements that take as long as they take, and lets the planner know."""
    database = Database(url, KEYS, patience=None)

    async def run(statement: str, **values: Any) -> None:
        typed = [each for name, each in _TYPED.items() if name in values]
        made = text(statement.replace("{ref}", _REFS[database.is_postgresql]))
        async with database.transaction() as connection:
            await connection.execute(made.bindparams(*typed), values)

    try:
        yield run
        if database.is_postgresql:  # which does so by itself, a minute later; SQLite never does
            async with database.statements() as connection:
                await connection.execute(text("ANALYZE"))
    finally:
        await database.close()
