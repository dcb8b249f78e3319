"""API v2: out of office, as the hosted service has it. There is no recording of it: the shapes are
those of its documentation."""

from __future__ import annotations

from datetime import datetime

from bot.sandbox.calcom import v2_checks as checks
from bot.sandbox.calcom.model import JSON, OutOfOffice
from bot.sandbox.calcom.times import parse
from bot.sandbox.calcom.v2_call import Answer, Asked, Auth, Endpoint, success
from bot.sandbox.calcom.v2_checks import Field
from bot.sandbox.calcom.v2_errors import nest

_REASONS = ["unspecified", "vacation", "travel", "sick", "public_holiday"]
_CREATE = {
    "start": Field(checks.moment, required=True),
    "end": Field(checks.moment, required=True),
    "notes": Field(checks.text),
    "toUserId": Field(checks.integer(1)),
    "reason": Field(checks.one_of(_REASONS)),
}


async def entries(asked: Asked) -> Answer:
    mine = [one for one in asked.world.away.values() if one.user_id == asked.caller.id]
    return success([_shape(one) for one in mine])


async def add(asked: Asked) -> Answer:
    body, world = checks.check_listed(asked.body, _CREATE), asked.world
    start, end = _moment(body["start"]), _moment(body["end"])
    if end < start:
        raise nest(400, "Start date must be before end date")
    number = world.next_id("ooo")
    one = OutOfOffice(number, asked.caller.id, start, end)
    one.notes, one.reason = body.get("notes"), body.get("reason", "unspecified")
    one.to_user_id = body.get("toUserId")
    world.away[number] = one
    return success(_shape(one), 201)


async def end(asked: Asked) -> Answer:
    text = asked.params["id"]
    one = asked.world.away.get(int(text)) if text.isdigit() else None
    if one is None or one.user_id != asked.caller.id:
        raise nest(404, "Out of office entry not found")
    return success(_shape(asked.world.away.pop(one.id)))


def _moment(text: str) -> datetime:
    found = parse(text)
    if found is None:
        raise nest(400, "Invalid date")
    return found


def _shape(one: OutOfOffice) -> JSON:
    return {
        "id": one.id,
        "uuid": f"ooo-{one.id}",
        "userId": one.user_id,
        "toUserId": one.to_user_id,
        "start": one.start.isoformat(),
        "end": one.end.isoformat(),
        "notes": one.notes,
        "reason": one.reason,
    }


ENDPOINTS = [
    Endpoint("GET", "/me/ooo", entries, Auth.KEY, hosted=True),
    Endpoint("POST", "/me/ooo", add, Auth.KEY, hosted=True),
    Endpoint("DELETE", "/me/ooo/{id}", end, Auth.KEY, hosted=True),
]
