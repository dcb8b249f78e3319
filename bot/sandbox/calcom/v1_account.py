"""API v1: the caller, the caller's working hours, and when somebody is free."""

from __future__ import annotations

from datetime import time

from bot.sandbox.calcom import v1_checks as checks
from bot.sandbox.calcom import v1_shapes
from bot.sandbox.calcom.hours import Span, overlap, working
from bot.sandbox.calcom.model import JSON, Hours, Schedule, Status, User
from bot.sandbox.calcom.times import offset_minutes, parse, zulu
from bot.sandbox.calcom.v1_call import Asked, Endpoint
from bot.sandbox.calcom.v1_checks import Rule
from bot.sandbox.calcom.v1_errors import Issue, failed, forbidden, invalid
from bot.sandbox.calcom.world import World


async def me(asked: Asked) -> JSON:
    return {"user": v1_shapes.user(asked.caller)}


async def users(asked: Asked) -> JSON:
    """Only an admin sees others, and nobody is one here."""
    return {"users": [v1_shapes.user(asked.caller)], "total": 1}


async def schedules(asked: Asked) -> JSON:
    mine = [s for s in asked.world.schedules.values() if s.owner_id == asked.caller.id]
    return {"schedules": [v1_shapes.schedule(s) for s in mine]}


async def schedule(asked: Asked) -> JSON:
    found = asked.world.schedules.get(asked.id)
    if found is None or found.owner_id != asked.caller.id:
        raise forbidden()
    return {"schedule": v1_shapes.schedule(found)}


_AVAILABILITY = {
    "userId": Rule("string"),
    "username": Rule("string"),
    "dateFrom": Rule("date", required=True),
    "dateTo": Rule("date", required=True),
    "eventTypeId": Rule("string"),
}


async def availability(asked: Asked) -> JSON:
    """Answer when anybody, not only the caller, works and is busy; `dateTo` is not included."""
    world, query = asked.world, checks.check(asked.flat, _AVAILABILITY)
    who = _person(world, query)
    hours = world.schedules.get(who.default_schedule_id or 0)
    if hours is None:
        raise failed(400, "availability_not_found_in_schedule_error")
    first, last = parse(query["dateFrom"]), parse(query["dateTo"])
    assert first is not None, "checked above"
    assert last is not None, "checked above"
    ranges = [_range(span) for span in working(hours, (first, last))]
    return {
        "busy": _busy(world, who, (first, last)),
        "timeZone": hours.time_zone,
        "dateRanges": ranges,
        "oooExcludedDateRanges": ranges,
        "workingHours": [_working_hours(world, hours, h) for h in hours.hours],
        "dateOverrides": [],
        "currentSeats": None,
        "datesOutOfOffice": {},
    }


def _person(world: World, query: JSON) -> User:
    if not query.get("username") and not query.get("userId"):
        text = "Either username or userId or teamId should be filled in."
        raise invalid([Issue("custom", (), text)])
    named = world.user_by_name(query.get("username", ""))
    found = named or world.users.get(
        int(query.get("userId", "")) if query.get("userId", "").isdigit() else 0
    )
    if found is None:
        raise failed(404, "No user found")
    return found


def _busy(world: World, who: User, window: Span) -> list[JSON]:
    taken = [
        ((b.start, b.end), b.title)
        for b in world.bookings
        if b.status is Status.ACCEPTED
        and (b.host_id == who.id or any(a.email == who.email for a in b.people))
    ]
    for calendar in world.calendars_of(who.id):
        taken += [((b.start, b.end), b.title) for b in calendar.busy]
    return [_range(span) | {"title": title} for span, title in taken if overlap(span, window)]


def _range(span: Span) -> JSON:
    return {"start": zulu(span[0]), "end": zulu(span[1])}


def _working_hours(world: World, of: Schedule, hours: Hours) -> JSON:
    """Return hours as minutes of the UTC day, with today's offset."""
    offset = offset_minutes(of.time_zone, world.now())
    return {
        "days": v1_shapes.weekdays(hours),
        "startTime": max(0, _minutes(hours.start) - offset),
        "endTime": min(24 * 60, _minutes(hours.end) - offset),
        "userId": of.owner_id,
    }


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


ENDPOINTS = [
    Endpoint("/me", {"GET": me}),
    Endpoint("/users", {"GET": users}),
    Endpoint("/schedules", {"GET": schedules}),
    Endpoint("/schedules/{id}", {"GET": schedule}),
    Endpoint("/availability", {"GET": availability}),
]
