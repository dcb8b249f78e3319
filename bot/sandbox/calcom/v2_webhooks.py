"""API v2 webhook subscriptions: a user's own and those of one event type; on the hosted service
those of a team's event type and of an organization as well, to their admins."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.calcom import v2_checks as checks
from bot.sandbox.calcom import v2_event_types, v2_shapes, v2_team_event_types, v2_teams
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
    _check_url(body["subscriberUrl"], hosted=asked.world.hosted)
    if any(s.url == body["subscriberUrl"] for s in _owned(asked)):
        kind = _KINDS[next(iter(owner))]
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
        _check_url(body["subscriberUrl"], hosted=asked.world.hosted)
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


_KINDS = {"user_id": "user", "event_type_id": "event type", "team_id": "organization"}


def _owner(asked: Asked) -> dict[str, int]:
    """Return whose webhooks the path means: the caller's, one of the caller's event types', one of
    a team's that the caller administers, or the caller's organization's."""
    if "organization_id" in asked.params:
        return {"team_id": v2_teams.administered_organization(asked).id}
    if "event_type_id" in asked.params:
        v2_teams.administered(asked)
        return {"event_type_id": v2_team_event_types.named(asked).id}
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
    ((attribute, owner_id),) = _owner(asked).items()
    if attribute != "user_id":
        if getattr(found, attribute) != owner_id:
            raise nest(404, f"Webhook ({webhook_id}) not found")
    elif found.user_id != owner_id:
        raise nest(
            403,
            f"IsUserWebhookGuard - user with id=({asked.caller.id}) is not the owner of webhook"
            f" with id=({webhook_id})",
        )
    return found


def _check_url(url: str, *, hosted: bool) -> None:
    """Refuse what is no address, and on the hosted service what is not in the open (how that is
    worded is inferred)."""
    parts = urlsplit(url)
    why = ""
    if parts.scheme not in ("http", "https") or not parts.netloc:
        why = "Invalid URL format"
    elif hosted and parts.scheme != "https":
        why = "Only HTTPS URLs are allowed"
    elif hosted and _is_private(parts.hostname or ""):
        why = "Private addresses are not allowed"
    if why:
        raise nest(400, f"Webhook URL is not allowed: {why}")


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost"


def _endpoints(base: str, *, hosted: bool = False) -> list[Endpoint]:
    one = base + "/{webhook_id}"
    steps = [
        ("GET", base, listing),
        ("POST", base, create),
        ("GET", one, read),
        ("PATCH", one, change),
        ("DELETE", one, delete),
    ]
    return [
        Endpoint(method, path, step, Auth.KEY, teams=hosted, hosted=hosted)
        for method, path, step in steps
    ]


ENDPOINTS = [
    *_endpoints("/webhooks"),
    *_endpoints("/event-types/{id}/webhooks"),
    *_endpoints("/teams/{id}/event-types/{event_type_id}/webhooks", hosted=True),
    *_endpoints("/organizations/{organization_id}/webhooks", hosted=True),
]
