"""API v2 event types of teams: list, read, make, change.

Anybody may list them, the team's admins do the rest. A managed one is made with its children, one
for each of its hosts, which belong to these people and stand in none of these answers later.
"""

from __future__ import annotations

from typing import Any

from bot.sandbox.calcom import v2_checks as checks
from bot.sandbox.calcom import v2_event_type_shape as shape
from bot.sandbox.calcom import v2_event_types, v2_teams
from bot.sandbox.calcom.model import JSON, EventType, Scheduling, Team
from bot.sandbox.calcom.v2_call import Answer, Asked, Auth, Endpoint, success
from bot.sandbox.calcom.v2_checks import Constraints, Field
from bot.sandbox.calcom.v2_errors import nest
from bot.sandbox.calcom.world import World


def _hosts(name: str, value: Any) -> Constraints:
    if not isinstance(value, list):
        return {"isArray": f"{name} must be an array"}
    if all(isinstance(h, dict) and isinstance(h.get("userId"), int) for h in value):
        return {}
    return {"nestedValidation": f"each value in {name} must have userId"}


_KIND = checks.one_of([kind.value for kind in Scheduling])
_CHANGE = v2_event_types.PATCH | {
    "rescheduleWithSameRoundRobinHost": Field(checks.boolean),
}
_CREATE = (
    _CHANGE
    | v2_event_types.CREATE
    | {"schedulingType": Field(_KIND, required=True), "hosts": Field(_hosts)}
)


async def listing(asked: Asked) -> Answer:
    slug = asked.one("eventSlug")
    found = [e for e in _all(asked) if slug in (None, e.slug)]
    return success([shape.listed(asked.world, e) for e in found])


async def listing_within(asked: Asked) -> Answer:
    """The same by way of the organization, to admins."""
    v2_teams.administered_within(asked)
    return await listing(asked)


async def read(asked: Asked) -> Answer:
    v2_teams.administered(asked)
    return success(shape.whole(asked.world, named(asked)))


async def create(asked: Asked) -> Answer:
    team = v2_teams.administered(asked)
    body = checks.check_listed(asked.body, _CREATE)
    _check_hosts(team, body)
    if any(e.slug == body["slug"] for e in _all(asked)):
        raise nest(400, "Team event type with this slug already exists.")
    made, *children = add(asked.world, team, body)
    if made.scheduling is not Scheduling.MANAGED:
        return success(shape.whole(asked.world, made), 201)
    family = [shape.whole(asked.world, made), *(shape.child(asked.world, c) for c in children)]
    return success(family, 201)


async def change(asked: Asked) -> Answer:
    """Change settings, a managed one's in its children too; the hosts stay."""
    v2_teams.administered(asked)
    found, body = named(asked), checks.check_listed(asked.body, _CHANGE)
    family = (e for e in asked.world.event_types.values() if e.parent_id == found.id)
    for one in (found, *family):
        _apply(one, body)
    return success(shape.whole(asked.world, found))


def add(world: World, team: Team, body: JSON) -> list[EventType]:
    """Make an event type of a team from a checked body, as POST takes it, and return it with its
    children, if it is managed."""
    made = v2_event_types.add(world, None, body)
    made.team_id, made.scheduling = team.id, Scheduling(body["schedulingType"])
    made.host_ids = [h["userId"] for h in body.get("hosts", [])]
    made.fixed_host_ids = [h["userId"] for h in body.get("hosts", []) if h.get("mandatory")]
    _apply(made, body)
    if made.scheduling is not Scheduling.MANAGED:
        return [made]
    made.metadata = {"managedEventConfig": {}}
    children = [v2_event_types.add(world, h, body) for h in made.host_ids]
    for one in children:
        one.parent_id, one.metadata = made.id, dict(made.metadata)
    return [made, *children]


def by_slug(world: World, team_slug: str, slug: str) -> EventType | None:
    """Return a team's event type, or raise the 404 of an unknown team."""
    team = world.team_by_slug(team_slug)
    if team is None:
        raise nest(404, f"Team with slug {team_slug} not found")
    own = (e for e in world.event_types.values() if e.team_id == team.id)
    return next((e for e in own if e.slug == slug), None)


def _apply(one: EventType, body: JSON) -> None:
    v2_event_types.apply(one, body)
    if "rescheduleWithSameRoundRobinHost" in body:
        one.same_host_on_reschedule = body["rescheduleWithSameRoundRobinHost"]


def _check_hosts(team: Team, body: JSON) -> None:
    members = [m.user_id for m in team.memberships]
    strangers = [str(h["userId"]) for h in body.get("hosts", []) if h["userId"] not in members]
    if strangers:
        names = ", ".join(strangers)
        raise nest(404, f"Invalid hosts: {names} are not members of team with id {team.id}.")


def _all(asked: Asked) -> list[EventType]:
    text = asked.params["id"]
    every = asked.world.event_types.values()
    return [e for e in every if e.team_id is not None and str(e.team_id) == text]


def named(asked: Asked) -> EventType:
    text = asked.params["event_type_id"]
    found = next((e for e in _all(asked) if str(e.id) == text), None)
    if found is None:
        raise nest(404, f"Event type with id {text} not found")
    return found


_BASE = "/teams/{id}/event-types"
ENDPOINTS = [
    Endpoint("GET", f"{v2_teams.WITHIN}/{{id}}/event-types", listing_within, Auth.KEY, teams=True),
    Endpoint("GET", _BASE, listing, Auth.OPTIONAL, teams=True),
    Endpoint("POST", _BASE, create, Auth.KEY, teams=True),
    Endpoint("GET", _BASE + "/{event_type_id}", read, Auth.KEY, teams=True),
    Endpoint("PATCH", _BASE + "/{event_type_id}", change, Auth.KEY, teams=True),
]
