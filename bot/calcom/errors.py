"""What Cal.com answers when it will not, read into the tree of `bot.domain.errors`.

Six shapes of bodies carry one sentence each: Nest's envelope `error.message`; the same with the
reasons hidden in `error.details.errors[].constraints`; `details` as a plain string; no details;
the flat `{statusCode, message}`; v1's `{message}` or `{"error": "..."}`. The sentence decides
first, then the status; the `code` is never looked at. Known sentences::

    LimitReached    booking_limit_reached, duration_limit_reached (both 401), too many active
    SlotTaken       already has booking (a user's or one of the hosts'), not available,
                    no_available_users_found, a lost race (400 "querying the database" when
                    creating), booking_conflict; nobody else to hand over to; held by another
                    (any 422 to a hold)
    OutOfBounds     can't be booked at the "start" time, minimum notice, absent before the start
    InPast          in the past, already ended
    Full            No more seats left (when holding, too), not_enough_available_seats
    AlreadyDone     signed up, confirmed, cancelled, moved (with the new uid), the seat is gone,
                    a webhook with that address
    NotOffered      cancelling or rescheduling switched off, a managed parent, no team to meet
                    at once
    InvalidAnswer   a missing, unknown or malformed field, by its slug; the cancellation reason;
                    `guests` (there already, or too many); `host` who cannot take it over
                    `start`, `toUserId` of days out of office
    NotAllowed      not a host, not authorised (401, 403 or 400)
    NotFound        an out-of-office entry that is not one's own (403)
    NotThere        "Cannot GET /...": no such route in this version; no `instant` in a booking

and for all others::

    401, 498 NotAuthorised    403 NotAllowed      404 NotFound     405, 410 NotSupported
    429 RateLimited           408, 425, 3xx, 5xx Unavailable       other 4xx Refused

Three more are known to the client only, and are what they inherit from to everybody else:
`Lost` (an UnknownOutcome: the answer to a write did not arrive), `Unreadable` (an Unavailable:
an answer that is not what it should be) and `NotThere` (a NotSupported: the server was built
without it, so it need not be asked again).
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.calcom.refused_fields import NO_HOST, invalid_field
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
    UnknownOutcome,
)
from bot.domain.wording import N_


class Lost(UnknownOutcome):
    """A write was sent, and its answer did not arrive."""


class Unreadable(Unavailable):
    """An answer came that cannot be made sense of."""


class NotThere(NotSupported):
    """The server itself says that it knows no such thing."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A refusing answer. `action` names the write (`create`, `confirm` ...), empty for reads."""

    status: int
    text: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    action: str = ""


Make = type[SchedulingError] | Callable[[re.Match[str], str], SchedulingError]


def _moved(found: re.Match[str], sentence: str) -> SchedulingError:
    return AlreadyDone(sentence, moved_to=found["uid"])


def _email_blocked(found: re.Match[str], sentence: str) -> SchedulingError:
    return InvalidAnswer("email", N_("This address cannot book here."), detail=sentence)


SENTENCES: tuple[tuple[re.Pattern[str], Make], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), make)
    for pattern, make in (
        (r"(booking|duration)_limit_reached|maximum number of active bookings", LimitReached),
        (r"booker_limit_exceeded", LimitReached),
        (r"rescheduled already to booking with uid=(?P<uid>[\w-]+)", _moved),
        (r"already_signed_up|already (been )?(confirmed|cancelled)", AlreadyDone),
        (r"because it has been cancelled|Invalid seatUid", AlreadyDone),
        (r"subscriber url already exists", AlreadyDone),
        (r"already has booking at this time|no_available_users_found|booking_conflict", SlotTaken),
        (r"hosts?_unavailable_for_booking|by_restriction_schedule", SlotTaken),
        (r"already reserved by another|no other host is available", SlotTaken),
        (r"if the event is already booked|no available hosts left", SlotTaken),
        (r"can't be booked at the .start. time|booking_time_out_of_bounds", OutOfBounds),
        (r"minimum notice period|only be marked as absent after", OutOfBounds),
        (r"book a meeting in the past|already ended", InPast),
        (r"no more seats left|booking_seats_full|not_enough_available_seats", Full),
        (r"does not allow (cancell|reschedul)ations?|does not allow rescheduling", NotOffered),
        (r"parent managed event type|has no hosts|recurring_event_seats", NotOffered),
        (r"only supported for team event types", NotOffered),
        (r"Cannot use this email|booker_email_blocked", _email_blocked),
        (r"not a host of|not authori[sz]ed|do not belong to you", NotAllowed),
        (r"OOO entry does not belong", NotFound),
        (r"checkBookingRequiresAuthentication", NotAllowed),
        (r"no authentication provided", NotAuthorised),
        (r"^Cannot (GET|POST|PATCH|PUT|DELETE) /", NotThere),
    )
)

