"""From the body of POST /v2/bookings to a wish to book, with everything API v2 checks first."""

from __future__ import annotations

from typing import Any

from bot.sandbox.calcom import fields, places
from bot.sandbox.calcom import v2_checks as checks
from bot.sandbox.calcom.booking import Person, Request
from bot.sandbox.calcom.fields import EMAIL, PHONE
from bot.sandbox.calcom.model import JSON, EventType, Scheduling, User
from bot.sandbox.calcom.times import parse
from bot.sandbox.calcom.v2_checks import Constraints, Field, Problem, Shape
from bot.sandbox.calcom.v2_errors import nest
from bot.sandbox.calcom.v2_team_event_types import by_slug as team_event_type
from bot.sandbox.calcom.world import World

LANGUAGES = [
    "ar",
    "ca",
    "de",
    "es",
    "eu",
    "he",
    "id",
    "ja",
    "lv",
    "pl",
    "ro",
    "sr",
    "th",
    "vi",
    "az",
    "cs",
    "el",
    "es-419",
    "fi",
    "hr",
    "it",
    "km",
    "nl",
    "pt",
    "ru",
    "sv",
    "tr",
    "zh-CN",
    "bg",
    "da",
    "en",
    "et",
    "fr",
    "hu",
    "iw",
    "ko",
    "no",
    "pt-BR",
    "sk",
    "ta",
    "uk",
    "zh-TW",
    "bn",
]


def _person(name: str, value: Any) -> Constraints:
    if value is None:
        return {"isDefined": f"{name} should not be null or undefined"}
    return checks.obj(name, value)


def _phone(name: str, value: Any) -> Constraints:
    if isinstance(value, str) and PHONE.fullmatch(value):
        return {}
    return {"matches": f"{name} must be a valid phone number in E.164 format"}


def _metadata(name: str, value: Any) -> Constraints:
    small = isinstance(value, dict) and len(value) <= 50
    if small and all(
        len(k) <= 40 and isinstance(v, str) and len(v) <= 500 for k, v in value.items()
    ):
        return {}
    words = (
        "must have at most 50 keys, each key up to 40 characters, and values up to 500 characters."
    )
    return {"validateMetadata": f"Metadata {words}"}


_ATTENDEE = {
    "name": Field(checks.text, required=True),
    "timeZone": Field(checks.zone, required=True),
    "email": Field(checks.text),
    "phoneNumber": Field(_phone),
    "language": Field(checks.one_of(LANGUAGES)),
}
_CREATE = {
    "start": Field(checks.moment, required=True),
    "attendee": Field(_person, required=True, inner=_ATTENDEE),
    "eventTypeId": Field(checks.number),
    "eventTypeSlug": Field(checks.text),
    "username": Field(checks.text),
    "teamSlug": Field(checks.text),
    "organizationSlug": Field(checks.text),
    "guests": Field(checks.texts),
    "meetingUrl": Field(checks.text),
    "location": Field(checks.anything),
    "metadata": Field(_metadata),
    "bookingFieldsResponses": Field(checks.obj),
    "lengthInMinutes": Field(checks.number),
    "recurrenceCount": Field(checks.number),
    "routing": Field(checks.obj),
    "emailVerificationCode": Field(checks.text),
    "allowConflicts": Field(checks.boolean),
}
_CREATE_HOSTED = _CREATE | {"instant": Field(checks.boolean)}


def request(world: World, body: JSON, caller: User | None) -> Request:
    """Return the wish to book; raise the `ApiError` the real server answers where it is wrong."""
    _check_shape(body, _CREATE_HOSTED if world.hosted else _CREATE)
    event_type = _event_type(world, body)
    _check_hosts(event_type)
    length = _length(event_type, body.get("lengthInMinutes"))
    who = body["attendee"]
    person = Person(
        name=who["name"],
        email=who.get("email", ""),
        time_zone=who["timeZone"],
        language=who.get("language", "en"),
        phone=who.get("phoneNumber"),
    )
    answers = dict(body.get("bookingFieldsResponses") or {})
    _check_phone(event_type, person)
    _check_answers(event_type, answers)
    location, location_answer = _place(event_type, body.get("location"), person)
    start = parse(body["start"])
    if start is None:
        raise AssertionError("checked above")
    rule = event_type.recurrence
    count = body.get("recurrenceCount") if rule else None
    if rule and count and count > rule.occurrences:
        text = "Provided recurrence count is higher than the event type's recurring event count."
        raise nest(400, text)
    return Request(
        event_type=event_type,
        start=start,
        attendee=person,
        guests=list(body.get("guests") or answers.get("guests") or []),
        location=location,
        location_answer=location_answer,
        answers=answers,
        metadata=dict(body.get("metadata") or {}),
        length=length,
        recurrence_count=count,
        caller=caller,
    )


def _check_shape(body: JSON, shape: Shape) -> None:
    found = checks.problems(body, shape, strict=True)
    who = body.get("attendee")
    if isinstance(who, dict) and not found and not (who.get("email") or who.get("phoneNumber")):
        words = "Attendee must have at least one contact method (email or phone number)"
        contact = Problem("attendee email or phone", {"contact": words})
        found.append(Problem("attendee", {}, [contact]))
    named = body.get("eventTypeSlug") and (body.get("username") or body.get("teamSlug"))
    if body.get("eventTypeId") is None and not named:
        words = (
            "Either eventTypeId or eventTypeSlug + username or eventTypeSlug + teamSlug"
            " must be provided"
        )
        found.append(Problem("eventTypeId or eventTypeSlug + username", {"eventType": words}))
    if found:
        raise checks.said(found)


