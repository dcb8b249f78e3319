"""The local Slack and the local Cal.com in one process, for a bot that is measured.

Besides what they are, they tell what the bench needs to speak like them: `/bench/commands` gives
payloads of `/cal TEXT`, `/bench/webhook` the body of a booking that was made, and `/bench/answers`
how many answers came back through a `response_url`. `/bench/posts` has what was posted when, and
`/bench/slack` makes Slack slow to post. `PORT` comes from the environment.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from bot.sandbox.calcom import app as cal_app
from bot.sandbox.calcom import booking, slots
from bot.sandbox.calcom.booking import Person
from bot.sandbox.calcom.booking import Request as Booking
from bot.sandbox.calcom.seed_demo import seed_demo as seed_cal
from bot.sandbox.calcom.slots import Question
from bot.sandbox.calcom.world import World
from bot.sandbox.slack import app as slack_app
from bot.sandbox.slack.injections import Injections
from bot.sandbox.slack.limits import Limits
from bot.sandbox.slack.payloads import Payloads
from bot.sandbox.slack.sending import Sender
from bot.sandbox.slack.workspace import Workspace
from bot.sandbox.slack.workspace import seed_demo as seed_slack
from tests.subscribing import subscribe

CHANNELS = [f"C0BENCH{number:03}" for number in range(200)]
TEAM = "T0SANDBOX"


def now() -> datetime:
    return datetime.now(UTC)


class Slow(Injections):
    """Posting takes so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    async def pause(self, method: str) -> None:
        if method == "chat.postMessage":
            await asyncio.sleep(self._seconds)


async def to_nobody(*_told: object) -> int:
    return 200


async def no_door(*_told: object) -> tuple[int, dict[str, str], bytes]:
    """Nobody clicks here: the bench sends its requests itself."""
    raise ConnectionError


async def a_webhook(world: World) -> bytes:
    """What Cal.com sends when somebody books an intro call."""
    subscribe(world, "http://nobody.test/")
    intro = next(each for each in world.event_types.values() if each.slug == "intro")
    window = (now() + timedelta(days=2), now() + timedelta(days=16))
    slot = slots.open_slots(world, intro, Question(window))[0]
    guest = Person("Mira Novak", "mira.novak@customer.example", "Europe/Prague")
    answers = {"notes": "We have two boats, and would like to know what fits on them."}
    await booking.book(world, Booking(intro, slot.start, guest, answers=answers))
    world.subscriptions.clear()
    return world.sent[-1][0].body


def build() -> Starlette:
    workspace, world = Workspace(now), World(now, post=to_nobody)
    workspace.base_url = f"http://127.0.0.1:{os.environ['PORT']}"
    seed_slack(workspace)
    for channel in CHANNELS:
        workspace.add_channel(
            channel.lower(), ["U0ALICE", workspace.app.bot_user_id], channel_id=channel
        )
    body = b""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        nonlocal body
        await seed_cal(world)
        body = await a_webhook(world)
        yield

    async def alive(request: Request) -> Response:
        return PlainTextResponse("ok")

    async def commands(request: Request) -> Response:
        payloads, channel = Payloads(workspace), workspace.channels["C0GENERAL"]
        texts = request.query_params.getlist("text")
        return JSONResponse(
            [payloads.slash_command("U0ALICE", channel, "/cal", text) for text in texts]
        )

    async def webhook(request: Request) -> Response:
        return Response(body, media_type="application/json")

    async def answers(request: Request) -> Response:
        return JSONResponse(len(workspace.calls_of("response_url")))

    async def slack(request: Request) -> Response:
        workspace.injections = Slow(float(request.query_params["seconds"]))
        workspace.limits = Limits(now)
        for channel in CHANNELS:
            workspace.channels[channel].messages.clear()
        return PlainTextResponse("ok")

    async def posts(request: Request) -> Response:
        named = request.query_params["channels"].split(",")
        found = [m for name in named for m in workspace.channels[name].messages.values()]
        return JSONResponse([(float(message.ts), message.text) for message in found])

    return Starlette(
        routes=[
            Route("/bench/slack", slack, methods=["POST"]),
            Route("/bench/posts", posts),
            Route("/bench/alive", alive),
            Route("/bench/commands", commands),
            Route("/bench/webhook", webhook),
            Route("/bench/answers", answers),
            Mount("/calcom", cal_app.build(world)),
            Mount("/", slack_app.build(workspace, Sender(workspace, no_door))),
        ],
        lifespan=lifespan,
    )


async def serve() -> None:
    config = uvicorn.Config(build(), port=int(os.environ["PORT"]), log_level="warning")
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    asyncio.run(serve())
