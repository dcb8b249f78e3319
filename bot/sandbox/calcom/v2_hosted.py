"""What only the hosted service's API v2 has for a booking: sending it back, links, recordings."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from bot.sandbox.calcom import cancelling, recordings
from bot.sandbox.calcom import v2_checks as checks
from bot.sandbox.calcom.errors import Refused
from bot.sandbox.calcom.model import Booking, EventType
from bot.sandbox.calcom.times import zulu
from bot.sandbox.calcom.v2_bookings import NEWER, VERSION, found
from bot.sandbox.calcom.v2_call import Answer, Asked, Auth, Endpoint, done, success
from bot.sandbox.calcom.v2_checks import Field
from bot.sandbox.calcom.v2_errors import nest, refusal

_REQUEST = {"rescheduleReason": Field(checks.text)}


async def request_reschedule(asked: Asked) -> Answer:
    """The host asks the attendees to choose another time: the booking is cancelled."""
    body = checks.check_listed(asked.body, _REQUEST)
    one = found(asked.world, asked.params["uid"])
    try:
        reason = body.get("rescheduleReason")
        await cancelling.send_back(asked.world, one, asked.caller, reason)
    except Refused as refused:
        raise refusal(refused, booking=one, doing="reschedule") from refused
    return done()


async def calendar_links(asked: Asked) -> Answer:
    one = found(asked.world, asked.params["uid"])
    links = _links(one, asked.world.event_types[one.event_type_id])
    return success([{"label": label, "link": link} for label, link in links.items()])


def _links(one: Booking, event_type: EventType) -> dict[str, str]:
    google = {
        "action": "TEMPLATE",
        "text": one.title,
        "dates": f"{_stamp(one.start)}/{_stamp(one.end)}",
        "details": event_type.description,
        "location": one.location,
    }
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": one.title,
        "startdt": zulu(one.start),
        "enddt": zulu(one.end),
        "location": one.location,
    }
    ics = "\r\n".join(
        (
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "BEGIN:VEVENT",
            f"UID:{one.ics_uid}",
            f"DTSTART:{_stamp(one.start)}",
            f"DTEND:{_stamp(one.end)}",
            f"SUMMARY:{one.title}",
            "END:VEVENT",
            "END:VCALENDAR",
        )
    )
    return {
        "Google Calendar": f"https://calendar.google.com/calendar/render?{urlencode(google)}",
        "Microsoft Office": f"https://outlook.office.com/calendar/0/action/compose?{urlencode(outlook)}",
        "Microsoft Outlook": f"https://outlook.live.com/calendar/0/action/compose?{urlencode(outlook)}",
        "ICS": f"data:text/calendar,{urlencode({'': ics})[1:]}",
    }


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}"


async def listing(asked: Asked) -> Answer:
    return success(_hosted_by_caller(asked).recordings)


async def transcripts(asked: Asked) -> Answer:
    return success(recordings.transcripts(asked.world, _hosted_by_caller(asked)))


def _hosted_by_caller(asked: Asked) -> Booking:
    """Return the booking where the caller organizes it; how others are refused is inferred."""
    one = found(asked.world, asked.params["uid"])
    if one.host_id != asked.caller.id:
        raise nest(403, f"User is not authorized to access booking with uid={one.uid}")
    return one


ENDPOINTS = [
    Endpoint(
        "POST", "/bookings/{uid}/request-reschedule", request_reschedule, Auth.PERMISSION, NEWER
    ),
    Endpoint(
        "GET",
        "/bookings/{uid}/calendar-links",
        calendar_links,
        Auth.PERMISSION,
        VERSION,
        hosted=True,
    ),
    Endpoint("GET", "/bookings/{uid}/recordings", listing, Auth.PERMISSION, VERSION, hosted=True),
    Endpoint(
        "GET", "/bookings/{uid}/transcripts", transcripts, Auth.PERMISSION, VERSION, hosted=True
    ),
]
