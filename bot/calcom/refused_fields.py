"""Which field of a request was refused, and why, out of Cal.com's sentences.

The reasons are our own words: the server's quote the input, and its translation keys say
nothing to people. Sources: the answers of API v2 (2024-08-13) and v1 to refused bookings.
"""

import re
from collections.abc import Callable
from typing import Any

from bot.domain.answers import MISSING, NOT_AN_OPTION
from bot.domain.errors import InvalidAnswer
from bot.domain.wording import N_, _

MALFORMED = N_("This does not look right.")
NOT_KNOWN = N_("This is not taken here.")
SAME_DAYS = N_("There is an entry of just these days already.")
NO_COVER = N_("Only somebody of one of your teams can cover for you.")
COVERS_THEN = N_("Somebody who is away on some of these days counts on you to cover for them.")
NO_HOST = N_("They do not host this kind of meeting.")

CODES = {
    "error_required_field": MISSING,
    "invalid_number": N_(
        "This is not a phone number: write it with its country code, like +33 6 …."
    ),
    "email_validation_error": N_("This is not an e-mail address."),
    "url_validation_error": N_("This is not a web address."),
    "max_characters_allowed": N_("This is too long."),
    "min_characters_required": N_("This is too short."),
    "duplicate_email": N_("One of these addresses is there twice."),
    "exclude_emails_match_found_error_message": N_("This address cannot book here."),
    "require_emails_no_match_found_error_message": N_("This address cannot book here."),
}
"""The translation keys in `responses - {slug}key`."""

SLUGS = {
    "attendee email or phone": "email",
    "phoneNumber": "attendeePhoneNumber",
    "reschedulingReason": "rescheduleReason",
    "cancellationReason": "reason",
    "eventTriggers": "triggers",
}
"""Properties of requests that are called otherwise in the forms."""

WHOLE = ("guests", "location")
"""Properties whose parts have no names of their own in the forms."""

Read = Callable[[re.Match[str]], InvalidAnswer]


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip(" '\"") for part in text.split(",") if part.strip(" '\""))


def _property(found: re.Match[str]) -> InvalidAnswer:
    """`attendee property is wrong, name property is wrong,name must be a string`: the last of
    the nested names, the first of several problems."""
    name, said = found["name"], found["said"] or ""
    inner = re.match(r" ?([\w .+]+?) property is wrong,(.*)", said, re.DOTALL)
    if name == "attendee" and inner:
        name, said = inner[1], inner[2]
    slug = SLUGS.get(name, name)
    return InvalidAnswer(slug, _reason(said), _allowed(said), detail=found.string)


def _reason(said: str) -> str:
    if "should not exist" in said:
        return NOT_KNOWN
    if "null or undefined" in said or "should not be empty" in said:
        return MISSING
    if "must be one of" in said or "Allowed are" in said:
        return NOT_AN_OPTION
    return MALFORMED


def _allowed(said: str) -> tuple[str, ...]:
    found = re.search(r"(?:one of the following values:|Allowed are) ([^|]+)", said)
    return _list(found[1]) if found else ()


def _v1_issue(found: re.Match[str]) -> InvalidAnswer:
    """`invalid_type in 'responses,email': Required`; numbers in the path are places in a list."""
    said = found["said"]
    expected = re.search(r"Expected ('[^,]*'), received", said)
    allowed = tuple(re.findall(r"'([^']+)'", expected[1])) if expected else ()
    missing = MISSING if said.startswith("Required") else MALFORMED
    names = [name for name in found["path"].split(",") if not name.isdecimal()]
    slug = SLUGS.get(names[-1], names[-1]) if names else ""
    return InvalidAnswer(slug, NOT_AN_OPTION if allowed else missing, allowed, detail=found.string)


