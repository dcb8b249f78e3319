"""What the public pages of the local Cal.com show: a person, a team, an event type, a booking.

The page that draws them is in `bot.sandbox.page` (`public.js`). What is hidden, and the template
of a managed type, has no page here; a booking is shown to whoever knows its uid.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bot.sandbox.calcom import slots, v2_event_type_shape, v2_shapes
from bot.sandbox.calcom.model import JSON, Booking, EventType, Scheduling, Team, User
from bot.sandbox.calcom.slots import Question, Slot
from bot.sandbox.calcom.times import zulu
from bot.sandbox.calcom.world import World

AHEAD: Final = timedelta(days=14)
"""How far ahead open times are offered."""


def page(world: World, path: str, length: int | None = None) -> JSON | None:
    """Return what is at `path` of Cal.com's web address, None where nothing is.

    Args:
        path: `alice`, `alice/intro`, `team/harbour-labs`, `team/harbour-labs/panel`, `booking/UID`.
        length: Minutes, of an event type that has several lengths.
    """
    match path.strip("/").split("/"):
        case ["booking", uid]:
            found = world.booking(uid)
            return _booking(world, found) if found else None
        case ["team", slug]:
            team = world.team_by_slug(slug)
            return _shelf(world, team.name, _of_team(world, team)) if team else None
        case ["team", slug, name]:
            team = world.team_by_slug(slug)
            return _event_type(world, _of_team(world, team) if team else [], name, length)
        case [username]:
            user = world.user_by_name(username)
            return _shelf(world, user.name, _of_user(world, user)) if user else None
        case [username, name]:
            user = world.user_by_name(username)
            return _event_type(world, _of_user(world, user) if user else [], name, length)
    return None


def _of_user(world: World, user: User) -> list[EventType]:
    return [e for e in world.event_types_of(user) if not e.hidden]


def _of_team(world: World, team: Team) -> list[EventType]:
    its = (e for e in world.event_types.values() if e.team_id == team.id and not e.hidden)
    return [e for e in its if e.scheduling is not Scheduling.MANAGED]


def _shelf(world: World, name: str, offered: list[EventType]) -> JSON:
    shown = [v2_event_type_shape.public(world, e) for e in offered]
    return {"kind": "shelf", "name": name, "eventTypes": shown}


def _event_type(
    world: World, offered: list[EventType], slug: str, length: int | None
) -> JSON | None:
    one = next((e for e in offered if e.slug == slug), None)
    if one is None:
        return None
    asked = length if length in one.lengths else one.length
    return {"kind": "type", "length": asked, **_about(world, one)} | {
        "open": _open(world, one, Question(_window(world), asked if one.lengths else None)),
    }


def _booking(world: World, one: Booking) -> JSON:
    event_type = world.event_types[one.event_type_id]
    question = Question(_window(world), one.minutes, moving=one.uid)
    return {"kind": "booking", **_about(world, event_type)} | {
        "booking": v2_shapes.shown(world, one, None) | {"unpaid": one.unpaid and one.alive},
        "open": _open(world, event_type, question) if one.alive else [],
    }


def _about(world: World, one: EventType) -> JSON:
    hosts = [world.users[number].name for number in one.host_ids]
    team = world.team_of(one)
    return {
        "eventType": v2_event_type_shape.public(world, one),
        "hosts": hosts,
        "team": team.name if team else None,
    }


def _window(world: World) -> tuple[datetime, datetime]:
    return world.now(), world.now() + AHEAD


def _open(world: World, one: EventType, question: Question) -> list[JSON]:
    world.slot_answers.clear()  # answers are kept for a moment, and somebody may have just booked
    return [_slot(one, slot) for slot in slots.open_slots(world, one, question)]


def _slot(one: EventType, slot: Slot) -> JSON:
    shape: JSON = {"start": zulu(slot.start)}
    if one.seats is None:
        return shape
    taken = len(slot.booking.attendees) if slot.booking else 0
    return shape | {"seatsLeft": one.seats.per_slot - taken}
