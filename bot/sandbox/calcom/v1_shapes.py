"""What API v1 shows of a booking, a person, a schedule and a webhook."""

from __future__ import annotations

import uuid

from bot.sandbox.calcom import places
from bot.sandbox.calcom.hours import DAYS
from bot.sandbox.calcom.model import (
    JSON,
    Attendee,
    Booking,
    Hours,
    Schedule,
    Status,
    Subscription,
    User,
)
from bot.sandbox.calcom.times import zulu
from bot.sandbox.calcom.world import World

_SIGNED_UP = "2026-01-01T00:00:00.000Z"  # nobody's account is told apart by its age here
_NULL = (  # columns of a booking's row that stay empty here
    "destinationCalendarId",
    "cancellationReason",
    "rejectionReason",
    "reassignReason",
    "reassignById",
    "dynamicEventSlugRef",
    "dynamicGroupSlugRef",
    "rescheduled",
    "recurringEventId",
    "smsReminderNumber",
    "rating",
    "ratingFeedback",
    "cancelledBy",
)


def booking(world: World, one: Booking) -> JSON:
    """Return a booking as it is read and listed."""
    host = world.users[one.host_id]
    return bare_booking(world, one) | {
        "attendees": [_attendee(a) for a in one.people],
        "user": {
            "email": host.email,
            "name": host.name,
            "timeZone": host.time_zone,
            "locale": host.locale,
        },
        "payment": [],
    }


def bare_booking(world: World, one: Booking) -> JSON:
    """Return a booking as the answer to its own change shows it: nobody is on it."""
    linked = one.status in (Status.ACCEPTED, Status.CANCELLED)
    return {
        "id": one.id,
        "userId": one.host_id,
        "description": one.description,
        "eventTypeId": one.event_type_id,
        "uid": one.uid,
        "title": one.title,
        "startTime": zulu(one.start),
        "endTime": zulu(one.end),
        "metadata": one.metadata | (_link(one) if linked else {}),
        "status": one.status.upper(),
        "responses": _responses(world, one),
        "fromReschedule": one.rescheduled_from,
        "cancelledBy": None,
        "rescheduledBy": one.rescheduled_by,
        "createdAt": zulu(one.created_at),
    }


def new_booking(world: World, one: Booking) -> JSON:
    """Return a booking just made or moved: its whole row, the host's e-mail beside its `user`."""
    host, waiting = world.users[one.host_id], one.status is Status.PENDING
    key = f"{zulu(one.start)}.{zulu(one.end)}.{one.host_id}"
    video = one.location == "integrations:daily" and not waiting
    row = dict.fromkeys(_NULL) | bare_booking(world, one)
    return (
        row
        | {
            "idempotencyKey": None if waiting else str(uuid.uuid5(uuid.NAMESPACE_URL, key)),
            "userPrimaryEmail": host.email,
            "customInputs": {},
            "location": one.location,
            "updatedAt": zulu(one.updated_at),
            "paid": one.payment_id is not None and not one.unpaid,
            "scheduledJobs": [],
            # A moved one has taken over what was added to the old one meanwhile.
            "metadata": one.metadata | (_link(one) if one.rescheduled_from else {}),
            "isRecorded": False,
            "iCalUID": one.ics_uid.replace("@Cal.diy", "@Cal.com"),
            "iCalSequence": 0,
            "noShowHost": False,
            "oneTimePassword": str(uuid.uuid4()) if waiting else None,
            "creationSource": "API_V1",
            "user": _user(host),
            "attendees": [_row(a, one) for a in one.people],
            "payment": [],
            "references": [{"type": "daily_video", "uid": ""}] if video else [],
            "paymentRequired": one.unpaid,
            "luckyUsers": [],
            "isDryRun": False,
        }
        | ({} if waiting else _link(one))
    )


