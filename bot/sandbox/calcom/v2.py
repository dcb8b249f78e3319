"""API v2 over HTTP: finds the endpoint, lets the request pass the gate, and words the answer."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox.calcom import (
    v2_account,
    v2_away,
    v2_bookings,
    v2_calendars,
    v2_errors,
    v2_event_types,
    v2_event_types_2026,
    v2_gate,
    v2_hosted,
    v2_listing,
    v2_old,
    v2_people,
    v2_slots,
    v2_team_event_types,
    v2_teams,
    v2_webhooks,
)
from bot.sandbox.calcom.model import JSON, User
from bot.sandbox.calcom.oauth import Granted, needed
from bot.sandbox.calcom.v2_call import Answer, Asked, Auth, Endpoint
from bot.sandbox.calcom.v2_errors import ApiError
from bot.sandbox.calcom.world import World

_ENDPOINTS = [
    *v2_account.ENDPOINTS,
    *v2_away.ENDPOINTS,
    *v2_calendars.ENDPOINTS,
    *v2_event_types.ENDPOINTS,
    *v2_event_types_2026.ENDPOINTS,
    *v2_webhooks.ENDPOINTS,
    *v2_slots.ENDPOINTS,
    *v2_listing.ENDPOINTS,
    *v2_bookings.ENDPOINTS,
    *v2_hosted.ENDPOINTS,
    *v2_people.ENDPOINTS,
    *v2_teams.ENDPOINTS,
    *v2_team_event_types.ENDPOINTS,
    *v2_old.ENDPOINTS,
]
_PREFIX = re.compile(r"^(/api)?/v2(/ee)?")


class ApiV2:
    """The API over one world; it keeps the throttler's counts."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._throttle = v2_gate.Throttle()
        self._table = [(e, _pattern(e.path)) for e in _ENDPOINTS]

    async def respond(self, request: Request) -> Response:
        headers: dict[str, str] = {"X-Request-Id": str(uuid.uuid4())}
        try:
            answer = await self._answer(request, headers)
            return JSONResponse(answer.body, answer.status, headers)
        except ApiError as error:
            body = error.body(asked_path(request), self._world.now())
            return JSONResponse(body, error.status, headers)

    async def _answer(self, request: Request, headers: dict[str, str]) -> Answer:
        body = _json(await request.body(), headers)
        endpoint, params = self._find(request)
        token = v2_gate.bearer(request.headers.get("authorization"))
        user = v2_gate.owner(self._world, token)
        limit = endpoint.limit or v2_gate.usual_limit(user)
        passes, counts = self._throttle.hit(token, limit, self._world.now())
        headers |= counts
        if not passes:
            raise v2_errors.throttled()
        _check_auth(endpoint, token, user)
        _check_scope(endpoint, self._world.oauth.granted(token or ""))
        query = parse_qs(request.url.query, keep_blank_values=True)
        return await endpoint.handler(Asked(self._world, params, query, body, user))

    def _find(self, request: Request) -> tuple[Endpoint, dict[str, str]]:
        """Return the endpoint for method, path and version, or raise the 404 of a wrong one."""
        path = _PREFIX.sub("", own_path(request))
        world = self._world
        version = v2_gate.version(request.headers.get("cal-api-version"), hosted=world.hosted)
        for endpoint, pattern in self._table:
            match = pattern.fullmatch(path)
            known = endpoint.version is None or version in (endpoint.version, endpoint.newer)
            answers = endpoint.method == request.method and known
            there = (world.teams or not endpoint.teams) and (world.hosted or not endpoint.hosted)
            if match and answers and there:
                return endpoint, match.groupdict()
        raise v2_errors.nest(404, f"Cannot {request.method} {asked_path(request)}")


def own_path(request: Request) -> str:
    """Return the path below where the application is mounted."""
    return request.url.path.removeprefix(request.scope.get("root_path", ""))


def asked_path(request: Request) -> str:
    """Return path and query as asked."""
    query = request.url.query
    return f"{own_path(request)}?{query}" if query else own_path(request)


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))


def _json(raw: bytes, headers: dict[str, str]) -> JSON:
    """Read the body; none is an empty object, and so is JSON that is no object."""
    if not raw.strip():
        return {}
    try:
        value: Any = json.loads(raw)
    except ValueError as error:
        headers["X-Request-Id"] = "unknown-request-id"
        raise v2_errors.nest(400, _syntax(raw, error)) from error
    return value if isinstance(value, dict) else {}


def _syntax(raw: bytes, error: ValueError) -> str:
    at = error.pos if isinstance(error, json.JSONDecodeError) else 0
    text = raw.decode(errors="replace")
    if not text[at:].strip():
        return "Unexpected end of JSON input"
    return f"Unexpected token {text[at]} in JSON at position {at}"


def _check_scope(endpoint: Endpoint, granted: Granted | None) -> None:
    """An access token is good for what was allowed; what needs no key takes any."""
    scope = needed(endpoint.method, endpoint.path)
    if granted is None or endpoint.auth is Auth.OPTIONAL or scope in granted.scopes:
        return
    raise v2_errors.nest(403, f"insufficient_scope: {scope or 'no scope'}")


def _check_auth(endpoint: Endpoint, token: str | None, user: User | None) -> None:
    if endpoint.auth is Auth.OPTIONAL or user is not None:
        return
    if token is not None:
        raise v2_errors.nest(401, "Invalid Access Token.")
    if endpoint.auth is Auth.PERMISSION:
        raise v2_errors.no_permission()
    raise v2_errors.no_auth()