def _event_type(world: World, body: JSON) -> EventType:
    if body.get("eventTypeId") is not None:
        found = world.event_types.get(int(body["eventTypeId"]))
        if found is None:
            raise nest(404, f"Event type with id {body['eventTypeId']} not found.")
        return found
    slug, username, team = body["eventTypeSlug"], body.get("username"), body.get("teamSlug")
    if not username:
        of_team = team_event_type(world, str(team), slug)
        if of_team is None:
            raise nest(404, f"Event type with slug {slug} belonging to team {team} not found.")
        return of_team
    owner = world.user_by_name(str(username))
    mine = world.event_types_of(owner) if owner else []
    by_slug = next((e for e in mine if e.slug == slug), None)
    if by_slug is None:
        text = f"Event type with slug {slug} belonging to user {username} not found."
        raise nest(404, text)
    return by_slug


def _check_hosts(event_type: EventType) -> None:
    """Raise what is wrong with a team's event type that nobody can host."""
    if event_type.scheduling is Scheduling.MANAGED:
        raise nest(
            400,
            f"Event type with id={event_type.id} is the parent managed event type that can't be"
            " booked. You have to provide the child event type id aka id of event type that has"
            " been assigned to one of the users.",
        )
    if not event_type.host_ids:
        raise nest(
            422,
            "Can't book this team event type because it has no hosts. Please, add at least 1 host"
            f" to event type with id={event_type.id} belonging to team with"
            f" id={event_type.team_id} and try again.",
        )


def _length(event_type: EventType, length: Any) -> int | None:
    if length is None:
        return None
    if not event_type.lengths:
        raise nest(
            400,
            "Can't specify 'lengthInMinutes' because event type does not have multiple possible"
            " lengths. Please, remove the 'lengthInMinutes' field from the request.",
        )
    if length not in event_type.lengths:
        offered = ", ".join(str(n) for n in event_type.lengths)
        raise nest(
            400,
            "Provided 'lengthInMinutes' is not one of the possible lengths for the event type."
            f" The possible lengths are: {offered}",
        )
    return int(length)


def _check_phone(event_type: EventType, person: Person) -> None:
    """Raise the 400 of a form that asks for a phone number in its default field."""
    asked = next((f for f in fields.form(event_type) if f["slug"] == fields.PHONE_FIELD[0]), None)
    if asked and asked["required"] and not asked["hidden"] and not person.phone:
        raise nest(
            400,
            "Missing attendee phone number - it is required by the event type. Pass it as"
            ' "attendee.phoneNumber" in the request.',
        )


def _check_answers(event_type: EventType, answers: JSON) -> None:
    """Raise the 400 of the first custom field without an answer, or with one of a wrong kind.

    What is hidden need not be answered: nobody can see it. Default fields are left to the form.
    """
    for field in fields.custom(event_type):
        slug, value = field["slug"], answers.get(field["slug"])
        if value is None:
            if field.get("required") and not field.get("hidden"):
                raise nest(
                    400,
                    f"Missing required booking field response: {slug} - it is required by the event"
                    " type booking fields, but missing in the bookingFieldsResponses. You can fetch"
                    f" the event type with ID {event_type.id} to see the required fields.",
                )
            continue
        if field["type"] != "unknown":
            _check_answer(str(slug), field, value)


_ANSWER_TYPES: dict[str, tuple[type, ...]] = {
    "number": (int, float),
    "boolean": (bool,),
    "multiselect": (list,),
    "checkbox": (list,),
    "multiemail": (list,),
}


def _check_answer(slug: str, field: JSON, value: Any) -> None:
    wanted = _ANSWER_TYPES.get(field["type"], (str,))
    choice = field["type"] in ("select", "radio") and isinstance(value, int | float)
    truth = isinstance(value, bool) and bool not in wanted  # a bool is an int in Python
    if truth or not (isinstance(value, wanted) or choice):
        names = {str: "string", bool: "boolean", list: "array"}
        word = names.get(wanted[0], "number")
        given = names.get(type(value), "number")
        text = f"Invalid type for booking field '{slug}'. Expected type {word}, but got {given}."
        raise nest(400, text)
    options = [str(o) for o in field.get("options") or []]
    given_options = value if isinstance(value, list) else [value]
    for option in given_options if options else []:
        if str(option) not in options:
            allowed = ", ".join(options)
            raise nest(
                400,
                f"Invalid option '{option}' for booking field '{slug}'."
                f" Allowed options are: {allowed}.",
            )


def _place(event_type: EventType, wish: Any, person: Person) -> tuple[str | None, JSON | None]:
    """Return what the booking keeps for the place wished for, and the form's answer."""
    if wish is None:
        return None, None
    if isinstance(wish, str):  # tolerated for old clients, and not checked
        return wish, {"value": wish, "optionValue": ""}
    kind = wish.get("type") if isinstance(wish, dict) else None
    offered = [place for place in event_type.locations if place.get("type") == kind]
    if kind == "integration":
        offered = [p for p in offered if p.get("integration") == wish.get("integration")]
        if not event_type.locations and wish.get("integration") == "cal-video":
            offered = [wish]
    if not offered:
        raise nest(
            400,
            f"Booking location with type {kind} not valid for event type with id={event_type.id}."
            " The event type has following location types: "
            + ", ".join(str(p.get("type")) for p in event_type.locations),
        )
    own = wish if str(kind).startswith("attendee") else offered[0]
    given = own | ({"phone": own.get("phone") or person.phone} if kind == "attendeePhone" else {})
    wrong = places.wrong(given) if own is wish else ""
    if wrong:  # the words are inferred
        raise nest(400, f"Validation failed for {kind} location: {wrong}")
    return places.stored(given), places.answer(given)


def valid_email(text: Any) -> bool:
    return isinstance(text, str) and EMAIL.fullmatch(text) is not None