STATUSES: Mapping[int, type[SchedulingError]] = {
    401: NotAuthorised,
    403: NotAllowed,
    404: NotFound,
    405: NotSupported,
    408: Unavailable,
    410: NotSupported,
    425: Unavailable,
    498: NotAuthorised,
}


def refusal(answer: Answer, now: datetime) -> SchedulingError:
    """The error that an answer other than 2xx stands for; never raises.

    Args:
        now: UTC; what the reset of a rate limit is counted from.
    """
    body, sentence = _read(answer.text)
    if answer.status == 429:
        return RateLimited(_reset(answer.headers, now), sentence)
    if not 400 <= answer.status < 600:
        return Unavailable(f"HTTP {answer.status}")
    named = _by_action(answer, sentence) or _by_sentence(body, sentence)
    if named is not None:
        return named
    if answer.status >= 500:
        return Unavailable(sentence or f"HTTP {answer.status}")
    if answer.status == 404 and body is None:
        return NotSupported("no JSON at this address")
    return STATUSES.get(answer.status, Refused)(sentence)


def _by_action(answer: Answer, sentence: str) -> SchedulingError | None:
    """Answers that mean something only after a certain write."""
    match answer.action, answer.status:
        case (("create" | "reschedule"), 400) if "querying the database" in sentence:
            return SlotTaken(sentence)
        case "create", 400 if "property instant should not exist" in sentence:
            return NotThere(sentence)
        case "confirm", 400 if sentence.startswith("Bad request: Please check"):
            # How the servers of 2025 say that it is confirmed (or gone) already.
            return AlreadyDone(sentence)
        case "hold", 422 if "seats left" not in sentence:
            return SlotTaken(sentence)
        case "reassign", 404 if sentence.startswith("User with id="):
            return InvalidAnswer("host", NO_HOST, detail=sentence)
    return None


def _by_sentence(body: Any, sentence: str) -> SchedulingError | None:
    # Fields first: their sentences quote what people wrote.
    invalid = invalid_field(body, sentence)
    if invalid is not None:
        return invalid
    for pattern, make in SENTENCES:
        found = pattern.search(sentence)
        if found:
            return make(sentence) if isinstance(make, type) else make(found, sentence)
    return None


def _read(text: str) -> tuple[Any, str]:
    """The body (None where it is no JSON) and the sentence in it."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return None, ""
    said: Any = body[0] if isinstance(body, list) and body else body
    if isinstance(said, dict):
        error = said.get("error")
        error = error[0] if isinstance(error, list) and error else error
        if isinstance(error, dict) and "message" in error:
            said = error["message"]
        else:
            said = said.get("message") or error
    if isinstance(said, list):
        said = ",".join(part for part in said if isinstance(part, str))
    return body, said if isinstance(said, str) else ""


def _reset(headers: Mapping[str, str], now: datetime) -> datetime:
    """When the limit lets go; one minute, which is Cal.com's block, where it does not say.

    Headers are `X-RateLimit-Reset`, with a suffix per limit in v2 (`-Default`, `-Short`).
    Values are seconds to go, or an epoch in seconds, or (v1) in milliseconds.
    """
    waits = []
    for name, value in headers.items():
        if not name.lower().startswith(("x-ratelimit-reset", "retry-after")):
            continue
        try:
            number = float(value)
        except ValueError:
            continue
        if number >= 1e11:
            number /= 1000
        waits.append(number - now.timestamp() if number >= 1e6 else number)
    seconds = max(waits, default=60.0)
    if not 0 < seconds <= 3600:  # false for a NaN too
        seconds = 60.0
    return now.astimezone(UTC) + timedelta(seconds=seconds)
