"""What API v2 shows of a booking, a person, a schedule, a reservation, a webhook."""

from __future__ import annotations

from bot.sandbox.calcom.model import (
    JSON,
    Attendee,
    Booking,
    Reservation,
    Schedule,
    Subscription,
    Team,
    User,
)
from bot.sandbox.calcom.times import zulu
from bot.sandbox.calcom.world import World


def booking(world: World, one: Booking) -> JSON:
    """Return a booking (version 2024-08-13): seated, recurring and ordinary ones differ in keys."""
    event_type = world.event_types[one.event_type_id]
    if event_type.seats:
        return _core(world, one) | {"attendees": [_seat(a) for a in one.attendees]}
    answers = {"attendees": [attendee(a) for a in one.people]} | _answers(one)
    shape = _core(world, one) | answers | {"cancelledByEmail": "", "metadata": one.metadata}
    if one.rescheduling_reason:
        shape["reschedulingReason"] = one.rescheduling_reason
    if one.rescheduled_from:
        shape["rescheduledFromUid"] = one.rescheduled_from
    if one.recurring_uid:
        del shape["rescheduledByEmail"]
        return shape | {"recurringBookingUid": one.recurring_uid}
    if one.rescheduled_to:
        shape["rescheduledToUid"] = one.rescheduled_to
    return shape


def shown(world: World, one: Booking, viewer: User | None) -> JSON:
    """Return a booking as `viewer` (None: anybody) may see it: a class that keeps its people to
    itself names them to its host alone."""
    event_type = world.event_types[one.event_type_id]
    seats = event_type.seats
    by_host = viewer is not None and viewer.id in {one.host_id, *event_type.host_ids}
    hidden = seats is not None and not seats.show_attendees and not by_host
    return booking(world, one) | ({"attendees": []} if hidden else {})


def fresh(world: World, one: Booking, viewer: User | None) -> JSON:
    """Return a booking just made or moved: it says whether a platform manages its host."""
    return shown(world, one, viewer) | {"isPlatformManagedUserBooking": False}


def _core(world: World, one: Booking) -> JSON:
    event_type, host = world.event_types[one.event_type_id], world.users[one.host_id]
    return {
        "id": one.id,
        "uid": one.uid,
        "title": one.title,
        "description": one.description,
        "hosts": [
            {
                "id": host.id,
                "name": host.name,
                "email": host.email,
                "displayEmail": host.email,
                "username": host.username,
                "timeZone": host.time_zone,
            }
        ],
        "status": one.status.value,
        "cancellationReason": one.cancellation_reason or "",
        "rescheduledByEmail": one.rescheduled_by,
        "start": zulu(one.start),
        "end": zulu(one.end),
        "duration": one.minutes,
        "eventTypeId": event_type.id,
        "eventType": {"id": event_type.id, "slug": event_type.slug},
        "meetingUrl": one.location,
        "location": one.location,
        "absentHost": one.absent_host,
        "createdAt": zulu(one.created_at),
        "updatedAt": zulu(one.updated_at),
        "rating": None,
        "icsUid": one.ics_uid,
    }


def _answers(one: Booking) -> JSON:
    answers = dict(one.responses)
    answers["displayEmail"] = answers.get("email", "")
    guests = answers.get("guests")
    if not guests:
        return {"bookingFieldsResponses": answers}
    answers["displayGuests"] = guests
    return {"guests": guests, "bookingFieldsResponses": answers}


def attendee(one: Attendee) -> JSON:
    phone = {"phoneNumber": one.phone} if one.phone else {}
    return {
        "name": one.name,
        "email": one.email,
        "displayEmail": one.email,
        "timeZone": one.time_zone,
        "language": one.language,
        "absent": one.absent,
    } | phone


def _seat(one: Attendee) -> JSON:
    answers = {k: v for k, v in one.responses.items() if k not in ("email", "guests")}
    return attendee(one) | {
        "seatUid": one.seat_uid,
        "bookingFieldsResponses": answers | {"guests": one.responses.get("guests", [])},
        "metadata": one.metadata,
    }


def me(one: User, organization: Team | None) -> JSON:
    return {
        "id": one.id,
        "email": one.email,
        "name": one.name,
        "avatarUrl": None,
        "bio": one.bio,
        "timeFormat": one.time_format,
        "defaultScheduleId": one.default_schedule_id,
        "weekStart": one.week_start,
        "timeZone": one.time_zone,
        "username": one.username,
        "organizationId": organization.id if organization else None,
    }


def schedule(world: World, one: Schedule) -> JSON:
    return {
        "id": one.id,
        "ownerId": one.owner_id,
        "name": one.name,
        "timeZone": one.time_zone,
        "availability": [
            {"days": h.days, "startTime": f"{h.start:%H:%M}", "endTime": f"{h.end:%H:%M}"}
            for h in one.hours
        ],
        "isDefault": world.users[one.owner_id].default_schedule_id == one.id,
        "overrides": [
            {
                "date": o.day.isoformat(),
                "startTime": f"{o.start:%H:%M}",
                "endTime": f"{o.end:%H:%M}",
            }
            for o in one.overrides
        ],
    }


def reservation(one: Reservation) -> JSON:
    return {
        "eventTypeId": one.event_type_id,
        "slotStart": zulu(one.start),
        "slotEnd": zulu(one.end),
        "slotDuration": one.duration,
        "reservationUid": one.uid,
        "reservationUntil": zulu(one.until),
    }


def subscription(one: Subscription) -> JSON:
    """Return a webhook; its secret is shown in the clear."""
    owners = {"userId": one.user_id, "eventTypeId": one.event_type_id, "teamId": one.team_id}
    return {
        "id": one.id,
        "payloadTemplate": one.payload_template,
        "triggers": one.triggers,
        "subscriberUrl": one.url,
        "active": one.active,
        "secret": one.secret,
    } | {name: number for name, number in owners.items() if number is not None}


def whole_subscription(one: Subscription) -> JSON:
    """Return a webhook as reading one shows it: its whole row."""
    return {
        "id": one.id,
        "userId": one.user_id,
        "teamId": None,
        "eventTypeId": one.event_type_id,
        "subscriberUrl": one.url,
        "payloadTemplate": one.payload_template,
        "createdAt": zulu(one.created_at),
        "active": one.active,
        "appId": None,
        "secret": one.secret,
        "platform": False,
        "time": None,
        "timeUnit": None,
        "version": "2021-10-20",
        "triggers": one.triggers,
        "oAuthClientId": None,
    }
