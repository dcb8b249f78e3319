"""API v2: the caller's profile and working hours."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from bot.sandbox.calcom import v2_checks as checks
from bot.sandbox.calcom import v2_shapes
from bot.sandbox.calcom.hours import DAYS
from bot.sandbox.calcom.model import JSON, Hours, Override, Schedule
from bot.sandbox.calcom.v2_call import Answer, Asked, Auth, Endpoint, done, success
from bot.sandbox.calcom.v2_checks import Constraints, Field
from bot.sandbox.calcom.v2_errors import nest

VERSION = "2024-06-11"  # of schedules; the rest takes any

_ME = {
    "email": Field(checks.text),
    "name": Field(checks.text),
    "timeFormat": Field(checks.integer(12, 24)),
    "defaultScheduleId": Field(checks.integer(1)),
    "weekStart": Field(checks.one_of(list(DAYS))),
    "timeZone": Field(checks.zone),
    "bio": Field(checks.text),
}
_PROFILE = {
    "name": "name",
    "timeFormat": "time_format",
    "defaultScheduleId": "default_schedule_id",
    "weekStart": "week_start",
    "timeZone": "time_zone",
    "bio": "bio",
}


def _me(asked: Asked) -> JSON:
    return v2_shapes.me(asked.caller, asked.world.organization_of(asked.caller))


async def me(asked: Asked) -> Answer:
    return success(_me(asked))


async def change_me(asked: Asked) -> Answer:
    """Change the profile; a new e-mail waits for verification and does not show."""
    body = checks.check_listed(asked.body, _ME)
    for name, attribute in _PROFILE.items():
        if name in body:
            setattr(asked.caller, attribute, body[name])
    return success(_me(asked))


def _clock(text: str) -> time:
    return time.fromisoformat(text)


def _hours(name: str, value: Any) -> Constraints:
    if not isinstance(value, list):
        return {"isArray": f"{name} must be an array"}
    try:
        for row in value:
            _clock(row["startTime"]), _clock(row["endTime"])
            if "date" in row:
                date.fromisoformat(row["date"])
    except (KeyError, TypeError, ValueError):
        return {"nestedValidation": f"each value in nested property {name} must be valid"}
    return {}


_PATCH = {
    "name": Field(checks.text),
    "timeZone": Field(checks.zone),
    "availability": Field(_hours),
    "isDefault": Field(checks.boolean),
    "overrides": Field(_hours),
}
_CREATE = _PATCH | {
    "name": Field(checks.text, required=True),
    "timeZone": Field(checks.zone, required=True),
    "isDefault": Field(checks.boolean, required=True),
}


async def schedules(asked: Asked) -> Answer:
    """Answer the caller's schedules, those there from the start first."""
    mine = [s for s in asked.world.schedules.values() if s.owner_id == asked.caller.id]
    return success([v2_shapes.schedule(asked.world, s) for s in mine])


async def default_schedule(asked: Asked) -> Answer:
    found = asked.world.schedules.get(asked.caller.default_schedule_id or 0)
    return success(v2_shapes.schedule(asked.world, found) if found else None)


async def schedule(asked: Asked) -> Answer:
    return success(v2_shapes.schedule(asked.world, _own(asked)))


async def create_schedule(asked: Asked) -> Answer:
    body, world = checks.check_listed(asked.body, _CREATE), asked.world
    usual = [Hours(list(DAYS[:5]), time(9), time(17))]
    one = Schedule(world.next_id("schedule"), asked.caller.id, "", body["timeZone"], usual)
    world.schedules[one.id] = one
    _apply(asked, one, body)
    return success(v2_shapes.schedule(world, one), 201)


async def change_schedule(asked: Asked) -> Answer:
    body, one = checks.check_listed(asked.body, _PATCH), _own(asked)
    _apply(asked, one, body)
    return success(v2_shapes.schedule(asked.world, one))


async def delete_schedule(asked: Asked) -> Answer:
    del asked.world.schedules[_own(asked).id]
    return done()


def _own(asked: Asked) -> Schedule:
    text = asked.params["id"]
    found = asked.world.schedules.get(int(text)) if text.isdigit() else None
    if found is None or found.owner_id != asked.caller.id:
        raise nest(404, f"Schedule with ID={text} does not exist.")
    return found


def _apply(asked: Asked, one: Schedule, body: JSON) -> None:
    one.name = body.get("name", one.name)
    one.time_zone = body.get("timeZone", one.time_zone)
    if "availability" in body:
        one.hours = [
            Hours(list(row["days"]), _clock(row["startTime"]), _clock(row["endTime"]))
            for row in body["availability"]
        ]
    if "overrides" in body:
        one.overrides = [
            Override(
                date.fromisoformat(row["date"]), _clock(row["startTime"]), _clock(row["endTime"])
            )
            for row in body["overrides"]
        ]
    if body.get("isDefault"):
        asked.caller.default_schedule_id = one.id


ENDPOINTS = [
    Endpoint("GET", "/me", me, Auth.KEY),
    Endpoint("PATCH", "/me", change_me, Auth.KEY),
    Endpoint("GET", "/schedules", schedules, Auth.KEY, VERSION),
    Endpoint("POST", "/schedules", create_schedule, Auth.KEY, VERSION),
    Endpoint("GET", "/schedules/default", default_schedule, Auth.KEY, VERSION),
    Endpoint("GET", "/schedules/{id}", schedule, Auth.KEY, VERSION),
    Endpoint("PATCH", "/schedules/{id}", change_schedule, Auth.KEY, VERSION),
    Endpoint("DELETE", "/schedules/{id}", delete_schedule, Auth.KEY, VERSION),
]
