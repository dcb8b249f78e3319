"""Cancelling a booking, one seat of it, or a series from here on."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.calcom import payloads, webhooks
from bot.sandbox.calcom.errors import Code, Refused
from bot.sandbox.calcom.model import Booking, Status, User
from bot.sandbox.calcom.world import World


@dataclass(frozen=True, slots=True)
class Cancellation:
    """What to cancel and why. `subsequent`: this occurrence and the later ones."""

    reason: str | None = None
    seat_uid: str | None = None
    subsequent: bool = False
    caller: User | None = None


async def cancel(world: World, booking: Booking, wish: Cancellation) -> list[Booking]:
    """Cancel, send one webhook, return what was cancelled. Raises `Refused`.

    Anybody who knows the uid may cancel; a host must give a reason (exchanges 199 to 210). One
    seat leaves the booking alive until it was the last.
    """
    if booking.status is Status.CANCELLED:
        raise Refused(Code.ALREADY_CANCELLED)
    event_type = world.event_types[booking.event_type_id]
    if event_type.disable_cancelling:
        raise Refused(Code.NOT_CANCELLABLE)
    if booking.end < world.now():
        raise Refused(Code.ENDED)
    by_host = wish.caller is not None and wish.caller.id == booking.host_id
    if by_host and not wish.reason:
        raise Refused(Code.REASON_REQUIRED)
    if wish.seat_uid is not None:
        return await _leave(world, booking, wish)
    if event_type.seats and not by_host:
        raise Refused(Code.NOT_HOST)
    doomed = _subsequent(world, booking) if wish.subsequent else [booking]
    for one in doomed:
        _end(world, one, wish.reason)
    await webhooks.send(world, "BOOKING_CANCELLED", booking, payloads.cancelled(world, booking))
    if event_type.seats:
        booking.attendees.clear()  # the seats are gone; nobody is listed any more (exchange 242)
    return doomed


async def send_back(world: World, booking: Booking, caller: User, reason: str | None) -> None:
    """Ask the attendees for another time: cancelled, and the webhook says why.

    Raises `Refused` for others than the host and for what is over or cancelled.
    """
    if booking.host_id != caller.id:
        raise Refused(Code.NOT_HOST)
    if not booking.alive:
        raise Refused(Code.ALREADY_CANCELLED)
    if booking.end < world.now():
        raise Refused(Code.ENDED)
    _end(world, booking, reason)
    payload = payloads.cancelled(world, booking) | {"requestReschedule": True}
    await webhooks.send(world, "BOOKING_CANCELLED", booking, payload)


def _subsequent(world: World, booking: Booking) -> list[Booking]:
    if booking.recurring_uid is None:
        return [booking]
    series = world.series(booking.recurring_uid)
    return [b for b in series if b.alive and b.start >= booking.start]


def _end(world: World, booking: Booking, reason: str | None) -> None:
    booking.status = Status.CANCELLED
    booking.cancellation_reason = reason
    booking.updated_at = world.now()
    webhooks.forget_meeting(world, booking)


async def _leave(world: World, booking: Booking, wish: Cancellation) -> list[Booking]:
    seat = next((a for a in booking.attendees if a.seat_uid == wish.seat_uid), None)
    if seat is None:
        raise Refused(Code.BAD_SEAT)
    booking.attendees.remove(seat)
    payload = payloads.cancelled(world, booking, seat)
    if wish.reason:
        payload["cancellationReason"] = wish.reason
    if not booking.attendees:
        _end(world, booking, wish.reason)
    await webhooks.send(world, "BOOKING_CANCELLED", booking, payload)
    return [booking]
