"""API v2 in version 2024-04-15, which a missing or unknown version header selects.

These answer 200 with other shapes, so that a wrong header is noticed here as it would be there.
Slots, schedules and what is wrong with a body are as recorded; bookings and event types are
outlines of the recorded ones, with the fields a client might look for. Nothing can be changed.
"""

from __future__ import annotations

from bot.sandbox.calcom import slots, v2_event_types
from bot.sandbox.calcom import v2_checks as checks
from bot.sandbox.calcom.hours import DAYS
from bot.sandbox.calcom.model import JSON, Booking, EventType, Hours, Schedule
from bot.sandbox.calcom.slots import Question
from bot.sandbox.calcom.times import parse, zulu
from bot.sandbox.calcom.v2_bookings import found
from bot.sandbox.calcom.v2_call import Answer, Asked, Auth, Endpoint, success
from bot.sandbox.calcom.v2_checks import Field
from bot.sandbox.calcom.v2_errors import nest
from bot.sandbox.calcom.v2_gate import OLDEST
from bot.sandbox.calcom.world import World

_CREATE = {
    "start": Field(checks.moment, required=True),
    "end": Field(checks.moment),
    "eventTypeId": Field(checks.number, required=True),
    "timeZone": Field(checks.zone, required=True),
    "language": Field(checks.text, required=True),
    "metadata": Field(checks.obj, required=True),
    "responses": Field(checks.obj),
}


async def create_booking(asked: Asked) -> Answer:
    """Refuse a body of the newer version (exchange 145); one of this version is not taken here."""
    checks.check_listed(asked.body, _CREATE)
    raise nest(404, "Cannot POST /v2/bookings")


async def bookings(asked: Asked) -> Answer:
    mine = [b for b in asked.world.bookings if b.host_id == asked.caller.id]
    page = [_booking(asked.world, b) for b in sorted(mine, key=lambda b: b.start)[:10]]
    rest: JSON = {"recurringInfo": [], "totalCount": len(mine), "nextCursor": len(page)}
    return success({"bookings": page} | rest)


async def booking(asked: Asked) -> Answer:
    return success(_booking(asked.world, found(asked.world, asked.params["uid"])))


def _booking(world: World, one: Booking) -> JSON:
    host = world.users[one.host_id]
    return {
        "id": one.id,
        "uid": one.uid,
        "title": one.title,
        "description": one.description,
        "startTime": zulu(one.start),
        "endTime": zulu(one.end),
        "location": one.location,
        "status": one.status.upper(),
        "metadata": dict(one.metadata),
        "responses": dict(one.responses),
        "user": {"id": host.id, "name": host.name, "email": host.email},
        "attendees": [{"name": a.name, "email": a.email} for a in one.attendees],
    }


async def event_types(asked: Asked) -> Answer:
    own = asked.world.event_types_of(asked.caller)
    group = {"teamId": None, "eventTypes": [_event_type(e) for e in own]}
    return success({"eventTypeGroups": [group]})


async def event_type(asked: Asked) -> Answer:
    return success({"eventType": _event_type(v2_event_types.own(asked))})


def _event_type(one: EventType) -> JSON:
    return {
        "id": one.id,
        "title": one.title,
        "slug": one.slug,
        "description": one.description,
        "length": one.length,
        "hidden": one.hidden,
        "userId": one.owner_id,
        "minimumBookingNotice": one.minimum_notice,
    }


_SLOTS = {
    "startTime": Field(checks.moment, required=True),
    "endTime": Field(checks.moment, required=True),
}


async def available(asked: Asked) -> Answer:
    """GET /v2/slots/available: the starts in UTC by day, under `slots`."""
    query = checks.check_listed({k: v[-1] for k, v in asked.query.items()}, _SLOTS)
    named = asked.one("eventTypeId") or ""
    one = asked.world.event_types.get(int(named)) if named.isdigit() else None
    if one is None:
        raise nest(404, "Event Type not found")
    start, end = parse(query["startTime"]), parse(query["endTime"])
    if start is None or end is None:
        raise AssertionError("checked above")
    days: dict[str, list[JSON]] = {}
    for slot in slots.open_slots(asked.world, one, Question((start, end))):
        days.setdefault(f"{slot.start:%Y-%m-%d}", []).append({"time": zulu(slot.start)})
    return Answer(200, {"data": {"slots": days}, "status": "success"})


async def schedules(asked: Asked) -> Answer:
    mine = [s for s in asked.world.schedules.values() if s.owner_id == asked.caller.id]
    return success([_schedule(asked, s, alone=len(mine) == 1) for s in mine])


def _schedule(asked: Asked, one: Schedule, *, alone: bool) -> JSON:
    today = asked.world.now().date()
    week = ["Sunday", *DAYS[:6]]
    return {
        "id": one.id,
        "name": one.name,
        "isManaged": False,
        "workingHours": [_minutes(h, week) for h in one.hours],
        "schedule": [
            {
                "id": n,
                "userId": None,
                "eventTypeId": None,
                "days": [week.index(d) for d in h.days],
                "startTime": f"1970-01-01T{h.start:%H:%M}:00.000Z",
                "endTime": f"1970-01-01T{h.end:%H:%M}:00.000Z",
                "date": None,
                "scheduleId": one.id,
            }
            for n, h in enumerate(one.hours, start=1)
        ],
        "availability": [
            [
                {
                    "start": f"{today}T{h.start:%H:%M}:00.000Z",
                    "end": f"{today}T{h.end:%H:%M}:00.000Z",
                }
                for h in one.hours
                if day in h.days
            ]
            for day in week
        ],
        "timeZone": one.time_zone,
        "isDefault": asked.caller.default_schedule_id == one.id,
        "dateOverrides": [],
        "readOnly": False,
        "isLastSchedule": alone,
        "userId": one.owner_id,
    }


def _minutes(hours: Hours, week: list[str]) -> JSON:
    return {
        "days": [week.index(d) for d in hours.days],
        "startTime": hours.start.hour * 60 + hours.start.minute,
        "endTime": hours.end.hour * 60 + hours.end.minute,
    }


ENDPOINTS = [
    Endpoint("POST", "/bookings", create_booking, Auth.OPTIONAL, OLDEST),
    Endpoint("GET", "/bookings", bookings, Auth.PERMISSION, OLDEST),
    Endpoint("GET", "/bookings/{uid}", booking, Auth.OPTIONAL, OLDEST),
    Endpoint("GET", "/event-types", event_types, Auth.PERMISSION, OLDEST),
    Endpoint("GET", "/event-types/{id}", event_type, Auth.PERMISSION, OLDEST),
    Endpoint("GET", "/slots/available", available, Auth.OPTIONAL, OLDEST),
    Endpoint("GET", "/schedules", schedules, Auth.KEY, OLDEST),
]
