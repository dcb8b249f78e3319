"""A host's answer to a request: confirm or decline."""

from __future__ import annotations

from bot.sandbox.calcom import hosting, payloads, webhooks
from bot.sandbox.calcom.errors import Code, Refused
from bot.sandbox.calcom.model import Booking, Status, User
from bot.sandbox.calcom.world import World


async def confirm(world: World, booking: Booking, caller: User) -> None:
    """Accept a pending (or declined) booking, its whole series with it; send one BOOKING_CREATED.

    Nothing checks whether the time is still free: two requests for one slot can both be confirmed
    (exchanges 211, 219). An unpaid one only changes its status, and nobody is told.
    """
    _check_host(world, booking, caller)
    if booking.status is Status.ACCEPTED:
        raise Refused(Code.ALREADY_CONFIRMED)
    if booking.unpaid:
        booking.status, booking.updated_at = Status.ACCEPTED, world.now()
        return
    for one in _together(world, booking):
        one.status = Status.ACCEPTED
        one.rejection_reason = None
        one.updated_at = world.now()
        webhooks.plan_meeting(world, one)
    await webhooks.send(world, "BOOKING_CREATED", booking, payloads.confirmed(world, booking))


async def decline(world: World, booking: Booking, caller: User, reason: str | None) -> None:
    """Reject a booking (a declined one again, too), its series with it; send BOOKING_REJECTED."""
    _check_host(world, booking, caller)
    if booking.status is Status.ACCEPTED:
        raise Refused(Code.ALREADY_CONFIRMED)
    for one in _together(world, booking):
        one.status = Status.REJECTED
        one.rejection_reason = reason
        one.updated_at = world.now()
    await webhooks.send(world, "BOOKING_REJECTED", booking, payloads.rejected(world, booking))


def _check_host(world: World, booking: Booking, caller: User) -> None:
    event_type = world.event_types[booking.event_type_id]
    if not hosting.may_answer(world, event_type, booking, caller):
        raise Refused(Code.NOT_ALLOWED)


def _together(world: World, booking: Booking) -> list[Booking]:
    if booking.recurring_uid is None:
        return [booking]
    series = world.series(booking.recurring_uid)
    return [b for b in series if b.status is booking.status]
