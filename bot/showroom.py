"""`python -m bot sandbox`: the bot between a local Slack and a local Cal.com, in one process.

Nothing here reaches outside this machine. What the bot keeps is in a temporary database that goes
with the process.
"""

import asyncio
import os
import signal
import sys
import webbrowser
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.bootstrap import Bot, assembled
from bot.sandbox import page
from bot.sandbox.calcom import app as cal_app
from bot.sandbox.calcom.model import Subscription
from bot.sandbox.calcom.seed_demo import HOUSE_KEY
from bot.sandbox.calcom.seed_demo import seed_demo as seed_cal
from bot.sandbox.calcom.world import World
from bot.sandbox.serve import serving
from bot.sandbox.slack import app as slack_app
from bot.sandbox.slack.sending import Sender
from bot.sandbox.slack.workspace import Workspace
from bot.sandbox.slack.workspace import seed_demo as seed_slack
from bot.settings import Settings
from bot.slack.manifest import OPTIONAL_SCOPES, REQUIRED_SCOPES
from bot.store import migrate

WEBHOOK_SECRET = "sandbox-webhook-secret"  # noqa: S105 - everybody may know it: it stays in here
TICK = 5.0
"""Seconds between two looks at which meetings have started or ended."""


@dataclass(slots=True)
class Sandbox:
    """What runs: the address of the page, and both worlds behind it."""

    url: str
    slack: Workspace
    cal: World
    bot: Bot


def now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def open_sandbox(
    port: int = 0, clock: Callable[[], datetime] = now
) -> AsyncIterator[Sandbox]:
    """Start everything on loopback, and stop it."""
    async with AsyncExitStack() as stack:
        to_bot = await stack.enter_async_context(httpx.AsyncClient(timeout=30))
        bot_url = ""

        async def post(
            body: bytes, headers: Mapping[str, str]
        ) -> tuple[int, Mapping[str, str], bytes]:
            answer = await to_bot.post(
                f"{bot_url}/slack/events", content=body, headers=dict(headers)
            )
            return answer.status_code, answer.headers, answer.content

        workspace, world = Workspace(clock, name="Harbour Labs"), World(clock)
        seed_slack(workspace)
        workspace.granted_scopes = {*REQUIRED_SCOPES, *OPTIONAL_SCOPES}
        await seed_cal(world)
        sender = Sender(workspace, post)
        stack.push_async_callback(sender.aclose)
        both = Starlette(
            routes=[
                Mount("/calcom", cal_app.build(world)),
                *page.routes(),
                Mount("/", slack_app.build(workspace, sender)),
            ]
        )
        url = await stack.enter_async_context(serving(both, port=port))
        workspace.base_url = url
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="calbot-")))
        settings = settings_for(workspace, url, f"sqlite:///{folder / 'sandbox.db'}")
        await migrate(settings.database_url)
        bot = await stack.enter_async_context(assembled(settings))
        bot_url = await stack.enter_async_context(serving(bot.web))
        subscribe(world, f"{bot_url}/webhooks/cal")
        await stack.enter_async_context(_background(bot, world))
        yield Sandbox(url, workspace, world, bot)


def settings_for(workspace: Workspace, url: str, database_url: str) -> Settings:
    """The bot's settings, as somebody would write them for these two servers."""
    return Settings(
        slack_bot_token=SecretStr(workspace.app.bot_token),
        slack_signing_secret=SecretStr(workspace.app.signing_secret),
        slack_api_url=f"{url}/api/",
        cal_api_url=f"{url}/calcom/v2",
        cal_web_url="https://cal.com",
        cal_api_key=SecretStr(HOUSE_KEY),
        cal_webhook_secret=SecretStr(WEBHOOK_SECRET),
        notify_channel="#bookings",
        database_url=database_url,
    )


def subscribe(world: World, url: str) -> None:
    """Set up the webhooks at the local Cal.com, as one does by hand: the account's own, and its
    teams', which the account's misses."""
    owner = world.user_by_key(HOUSE_KEY)
    assert owner is not None
    world.subscriptions["sandbox"] = Subscription(
        id="sandbox",
        user_id=owner.id,
        url=url,
        triggers=list(TRIGGERS),
        created_at=world.now(),
        secret=WEBHOOK_SECRET,
    )
    for team in world.teams.values():
        world.subscribe(url, list(TRIGGERS), secret=WEBHOOK_SECRET, team_id=team.id)


TRIGGERS = (
    "BOOKING_CREATED",
    "BOOKING_REQUESTED",
    "BOOKING_PAYMENT_INITIATED",
    "BOOKING_PAID",
    "BOOKING_RESCHEDULED",
    "BOOKING_CANCELLED",
    "BOOKING_REJECTED",
    "BOOKING_NO_SHOW_UPDATED",
    "MEETING_STARTED",
    "MEETING_ENDED",
    "RECORDING_READY",
)


@asynccontextmanager
async def _background(bot: Bot, world: World) -> AsyncIterator[None]:
    """The worker, and the local Cal.com's own clock work, until the block is left."""
    await bot.learn_identity()
    working = asyncio.create_task(bot.worker.run())
    ticking = asyncio.create_task(_tick(world))
    try:
        yield
    finally:
        ticking.cancel()
        await bot.worker.stop()
        await asyncio.gather(working, ticking, return_exceptions=True)


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
