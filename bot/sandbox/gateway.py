"""The way a browser takes from the page to the bot and back.

Its public address, and Cal.com's, are names that lead nowhere on this machine. Here they lead to
where both really are: what the bot shows to browsers is passed on, and whoever is sent to one of
these addresses is sent on to the true one.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import httpx
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HOP: Final = frozenset({"connection", "transfer-encoding"})
_OURS: Final = _HOP | {"content-length", "host"}


class Led:
    """Whoever is sent on to an address that begins with one of `hosts` is sent to the true one."""

    def __init__(self, app: ASGIApp, hosts: Mapping[str, str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "location" in headers:
                    headers["location"] = self._true(headers["location"])
            await send(message)

        await self._app(scope, receive, answer)

    def _true(self, address: str) -> str:
        for public, true in self._hosts.items():
            if address.startswith(public):
                return true + address.removeprefix(public)
        return address


def passing(http: httpx.AsyncClient, bot_url: str, paths: Sequence[str]) -> list[Route]:
    """Routes that pass on what a browser asks the bot for, at these paths."""

    async def pass_on(request: Request) -> Response:
        url = f"{bot_url}{request.url.path}"
        url += f"?{request.url.query}" if request.url.query else ""
        body, headers = await request.body(), _passed(request.headers)
        # Not made by the client, which would put in the cookies of somebody else's browser.
        asked = httpx.Request(request.method, url, content=body, headers=headers)
        try:
            answer = await http.send(asked)
        except httpx.HTTPError:
            return Response("The bot is not running just now; try again in a moment.", 502)
        response = Response(answer.content, answer.status_code)
        response.raw_headers = [
            (name.lower(), value)
            for name, value in answer.headers.raw
            if name.lower().decode() not in _HOP
        ]
        return response

    return [Route(path, pass_on, methods=["GET", "POST"]) for path in paths]


def _passed(headers: Mapping[str, str]) -> dict[str, str]:
    passed = {name: value for name, value in headers.items() if name not in _OURS}
    return passed | {"accept-encoding": "identity"}  # passed on as it is
