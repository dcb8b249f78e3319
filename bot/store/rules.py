"""Rules: which bookings go where."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, delete, insert, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import Demand
from bot.domain.rules import News, Pause, Place, Rule, keys_of, resumed
from bot.store.database import Database
from bot.store.snapshots import dumped, loaded
from bot.store.tables import rule_keys, rules

MOST_DIGESTS = 100


class RuleStore:
    """See the port `Rules`. A rule is kept whole; its keys beside it are what it is found by."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def matching(self, account: str, keys: Collection[str]) -> list[Rule]:
        found = select(rule_keys.c.rule_id).where(
            rule_keys.c.account == account, rule_keys.c.key.in_(sorted(keys))
        )
        return await self._those(rules.c.id.in_(found))

    async def at(self, place: Place) -> list[Rule]:
        return await self._those(_there(place))

    async def owned(self, team_id: str, user_id: str) -> list[Rule]:
        return await self._those(rules.c.team_id == team_id, rules.c.owner == user_id)

    async def of_workspace(self, team_id: str, *, take: int = 100, skip: int = 0) -> list[Rule]:
        return await self._read(_query(rules.c.team_id == team_id).limit(take).offset(skip))

    async def rule(self, rule_id: str) -> Rule | None:
        found = await self._those(rules.c.id == rule_id)
        return found[0] if found else None

    async def save(self, rule: Rule, *, digest_at: datetime | None = None) -> None:
        async def work(connection: AsyncConnection) -> None:
            await self._put(connection, rule, digest_at=digest_at)
            await connection.execute(delete(rule_keys).where(rule_keys.c.rule_id == rule.id))
            keys = [
                {"account": rule.account, "key": key, "rule_id": rule.id}
                for key in sorted(keys_of(rule))
            ]
            await connection.execute(insert(rule_keys).values(keys))

        await self._database.in_transaction(work)

    async def delete(self, rule_id: str) -> bool:
        gone = delete(rules).where(rules.c.id == rule_id)  # and, by its foreign key, its keys
        async with self._database.statements() as connection:
            return (await connection.execute(gone)).rowcount == 1

    async def hold(self, place: Place, pause: Pause) -> list[Rule]:
        def held(rule: Rule) -> Rule:
            return replace(rule, pause=pause, failures=rule.failures + 1)

        return await self._turned(place, lambda rule: rule.pause is None, held)

    async def resume(self, place: Place) -> list[Rule]:
        return await self._turned(place, lambda rule: rule.is_held, resumed)

    async def demand(self, account: str) -> Demand | None:
        news = select(rules.c.news).where(rules.c.account == account).distinct()
        whose = case((rule_keys.c.key.startswith("host:"), "host"), else_=rule_keys.c.key)
        keys = select(whose).where(rule_keys.c.account == account).distinct()
        async with self._database.statements() as connection:
            announced = (await connection.execute(news)).scalars().all()
            if not announced:
                return None
            found = frozenset((await connection.execute(keys)).scalars())
        if None in announced:
            return Demand(None, found)
        named = {each for text in announced for each in text.split(",")}
        return Demand(tuple(each for each in News if each in named), found)

    async def reminding(self, account: str) -> list[Rule]:
        reminds = rules.c.reminds == true()  # as in the index
        return await self._those(rules.c.account == account, reminds)

    async def digests_due(self, now: datetime) -> list[tuple[Rule, datetime]]:
        query = (
            select(rules.c.body, rules.c.digest_at)
            .where(rules.c.digest_at <= now)
            .order_by(rules.c.digest_at)
            .limit(MOST_DIGESTS)
        )
        async with self._database.statements() as connection:
            rows = (await connection.execute(query)).all()
        return [(loaded(Rule, row.body), row.digest_at) for row in rows]

    async def digest_at(self, rule_id: str, was: datetime, due: datetime | None) -> bool:
        move = (
            update(rules)
            .where(rules.c.id == rule_id, rules.c.digest_at == was)
            .values(digest_at=due)
        )
        async with self._database.statements() as connection:
            return (await connection.execute(move)).rowcount == 1

    async def _turned(
        self, place: Place, which: Callable[[Rule], bool], turn: Callable[[Rule], Rule]
    ) -> list[Rule]:
        """Let some of a place's rules be turned, under a lock; returns them as they are then."""

        async def work(connection: AsyncConnection) -> list[Rule]:
            found = await _locked(connection, place)
            turned = [turn(rule) for rule in found if which(rule)]
            for rule in turned:
                await connection.execute(
                    update(rules).where(rules.c.id == rule.id).values(body=dumped(rule))
                )
            return turned

        return await self._database.in_transaction(work)

    async def _put(
        self, connection: AsyncConnection, rule: Rule, *, digest_at: datetime | None
    ) -> None:
        values = {
            "account": rule.account,
            "team_id": rule.place.team_id,
            "place": rule.place.channel,
            "owner": rule.owner,
            "body": dumped(rule),
            "digest_at": digest_at,
            "news": None if rule.news is None else ",".join(rule.news),
            "reminds": bool(rule.reminders),
        }
        put = self._database.insert(rules).values(id=rule.id, made_at=self._clock(), **values)
        await connection.execute(put.on_conflict_do_update(index_elements=["id"], set_=values))

    async def _those(self, *conditions: ColumnElement[bool]) -> list[Rule]:
        return await self._read(_query(*conditions))

    async def _read(self, query: Select[Any]) -> list[Rule]:
        async with self._database.statements() as connection:
            rows = await connection.execute(query)
            return [loaded(Rule, body) for body in rows.scalars()]


async def move_rules(connection: AsyncConnection, old: Place, new: Place) -> None:
    """Give the rules of one place to another one."""
    for rule in await _locked(connection, old):
        moved = {"place": new.channel, "body": dumped(replace(rule, place=new))}
        await connection.execute(update(rules).where(rules.c.id == rule.id).values(moved))


async def _locked(connection: AsyncConnection, place: Place) -> list[Rule]:
    rows = await connection.execute(_query(_there(place)).with_for_update())
    return [loaded(Rule, body) for body in rows.scalars()]


def _query(*conditions: ColumnElement[bool]) -> Select[Any]:
    return select(rules.c.body).where(*conditions).order_by(rules.c.made_at, rules.c.id)


def _there(place: Place) -> ColumnElement[bool]:
    return (rules.c.team_id == place.team_id) & (rules.c.place == place.channel)
