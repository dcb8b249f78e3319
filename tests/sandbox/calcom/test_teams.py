"""Teams of the local Cal.com: who sees whom, and how the bot finds a colleague by e-mail."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from bot.calcom.api import connect
from bot.sandbox.calcom.app import build
from bot.sandbox.calcom.seed import ALICE_KEY, add_team
from bot.sandbox.calcom.seed_demo import BOB_KEY, HOUSE_KEY, seed_demo
from bot.sandbox.calcom.world import World


def _sales(world: World) -> None:
    add_team(world, "Sales", "sales", {101: "ADMIN", 102: "MEMBER"})


def _names(answer: httpx.Response) -> list[str]:
    return [m["user"]["username"] for m in answer.json()["data"]]


async def _username(world: World, key: str, email: str) -> str | None:
    """What the bot's own client makes of it."""
    transport = httpx.ASGITransport(build(world))
    async with httpx.AsyncClient(transport=transport) as http:
        client = connect("http://cal.test/v2", key, http=http, clock=world.clock)
        return await client.find_username(email)


@pytest.mark.parametrize("path", ["/teams", "/teams/1", "/teams/1/memberships"])
async def test_without_teams_there_are_no_routes(ask: Any, path: str) -> None:
    """As in the community build, which has no teams; the 404 comes before any question of keys."""
    for caller in (ask, ask.without_key()):
        answer = await caller("GET", path)
        assert answer.status_code == 404
        assert answer.json()["error"]["message"] == f"Cannot GET /v2{path}"


async def test_a_member_sees_the_team_and_not_its_members(ask: Any, world: World) -> None:
    _sales(world)
    listed = await ask.as_bob()("GET", "/teams")
    assert [t["slug"] for t in listed.json()["data"]] == ["sales"]
    assert (await ask.as_bob()("GET", "/teams/1")).json()["data"]["name"] == "Sales"
    refused = await ask.as_bob()("GET", "/teams/1/memberships")
    assert refused.status_code == 403
    assert "minimum required role=TEAM_ADMIN" in refused.json()["error"]["message"]


@pytest.mark.parametrize("team", ["2", "nonsense"])
async def test_another_team_refuses_an_outsider(ask: Any, world: World, team: str) -> None:
    _sales(world)
    add_team(world, "Support", "support", {102: "OWNER"})
    for path in (f"/teams/{team}", f"/teams/{team}/memberships"):
        answer = await ask("GET", path)
        assert answer.status_code == 403
        text = f"RolesGuard - User is not a member of the team with id={team}."
        assert answer.json()["error"]["message"] == text
    assert [t["id"] for t in (await ask("GET", "/teams")).json()["data"]] == [1]


async def test_teams_need_a_key(ask: Any, world: World) -> None:
    _sales(world)
    assert (await ask.without_key()("GET", "/teams")).status_code == 401


async def test_anybody_makes_a_team_of_one(ask: Any, world: World) -> None:
    _sales(world)
    made = await ask.as_bob()("POST", "/teams", {"name": "Ops", "slug": "ops"})
    assert (made.status_code, made.json()["data"]["slug"]) == (201, "ops")
    assert _names(await ask.as_bob()("GET", "/teams/2/memberships")) == ["bob"]
    assert (await ask("POST", "/teams", {"name": "Other", "slug": "ops"})).status_code == 400
    assert (await ask("POST", "/teams", {"name": "Other"})).status_code == 400


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["alice", "bob"]),
        ("?emails=bob@example.com", ["bob"]),
        ("?emails=bob@example.com, alice@example.com", ["alice", "bob"]),
        ("?emails=nobody@example.com", []),
        ("?take=1", ["alice"]),
        ("?take=1&skip=1", ["bob"]),
        ("?skip=2", []),
    ],
)
async def test_members_are_filtered_and_paged(
    ask: Any, world: World, query: str, found: list[str]
) -> None:
    _sales(world)
    assert _names(await ask("GET", f"/teams/1/memberships{query}")) == found


@pytest.mark.parametrize("query", ["take=0", "take=251", "take=x", "skip=-1", "emails=nobody"])
async def test_wrong_filters_are_named(ask: Any, world: World, query: str) -> None:
    _sales(world)
    answer = await ask("GET", f"/teams/1/memberships?{query}")
    assert answer.status_code == 400
    (error,) = answer.json()["error"]["details"]["errors"]
    assert error["property"] == query.partition("=")[0]


@pytest.mark.parametrize(
    ("key", "email", "username"),
    [
        (HOUSE_KEY, "bob@example.com", "bob"),
        (HOUSE_KEY, "carol@example.com", "carol"),
        (HOUSE_KEY, "alice@example.com", "alice"),
        (HOUSE_KEY, "dave@example.com", None),
        (BOB_KEY, "alice@example.com", None),  # a member may not read the memberships
    ],
)
async def test_the_bot_finds_colleagues_in_the_demo_company(
    key: str, email: str, username: str | None
) -> None:
    world = World(lambda: datetime(2026, 11, 23, 6, tzinfo=UTC))
    await seed_demo(world)
    assert await _username(world, key, email) == username


async def test_the_bot_finds_nobody_where_there_are_no_teams(world: World) -> None:
    assert await _username(world, ALICE_KEY, "bob@example.com") is None
