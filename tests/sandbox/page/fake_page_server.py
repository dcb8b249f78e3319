"""The page's side of the contract, small: enough of a workspace to click through, and its log.

Every POST is appended to `log` as (path, body). `/cal gallery` opens a modal with every input,
`/cal book` a booking that validates, shows a result and posts a card to #bookings.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.sandbox import page
from tests.sandbox.page import page_gallery as gallery
from tests.sandbox.page.page_gallery import Json, option, plain
from tests.sandbox.page.page_workspace import (
    PEOPLE,
    booking,
    calcom,
    card,
    channel,
    help_blocks,
    person,
)

FIELDS = {
    "checkboxes": "selected_options",
    "datepicker": "selected_date",
    "multi_users_select": "selected_users",
    "static_select": "selected_option",
    "external_select": "selected_option",
}


class FakePageServer:
    """One workspace; what is in it is public so that a test can change it and call `changed`."""

    def __init__(self) -> None:
        self.log: list[tuple[str, Json]] = []
        self.version = 0
        self.condition = asyncio.Condition()
        self.answer_gate = asyncio.Event()  # a submission waits for it, as for a slow app
        self.answer_gate.set()
        self.home: Json | None = None
        self.calcom: Json | None = calcom()
        self.views: list[Json] = []
        self.messages: dict[str, list[Json]] = {}
        self.channels = [
            channel("general"),
            channel("bookings"),
            channel("gallery"),
            channel("leads", "private", bot_is_member=False),
            channel("old-news", archived=True),
            channel("elsewhere-with-a-rather-long-name-indeed", is_member=False),
            channel("dm-bob", "im", im_with="U0BOB"),
            channel("dm-layla", "im", im_with="U0ARAB"),
            channel("dm-app", "im", im_with="U0CALBOT"),
        ]
        self._ts = time.time() - 90_000
        self.say("C0GENERAL", "U0BOB", "Morning! Use `/cal book` to find a time :wave:")
        for number in range(30):
            self._ts += 2_000
            self.say("C0GENERAL", "U0CAROL" if number % 3 else "U0ALICE", f"Message {number}")
        self.say("C0GALLERY", "U0CALBOT", "Everything", blocks=gallery.message_blocks())
        self.card = self.say("C0BOOKINGS", "U0CALBOT", "Booked", blocks=card("Upcoming"))
        self.say("C0BOOKINGS", "U0CALBOT", "Booked by Bob.", thread_ts=self.card["ts"])
        self.card["reply_count"] = 1

    def say(self, where: str, user: str, text: str, **more: Any) -> Json:
        self._ts = self._ts + 1
        told = {"ts": f"{self._ts:.6f}", "channel": where, "user": user, "text": text, "blocks": []}
        flags = {"bot": user == "U0CALBOT", "ephemeral": False, "thread_ts": None, "reply_count": 0}
        message = {**told, **flags, "edited": False, "deleted": False, **more}
        self.messages.setdefault(where, []).append(message)
        return message

    async def changed(self) -> None:
        async with self.condition:
            self.version += 1
            self.condition.notify_all()

    def open(
        self, blocks: list[Json], title: str, callback: str, submit: str | None = None
    ) -> Json:
        view = {
            "id": f"V{len(self.log)}",
            "root_id": "",
            "hash": "1",
            "type": "modal",
            "title": plain(title),
        }
        buttons = {
            "submit": submit and plain(submit),
            "close": plain("Not now"),
            "notify_on_close": True,
        }
        state = {"blocks": blocks, "state": {"values": {}}, "errors": {}, "busy": False}
        self.views.append({**view, **buttons, **state, "callback_id": callback})
        return self.views[-1]

    def redraw(self, view: Json, blocks: list[Json]) -> None:
        view.update(blocks=blocks, errors={}, hash=f"{view['hash']}1")

    # -- the contract -------------------------------------------------------------------------

    async def bootstrap(self, request: Request) -> Response:
        team, app = {"id": "T1", "name": "Sandbox"}, {"id": "A1", "name": "Calbot"}
        people = [person(row) for row in PEOPLE]
        command = {"name": "/cal", "hint": "book · slots · bookings · notify"}
        body = {"team": team, "people": people, "command": command}
        around = {"workspaces": [], "hosts": {}, "install": ""}
        return JSONResponse({**body, **around, "app": {**app, "bot_user_id": "U0CALBOT"}})

    async def state(self, request: Request) -> Response:
        user = request.query_params["as"]
        seen = {
            where: [m for m in found if not m["ephemeral"] or m["only"] == user]
            for where, found in self.messages.items()
        }
        mine = self.views if user == "U0ALICE" else []
        body = {"me": user, "channels": self.channels, "messages": seen, "views": mine}
        return JSONResponse({**body, "home": self.home, "errors": [], "installed": True})

    async def events(self, request: Request) -> Response:
        async def stream() -> AsyncIterator[str]:
            while True:
                yield f"event: changed\ndata: {json.dumps({'version': self.version})}\n\n"
                async with self.condition:
                    await self.condition.wait()

        return StreamingResponse(stream(), media_type="text/event-stream")

    async def post(self, request: Request) -> Response:
        what, body = request.path_params["what"], await request.json()
        self.log.append((what, body))
        handle: Callable[[Json], Awaitable[Json | None]] | None = getattr(self, f"on_{what}", None)
        answer = await handle(body) if handle else None
        await self.changed()
        return JSONResponse({"ok": True, **(answer or {})})

    # -- what the app behind it does ------------------------------------------------------------

    async def on_command(self, body: Json) -> None:
        text, where = body["text"], body["channel"]
        if text.startswith("/cal gallery"):
            self.open(
                [*gallery.alerts(), *gallery.inputs()], "Every input there is", "gallery", "Save"
            )
        elif text.startswith("/cal book"):
            self.open(booking(), "Book a meeting", "book", "Book")
        elif text.startswith("/"):
            self.say(
                where, "U0CALBOT", "Unknown", ephemeral=True, only=body["as"], blocks=help_blocks()
            )
        else:
            self._ts = time.time()
            self.say(where, body["as"], text)

    async def on_click(self, body: Json) -> None:
        if body["action_id"] == "push":
            self.open([], "One above", "pushed")
        if body["action_id"] == "what":
            day = {"type": "datepicker", "action_id": "day", "initial_date": "2026-12-01"}
            late = {"type": "input", "block_id": "day", "label": plain("Day"), "element": day}
            self.redraw(self.views[-1], [*booking()[:1], late, *booking()[1:]])
        if body["action_id"] == "cancel" and body["container"].get("channel") == "C0BOOKINGS":
            self.card.update(blocks=card("Cancelled"), edited=True, reply_count=2)
            self.say("C0BOOKINGS", "U0CALBOT", "Cancelled.", thread_ts=self.card["ts"])

    async def on_fill(self, body: Json) -> None:
        view = next(view for view in self.views if view["id"] == body["view_id"])
        block = next(one for one in view["blocks"] if one["block_id"] == body["block_id"])
        kind = block["element"]["type"]
        held = {"type": kind, FIELDS.get(kind, "value"): body["value"]}
        view["state"]["values"].setdefault(body["block_id"], {})[body["action_id"]] = held

    async def on_submit(self, body: Json) -> Json | None:
        view = self.views[-1]
        values = view["state"]["values"]
        missing = [
            block["block_id"]
            for block in view["blocks"]
            if block["type"] == "input" and not block.get("optional")
            if not any(
                values.get(block["block_id"], {}).get(k) for k in values.get(block["block_id"], {})
            )
        ]
        if missing:
            view["errors"] = dict.fromkeys(missing, "Please complete this required field.")
            return {"ok": False, "errors": view["errors"]}
        view["busy"] = True
        await self.changed()
        await self.answer_gate.wait()
        self.views.clear()
        self.say("C0BOOKINGS", "U0CALBOT", "Booked", blocks=card("Upcoming"))
        return None

    async def on_close(self, body: Json) -> None:
        if body["all"]:
            self.views.clear()
        else:
            self.views.pop()

    async def on_home(self, body: Json) -> None:
        blocks = [*gallery.texts(int(time.time()))[:1], *gallery.elements()[:1]]
        self.home = {
            "id": "VHOME",
            "type": "home",
            "blocks": blocks,
            "state": {"values": {}},
            "errors": {},
        }

    async def on_options(self, body: Json) -> Json:
        found = [option(f"{body['query']} result {n}", f"r{n}") for n in range(5)]
        return {"options": [] if body["query"] == "nothing" else found}

    # -- the local Cal.com beside it ------------------------------------------------------------

    async def calcom_state(self, request: Request) -> Response:
        return JSONResponse(self.calcom or {}, 200 if self.calcom else 404)

    async def calcom_post(self, request: Request) -> Response:
        what, body = request.path_params["what"], await request.json()
        self.log.append((f"calcom/{what}", body))
        await self.changed()
        return JSONResponse({"status": "success"})

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/page/bootstrap", self.bootstrap),
                Route("/page/state", self.state),
                Route("/page/events", self.events),
                Route("/page/{what}", self.post, methods=["POST"]),
                Route("/calcom/sandbox/state", self.calcom_state),
                Route("/calcom/sandbox/{what}", self.calcom_post, methods=["POST"]),
                *page.routes(),
            ]
        )
