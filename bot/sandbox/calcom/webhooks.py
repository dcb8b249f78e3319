"""Telling subscribers: who gets what, signed, one try, before the API answers.

Cal.com awaits each receiver and never tries again, whatever it answers (exchanges 311, 318-320).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from typing import TYPE_CHECKING

import httpx

from bot.sandbox.calcom import payloads, payloads_other, payloads_v1
from bot.sandbox.calcom.faults import Delivery
from bot.sandbox.calcom.model import JSON, Attendee, Booking, Meeting, Status, Subscription
from bot.sandbox.calcom.times import zulu

if TYPE_CHECKING:
    from bot.sandbox.calcom.world import World

VERSION = "2021-10-20"
NO_SECRET = "no-secret-provided"  # what the signature header says without a secret  # noqa: S105


async def announce_new(world: World, booking: Booking, *, seat: Attendee | None = None) -> None:
    """Send BOOKING_REQUESTED or BOOKING_CREATED, and plan the meeting's own events.

    Of a booking that is to be paid first, only BOOKING_PAYMENT_INITIATED is sent.
    """
    if booking.unpaid:
        payload = payloads_other.payment_initiated(world, booking, seat)
        await send(world, "BOOKING_PAYMENT_INITIATED", booking, payload)
        return
    if booking.status is Status.PENDING:
        await send(world, "BOOKING_REQUESTED", booking, payloads.requested(world, booking))
        return
    await send(world, "BOOKING_CREATED", booking, payloads.created(world, booking, seat))
    plan_meeting(world, booking)


async def send(world: World, trigger: str, booking: Booking, payload: JSON) -> None:
    """Send one event to everybody subscribed, in the order of `_subscribed`."""
    for subscription in _subscribed(world, trigger, booking):
        created = zulu(world.now())
        said = payload
        if subscription.by_v1:
            said = payloads_v1.older(world, trigger, booking, payload)
        body: JSON = {"triggerEvent": trigger, "createdAt": created, "payload": said}
        await deliver(world, subscription, body)


async def deliver(world: World, subscription: Subscription, body: JSON) -> None:
    """Send `body` (or what the subscription's template makes of it) once."""
    raw = _rendered(subscription.payload_template, body).encode()
    headers = {
        "Content-Type": "application/json",
        "X-Cal-Signature-256": signature(subscription.secret, raw),
        "User-Agent": "node",
    }
    if not subscription.by_v1:
        headers["X-Cal-Webhook-Version"] = VERSION
    trigger = str(body.get("triggerEvent", ""))
    delivery = Delivery(subscription.url, headers, raw, trigger, world.now())
    world.webhooks.append(delivery)
    for each in world.faults.route(delivery):
        await post(world, each)


async def post(world: World, delivery: Delivery) -> None:
    """Send one delivery; a receiver that fails or is gone changes nothing."""
    try:
        status = await world.post(delivery.url, delivery.headers, delivery.body)
    except httpx.HTTPError:
        status = 0
    delivery.answers.append(status)
    world.sent.append((delivery, status))


def signature(secret: str | None, body: bytes) -> str:
    """Return lowercase hex HMAC-SHA256 of the raw body, or the words for "no secret"."""
    if not secret:
        return NO_SECRET
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


async def ping(world: World, subscription: Subscription) -> None:
    """Send what the web app's "Ping test" button sends: no uid, no booking."""
    now = zulu(world.now())
    await deliver(world, subscription, payloads_other.ping(now))


def plan_meeting(world: World, booking: Booking) -> None:
    """Remember MEETING_STARTED and MEETING_ENDED with the booking as it is now: they go out with
    this snapshot, however the booking changes. Only subscriptions of this moment count."""
    for trigger, due in (("MEETING_STARTED", booking.start), ("MEETING_ENDED", booking.end)):
        for subscription in _subscribed(world, trigger, booking):
            body = {"triggerEvent": trigger, **payloads_other.meeting(world, booking)}
            world.meetings.append(Meeting(due, subscription.id, booking.uid, body))


def forget_meeting(world: World, booking: Booking) -> None:
    world.meetings = [m for m in world.meetings if m.booking_uid != booking.uid]


async def tick(world: World) -> None:
    """Send what has become due: meetings that started or ended, and webhooks held back by faults.

    Jobs more than a day late are dropped, as Cal.com's cron does.
    """
    now = world.now()
    due = [m for m in world.meetings if m.due <= now]
    world.meetings = [m for m in world.meetings if m.due > now]
    for meeting in sorted(due, key=lambda m: m.due):
        subscription = world.subscriptions.get(meeting.subscription_id)
        if subscription is not None and (now - meeting.due).days < 1:
            await deliver(world, subscription, meeting.body)
    for delivery in world.faults.released(now):
        await post(world, delivery)


def _subscribed(world: World, trigger: str, booking: Booking) -> list[Subscription]:
    """Return the active subscriptions: the host's, the team's, the organization's, the event
    type's, its parent's; a URL registered on two of them gets two.

    Of a team's event types the organizer's own webhooks are only told what was declined (v2team's
    README, "which level fires"); of a managed one's child all of them are told everything.
    """
    event_type = world.event_types[booking.event_type_id]
    team = world.team_of(event_type)
    personal = event_type.team_id is None or trigger == "BOOKING_REJECTED"
    above = world.organization_of(world.users[booking.host_id])
    organization = team.parent_id if team else above.id if above else None
    levels: list[tuple[str, int | None]] = [
        ("user_id", booking.host_id if personal else None),
        ("team_id", team.id if team else None),
        ("team_id", organization),
        ("event_type_id", event_type.id),
        ("event_type_id", event_type.parent_id),
    ]
    wanted = [s for s in world.subscriptions.values() if s.active and trigger in s.triggers]
    return [s for name, of in levels if of for s in wanted if getattr(s, name) == of]


def _rendered(template: str | None, body: JSON) -> str:
    """Return the body's JSON; with a template, the template alone over payload and trigger."""
    if template is None or "payload" not in body:
        return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    scope = {
        **body["payload"],
        "triggerEvent": body["triggerEvent"],
        "createdAt": body["createdAt"],
    }
    text = re.sub(r"\{\{\s*([\w.]+)\s*\}\}", lambda m: _looked_up(scope, m.group(1)), template)
    try:
        json.loads(text)
    except ValueError:
        return "false"  # what Cal.com sends when a value has made the result invalid JSON
    return text


def _looked_up(scope: object, path: str) -> str:
    for part in path.split("."):
        if isinstance(scope, dict):
            scope = scope.get(part)
        elif isinstance(scope, list) and part.isdigit() and int(part) < len(scope):
            scope = scope[int(part)]
        else:
            return ""
    text = "" if scope is None else str(scope)
    # Handlebars escapes for HTML; Cal.com undoes it for quotation marks alone.
    return (
        text.replace("&", "&amp;").replace("'", "&#x27;").replace("<", "&lt;").replace(">", "&gt;")
    )
