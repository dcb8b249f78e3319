"""API v2 event types (version 2024-06-14): list, read, make, change."""

from __future__ import annotations

from typing import Any

from bot.sandbox.calcom import fields, v2_event_type_shape, v2_form
from bot.sandbox.calcom import v2_checks as checks
from bot.sandbox.calcom.model import JSON, EventType, Recurrence, Seats
from bot.sandbox.calcom.v2_call import Answer, Asked, Auth, Endpoint, success
from bot.sandbox.calcom.v2_checks import Check, Constraints, Field
from bot.sandbox.calcom.v2_errors import nest
from bot.sandbox.calcom.world import World

VERSION = "2024-06-14"


def _rows(*needed: str) -> Check:
    """Return a check for lists of objects that have these text properties."""

    def check(name: str, value: Any) -> Constraints:
        if not isinstance(value, list):
            return {"isArray": f"{name} must be an array"}
        if all(
            isinstance(r, dict) and all(isinstance(r.get(n), str) for n in needed) for r in value
        ):
            return {}
        return {"nestedValidation": f"each value in {name} must have {', '.join(needed)}"}

    return check


def _switch(**needed: type) -> Check:
    """Return a check for objects that are `{"disabled": true}` or have these properties."""

    def check(name: str, value: Any) -> Constraints:
        wrong = checks.obj(name, value)
        if wrong or value.get("disabled"):
            return wrong
        if all(type(value.get(n)) is kind for n, kind in needed.items()):
            return {}
        return {"nestedValidation": f"{name} must have {', '.join(needed)}"}

    return check


def _numbers(name: str, value: Any) -> Constraints:
    wrong = checks.obj(name, value)
    if wrong or value.get("disabled"):
        return wrong
    if all(k in ("day", "week", "month", "year") and type(v) is int for k, v in value.items()):
        return {}
    return {"isBookingLimit": f"{name} must have numbers for day, week, month or year"}


def _frequency(name: str, value: Any) -> Constraints:
    wrong = _switch(interval=int, occurrences=int, frequency=str)(name, value)
    if wrong or value.get("disabled") or value["frequency"] in ("weekly", "monthly", "yearly"):
        return wrong
    return {"isEnum": "frequency must be one of the following values: weekly, monthly, yearly"}


def _window_rule(name: str, value: Any) -> Constraints:
    return {} if isinstance(value, dict) else _rows("type")(name, value)


PATCH = {
    "lengthInMinutes": Field(checks.integer(1)),
    "lengthInMinutesOptions": Field(checks.array),
    "title": Field(checks.text),
    "slug": Field(checks.text),
    "description": Field(checks.text),
    "locations": Field(_rows("type")),
    "bookingFields": Field(v2_form.check),
    "disableGuests": Field(checks.boolean),
    "slotInterval": Field(checks.integer(1), nullable=True),
    "minimumBookingNotice": Field(checks.integer(0)),
    "beforeEventBuffer": Field(checks.integer(0)),
    "afterEventBuffer": Field(checks.integer(0)),
    "scheduleId": Field(checks.integer(1), nullable=True),
    "bookingLimitsCount": Field(_numbers),
    "bookingLimitsDuration": Field(_numbers),
    "bookerActiveBookingsLimit": Field(checks.obj),
    "onlyShowFirstAvailableSlot": Field(checks.boolean),
    "bookingWindow": Field(_window_rule),
    "offsetStart": Field(checks.integer(0)),
    "confirmationPolicy": Field(_switch(type=str)),
    "recurrence": Field(_frequency),
    "seats": Field(_switch(seatsPerTimeSlot=int)),
    "hidden": Field(checks.boolean),
    "disableCancelling": Field(_switch()),
    "disableRescheduling": Field(_switch()),
    **{name: Field(checks.anything) for name in v2_event_type_shape.SETTINGS},
}
CREATE = PATCH | {
    "lengthInMinutes": Field(checks.integer(1), required=True),
    "title": Field(checks.text, required=True),
    "slug": Field(checks.text, required=True),
}
_PLAIN = {  # properties that only have another name here
    "lengthInMinutes": "length",
    "lengthInMinutesOptions": "lengths",
    "title": "title",
    "slug": "slug",
    "description": "description",
    "locations": "locations",
    "disableGuests": "disable_guests",
    "slotInterval": "slot_interval",
    "minimumBookingNotice": "minimum_notice",
    "beforeEventBuffer": "before_buffer",
    "afterEventBuffer": "after_buffer",
    "scheduleId": "schedule_id",
    "onlyShowFirstAvailableSlot": "only_first_slot",
    "offsetStart": "offset_start",
    "hidden": "hidden",
}
_SWITCHABLE = {  # properties that `{"disabled": true}` empties
    "bookingLimitsCount": "booking_limits_count",
    "bookingLimitsDuration": "booking_limits_duration",
    "bookerActiveBookingsLimit": "active_bookings_limit",
    "confirmationPolicy": "confirmation_policy",
}


