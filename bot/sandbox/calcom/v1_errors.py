"""API v1's error bodies, and the engine's refusals in its words.

The usual shape is `{message, data: null}`, the message of a wrong request made of Zod's issues;
what stands before every endpoint (key, limit, method) answers `{message}` or `{error}` alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.calcom.errors import Code, Refused
from bot.sandbox.calcom.model import JSON


class V1Error(Exception):
    """An error answer, whole."""

    def __init__(self, status: int, body: JSON) -> None:
        super().__init__(str(body))
        self.status = status
        self.body = body


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong with a request; `path` leads to it."""

    code: str
    path: tuple[str, ...]
    message: str

    def __str__(self) -> str:
        return (
            f"{self.code} in '{','.join(self.path)}': {self.message}" if self.path else self.message
        )


def failed(status: int, message: str) -> V1Error:
    return V1Error(status, {"message": message, "data": None})


def invalid(issues: list[Issue]) -> V1Error:
    return failed(400, "; ".join(map(str, issues)))


def not_yours() -> V1Error:
    """The answer about bookings of others; those that do not exist are nobody's."""
    return failed(403, "You are not authorized")


def forbidden() -> V1Error:
    """The answer about everything else of others, existing or not."""
    return failed(403, "Forbidden")


def no_record() -> V1Error:
    """The database's own words, which v1 hands on (exchange 045)."""
    text = (
        "An operation failed because it depends on one or more records that were required but not"
        " found. No record was found for a query."
    )
    return failed(404, f"\nInvalid `prisma.eventType.findUniqueOrThrow()` invocation:\n\n\n{text}")


def no_event_type_id() -> V1Error:
    """The same for a query without an id, its hundreds of lines of columns left out (046)."""
    text = (
        "Argument `where` of type EventTypeWhereUniqueInput needs at least one of `id`,"
        " `userId_slug`, `teamId_slug` or `userId_parentId` arguments. Available options are marked"
        " with ?."
    )
    asked = "{\n  where: {\n    id: undefined\n  }\n}"
    return failed(
        500, f"\nInvalid `prisma.eventType.findUniqueOrThrow()` invocation:\n\n{asked}\n\n{text}"
    )


def refusal(refused: Refused) -> V1Error:
    """Put an engine's refusal into API v1's words: mostly its bare code."""
    if refused.code is Code.FORM:
        return invalid([Issue("custom", ("responses",), refused.detail)])
    status, text = _WORDS[refused.code]
    return failed(status, text or str(refused.code))


_WORDS = {
    Code.TAKEN: (400, ""),
    Code.HOSTS_TAKEN: (400, ""),
    Code.OUT_OF_BOUNDS: (400, ""),
    Code.PAST: (400, "Attempting to book a meeting in the past."),
    Code.RACE_LOST: (400, "An error occurred while querying the database."),
    Code.SEATS_FULL: (409, ""),
    Code.ALREADY_SIGNED_UP: (409, ""),
    Code.NOT_ENOUGH_SEATS: (409, ""),
    Code.COUNT_LIMIT: (401, ""),
    Code.DURATION_LIMIT: (401, ""),
    Code.ACTIVE_LIMIT: (400, ""),
    Code.ALREADY_CANCELLED: (400, "This booking has already been cancelled."),
    Code.ALREADY_RESCHEDULED: (400, "rescheduled_bookings_cannot_be_rescheduled"),
    Code.NOT_CANCELLABLE: (400, "This event type does not allow cancellations"),
    Code.ENDED: (400, "Cannot cancel a booking that has already ended"),
    Code.NOT_HOST: (401, "User not a host of this event"),
    Code.ORIGINAL_UNKNOWN: (404, "Could not find original booking"),
}
