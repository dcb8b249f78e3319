"""What is sent to API v1, and the filters its lists do not have."""

from collections.abc import Container, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.calcom.transport import Value
from bot.calcom.v2_requests import instant
from bot.calcom.wire_bookings import OUR_KEY, BookingShape, responses_of, texts
from bot.domain.bookings import Booking, BookingQuery, BookingRequest, Listing, Status
from bot.domain.slots import SlotQuery, Span

__all__ = ["instant"]

PLACES = {
    "address": ("inPerson", ""),
    "link": ("link", ""),
    "phone": ("userPhone", ""),
    "attendeeAddress": ("attendeeInPerson", "address"),
    "attendeePhone": ("phone", "phone"),
    "attendeeDefined": ("somewhereElse", "location"),
    "organizersDefaultApp": ("conferencing", ""),
}
"""v2's kind of place: v1's name for it, and the property the guest's value comes in."""

OPEN = frozenset({Status.ACCEPTED, Status.PENDING})


def slots(query: SlotQuery) -> dict[str, Value]:
    return {
        "eventTypeId": query.event_type_id,
        "startTime": instant(query.start),
        "endTime": instant(query.end),
        "duration": query.length,
        "rescheduleUid": query.moving_uid,
    }


def availability(window: Span, user_id: int) -> dict[str, Value]:
    """Whole days, since the server counts in the host's."""
    return {
        "userId": user_id,
        "dateFrom": window.start.astimezone(UTC).date().isoformat(),
        "dateTo": (window.end.astimezone(UTC) + timedelta(days=1)).date().isoformat(),
    }


def bookings(query: BookingQuery) -> dict[str, Value]:
    """What the server can filter; `status=upcoming` is not used: it leaves out what is going
    on, includes what is cancelled, and overrides the dates."""
    found: dict[str, Value] = {"attendeeEmail": query.attendee_email}
    if query.after_start:
        found["dateFrom"] = instant(query.after_start)
    if query.before_end:
        found["dateTo"] = instant(query.before_end)
    if query.after_updated:
        found |= {"sortBy": "updatedAt", "order": "desc"}
    elif query.after_created:
        found |= {"sortBy": "createdAt", "order": "desc"}
    return found


def chosen(
    found: Iterable[Booking], query: BookingQuery, now: datetime, series: Container[int | None] = ()
) -> list[Booking]:
    """Those the query means, in its order.

    `series` are the event types that recur: v1's rows seldom name the series they are of.
    """
    listings = query.listings
    kept = [
        booking
        for booking in found
        if _fits(booking, query)
        and (not listings or any(_is_in(booking, each, now, series) for each in listings))
    ]
    newest_first = bool(query.listings) and {Listing.PAST, Listing.CANCELLED}.issuperset(
        query.listings
    )
    ascending = not newest_first if query.ascending is None else query.ascending
    return sorted(kept, key=lambda booking: booking.start, reverse=not ascending)


def _fits(booking: Booking, query: BookingQuery) -> bool:
    """v1's lists do not tell when a row was updated: such a row is kept."""
    event_type_id, created, updated = query.event_type_id, query.after_created, query.after_updated
    return (
        (event_type_id is None or booking.event_type_id == event_type_id)
        and (not query.event_type_ids or booking.event_type_id in query.event_type_ids)
        and (query.after_start is None or booking.start >= query.after_start)
        and (query.before_end is None or booking.end <= query.before_end)
        and (created is None or booking.created_at is None or booking.created_at >= created)
        and (updated is None or booking.updated_at is None or booking.updated_at >= updated)
    )


def _is_in(
    booking: Booking, listing: Listing, now: datetime, series: Container[int | None]
) -> bool:
    """The meaning v2's server gives to the lists."""
    is_open, is_over = booking.status in OPEN, booking.end < now
    match listing:
        case Listing.UPCOMING:
            return is_open and not is_over
        case Listing.UNCONFIRMED:
            return booking.status is Status.PENDING and not is_over
        case Listing.RECURRING:
            recurs = booking.recurring_uid is not None or booking.event_type_id in series
            return is_open and not is_over and recurs
        case Listing.PAST:
            return is_open and is_over
        case Listing.CANCELLED:
            return not is_open


def attempt(near: BookingRequest) -> dict[str, Value]:
    """Where a booking made of this request is to be found."""
    email = near.attendee.email
    return {
        "attendeeEmail": email if email and email == email.lower() else None,
        "dateFrom": instant(near.start - timedelta(minutes=1)),
        "dateTo": instant(near.start + timedelta(days=1)),
    }


def create(request: BookingRequest) -> dict[str, Any]:
    """`timeZone`, `language`, `metadata` and `responses{name, email}` are required."""
    attendee = request.attendee
    responses = {"name": attendee.name, "email": attendee.email, **request.answers}
    if request.guests:
        responses["guests"] = list(request.guests)
    if attendee.phone:
        responses.setdefault("attendeePhoneNumber", attendee.phone)
    if request.location:
        responses["location"] = place(request.location)
    body: dict[str, Any] = {
        "eventTypeId": request.event_type_id,
        "start": instant(request.start),
        "timeZone": attendee.time_zone,
        "language": attendee.language,
        "metadata": {OUR_KEY: request.key},
        "responses": responses,
    }
    if request.length:
        body["end"] = instant(request.start + timedelta(minutes=request.length))
    return body


def place(chosen: Mapping[str, str]) -> dict[str, str]:
    """v2's `{type, ...}` as v1's `{value, optionValue}`; an integration keeps its name."""
    kind = chosen.get("type", "")
    name, option = PLACES.get(kind, (chosen.get("integration", kind), ""))
    return {"value": name, "optionValue": chosen.get(option, "")}


def reschedule(
    old: BookingShape, start: datetime, reason: str, by_email: str | None
) -> dict[str, Any]:
    """A new booking of the same kind for the same person, in the old one's place."""
    attendee = old.attendees[0] if old.attendees else None
    responses: dict[str, Any] = {
        "name": attendee.name if attendee else "",
        "email": attendee.email if attendee else "",
        **responses_of(old),
    }
    if reason:
        responses["rescheduleReason"] = reason
    metadata = {key: text for key, text in texts(old.metadata).items() if key != "videoCallUrl"}
    body: dict[str, Any] = {
        "eventTypeId": old.event_type_id,
        "start": instant(start),
        "timeZone": attendee.time_zone if attendee else "UTC",
        "language": (attendee.locale if attendee else "") or "en",
        "metadata": metadata,
        "responses": responses,
        "rescheduleUid": old.uid,
    }
    if by_email:
        body["rescheduledBy"] = by_email
    return body