PATTERNS: tuple[tuple[re.Pattern[str], Read], ...] = (
    (
        re.compile(r"^Missing required booking field response: (?P<slug>[^\s,]+)"),
        lambda m: InvalidAnswer(m["slug"], MISSING, detail=m.string),
    ),
    (
        re.compile(
            r"^(?:Invalid option|One or more invalid options)"
            r".* for booking field '(?P<slug>[^']+)'\. Allowed options are: (?P<allowed>.*?)\.?$",
            re.DOTALL,
        ),
        lambda m: InvalidAnswer(m["slug"], NOT_AN_OPTION, _list(m["allowed"]), detail=m.string),
    ),
    (
        re.compile(
            r"^Invalid (?:type|option|value).* for booking field '(?P<slug>[^']+)'", re.DOTALL
        ),
        lambda m: InvalidAnswer(m["slug"], MALFORMED, detail=m.string),
    ),
    (
        re.compile(r"\bresponses'?( -|:) \{(?P<slug>[^}]+)\}(?P<code>\w*)"),
        lambda m: InvalidAnswer(m["slug"], CODES.get(m["code"], MALFORMED), detail=m.string),
    ),
    (
        re.compile(r"^Missing attendee phone number"),
        lambda m: InvalidAnswer("attendeePhoneNumber", MISSING, detail=m.string),
    ),
    (
        re.compile(r"^Cancellation reason is required"),
        lambda m: InvalidAnswer("reason", MISSING, detail=m.string),
    ),
    (
        re.compile(r"^Both Phone and Email are missing"),
        lambda m: InvalidAnswer("email", MISSING, detail=m.string),
    ),
    (
        re.compile(r"email_verification_required|invalid_verification_code"),
        lambda m: InvalidAnswer(
            "email", N_("This address has to be verified on the booking page."), detail=m.string
        ),
    ),
    (
        re.compile(r"'lengthInMinutes'|^Invalid event length"),
        lambda m: InvalidAnswer("lengthInMinutes", NOT_AN_OPTION, detail=m.string),
    ),
    (
        re.compile(r"^Booking location with (type|integration) "),
        lambda m: InvalidAnswer("location", NOT_AN_OPTION, detail=m.string),
    ),
    (
        re.compile(r"^Missing or invalid location value"),
        lambda m: InvalidAnswer("location", MALFORMED, detail=m.string),
    ),
    (
        re.compile(r"emails_must_be_unique_valid"),
        lambda m: InvalidAnswer(
            "guests", N_("They are there already, or cannot be invited."), detail=m.string
        ),
    ),
    (
        re.compile(r"^Cannot add \d+ guests.* Maximum total guests allowed is (?P<most>\d+)"),
        lambda m: InvalidAnswer(
            "guests",
            _("No more than {most} people can take part.").format(most=m["most"]),
            detail=m.string,
        ),
    ),
    (
        re.compile(r"is not a valid Round Robin host|invalid_round_robin_host"),
        lambda m: InvalidAnswer("host", NO_HOST, detail=m.string),
    ),
    (
        re.compile(r"^Provided recurrence count is higher"),
        lambda m: InvalidAnswer("recurrenceCount", N_("These are too many."), detail=m.string),
    ),
    (
        re.compile(r"^Webhook URL is not allowed"),
        lambda m: InvalidAnswer(
            "subscriberUrl", N_("Cal.com does not send to this address."), detail=m.string
        ),
    ),
    (
        re.compile(r"^Ooo entry already exists", re.IGNORECASE),
        lambda m: InvalidAnswer("start", SAME_DAYS, detail=m.string),
    ),
    (
        re.compile(r"^Cannot redirect to (this user|self)"),
        lambda m: InvalidAnswer("toUserId", NO_COVER, detail=m.string),
    ),
    (
        re.compile(r"^Booking redirect infinite not allowed"),
        lambda m: InvalidAnswer("start", COVERS_THEN, detail=m.string),
    ),
    (re.compile(r"^\w+ in '(?P<path>[^']+)': (?P<said>.*)", re.DOTALL), _v1_issue),
    (re.compile(r"^(?P<name>[\w .+]+?) property is wrong(?:,(?P<said>.*))?", re.DOTALL), _property),
    (
        re.compile(r"^Unrecognized key\(s\) in object: '(?P<name>[^']+)'"),
        lambda m: InvalidAnswer(m["name"], NOT_KNOWN, detail=m.string),
    ),
)


def invalid_field(body: Any, sentence: str) -> InvalidAnswer | None:
    """The refused field, if that is what the answer says; never raises."""
    for pattern, read in PATTERNS:
        found = pattern.search(sentence)
        if found:
            return read(found)
    for issue in _issues(body):
        return issue
    return None


def _issues(body: Any) -> list[InvalidAnswer]:
    """`error.details.errors[]`: the only place where validation of a whole body says what."""
    errors = _inside(_inside(_inside(body, "error"), "details"), "errors")
    entries = errors if isinstance(errors, list) else [errors]
    return [issue for entry in entries if (issue := _issue(entry)) is not None]


def _inside(value: Any, key: str) -> Any:
    if isinstance(value, list) and value:
        value = value[0]
    return value.get(key) if isinstance(value, dict) else None


def _issue(entry: Any) -> InvalidAnswer | None:
    """One entry, or the first of its children that names a reason."""
    if not isinstance(entry, dict):
        return None
    name, constraints = entry.get("property"), entry.get("constraints")
    children = entry.get("children")
    for child in children if isinstance(children, list) else []:
        inner = _issue(child)
        if inner is not None:
            inner.field = name if name in WHOLE else inner.field
            return inner
    if not isinstance(name, str) or not name:
        return None
    texts = constraints.values() if isinstance(constraints, dict) else ()
    said = "|".join(text for text in texts if isinstance(text, str))
    return InvalidAnswer(SLUGS.get(name, name), _reason(said), _allowed(said), detail=said)
