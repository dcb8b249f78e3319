"""Moving a booking: always a new id and uid; the old one is cancelled and points at the new."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

from bot.sandbox.calcom import booking as booking_module
from bot.sandbox.calcom import fields, hosting, payloads, webhooks
from bot.sandbox.calcom.errors import Code, Refused
from bot.sandbox.calcom.model import Attendee, Booking, EventType, Status, User
from bot.sandbox.calcom.world import World


@dataclass(frozen=True, slots=True)
class Move:
    """Where to, why and by whom. `seat_uid` moves one seat only."""

    start: datetime
    reason: str | None = None
    by_email: str | None = None
    seat_uid: str | None = None
    caller: User | None = None


async def reschedule(world: World, booking: Booking, move: Move) -> Booking:
    """Move `booking`, send the webhooks, return the new one. Raises `Refused`.

    The length stays. Of a class, one seat moves, or everybody where the caller is the host.
    """
    _check_movable(booking)
    event_type = world.event_types[booking.event_type_id]
    fields.check_reason(event_type, move.reason)
    if event_type.seats and move.seat_uid is not None:
        return await _move_seat(world, booking, move)
    if event_type.seats and not _is_host(world, booking, move.caller):
        raise Refused(Code.NOT_HOST)
    span = (move.start, move.start + (booking.end - booking.start))
    staying = _staying(world, event_type, booking)
    hosts = booking_module.check_bookable(
        world, event_type, span, moving=booking.uid, staying=staying
    )
    await asyncio.sleep(0)
    if not booking.alive:
        raise Refused(Code.RACE_LOST)
    waiting = booking_module.needs_confirmation(world, event_type, move.start)
    by_host = _is_host(world, booking, move.caller) or _host_email(world, booking) == move.by_email
    pending = waiting and not by_host
    if not pending:
        booking_module.check_race(world, hosts[0], span, moving=booking.uid)
    new = _copy(world, booking, move, hosts, pending=pending)
    _retire(world, booking, new, move.by_email)
    await _announce(world, new, booking, event_type)
    return new


def _check_movable(booking: Booking) -> None:
    if booking.rescheduled_to is not None:
        raise Refused(Code.ALREADY_RESCHEDULED, booking.rescheduled_to)
    if booking.status is Status.CANCELLED:
        raise Refused(Code.ALREADY_CANCELLED)
    if booking.status is Status.REJECTED:
        raise Refused(Code.ORIGINAL_UNKNOWN)


def _is_host(world: World, booking: Booking, caller: User | None) -> bool:
    return caller is not None and caller.id == booking.host_id


def _host_email(world: World, booking: Booking) -> str:
    return world.users[booking.host_id].email


def _staying(world: World, event_type: EventType, booking: Booking) -> int | None:
    """Return whose turn it stays, where the type says so; usually whose it is is found anew."""
    if not event_type.same_host_on_reschedule:
        return None
    here = hosting.hosts_of(world, booking)
    return next((h for h in here if h in event_type.rotating), None)


def _copy(world: World, old: Booking, move: Move, hosts: list[User], *, pending: bool) -> Booking:
    now = world.now()
    answers = {k: v for k, v in old.responses.items() if k != "rescheduledReason"}
    if move.reason:
        answers["rescheduledReason"] = move.reason
    new = replace(
        old,
        id=world.next_id("booking"),
        uid=world.new_uid(),
        host_id=hosts[0].id,
        title=_title(world, old, hosts),
        start=move.start,
        end=move.start + (old.end - old.start),
        status=Status.PENDING if pending or old.unpaid else Status.ACCEPTED,
        created_at=now,
        updated_at=now,
        attendees=[_again(world, a) for a in old.attendees],
        co_hosts=booking_module.co_hosts(world, hosts),
        responses=answers,
        metadata=dict(old.metadata),
        ics_sequence=old.ics_sequence + 1,
        rescheduled_from=old.uid,
        rescheduled_by=move.by_email,
        rescheduling_reason=move.reason,
        absent_host=False,
        recordings=[],
    )
    world.bookings.append(new)
    return new


def _title(world: World, old: Booking, hosts: list[User]) -> str:
    event_type = world.event_types[old.event_type_id]
    if event_type.team_id is None:
        return old.title
    return hosting.title(world, event_type, hosts, old.attendees[0].name)


def _again(world: World, attendee: Attendee) -> Attendee:
    seat = world.new_uuid() if attendee.seat_uid else None
    return replace(attendee, id=world.next_id("attendee"), seat_uid=seat, absent=False)


def _retire(world: World, old: Booking, new: Booking, by_email: str | None) -> None:
    old.status = Status.CANCELLED
    old.rescheduled_to = new.uid
    old.rescheduled_by = by_email
    old.updated_at = world.now()
    webhooks.forget_meeting(world, old)


async def _announce(world: World, new: Booking, old: Booking, event_type: EventType) -> None:
    if new.status is Status.PENDING:
        await webhooks.announce_new(world, new)
        return
    await webhooks.send(world, "BOOKING_RESCHEDULED", new, payloads.rescheduled(world, new, old))
    webhooks.plan_meeting(world, new)


async def _move_seat(world: World, old: Booking, move: Move) -> Booking:
    """Take one seat out of a class and into the one at the new time, made if there is none."""
    seat = next((a for a in old.attendees if a.seat_uid == move.seat_uid), None)
    if seat is None:
        raise Refused(Code.BAD_SEAT)
    event_type = world.event_types[old.event_type_id]
    span = (move.start, move.start + (old.end - old.start))
    target = booking_module.shared_meeting(world, event_type, move.start)
    moved = _again(world, seat)
    if target is None or target is old:
        hosts = booking_module.check_bookable(world, event_type, span, moving=old.uid)
        target = _new_class(world, old, move, hosts, moved)
    else:
        booking_module.join(event_type, target, seat.email)
        target.attendees.append(moved)
    old.attendees.remove(seat)
    if not old.attendees:
        old.status = Status.CANCELLED
        old.updated_at = world.now()
        webhooks.forget_meeting(world, old)
    payload = payloads.rescheduled(world, target, old, moved)
    await webhooks.send(world, "BOOKING_RESCHEDULED", target, payload)
    return target


def _new_class(
    world: World, old: Booking, move: Move, hosts: list[User], first: Attendee
) -> Booking:
    event_type = world.event_types[old.event_type_id]
    new = _copy(world, replace(old, attendees=[first]), move, hosts, pending=False)
    new.attendees = [first]
    new.title = hosting.title(world, event_type, hosts, first.name)
    new.ics_uid = f"{world.new_uid()}@Cal.diy"
    new.ics_sequence = 0
    new.rescheduled_from = None
    webhooks.plan_meeting(world, new)
    return new
