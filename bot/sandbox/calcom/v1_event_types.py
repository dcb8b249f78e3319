"""API v1 event types: list, read, make."""

from __future__ import annotations

from bot.sandbox.calcom import v1_checks as checks
from bot.sandbox.calcom import v1_form, v2_event_types
from bot.sandbox.calcom.model import JSON, EventType
from bot.sandbox.calcom.v1_call import Asked, Endpoint
from bot.sandbox.calcom.v1_checks import Rule
from bot.sandbox.calcom.v1_errors import forbidden
from bot.sandbox.calcom.world import World

_FREQUENCIES = ("yearly", "monthly", "weekly")  # as RRULE numbers them
_PLACES = {  # v2's kinds in v1's words; integrations are `integrations:name`
    "address": "inPerson",
    "link": "link",
    "phone": "userPhone",
    "attendeeAddress": "attendeeInPerson",
    "attendeePhone": "phone",
    "attendeeDefined": "somewhereElse",
    "organizersDefaultApp": "conferencing",
}
_KIND = Rule("string", required=True)
_FIELD = {"name": Rule("string", required=True), "type": _KIND, "editable": Rule("string")}
_RECURRENCE = {
    "interval": Rule("integer", required=True, least=1),
    "count": Rule("integer", required=True, least=1),
    "freq": Rule("integer", required=True, least=0),
}
_CREATE = {
    "title": Rule("string", required=True),
    "slug": Rule("string", required=True),
    "length": Rule("integer", required=True, least=1),
    "description": Rule("string"),
    "hidden": Rule("boolean"),
    "locations": Rule("array", each=Rule("object", inner={"type": _KIND})),
    "requiresConfirmation": Rule("boolean"),
    "bookingFields": Rule("array", each=Rule("object", inner=_FIELD)),
    "seatsPerTimeSlot": Rule("integer", least=1),
    "seatsShowAttendees": Rule("boolean"),
    "recurringEvent": Rule("object", inner=_RECURRENCE),
}
_SETTINGS: JSON = {  # settings without an effect here, as a new event type has them
    "position": 0,
    "teamId": None,
    "eventName": None,
    "timeZone": None,
    "periodType": "UNLIMITED",
    "periodStartDate": None,
    "periodEndDate": None,
    "periodDays": None,
    "periodCountCalendarDays": None,
    "hideCalendarNotes": False,
    "schedulingType": None,
    "parentId": None,
    "successRedirectUrl": None,
    "children": [],
    "hosts": [],
    "hashedLink": [],
}


async def listing(asked: Asked) -> JSON:
    """Answer the caller's own, hidden ones too; `slug` narrows."""
    own, slug = asked.world.event_types_of(asked.caller), asked.flat.get("slug")
    return {"event_types": [_read(asked.world, e) for e in own if slug in (None, e.slug)]}


async def read(asked: Asked) -> JSON:
    found = asked.world.event_types.get(asked.id)
    if found is None or found.owner_id != asked.caller.id:
        raise forbidden()
    return {"event_type": _read(asked.world, found)}


async def create(asked: Asked) -> JSON:
    body = checks.check(asked.body, _CREATE)
    made = v2_event_types.add(asked.world, asked.caller.id, _in_v2s_words(body))
    return {"event_type": _shape(made), "message": "Event type created successfully"}


def _in_v2s_words(body: JSON) -> JSON:
    plain = ("title", "slug", "description", "hidden")
    words: JSON = {name: body[name] for name in plain if name in body}
    words["lengthInMinutes"] = body["length"]
    words["locations"] = [_place_from_v1(place) for place in body.get("locations", [])]
    words["bookingFields"] = [v1_form.from_v1(f) for f in body.get("bookingFields", [])]
    if body.get("requiresConfirmation"):
        words["confirmationPolicy"] = {"type": "always"}
    if "seatsPerTimeSlot" in body:
        shown = body.get("seatsShowAttendees", False)
        words["seats"] = {
            "seatsPerTimeSlot": body["seatsPerTimeSlot"],
            "showAttendeeInfo": shown,
            "showAvailabilityCount": True,
        }
    if rule := body.get("recurringEvent"):
        words["recurrence"] = {
            "interval": rule["interval"],
            "occurrences": rule["count"],
            "frequency": _FREQUENCIES[min(rule["freq"], 2)],  # days and hours are not had here
        }
    return words


def _read(world: World, one: EventType) -> JSON:
    owner = world.host(one)
    return _shape(one) | {
        "scheduleId": one.schedule_id or owner.default_schedule_id,
        "customInputs": [],
        "link": f"{world.web_url}/{owner.username}/{one.slug}",
    }


def _shape(one: EventType) -> JSON:
    seats, rule = one.seats, one.recurrence
    return _SETTINGS | {
        "id": one.id,
        "title": one.title,
        "slug": one.slug,
        "length": one.length,
        "hidden": one.hidden,
        "userId": one.owner_id,
        "scheduleId": one.schedule_id,
        "requiresConfirmation": bool(one.confirmation_policy),
        "recurringEvent": rule
        and {
            "interval": rule.interval,
            "count": rule.occurrences,
            "freq": _FREQUENCIES.index(rule.frequency),
        },
        "disableGuests": one.disable_guests,
        "price": one.price,
        "currency": one.currency,
        "minimumBookingNotice": one.minimum_notice,
        "beforeEventBuffer": one.before_buffer,
        "afterEventBuffer": one.after_buffer,
        "slotInterval": one.slot_interval,
        "description": one.description or None,
        "locations": [_place(p) for p in one.locations] or None,
        "metadata": one.metadata | ({"multipleDuration": one.lengths} if one.lengths else {}),
        "seatsPerTimeSlot": seats.per_slot if seats else None,
        "seatsShowAttendees": bool(seats and seats.show_attendees),
        "seatsShowAvailabilityCount": seats.show_availability_count if seats else True,
        "bookingFields": v1_form.form(one),
        "bookingLimits": _limits(one.booking_limits_count),
        "durationLimits": _limits(one.booking_limits_duration),
        "onlyShowFirstAvailableSlot": one.only_first_slot,
    }


def _limits(limits: dict[str, int]) -> JSON | None:
    return {f"PER_{period.upper()}": most for period, most in limits.items()} or None


def _place(place: JSON) -> JSON:
    if place["type"] == "integration":
        name = str(place.get("integration"))
        return {"type": "integrations:daily" if name == "cal-video" else f"integrations:{name}"}
    shape = {"type": _PLACES.get(place["type"], place["type"])}
    for name, own in (("link", "link"), ("address", "address"), ("phone", "hostPhoneNumber")):
        if place.get(name):
            shape[own] = place[name]
    public = {"displayLocationPublicly": place["public"]} if "public" in place else {}
    return shape | public


def _place_from_v1(place: JSON) -> JSON:
    kind = str(place.get("type"))
    if kind.startswith("integrations:"):
        name = kind.removeprefix("integrations:")
        return {"type": "integration", "integration": "cal-video" if name == "daily" else name}
    names = {own: name for name, own in _PLACES.items()}
    shape = {"type": names.get(kind, kind)}
    for name, own in (("link", "link"), ("address", "address"), ("hostPhoneNumber", "phone")):
        if place.get(name):
            shape[own] = place[name]
    return shape


ENDPOINTS = [
    Endpoint("/event-types", {"GET": listing, "POST": create}),
    Endpoint("/event-types/{id}", {"GET": read}),
]
