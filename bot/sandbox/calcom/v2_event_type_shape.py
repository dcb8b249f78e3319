"""What API v2 shows of an event type (version 2024-06-14)."""

from __future__ import annotations

from bot.sandbox.calcom import v2_form
from bot.sandbox.calcom.model import JSON, EventType, User
from bot.sandbox.calcom.world import World


def whole(world: World, one: EventType) -> JSON:
    """Return an event type (version 2024-06-14) as its owner sees it."""
    owner = world.users[one.owner_id]
    several = {"lengthInMinutesOptions": one.lengths} if one.lengths else {}
    metadata = dict(one.metadata)
    if one.lengths:
        metadata["multipleDuration"] = one.lengths
    return (
        {"id": one.id, "ownerId": one.owner_id, "lengthInMinutes": one.length}
        | several
        | {
            "title": one.title,
            "slug": one.slug,
            "description": one.description,
            "locations": one.locations,
            "bookingFields": v2_form.form(one),
            "recurrence": _recurrence(one),
            "disableGuests": one.disable_guests,
            "slotInterval": one.slot_interval,
            "minimumBookingNotice": one.minimum_notice,
            "beforeEventBuffer": one.before_buffer,
            "afterEventBuffer": one.after_buffer,
            "metadata": metadata,
            "users": [_user(owner)],
            "scheduleId": one.schedule_id,
            "onlyShowFirstAvailableSlot": one.only_first_slot,
            "offsetStart": one.offset_start,
            "bookingWindow": one.booking_window or {"disabled": True},
            "confirmationPolicy": one.confirmation_policy or {"disabled": True},
            "seats": _seats(one),
            "hidden": one.hidden,
            "bookerActiveBookingsLimit": one.active_bookings_limit or {"disabled": True},
            "bookingUrl": f"{world.web_url}/{owner.username}/{one.slug}",
            "disableCancelling": {"disabled": one.disable_cancelling},
            "disableRescheduling": {"disabled": one.disable_rescheduling},
        }
        | _limits(one)
        | SETTINGS
        | one.extra
    )


SETTINGS: JSON = {  # settings without an effect here, as a new event type has them
    "price": 0,
    "currency": "usd",
    "lockTimeZoneToggleOnBookingPage": False,
    "forwardParamsSuccessRedirect": True,
    "successRedirectUrl": None,
    "isInstantEvent": False,
    "requiresBookerEmailVerification": False,
    "hideCalendarNotes": False,
    "useDestinationCalendarEmail": False,
    "hideCalendarEventDetails": False,
    "hideOrganizerEmail": False,
    "calVideoSettings": {"sendTranscriptionEmails": True},
    "bookingRequiresAuthentication": False,
    "interfaceLanguage": None,
    "allowReschedulingPastBookings": False,
    "allowReschedulingCancelledBookings": False,
    "showOptimizedSlots": False,
}


def public(world: World, one: EventType) -> JSON:
    """Return an event type as lists by username show it: hidden fields of the form left out."""
    shape = whole(world, one)
    shape["bookingFields"] = [f for f in shape["bookingFields"] if not f.get("hidden")]
    return shape


def _limits(one: EventType) -> JSON:
    shape: JSON = {}
    if one.booking_limits_count:
        shape["bookingLimitsCount"] = one.booking_limits_count
    if one.booking_limits_duration:
        shape["bookingLimitsDuration"] = one.booking_limits_duration
    return shape


def _recurrence(one: EventType) -> JSON | None:
    if one.recurrence is None:
        return None
    rule = one.recurrence
    return {
        "disabled": False,
        "interval": rule.interval,
        "occurrences": rule.occurrences,
        "frequency": rule.frequency,
    }


def _seats(one: EventType) -> JSON:
    if one.seats is None:
        return {"disabled": True}
    return {
        "disabled": False,
        "seatsPerTimeSlot": one.seats.per_slot,
        "showAttendeeInfo": one.seats.show_attendees,
        "showAvailabilityCount": one.seats.show_availability_count,
    }


def _user(one: User) -> JSON:
    return {
        "id": one.id,
        "name": one.name,
        "username": one.username,
        "avatarUrl": None,
        "brandColor": None,
        "darkBrandColor": None,
        "weekStart": one.week_start,
        "metadata": {},
    }
