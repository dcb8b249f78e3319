"""API v2 bookings (version 2024-08-13): making one, reading one, and changing one."""

from __future__ import annotations

from bot.sandbox.calcom import (
    booking,
    cancelling,
    confirming,
    instant,
    rescheduling,
    v2_booking_input,
    v2_shapes,
)
from bot.sandbox.calcom import v2_checks as checks
from bot.sandbox.calcom.cancelling import Cancellation
from bot.sandbox.calcom.errors import Refused
from bot.sandbox.calcom.model import Booking
from bot.sandbox.calcom.rescheduling import Move
from bot.sandbox.calcom.times import parse, zulu
from bot.sandbox.calcom.v2_call import Answer, Asked, Auth, Endpoint, Handler, success
from bot.sandbox.calcom.v2_checks import Field
from bot.sandbox.calcom.v2_errors import booking_unknown, nest, refusal
from bot.sandbox.calcom.world import World

VERSION = "2024-08-13"
NEWER = "2026-02-25"  # of hosted servers

_RESCHEDULE = {
    "start": Field(checks.moment, required=True),
    "rescheduledBy": Field(checks.text),
    "reschedulingReason": Field(checks.text),
    "seatUid": Field(checks.text),
    "emailVerificationCode": Field(checks.text),
}
_CANCEL = {
    "cancellationReason": Field(checks.text),
    "cancelSubsequentBookings": Field(checks.boolean),
    "seatUid": Field(checks.text),
}
_DECLINE = {"reason": Field(checks.text)}


def found(world: World, uid: str) -> Booking:
    """Return the booking with that uid, or raise the usual 404."""
    one = world.booking(uid)
    if one is None:
        raise booking_unknown(uid)
    return one


async def create(asked: Asked) -> Answer:
    request = v2_booking_input.request(asked.world, asked.body, asked.maybe_caller)
    try:
        if asked.body.get("instant"):
            return _called(await instant.call(asked.world, request))
        made = await booking.book(asked.world, request)
    except Refused as refused:
        raise refusal(refused) from refused
    if request.event_type.recurrence:
        return success([v2_shapes.fresh(asked.world, b, asked.maybe_caller) for b in made], 201)
    shape = v2_shapes.fresh(asked.world, made[0], asked.maybe_caller)
    if request.event_type.seats:
        newcomer = made[0].attendees[-1]
        shape["seatUid"] = newcomer.seat_uid
        if len(made[0].attendees) > 1:  # only who opens the class gets the flag (exchange 134)
            del shape["isPlatformManagedUserBooking"]
    return success(shape, 201)


def _called(made: instant.Call) -> Answer:
    """Answer a call for an instant meeting; its keys are inferred."""
    shape = {
        "message": "Success",
        "meetingTokenId": made.token_id,
        "bookingId": made.booking.id,
        "bookingUid": made.booking.uid,
        "expires": zulu(made.expires),
        "userId": None,
    }
    return success(shape, 201)


async def read(asked: Asked) -> Answer:
    uid, viewer = asked.params["uid"], asked.maybe_caller
    series = asked.world.series(uid)
    if series:
        return success([v2_shapes.shown(asked.world, b, viewer) for b in series])
    return success(v2_shapes.shown(asked.world, found(asked.world, uid), viewer))


async def read_by_seat(asked: Asked) -> Answer:
    seat = asked.world.seat(asked.params["uid"])
    if seat is None:
        raise nest(404, f"Booking with seatUid={asked.params['uid']} was not found in the database")
    shape = v2_shapes.shown(asked.world, seat[0], asked.maybe_caller)
    for host in shape["hosts"]:
        del host["timeZone"]  # only this endpoint leaves it out (exchange 235)
    return success(shape)


async def reschedule(asked: Asked) -> Answer:
    checks.check_said(asked.body, _RESCHEDULE)
    old = found(asked.world, asked.params["uid"])
    start = parse(asked.body["start"])
    if start is None:
        raise AssertionError("checked above")
    move = Move(
        start,
        reason=asked.body.get("reschedulingReason"),
        by_email=asked.body.get("rescheduledBy"),
        seat_uid=asked.body.get("seatUid"),
        caller=asked.maybe_caller,
    )
    try:
        new = await rescheduling.reschedule(asked.world, old, move)
    except Refused as refused:
        raise refusal(refused, booking=old, doing="reschedule") from refused
    shape = v2_shapes.fresh(asked.world, new, asked.maybe_caller)
    if move.seat_uid is not None:
        shape["seatUid"] = new.attendees[-1].seat_uid
    return success(shape, 201)


async def cancel(asked: Asked) -> Answer:
    checks.check_said(asked.body, _CANCEL)
    world, uid = asked.world, asked.params["uid"]
    alive = [b for b in world.series(uid) if b.alive]
    one = alive[0] if alive else world.booking(uid)
    if one is None:
        raise nest(404, f"Booking with uid={uid} not found")
    wish = Cancellation(
        reason=asked.body.get("cancellationReason"),
        seat_uid=asked.body.get("seatUid"),
        subsequent=bool(asked.body.get("cancelSubsequentBookings")) or bool(alive),
        caller=asked.maybe_caller,
    )
    try:
        await cancelling.cancel(world, one, wish)
    except Refused as refused:
        raise refusal(refused, booking=one, doing="cancel") from refused
    if wish.subsequent and one.recurring_uid:
        return success([v2_shapes.booking(world, b) for b in world.series(one.recurring_uid)])
    return success(v2_shapes.shown(world, one, asked.maybe_caller))


async def confirm(asked: Asked) -> Answer:
    one = found(asked.world, asked.params["uid"])
    try:
        await confirming.confirm(asked.world, one, asked.caller)
    except Refused as refused:
        raise refusal(refused, booking=one) from refused
    return success(v2_shapes.booking(asked.world, one))


async def decline(asked: Asked) -> Answer:
    body = checks.check_listed(asked.body, _DECLINE)
    one = found(asked.world, asked.params["uid"])
    try:
        await confirming.decline(asked.world, one, asked.caller, body.get("reason"))
    except Refused as refused:
        raise refusal(refused, booking=one) from refused
    return success(v2_shapes.booking(asked.world, one))


def _endpoint(method: str, path: str, handler: Handler, auth: Auth = Auth.OPTIONAL) -> Endpoint:
    return Endpoint(method, f"/bookings{path}", handler, auth, VERSION, newer=NEWER)


ENDPOINTS = [
    _endpoint("POST", "", create),
    _endpoint("GET", "/by-seat/{uid}", read_by_seat),
    _endpoint("GET", "/{uid}", read),
    _endpoint("POST", "/{uid}/reschedule", reschedule),
    _endpoint("POST", "/{uid}/cancel", cancel),
    _endpoint("POST", "/{uid}/confirm", confirm, Auth.PERMISSION),
    _endpoint("POST", "/{uid}/decline", decline, Auth.PERMISSION),
]
