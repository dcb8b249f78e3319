"""API v1 webhooks: one list for a person's own and those of the person's event types."""

from __future__ import annotations

from bot.sandbox.calcom import v1_checks as checks
from bot.sandbox.calcom import v1_shapes
from bot.sandbox.calcom.model import JSON, Subscription
from bot.sandbox.calcom.v1_call import Asked, Endpoint
from bot.sandbox.calcom.v1_checks import Rule
from bot.sandbox.calcom.v1_errors import forbidden, no_record

_TRIGGERS = (
    "BOOKING_CREATED",
    "BOOKING_PAYMENT_INITIATED",
    "BOOKING_PAID",
    "BOOKING_RESCHEDULED",
    "BOOKING_REQUESTED",
    "BOOKING_CANCELLED",
    "BOOKING_REJECTED",
    "BOOKING_NO_SHOW_UPDATED",
    "FORM_SUBMITTED",
    "MEETING_ENDED",
    "MEETING_STARTED",
    "RECORDING_READY",
    "INSTANT_MEETING",
    "RECORDING_TRANSCRIPTION_GENERATED",
    "OOO_CREATED",
    "AFTER_HOSTS_CAL_VIDEO_NO_SHOW",
    "AFTER_GUESTS_CAL_VIDEO_NO_SHOW",
    "FORM_SUBMITTED_NO_EVENT",
)
_TRIGGER = Rule("string", among=_TRIGGERS)
_PATCH = {
    "subscriberUrl": Rule("string"),
    "eventTriggers": Rule("array", each=_TRIGGER),
    "active": Rule("boolean"),
    "secret": Rule("string"),
    "payloadTemplate": Rule("string"),
    "eventTypeId": Rule("integer"),
}
_CREATE = _PATCH | {
    "subscriberUrl": Rule("string", required=True),
    "eventTriggers": Rule("array", required=True, each=_TRIGGER),
    "active": Rule("boolean", required=True),
}


async def listing(asked: Asked) -> JSON:
    own = _own_event_types(asked)
    every = asked.world.subscriptions.values()
    mine = [s for s in every if s.user_id == asked.caller.id or s.event_type_id in own]
    return {"webhooks": [v1_shapes.subscription(s) for s in mine]}


async def create(asked: Asked) -> JSON:
    """Make one, for the caller or for one of the caller's event types; URLs may repeat."""
    body = checks.check(asked.body, _CREATE)
    event_type_id: int | None = body.get("eventTypeId")
    if event_type_id and event_type_id not in _own_event_types(asked):
        raise no_record()
    made = Subscription(
        id=asked.world.new_uuid(),
        url=body["subscriberUrl"],
        triggers=list(body["eventTriggers"]),
        created_at=asked.world.now(),
        active=body["active"],
        secret=body.get("secret"),
        payload_template=body.get("payloadTemplate"),
        user_id=None if event_type_id else asked.caller.id,
        event_type_id=event_type_id,
    )
    made.by_v1 = True
    asked.world.subscriptions[made.id] = made
    shape = v1_shapes.subscription(made)
    return {"webhook": shape, "message": "Webhook created successfully"}


async def read(asked: Asked) -> JSON:
    return {"webhook": v1_shapes.subscription(_own(asked))}


async def change(asked: Asked) -> JSON:
    body, one = checks.check(asked.body, _PATCH), _own(asked)
    one.url = body.get("subscriberUrl", one.url)
    one.triggers = list(body.get("eventTriggers", one.triggers))
    one.active = body.get("active", one.active)
    one.secret = body.get("secret", one.secret)
    one.payload_template = body.get("payloadTemplate", one.payload_template)
    return {"webhook": v1_shapes.subscription(one)}


async def delete(asked: Asked) -> JSON:
    one = _own(asked)
    del asked.world.subscriptions[one.id]
    return {"message": f"Webhook with id: {one.id} deleted successfully"}


def _own_event_types(asked: Asked) -> set[int]:
    return {e.id for e in asked.world.event_types_of(asked.caller)}


def _own(asked: Asked) -> Subscription:
    """Return the caller's webhook; those of event types are listed, and refused all the same."""
    found = asked.world.subscriptions.get(asked.params["id"])
    if found is None or found.user_id != asked.caller.id:
        raise forbidden()
    return found


ENDPOINTS = [
    Endpoint("/webhooks", {"GET": listing, "POST": create}),
    Endpoint("/webhooks/{id}", {"GET": read, "PATCH": change, "DELETE": delete}),
]
