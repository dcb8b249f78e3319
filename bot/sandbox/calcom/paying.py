"""Paying for a booking of a type with a price: until then it waits, and holds its time."""

from __future__ import annotations

from bot.sandbox.calcom import payloads_other, webhooks
from bot.sandbox.calcom.booking import needs_confirmation
from bot.sandbox.calcom.errors import Code, Refused
from bot.sandbox.calcom.model import Booking, Status
from bot.sandbox.calcom.world import World


async def pay(world: World, booking: Booking) -> None:
    """Pay for a booking, as its booker does on the web page the API gives no link to.

    Sends BOOKING_PAID, then what a booking of a free type sends when it is made. Raises
    `Refused(NOTHING_TO_PAY)`.
    """
    if not booking.unpaid or not booking.alive:
        raise Refused(Code.NOTHING_TO_PAY)
    event_type = world.event_types[booking.event_type_id]
    booking.unpaid = False
    booking.updated_at = world.now()
    if not needs_confirmation(world, event_type, booking.start):
        booking.status = Status.ACCEPTED
    await webhooks.send(world, "BOOKING_PAID", booking, payloads_other.paid(world, booking))
    seat = booking.attendees[0] if event_type.seats else None
    await webhooks.announce_new(world, booking, seat=seat)
