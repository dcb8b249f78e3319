"""What API v2 shows of an event type (version 2024-06-14)."""

from __future__ import annotations

from bot.sandbox.calcom import v2_form
from bot.sandbox.calcom.model import JSON, EventType, Scheduling, Team, User
from bot.sandbox.calcom.world import World


def whole(world: World, one: EventType) -> JSON:
    """Return an event type (version 2024-06-14) as its owner, or its team, sees it."""
    if one.team_id is not None:
        return _settled(one) | _of_team(world, world.teams[one.team_id], one)
    owner = world.host(one)
    return _settled(one) | {
        "ownerId": owner.id,
        "users": [_user(owner)],
        "bookingUrl": f"{world.web_url}/{owner.username}/{one.slug}",
    }


def listed(world: World, one: EventType) -> JSON:
    """Return a team's event type as lists show it: they tell more of the team."""
    team = world.teams[one.team_id or 0]
    about = {"id": team.id, "name": team.name, "slug": team.slug, "weekStart": "Sunday"}
    return whole(world, one) | {"team": dict.fromkeys(_OF_TEAM) | about}


def child(world: World, one: EventType) -> JSON:
    """Return a managed type's child as making it answers: like a team's that has no team."""
    own: JSON = {
        "hosts": [],
        "teamId": None,
        "ownerId": one.owner_id,
        "parentEventTypeId": one.parent_id,
    }
    return _settled(one) | own | {"schedulingType": None, "team": {"id": None}}


def _of_team(world: World, team: Team, one: EventType) -> JSON:
    rounds = one.scheduling is Scheduling.ROUND_ROBIN
    return {
        "calVideoSettings": None,
        "hosts": [_host(world.users[h], one, turns=rounds) for h in one.host_ids],
        "teamId": team.id,
        "ownerId": None,
        "parentEventTypeId": None,
        "schedulingType": one.scheduling,
        "assignAllTeamMembers": False,
        "team": {"id": team.id},
        "bookingUrl": f"{world.web_url}/team/{team.slug}/{one.slug}",
    } | ({"rescheduleWithSameRoundRobinHost": one.same_host_on_reschedule} if rounds else {})


def _host(user: User, one: EventType, *, turns: bool) -> JSON:
    rank = {"mandatory": user.id in one.fixed_host_ids, "priority": "medium"} if turns else {}
    return rank | {
        "userId": user.id,
        "name": user.name,
        "username": user.username,
        "avatarUrl": None,
    }


def _settled(one: EventType) -> JSON:
    """What is the same whomever it belongs to."""
    several = {"lengthInMinutesOptions": one.lengths} if one.lengths else {}
    metadata = dict(one.metadata)
    if one.lengths:
        metadata["multipleDuration"] = one.lengths
    return (
        {"id": one.id, "lengthInMinutes": one.length}
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
            "scheduleId": one.schedule_id,
            "onlyShowFirstAvailableSlot": one.only_first_slot,
            "offsetStart": one.offset_start,
            "bookingWindow": one.booking_window or {"disabled": True},
            "confirmationPolicy": one.confirmation_policy or {"disabled": True},
            "seats": _seats(one),
            "hidden": one.hidden,
            "bookerActiveBookingsLimit": one.active_bookings_limit or {"disabled": True},
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


_OF_TEAM = (
    "id",
    "name",
    "slug",
    "bannerUrl",
    "logoUrl",
    "weekStart",
    "brandColor",
    "darkBrandColor",
    "theme",
)


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
