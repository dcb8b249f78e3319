"""API v2 slots and reservations (version 2024-09-04)."""

from __future__ import annotations

from typing import Any

from bot.sandbox.calcom import reservations, slots, v2_shapes
from bot.sandbox.calcom import v2_checks as checks
from bot.sandbox.calcom.errors import Refused
from bot.sandbox.calcom.model import JSON, EventType
from bot.sandbox.calcom.slots import Question, Slot
from bot.sandbox.calcom.times import local, parse, zulu
from bot.sandbox.calcom.v2_call import Answer, Asked, Auth, Endpoint, done, success
from bot.sandbox.calcom.v2_checks import Constraints, Field, Shape
from bot.sandbox.calcom.v2_errors import nest, refusal
from bot.sandbox.calcom.v2_team_event_types import by_slug
from bot.sandbox.calcom.world import World

VERSION = "2024-09-04"


def _format(name: str, value: Any) -> Constraints:
    if value in ("range", "time"):
        return {}
    return {"isEnum": "slotFormat must be either 'range' or 'time'"}


def _usernames(name: str, value: Any) -> Constraints:
    if isinstance(value, list) and len(value) > 1:
        return {}
    found = {"arrayMinSize": "The array must contain at least 2 elements."}
    if isinstance(value, list):
        return found
    each = {"isString": f"each value in {name} must be a string"}
    return each | found | {"isArray": f"{name} must be an array"}


_ANY: Shape = {
    "start": Field(checks.moment, required=True),
    "end": Field(checks.moment, required=True),
    "timeZone": Field(checks.zone),
    "duration": Field(checks.number),
    "format": Field(_format),
    "bookingUidToReschedule": Field(checks.text),
}
_BY_ID = {"eventTypeId": Field(checks.number, required=True)} | _ANY
_BY_SLUG = _ANY | {
    "eventTypeSlug": Field(checks.text, required=True),
    "username": Field(checks.text, required=True),
    "organizationSlug": Field(checks.text),
}
_BY_TEAM = _ANY | {
    "eventTypeSlug": Field(checks.text, required=True),
    "teamSlug": Field(checks.text, required=True),
    "organizationSlug": Field(checks.text),
}
_BY_PEOPLE = (
    _ANY
    | {"usernames": Field(_usernames, required=True)}
    | {"organizationSlug": Field(checks.text, required=True)}
)


async def listing(asked: Asked) -> Answer:
    query = _typed(asked)
    event_type = _event_type(asked, query)
    if event_type is None:
        return Answer(200, {"data": {}, "status": "success"})
    zone = query.get("timeZone", "UTC")
    question = Question(
        slots.day_window(query["start"], query["end"]),
        length=query.get("duration"),
        moving=query.get("bookingUidToReschedule"),
        zone=zone,
    )
    days: dict[str, list[JSON]] = {}
    for slot in slots.open_slots(asked.world, event_type, question):
        shape = _shape(asked.world, event_type, slot, query)
        days.setdefault(shape["start"][:10], []).append(shape)
    return Answer(200, {"data": days, "status": "success"})


def _typed(asked: Asked) -> JSON:
    typed: JSON = {}
    for name, values in asked.query.items():
        value = values[-1]
        if name in ("eventTypeId", "duration") and value.isdigit():
            typed[name] = int(value)
        else:
            typed[name] = value.split(",") if name == "usernames" else value
    return typed


def _event_type(asked: Asked, query: JSON) -> EventType | None:
    """Return what is asked about; None for several people, who need an organization, which is not
    here."""
    if "eventTypeId" in query:
        checks.check_said(query, _BY_ID)
        found = asked.world.event_types.get(query["eventTypeId"])
    elif "eventTypeSlug" in query and "username" in query:
        checks.check_said(query, _BY_SLUG)
        owner = asked.world.user_by_name(query["username"])
        if owner is None:
            raise nest(404, f"User with username {query['username']} not found")
        mine = asked.world.event_types_of(owner)
        found = next((e for e in mine if e.slug == query["eventTypeSlug"]), None)
    elif "eventTypeSlug" in query and "teamSlug" in query:
        checks.check_said(query, _BY_TEAM)
        found = by_slug(asked.world, query["teamSlug"], query["eventTypeSlug"])
    else:
        checks.check_said(query, _BY_PEOPLE)
        return None
    if found is None:
        raise nest(404, "Event Type not found")
    return found


