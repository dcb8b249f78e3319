"""What the webhooks say, version 2021-10-20. Which keys a message has, and how it writes its
times, differs by trigger; the recorded ones are the measure (tests/contract)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from bot.sandbox.calcom import fields, payloads_team, places
from bot.sandbox.calcom.model import JSON, Attendee, Booking, EventType, User
from bot.sandbox.calcom.times import offset_minutes, plus_zero, short_zulu, zulu

if TYPE_CHECKING:
    from bot.sandbox.calcom.world import World

_FREQUENCIES = {"yearly": 0, "monthly": 1, "weekly": 2}  # as RRULE numbers them


def created(world: World, booking: Booking, seat: Attendee | None = None) -> JSON:
    """A new booking, or a new seat: the title and attendees are then the newcomer's alone."""
    payload = _new(world, booking, seat)
    event_type = world.event_types[booking.event_type_id]
    joins = seat is not None and seat is not booking.attendees[0]
    payload["iCalUID"] = f"{world.new_uid()}@Cal.diy" if joins else booking.ics_uid
    if event_type.recurrence:
        payload["recurringEvent"] = {
            "freq": _FREQUENCIES[event_type.recurrence.frequency],
            "count": event_type.recurrence.occurrences,
            "interval": event_type.recurrence.interval,
        }
    return payload


def rescheduled(world: World, booking: Booking, old: Booking, seat: Attendee | None = None) -> JSON:
    """A moved booking: uid and bookingId are the new one's, `reschedule...` the old one's."""
    payload = _new(world, booking, seat) | {"appsStatus": [], "rescheduleUid": old.uid}
    if seat is None:
        payload["rescheduleId"] = old.id
        payload["rescheduleStartTime"] = short_zulu(old.start)
        payload["rescheduleEndTime"] = short_zulu(old.end)
    if booking.rescheduled_by:
        payload["rescheduledBy"] = booking.rescheduled_by
    return payload


def requested(world: World, booking: Booking) -> JSON:
    """A booking that waits for its host. A moved one does not name the booking it replaces."""
    event_type = world.event_types[booking.event_type_id]
    people = [
        _person(a)
        | {"phoneNumber": a.phone, "bookingSeat": None, "firstName": a.name, "lastName": ""}
        | {"utcOffset": offset_minutes(a.time_zone, booking.start)}
        for a in booking.attendees
    ]
    return (
        _common(world, booking)
        | _settings(event_type)
        | {
            "startTime": zulu(booking.start),
            "endTime": zulu(booking.end),
            "attendees": people,
            "additionalNotes": booking.description or "",
            "responses": fields.labelled(event_type, booking.responses, phone=False),
            "iCalUID": booking.ics_uid,
            "iCalSequence": booking.ics_sequence,
            "requiresConfirmation": True,
            "oneTimePassword": str(uuid.uuid4()),
            "platformClientId": "",
            "platformRescheduleUrl": "",
            "platformCancelUrl": "",
            "platformBookingUrl": "",
            "organizationId": None,
            "hashedLink": None,
            "status": "PENDING",
            "price": event_type.price,
            "assignmentReason": [],
            "destinationCalendar": None,
            "metadata": _link(booking),
        }
        | payloads_team.new(world, booking)
    )


def confirmed(world: World, booking: Booking) -> JSON:
    """A confirmed booking (sent as BOOKING_CREATED): the booker's own metadata is missing."""
    return _answered(world, booking) | {"status": "ACCEPTED", "metadata": _link(booking)}


def rejected(world: World, booking: Booking) -> JSON:
    """A declined booking; the reason stands nowhere else."""
    reason = {"rejectionReason": booking.rejection_reason} if booking.rejection_reason else {}
    return _answered(world, booking) | {"status": "REJECTED"} | reason


def cancelled(world: World, booking: Booking, seat: Attendee | None = None) -> JSON:
    """A cancelled booking, or one seat of a living one: same uid, same status, no seat id."""
    event_type = world.event_types[booking.event_type_id]
    people = booking.attendees if seat is None else [seat]
    payload = _common(world, booking) | {
        "startTime": plus_zero(booking.start),
        "endTime": plus_zero(booking.end),
        "attendees": [_row(a, booking) if seat else _plain(a, booking) for a in people],
        "additionalNotes": booking.description,
        "description": None if event_type.seats else event_type.description,
        "responses": _cancelled_answers(event_type, booking, seat),
        "destinationCalendar": [],
        "seatsPerTimeSlot": event_type.seats.per_slot if event_type.seats else None,
        "seatsShowAttendees": bool(event_type.seats and event_type.seats.show_attendees),
        "iCalUID": booking.ics_uid,
        "iCalSequence": booking.ics_sequence + 1,
        "hideOrganizerEmail": False,
        "customReplyToEmail": None,
        "schedulingType": payloads_team.scheduling(event_type),
        "requiresConfirmation": True if event_type.confirmation_policy else None,
        "price": None,
        "status": "CANCELLED",
        "requestReschedule": False,
    }
    payload |= payloads_team.cancelled(world, booking)
    if booking.cancellation_reason:
        payload["cancellationReason"] = booking.cancellation_reason
    return payload


def no_show(booking: Booking, marked: list[Attendee]) -> JSON:
    """Attendees marked absent, or present again: no title, no times."""
    who = ", ".join(a.email for a in marked)
    word = "marked as no-show" if any(a.absent for a in marked) else "unmarked as no-show"
    return {
        "message": f"{who} {word}",
        "attendees": [{"email": a.email, "noShow": a.absent} for a in marked],
        "bookingUid": booking.uid,
        "bookingId": booking.id,
    }


