"""What scheduling can refuse, as one tree that every layer above the client speaks.

::

    SchedulingError
    ├── NotConnected          there is no credential at all
    ├── NotAuthorised         the credential was refused
    │   └── Disconnected      a member's own: they have to connect again
    ├── NotAllowed            the credential is fine, this is not its to do
    ├── NotFound              no such booking, event type or person (or not to be seen)
    ├── NotSupported          this server or API version cannot do it
    ├── Refused               nothing was changed, another choice may work
    │   ├── SlotTaken         somebody has it, or the host is not available then
    │   ├── OutOfBounds       too soon, or too far ahead
    │   ├── InPast
    │   ├── Full              no seats left
    │   ├── LimitReached      the event type's or the booker's limit (Cal.com says 401: not the key)
    │   ├── AlreadyDone       cancelled, confirmed, moved or signed up before
    │   ├── NotOffered        the event type does not allow it
    │   └── InvalidAnswer     a field, and why
    ├── RateLimited           until when
    ├── Unavailable           no answer, or 5xx; nothing was changed
    └── UnknownOutcome        the answer to a write was lost: it may have happened
"""

from datetime import datetime


class SchedulingError(Exception):
    """Something Cal.com refused or could not do.

    Args:
        detail: The server's own words, for the log; may hold personal data and booking uids,
            so it is neither shown to people nor logged above debug.
    """

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail


class NotConnected(SchedulingError):
    """There is no Cal.com credential to act with."""


class NotAuthorised(SchedulingError):
    """The credential is missing, wrong, revoked or expired."""


class Disconnected(NotAuthorised):
    """A member's own credential is refused for good: they have to connect again."""


class NotAllowed(SchedulingError):
    """The credential is valid, but this is not its to see or to change."""


class NotFound(SchedulingError):
    """No such booking, event type or person, or not for this credential to see."""


class NotSupported(SchedulingError):
    """This server, or this version of its API, cannot do it."""


class Refused(SchedulingError):
    """Nothing was changed; another choice may work."""


class SlotTaken(Refused):
    """The time is booked, or the host does not work then."""


class OutOfBounds(Refused):
    """Sooner than the minimum notice, or later than the booking window."""


class InPast(Refused):
    """The start has passed, or the booking has ended."""


class Full(Refused):
    """No seats are left at this time."""


class LimitReached(Refused):
    """A limit of the event type, the team or the booker is used up."""


class AlreadyDone(Refused):
    """It was done before; `moved_to` is the uid of the booking that took its place, if any."""

    def __init__(self, detail: str = "", moved_to: str | None = None) -> None:
        super().__init__(detail)
        self.moved_to = moved_to


class NotOffered(Refused):
    """The event type does not allow it, for example cancelling."""


class InvalidAnswer(Refused):
    """A field of the request was refused.

    Args:
        field: The field's slug (`company`, `email`, `guests`, `start`, `reason` ...).
        reason: A short sentence for the person.
        allowed: The options the server named, if any.
    """

    def __init__(
        self, field: str, reason: str, allowed: tuple[str, ...] = (), detail: str = ""
    ) -> None:
        super().__init__(detail or f"{field}: {reason}")
        self.field = field
        self.reason = reason
        self.allowed = allowed


class RateLimited(SchedulingError):
    """Too many requests with this credential; `until` is when it may ask again."""

    def __init__(self, until: datetime, detail: str = "") -> None:
        super().__init__(detail)
        self.until = until


class Unavailable(SchedulingError):
    """Cal.com did not answer or answered 5xx; nothing was changed."""


class UnknownOutcome(SchedulingError):
    """The answer to a write was lost and could not be found out: it may have happened."""


class Unsealable(Exception):
    """The keys that the database was sealed with are not there; the message says what to do."""


class Denied(Exception):
    """Our own policy says no; `who_may` completes the sentence "Only ... can do that."."""

    def __init__(self, who_may: str) -> None:
        super().__init__(who_may)
        self.who_may = who_may


class Unclear(Exception):
    """What was typed cannot be understood; the message says what to type instead."""


class NotReachable(Unclear):
    """A colleague is meant whose event types cannot be seen: they may connect their own account.

    Args:
        user_id: Slack's, of the colleague.
    """

    def __init__(self, message: str, user_id: str) -> None:
        super().__init__(message)
        self.user_id = user_id


class Expired(Exception):
    """A button, draft or card refers to something that is no longer kept."""


class StoreUnavailable(Exception):
    """Our own database does not answer, or not in time; nothing was stored."""


class NotMigrated(StoreUnavailable):
    """The database's tables are not those of this version."""


class PlaceError(Exception):
    """A card could not be shown in a place; `code` is Slack's own error code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class PlaceUnreachable(PlaceError):
    """The channel is archived, unknown, or closed to the bot: trying again will not help."""


class PlaceBusy(PlaceError):
    """Slack refused for now (nothing was posted); `retry_after` seconds, if it said."""

    def __init__(self, code: str, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.retry_after = retry_after


class BotRefused(PlaceBusy):
    """Slack does not let the bot do it anywhere: its token was revoked, or lacks a scope."""


class PlaceUnknown(PlaceError):
    """The answer was lost: the message may be there."""


class PlaceGone(PlaceError):
    """The message that was to be edited is no longer there."""
