"""Which webhooks hear of a team's bookings in the local Cal.com, and what they are told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.sandbox.calcom.world import World

AT = "2026-12-08T14:30:00Z"
ALL = [
    "BOOKING_CREATED",
    "BOOKING_REQUESTED",
    "BOOKING_RESCHEDULED",
    "BOOKING_CANCELLED",
    "BOOKING_REJECTED",
    "BOOKING_NO_SHOW_UPDATED",
]


def _subscribe(world: World, event_type: Any) -> None:
    """Every level there is: the people, the team, the type and its parent."""
    for name, owner in (
        ("alice", {"user_id": 101}),
        ("bob", {"user_id": 102}),
        ("team", {"team_id": 1}),
        ("type", {"event_type_id": event_type.id}),
        ("parent", {"event_type_id": event_type.parent_id}),
    ):
        if None not in owner.values():
            world.subscribe(f"http://bot.test/{name}", ALL, secret="s", **owner)


def _heard(mailbox: Any) -> list[tuple[str, str]]:
    """Where which trigger has arrived since the last look."""
    got = [(url.rpartition("/")[2], json.loads(body)) for url, _, body in mailbox.got]
    mailbox.got.clear()
    return [(name, body["triggerEvent"].removeprefix("BOOKING_")) for name, body in got]


async def _uid(answer: Any) -> str:
    return str(answer.json()["data"]["uid"])


async def test_the_people_hear_only_of_what_is_declined(
    ask: Any, team_types: Any, world: World, mailbox: Any
) -> None:
    made = team_types("roundRobin", 102, 103, confirmationPolicy={"type": "always"})
    _subscribe(world, made)
    uid = await _uid(await ask.book(made, AT))
    assert _heard(mailbox) == [("team", "REQUESTED"), ("type", "REQUESTED")]
    await ask("POST", f"/bookings/{uid}/decline", {"reason": "no"})
    assert _heard(mailbox) == [("bob", "REJECTED"), ("team", "REJECTED"), ("type", "REJECTED")]
    await ask("POST", f"/bookings/{uid}/confirm")
    assert _heard(mailbox) == [("team", "CREATED"), ("type", "CREATED")]
    await ask("POST", f"/bookings/{uid}/cancel", {"cancellationReason": "x"})
    assert _heard(mailbox) == [("team", "CANCELLED"), ("type", "CANCELLED")]


async def test_a_templates_child_is_heard_of_everywhere(
    ask: Any, team_types: Any, world: World, mailbox: Any
) -> None:
    _, child = team_types.family("managed", 102, slug="welcome")
    _subscribe(world, child)
    uid = await _uid(await ask.book(child, AT))
    levels = ["bob", "team", "type", "parent"]
    assert _heard(mailbox) == [(level, "CREATED") for level in levels]
    moved = await ask("POST", f"/bookings/{uid}/reschedule", {"start": "2026-12-08T15:00:00Z"})
    assert _heard(mailbox) == [(level, "RESCHEDULED") for level in levels]
    await ask("POST", f"/bookings/{await _uid(moved)}/cancel")
    said = json.loads(mailbox.got[0][2])["payload"]
    assert said["team"] == {"name": "Nameless", "members": [], "id": 1}
    assert _heard(mailbox) == [(level, "CANCELLED") for level in levels]


async def test_an_absence_is_heard_by_the_team(
    ask: Any, team_types: Any, world: World, mailbox: Any, clock: Any
) -> None:
    made = team_types("roundRobin", 102)
    _subscribe(world, made)
    uid = await _uid(await ask.book(made, AT))
    clock.set("2026-12-08T15:00:00")
    mailbox.got.clear()
    await ask("POST", f"/bookings/{uid}/mark-absent", {"host": True})
    assert _heard(mailbox) == []
    body = {"attendees": [{"email": "dave@example.com", "absent": True}]}
    await ask("POST", f"/bookings/{uid}/mark-absent", body)
    assert _heard(mailbox) == [("team", "NO_SHOW_UPDATED"), ("type", "NO_SHOW_UPDATED")]


@pytest.mark.parametrize(
    ("kind", "word", "members"),
    [
        ("roundRobin", "ROUND_ROBIN", []),
        ("collective", "COLLECTIVE", ["carol@example.com"]),
    ],
)
async def test_the_other_hosts_are_members_and_no_attendees(
    ask: Any, team_types: Any, mailbox: Any, kind: str, word: str, members: list[str]
) -> None:
    team_types.world.subscribe("http://bot.test/team", ALL, team_id=1)
    uid = await _uid(await ask.book(team_types(kind, 102, 103), AT))
    await ask("POST", f"/bookings/{uid}/cancel", {"cancellationReason": "x"})
    for said in (json.loads(body)["payload"] for _, _, body in mailbox.got):
        assert said["schedulingType"] == word
        assert (said["team"]["id"], said["team"]["name"]) == (1, "Sales")
        assert [m["email"] for m in said["team"]["members"]] == members
        assert [a["email"] for a in said["attendees"]] == ["dave@example.com"]
        assert said["organizer"]["id"] == 102


async def test_a_teams_webhook_hears_nothing_of_the_peoples_own(
    ask: Any, types: Any, team_types: Any, world: World, mailbox: Any
) -> None:
    world.subscribe("http://bot.test/team", ALL, team_id=1)
    await ask.book(types(), AT)
    assert mailbox.got == []
