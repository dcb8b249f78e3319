"""The Web API: `/api/{method}`, GET and POST, query, form and JSON.

A call passes, in this order: injected trouble, its token, its rate limit, its scope, its method.
Source: docs.slack.dev, apis/web-api.
"""

import contextlib
import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.sandbox.slack import (
    methods_chat,
    methods_conversations,
    methods_functions,
    methods_people,
    methods_views,
)
from bot.sandbox.slack.arguments import Arguments, read_arguments
from bot.sandbox.slack.injections import DROP, Injection
from bot.sandbox.slack.messages import Json
from bot.sandbox.slack.methods import Method, need_scope
from bot.sandbox.slack.record import Call
from bot.sandbox.slack.refusals import Refused
from bot.sandbox.slack.workspace import Workspace

METHODS: dict[str, Method] = {
    **methods_chat.METHODS,
    **methods_views.METHODS,
    **methods_people.METHODS,
    **methods_conversations.METHODS,
    **methods_functions.METHODS,
}


_JSON = ("attachments", "blocks", "metadata", "outputs", "unfurls", "view")


def routes(workspace: Workspace) -> list[Route]:
    api = WebApi(workspace)
    return [Route("/api/{method}", api.answer, methods=["GET", "POST"])]


class WebApi:
    """Answers calls and records every one of them in `workspace.calls`."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._methods = METHODS | {
            "apps.connections.open": Method(_connections_open, app_token=True)
        }

    async def answer(self, request: Request) -> Response:
        method = request.path_params["method"]
        workspace = self._workspace
        try:
            raw = await read_arguments(request)
        except Refused as refusal:
            return self._refused(method, {}, refusal)
        token = token_of(request, raw)
        raw.pop("token", None)
        raw = {name: _decoded(name, value) for name, value in raw.items()}
        await workspace.injections.pause(method)
        if method == "views.update":
            await self._answered(str(raw.get("view_id", "")))
        injection = workspace.injections.next_refusal(method, str(raw.get("channel", "")))
        if injection is None:
            return self._called(method, raw, token)
        if not injection.after_effect:
            return self._injected(method, raw, injection)
        self._called(method, raw, token, lost=True)
        return trouble(injection)

    async def _answered(self, view_id: str) -> None:
        """A view whose submission is on its way is drawn anew when the app has answered that: two
        connections keep no order, and the answer would undo what was drawn before it."""
        view = self._workspace.views.find(view_id=view_id, external_id="")
        if view and view.busy:
            with contextlib.suppress(TimeoutError):
                await self._workspace.until(lambda: not view.busy, within=3)

    def _called(
        self, method: str, raw: dict[str, Any], token: str, *, lost: bool = False
    ) -> Response:
        workspace = self._workspace
        try:
            known = self._authorized(method, token)
            named = workspace.channel_named(str(raw.get("channel", "")))
            channel = named.id if named is not None else str(raw.get("channel", ""))
            wait = workspace.limits.take(method, channel)
            if wait:
                return self._injected(method, raw, Injection(429, retry_after=wait))
            if known.scope is not None:
                need_scope(workspace, known.scope)
            told = known.handler(workspace, Arguments(raw))
        except Refused as refusal:
            return self._refused(method, raw, refusal)
        workspace.record_call(Call(method, raw, ok=True, error=None, lost=lost))
        return self._json({"ok": True, **told})

    def _authorized(self, method: str, token: str) -> Method:
        app = self._workspace.app
        if not token:
            raise Refused("not_authed")
        if run := self._workspace.run_with(token):
            if not run.is_running:
                raise Refused("token_revoked")
            token = app.bot_token
        if token not in (app.bot_token, app.app_token):
            raise Refused("invalid_auth")
        if app.uninstalled:
            raise Refused("account_inactive")
        if method not in self._methods:
            raise Refused("unknown_method", req_method=method)
        known = self._methods[method]
        if token != (app.app_token if known.app_token else app.bot_token):
            raise Refused("not_allowed_token_type")
        return known

    def _refused(self, method: str, raw: dict[str, Any], refusal: Refused) -> Response:
        self._workspace.record_call(Call(method, raw, ok=False, error=refusal.error))
        return self._json({"ok": False, "error": refusal.error, **refusal.extra})

    def _injected(self, method: str, raw: dict[str, Any], injection: Injection) -> Response:
        error = "ratelimited" if injection.answer == 429 else str(injection.answer)
        self._workspace.record_call(Call(method, raw, ok=False, error=error))
        return trouble(injection)

    def _json(self, told: Json) -> Response:
        scopes = ",".join(sorted(self._workspace.granted_scopes))
        return JSONResponse(told, headers={"x-oauth-scopes": scopes})


def _connections_open(workspace: Workspace, args: Arguments) -> Json:
    address = workspace.base_url.replace("http", "ws", 1)
    return {"url": f"{address}/socket/{workspace.new_socket_ticket()}"}


def token_of(request: Request, raw: Mapping[str, Any]) -> str:
    """The token of the header, or else of the arguments."""
    header = request.headers.get("authorization", "")
    return header.removeprefix("Bearer ").strip() if header else str(raw.get("token", ""))


def _decoded(name: str, value: Any) -> Any:
    """An argument that is JSON by its nature, also when a form carried it as a string."""
    if name in _JSON and isinstance(value, str):
        with contextlib.suppress(ValueError):
            return json.loads(value)
    return value


def trouble(injection: Injection) -> Response:
    """The response an injection stands for."""
    if injection.answer == DROP:
        return _BrokenResponse()
    if isinstance(injection.answer, str):
        return JSONResponse({"ok": False, "error": injection.answer})
    if injection.answer == 429:
        return JSONResponse(
            {"ok": False, "error": "ratelimited"},
            status_code=429,
            headers={"retry-after": str(injection.retry_after)},
        )
    return Response("something went wrong", status_code=injection.answer)


class _BrokenResponse(Response):
    """Promises a body and never sends it: the server then closes the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-length", b"100"), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