async def listing(asked: Asked) -> Answer:
    """By username: that person's, hidden ones only for the owner; without: the caller's own."""
    world, username = asked.world, asked.one("username")
    if username is None:
        if asked.maybe_caller is None:
            return success([])
        own = world.event_types_of(asked.maybe_caller)
        return success([v2_event_type_shape.whole(world, e) for e in own])
    owner = world.user_by_name(username)
    if owner is None:
        return success([])
    everything = asked.maybe_caller is not None and asked.maybe_caller.id == owner.id
    shown = [e for e in world.event_types_of(owner) if everything or not e.hidden]
    if slug := asked.one("eventSlug"):
        shown = [e for e in shown if e.slug == slug]
    return success([v2_event_type_shape.public(world, e) for e in shown])


def own(asked: Asked) -> EventType:
    """Return the caller's event type the path names, or raise the 404 that hides others'."""
    text = asked.params["id"]
    found = asked.world.event_types.get(int(text)) if text.isdigit() else None
    if found is None or found.owner_id != asked.caller.id:
        raise nest(404, f"Event type with id {text} not found")
    return found


async def read(asked: Asked) -> Answer:
    return success(v2_event_type_shape.whole(asked.world, own(asked)))


async def create(asked: Asked) -> Answer:
    body = checks.check_listed(asked.body, CREATE)
    _check_slug(asked.world, asked.caller.id, body["slug"])
    made = add(asked.world, asked.caller.id, body)
    return success(v2_event_type_shape.whole(asked.world, made), 201)


async def change(asked: Asked) -> Answer:
    found, body = own(asked), checks.check_listed(asked.body, PATCH)
    if body.get("slug", found.slug) != found.slug:
        _check_slug(asked.world, asked.caller.id, body["slug"])
    apply(found, body)
    return success(v2_event_type_shape.whole(asked.world, found))


def add(world: World, owner_id: int | None, body: JSON) -> EventType:
    """Make an event type from a checked body, as POST /v2/event-types takes it; without an owner
    it is a team's, and has to be told its hosts."""
    made = EventType(
        id=world.next_id("event_type"),
        owner_id=owner_id,
        title=body["title"],
        slug=body["slug"],
        length=body["lengthInMinutes"],
        created_at=world.now(),
        host_ids=[] if owner_id is None else [owner_id],
    )
    apply(made, body)
    world.event_types[made.id] = made
    return made


def apply(one: EventType, body: JSON) -> None:
    """Set what `body` names; the rest stays."""
    for name, attribute in _PLAIN.items():
        if name in body:
            setattr(one, attribute, body[name])
    for name, attribute in _SWITCHABLE.items():
        if name in body:
            setattr(one, attribute, {} if body[name].get("disabled") else body[name])
    if "bookingFields" in body:
        one.booking_fields = fields.stored(body["bookingFields"])
    if "bookingWindow" in body:
        one.booking_window = _window(body["bookingWindow"])
    if "recurrence" in body:
        one.recurrence = _recurrence(body["recurrence"])
    if "seats" in body:
        one.seats = _seats(body["seats"])
    if "disableCancelling" in body:
        one.disable_cancelling = bool(body["disableCancelling"].get("disabled"))
    if "disableRescheduling" in body:
        one.disable_rescheduling = bool(body["disableRescheduling"].get("disabled"))
    one.extra |= {k: v for k, v in body.items() if k in v2_event_type_shape.SETTINGS}


def _check_slug(world: World, owner_id: int, slug: str) -> None:
    if any(e.slug == slug and e.owner_id == owner_id for e in world.event_types.values()):
        raise nest(400, "User already has an event type with this slug.")


def _window(rule: Any) -> list[JSON]:
    if isinstance(rule, dict):
        return [] if rule.get("disabled") else [rule]
    return list(rule)


def _recurrence(rule: JSON) -> Recurrence | None:
    if rule.get("disabled"):
        return None
    return Recurrence(rule["interval"], rule["occurrences"], rule["frequency"])


def _seats(rule: JSON) -> Seats | None:
    if rule.get("disabled"):
        return None
    shown = bool(rule.get("showAttendeeInfo"))
    return Seats(rule["seatsPerTimeSlot"], shown, bool(rule.get("showAvailabilityCount")))


ENDPOINTS = [
    Endpoint("GET", "/event-types", listing, Auth.OPTIONAL, VERSION),
    Endpoint("POST", "/event-types", create, Auth.PERMISSION, VERSION),
    Endpoint("GET", "/event-types/{id}", read, Auth.PERMISSION, VERSION),
    Endpoint("PATCH", "/event-types/{id}", change, Auth.PERMISSION, VERSION),
]
