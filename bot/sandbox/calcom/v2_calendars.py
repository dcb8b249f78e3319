"""API v2: calendars and video apps the caller has connected."""

from __future__ import annotations

from bot.sandbox.calcom import v2_checks as checks
from bot.sandbox.calcom.model import JSON, Calendar
from bot.sandbox.calcom.times import zulu
from bot.sandbox.calcom.v2_call import Answer, Asked, Auth, Endpoint, success
from bot.sandbox.calcom.v2_checks import Field
from bot.sandbox.calcom.v2_errors import nest

_BUSY = {
    "dateFrom": Field(lambda n, v: checks.moment(n, v) | checks.text(n, v), required=True),
    "dateTo": Field(lambda n, v: checks.moment(n, v) | checks.text(n, v), required=True),
    "calendarsToLoad": Field(checks.array, required=True),
    "timeZone": Field(checks.text),
    "loggedInUsersTz": Field(checks.text),
}


async def busy_times(asked: Asked) -> Answer:
    """Answer what the named calendars hold: all of it, whatever the dates (exchange 354)."""
    query = checks.check_listed(_busy_query(asked), _BUSY)
    wanted = []
    for named in query["calendarsToLoad"]:
        found = asked.world.calendars.get(int(named.get("credentialId", 0)))
        if found is None or found.user_id != asked.caller.id:
            raise nest(401, "These credentials do not belong to you")
        wanted.append(found)
    return success(
        [
            {"start": zulu(b.start), "end": zulu(b.end), "title": b.title, "source": "ics-feed"}
            for calendar in wanted
            for b in calendar.busy
        ]
    )


def _busy_query(asked: Asked) -> JSON:
    """Return the query with `calendarsToLoad[0][credentialId]=1` gathered into a list."""
    query: JSON = {}
    named: dict[str, JSON] = {}
    for name, values in asked.query.items():
        if name.startswith("calendarsToLoad["):
            index, key = name.removeprefix("calendarsToLoad[").rstrip("]").split("][")
            named.setdefault(index, {})[key] = values[-1]
        else:
            query[name] = values[-1]
    if named:
        query["calendarsToLoad"] = list(named.values())
    return query


async def calendars(asked: Asked) -> Answer:
    mine = asked.world.calendars_of(asked.caller.id)
    destination = _destination(mine[0]) if mine else {}
    connected = [_connected(c) for c in mine]
    return success({"connectedCalendars": connected, "destinationCalendar": destination})


def _connected(one: Calendar) -> JSON:
    listed = {
        "name": None,
        "readOnly": True,
        "externalId": one.url,
        "integration": "ics-feed_calendar",
        "primary": None,
        "isSelected": True,
        "credentialId": one.credential_id,
        "delegationCredentialId": None,
    }
    return {
        "integration": _FEED,
        "credentialId": one.credential_id,
        "delegationCredentialId": None,
        "primary": listed,
        "calendars": [listed],
    }


_FEED: JSON = {
    "appData": None,
    "dirName": "ics-feedcalendar",
    "__template": "",
    "name": "ICS Feed",
    "title": "ICS Feed",
    "slug": "ics-feed",
    "type": "ics-feed_calendar",
    "logo": "/app-store/ics-feedcalendar/icon.svg",
    "variant": "calendar",
    "categories": ["calendar"],
    "publisher": "Cal.com, Inc.",
    "email": "help@cal.com",
    "description": "A calendar read from a feed.",
    "isTemplate": False,
    "locationOption": None,
}


def _destination(one: Calendar) -> JSON:
    return {
        "id": 1,
        "integration": "ics-feed_calendar",
        "externalId": one.url,
        "userId": one.user_id,
        "eventTypeId": None,
        "credentialId": one.credential_id,
        "createdAt": zulu(one.created_at),
        "updatedAt": zulu(one.created_at),
        "delegationCredentialId": None,
        "customCalendarReminder": None,
        "name": None,
        "readOnly": True,
        "isSelected": True,
        "integrationTitle": "ICS Feed",
    }


async def conferencing(asked: Asked) -> Answer:
    return success([])


ENDPOINTS = [
    Endpoint("GET", "/calendars", calendars, Auth.KEY),
    Endpoint("GET", "/calendars/busy-times", busy_times, Auth.KEY),
    Endpoint("GET", "/conferencing", conferencing, Auth.KEY),
]
