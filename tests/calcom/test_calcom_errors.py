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
        (403, "booker_limit_exceeded_error", LimitReached),
        (500, "fixed_hosts_unavailable_for_booking", SlotTaken),
        (
            422,
            "Can't reserve the slot because the round robin event type has no available hosts "
            "left at this time slot.",
            SlotTaken,
        ),
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
        (
            400,
            "Instant bookings are only supported for team event types, not individual ...",
            NotOffered,
        ),
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
        ("Missing attendee phone number", "attendeePhoneNumber"),
        ("Invalid type for booking field 'age'. Expected type number", "age"),
        ("responses - {title}error_required_field, ", "title"),
        ("responses - {notes}error_required_field, ", "notes"),
        ("responses - {guests}error_required_field, ", "guests"),
        ("responses - {rescheduleReason}error_required_field, ", "rescheduleReason"),
        ("responses - {site}url_validation_error, ", "site"),
        ("responses - {days}Invalid array of strings, ", "days"),
        ("responses - {guests}duplicate_email, ", "guests"),
        ("responses - {email}exclude_emails_match_found_error_message, ", "email"),
        ("custom in 'responses': {why}max_characters_allowed", "why"),
        ("reschedulingReason property is wrong,reschedulingReason must be a", "rescheduleReason"),
        ("attendee property is wrong, phoneNumber property is wrong,bad", "attendeePhoneNumber"),
        ("location property is wrong,location must be an object", "location"),
        ("guests property is wrong,each value in guests must be an email", "guests"),
        ("recurrenceCount property is wrong,recurrenceCount must be a number", "recurrenceCount"),
        ("Provided recurrence count is higher than the event type's ...", "recurrenceCount"),
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


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("max_characters_allowed", "This is too long."),
        ("min_characters_required", "This is too short."),
        ("url_validation_error", "This is not a web address."),
        ("error_required_field", "This has to be filled in."),
        ("something_new", "This does not look right."),
    ],
)
def test_reasons(code: str, reason: str) -> None:
    error = read(400, {"message": f"responses - {{why}}{code}, "})
    assert isinstance(error, InvalidAnswer)
    assert (error.field, error.reason) == ("why", reason)


def test_several_choices_that_are_none() -> None:
    """What a group of boxes or a list for several is refused with."""
    said = "One or more invalid options for booking field 'days'. Allowed options are: Mon, Tue."
    error = read(400, {"message": said})
    assert isinstance(error, InvalidAnswer)
    assert (error.field, error.allowed) == ("days", ("Mon", "Tue"))


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


@pytest.mark.parametrize("name", ["guests", "location"])
def test_parts_without_a_name_in_the_form_are_the_whole(name: str) -> None:
    inner = {"property": "email", "constraints": {"isEmail": "email must be an email"}}
    first = {"property": "0", "children": [inner]}
    entry = {"property": name, "children": [first]}
    body = {"error": {"message": "Bad Request Exception", "details": {"errors": [entry]}}}
    error = read(400, body)
    assert isinstance(error, InvalidAnswer)
    assert error.field == name


@pytest.mark.parametrize(
    ("action", "status", "message", "error"),
    [
        ("hold", 422, "whatever", SlotTaken),
        ("hold", 422, "Booking with id=1 at x has no more seats left.", Full),
        ("hold", 400, "whatever", Refused),
        ("cancel", 422, "whatever", Refused),
        ("create", 400, "instant property is wrong,property instant should not exist ", NotThere),
        ("cancel", 404, "User with id=9 was not found in the database", NotFound),
        ("reassign", 404, "User with id=9 was not found in the database", InvalidAnswer),
        ("reassign", 404, "Booking with uid=u was not found in the database", NotFound),
        ("confirm", 400, "Bad request: Please check your request data and try again", AlreadyDone),
        ("decline", 400, "Bad request: Please check your request data and try again", Refused),
    ],
)
def test_what_means_something_after_a_certain_write_only(
    action: str, status: int, message: str, error: type[SchedulingError]
) -> None:
    assert type(read(status, {"message": message}, action)) is error


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
