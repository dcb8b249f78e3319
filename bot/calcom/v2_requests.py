"""What is sent to API v2: queries and bodies. Unknown properties are refused by the server."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.calcom.transport import Value
from bot.calcom.wire_bookings import OUR_KEY
from bot.domain.bookings import Attendee, Booking, BookingQuery, BookingRequest, Guest, Listing
from bot.domain.languages import language
from bot.domain.slots import Schedule, SlotQuery, Span

PHONES = ("attendeePhoneNumber", "smsReminderNumber", "aiAgentCallPhoneNumber")
"""Built-in questions about the attendee's number."""

NEWEST_FIRST = frozenset({Listing.PAST, Listing.CANCELLED})


def instant(moment: datetime) -> str:
    """`2026-12-09T08:00:00Z`; a start without an offset would be read as UTC as well."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def slots(query: SlotQuery) -> dict[str, Value]:
    return {
        "eventTypeId": query.event_type_id,
        "start": instant(query.start),
        "end": instant(query.end),
        "format": "range",
        "duration": query.length,
        "bookingUidToReschedule": query.moving_uid,
    }


def busy_times(window: Span, calendars: Sequence[tuple[int, str]]) -> dict[str, Value]:
    """`calendars` are (credential id, external id). The dates are whole days, both included."""
    query: dict[str, Value] = {
        "timeZone": "UTC",
        "dateFrom": window.start.astimezone(UTC).date().isoformat(),
        "dateTo": (window.end.astimezone(UTC) + timedelta(days=1)).date().isoformat(),
    }
    for index, (credential_id, external_id) in enumerate(calendars):
        query[f"calendarsToLoad[{index}][credentialId]"] = credential_id
        query[f"calendarsToLoad[{index}][externalId]"] = external_id
    return query


def bookings(query: BookingQuery) -> dict[str, Value]:
    found: dict[str, Value] = {
        "status": ",".join(query.listings) or None,
        "attendeeEmail": query.attendee_email,
        "eventTypeId": query.event_type_id,
        "eventTypeIds": ",".join(map(str, query.event_type_ids)) or None,
        "afterStart": _maybe(query.after_start),
        "beforeEnd": _maybe(query.before_end),
        "afterCreatedAt": _maybe(query.after_created),
        "afterUpdatedAt": _maybe(query.after_updated),
        "take": min(max(query.take, 1), 250),
        "skip": query.skip or None,
    }
    ascending = query.ascending
    if ascending is None and query.after_updated:
        found["sortUpdatedAt"] = "asc"
    elif ascending is None and query.listings:
        ascending = not NEWEST_FIRST.issuperset(query.listings)
    if ascending is not None:
        found["sortStart"] = "asc" if ascending else "desc"
    return found


def attempt(near: BookingRequest) -> dict[str, Value]:
    """Where a booking made of this request is to be found, whatever became of it since.

    The address is matched to the letter, so it is left out where its case may have changed.
    """
    email = near.attendee.email
    return {
        "attendeeEmail": email if email and email == email.lower() else None,
        "afterStart": instant(near.start - timedelta(minutes=1)),
        "beforeEnd": instant(near.start + timedelta(days=1)),
        "sortStart": "asc",
        "take": 250,
    }


def create(request: BookingRequest) -> dict[str, Any]:
    return _given(
        start=instant(request.start),
        eventTypeId=request.event_type_id,
        attendee=_attendee(request.attendee, request.answers),
        lengthInMinutes=request.length,
        guests=list(request.guests),
        location=dict(request.location or {}),
        bookingFieldsResponses=dict(request.answers),
        metadata={OUR_KEY: request.key},
        recurrenceCount=request.count,
        instant=request.instant or None,
    )


def hold(
    event_type_id: int, start: datetime, length: int | None, minutes: int | None = None
) -> dict[str, Any]:
    return _given(
        eventTypeId=event_type_id,
        slotStart=instant(start),
        slotDuration=length,
        reservationDuration=minutes,
    )


def cancel(reason: str, *, following: bool, seat_uid: str | None) -> dict[str, Any]:
    return _given(
        cancellationReason=reason,
        cancelSubsequentBookings=following or None,
        seatUid=seat_uid,
    )


def guests(people: Sequence[Guest]) -> dict[str, Any]:
    return {"guests": [_given(email=person.email, name=person.name) for person in people]}


def _attendee(attendee: Attendee, answers: Mapping[str, Any]) -> dict[str, Any]:
    """A number that the form asks for by one of its built-in questions is looked for here only."""
    phones = (attendee.phone, *(answers.get(slug) for slug in PHONES))
    return _given(
        name=attendee.name,
        email=attendee.email,
        timeZone=attendee.time_zone,
        language=language(attendee.language),
        phoneNumber=next(filter(None, phones), None),
    )


def reschedule(
    start: datetime, reason: str, by_email: str | None, seat_uid: str | None
) -> dict[str, Any]:
    return _given(
        start=instant(start),
        reschedulingReason=reason,
        rescheduledBy=by_email,
        seatUid=seat_uid,
    )


def absent(host: bool | None, attendees: Mapping[str, bool] | None) -> dict[str, Any]:
    body: dict[str, Any] = {} if host is None else {"host": host}
    if attendees:
        body["attendees"] = [{"email": e, "absent": gone} for e, gone in attendees.items()]
    return body


def is_absent(booking: Booking, host: bool | None, attendees: Mapping[str, bool] | None) -> bool:
    """Whether the booking says what `absent` asked for."""
    said = {a.email.casefold(): a.absent for a in booking.attendees}
    wanted = {email.casefold(): gone for email, gone in (attendees or {}).items()}
    return (host is None or booking.absent_host == host) and wanted.items() <= said.items()


def _maybe(moment: datetime | None) -> str | None:
    return instant(moment) if moment else None


def _given(**properties: Any) -> dict[str, Any]:
    """Those that say something."""
    return {name: value for name, value in properties.items() if value not in (None, "", [], {})}


def schedule(changed: Schedule) -> dict[str, Any]:
    """Hours, zone and overrides; both lists take the place of what was there. `00:00` to `00:00`
    is how a day off is told."""
    return {
        "timeZone": changed.time_zone,
        "availability": [
            {"days": list(hours.days), "startTime": hours.start, "endTime": hours.end}
            for hours in changed.hours
        ],
        "overrides": [
            {
                "date": other.date.isoformat(),
                "startTime": other.start or "00:00",
                "endTime": other.end or "00:00",
            }
            for other in changed.overrides
        ],
    }