def _new(world: World, booking: Booking, seat: Attendee | None) -> JSON:
    event_type = world.event_types[booking.event_type_id]
    people = booking.attendees if seat is None else [seat]
    answers = booking.responses if seat is None else {**seat.responses, "guests": []}
    answers = {**answers, "location": {"value": booking.location, "optionValue": ""}}
    own = booking.metadata if seat is None else seat.metadata
    payload = _common(world, booking) | _settings(event_type)
    payload |= {
        "startTime": short_zulu(booking.start),
        "endTime": short_zulu(booking.end),
        "attendees": [_newcomer(a, booking.start) for a in people],
        "additionalNotes": str(answers.get("notes", "")),
        "responses": fields.labelled(event_type, answers, phone=True),
        "userFieldsResponses": _custom(event_type, answers),
        "destinationCalendar": None,
        "iCalSequence": booking.ics_sequence,
        "requiresConfirmation": False,
        "oneTimePassword": None,
        "hashedLink": None,
        "price": event_type.price,
        "metadata": _link(booking) | own,
        "status": "ACCEPTED",
    }
    payload |= payloads_team.new(world, booking)
    if seat is not None:
        host = world.users[booking.host_id]
        payload["title"] = f"{event_type.title} between {host.name} and {seat.name}"
        payload["attendeeSeatId"] = seat.seat_uid
    return payload


def _answered(world: World, booking: Booking) -> JSON:
    """What a host's confirming and declining have in common."""
    event_type = world.event_types[booking.event_type_id]
    settings = _settings(event_type)
    del settings["seatsShowAvailabilityCount"], settings["schedulingType"]
    return (
        _common(world, booking)
        | settings
        | {
            "startTime": zulu(booking.start),
            "endTime": zulu(booking.end),
            "attendees": [_plain(a, booking) for a in booking.attendees],
            "responses": fields.labelled(event_type, booking.responses, phone=False),
            "destinationCalendar": [],
            "requiresConfirmation": True,
            "seatsShowAttendees": bool(event_type.seats and event_type.seats.show_attendees),
            "organizationId": None,
            "additionalNotes": booking.description or "",
            "assignmentReason": None,
            "price": event_type.price,
        }
        | payloads_team.answered(world, booking)
    )


def _common(world: World, booking: Booking) -> JSON:
    event_type = world.event_types[booking.event_type_id]
    return {
        "bookerUrl": world.web_url,
        "title": booking.title,
        "type": event_type.slug,
        "organizer": _organizer(world.users[booking.host_id], booking.start),
        "description": event_type.description,
        "eventTypeId": event_type.id,
        "customInputs": {},
        "userFieldsResponses": _custom(event_type, booking.responses),
        "location": booking.location,
        "hideBranding": False,
        "uid": booking.uid,
        "eventTitle": event_type.title,
        "eventDescription": event_type.description or None,
        "currency": event_type.currency,
        "length": booking.minutes,
        "bookingId": booking.id,
    }


def _settings(event_type: EventType) -> JSON:
    seats = event_type.seats
    return {
        "hideCalendarNotes": False,
        "hideCalendarEventDetails": False,
        "hideOrganizerEmail": False,
        "schedulingType": payloads_team.scheduling(event_type),
        "seatsPerTimeSlot": seats.per_slot if seats else None,
        "seatsShowAttendees": seats.show_attendees if seats else True,
        "seatsShowAvailabilityCount": seats.show_availability_count if seats else True,
        "customReplyToEmail": None,
        "disableRescheduling": event_type.disable_rescheduling,
        "disableCancelling": event_type.disable_cancelling,
    }


def _custom(event_type: EventType, answers: JSON) -> JSON:
    labelled = fields.labelled(event_type, answers, phone=False)
    return {slug: labelled[slug] for slug in fields.custom_slugs(event_type)}


def _cancelled_answers(event_type: EventType, booking: Booking, seat: Attendee | None) -> JSON:
    answers = booking.responses
    if event_type.seats and (who := seat or next(iter(booking.attendees), None)):
        place = {"value": booking.location, "optionValue": booking.location}
        others = [a.email for a in booking.attendees if a.email != who.email]
        answers = who.responses | {"location": place, "guests": others}
        answers.setdefault("notes", "")
    return fields.labelled(event_type, answers, phone=False)


def _link(booking: Booking) -> JSON:
    return {"videoCallUrl": booking.location} if places.is_link(booking.location) else {}


def _organizer(user: User, at: datetime) -> JSON:
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "username": user.username,
        "timeZone": user.time_zone,
        "language": {"locale": user.locale},
        "timeFormat": "HH:mm" if user.time_format == 24 else "h:mma",
        "utcOffset": offset_minutes(user.time_zone, at),
    }


def _person(attendee: Attendee) -> JSON:
    return {
        "name": attendee.name,
        "email": attendee.email,
        "timeZone": attendee.time_zone,
        "language": {"locale": attendee.language},
    }


def _newcomer(attendee: Attendee, at: datetime) -> JSON:
    phone = {"phoneNumber": attendee.phone} if attendee.phone else {}
    offset = offset_minutes(attendee.time_zone, at)
    return _person(attendee) | {"firstName": "", "lastName": "", "utcOffset": offset} | phone


def _plain(attendee: Attendee, booking: Booking) -> JSON:
    offset = offset_minutes(attendee.time_zone, booking.start)
    return _person(attendee) | {"phoneNumber": attendee.phone, "utcOffset": offset}


def _row(attendee: Attendee, booking: Booking) -> JSON:
    """One leaver of a class: the whole database row."""
    return _plain(attendee, booking) | {
        "id": attendee.id,
        "locale": attendee.language,
        "bookingId": booking.id,
        "noShow": attendee.absent,
    }
