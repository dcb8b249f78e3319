"""API v2: out of office, as the hosted service has it.

There is no recording of it: shapes, checks and their order are those of cal.com's source
(apps/api/v2, modules/ooo). It sends no webhook for what is done here; the web page does.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from bot.sandbox.calcom import v2_checks as checks
from bot.sandbox.calcom.model import JSON, OutOfOffice
from bot.sandbox.calcom.times import zulu
from bot.sandbox.calcom.v2_call import Answer, Asked, Auth, Endpoint, success
from bot.sandbox.calcom.v2_checks import Field
from bot.sandbox.calcom.v2_errors import nest
from bot.sandbox.calcom.world import World

_REASONS = ["unspecified", "vacation", "travel", "sick", "public_holiday"]
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z", re.ASCII)
_CHANGE = {
    "start": Field(checks.text),
    "end": Field(checks.text),
    "notes": Field(checks.text, nullable=True),
    "toUserId": Field(checks.integer(1), nullable=True),
    "reason": Field(checks.one_of(_REASONS)),
}
_CREATE = _CHANGE | {name: Field(checks.text, required=True) for name in ("start", "end")}
_ORDERS = {"asc": False, "desc": True}
_MOST = 250
_DAY = timedelta(days=1)


async def entries(asked: Asked) -> Answer:
    mine = [one for one in asked.world.away.values() if one.user_id == asked.caller.id]
    order = asked.one("sortEnd")
    if order is not None:
        checks.check_listed({"sortEnd": order}, {"sortEnd": Field(checks.one_of([*_ORDERS]))})
        mine.sort(key=lambda one: one.end, reverse=_ORDERS[order])
    return success([_shape(one) for one in mine[:_MOST]])


async def add(asked: Asked) -> Answer:
    body, world = checks.check_listed(asked.body, _CREATE), asked.world
    start, end = _moments(body)
    _check(asked, body, start, end)
    if start is None or end is None:
        raise nest(400, "Invalid Date.")
    number = world.next_id("ooo")
    one = OutOfOffice(number, asked.caller.id, start, end)
    one.notes, one.reason = body.get("notes"), body.get("reason", "unspecified")
    one.to_user_id = body.get("toUserId")
    world.away[number] = one
    return success(_shape(one), 201)


async def change(asked: Asked) -> Answer:
    one = _own(asked)
    body = checks.check_listed(asked.body, _CHANGE)
    start, end = _moments(body)
    _check(asked, body, start, end)
    one.start, one.end = start or one.start, end or one.end
    one.notes, one.reason = body.get("notes", one.notes), body.get("reason", one.reason)
    one.to_user_id = body.get("toUserId", one.to_user_id)
    return success(_shape(one))


async def end(asked: Asked) -> Answer:
    return success(_shape(asked.world.away.pop(_own(asked).id)))


def _own(asked: Asked) -> OutOfOffice:
    text = asked.params["id"]
    one = asked.world.away.get(int(text)) if text.isdigit() else None
    if one is None or one.user_id != asked.caller.id:
        raise nest(403, "This OOO entry does not belong to this user.")
    return one


def _moments(body: JSON) -> tuple[datetime | None, datetime | None]:
    """The first moment of the first day and the last of the last one, in UTC, as far as named."""
    start, end = (_midnight(body[name]) if name in body else None for name in ("start", "end"))
    return start, end + _DAY - timedelta(milliseconds=1) if end else None


def _midnight(text: str) -> datetime:
    try:
        if _MOMENT.fullmatch(text):
            day = datetime.fromisoformat(text).astimezone(UTC)
            return day.replace(hour=0, minute=0, second=0, microsecond=0)
    except ValueError:
        pass
    raise nest(400, "Invalid Date.")


def _check(asked: Asked, body: JSON, start: datetime | None, end: datetime | None) -> None:
    """A change of dates has to differ from what is kept already, be it the same entry's."""
    world, caller, to = asked.world, asked.caller, body.get("toUserId")
    if (start is None) != (end is None):
        raise nest(400, "Please specify both ooo start and end time.")
    if start and end:
        if start > end:
            raise nest(400, "Start date must be before end date.")
        covering = [o for o in world.away.values() if o.to_user_id == caller.id]
        if any(to in {None, o.user_id} and o.start <= end and o.end >= start for o in covering):
            raise nest(400, "Booking redirect infinite not allowed.")
        own = [o for o in world.away.values() if o.user_id == caller.id]
        if any((o.start, o.end) == (start, end) for o in own):
            raise nest(409, "Ooo entry already exists.")
    if to == caller.id:
        raise nest(400, "Cannot redirect to self.")
    if to is not None and not _share_a_team(world, caller.id, to):
        raise nest(400, "Cannot redirect to this user.")


def _share_a_team(world: World, one: int, other: int) -> bool:
    return any({one, other} <= {m.user_id for m in t.memberships} for t in world.teams.values())


def _shape(one: OutOfOffice) -> JSON:
    return {
        "userId": one.user_id,
        "toUserId": one.to_user_id,
        "id": one.id,
        "uuid": one.uuid,
        "start": zulu(one.start),
        "end": zulu(one.end),
        "notes": one.notes,
        "reason": one.reason,
    }


ENDPOINTS = [
    Endpoint("GET", "/me/ooo", entries, Auth.KEY, hosted=True),
    Endpoint("POST", "/me/ooo", add, Auth.KEY, hosted=True),
    Endpoint("PATCH", "/me/ooo/{id}", change, Auth.KEY, hosted=True),
    Endpoint("DELETE", "/me/ooo/{id}", end, Auth.KEY, hosted=True),
]
