"""What webhooks about a team's bookings say beside the rest: the team, and who else hosts.

The hosts beside the organizer are its `members`; unlike in API v2 they are not among `attendees`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.calcom.model import JSON, Attendee, Booking, EventType

if TYPE_CHECKING:
    from bot.sandbox.calcom.world import World


def scheduling(event_type: EventType) -> str | None:
    return event_type.scheduling.name if event_type.scheduling else None


def new(world: World, booking: Booking) -> JSON:
    """A new, requested or moved booking: members with their ids."""
    team = world.teams.get(world.event_types[booking.event_type_id].team_id or 0)
    if team is None:
        return {}
    ids = {u.email: u.id for u in world.users.values()}
    rows = [
        _member(a) | {"id": ids[a.email], "firstName": "", "lastName": ""} for a in booking.co_hosts
    ]
    return {
        "destinationCalendar": [],
        "team": {"members": rows, "name": team.name, "id": team.id},
    }


def answered(world: World, booking: Booking) -> JSON:
    """A confirmed or declined booking."""
    event_type = world.event_types[booking.event_type_id]
    return cancelled(world, booking) if event_type.team_id is not None else {}


def cancelled(world: World, booking: Booking) -> JSON:
    """A cancelled booking: only here a managed one's child has a team, and that without a name."""
    event_type = world.event_types[booking.event_type_id]
    team = world.team_of(event_type)
    if team is None:
        return {}
    name = team.name if event_type.parent_id is None else "Nameless"
    rows = [_member(a) | {"phoneNumber": a.phone} for a in booking.co_hosts]
    return {"team": {"name": name, "members": rows, "id": team.id}}


def _member(host: Attendee) -> JSON:
    return {
        "name": host.name,
        "email": host.email,
        "timeZone": host.time_zone,
        "language": {"locale": host.language},
    }
