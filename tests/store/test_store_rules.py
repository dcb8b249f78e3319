"""Rules are kept whole, and found by the keys of what they ask for."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import event, func, select

from bot.domain.records import Demand
from bot.domain.rules import Detail, Digest, Look, News, Pause, Quiet, Rule
from bot.store import Store
from bot.store.tables import rule_keys, rules
from tests.store.conftest import Clock
from tests.store.samples import HERE, HOUR, MINUTE, NOON, THERE

WHOLE = Rule(
    "r1",
    HERE,
    owner="U1",
    hosts=("alice@example.com", "bob@example.com"),
    event_types=(7, 8),
    teams=(3,),
    news=(News.CREATED, News.CANCELLED),
    look=Look(Detail.INITIALS, mention_host=True, groups=("S1",)),
    reminders=(10, 60),
    digest=Digest(480, weekday=0),
    quiet=Quiet(1320, 420),
    zone="Europe/Berlin",
    pause=Pause(NOON, why="is_archived"),
    failures=2,
)
RESTING = Pause(NOON, why="not_in_channel")


async def ids(found: Any) -> list[str]:
    return [rule.id for rule in await found]


async def test_a_rule_comes_back_as_it_was_saved(store: Store) -> None:
    await store.rules.save(WHOLE)
    assert await store.rules.rule("r1") == WHOLE
    changed = replace(WHOLE, hosts=(), news=None, pause=None)
    await store.rules.save(changed)
    assert await store.rules.rule("r1") == changed
    assert await store.rules.rule("r2") is None


async def test_a_rule_is_found_under_each_of_its_keys(store: Store) -> None:
    await store.rules.save(Rule("all", HERE))
    await store.rules.save(Rule("host", HERE, hosts=("a@x.com", "b@x.com"), event_types=(9,)))
    await store.rules.save(Rule("type", HERE, event_types=(7, 8)))
    await store.rules.save(Rule("team", HERE, teams=(3,)))
    await store.rules.save(Rule("other", HERE, account="other"))
    keys = {"all", "host:a@x.com", "host:b@x.com", "type:8"}
    assert await ids(store.rules.matching("house", keys)) == ["all", "host", "type"]
    assert await ids(store.rules.matching("house", {"team"})) == ["team"]
    assert await ids(store.rules.matching("house", {"type:9"})) == []
    assert await ids(store.rules.matching("other", keys)) == ["other"]
    assert await ids(store.rules.matching("house", ())) == []


async def test_a_changed_rule_is_found_under_its_new_keys_alone(store: Store) -> None:
    await store.rules.save(Rule("r1", HERE, event_types=(7,)))
    await store.rules.save(Rule("r1", HERE, event_types=(8,)))
    assert await ids(store.rules.matching("house", {"type:7"})) == []
    assert await ids(store.rules.matching("house", {"type:8"})) == ["r1"]


async def test_rules_come_in_the_order_they_were_made(store: Store, clock: Clock) -> None:
    for rule_id in "cab":
        await store.rules.save(Rule(rule_id, HERE, owner="U1"))
        clock.forward(MINUTE)
    await store.rules.save(Rule("c", HERE, owner="U1", event_types=(1,)))
    assert await ids(store.rules.matching("house", {"all", "type:1"})) == ["c", "a", "b"]
    assert await ids(store.rules.at(HERE)) == ["c", "a", "b"]
    assert await ids(store.rules.owned("T1", "U1")) == ["c", "a", "b"]
    assert await ids(store.rules.of_workspace("T1", take=2)) == ["c", "a"]
    assert await ids(store.rules.of_workspace("T1", take=2, skip=2)) == ["b"]
    assert await ids(store.rules.of_workspace("T2")) == []
    assert await ids(store.rules.at(THERE)) == []
    assert await ids(store.rules.owned("T1", "U2")) == []


async def test_a_deleted_rule_leaves_no_key_behind(store: Store) -> None:
    await store.rules.save(WHOLE)
    await store.rules.save(Rule("r2", HERE))
    assert await store.rules.delete("r1") is True
    assert await store.rules.delete("r1") is False
    async with store.database.transaction() as connection:
        left = await connection.execute(select(rule_keys.c.rule_id))
        assert left.scalars().all() == ["r2"]


async def test_saving_and_deleting_at_once_leaves_all_or_nothing(
    store_url: str, opened: Callable[[str], Store]
) -> None:
    stores = [opened(store_url) for _ in range(2)]
    for _ in range(5):
        await asyncio.gather(
            stores[0].rules.save(WHOLE),
            stores[1].rules.delete("r1"),
            stores[1].rules.save(WHOLE),
            stores[0].rules.delete("r1"),
        )
        async with stores[0].database.transaction() as connection:
            kept = (await connection.execute(select(func.count()).select_from(rules))).scalar_one()
            keys = (await connection.execute(select(func.count()).select_from(rule_keys))).scalar()
        assert (kept, keys) in {(0, 0), (1, 2)}


async def test_a_place_rests_and_is_resumed(store: Store) -> None:
    paused = Pause(NOON, by="U1")
    await store.rules.save(Rule("r1", HERE, failures=1))
    await store.rules.save(Rule("r2", HERE, pause=paused))
    await store.rules.save(Rule("r3", THERE))
    held = Rule("r1", HERE, failures=2, pause=RESTING)
    assert await store.rules.hold(HERE, RESTING) == [held]
    assert await store.rules.hold(HERE, RESTING) == [], "it rests already"
    assert await store.rules.rule("r1") == held
    assert await store.rules.resume(HERE) == [Rule("r1", HERE, failures=2)]
    assert await store.rules.resume(HERE) == []
    assert await store.rules.rule("r2") == Rule("r2", HERE, pause=paused), "somebody's own wish"
    assert await store.rules.rule("r3") == Rule("r3", THERE)


async def test_a_place_is_held_once_however_many_see_it_fail(
    store_url: str, opened: Callable[[str], Store]
) -> None:
    stores = [opened(store_url) for _ in range(2)]
    await stores[0].rules.save(Rule("r1", HERE))
    held = await asyncio.gather(*(stores[n % 2].rules.hold(HERE, RESTING) for n in range(6)))
    assert sorted(len(each) for each in held) == [0, 0, 0, 0, 0, 1]
    kept = await stores[0].rules.rule("r1")
    assert kept is not None
    assert kept.failures == 1


async def test_what_all_rules_of_an_account_ask_for(store: Store) -> None:
    assert await store.rules.demand("house") is None
    await store.rules.save(Rule("r1", HERE, hosts=("a@x.com", "b@x.com"), news=(News.PAID,)))
    await store.rules.save(Rule("r2", HERE, event_types=(7,), news=(News.CREATED, News.PAID)))
    await store.rules.save(Rule("r3", HERE, teams=(1,), news=()))
    await store.rules.save(Rule("r4", HERE, account="other"))
    keys = frozenset({"host", "type:7", "team"})
    assert await store.rules.demand("house") == Demand((News.CREATED, News.PAID), keys)
    await store.rules.save(Rule("r5", HERE))
    assert await store.rules.demand("house") == Demand(None, keys | {"all"})
    assert await store.rules.demand("other") == Demand(None, frozenset({"all"}))


async def test_which_rules_remind(store: Store) -> None:
    await store.rules.save(Rule("r1", HERE))
    assert await store.rules.reminding("house") == []
    await store.rules.save(Rule("r1", HERE, reminders=(10,)))
    assert [rule.id for rule in await store.rules.reminding("house")] == ["r1"]
    assert await store.rules.reminding("other") == []


async def test_digests_are_due_by_their_time(store: Store) -> None:
    for rule_id, at in (("later", NOON + HOUR), ("second", NOON), ("first", NOON - HOUR)):
        await store.rules.save(Rule(rule_id, HERE), digest_at=at)
    await store.rules.save(Rule("without", HERE))
    found = await store.rules.digests_due(NOON)
    assert [(rule.id, at) for rule, at in found] == [("first", NOON - HOUR), ("second", NOON)]


async def test_a_digest_is_moved_by_one(store_url: str, opened: Callable[[str], Store]) -> None:
    stores = [opened(store_url) for _ in range(2)]
    await stores[0].rules.save(Rule("r1", HERE), digest_at=NOON)
    moved = await asyncio.gather(
        *(stores[n % 2].rules.digest_at("r1", NOON, NOON + HOUR) for n in range(6))
    )
    assert sorted(moved) == [False] * 5 + [True]
    assert await stores[0].rules.digests_due(NOON) == []
    assert await stores[0].rules.digest_at("r1", NOON + HOUR, None) is True
    assert await stores[0].rules.digests_due(NOON + 9 * HOUR) == []


async def test_rules_that_do_not_match_are_not_gone_through(store: Store) -> None:
    for n in range(20):
        await store.rules.save(Rule(f"other-{n}", HERE, hosts=(f"host-{n}@example.com",)))
    await store.rules.save(Rule("ours", HERE))
    said: list[tuple[str, Any]] = []
    event.listen(
        store.database.engine.sync_engine,
        "before_cursor_execute",
        lambda _c, _cursor, statement, parameters, *_: said.append((statement, parameters)),
    )
    assert await ids(store.rules.matching("house", {"all", "host:host-7@example.com"})) == [
        "other-7",
        "ours",
    ]
    statement, parameters = said[-1]
    explain = "EXPLAIN" if store.database.is_postgresql else "EXPLAIN QUERY PLAN"
    async with store.database.transaction() as connection:
        if store.database.is_postgresql:  # it goes through so few rows without an index
            await connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        found = await connection.exec_driver_sql(f"{explain} {statement}", parameters)
        plan = "\n".join(str(row[-1]) for row in found)
    assert "SCAN rule_keys" not in plan
    assert "SCAN rules" not in plan
    assert "Seq Scan" not in plan
    assert "rule_keys" in plan
