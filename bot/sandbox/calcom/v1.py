"""API v1 over HTTP, as self-hosted servers of 2025 still have it: the key in the query, 30
requests a minute for each person, bare answers, numeric ids."""

from __future__ import annotations

import json
import re
import uuid
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from bot.sandbox.calcom import (
    v1_account,
    v1_bookings,
    v1_event_types,
    v1_limit,
    v1_slots,
    v1_webhooks,
)
from bot.sandbox.calcom.model import JSON, User
from bot.sandbox.calcom.v1_call import Asked, Endpoint, Handler
from bot.sandbox.calcom.v1_errors import V1Error
from bot.sandbox.calcom.v2 import own_path
from bot.sandbox.calcom.world import World

_ENDPOINTS = [
    *v1_account.ENDPOINTS,
    *v1_bookings.ENDPOINTS,
    *v1_event_types.ENDPOINTS,
    *v1_slots.ENDPOINTS,
    *v1_webhooks.ENDPOINTS,
]
_PREFIX = re.compile(r"^(/api)?/v1")


class ApiV1:
    """The API over one world; it keeps the limit's counts."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._limit = v1_limit.Limit()
        self._table = [
            (e, re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", e.path))) for e in _ENDPOINTS
        ]

    async def respond(self, request: Request) -> Response:
        """Unknown routes and broken JSON are answered by the web server, not by the API."""
        found = self._find(_PREFIX.sub("", own_path(request)))
        if found is None:
            return HTMLResponse("<h1>404</h1><h2>This page could not be found.</h2>", 404)
        body = _json(await request.body())
        if body is None:
            return PlainTextResponse("Invalid JSON", 400)
        headers: dict[str, str] = {}
        try:
            caller = self._enter(request, headers)
            (endpoint, params), query = found, parse_qs(request.url.query, keep_blank_values=True)
            handler = _handler(endpoint, request.method)
            answer = await handler(Asked(self._world, params, query, body, caller))
            return JSONResponse(answer, 200, headers)
        except V1Error as error:
            return JSONResponse(error.body, error.status, headers)

    def _find(self, path: str) -> tuple[Endpoint, dict[str, str]] | None:
        for endpoint, pattern in self._table:
            match = pattern.fullmatch(path)
            if match:
                return endpoint, match.groupdict()
        return None

    def _enter(self, request: Request, headers: dict[str, str]) -> User:
        """Return the caller, whose request now counts; add to `headers` what tells so."""
        caller = self._caller(request)
        passes, counts = self._limit.hit(caller, self._world.now())
        headers |= counts
        if not passes:
            raise V1Error(429, {"message": "Rate limit exceeded"})
        headers["Calcom-Response-ID"] = str(uuid.uuid4())
        return caller

    def _caller(self, request: Request) -> User:
        """Only the query is looked at; a header does not count (exchange 004)."""
        key = request.query_params.get("apiKey")
        if not key:
            raise V1Error(401, {"message": "No apiKey provided"})
        user = self._world.user_by_key(key)
        if user is None:
            raise V1Error(401, {"error": "Your API key is not valid."})
        return user


def injected(status: int, now: datetime) -> Response:
    """Return the refusal that a fault asks for."""
    texts = {429: "Rate limit exceeded", 503: "Service Unavailable"}
    body = {"message": texts.get(status, "Internal server error")}
    return JSONResponse(body, status, v1_limit.headers(30, 30, now) if status == 429 else None)


def _handler(endpoint: Endpoint, method: str) -> Handler:
    handler = endpoint.handlers.get(method)
    if handler is None:
        allowed = ",".join(endpoint.handlers)
        raise V1Error(405, {"message": f"Method Not Allowed (Allow: {allowed})"})
    return handler


def _json(raw: bytes) -> JSON | None:
    """Read the body; none is an empty object, and so is JSON that is no object."""
    if not raw.strip():
        return {}
    try:
        value: Any = json.loads(raw)
    except ValueError:
        return None
    return value if isinstance(value, dict) else {}
