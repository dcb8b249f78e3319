"""What the other webhooks say: payment, meetings, instant ones, recordings, the test message."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from bot.sandbox.calcom import fields, payloads
from bot.sandbox.calcom.model import JSON, Attendee, Booking
from bot.sandbox.calcom.times import zulu

if TYPE_CHECKING:
    from bot.sandbox.calcom.world import World

_NULL = (  # columns of the booking's row that stay empty here
    "destinationCalendarId",
    "cancellationReason",
    "rejectionReason",
    "reassignReason",
    "reassignById",
    "dynamicEventSlugRef",
    "dynamicGroupSlugRef",
    "rescheduled",
    "smsReminderNumber",
    "rating",
    "ratingFeedback",
    "oneTimePassword",
    "cancelledBy",
)


def ping(now: str) -> JSON:
    """The web app's test message, whole: its payload has neither uid nor booking."""
    zone = {"timeZone": "Europe/London", "language": {"locale": "en"}, "utcOffset": 0}
    return {
        "triggerEvent": "PING",
        "createdAt": now,
        "payload": {
            "type": "Test",
            "title": "Test trigger event",
            "startTime": now,
            "endTime": now,
            "attendees": [{"email": "jdoe@example.com", "name": "John Doe", **zone}],
            "organizer": {"name": "Cal", "email": "no-reply@cal.com", **zone},
        },
    }


def meeting(world: World, booking: Booking) -> JSON:
    """The flat body of MEETING_STARTED and MEETING_ENDED: the booking's row as it is now."""
    event_type, host = world.event_types[booking.event_type_id], world.users[booking.host_id]
    answers = booking.responses | {"location": {"value": booking.location, "optionValue": ""}}
    host_uuid = str(uuid.uuid5(uuid.NAMESPACE_OID, f"user {host.id}"))
    return (
        dict.fromkeys(_NULL)
        | _row(booking)
        | {
            "userId": host.id,
            "userPrimaryEmail": host.email,
            "responses": fields.labelled(event_type, answers, phone=True),
            "user": {
                "uuid": host_uuid,
                "email": host.email,
                "name": host.name,
                "timeZone": host.time_zone,
                "username": host.username,
                "isPlatformManaged": False,
            },
            "attendees": [_attendee(a, booking) for a in booking.people],
            "payment": [],
            "references": [],
            "userUuid": host_uuid,
        }
    )


def payment_initiated(world: World, booking: Booking, seat: Attendee | None = None) -> JSON:
    """A booking that is to be paid for; it says ACCEPTED all the same."""
    return payloads.created(world, booking, seat) | {"paymentId": booking.payment_id}


def paid(world: World, booking: Booking) -> JSON:
    """A booking that was paid for."""
    event_type = world.event_types[booking.event_type_id]
    metadata = {
        "identifier": "cal.com",
        "bookingId": booking.id,
        "eventTypeId": event_type.id,
        "bookerEmail": booking.attendees[0].email,
        "eventTitle": event_type.title,
        "externalId": f"payment-{booking.payment_id}",
    }
    more = {"paymentId": booking.payment_id, "metadata": metadata}
    return payloads.created(world, booking) | more


def instant(world: World, booking: Booking) -> JSON:
    """A team that is called to a meeting now: the answers stand there without labels."""
    event_type = world.event_types[booking.event_type_id]
    return {
        "triggerEvent": "INSTANT_MEETING",
        "uid": booking.uid,
        "responses": dict(booking.responses),
        "connectAndJoinUrl": f"{world.web_url}/connect-and-join?token={uuid.uuid4()}",
        "eventTypeId": event_type.id,
        "eventTypeTitle": event_type.title,
        "customInputs": {},
    }


def instant_accepted(world: World, booking: Booking) -> JSON:
    """Somebody of the team has answered: the booking by the older of its two names."""
    host, event_type = world.users[booking.host_id], world.event_types[booking.event_type_id]
    return {
        "bookingId": booking.id,
        "bookingUid": booking.uid,
        "eventTypeId": event_type.id,
        "status": "ACCEPTED",
        "title": booking.title,
        "startTime": zulu(booking.start),
        "endTime": zulu(booking.end),
        "organizer": {"name": host.name, "email": host.email, "timeZone": host.time_zone},
        "attendees": [
            {"name": a.name, "email": a.email, "timeZone": a.time_zone} for a in booking.attendees
        ],
        "responses": dict(booking.responses),
        "location": booking.location,
        "metadata": dict(booking.metadata),
    }


def recording(world: World, booking: Booking, link: str) -> JSON:
    """A recording that can be fetched."""
    host, event_type = world.users[booking.host_id], world.event_types[booking.event_type_id]
    return {
        "type": event_type.slug,
        "title": booking.title,
        "startTime": zulu(booking.start),
        "endTime": zulu(booking.end),
        "organizer": {"name": host.name, "email": host.email, "timeZone": host.time_zone},
        "attendees": [
            {"name": a.name, "email": a.email, "timeZone": a.time_zone} for a in booking.attendees
        ],
        "uid": booking.uid,
        "downloadLink": link,
    }


def _row(booking: Booking) -> JSON:
    key = f"{zulu(booking.start)}.{zulu(booking.end)}.{booking.host_id}"
    return {
        "id": booking.id,
        "uid": booking.uid,
        "idempotencyKey": str(uuid.uuid5(uuid.NAMESPACE_URL, key)),
        "eventTypeId": booking.event_type_id,
        "title": booking.title,
        "description": booking.description,
        "customInputs": {},
        "startTime": zulu(booking.start),
        "endTime": zulu(booking.end),
        "location": booking.location,
        "createdAt": zulu(booking.created_at),
        "updatedAt": zulu(booking.updated_at),
        "status": "ACCEPTED",
        "paid": booking.payment_id is not None and not booking.unpaid,
        "fromReschedule": booking.rescheduled_from,
        "recurringEventId": booking.recurring_uid,
        "scheduledJobs": [],
        "metadata": dict(booking.metadata),
        "isRecorded": False,
        "iCalUID": booking.ics_uid,
        "iCalSequence": booking.ics_sequence,
        "noShowHost": booking.absent_host,
        "rescheduledBy": booking.rescheduled_by,
        "creationSource": "API_V2",
    }


def _attendee(attendee: Attendee, booking: Booking) -> JSON:
    return {
        "id": attendee.id,
        "email": attendee.email,
        "name": attendee.name,
        "timeZone": attendee.time_zone,
        "phoneNumber": attendee.phone,
        "locale": attendee.language,
        "bookingId": booking.id,
        "noShow": attendee.absent,
    }
