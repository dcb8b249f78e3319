"""The control surface behind the page's switches for Slack: JSON under /sandbox/.

It stands beside the Web API, so it is no part of what the app may call.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.slack.injections import MESSAGES, Injection
from bot.sandbox.slack.messages import Json
from bot.sandbox.slack.record import Call
from bot.sandbox.slack.workspace import Workspace

_SHOWN = 30  # so many of the last messages and edits
_MOST = 100  # no switch goes higher
_PAUSE = "retry_after"


def routes(workspace: Workspace) -> list[Route]:
    """Return the routes:

    GET  /sandbox/state   -> {faults, channels, calls}: the switches; the channels the app is in,
                          as {id, name, archived}; messages, edits and deletions as {method,
                          channel, error, lost}
    POST /sandbox/faults  some of too_many, broken, lost, not_in_channel (so many of the next
                          messages and edits in channels) and retry_after (seconds, of too_many)
    POST /sandbox/archive {channel, archived}
    """
    control = _Control(workspace)
    return [
        Route("/sandbox/state", control.state, methods=["GET"]),
        Route("/sandbox/faults", control.set_faults, methods=["POST"]),
        Route("/sandbox/archive", control.archive, methods=["POST"]),
    ]


class _Control:
    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def state(self, request: Request) -> Response:
        workspace = self._workspace
        bot = workspace.app.bot_user_id
        rooms = (c for c in workspace.channels.values() if c.kind in ("public", "private"))
        calls = [call for call in workspace.calls if call.method in MESSAGES]
        return JSONResponse(
            {
                "faults": self._faults(),
                "channels": [
                    {"id": room.id, "name": room.name, "archived": room.archived}
                    for room in rooms
                    if bot in room.members
                ],
                "calls": [self._call(call) for call in calls[-_SHOWN:]],
            }
        )

    async def set_faults(self, request: Request) -> Response:
        """Set what the body names and answer all of them; 400 for a name or value that is wrong."""
        wanted, switches = await _object(request), self._workspace.injections.switches
        for name, value in wanted.items():
            if name != _PAUSE and name not in switches:
                return _wrong(f"no such fault: {name}")
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST:
                return _wrong(f"{name} must be a whole number from 0 to {_MOST}")
        for name, value in wanted.items():
            if name == _PAUSE:
                switches["too_many"].injection = Injection(429, retry_after=value)
            else:
                switches[name].left = value
        return JSONResponse(self._faults())

    async def archive(self, request: Request) -> Response:
        """Archive a channel, or take it out of the archive."""
        wanted = await _object(request)
        channel = self._workspace.channels.get(str(wanted.get("channel")))
        if channel is None:
            return _wrong("there is no such channel")
        channel.archived = bool(wanted.get("archived"))
        self._workspace.changed()
        return JSONResponse({"id": channel.id, "archived": channel.archived})

    def _faults(self) -> Json:
        switches = self._workspace.injections.switches
        counts = {name: switch.left for name, switch in switches.items()}
        return counts | {_PAUSE: switches["too_many"].injection.retry_after}

    def _call(self, call: Call) -> Json:
        named = str(call.args.get("channel", ""))
        channel = self._workspace.channels.get(named)
        where = channel.name if channel is not None else named.removeprefix("#")
        return {
            "method": call.method,
            "channel": where,
            "error": call.error or "",
            "lost": call.lost,
        }


def _wrong(sentence: str) -> Response:
    return JSONResponse({"error": sentence}, 400)


async def _object(request: Request) -> Json:
    try:
        body: Any = await request.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
