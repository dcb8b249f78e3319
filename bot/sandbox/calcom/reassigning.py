"""Handing a round robin booking to another of its hosts, of which no webhook tells."""

from __future__ import annotations

from bot.sandbox.calcom import booking as booking_module
from bot.sandbox.calcom import hosting
from bot.sandbox.calcom.errors import Code, Refused
from bot.sandbox.calcom.model import Booking, EventType, Scheduling, User
from bot.sandbox.calcom.world import World


def reassign(world: World, booking: Booking) -> User:
    """Give the turn to whoever comes next and is free; return the organizer, who is the same where
    one is fixed.

    Raises `Refused(NOBODY_ELSE)`. Where there is no team, nothing changes.
    """
    event_type = world.event_types[booking.event_type_id]
    if world.team_of(event_type) is None:
        return world.users[booking.host_id]
    free = hosting.others_free(world, event_type, booking)
    if not free:
        raise Refused(Code.NOBODY_ELSE)
    chosen = hosting.next_in_turn(world, event_type, free)
    hosts = _put(world, event_type, booking, world.users[chosen])
    booking.title = hosting.title(world, event_type, hosts, booking.attendees[0].name)
    return hosts[0]


def reassign_to(world: World, booking: Booking, user: User) -> User:
    """Give the turn to `user`, free or not, and return that person; the title then names the team.

    Raises `Refused`: NOT_A_TURN for one who takes no turns, FIXED_HOST for one who always hosts.
    """
    event_type = world.event_types[booking.event_type_id]
    team = world.team_of(event_type)
    if team is None:
        return world.users[booking.host_id]
    if event_type.scheduling is Scheduling.ROUND_ROBIN and user.id in event_type.fixed_host_ids:
        raise Refused(Code.FIXED_HOST)
    if user.id not in event_type.rotating:
        raise Refused(Code.NOT_A_TURN, str(user.id))
    _put(world, event_type, booking, user)
    booking.title = f"{event_type.title} between {team.name} and {booking.attendees[0].name}"
    return user


def _put(world: World, event_type: EventType, booking: Booking, user: User) -> list[User]:
    """Let `user` host together with those who always do; return them all."""
    hosts = [*(world.users[h] for h in event_type.always), user]
    booking.host_id = hosts[0].id
    booking.co_hosts = booking_module.co_hosts(world, hosts)
    booking.updated_at = world.now()
    return hosts
