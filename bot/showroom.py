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
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import httpx
from starlette.applications import Starlette
from starlette.routing import Mount

from bot import store as stores
from bot.domain.rules import Detail, Look, Place, Rule
from bot.sandbox import bot_control, page
from bot.sandbox.calcom import app as cal_app
from bot.sandbox.calcom import sending
from bot.sandbox.calcom.seed_demo import HOUSE_KEY
from bot.sandbox.calcom.seed_demo import seed_demo as seed_cal
from bot.sandbox.calcom.world import World
from bot.sandbox.comparing import Comparison, Watched
from bot.sandbox.kept import Kept
from bot.sandbox.serve import serving
from bot.sandbox.slack import app as slack_app
from bot.sandbox.slack.delivery import Post
from bot.sandbox.slack.sending import Sender
from bot.sandbox.slack.workspace import Workspace
from bot.sandbox.slack.workspace import seed_demo as seed_slack
from bot.settings import Settings
from bot.slack.manifest import HOSTED, OPTIONAL_SCOPES, REQUIRED_SCOPES

PUBLIC_URL: Final = "https://calbot.harbour-labs.example"
"""Where the local Cal.com believes the bot to be: it takes no other than public addresses."""
TICK = 1.0
"""Seconds between two looks at which meetings have started or ended, and which webhooks are due."""
BOOKINGS: Final = "C0BOOKINGS"
SALES: Final = "C0SALES"
SALES_TYPES: Final = ("intro", "demo", "consulting")


@dataclass(slots=True)
class Sandbox:
    """What runs: the address of the page, both worlds behind it, and the bot between them."""

    url: str
    slack: Workspace
    cal: World
    bot: Kept
    comparison: Comparison


def now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def open_sandbox(
    port: int = 0, clock: Callable[[], datetime] = now
) -> AsyncIterator[Sandbox]:
    """Start everything on loopback, and stop it."""
    async with AsyncExitStack() as stack:
        bot_url = f"http://127.0.0.1:{_free_port()}"
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=30, trust_env=False))
        workspace, world = await _seeded(clock, bot_url)
        sender = Sender(workspace, _posting(http, f"{bot_url}/slack/events"))
        stack.push_async_callback(sender.aclose)
        folder = stack.enter_context(TemporaryDirectory(prefix="calbot-"))
        database_url = f"sqlite:///{Path(folder) / 'sandbox.db'}"
        await _keep_sales_rule(database_url, workspace, world)
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
            *page.routes(),
            Mount("/", slack_app.build(workspace, sender)),
        ]
        url = await stack.enter_async_context(serving(Starlette(routes=routes), port=port))
        workspace.base_url = url
        kept.environment = environment(workspace, url, bot_url, database_url)
        await stack.enter_async_context(kept.running())
        await stack.enter_async_context(_ticking(world))
        yield Sandbox(url, workspace, world, kept, comparison)


async def _seeded(clock: Callable[[], datetime], bot_url: str) -> tuple[Workspace, World]:
    """Both worlds, with their people; the bot's public address leads to where it really is."""

    async def post(url: str, headers: dict[str, str], body: bytes) -> int:
        return await sending.post(url.replace(PUBLIC_URL, bot_url, 1), headers, body)

    workspace, world = Workspace(clock, name="Harbour Labs"), World(clock, post=post)
    seed_slack(workspace)
    members = workspace.channels["C0GENERAL"].members
    bot = workspace.app.bot_user_id
    workspace.add_channel("sales", [*sorted(members), bot], channel_id=SALES)
    workspace.granted_scopes = {*REQUIRED_SCOPES, *OPTIONAL_SCOPES}
    workspace.app.unfurl_domains = (HOSTED,)
    await seed_cal(world)
    return workspace, world


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


def environment(workspace: Workspace, url: str, bot_url: str, database_url: str) -> dict[str, str]:
    """The bot's settings, as somebody would write them for these two servers, and nothing else
    that is one of its settings."""
    others = {k: v for k, v in os.environ.items() if k.lower() not in Settings.model_fields}
    return others | {
        "SLACK_BOT_TOKEN": workspace.app.bot_token,
        "SLACK_SIGNING_SECRET": workspace.app.signing_secret,
        "SLACK_API_URL": f"{url}/api/",
        "CAL_API_URL": f"{url}/calcom/v2",
        "CAL_WEB_URL": "https://cal.com",
        "CAL_API_KEY": HOUSE_KEY,
        "NOTIFY_CHANNEL": "#bookings",
        "PUBLIC_URL": PUBLIC_URL,
        "DATABASE_URL": database_url,
        "PORT": bot_url.rpartition(":")[2],
    }


async def _keep_sales_rule(database_url: str, workspace: Workspace, world: World) -> None:
    """Let there be a second rule, as somebody in #sales would have made it."""
    await stores.migrate(database_url)
    store = stores.open_store(database_url, clock=now)
    rule = Rule(
        "sales",
        Place(workspace.team_id, SALES),
        owner="U0ALICE",
        event_types=tuple(sorted(for_sales(world))),
        look=Look(Detail.INITIALS),
        reminders=(15,),
        zone="Europe/Paris",
    )
    try:
        await store.rules.save(rule)
    finally:
        await store.close()


def for_sales(world: World) -> frozenset[int]:
    """The event types whose bookings #sales hears of."""
    return frozenset(e.id for e in world.event_types.values() if e.slug in SALES_TYPES)


def seen_by_house(world: World) -> frozenset[int]:
    """The event types whose bookings the house account hears of: its own and its teams'; those
    that a team hands out to its members are theirs."""
    owner = world.user_by_key(HOUSE_KEY)
    assert owner is not None
    every = world.event_types.values()
    return frozenset(e.id for e in every if e.owner_id == owner.id or e.team_id is not None)


def _comparison(world: World, workspace: Workspace) -> Comparison:
    watched = [Watched(BOOKINGS, seen_by_house(world)), Watched(SALES, for_sales(world))]
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
