"""Whether the process lives, and whether it can do its work."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.domain.errors import NotMigrated

log = structlog.get_logger(__name__)

STORE_SECONDS: Final = 2.0
RECENT: Final = timedelta(seconds=90)
"""A worker's round lasts at most 50 s (`services.trying.WORK`), and then it rests for one."""


@dataclass(slots=True)
class Process:
    """What only the process knows in which the bot runs.

    `last_round` tells when its worker last got through a round; `stopping` once it was told to
    stop; `connected` asks whether Slack's own connection stands (Socket Mode), None before there
    is one.
    """

    last_round: Callable[[], datetime | None] = lambda: None
    stopping: bool = False
    connected: Callable[[], Awaitable[bool]] | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """The two questions that a load balancer asks.

    Attributes:
        store_answers: Asks the store something small; raises where it cannot.
        last_round: When the worker last got through its round; None in a process without one is
            `worker_here` False.
        slack_known: Whether Slack has told who we are.
        clock: Now, aware UTC.
        slack_refuses: Slack's word, while it lets the bot do nothing.
        process: What the process is doing.
        by_socket: Whether Slack is to be reached by Socket Mode from here.
    """

    store_answers: Callable[[], Awaitable[object]]
    last_round: Callable[[], datetime | None]
    slack_known: Callable[[], bool]
    clock: Callable[[], datetime]
    worker_here: bool = True
    slack_refuses: Callable[[], str] = lambda: ""
    process: Process = field(default_factory=Process)
    by_socket: bool = False

    async def healthz(self, request: Request) -> Response:
        return JSONResponse({"alive": True})

    async def readyz(self, request: Request) -> Response:
        """200, or 503 and which of them is wrong."""
        if self.process.stopping:
            return JSONResponse({"ready": False, "process": "stopping"}, 503)
        checks = {
            "store": await self._store(),
            "worker": self._worker(),
            "slack": self._slack(),
        }
        if self.by_socket:
            checks["socket_mode"] = await self._socket_mode()
        ready = all(said == "ok" for said in checks.values())
        return JSONResponse({"ready": ready, **checks}, 200 if ready else 503)

    def _slack(self) -> str:
        if not self.slack_known():
            return "not known yet who we are"
        refused = self.slack_refuses()
        return f"refuses the bot: {refused}" if refused else "ok"

    async def _socket_mode(self) -> str:
        ask = self.process.connected
        return "ok" if ask and await ask() else "not connected"

    async def _store(self) -> str:
        try:
            async with asyncio.timeout(STORE_SECONDS):
                await self.store_answers()
        except NotMigrated:
            return "not migrated: python -m bot migrate"
        except Exception as error:  # any of them means: not ready
            log.warning("store_not_ready", kind=type(error).__name__)
            return "does not answer"
        return "ok"

    def _worker(self) -> str:
        if not self.worker_here:
            return "ok"
        last = self.last_round()
        if last is None:
            return "no round yet"
        late = self.clock() - last
        return "ok" if late <= RECENT else f"no round for {int(late.total_seconds())} s"
