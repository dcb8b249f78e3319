"""API v1 bookings: list, read, make, move, edit and cancel. They are known by number."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.sandbox.calcom import booking as booking_module
from bot.sandbox.calcom import cancelling, fields, rescheduling, v1_booking_input, v1_shapes
from bot.sandbox.calcom import v1_checks as checks
from bot.sandbox.calcom.booking import Request
from bot.sandbox.calcom.cancelling import Cancellation
from bot.sandbox.calcom.errors import Code, Refused
from bot.sandbox.calcom.model import JSON, Booking, Status
from bot.sandbox.calcom.rescheduling import Move
from bot.sandbox.calcom.times import parse
from bot.sandbox.calcom.v1_call import Asked, Endpoint
from bot.sandbox.calcom.v1_checks import Rule
from bot.sandbox.calcom.v1_errors import V1Error, failed, not_yours, refusal

_LIST = {
    "dateFrom": Rule("date"),
    "dateTo": Rule("date"),
    "order": Rule("string", among=("asc", "desc")),
    "sortBy": Rule("string", among=("createdAt", "updatedAt")),
    "status": Rule("string", among=("upcoming",)),
}
_STATES = ("CANCELLED", "ACCEPTED", "REJECTED", "PENDING", "AWAITING_HOST")
_EDIT = {
    "title": Rule("string"),
    "description": Rule("string"),
    "startTime": Rule("date"),
    "endTime": Rule("date"),
    "status": Rule("string", among=_STATES),
    "rescheduledBy": Rule("string"),
}


_SORTS: dict[str, Callable[[Booking], datetime]] = {
    "createdAt": lambda b: b.created_at,
    "updatedAt": lambda b: b.updated_at,
}


async def listing(asked: Asked) -> JSON:
    """Answer what the caller hosts, cancelled ones too: all of it, or with `take` and `page` one
    page. Without `sortBy` rows come as the database has them: those last changed last."""
    query = checks.check(asked.flat, _LIST)
    found = [b for b in asked.world.bookings if b.host_id == asked.caller.id]
    if emails := [e.lower() for e in asked.query.get("attendeeEmail", [])]:
        found = [b for b in found if any(a.email in emails for a in b.attendees)]
    found = [b for b in found if _in_time(b, query, asked.world.now())]
    key = _SORTS[query.get("sortBy", "updatedAt")]
    backwards = "sortBy" in query and query.get("order") == "desc"
    found = sorted(found, key=key, reverse=backwards)
    return {"bookings": [v1_shapes.booking(asked.world, b) for b in _page(asked, found)]}


def _in_time(one: Booking, query: JSON, now: datetime) -> bool:
    """`status=upcoming` takes the place of `dateFrom`."""
    first, last = parse(query.get("dateFrom")), parse(query.get("dateTo"))
    if "status" in query:
        first = now
    return (first is None or one.start >= first) and (last is None or one.end <= last)


def _page(asked: Asked, found: list[Booking]) -> list[Booking]:
    take, page = asked.flat.get("take", ""), asked.flat.get("page", "")
    if not (take.isdigit() and page.isdigit()):
        return found
    skip = int(take) * max(0, int(page) - 1)
    return found[skip : skip + int(take)]


async def read(asked: Asked) -> JSON:
    return {"booking": v1_shapes.booking(asked.world, _own(asked))}


async def create(asked: Asked) -> JSON:
    """Book, or with `rescheduleUid` move that booking."""
    world = asked.world
    request = v1_booking_input.request(world, asked.body, asked.caller)
    try:
        if asked.body.get("rescheduleUid"):
            return await _move(asked, request)
        one = (await booking_module.book(world, request))[0]
    except Refused as refused:
        raise refusal(refused) from refused
    seat = one.attendees[-1]
    if seat.seat_uid is None:
        return v1_shapes.new_booking(world, one)
    if len(one.attendees) > 1:
        return v1_shapes.joined_class(world, one, seat)
    return v1_shapes.new_booking(world, one) | {"seatReferenceUid": seat.seat_uid}


async def _move(asked: Asked, request: Request) -> JSON:
    """Move a booking, or one seat where it is a seat's uid; the people stay who they were."""
    world, uid = asked.world, asked.body["rescheduleUid"]
    fields.check(request.event_type, booking_module.responses(request))
    seat = world.seat(uid)
    old = seat[0] if seat else world.booking(uid)
    if old is None:
        raise Refused(Code.ORIGINAL_UNKNOWN)
    if old.status is Status.CANCELLED and old.rescheduled_to is None:
        raise failed(400, "cancelled_bookings_cannot_be_rescheduled")
    move = Move(
        request.start,
        reason=asked.body["responses"].get("rescheduleReason"),
        by_email=asked.body.get("rescheduledBy"),
        seat_uid=uid if seat else None,
        caller=asked.caller,
    )
    new = await rescheduling.reschedule(world, old, move)
    shape = v1_shapes.new_booking(world, new)
    if seat:
        shape["seatReferenceUid"] = new.attendees[-1].seat_uid
    return shape | ({"appsStatus": []} if new.status is Status.ACCEPTED else {})


