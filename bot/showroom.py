"""`python -m bot sandbox`: the bot between a local Slack and a local Cal.com.

The stand-ins and the page are in this process; the bot is one of its own (`showroom_bot`), so
that it can be killed and has to find its way back. Nothing reaches outside this machine. What the
bot keeps is in a temporary database that goes with the sandbox.
"""

import asyncio
import os
import signal
import socket
import sys
import webbrowser
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import httpx
from starlette.applications import Starlette
from starlette.routing import Mount

from bot import showroom_setup as setup
from bot.sandbox import bot_control, gateway, page
from bot.sandbox.calcom import app as cal_app
from bot.sandbox.calcom.world import World
from bot.sandbox.comparing import Comparison, Watched
from bot.sandbox.kept import Kept
from bot.sandbox.serve import serving
from bot.sandbox.slack import switchboard
from bot.sandbox.slack.delivery import Post
from bot.sandbox.slack.oauth import OAuth
from bot.sandbox.slack.seed_clinic import TEAM, clinic
from bot.sandbox.slack.sending import Sender
from bot.sandbox.slack.workspace import Workspace

TICK: Final = 1.0
"""Seconds between two looks at which meetings have started or ended, and which webhooks are due."""
BROWSED: Final = (
    "/slack/install",
    "/slack/oauth_redirect",
    "/cal/oauth/{rest:path}",
    "/audit/{state}",
)
"""What the bot shows to browsers."""


@dataclass(slots=True)
class Sandbox:
    """What runs: the address of the page, the worlds behind it (`slack` has the bot's own token,
    `clinic` has yet to let it in), and the bot between them, with its database's file."""

    url: str
    slack: Workspace
    clinic: Workspace
    cal: World
    bot: Kept
    comparison: Comparison
    database: Path


@asynccontextmanager
async def open_sandbox(
    port: int = 0, clock: Callable[[], datetime] = setup.now
) -> AsyncIterator[Sandbox]:
    """Start everything on loopback, and stop it."""
    async with AsyncExitStack() as stack:
        bot_url = f"http://127.0.0.1:{_free_port()}"
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=30, trust_env=False))
        workspace, world = await setup.seeded(clock, bot_url)
        second = clinic(clock)
        setup.offer(second)
        slack = _slack(stack, workspace, second, _posting(http, f"{bot_url}/slack/events"))
        folder = stack.enter_context(TemporaryDirectory(prefix="calbot-"))
        database = Path(folder) / "sandbox.db"
        database_url = f"sqlite:///{database}"
        await setup.keep_sales_rule(database_url, workspace, world)
        kept = Kept(
            [sys.executable, "-m", "bot.showroom_bot"],
            Path(__file__).parents[1],
            _readiness(http, bot_url, world),
            workspace.changed,
        )
        comparison = _comparison(world, workspace)
        routes = [
            Mount("/calcom", cal_app.build(world)),
            *bot_control.routes(kept, comparison),
            *gateway.passing(http, bot_url, BROWSED),
            *page.routes(),
            Mount("/", slack),
        ]
        app = gateway.Led(Starlette(routes=routes), setup.HOSTS)
        url = await stack.enter_async_context(serving(app, port=port))
        workspace.base_url, second.base_url = url, f"{url}/w/{TEAM}"
        kept.environment = setup.environment(workspace, url, bot_url, database_url)
        await stack.enter_async_context(kept.running())
        await stack.enter_async_context(_ticking(world))
        yield Sandbox(url, workspace, second, world, kept, comparison, database)


def _slack(stack: AsyncExitStack, first: Workspace, second: Workspace, post: Post) -> Starlette:
    """The local Slack with both workspaces."""
    senders = [(workspace, Sender(workspace, post)) for workspace in (first, second)]
    for _, sender in senders:
        stack.push_async_callback(sender.aclose)
    oauth = OAuth(first, others=[second])
    return switchboard.build(senders, oauth, setup.around(first, second))


def _free_port() -> int:
    """A port where nobody listens; the bot listens there whenever it is started again."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def _posting(http: httpx.AsyncClient, url: str) -> Post:
    async def post(body: bytes, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        answer = await http.post(url, content=body, headers=dict(headers))
        return answer.status_code, answer.headers, answer.content

    return post


def _readiness(
    http: httpx.AsyncClient, bot_url: str, world: World
) -> Callable[[], Awaitable[bool]]:
    """Whether the bot can work, and hears of bookings."""

    async def is_ready() -> bool:
        try:
            ready = (await http.get(f"{bot_url}/readyz")).status_code == 200
        except httpx.HTTPError:  # it does not listen yet
            return False
        return ready and bool(world.subscriptions)

    return is_ready


def _comparison(world: World, workspace: Workspace) -> Comparison:
    watched = [
        Watched(setup.BOOKINGS, setup.seen_by_house(world)),
        Watched(setup.SALES, setup.for_sales(world)),
    ]
    return Comparison(world, workspace, watched)


@asynccontextmanager
async def _ticking(world: World) -> AsyncIterator[None]:
    """The local Cal.com's own clock work, until the block is left."""
    ticking = asyncio.create_task(_tick(world))
    try:
        yield
    finally:
        ticking.cancel()
        await asyncio.wait([ticking])


async def _tick(world: World) -> None:
    while True:
        await asyncio.sleep(TICK)
        await world.tick()


async def run(port: int, *, open_browser: bool, say: Callable[[str], None]) -> None:
    """Run the sandbox until it is told to stop.

    Args:
        port: Where the page is; 0 takes a free one.
        say: Tells the person the address.
    """
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    async with open_sandbox(port) as sandbox:
        say(sandbox.url)
        if open_browser and _has_screen():
            webbrowser.open(sandbox.url)
        await told.wait()


def _has_screen() -> bool:
    """Without one, a browser that lives in the terminal would take it over."""
    if sys.platform in {"darwin", "win32"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
