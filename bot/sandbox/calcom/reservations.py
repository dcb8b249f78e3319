"""Holding a slot for some minutes: it leaves the listing, and stops nobody who books it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.sandbox.calcom.booking import shared_meeting
from bot.sandbox.calcom.errors import Code, Refused
from bot.sandbox.calcom.hours import overlap
from bot.sandbox.calcom.model import EventType, Reservation
from bot.sandbox.calcom.world import World

DEFAULT_MINUTES = 5


def reserve(
    world: World, event_type: EventType, start: datetime, length: int, minutes: int
) -> Reservation:
    """Hold `length` minutes from `start` for `minutes`. Working hours do not matter.

    Raises `Refused`: RESERVED by somebody else, RESERVE_BOOKED, RESERVE_FULL (no seat left).
    """
    end = start + timedelta(minutes=length)
    _check(world, event_type, start, end)
    until = world.now() + timedelta(minutes=minutes)
    held = Reservation(world.new_uuid(), event_type.id, start, end, length, until)
    world.reservations[held.uid] = held
    return held


def move(world: World, held: Reservation, start: datetime, length: int, minutes: int) -> None:
    """Hold another start instead, anew for `minutes`."""
    held.start, held.end = start, start + timedelta(minutes=length)
    held.duration = length
    held.until = world.now() + timedelta(minutes=minutes)


def find(world: World, uid: str) -> Reservation | None:
    """Return a reservation that has not run out."""
    held = world.reservations.get(uid)
    return held if held is not None and held.until > world.now() else None


def seats_held(world: World, event_type: EventType, start: datetime) -> int:
    """Return how many seats of the class at `start` are held."""
    held = [r for r in world.reservations.values() if r.until > world.now()]
    return sum((r.event_type_id, r.start) == (event_type.id, start) for r in held)


def _check(world: World, event_type: EventType, start: datetime, end: datetime) -> None:
    meeting = shared_meeting(world, event_type, start)
    if event_type.seats:
        taken = len(meeting.attendees) if meeting is not None else 0
        if taken + seats_held(world, event_type, start) >= event_type.seats.per_slot:
            raise Refused(Code.RESERVE_FULL)
        return
    if meeting is not None:
        raise Refused(Code.RESERVE_BOOKED)
    for held in world.reservations.values():
        same = held.event_type_id == event_type.id and held.until > world.now()
        if same and overlap((start, end), (held.start, held.end)):
            raise Refused(Code.RESERVED)
