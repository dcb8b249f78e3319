"""Sentences that were read in the server's source but not recorded, and bodies of all shapes."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calcom.errors import Answer, NotThere, refusal
from bot.domain.errors import (
    AlreadyDone,
    Full,
    InPast,
    InvalidAnswer,
    LimitReached,
    NotAllowed,
    NotAuthorised,
    NotFound,
    NotOffered,
    NotSupported,
    OutOfBounds,
    RateLimited,
    Refused,
    SchedulingError,
    SlotTaken,
    Unavailable,
)
from tests.calcom.calcom_script import Time

NOW = Time().now


def read(status: int, body: Any, action: str = "create") -> SchedulingError:
    return refusal(Answer(status, json.dumps(body), {}, action), NOW)


@pytest.mark.parametrize(
    ("status", "message", "error"),
    [
        (401, "booking_limit_reached", LimitReached),
        (403, "duration_limit_reached", LimitReached),
        (
            400,
            "Attendee with this email can't book because the maximum number of active bookings "
            "has been reached. You can reschedule your existing booking (x)",
            LimitReached,
        ),
        (400, "One of the hosts either already has booking at this time or is not ...", SlotTaken),
        (409, "booking_conflict_error", SlotTaken),
        (500, "fixed_hosts_unavailable_for_booking", SlotTaken),
        (500, "round_robin_host_unavailable_for_booking", SlotTaken),
        (500, "booking_not_allowed_by_restriction_schedule_error", SlotTaken),
        (422, "This time slot is already reserved by another user. Please ...", SlotTaken),
        (400, "booking_time_out_of_bounds_error", OutOfBounds),
        (
            403,
            "Rescheduling is not allowed within the minimum notice period before the event",
            OutOfBounds,
        ),
        (400, "Cannot cancel a booking that has already ended", InPast),
        (409, "not_enough_available_seats_error", Full),
        (400, "This booking has already been cancelled.", AlreadyDone),
        (400, "Can't cancel booking with uid=u because it has been cancelled already", AlreadyDone),
        (401, "User not a host of this event", NotAllowed),
        (403, "checkBookingRequiresAuthentication - ...", NotAllowed),
        (422, "Can't book this team event type because it has no hosts", NotOffered),
        (404, "Could not find original booking", NotFound),
        (498, "ACCESS_TOKEN_IS_EXPIRED", NotAuthorised),
        (401, "ApiAuthStrategy - api key - Your api key is not valid", NotAuthorised),
        (403, "anything", NotAllowed),
        (404, "Cannot POST /v2/bookings", NotThere),
        (405, "Method Not Allowed (Allow: DELETE)", NotSupported),
        (410, "gone", NotSupported),
        (408, "", Unavailable),
        (500, "Internal server error", Unavailable),
        (302, "", Unavailable),
        (429, "Rate limit exceeded", RateLimited),
        (418, "tea", Refused),
    ],
)
@pytest.mark.parametrize("shape", ["flat", "enveloped", "v1"])
def test_sentences(status: int, message: str, error: type[SchedulingError], shape: str) -> None:
    bodies: dict[str, Any] = {
        "flat": {"statusCode": status, "message": message},
        "enveloped": {"status": "error", "error": {"code": "X", "message": message}},
        "v1": {"error": message},
    }
    assert type(read(status, bodies[shape])) is error


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ("Missing attendee phone number - it is required by ...", "attendeePhoneNumber"),
        ("Invalid type for booking field 'age'. Expected type number", "age"),
        ("responses - {title}error_required_field, ", "title"),
        ("Both Phone and Email are missing", "email"),
        ("email_verification_required", "email"),
        ("Cannot use this email to create the booking.", "email"),
        ("Provided 'lengthInMinutes' is not one of the possible lengths", "lengthInMinutes"),
        ("Invalid event length", "lengthInMinutes"),
        ("Booking location with type phone not valid for event type with id=1", "location"),
        ("Booking location with integration zoom not valid for event type", "location"),
        ("Unrecognized key(s) in object: 'foo'", "foo"),
    ],
)
def test_fields(message: str, field: str) -> None:
    error = read(400, {"statusCode": 400, "message": message})
    assert isinstance(error, InvalidAnswer)
    assert error.field == field
    assert error.reason
    assert message not in error.reason


def test_what_people_wrote_does_not_decide() -> None:
    """An option is quoted in the sentence about it."""
    said = "Invalid option 'in the past' for booking field 'when'. Allowed options are: a, b."
    error = read(400, {"message": said})
    assert isinstance(error, InvalidAnswer)
    assert (error.field, error.allowed) == ("when", ("a", "b"))


def test_nested_validation_names_the_inner_property() -> None:
    inner = {"property": "email", "constraints": {"isEmail": "email must be an email"}}
    entry = {"property": "attendee", "children": [inner]}
    body = {"error": {"message": "Bad Request Exception", "details": {"errors": [entry]}}}
    error = read(400, body)
    assert isinstance(error, InvalidAnswer)
    assert error.field == "email"


def test_a_list_of_messages_is_one_sentence() -> None:
    error = read(400, {"message": ["start property is wrong", "x"]})
    assert isinstance(error, InvalidAnswer)
    assert error.field == "start"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["error", "message", "details", "errors", "property", "constraints"])
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.integers(100, 599), JSON, st.sampled_from(["", "create", "confirm"]))
def test_any_body_becomes_some_error(status: int, body: Any, action: str) -> None:
    assert isinstance(read(status, body, action), SchedulingError)


@given(st.binary(max_size=60))
def test_any_bytes_become_some_error(raw: bytes) -> None:
    text = httpx.Response(400, content=raw).text
    assert isinstance(refusal(Answer(400, text), NOW), SchedulingError)
