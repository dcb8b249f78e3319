"""API v1 slots."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.sandbox.calcom import slots as engine
from bot.sandbox.calcom import v1_checks as checks
from bot.sandbox.calcom.model import JSON, EventType
from bot.sandbox.calcom.slots import Question, Slot
from bot.sandbox.calcom.times import ZONES, parse, zulu
from bot.sandbox.calcom.v1_call import Asked, Endpoint
from bot.sandbox.calcom.v1_checks import Rule
from bot.sandbox.calcom.v1_errors import Issue, failed, invalid
from bot.sandbox.calcom.world import World

_QUERY = {
    "startTime": Rule("date", required=True),
    "endTime": Rule("date", required=True),
    "eventTypeId": Rule("string"),
    "usernameList": Rule("string"),
    "eventTypeSlug": Rule("string"),
    "timeZone": Rule("string"),
    "duration": Rule("string"),
    "rescheduleUid": Rule("string"),
}


async def slots(asked: Asked) -> JSON:
    """Answer the starts from `startTime` until before `endTime` by day of `timeZone` (UTC if none
    or unknown); with a zone they carry its offset."""
    query = checks.check(asked.flat, _QUERY)
    first, last = parse(query["startTime"]), parse(query["endTime"])
    assert first is not None, "checked above"
    assert last is not None, "checked above"
    event_type = _event_type(asked.world, query)
    zone = query["timeZone"] if query.get("timeZone") in ZONES else None
    duration = query.get("duration", "")
    question = Question(
        (first, last),
        length=int(duration) if duration.isdigit() else None,
        moving=query.get("rescheduleUid"),
        zone=zone or "UTC",
    )
    days: dict[str, list[JSON]] = {}
    for slot in engine.open_slots(asked.world, event_type, question):
        day = slot.start.astimezone(ZoneInfo(zone or "UTC")).date().isoformat()
        days.setdefault(day, []).append(_slot(slot, zone))
    return {"slots": days}


def _event_type(world: World, query: JSON) -> EventType:
    slug, username = query.get("eventTypeSlug"), query.get("usernameList")
    if query.get("eventTypeId"):
        text = query["eventTypeId"]
        found = world.event_types.get(int(text)) if text.isdigit() else None
    elif slug and username:
        user = world.user_by_name(username)
        own = world.event_types_of(user) if user else []
        found = next((e for e in own if e.slug == slug), None)
    else:
        text = "You need to either pass an eventTypeId OR an usernameList/eventTypeSlug combination"
        raise invalid([Issue("custom", (), text)])
    if found is None:
        raise failed(404, "NOT_FOUND")
    return found


def _slot(slot: Slot, zone: str | None) -> JSON:
    time = slot.start.astimezone(ZoneInfo(zone)).isoformat() if zone else zulu(slot.start)
    if slot.booking is None:
        return {"time": time}
    taken = len(slot.booking.attendees)
    return {"time": time, "attendees": taken, "bookingUid": slot.booking.uid}


ENDPOINTS = [Endpoint("/slots", {"GET": slots})]
