"""What a request reads of the store, with many workspaces in it: it may not grow with them."""

import time
from collections.abc import Iterator
from dataclasses import asdict
from statistics import median
from typing import Any, Final

from sqlalchemy import Table, insert

from bot.domain.people import Account
from bot.domain.rules import Place, Rule
from bot.store import Store, migrate, open_store
from bot.store.member_tables import accounts, installations, preferences
from tests.bench.stage import Stage
from tests.bench.standins import now
from tests.tables import KEYS

MEMBERS: Final = 20
"""In each workspace, every one with an account of their own."""
BITE: Final = 2_000


async def measure(stage: Stage) -> None:
    """Over SQLite: with one workspace, and with as many as the plan says."""
    costs = {}
    for number in stage.plan.workspaces:
        store = await _filled(stage.database(f"workspaces_{number}"), number)
        costs[f"{number:,} workspaces"] = await _request(store, number, stage.plan.repeats)
        await store.close()
    stage.report.costs("SQLite, ", costs)


async def _filled(url: str, number: int) -> Store:
    await migrate(url, KEYS)
    store = open_store(url, KEYS, clock=now)
    rows: dict[Table, list[dict[str, Any]]] = {}
    for table, row in _rows(number):
        rows.setdefault(table, []).append(row)
    for table, every in rows.items():
        for start in range(0, len(every), BITE):
            async with store.database.transaction(patient=True) as connection:
                await connection.execute(insert(table), every[start : start + BITE])
    for team in {0, number - 1}:
        await store.rules.save(Rule(f"rule-{team}", Place(f"T{team}", "C1"), owner="U1"))
    return store


def _rows(number: int) -> Iterator[tuple[Table, dict[str, Any]]]:
    at = now()
    for team in range(number):
        app = {"key": f"T{team}", "team_id": f"T{team}", "enterprise_id": "", "installed_at": at}
        about = {"bot_id": "B1", "bot_user_id": "U0", "app_id": "A1", "installed_by": "U1"}
        body = about | {"scopes": [], "team_name": f"Workspace {team}"}
        tokens = {"bot": "xoxb-1", "refresh": ""}
        yield installations, app | {"tokens": tokens, "body": body}
        for user in range(MEMBERS):
            theirs = {"team_id": f"T{team}", "user_id": f"U{user}"}
            yield preferences, theirs | {"time_zone": "Europe/Paris"}
            profile = asdict(Account(user, f"user{user}", f"user{user}@example.com"))
            credential = {"token": f"key-{team}-{user}", "refresh_token": ""}
            own = {"account": f"acct_{team}_{user}", "way": "key", "connected_at": at}
            yield accounts, theirs | own | {"credential": credential, "profile": profile}


async def _request(store: Store, number: int, repeats: int) -> float:
    """The middle one, in seconds: whose token, whose account, their choices, a channel's rules."""
    costs = []
    for turn in range(repeats):
        team, user = f"T{turn * 7 % number}", f"U{turn % MEMBERS}"
        began = time.perf_counter()
        assert await store.installations.of(team)
        assert await store.connections.of_member(team, user)
        assert (await store.preferences.preferences(team, user)).time_zone
        await store.rules.at(Place(team, "C1"))
        costs.append(time.perf_counter() - began)
    return median(costs)
