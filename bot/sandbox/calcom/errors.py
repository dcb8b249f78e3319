"""Why the engine refuses: one exception, named by Cal.com's own internal codes.

Each API version puts a refusal into its own words and status: v2 in `v2_errors`, v1 in its module.
"""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """What is wrong. The values are Cal.com's internal error codes where it has one."""

    TAKEN = "no_available_users_found_error"
    HOSTS_TAKEN = "hosts_unavailable_for_booking"
    OUT_OF_BOUNDS = "booking_time_out_of_bounds_error"
    PAST = "past"
    RACE_LOST = "database_error"
    SERIES_OF_SEATS = "recurring_event_seats_error"
    SEATS_FULL = "booking_seats_full_error"
    ALREADY_SIGNED_UP = "already_signed_up_for_this_booking_error"
    NOT_ENOUGH_SEATS = "not_enough_available_seats_error"
    COUNT_LIMIT = "booking_limit_reached"
    DURATION_LIMIT = "duration_limit_reached"
    ACTIVE_LIMIT = "booker_limit_exceeded_error"
    ALREADY_CANCELLED = "already_cancelled"
    ALREADY_RESCHEDULED = "already_rescheduled"
    NOT_CANCELLABLE = "not_cancellable"
    ENDED = "ended"
    REASON_REQUIRED = "reason_required"
    BAD_SEAT = "bad_seat"
    NOT_HOST = "not_host"
    NOT_ALLOWED = "not_allowed"
    ORIGINAL_UNKNOWN = "original_unknown"
    ALREADY_CONFIRMED = "already_confirmed"
    NOT_STARTED = "not_started"
    RESERVED = "reserved"
    RESERVE_BOOKED = "reserve_booked"
    RESERVE_FULL = "reserve_full"
    FORM = "form"
    NOTHING_TO_PAY = "nothing_to_pay"
    NOT_INSTANT = "not_instant"
    EVENT_TYPE_UNKNOWN = "event_type_unknown"
    BOOKING_UNKNOWN = "booking_unknown"
    NOBODY_ELSE = "nobody_else"
    NOT_A_TURN = "not_a_turn"
    FIXED_HOST = "fixed_host"


class Refused(Exception):
    """The engine said no and changed nothing.

    `code` says why; `detail` carries what the text needs: the uid a booking moved to
    (ALREADY_RESCHEDULED), the field and reason (`{mobile}invalid_number`, FORM), else "".
    """

    def __init__(self, code: Code, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else str(code))
        self.code = code
        self.detail = detail
