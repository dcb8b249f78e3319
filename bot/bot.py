"""The bot as a whole, and the seams around it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import structlog
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette

from bot import store as stores
from bot.domain.errors import StoreUnavailable
from bot.services.accounts import HOUSE
from bot.services.deliveries import Deliveries
from bot.services.notifications import Notifications
from bot.services.reconciling import Pace
from bot.services.registering import Registering
from bot.services.rules import Ruling
from bot.settings import Settings
from bot.slack.background import Background
from bot.slack.deps import Deps
from bot.slack.identity import Identity
from bot.slack.installations import Installations
from bot.slack.telling import why
from bot.web.health import Process
from bot.worker import Step, Worker

log = structlog.get_logger(__name__)

LEARN_AGAIN = 5.0
"""Seconds until Slack is asked again who we are, while it does not answer."""
POLL = f"poll:{HOUSE}"
"""The turn in which Cal.com is asked what no webhook brought."""
Clock = Callable[[], datetime]


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Bot:
    """Everything that runs in one process, started by `assembled`.

    `web` is the ASGI application, `beside` the small one of a process that only works; `worker`
    is to be run, with its `chores`, by whoever wants the background work done here, and `process`
    to be told what becomes of it.
    """

    settings: Settings
    store: stores.Store
    web: Starlette
    slack: AsyncApp
    client: AsyncWebClient
    identity: Identity
    installations: Installations
    background: Background
    notifications: Notifications
    deliveries: Deliveries
    worker: Worker
    chores: Mapping[str, Step]
    ruling: Ruling
    registering: Registering
    deps: Deps
    process: Process
    beside: Starlette

    async def learn_identity(self) -> None:
        """Ask Slack who we are until it answers; then begin what hangs on it."""
        while not self.identity.is_known:
            reason = "no team_id"
            try:
                await self.identity.learn(self.client)
            except Exception as error:  # whatever stands between may answer anything
                reason = why(error)
            if not self.identity.team_id:
                log.warning("slack_does_not_know_us", why=reason)
                await asyncio.sleep(LEARN_AGAIN)
        while not self.ruling.settled:
            try:
                await self._begin()
            except StoreUnavailable as error:
                log.warning("store_not_ready", kind=type(error).__name__)
                await asyncio.sleep(LEARN_AGAIN)

    async def _begin(self) -> None:
        """Let there be the rule that the settings ask for, and look at Cal.com at once."""
        await self.store.turns.hasten(POLL, self.deps.clock())
        await self.registering.hasten()
        channel = self.settings.notify_channel if self.identity.token else None
        await self.ruling.keep_first(HOUSE, self.identity.team_id, channel)


@dataclass(frozen=True, slots=True)
class Outside:
    """The seams: what tests put something else in the place of."""

    clock: Clock = now
    cal_http: httpx.AsyncClient | None = None
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    pace: Pace | None = None
    """How often Cal.com is asked; None for what suits its API."""
    monotonic: Callable[[], float] = time.monotonic


def works_here(settings: Settings) -> bool:
    """Whether `serve` does the background work too: with SQLite, which is one process's."""
    return settings.database_url.startswith("sqlite")
