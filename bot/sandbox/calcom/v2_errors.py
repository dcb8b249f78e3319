"""API v2's error bodies, and the engine's refusals in its words.

Six shapes are known (exchanges of 23 Nov 2026): enveloped with `details{message,error,statusCode}`;
the same with `details.errors[]` and a message that says nothing; with `details` a string (429);
without `details` (`BAD_REQUEST`, `TRPCError`); flat `{statusCode, message}`; and the 404 of an
unknown route, which is the first again.
"""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

from bot.sandbox.calcom.errors import Code, Refused
from bot.sandbox.calcom.model import JSON, Booking
from bot.sandbox.calcom.times import zulu

_EXCEPTIONS = {
    400: "BadRequestException",
    401: "UnauthorizedException",
    403: "ForbiddenException",
    404: "NotFoundException",
    409: "ConflictException",
    422: "UnprocessableEntityException",
    429: "ThrottlerException",
}
_PERMISSION = (
    "PermissionsGuard - no authentication provided. Provide either authorization bearer token"
    " containing managed user access token or oAuth client id in 'x-cal-client-id' header."
)
_NO_AUTH = (
    "ApiAuthStrategy - No authentication method provided. Either pass an API key as 'Bearer' header"
    " or OAuth client credentials as 'x-cal-secret-key' and 'x-cal-client-id' headers"
)


class ApiError(Exception):
    """An error answer: `error` goes into the envelope, or stands alone when `flat`."""

    def __init__(self, status: int, error: JSON, *, flat: bool = False) -> None:
        super().__init__(str(error.get("message")))
        self.status = status
        self.error = error
        self.flat = flat

    def body(self, path: str, now: datetime) -> JSON:
        """Return the answer's JSON; `path` is as asked, query included."""
        if self.flat:
            return self.error
        return {"status": "error", "timestamp": zulu(now), "path": path, "error": self.error}


def nest(status: int, message: str) -> ApiError:
    phrase = HTTPStatus(status).phrase
    details = {"message": message, "error": phrase, "statusCode": status}
    return ApiError(status, {"code": _EXCEPTIONS[status], "message": message, "details": details})


def bare(status: int, code: str, message: str) -> ApiError:
    return ApiError(status, {"code": code, "message": message})


def flat(status: int, message: str) -> ApiError:
    return ApiError(status, {"statusCode": status, "message": message}, flat=True)


def invalid(errors: list[Any]) -> ApiError:
    error = {
        "code": "BadRequestException",
        "message": "Bad Request Exception",
        "details": {"errors": errors},
    }
    return ApiError(400, error)


def throttled() -> ApiError:
    text = "CustomThrottlerGuard - Too many requests. Please try again later."
    return ApiError(429, {"code": "ThrottlerException", "message": text, "details": text})


def no_permission() -> ApiError:
    return nest(403, _PERMISSION)


def no_auth() -> ApiError:
    return nest(401, _NO_AUTH)


def booking_unknown(uid: str) -> ApiError:
    return nest(404, f"Booking with uid={uid} was not found in the database")


def refusal(refused: Refused, *, booking: Booking | None = None, doing: str = "") -> ApiError:
    """Put an engine's refusal into API v2's words.

    `booking` and `doing` ("reschedule", "cancel") say what was being changed.
    """
    code, detail = refused.code, refused.detail
    if code is Code.FORM:
        return bare(400, "BAD_REQUEST", f"responses - {detail}, ")
    if code in _NESTED:
        status, text = _NESTED[code]
        return nest(status, text.replace("{detail}", detail))
    if code in _FLAT:
        status, text = _FLAT[code]
        return flat(status, text or str(code))
    if code in _TRPC:
        status, text = _TRPC[code]
        return bare(status, "TRPCError", text)
    if code is Code.ACTIVE_LIMIT:
        offer = f" You can reschedule your existing booking ({detail})." if detail else ""
        return nest(400, _ACTIVE_LIMIT + offer)
    if booking is None:
        raise refused
    return nest(400, _about(booking, code, detail, doing))


def _about(booking: Booking, code: Code, detail: str, doing: str) -> str:
    start = f"Can't {doing} booking with uid={booking.uid} because it has been cancelled"
    if code is Code.ALREADY_RESCHEDULED and doing == "reschedule":
        return (
            f"{start} and rescheduled already to booking with uid={detail}. You probably want to"
            f" reschedule {detail} instead by passing it within the request URL."
        )
    already = " already" if doing == "cancel" else ""
    return f"{start}{already}. Please provide uid of a booking that is not cancelled."


_ACTIVE_LIMIT = (
    "Attendee with this email can't book because the maximum number of active bookings has been"
    " reached."
)
_NOT_A_TURN = (
    "User with id={detail} is not a valid Round Robin host - the user to which you reassign this"
    " booking must be one of the booking hosts. Fetch the booking using following endpoint and"
    " select id of one of the hosts: https://cal.com/docs/api-reference/v2/bookings/get-a-booking"
)
_OUT_OF_BOUNDS = (
    "The event type can't be booked at the \"start\" time provided. This could be because it's too"
    " soon (violating the minimum booking notice) or too far in the future (outside the event's"
    " scheduling window). Try fetching available slots first using the GET /v2/slots endpoint and"
    ' then make a booking with "start" time equal to one of the available slots.'
)
_NESTED = {
    Code.TAKEN: (400, "User either already has booking at this time or is not available"),
    Code.HOSTS_TAKEN: (
        400,
        "One of the hosts either already has booking at this time or is not available",
    ),
    Code.NOBODY_ELSE: (
        400,
        "Can't reassign the booking because no other host is available at that time.",
    ),
    Code.NOT_A_TURN: (400, _NOT_A_TURN),
    Code.OUT_OF_BOUNDS: (400, _OUT_OF_BOUNDS),
    Code.PAST: (400, "Attempting to book a meeting in the past."),
    Code.SEATS_FULL: (409, "No more seats left at this seated booking."),
    Code.NOT_INSTANT: (400, "Event type is not an instant event"),
    Code.BAD_SEAT: (
        400,
        "Invalid seatUid: this seat does not exist or has already been cancelled.",
    ),
    Code.RESERVED: (
        422,
        "This time slot is already reserved by another user. Please choose a different time.",
    ),
    Code.RESERVE_BOOKED: (422, "Can't reserve a slot if the event is already booked."),
    Code.RESERVE_FULL: (
        422,
        "Can't reserve a slot because there are no more seats left for this event.",
    ),
}
_FLAT = {
    Code.FIXED_HOST: (500, "Internal server error"),
    Code.RACE_LOST: (400, "An error occurred while querying the database."),
    Code.SERIES_OF_SEATS: (400, ""),
    Code.ALREADY_SIGNED_UP: (409, ""),
    Code.NOT_ENOUGH_SEATS: (409, ""),
    Code.COUNT_LIMIT: (401, ""),
    Code.DURATION_LIMIT: (401, ""),
    Code.NOT_CANCELLABLE: (400, "This event type does not allow cancellations"),
    Code.ENDED: (400, "Cannot cancel a booking that has already ended"),
    Code.REASON_REQUIRED: (400, "Cancellation reason is required"),
    Code.NOT_HOST: (401, "User not a host of this event"),
    Code.ORIGINAL_UNKNOWN: (404, "Could not find original booking"),
}
_TRPC = {
    Code.ALREADY_CONFIRMED: (400, "Booking already confirmed"),
    Code.NOT_ALLOWED: (401, "User is not authorized to confirm this booking"),
}
