"""Instant meetings: a team's type that is joined at once by whoever of the team answers first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.sandbox.calcom import booking, fields, payloads_other, webhooks
from bot.sandbox.calcom.booking import Request
from bot.sandbox.calcom.errors import Code, Refused
from bot.sandbox.calcom.model import Booking, Status, User
from bot.sandbox.calcom.world import World

_WAITS = timedelta(seconds=90)  # so long somebody of the team may answer


@dataclass(frozen=True, slots=True)
class Call:
    """A meeting that waits for somebody of the team, and until when."""

    booking: Booking
    token_id: int
    expires: datetime


async def call(world: World, request: Request) -> Call:
    """Ask a team for a meeting now, whatever the hours; send INSTANT_MEETING. Raises `Refused`."""
    event_type = request.event_type
    if event_type.team_id is None or not event_type.extra.get("isInstantEvent"):
        raise Refused(Code.NOT_INSTANT)
    fields.check(event_type, booking.responses(request))
    hosts = [world.host(event_type)]  # until somebody answers
    waiting = booking.insert(world, replace(request, start=world.now()), hosts)
    waiting.status = Status.PENDING  # awaiting a host, for which API v2 has no word
    made = Call(waiting, world.next_id("instant_meeting"), world.now() + _WAITS)
    await webhooks.send(world, "INSTANT_MEETING", waiting, payloads_other.instant(world, waiting))
    return made


async def accept(world: World, waiting: Booking, host: User) -> None:
    """One of the team follows the link and meets them; send INSTANT_MEETING_ACCEPTED."""
    waiting.status, waiting.host_id, waiting.updated_at = Status.ACCEPTED, host.id, world.now()
    told = payloads_other.instant_accepted(world, waiting)
    await webhooks.send(world, "INSTANT_MEETING_ACCEPTED", waiting, told)