def _shape(world: World, event_type: EventType, slot: Slot, query: JSON) -> JSON:
    zone = query.get("timeZone")
    start, end = ((local(t, zone) if zone else zulu(t)) for t in (slot.start, slot.end))
    shape: JSON = {"start": start}
    if query.get("format") == "range":
        shape["end"] = end
    if event_type.seats:
        booked = len(slot.booking.attendees) if slot.booking else 0
        booked += reservations.seats_held(world, event_type, slot.start)
        total = event_type.seats.per_slot
        shape |= {"seatsBooked": booked, "seatsRemaining": total - booked, "seatsTotal": total}
    if slot.booking:
        shape["bookingUid"] = slot.booking.uid
    return shape


_RESERVE = {
    "eventTypeId": Field(checks.integer(1), required=True),
    "slotStart": Field(checks.moment, required=True),
    "slotDuration": Field(checks.integer(1)),
    "reservationDuration": Field(checks.integer(1)),
}


async def reserve(asked: Asked) -> Answer:
    event_type, length, minutes = _wish(asked)
    start = parse(asked.body["slotStart"])
    if start is None:
        raise AssertionError("checked above")
    try:
        held = reservations.reserve(asked.world, event_type, start, length, minutes)
    except Refused as refused:
        raise refusal(refused) from refused
    return success(v2_shapes.reservation(held) | {"reservationDuration": minutes}, 201)


async def move_reservation(asked: Asked) -> Answer:
    event_type, length, minutes = _wish(asked)
    start = parse(asked.body["slotStart"])
    held = reservations.find(asked.world, asked.params["uid"])
    if held is None or start is None:
        raise nest(404, f"Slot with uid={asked.params['uid']} not found")
    held.event_type_id = event_type.id
    reservations.move(asked.world, held, start, length, minutes)
    return success(v2_shapes.reservation(held) | {"reservationDuration": minutes})


def _wish(asked: Asked) -> tuple[EventType, int, int]:
    """Return event type, length and minutes to hold; only its owner may choose the minutes."""
    body = checks.check_listed(asked.body, _RESERVE)
    event_type = asked.world.event_types.get(body["eventTypeId"])
    minutes = body.get("reservationDuration")
    if minutes is not None and asked.maybe_caller is None:
        raise nest(
            401,
            "reservationDuration can only be used for authenticated requests - use access token,"
            " api key or OAuth credentials",
        )
    if event_type is None:
        raise nest(404, f"Event Type with ID={body['eventTypeId']} not found")
    if minutes is not None and asked.caller.id not in event_type.host_ids:
        raise nest(
            403,
            "reservationDuration can only be used for reservations of event types you own or host",
        )
    length = body.get("slotDuration") or event_type.length
    return event_type, length, minutes or reservations.DEFAULT_MINUTES


async def read_reservation(asked: Asked) -> Answer:
    """Answer 200 with null where there is none (exchange 067)."""
    held = reservations.find(asked.world, asked.params["uid"])
    return success(v2_shapes.reservation(held) if held else None)


async def delete_reservation(asked: Asked) -> Answer:
    asked.world.reservations.pop(asked.params["uid"], None)
    return done()


ENDPOINTS = [
    Endpoint("GET", "/slots", listing, Auth.OPTIONAL, VERSION),
    Endpoint("POST", "/slots/reservations", reserve, Auth.OPTIONAL, VERSION),
    Endpoint("GET", "/slots/reservations/{uid}", read_reservation, Auth.OPTIONAL, VERSION),
    Endpoint("PATCH", "/slots/reservations/{uid}", move_reservation, Auth.OPTIONAL, VERSION),
    Endpoint("DELETE", "/slots/reservations/{uid}", delete_reservation, Auth.OPTIONAL, VERSION),
]
