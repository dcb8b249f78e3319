"""Smaller changes to a booking: people, place, absence. Only an absent attendee sends a webhook."""

from __future__ import annotations

from bot.sandbox.calcom import payloads, webhooks
from bot.sandbox.calcom.booking import Person, attendee
from bot.sandbox.calcom.errors import Code, Refused
from bot.sandbox.calcom.model import JSON, Attendee, Booking
from bot.sandbox.calcom.world import World


def add_people(world: World, booking: Booking, people: list[Person]) -> list[Attendee]:
    """Put people on the booking, attendees and guests alike; who is on it already stays once."""
    known = {a.email for a in booking.people}
    new = {p.email: p for p in people if p.email not in known}
    added = [attendee(world, p) for p in new.values()]
    booking.attendees.extend(added)
    guests = [*booking.responses.get("guests", []), *(a.email for a in added)]
    booking.responses["guests"] = guests
    booking.updated_at = world.now()
    return added


def move_place(world: World, booking: Booking, location: str, answer: JSON) -> None:
    booking.location = location
    booking.responses["location"] = answer
    booking.updated_at = world.now()


async def mark_absent(
    world: World, booking: Booking, attendees: dict[str, bool], host: bool | None
) -> None:
    """Note who did not come: {email: absent}, and whether the host did not.

    Raises `Refused(NOT_STARTED)` before the start. Unknown e-mails are passed over.
    """
    if booking.start > world.now():
        raise Refused(Code.NOT_STARTED)
    if host is not None:
        booking.absent_host = host
        booking.updated_at = world.now()
    marked = [a for a in booking.people if a.email in attendees]
    for person in marked:
        person.absent = attendees[person.email]
    if marked:
        payload = payloads.no_show(booking, marked)
        await webhooks.send(world, "BOOKING_NO_SHOW_UPDATED", booking, payload)
