"""Where the local Cal.com keeps webhooks: whose they are, who may, and what addresses it takes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.sandbox.calcom.model import Team
from bot.sandbox.calcom.seed import add_team
from bot.sandbox.calcom.world import World
from tests.sandbox.calcom.conftest import Caller, Mailbox, TeamTypes, Types

AT = "2026-12-08T14:30:00Z"
HOOK: dict[str, Any] = {
    "active": True,
    "subscriberUrl": "https://bot.example.com/hook",
    "triggers": ["BOOKING_CREATED"],
    "secret": "s",
}


@pytest.fixture
def organization(world: World, team_types: TeamTypes) -> Team:
    """Sales belongs to it; alice is its admin, bob is in it."""
    world.hosted = True
    above = add_team(world, "Acme", "acme", {101: "ADMIN", 102: "MEMBER"})
    team_types.team.parent_id = above.id
    return above


async def test_a_teams_event_type(
    ask: Caller, team_types: TeamTypes, world: World, mailbox: Mailbox
) -> None:
    world.hosted = True
    one, other = team_types("roundRobin", 102), team_types("roundRobin", 103, slug="other")
    base = f"/teams/1/event-types/{one.id}/webhooks"
    made = await ask("POST", base, HOOK)
    assert (made.status_code, made.json()["data"]["eventTypeId"]) == (201, one.id)
    assert (await ask("POST", base, HOOK)).status_code == 409
    assert [w["secret"] for w in (await ask("GET", base)).json()["data"]] == ["s"]
    assert (await ask("GET", f"/teams/1/event-types/{other.id}/webhooks")).json()["data"] == []
    await ask.book(one, AT)
    assert mailbox.triggers == ["BOOKING_CREATED"]
    path = f"{base}/{made.json()['data']['id']}"
    changed = await ask("PATCH", path, {"active": False})
    assert changed.json()["data"]["active"] is False
    assert (await ask("DELETE", path)).status_code == 200
    assert (await ask("DELETE", path)).status_code == 404


@pytest.mark.parametrize("name", ["bob", "dave"])
async def test_is_its_admins(ask: Caller, team_types: TeamTypes, world: World, name: str) -> None:
    world.hosted = True
    one = team_types("roundRobin", 102)
    somebody = ask.as_user(name)
    for method, body in (("GET", None), ("POST", HOOK)):
        path = f"/teams/1/event-types/{one.id}/webhooks"
        assert (await somebody(method, path, body)).status_code == 403


async def test_an_organization_hears_of_everybody_in_it(
    ask: Caller, types: Types, team_types: TeamTypes, organization: Team, mailbox: Mailbox
) -> None:
    base = f"/organizations/{organization.id}/webhooks"
    assert (await ask.as_bob()("POST", base, HOOK)).status_code == 403
    assert (await ask("POST", "/organizations/1/webhooks", HOOK)).status_code == 403
    made = await ask("POST", base, HOOK)
    assert (made.status_code, made.json()["data"]["teamId"]) == (201, organization.id)
    await ask.book(types(owner=102), AT)
    await ask.book(team_types("roundRobin", 103), AT)
    assert mailbox.triggers == ["BOOKING_CREATED"] * 2
    assert len((await ask("GET", base)).json()["data"]) == 1


async def test_older_servers_have_neither(ask: Caller, team_types: TeamTypes) -> None:
    one = team_types("roundRobin", 102)
    for path in (f"/teams/1/event-types/{one.id}/webhooks", "/organizations/1/webhooks"):
        answer = await ask("POST", path, HOOK)
        assert answer.status_code == 404
        assert answer.json()["error"]["message"] == f"Cannot POST /v2{path}"


@pytest.mark.parametrize(
    "url",
    ["http://bot.example.com/hook", "https://localhost/hook", "https://10.0.0.1/hook", "nowhere"],
)
async def test_the_hosted_service_sends_to_open_addresses_only(
    ask: Caller, world: World, url: str
) -> None:
    own = await ask("POST", "/webhooks", {**HOOK, "subscriberUrl": "http://10.0.0.1/hook"})
    assert own.status_code == 201
    world.hosted = True
    answer = await ask("POST", "/webhooks", {**HOOK, "subscriberUrl": url})
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith("Webhook URL is not allowed: ")
    changed = await ask("PATCH", f"/webhooks/{own.json()['data']['id']}", {"subscriberUrl": url})
    assert changed.status_code == 400


async def test_an_unknown_trigger_is_refused_with_those_that_are_known(
    ask: Caller, team_types: TeamTypes, world: World
) -> None:
    world.hosted = True
    path = f"/teams/1/event-types/{team_types('roundRobin', 102).id}/webhooks"
    answer = await ask("POST", path, {**HOOK, "triggers": ["BOOKING_CREATED", "NOPE"]})
    assert answer.status_code == 400
    assert "one of the following values: BOOKING_CREATED," in json.dumps(answer.json())
