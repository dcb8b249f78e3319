"""From the body of POST /v1/bookings to a wish to book, with everything API v1 checks first."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.sandbox.calcom import places
from bot.sandbox.calcom import v1_checks as checks
from bot.sandbox.calcom.booking import Person, Request
from bot.sandbox.calcom.errors import Code, Refused
from bot.sandbox.calcom.model import JSON, EventType, User
from bot.sandbox.calcom.times import parse
from bot.sandbox.calcom.v1_checks import Rule
from bot.sandbox.calcom.v1_errors import failed, no_event_type_id, no_record, refusal
from bot.sandbox.calcom.world import World

_TEXT = Rule("string")
_RESPONSES = {
    "name": Rule("string", required=True),
    "email": Rule("string", required=True),
    "location": Rule("object", inner={"value": _TEXT, "optionValue": _TEXT}),
    "guests": Rule("array", each=_TEXT),
    "attendeePhoneNumber": _TEXT,
    "rescheduleReason": _TEXT,
}
_BODY = {
    "start": Rule("date", required=True),
    "end": Rule("date"),
    "timeZone": Rule("zone", required=True),
    "language": Rule("string", required=True),
    "metadata": Rule("object", required=True, each=_TEXT),
    "rescheduleUid": _TEXT,
    "rescheduledBy": _TEXT,
    "responses": Rule("object", required=True, inner=_RESPONSES),
}
_PLACES = {"inPerson": "address", "link": "link", "userPhone": "phone"}


def request(world: World, body: JSON, caller: User) -> Request:
    """Return the wish to book; raise the `V1Error` the real server answers where it is wrong.

    Anybody with a key books any event type; of a recurring one, a single meeting.
    """
    event_type = _event_type(world, body.get("eventTypeId"))
    body = checks.check(body, _BODY)
    start, answers = parse(body["start"]), body["responses"]
    assert start is not None, "checked above"
    if not answers["email"]:
        raise refusal(Refused(Code.FORM, "{email}email_validation_error"))
    place = answers.get("location")
    return Request(
        event_type=replace(event_type, recurrence=None),
        start=start,
        attendee=Person(
            answers["name"],
            answers["email"],
            body["timeZone"],
            body["language"],
            answers.get("attendeePhoneNumber"),
        ),
        guests=list(answers.get("guests", [])),
        location=_location(event_type, place) if place else None,
        location_answer=place,
        answers={k: v for k, v in answers.items() if k not in _RESPONSES},
        metadata=body["metadata"],
        length=_length(event_type, start, parse(body.get("end"))),
        caller=caller,
    )


def _event_type(world: World, event_type_id: object) -> EventType:
    """The event type is looked up before anything else is read."""
    if not isinstance(event_type_id, int) or isinstance(event_type_id, bool):
        raise no_event_type_id()
    found = world.event_types.get(event_type_id)
    if found is None:
        raise no_record()
    return found


def _length(event_type: EventType, start: datetime, end: datetime | None) -> int | None:
    if end is None:
        return None
    length = int((end - start) / timedelta(minutes=1))
    if length not in (event_type.lengths or [event_type.length]):
        raise failed(400, "Invalid event length")
    return length


def _location(event_type: EventType, answer: JSON) -> str:
    """Return the place as a booking keeps it: what was typed, or what the event type has of that
    kind, or the kind itself (`integrations:daily`)."""
    chosen = str(answer.get("optionValue") or answer.get("value") or "")
    kind = _PLACES.get(chosen)
    offered = next((p for p in event_type.locations if p.get("type") == kind), None)
    return places.stored(offered) if offered else chosen
