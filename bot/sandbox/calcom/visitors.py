"""Visitors who come by a button, so that nobody has to fill in a form to see something happen."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.sandbox.calcom import booking, cancelling, rescheduling
from bot.sandbox.calcom.booking import Person, Request
from bot.sandbox.calcom.cancelling import Cancellation
from bot.sandbox.calcom.errors import Code, Refused
from bot.sandbox.calcom.model import Booking, EventType
from bot.sandbox.calcom.rescheduling import Move
from bot.sandbox.calcom.slots import Question, open_slots
from bot.sandbox.calcom.world import World

_DOMAIN = "visitor.example"
_NAMES = ("Nils Winter", "Ada Brook", "Ravi Menon", "Lucía Serra", "Kofi Asante", "Mei Lindqvist")


async def book(world: World) -> Booking:
    """Somebody books the first event type at its next open time; raises `Refused` as any does."""
    event_type = next(iter(world.event_types.values()))
    name = _NAMES[(world.next_id("visitor") - 1) % len(_NAMES)]
    email = f"{name.split()[0].lower()}@{_DOMAIN}"
    request = Request(event_type, _next_time(world, event_type), Person(name, email, "UTC"))
    return (await booking.book(world, request))[0]


async def move(world: World) -> Booking:
    """The last of them who still has a booking moves it to the next open time."""
    last = _last(world)
    start = _next_time(world, world.event_types[last.event_type_id])
    return await rescheduling.reschedule(world, last, Move(start, reason="something came up"))


async def cancel(world: World) -> Booking:
    """The last of them who still has a booking cancels it."""
    return (await cancelling.cancel(world, _last(world), Cancellation("no need any more")))[0]


def _last(world: World) -> Booking:
    for one in reversed(world.bookings):
        if one.alive and any(a.email.endswith(f"@{_DOMAIN}") for a in one.attendees):
            return one
    raise Refused(Code.BOOKING_UNKNOWN)


def _next_time(world: World, event_type: EventType) -> datetime:
    since = world.now() + timedelta(days=1)
    world.slot_answers.clear()  # answers are kept for a moment, and somebody may have just booked
    found = open_slots(world, event_type, Question((since, since + timedelta(days=28))))
    if not found:
        raise Refused(Code.TAKEN)
    return found[0].start
