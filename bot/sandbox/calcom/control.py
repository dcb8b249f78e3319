"""The control surface behind the sandbox's Cal.com page: JSON under /sandbox/.

What an outsider does here goes the same way as through the API, webhooks included, without a key,
outside the throttler, the faults and the log.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import fields
from operator import attrgetter
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.calcom import (
    absences,
    paying,
    public_pages,
    recordings,
    v2_away,
    v2_bookings,
    v2_event_type_shape,
    v2_shapes,
    visitors,
)
from bot.sandbox.calcom.errors import Refused
from bot.sandbox.calcom.faults import Delivery, Faults, Refusal
from bot.sandbox.calcom.model import JSON, Booking, User
from bot.sandbox.calcom.times import zulu
from bot.sandbox.calcom.v2_call import Answer, Asked
from bot.sandbox.calcom.v2_errors import ApiError
from bot.sandbox.calcom.world import Call, World

_SHOWN = 100  # so many of the last webhooks and calls
_MOST = 100  # no switch goes higher
_SECONDS = {"slow", "delay_seconds"}

_Step = Callable[[Asked], Awaitable[Answer]]


def routes(world: World) -> list[Route]:
    """Return the routes:

    GET  /sandbox/state   -> {now, users, eventTypes, bookings, subscriptions, faults, webhooks,
                          calls}; users, event types and bookings as API v2 shows them,
                          bookings with `unpaid` and `recordings` (how many); webhooks as
                          {at, trigger, about, mark, answers, url, body}
    GET  /sandbox/public/{path} -> what `public_pages` has there; `?length=` of several lengths
    POST /sandbox/book    the body of POST /v2/bookings
    POST /sandbox/cancel  {uid, and the body of POST /v2/bookings/{uid}/cancel}
    POST /sandbox/reschedule {uid, and the body of POST /v2/bookings/{uid}/reschedule}
    POST /sandbox/pay       {uid}: what the booker of a paid type does on the web page
    POST /sandbox/recording {uid}: a recording of the meeting appears
    POST /sandbox/away      {username, and the body of POST /v2/me/ooo}: what the person does on the
                          page that has no API, so that webhooks tell of it
    POST /sandbox/visitor {does}: somebody made up books, or moves or cancels the last such booking
    POST /sandbox/faults  some of the fields of `Faults`; `refuse` is a list of {status, match, ...}
    """
    surface = _Surface(world)
    return [
        Route("/sandbox/state", surface.state, methods=["GET"]),
        Route("/sandbox/book", surface.book, methods=["POST"]),
        Route("/sandbox/cancel", surface.cancel, methods=["POST"]),
        Route("/sandbox/reschedule", surface.reschedule, methods=["POST"]),
        Route("/sandbox/public/{path:path}", surface.public, methods=["GET"]),
        Route("/sandbox/pay", surface.pay, methods=["POST"]),
        Route("/sandbox/recording", surface.record, methods=["POST"]),
        Route("/sandbox/away", surface.leave, methods=["POST"]),
        Route("/sandbox/visitor", surface.visitor, methods=["POST"]),
        Route("/sandbox/faults", surface.set_faults, methods=["POST"]),
    ]


class _Surface:
    def __init__(self, world: World) -> None:
        self._world = world

    async def state(self, request: Request) -> Response:
        world = self._world
        by_start = sorted(world.bookings, key=attrgetter("start"))
        return JSONResponse(
            {
                "now": zulu(world.now()),
                "users": [v2_shapes.me(u, world.organization_of(u)) for u in world.users.values()],
                "eventTypes": [
                    v2_event_type_shape.whole(world, e) for e in world.event_types.values()
                ],
                "bookings": [_booking(world, b) for b in by_start],
                "subscriptions": [
                    _hidden(v2_shapes.subscription(s)) for s in world.subscriptions.values()
                ],
                "faults": faults(world.faults),
                "webhooks": [_webhook(d) for d in world.webhooks[-_SHOWN:]],
                "calls": [_call(c) for c in world.log[-_SHOWN:]],
            }
        )

    async def book(self, request: Request) -> Response:
        return await self._step(request, v2_bookings.create, {}, await _object(request))

    async def cancel(self, request: Request) -> Response:
        body = await _object(request)
        params = {"uid": str(body.pop("uid", ""))}
        return await self._step(request, v2_bookings.cancel, params, body)

    async def reschedule(self, request: Request) -> Response:
        body = await _object(request)
        params = {"uid": str(body.pop("uid", ""))}
        return await self._step(request, v2_bookings.reschedule, params, body)

    async def public(self, request: Request) -> Response:
        length = request.query_params.get("length", "")
        minutes = int(length) if length.isdecimal() else None
        found = public_pages.page(self._world, request.path_params["path"], minutes)
        if found is None:
            return JSONResponse({"error": "there is nothing here"}, 404)
        return JSONResponse(found)

    async def pay(self, request: Request) -> Response:
        return await self._to_booking(request, paying.pay)

    async def record(self, request: Request) -> Response:
        return await self._to_booking(request, recordings.add)

    async def leave(self, request: Request) -> Response:
        body, world = await _object(request), self._world
        name = body.pop("username", "")
        user = next((each for each in world.users.values() if each.username == name), None)
        if user is None:
            return JSONResponse({"error": "there is nobody of that name"}, 404)
        answer = await self._step(request, v2_away.add, {}, body, user)
        if answer.status_code < 400:
            await absences.announce(world, [*world.away.values()][-1])
        return answer

    async def visitor(self, request: Request) -> Response:
        does = str((await _object(request)).get("does"))
        if does not in _VISITS:
            return JSONResponse({"error": f"does must be one of {', '.join(_VISITS)}"}, 400)
        try:
            return JSONResponse(_booking(self._world, await _VISITS[does](self._world)))
        except Refused as refused:
            return JSONResponse({"error": refused.code.replace("_", " ")}, 400)

    async def _to_booking(
        self, request: Request, happen: Callable[[World, Booking], Awaitable[object]]
    ) -> Response:
        """Let something happen to the booking the body names, and show it."""
        world, body = self._world, await _object(request)
        one = world.booking(str(body.get("uid", "")))
        if one is None:
            return JSONResponse({"error": "there is no such booking"}, 404)
        try:
            await happen(world, one)
        except Refused as refused:
            return JSONResponse({"error": refused.code.replace("_", " ")}, 400)
        return JSONResponse(_booking(world, one))

    async def _step(
        self,
        request: Request,
        step: _Step,
        params: dict[str, str],
        body: JSON,
        user: User | None = None,
    ) -> Response:
        try:
            answer = await step(Asked(self._world, params, {}, body, user))
        except ApiError as error:
            wrong = error.body(request.url.path, self._world.now())
            return JSONResponse(wrong, error.status)
        return JSONResponse(answer.body, answer.status)

    async def set_faults(self, request: Request) -> Response:
        """Set what the body names and answer all of them; 400 for a name or value that is wrong."""
        wrong = set_faults(self._world.faults, await _object(request))
        if wrong:
            return JSONResponse({"error": wrong}, 400)
        return JSONResponse(faults(self._world.faults))


_VISITS = {"book": visitors.book, "move": visitors.move, "cancel": visitors.cancel}
_SWITCHES = {f.name: f for f in fields(Faults) if f.name != "sleep" and not f.name.startswith("_")}


def faults(current: Faults) -> JSON:
    """Return the switches as JSON."""
    shape: JSON = {name: getattr(current, name) for name in _SWITCHES if name != "refuse"}
    shape["refuse"] = [
        {"status": r.status, "body": r.body, "match": r.match, "count": r.count}
        for r in current.refuse
        if r.count > 0
    ]
    return shape


def set_faults(current: Faults, wanted: JSON) -> str:
    """Set the named switches, or none and return what is wrong."""
    for name, value in wanted.items():
        if name not in _SWITCHES:
            return f"no such fault: {name}"
        if wrong := _wrong(name, value):
            return f"{name} must be {wrong}"
    values = dict(wanted)
    try:
        if "refuse" in values:
            values["refuse"] = [Refusal(**one) for one in values["refuse"]]
    except TypeError as error:
        return f"refuse: {error}"
    for name, value in values.items():
        setattr(current, name, value)
    return ""


def _wrong(name: str, value: object) -> str:
    """Return what the value of a switch has to be where it is not."""
    if name == "refuse":
        return "" if isinstance(value, list) else "a list"
    if name.endswith("_match"):
        return "" if isinstance(value, str) else "a text"
    kind, unit = (int | float, "seconds") if name in _SECONDS else (int, "of the next")
    if isinstance(value, kind) and not isinstance(value, bool) and 0 <= value <= _MOST:
        return ""
    return f"a number from 0 to {_MOST} ({unit})"


def _webhook(one: Delivery) -> JSON:
    """Return a webhook with what became of it; `about` is the title of its booking."""
    body: Any = json.loads(one.body)
    payload = body.get("payload", body) if isinstance(body, dict) else {}
    return {
        "at": zulu(one.at),
        "trigger": one.trigger,
        "about": str(payload.get("title") or ""),
        "mark": one.mark,
        "answers": one.answers,
        "url": one.url,
        "body": one.body.decode(),
    }


async def _object(request: Request) -> JSON:
    try:
        body: Any = await request.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _hidden(subscription: JSON) -> JSON:
    return subscription | {"secret": "set" if subscription["secret"] else None}


def _booking(world: World, one: Booking) -> JSON:
    more = {"unpaid": one.unpaid and one.alive, "recordings": len(one.recordings)}
    return v2_shapes.booking(world, one) | more


def _call(call: Call) -> JSON:
    return {"method": call.method, "path": call.path, "status": call.status, "by": call.key_owner}
