"""API v2: who is on a booking and where it is: attendees, guests, absence, place, hand-over."""

from __future__ import annotations

from typing import Any

from bot.sandbox.calcom import amending, places, reassigning, v2_shapes
from bot.sandbox.calcom import v2_checks as checks
from bot.sandbox.calcom.booking import Person
from bot.sandbox.calcom.errors import Refused
from bot.sandbox.calcom.model import JSON, Booking, User
from bot.sandbox.calcom.times import zulu
from bot.sandbox.calcom.v2_booking_input import LANGUAGES, valid_email
from bot.sandbox.calcom.v2_bookings import NEWER, VERSION, found
from bot.sandbox.calcom.v2_call import Answer, Asked, Auth, Endpoint, Handler, success
from bot.sandbox.calcom.v2_checks import Constraints, Field
from bot.sandbox.calcom.v2_errors import nest, refusal
from bot.sandbox.calcom.v2_gate import Limit


def _email(name: str, value: Any) -> Constraints:
    return {} if valid_email(value) else {"isEmail": f"{name} must be an email"}


def _guests(name: str, value: Any) -> Constraints:
    if not isinstance(value, list):
        return {"isArray": f"{name} must be an array"}
    if not value:
        return {"arrayNotEmpty": f"{name} should not be empty"}
    if len(value) > 10:
        return {"arrayMaxSize": f"{name} must contain no more than 10 elements"}
    if all(isinstance(v, dict) and valid_email(v.get("email")) for v in value):
        return {}
    return {"isEmail": "email must be an email"}


def _absentees(name: str, value: Any) -> Constraints:
    if not isinstance(value, list):
        return {"isArray": f"{name} must be an array"}
    if all(isinstance(v, dict) and valid_email(v.get("email")) for v in value):
        return {}
    return {"isEmail": "email must be an email"}


def _place(name: str, value: Any) -> Constraints:
    """Only what somebody gives by hand: no rooms (how those are refused is inferred)."""
    if not isinstance(value, dict):
        return checks.obj(name, value)
    if value.get("type") not in places.VALUES:
        kinds = ", ".join(places.VALUES)
        return {"validateBookingLocation": f"{name} must have one of the types {kinds}"}
    wrong = places.wrong(value)
    return {"validateBookingLocation": wrong} if wrong else {}


_ABSENT = {"host": Field(checks.boolean), "attendees": Field(_absentees)}
_ATTENDEE = {
    "name": Field(checks.text, required=True),
    "timeZone": Field(checks.zone, required=True),
    "email": Field(_email, required=True),
    "phoneNumber": Field(checks.text),
    "language": Field(checks.one_of(LANGUAGES)),
}
_OLD_ONLY = ("/attendees", "/guests", "/location", "/references")  # no newer version is known
_GUESTS = {"guests": Field(_guests, required=True)}
_PLACE = {"location": Field(_place, required=True)}


async def mark_absent(asked: Asked) -> Answer:
    world = asked.world
    body = checks.check_listed(asked.body, _ABSENT)
    one = found(world, asked.params["uid"])
    people = {a["email"]: bool(a.get("absent", True)) for a in body.get("attendees") or []}
    try:
        await amending.mark_absent(world, one, people, body.get("host"))
    except Refused as refused:
        raise nest(
            400,
            "Bookings can only be marked as absent after their scheduled start time. Current time"
            f" in UTC+0: {zulu(world.now())}, Booking start time in UTC+0: {zulu(one.start)}",
        ) from refused
    return success(v2_shapes.booking(world, one))


async def reassign(asked: Asked) -> Answer:
    """Hand the booking to another of its team's hosts, any key's owner may; a booking of one
    person's own type is answered 200 and stays as it is."""
    one = found(asked.world, asked.params["uid"])
    try:
        host = reassigning.reassign(asked.world, one)
    except Refused as refused:
        raise refusal(refused) from refused
    return _reassigned(one, host)


async def reassign_to(asked: Asked) -> Answer:
    text = asked.params["user_id"]
    one = found(asked.world, asked.params["uid"])
    user = asked.world.users.get(int(text)) if text.isdigit() else None
    if user is None:
        raise nest(404, f"User with id={text} was not found in the database")
    try:
        host = reassigning.reassign_to(asked.world, one, user)
    except Refused as refused:
        raise refusal(refused) from refused
    return _reassigned(one, host)


def _reassigned(one: Booking, host: User) -> Answer:
    to = {"id": host.id, "name": host.name, "email": host.email, "displayEmail": host.email}
    return success({"bookingUid": one.uid, "reassignedTo": to})


async def attendees(asked: Asked) -> Answer:
    one = found(asked.world, asked.params["uid"])
    return success([v2_shapes.attendee(a) | {"id": a.id} for a in one.people])


async def add_attendee(asked: Asked) -> Answer:
    body = checks.check_listed(asked.body, _ATTENDEE)
    one = found(asked.world, asked.params["uid"])
    person = Person(
        body["name"],
        body["email"],
        body["timeZone"],
        body.get("language", "en"),
        body.get("phoneNumber"),
    )
    added = amending.add_people(asked.world, one, [person])
    if not added:
        raise nest(400, "emails_must_be_unique_valid")
    return success(v2_shapes.attendee(added[0]) | {"id": added[0].id, "bookingId": one.id}, 201)


async def add_guests(asked: Asked) -> Answer:
    body = checks.check_listed(asked.body, _GUESTS)
    one = found(asked.world, asked.params["uid"])
    host = asked.world.users[one.host_id]
    people = [_guest(g, host.time_zone) for g in body["guests"]]
    if len(one.attendees) + len(people) > 31:
        raise nest(400, "A booking can have at most 30 guests.")
    if not amending.add_people(asked.world, one, people):
        raise nest(400, "emails_must_be_unique_valid")
    return success(v2_shapes.booking(asked.world, one))


def _guest(guest: JSON, zone: str) -> Person:
    return Person(
        guest.get("name", ""),
        guest["email"],
        guest.get("timeZone", zone),
        guest.get("language", "en"),
        guest.get("phoneNumber"),
    )


async def move_place(asked: Asked) -> Answer:
    body = checks.check_listed(asked.body, _PLACE)
    one = found(asked.world, asked.params["uid"])
    place = body["location"]
    amending.move_place(asked.world, one, places.stored(place), places.answer(place))
    return success(v2_shapes.booking(asked.world, one))


async def references(asked: Asked) -> Answer:
    found(asked.world, asked.params["uid"])
    return success([])


def _endpoint(method: str, tail: str, handler: Handler, limit: str | None = None) -> Endpoint:
    """Return an endpoint below one booking; with `limit`, 5 requests a minute under that name."""
    own = Limit(limit, 5) if limit else None
    newer = None if tail in _OLD_ONLY else NEWER
    path = "/bookings/{uid}" + tail
    return Endpoint(method, path, handler, Auth.PERMISSION, VERSION, own, newer=newer)


ENDPOINTS = [
    _endpoint("POST", "/mark-absent", mark_absent),
    _endpoint("POST", "/reassign", reassign),
    _endpoint("POST", "/reassign/{user_id}", reassign_to),
    _endpoint("GET", "/attendees", attendees),
    _endpoint("POST", "/attendees", add_attendee, "Booking_attendees_add"),
    _endpoint("POST", "/guests", add_guests, "Booking_guests_add"),
    _endpoint("PATCH", "/location", move_place, "Booking_location_update"),
    _endpoint("GET", "/references", references),
]
