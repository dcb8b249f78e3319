"""What the webhooks of servers that still have API v1 say: the older twins of those in `payloads`.

Recorded were new, requested, moved and cancelled bookings; the others only lose what is newer.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from bot.sandbox.calcom import payloads
from bot.sandbox.calcom.model import JSON, Booking

if TYPE_CHECKING:
    from bot.sandbox.calcom.world import World

_NEWER = {
    "disableCancelling",
    "disableRescheduling",
    "hashedLink",
    "hideBranding",
    "assignmentReason",
    "organizationId",
    "platformClientId",
    "platformRescheduleUrl",
    "platformCancelUrl",
    "platformBookingUrl",
    "requestReschedule",
}
_ROOM_REQUEST = "2db644eb-37a5-581a-99fa-ebe6ce513834"  # the same for every booking


def older(world: World, trigger: str, booking: Booking, payload: JSON) -> JSON:
    """Return what an older server says in place of `payload`, which stays as it is."""
    if trigger == "BOOKING_REQUESTED":
        payload = _requested(world, booking, payload)
    said = {k: v for k, v in payload.items() if k not in _NEWER}
    if booking.recurring_uid is None:
        said.pop("recurringEvent", None)
    if "iCalUID" in said:
        said["iCalUID"] = said["iCalUID"].replace("@Cal.diy", "@Cal.com")
    if trigger == "BOOKING_CREATED" and _makes_room(booking, payload):
        said["conferenceData"] = {"createRequest": {"requestId": _ROOM_REQUEST}}
    if "responses" in said:
        said["responses"] = _responses(trigger, booking, said["responses"])
    if trigger == "BOOKING_CANCELLED":
        del said["schedulingType"]
        if not world.event_types[booking.event_type_id].booking_fields:
            said["responses"] = _unlabelled(said["responses"])
    return said


def _requested(world: World, booking: Booking, newer: JSON) -> JSON:
    """A request is told like a new booking, one that replaces another like a moved one."""
    old = world.booking(booking.rescheduled_from or "")
    said = payloads.rescheduled(world, booking, old) if old else payloads.created(world, booking)
    return said | {
        "requiresConfirmation": True,
        "oneTimePassword": str(uuid.uuid4()),
        "metadata": newer["metadata"],
        "status": "PENDING",
    }


def _makes_room(booking: Booking, payload: JSON) -> bool:
    """Tell whether a video room is asked for: not again when a class is joined."""
    return booking.location == "integrations:daily" and payload.get("iCalUID") == booking.ics_uid


def _responses(trigger: str, booking: Booking, labelled: JSON) -> JSON:
    """Return the answers without empty guest lists, and with the reason of a move."""
    answers = {slug: dict(answer) for slug, answer in labelled.items()}
    if answers.get("guests", {}).get("value") == []:
        del answers["guests"]["value"]
    if trigger == "BOOKING_RESCHEDULED" and booking.rescheduling_reason:
        answers["rescheduleReason"]["value"] = booking.rescheduling_reason
    return answers


def _unlabelled(labelled: JSON) -> JSON:
    """Return the answers under their own names, as of a form that was never changed."""
    given = {slug: answer for slug, answer in labelled.items() if "value" in answer}
    return {slug: {"label": slug, "value": answer["value"]} for slug, answer in given.items()}
