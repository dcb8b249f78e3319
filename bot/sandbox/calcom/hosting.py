"""Who hosts a meeting: a person's type has one host, a team's finds its own."""

from __future__ import annotations

from bot.sandbox.calcom import slots
from bot.sandbox.calcom.errors import Code, Refused
from bot.sandbox.calcom.hours import Span
from bot.sandbox.calcom.model import Booking, EventType, Scheduling, Status, User
from bot.sandbox.calcom.world import World

ADMINS = {"OWNER", "ADMIN"}


def cast(
    world: World,
    event_type: EventType,
    span: Span,
    *,
    moving: str | None = None,
    staying: int | None = None,
) -> list[User]:
    """Return who would host `span`, the organizer first: everybody who always does, then one of
    those who take turns (`staying`, where that one has to be kept).

    Raises `Refused`: HOSTS_TAKEN, or TAKEN where it is about one person.
    """
    always = event_type.always
    turns = event_type.rotating if staying is None else [staying]
    able = [h for h in turns if _free(world, event_type, h, span, moving)]
    missing = not able and (turns or not always)
    if missing or not all(_free(world, event_type, h, span, moving) for h in always):
        of_team = event_type.team_id is not None and staying is None
        raise Refused(Code.HOSTS_TAKEN if of_team else Code.TAKEN)
    chosen = [next_in_turn(world, event_type, able)] if able else []
    return [world.users[h] for h in (*always, *chosen)]


def next_in_turn(world: World, event_type: EventType, able: list[int]) -> int:
    """Return who was booked least recently, the first named of several; requests do not count."""

    def last(host_id: int) -> int:
        held = [
            b.id
            for b in world.bookings
            if b.event_type_id == event_type.id
            and b.status is Status.ACCEPTED
            and host_id in hosts_of(world, b)
        ]
        return max(held, default=0)

    return min(able, key=last)


def others_free(world: World, event_type: EventType, booking: Booking) -> list[int]:
    """Return who could take somebody's turn at a booking instead."""
    span, here = (booking.start, booking.end), hosts_of(world, booking)
    others = [h for h in event_type.rotating if h not in here]
    return [h for h in others if _free(world, event_type, h, span, booking.uid)]


def hosts_of(world: World, booking: Booking) -> list[int]:
    """Return the ids of a booking's hosts, the organizer first."""
    emails = [a.email for a in booking.co_hosts]
    return [booking.host_id, *(u.id for u in world.users.values() if u.email in emails)]


def may_answer(world: World, event_type: EventType, booking: Booking, user: User) -> bool:
    """Tell whether `user` may confirm and decline: the organizer, any host of the type, and the
    team's admins."""
    if user.id == booking.host_id or user.id in event_type.host_ids:
        return True
    return administers(world, event_type, user)


def administers(world: World, event_type: EventType, user: User) -> bool:
    """Tell whether an event type belongs to a team whose owner or admin `user` is."""
    team = world.team_of(event_type)
    members = team.memberships if team else []
    return any(m.user_id == user.id and m.role in ADMINS for m in members)


def title(world: World, event_type: EventType, hosts: list[User], booker: str) -> str:
    """Return a booking's title: where several host, it is the team that meets the booker."""
    team = world.team_of(event_type)
    together = len(hosts) > 1 or event_type.scheduling is Scheduling.COLLECTIVE
    who = team.name if team and together else hosts[0].name
    return f"{event_type.title} between {who} and {booker}"


def _free(
    world: World, event_type: EventType, host_id: int, span: Span, moving: str | None
) -> bool:
    return slots.is_free(world, event_type, world.users[host_id], span, moving=moving)
