"""GET /v2/bookings: whose, which state, which filters, in what order, which page."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.sandbox.calcom import hosting, v2_shapes
from bot.sandbox.calcom import v2_checks as checks
from bot.sandbox.calcom.model import JSON, Booking, Status, User
from bot.sandbox.calcom.times import parse
from bot.sandbox.calcom.v2_bookings import VERSION
from bot.sandbox.calcom.v2_call import Answer, Asked, Auth, Endpoint, success
from bot.sandbox.calcom.v2_checks import Constraints, Field
from bot.sandbox.calcom.world import World

_STATES = ["upcoming", "recurring", "past", "cancelled", "unconfirmed"]


def _states(name: str, value: Any) -> Constraints:
    if all(state in _STATES for state in value):
        return {}
    return {"isEnum": f"Invalid status. Allowed are {', '.join(_STATES)}"}


def _order(word: str) -> Field:
    return Field(checks.one_of(["asc", "desc"], f'{word} must be either "asc" or "desc".'))


_QUERY = {
    "status": Field(_states),
    "attendeeEmail": Field(checks.text),
    "attendeeName": Field(checks.text),
    "bookingUid": Field(checks.text),
    "eventTypeIds": Field(checks.texts),
    "eventTypeId": Field(checks.number),
    "teamsIds": Field(checks.texts),
    "teamId": Field(checks.number),
    "afterStart": Field(checks.moment),
    "beforeEnd": Field(checks.moment),
    "afterCreatedAt": Field(checks.moment),
    "beforeCreatedAt": Field(checks.moment),
    "afterUpdatedAt": Field(checks.moment),
    "beforeUpdatedAt": Field(checks.moment),
    "sortStart": _order("SortStart"),
    "sortEnd": _order("SortEnd"),
    "sortCreated": _order("SortCreated"),
    "sortUpdatedAt": _order("SortUpdatedAt"),
    "take": Field(checks.integer(1, 250)),
    "skip": Field(checks.integer(0)),
}
_LISTS = {"status", "eventTypeIds", "teamsIds"}
_NUMBERS = {"take", "skip", "eventTypeId", "teamId"}


async def listing(asked: Asked) -> Answer:
    """Answer one page of the bookings the caller hosts or attends, and of those of the teams the
    caller administers. `teamId` and `teamsIds` narrow nothing (v2team 100, 165)."""
    query = checks.check_listed(_typed(asked), _QUERY)
    mine = [b for b in asked.world.bookings if _shown(asked.world, b, asked.caller)]
    found = _sorted([b for b in mine if _wanted(b, query, asked.world.now())], query)
    take, skip = query.get("take", 100), query.get("skip", 0)
    page = found[skip : skip + take]
    shapes = [v2_shapes.shown(asked.world, b, asked.caller) for b in page]
    return success(shapes, pagination=_pagination(len(found), len(page), take, skip))


def _shown(world: World, booking: Booking, user: User) -> bool:
    if booking.host_id == user.id or any(a.email == user.email for a in booking.people):
        return True
    return hosting.administers(world, world.event_types[booking.event_type_id], user)


def _typed(asked: Asked) -> JSON:
    """Return the query with lists split and numbers read; what is no number stays text."""
    typed: JSON = {}
    for name, values in asked.query.items():
        if name in _LISTS:
            typed[name] = [part.strip() for v in values for part in v.split(",")]
        elif name in _NUMBERS and values[-1].lstrip("-").isdigit():
            typed[name] = int(values[-1])
        else:
            typed[name] = values[-1]
    return typed


def _wanted(booking: Booking, query: JSON, now: datetime) -> bool:
    states = query.get("status")
    if states and not any(_in_state(booking, state, now) for state in states):
        return False
    ids = {int(i) for i in query.get("eventTypeIds", []) if i.isdigit()}
    if "eventTypeId" in query:
        ids.add(query["eventTypeId"])
    if ids and booking.event_type_id not in ids:
        return False
    if "bookingUid" in query and booking.uid != query["bookingUid"]:
        return False
    people = booking.people
    if "attendeeEmail" in query and all(a.email != query["attendeeEmail"] for a in people):
        return False
    if "attendeeName" in query and all(a.name != query["attendeeName"] for a in people):
        return False
    return _in_time(booking, query)


def _in_state(booking: Booking, state: str, now: datetime) -> bool:
    """Tell whether a booking shows under a state: rejected ones under cancelled, those in progress
    under upcoming, pending ones under upcoming too unless they recur."""
    if state == "cancelled" or not booking.alive:
        return state == "cancelled" and not booking.alive
    if state == "past" or booking.end < now:
        return state == "past" and booking.end <= now
    pending, recurs = booking.status is Status.PENDING, booking.recurring_uid is not None
    if state == "unconfirmed":
        return pending
    return recurs if state == "recurring" else not (pending and recurs)


def _in_time(booking: Booking, query: JSON) -> bool:
    conditions: list[tuple[str, Callable[[datetime], bool]]] = [
        ("afterStart", lambda t: booking.start >= t),
        ("beforeEnd", lambda t: booking.end <= t),
        ("afterCreatedAt", lambda t: booking.created_at >= t),
        ("beforeCreatedAt", lambda t: booking.created_at <= t),
        ("afterUpdatedAt", lambda t: booking.updated_at >= t),
        ("beforeUpdatedAt", lambda t: booking.updated_at <= t),
    ]
    for name, holds in conditions:
        moment = parse(query.get(name))
        if moment is not None and not holds(moment):
            return False
    return True


_SORTS: dict[str, Callable[[Booking], datetime]] = {
    "sortStart": lambda b: b.start,
    "sortEnd": lambda b: b.end,
    "sortCreated": lambda b: b.created_at,
    "sortUpdatedAt": lambda b: b.updated_at,
}


def _sorted(found: list[Booking], query: JSON) -> list[Booking]:
    """By the first sort asked for; without one by start, the past and the cancelled backwards."""
    found = sorted(found, key=lambda b: b.id)
    for name, key in _SORTS.items():
        if name in query:
            return sorted(found, key=key, reverse=query[name] == "desc")
    states = query.get("status") or []
    backwards = bool(states) and set(states) <= {"past", "cancelled"}
    return sorted(found, key=lambda b: b.start, reverse=backwards)


def _pagination(total: int, returned: int, take: int, skip: int) -> JSON:
    pages = math.ceil(total / take)
    page = min(skip // take + 1, pages)
    return {
        "returnedItems": returned,
        "totalItems": total,
        "itemsPerPage": take,
        "remainingItems": max(0, total - skip - returned),
        "currentPage": page,
        "totalPages": pages,
        "hasNextPage": page < pages,
        "hasPreviousPage": page > 1,
    }


ENDPOINTS = [Endpoint("GET", "/bookings", listing, Auth.PERMISSION, VERSION)]