def joined_class(world: World, one: Booking, seat: Attendee) -> JSON:
    """Return what everybody after the first gets for a seat: neither id nor attendees."""
    event_type = world.event_types[one.event_type_id]
    return {
        "uid": one.uid,
        "location": one.location,
        "startTime": zulu(one.start),
        "endTime": zulu(one.end),
        "title": one.title,
        "description": one.description,
        "status": one.status.upper(),
        "responses": None,
        "metadata": one.metadata,
        "user": _user(world.users[one.host_id]),
        "eventType": {
            "title": event_type.title,
            "description": event_type.description or None,
            "currency": event_type.currency,
            "length": event_type.length,
            "lockTimeZoneToggleOnBookingPage": False,
            "requiresConfirmation": bool(event_type.confirmation_policy),
            "requiresBookerEmailVerification": False,
            "price": event_type.price,
        },
        "seatReferenceUid": seat.seat_uid,
        "paymentRequired": one.unpaid,
        "isDryRun": False,
    }


def user(one: User) -> JSON:
    return {
        "id": one.id,
        "username": one.username,
        "name": one.name,
        "email": one.email,
        "emailVerified": _SIGNED_UP,
        "bio": one.bio,
        "timeZone": one.time_zone,
        "weekStart": one.week_start,
        "endTime": 1440,
        "bufferTime": 0,
        "appTheme": None,
        "theme": None,
        "defaultScheduleId": one.default_schedule_id,
        "locale": one.locale,
        "timeFormat": one.time_format,
        "hideBranding": False,
        "brandColor": None,
        "darkBrandColor": None,
        "allowDynamicBooking": True,
        "createdDate": _SIGNED_UP,
        "verified": False,
        "invitedTo": None,
        "role": "USER",
    }


def schedule(one: Schedule) -> JSON:
    """Return a schedule; days count from Sunday, and an override has a date in place of days."""
    rows = [_availability(n, h) for n, h in enumerate(one.hours, start=1)]
    for n, other in enumerate(one.overrides, start=len(rows) + 1):
        hours = _availability(n, Hours([], other.start, other.end))
        rows.append(hours | {"date": f"{other.day.isoformat()}T00:00:00.000Z"})
    return {
        "id": one.id,
        "userId": one.owner_id,
        "name": one.name,
        "timeZone": one.time_zone,
        "availability": rows,
    }


def weekdays(hours: Hours) -> list[int]:
    """Return the days as JavaScript counts them: 0 is Sunday."""
    return sorted((DAYS.index(day) + 1) % 7 for day in hours.days)


def subscription(one: Subscription) -> JSON:
    """Return a webhook: neither its secret nor whether it is active."""
    return {
        "id": one.id,
        "userId": one.user_id,
        "eventTypeId": one.event_type_id,
        "payloadTemplate": one.payload_template,
        "eventTriggers": one.triggers,
        "appId": None,
        "subscriberUrl": one.url,
    }


def _availability(number: int, hours: Hours) -> JSON:
    return {
        "id": number,
        "eventTypeId": None,
        "date": None,
        "days": weekdays(hours),
        "startTime": f"{hours.start:%H:%M:%S}",
        "endTime": f"{hours.end:%H:%M:%S}",
    }


def _responses(world: World, one: Booking) -> JSON | None:
    if world.event_types[one.event_type_id].seats:
        return None
    answers = dict(one.responses)
    reason = answers.pop("rescheduledReason", None)  # how v2 calls it
    return answers | ({"rescheduleReason": reason} if reason else {})


def _link(one: Booking) -> JSON:
    return {"videoCallUrl": one.location} if places.is_link(one.location) else {}


def _user(one: User) -> JSON:
    return {"email": None, "name": one.name, "timeZone": one.time_zone, "username": one.username}


def _attendee(one: Attendee) -> JSON:
    return {
        "id": one.id,
        "email": one.email,
        "name": one.name,
        "timeZone": one.time_zone,
        "locale": one.language,
    }


def _row(one: Attendee, of: Booking) -> JSON:
    more = {"phoneNumber": one.phone, "bookingId": of.id, "noShow": one.absent}
    return _attendee(one) | more
