"""API v2 webhook subscriptions: a user's own, and those of one event type."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.calcom import v2_checks as checks
from bot.sandbox.calcom import v2_event_types, v2_shapes
from bot.sandbox.calcom.model import EventType, Subscription
from bot.sandbox.calcom.v2_call import Answer, Asked, Auth, Endpoint, success
from bot.sandbox.calcom.v2_checks import Constraints, Field, Shape
from bot.sandbox.calcom.v2_errors import nest
from bot.sandbox.calcom.webhooks import VERSION

TRIGGERS = [
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
    "RECORDING_TRANSCRIPTION_GENERATED",
    "OOO_CREATED",
    "AFTER_HOSTS_CAL_VIDEO_NO_SHOW",
    "AFTER_GUESTS_CAL_VIDEO_NO_SHOW",
    "FORM_SUBMITTED_NO_EVENT",
    "DELEGATION_CREDENTIAL_ERROR",
    "WRONG_ASSIGNMENT_REPORT",
]


_HOSTED_TRIGGERS = [*TRIGGERS, "INSTANT_MEETING"]


def _hosted_triggers(name: str, value: Any) -> Constraints:
    return _triggers(name, value, _HOSTED_TRIGGERS)


def _triggers(name: str, value: Any, known: list[str] = TRIGGERS) -> Constraints:
    found: Constraints = {}
    if not isinstance(value, list) or any(v not in known for v in value):
        allowed = ", ".join(known)
        words = f"each value in {name} must be one of the following values: {allowed}"
        found["isEnum"] = words
    if not isinstance(value, list):
        found["isArray"] = f"{name} must be an array"
    return found


_PATCH = {
    "active": Field(checks.boolean),
    "subscriberUrl": Field(checks.text),
    "triggers": Field(_triggers),
    "payloadTemplate": Field(checks.text),
    "secret": Field(checks.text),
    "version": Field(checks.one_of([VERSION])),
}
_CREATE = _PATCH | {
    "active": Field(checks.boolean, required=True),
    "subscriberUrl": Field(checks.text, required=True),
    "triggers": Field(_triggers, required=True),
}


async def listing(asked: Asked) -> Answer:
    return success([v2_shapes.subscription(s) for s in _owned(asked)])


async def create(asked: Asked) -> Answer:
    """Make one; the same owner may not have two with one URL (exchanges 268, 321)."""
    body = checks.check_listed(asked.body, _known(asked, _CREATE))
    owner = _owner(asked)
    _check_url(body["subscriberUrl"])
    if any(s.url == body["subscriberUrl"] for s in _owned(asked)):
        kind = "event type" if "event_type_id" in owner else "user"
        raise nest(409, f"Webhook with this subscriber url already exists for this {kind}")
    made = Subscription(
        id=asked.world.new_uuid(),
        url=body["subscriberUrl"],
        triggers=list(body["triggers"]),
        active=body["active"],
        secret=body.get("secret"),
        payload_template=body.get("payloadTemplate"),
        created_at=asked.world.now(),
        **owner,
    )
    asked.world.subscriptions[made.id] = made
    return success(v2_shapes.subscription(made), 201)


async def read(asked: Asked) -> Answer:
    return success(v2_shapes.whole_subscription(_named(asked)))


async def change(asked: Asked) -> Answer:
    body, one = checks.check_listed(asked.body, _known(asked, _PATCH)), _named(asked)
    if "subscriberUrl" in body:
        _check_url(body["subscriberUrl"])
        one.url = body["subscriberUrl"]
    one.active = body.get("active", one.active)
    one.triggers = list(body.get("triggers", one.triggers))
    one.secret = body.get("secret", one.secret)
    one.payload_template = body.get("payloadTemplate", one.payload_template)
    return success(v2_shapes.subscription(one))


async def delete(asked: Asked) -> Answer:
    one = _named(asked)
    del asked.world.subscriptions[one.id]
    return success(v2_shapes.subscription(one))


def _known(asked: Asked, shape: Shape) -> Shape:
    """Return `shape` with the triggers this server has."""
    if not asked.world.hosted:
        return shape
    return shape | {"triggers": replace(shape["triggers"], check=_hosted_triggers)}


def _owner(asked: Asked) -> dict[str, int]:
    """Return whose webhooks the path means: the caller's, or one of the caller's event types'."""
    if "id" in asked.params:
        return {"event_type_id": _event_type(asked).id}
    return {"user_id": asked.caller.id}


def _event_type(asked: Asked) -> EventType:
    """Return the caller's event type the path names; a team's is nobody's own."""
    text, caller = asked.params["id"], asked.caller
    found = asked.world.event_types.get(int(text)) if text.isdigit() else None
    if found is not None and found.owner_id != caller.id:
        raise nest(
            403,
            f"IsUserEventTypeWebhookGuard - User ({caller.id}) is not the owner of event type"
            f" ({text})",
        )
    return v2_event_types.own(asked)


def _owned(asked: Asked) -> list[Subscription]:
    ((attribute, owner_id),) = _owner(asked).items()
    every = asked.world.subscriptions.values()
    return [s for s in every if getattr(s, attribute) == owner_id]


def _named(asked: Asked) -> Subscription:
    webhook_id = asked.params["webhook_id"]
    found = asked.world.subscriptions.get(webhook_id)
    if found is None:
        raise nest(404, f"Webhook ({webhook_id}) not found")
    if "id" in asked.params:
        if found.event_type_id != _event_type(asked).id:
            raise nest(404, f"Webhook ({webhook_id}) not found")
    elif found.user_id != asked.caller.id:
        raise nest(
            403,
            f"IsUserWebhookGuard - user with id=({asked.caller.id}) is not the owner of webhook"
            f" with id=({webhook_id})",
        )
    return found


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise nest(400, "Webhook URL is not allowed: Invalid URL format")


def _endpoints(base: str) -> list[Endpoint]:
    one = base + "/{webhook_id}"
    return [
        Endpoint("GET", base, listing, Auth.KEY),
        Endpoint("POST", base, create, Auth.KEY),
        Endpoint("GET", one, read, Auth.KEY),
        Endpoint("PATCH", one, change, Auth.KEY),
        Endpoint("DELETE", one, delete, Auth.KEY),
    ]


ENDPOINTS = _endpoints("/webhooks") + _endpoints("/event-types/{id}/webhooks")
