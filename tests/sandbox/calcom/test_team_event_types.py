"""Team event types of the local Cal.com: who makes and sees them, which starts they offer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.sandbox.calcom import slots
from bot.sandbox.calcom.model import Busy, Calendar
from bot.sandbox.calcom.seed_demo import seed_demo
from bot.sandbox.calcom.slots import Question
from bot.sandbox.calcom.world import World

DAY = "2026-12-08"
ROUND = {
    "lengthInMinutes": 30,
    "title": "Demo",
    "slug": "demo",
    "schedulingType": "roundRobin",
    "hosts": [{"userId": 102, "mandatory": True}, {"userId": 103}],
}


def _slugs(answer: Any) -> list[str]:
    return [e["slug"] for e in answer.json()["data"]]


def _said(answer: Any) -> str:
    return str(answer.json()["error"]["message"])


async def test_an_admin_makes_one(ask: Any, team_types: Any) -> None:
    answer = await ask("POST", "/teams/1/event-types", ROUND)
    assert answer.status_code == 201
    made = answer.json()["data"]
    assert (made["teamId"], made["ownerId"], made["schedulingType"]) == (1, None, "roundRobin")
    assert "users" not in made
    row = {"priority": "medium", "avatarUrl": None}
    assert made["hosts"] == [
        row | {"userId": 102, "name": "Bob Stone", "username": "bob", "mandatory": True},
        row | {"userId": 103, "name": "Carol", "username": "carol", "mandatory": False},
    ]
    assert made["bookingUrl"].endswith("/team/sales/demo")


async def test_a_managed_one_comes_with_its_children(ask: Any, team_types: Any) -> None:
    body = ROUND | {"schedulingType": "managed"}
    parent, *children = (await ask("POST", "/teams/1/event-types", body)).json()["data"]
    assert parent["schedulingType"] == "managed"
    owners = [(c["ownerId"], c["teamId"], c["parentEventTypeId"]) for c in children]
    assert owners == [(102, None, parent["id"]), (103, None, parent["id"])]


@pytest.mark.parametrize(
    ("who", "change", "status", "said"),
    [
        ("bob", {}, 403, "does not have the minimum required role=TEAM_ADMIN"),
        ("dave", {}, 403, "User is not a member of the team"),
        ("alice", {"hosts": [{"userId": 104}]}, 404, "104 are not members of team with id 1."),
        ("alice", {"slug": "taken"}, 400, "this slug already exists"),
        ("alice", {"schedulingType": "lottery"}, 400, "Bad Request"),
        ("alice", {"hosts": [{"name": "Bob"}]}, 400, "Bad Request"),
        ("alice", {"hosts": "bob"}, 400, "Bad Request"),
    ],
)
async def test_refuses_to_make(
    ask: Any, team_types: Any, who: str, change: Any, status: int, said: str
) -> None:
    team_types("collective", 101, slug="taken")
    answer = await ask.as_user(who)("POST", "/teams/1/event-types", ROUND | change)
    assert answer.status_code == status
    assert said in _said(answer)


async def test_anybody_lists_them_without_the_children(ask: Any, team_types: Any) -> None:
    team_types("roundRobin", 102)
    team_types("managed", 102, slug="welcome")
    for caller in (ask, ask.as_user("dave"), ask.without_key()):
        listed = await caller("GET", "/teams/1/event-types")
        assert _slugs(listed) == ["demo", "welcome"]
    assert listed.json()["data"][0]["team"]["slug"] == "sales"
    narrowed = await ask.without_key()("GET", "/teams/1/event-types?eventSlug=welcome")
    assert _slugs(narrowed) == ["welcome"]
    assert _slugs(await ask("GET", "/teams/9/event-types")) == []


async def test_only_admins_read_one(ask: Any, team_types: Any) -> None:
    made = team_types("roundRobin", 102, 103)
    _, child = team_types.family("managed", 102, slug="welcome")
    read = await ask("GET", f"/teams/1/event-types/{made.id}")
    assert read.json()["data"]["team"] == {"id": 1}
    assert (await ask.as_bob()("GET", f"/teams/1/event-types/{made.id}")).status_code == 403
    for missing in (child.id, 99):
        answer = await ask("GET", f"/teams/1/event-types/{missing}")
        assert (answer.status_code, _said(answer)) == (
            404,
            f"Event type with id {missing} not found",
        )


async def test_people_have_the_children_and_not_the_teams(ask: Any, team_types: Any) -> None:
    made = team_types("roundRobin", 102, 103)
    parent, child = team_types.family("managed", 102, slug="welcome")
    assert _slugs(await ask("GET", "/event-types?username=bob")) == ["welcome"]
    assert _slugs(await ask.as_bob()("GET", "/event-types")) == ["welcome"]
    (own,) = (await ask.as_bob()("GET", "/event-types")).json()["data"]
    assert own["metadata"] == {"managedEventConfig": {}}
    assert {"teamId", "schedulingType", "parentEventTypeId"}.isdisjoint(own)
    for hidden in (made.id, parent.id):
        for caller in (ask, ask.as_bob()):
            assert (await caller("GET", f"/event-types/{hidden}")).status_code == 404
    assert (await ask("GET", f"/event-types/{child.id}")).status_code == 404


async def test_a_template_changes_with_its_children(ask: Any, team_types: Any) -> None:
    parent, child = team_types.family("managed", 102, slug="welcome")
    path = f"/teams/1/event-types/{parent.id}"
    assert (await ask.as_bob()("PATCH", path, {"title": "Hello"})).status_code == 403
    assert (await ask("PATCH", path, {"title": "Hello"})).json()["data"]["title"] == "Hello"
    assert child.title == "Hello"
    await ask.as_bob()("PATCH", f"/event-types/{child.id}", {"title": "Hi from Bob"})
    assert (parent.title, child.title) == ("Hello", "Hi from Bob")


async def test_nobody_has_webhooks_of_a_teams_through_the_api(ask: Any, team_types: Any) -> None:
    made = team_types("roundRobin", 102)
    for name, number in (("alice", 101), ("bob", 102)):
        answer = await ask.as_user(name)("GET", f"/event-types/{made.id}/webhooks")
        assert answer.status_code == 403
        assert f"User ({number}) is not the owner of event type ({made.id})" in _said(answer)


@pytest.mark.parametrize(
    ("kind", "hosts", "offered"),
    [
        ("roundRobin", (102, 103), ("03:30", "21:30", 37)),  # either
        ("collective", (101, 102), ("14:00", "15:30", 4)),  # both
        ("collective", (102,), ("14:00", "21:30", 16)),
    ],
)
async def test_offers_the_hosts_hours(
    ask: Any, team_types: Any, kind: str, hosts: tuple[int, ...], offered: tuple[str, str, int]
) -> None:
    starts = await ask.without_key().starts(team_types(kind, *hosts), DAY, DAY)
    assert (starts[0][11:16], starts[-1][11:16], len(starts)) == offered


async def test_a_fixed_host_needs_one_of_the_others(ask: Any, team_types: Any) -> None:
    starts = await ask.starts(team_types.fixed(), DAY, DAY)
    assert (starts[0][11:16], starts[-1][11:16]) == ("08:00", "15:30")


async def test_templates_and_types_without_hosts_offer_nothing(ask: Any, team_types: Any) -> None:
    for empty in (
        team_types("managed", 102, slug="welcome"),
        team_types("roundRobin", slug="nobody"),
        team_types("collective", slug="none", onlyShowFirstAvailableSlot=True),
    ):
        assert await ask.starts(empty, DAY, DAY) == []


async def test_one_host_has_to_have_all_of_a_slot(ask: Any, team_types: Any, world: World) -> None:
    """Bob is free until 14:45 and carol from then on: nobody is from 14:30 to 15."""
    noon = datetime(2026, 12, 8, 12, tzinfo=UTC)
    at = noon + timedelta(hours=2, minutes=45)
    late, early = Busy(at, noon + timedelta(hours=12)), Busy(noon - timedelta(hours=12), at)
    world.calendars[1] = Calendar(1, 102, "https://x.example/bob.ics", noon, [late])
    world.calendars[2] = Calendar(2, 103, "https://x.example/carol.ics", noon, [early])
    starts = await ask.starts(team_types("roundRobin", 102, 103), DAY, DAY)
    assert [s[11:16] for s in starts] == ["14:00", "15:00"]


async def test_a_start_stays_as_long_as_somebody_is_free(
    ask: Any, team_types: Any, clock: Any
) -> None:
    made = team_types("roundRobin", 102, 103)
    at = f"{DAY}T14:00:00Z"
    for name, offered in (("Erin", True), ("Finn", False)):
        assert (await ask.book(made, at, name)).status_code == 201
        starts = await ask.starts(made, DAY, DAY)
        clock.advance(seconds=3)  # the same question is answered from memory for two
        assert (f"{DAY}T14:00:00.000Z" in starts) is offered


async def test_slots_by_names(ask: Any, team_types: Any) -> None:
    team_types("collective", 101, 102)
    window = f"start={DAY}&end={DAY}"
    found = await ask("GET", f"/slots?teamSlug=sales&eventTypeSlug=demo&{window}")
    assert len(found.json()["data"][DAY]) == 4
    for names, said in {
        "teamSlug=nope&eventTypeSlug=demo": "Team with slug nope not found",
        "teamSlug=sales&eventTypeSlug=nope": "Event Type not found",
    }.items():
        missing = await ask("GET", f"/slots?{names}&{window}")
        assert (missing.status_code, _said(missing)) == (404, said)
    several = await ask("GET", f"/slots?usernames=alice,bob&organizationSlug=sales&{window}")
    assert (several.status_code, several.json()["data"]) == (200, {})


@pytest.mark.parametrize("today", ["2026-03-16", "2026-07-01", "2026-10-26", "2026-12-24"])
async def test_the_demo_companys_team_can_be_booked_all_year(today: str) -> None:
    now = datetime.fromisoformat(f"{today}T06:00:00+00:00")
    world = World(lambda: now)
    await seed_demo(world)
    offered = [e for e in world.event_types.values() if e.team_id or e.parent_id]
    assert [e.slug for e in offered] == [
        *("team-demo", "panel", *["welcome"] * 3, "briefing", "help-desk")
    ]
    window = (now, now + timedelta(days=7))
    for event_type in offered:
        found = slots.open_slots(world, event_type, Question(window))
        assert bool(found) is (event_type.scheduling != "managed")