async def edit(asked: Asked) -> JSON:
    """Change the row and nothing else: no check of the time, no webhook."""
    one = _own(asked)
    body = checks.check(asked.body, _EDIT, strict=True)
    one.title = body.get("title", one.title)
    one.description = body.get("description", one.description)
    one.start = parse(body.get("startTime")) or one.start
    one.end = parse(body.get("endTime")) or one.end
    one.status = Status(body["status"].lower()) if "status" in body else one.status
    one.rescheduled_by = body.get("rescheduledBy", one.rescheduled_by)
    one.updated_at = asked.world.now()
    return {"booking": v1_shapes.bare_booking(asked.world, one)}


async def cancel(asked: Asked) -> JSON:
    """Cancel; the reason is read from the query alone (exchange 087)."""
    one = _own(asked)
    wish = Cancellation(
        reason=asked.flat.get("cancellationReason", "Not Provided"),
        seat_uid=asked.flat.get("seatReferenceUid"),
        subsequent=asked.flat.get("allRemainingBookings") == "true",
        caller=asked.caller,
    )
    try:
        await cancelling.cancel(asked.world, one, wish)
    except Refused as refused:
        raise refusal(refused) from refused
    return {
        "success": True,
        "message": "Booking successfully cancelled.",
        "onlyRemovedAttendee": wish.seat_uid is not None and one.alive,
        "bookingId": one.id,
        "bookingUid": one.uid,
    }


async def cancel_below(asked: Asked) -> JSON:
    """The same below /cancel, where what is wrong with the id comes in other shapes (092, 093)."""
    if not asked.params["id"].isdigit():
        issue: dict[str, Any] = {"code": "invalid_type", "expected": "number", "received": "nan"}
        issue |= {"path": ["id"], "message": "Expected number, received nan"}
        error = {"issues": [issue], "name": "ZodError"}
        raise V1Error(400, {"message": json.dumps([issue], indent=2), "error": error})
    try:
        _own(asked)
    except V1Error as error:
        told = {"name": "r", "statusCode": error.status}
        raise V1Error(400, {"message": error.body["message"], "error": told}) from error
    return await cancel(asked)


def _own(asked: Asked) -> Booking:
    """Return the caller's booking the path names; raise 403 for others' and unknown ones."""
    found = asked.world.booking_by_id(asked.id)
    if found is None or found.host_id != asked.caller.id:
        raise not_yours()
    return found


ENDPOINTS = [
    Endpoint("/bookings", {"GET": listing, "POST": create}),
    Endpoint("/bookings/{id}", {"GET": read, "PATCH": edit, "DELETE": cancel}),
    Endpoint("/bookings/{id}/cancel", {"DELETE": cancel_below}),
]
