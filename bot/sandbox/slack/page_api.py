"""The JSON the browser page lives on: what a person sees, and what they do.

Everything that is done answers `{ok}`, with `error` (a sentence) or `errors` (block_id → sentence)
when it is not ok.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.sandbox.slack import payloads
from bot.sandbox.slack.messages import Json, Message
from bot.sandbox.slack.outcome import Outcome
from bot.sandbox.slack.page_state import Around, bootstrap, state
from bot.sandbox.slack.screen import PersonCannot, present
from bot.sandbox.slack.sending import Sender
from bot.sandbox.slack.workspace import Workspace

HEARTBEAT = 15.0
"""Seconds after which a quiet event stream says that it is still there."""

Act = Callable[[str, Json], Awaitable[Json]]


class _Told(dict[str, Any]):
    """What the page said."""

    def __missing__(self, name: str) -> Any:
        raise PersonCannot(f"{name} is missing")


class PageApi:
    def __init__(self, workspace: Workspace, sender: Sender, around: Around | None = None) -> None:
        self._workspace = workspace
        self._sender = sender
        self._around = around or Around()

    def routes(self) -> list[Route]:
        acts: dict[str, Act] = {
            "command": self._command,
            "click": self._click,
            "fill": self._fill,
            "submit": self._submit,
            "close": self._close,
            "options": self._options,
            "home": self._home,
            "read": self._read,
            "uninstall": self._uninstall,
            "shortcut": self._shortcut,
        }
        return [
            Route("/page/bootstrap", self._bootstrap),
            Route("/page/state", self._state),
            Route("/page/events", self._events),
            *(
                Route(f"/page/{name}", self._doing(act), methods=["POST"])
                for name, act in acts.items()
            ),
        ]

    # -- seeing -------------------------------------------------------------------------------

    async def _bootstrap(self, request: Request) -> Response:
        return JSONResponse(bootstrap(self._workspace, self._around))

    async def _state(self, request: Request) -> Response:
        try:
            return JSONResponse(
                state(self._workspace, self._member(request.query_params.get("as")))
            )
        except PersonCannot as nobody:
            return JSONResponse({"ok": False, "error": str(nobody)}, 404)

    async def _events(self, request: Request) -> Response:
        try:
            self._member(request.query_params.get("as"))
        except PersonCannot as nobody:
            return JSONResponse({"ok": False, "error": str(nobody)}, 404)
        headers = {"cache-control": "no-store"}
        return StreamingResponse(self._changes(), media_type="text/event-stream", headers=headers)

    async def _changes(self) -> AsyncIterator[str]:
        """The version now, and then every time it has moved; several moves may become one event."""
        told = -1
        while True:
            if told != self._workspace.version:
                told = self._workspace.version
                yield f"event: changed\ndata: {json.dumps({'version': told})}\n\n"
                continue
            try:
                await asyncio.wait_for(self._workspace.next_change(), HEARTBEAT)
            except TimeoutError:
                yield ": still here\n\n"

    # -- doing --------------------------------------------------------------------------------

    def _doing(self, act: Act) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            try:
                told = _Told(await request.json())
            except (ValueError, TypeError):
                return JSONResponse({"ok": False, "error": "this is no JSON object"}, 400)
            try:
                return JSONResponse(await act(self._member(told["as"]), told))
            except PersonCannot as cannot:
                return JSONResponse({"ok": False, "error": str(cannot)})

        return answer

    def _member(self, user: Any) -> str:
        present(self._workspace, str(user))
        return str(user)

    async def _command(self, user: str, told: Json) -> Json:
        text = str(told["text"]).strip()
        if not text:
            raise PersonCannot("there is nothing to send")
        thread = str(told.get("thread_ts") or "")
        if not text.startswith("/"):
            marked = payloads.marked(self._workspace, text)
            await self._sender.say(user, told["channel"], marked, thread_ts=thread or None)
            return {"ok": True}
        if thread:
            raise PersonCannot(f"{text.split()[0]} is not supported in threads. Sorry!")
        command, _, rest = text.partition(" ")
        return _answer(await self._sender.command(user, told["channel"], command, rest.strip()))

    async def _click(self, user: str, told: Json) -> Json:
        outcome = await self._sender.click(
            user,
            self._container(told["container"]),
            told["action_id"],
            block=told["block_id"],
            value=told.get("value"),
            selected=told.get("selected"),
        )
        return _answer(outcome)

    async def _fill(self, user: str, told: Json) -> Json:
        outcome = await self._sender.fill(
            user,
            told["action_id"],
            told["value"],
            block=told["block_id"],
            container=told["view_id"],
        )
        return _answer(outcome)

    async def _submit(self, user: str, told: Json) -> Json:
        return _answer(await self._sender.submit(user, told["view_id"]))

    async def _close(self, user: str, told: Json) -> Json:
        return _answer(await self._sender.close(user, told["view_id"], all=bool(told.get("all"))))

    async def _options(self, user: str, told: Json) -> Json:
        outcome = await self._sender.options(
            user,
            told["action_id"],
            told["query"],
            block=told["block_id"],
            container=self._container(told["container"]),
        )
        return outcome.options or {"options": [], **_answer(outcome)}

    async def _home(self, user: str, told: Json) -> Json:
        return _answer(await self._sender.open_home(user))

    async def _read(self, user: str, told: Json) -> Json:
        seen = {channel.id for channel in self._workspace.visible_channels(user)}
        if told["channel"] not in seen:
            raise PersonCannot(f"{user} does not see {told['channel']}")
        self._workspace.mark_read(user, told["channel"])
        return {"ok": True}

    async def _shortcut(self, user: str, told: Json) -> Json:
        """From anywhere; with `ts`, on the message of that `channel`."""
        callback_id = str(told["callback_id"])
        if "ts" not in told:
            return _answer(await self._sender.shortcut(user, callback_id))
        message = self._container({"type": "message", **told})
        return _answer(await self._sender.message_shortcut(user, message, callback_id))

    async def _uninstall(self, user: str, told: Json) -> Json:
        if not (self._around.install and self._workspace.people[user].is_admin):
            raise PersonCannot("only an admin can take it out, where it can be put in again")
        await self._sender.uninstall()
        return {"ok": True}

    def _container(self, told: Json) -> Message | str:
        if told["type"] == "view":
            return str(told["view_id"])
        channel = self._workspace.channels.get(told["channel"])
        message = channel.messages.get(told["ts"]) if channel is not None else None
        if message is None:
            raise PersonCannot("this message is not there any more")
        return message


def _answer(outcome: Outcome) -> Json:
    told: Json = {"ok": outcome.ok}
    if outcome.error is not None:
        told["error"] = outcome.error
    if outcome.errors:
        told["errors"] = dict(outcome.errors)
    return told
