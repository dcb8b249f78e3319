"""The local Cal.com as one ASGI application: the APIs, the log, the faults, the control surface."""

from __future__ import annotations

import json
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.sandbox.calcom import control, oauth_pages, v2_errors, v2_gate
from bot.sandbox.calcom.faults import Faults, Refusal
from bot.sandbox.calcom.v1 import ApiV1, injected
from bot.sandbox.calcom.v2 import ApiV2, asked_path, own_path
from bot.sandbox.calcom.v2_errors import ApiError
from bot.sandbox.calcom.world import Call, World

_METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"]


def build(world: World, faults: Faults | None = None) -> Starlette:
    """Return the application. With `faults`, they are the world's from now on.

    Every request outside /sandbox/ is appended to `world.log` once it is answered.
    """
    if faults is not None:
        world.faults = faults
    api_v1, api_v2 = ApiV1(world), ApiV2(world)
    routes = [
        *control.routes(world),
        *oauth_pages.routes(world),
        Route("/health", _health, methods=["GET"]),
        Route("/v2/{path:path}", api_v2.respond, methods=_METHODS),
        Route("/api/v2/{path:path}", api_v2.respond, methods=_METHODS),
        Route("/v1/{path:path}", api_v1.respond, methods=_METHODS),
        Route("/api/v1/{path:path}", api_v1.respond, methods=_METHODS),
    ]
    app = Starlette(routes=routes)
    app.add_middleware(_Front, world=world)
    return app


async def _health(request: Request) -> Response:
    return Response("OK")


class _Front:
    """Logs what was asked and how it was answered, and lets the faults interfere."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        self._app = app
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        path = own_path(request)
        if path.startswith("/sandbox/"):
            await self._app(scope, receive, send)
            return
        raw = await request.body()
        refusal = await self._world.faults.before(request.method, path)
        if refusal is None:
            held = await self._work(scope, raw)
        else:
            held = await self._collect(_refused(refusal, request, self._world), scope, raw)
        self._world.log.append(_call(self._world, request, raw, held[0]["status"]))
        if self._world.faults.cuts(request.method, path):
            await _cut(held, send)
        for message in held:
            await send(message)

    async def _work(self, scope: Scope, raw: bytes) -> list[Message]:
        return await self._collect(self._app, scope, raw)

    async def _collect(self, app: ASGIApp, scope: Scope, raw: bytes) -> list[Message]:
        """Run `app` to its end and return what it would have sent."""
        held: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": raw, "more_body": False}

        async def send(message: Message) -> None:
            held.append(message)

        await app(scope, receive, send)
        return held


async def _cut(held: list[Message], send: Send) -> None:
    """Send half of the answer and break off."""
    await send(held[0])
    body = b"".join(m.get("body", b"") for m in held[1:])
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")


def _refused(refusal: Refusal, request: Request, world: World) -> Response:
    if refusal.body is not None:
        return JSONResponse(refusal.body, refusal.status)
    if own_path(request).startswith(("/v1/", "/api/v1/")):
        return injected(refusal.status, world.now())
    if refusal.status == 429:
        reset = {"Limit": "120", "Remaining": "0", "Reset": "60"}
        headers = {f"X-RateLimit-{k}-Default": v for k, v in reset.items()}
        error = v2_errors.throttled()
        return JSONResponse(error.body(asked_path(request), world.now()), 429, headers)
    text = "Service Unavailable" if refusal.status == 503 else "Internal server error"
    error = ApiError(refusal.status, {"code": "INTERNAL_SERVER_ERROR", "message": text})
    return JSONResponse(error.body(asked_path(request), world.now()), refusal.status)


def _call(world: World, request: Request, raw: bytes, status: int) -> Call:
    token = v2_gate.bearer(request.headers.get("authorization"))
    owner = world.user_by_token(token or request.query_params.get("apiKey", ""))
    return Call(
        method=request.method,
        path=own_path(request),
        query=dict(request.query_params),
        version=request.headers.get("cal-api-version"),
        key_owner=owner.username if owner else None,
        body=_body(raw),
        status=status,
    )


def _body(raw: bytes) -> Any:
    """Return the body as JSON, as text where it is none, None where there is none."""
    if not raw:
        return None
    try:
        return json.loads(raw)
    except ValueError:
        return raw.decode(errors="replace")
