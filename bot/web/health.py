"""Whether the process lives, and whether it can do its work."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

log = structlog.get_logger(__name__)

STORE_SECONDS: Final = 2.0
RECENT: Final = timedelta(seconds=90)
"""A worker's round lasts at most 50 s (`services.trying.WORK`), and then it rests for one."""


@dataclass(frozen=True, slots=True)
class Health:
    """The two questions that a load balancer asks.

    Attributes:
        store_answers: Asks the store something small; raises where it cannot.
        last_round: When the worker last got through its round; None in a process without one is
            `worker_here` False.
        slack_known: Whether Slack has told who we are.
        clock: Now, aware UTC.
    """

    store_answers: Callable[[], Awaitable[object]]
    last_round: Callable[[], datetime | None]
    slack_known: Callable[[], bool]
    clock: Callable[[], datetime]
    worker_here: bool = True

    async def healthz(self, request: Request) -> Response:
        return JSONResponse({"alive": True})

    async def readyz(self, request: Request) -> Response:
        """200, or 503 and which of them is wrong."""
        checks = {
            "store": await self._store(),
            "worker": self._worker(),
            "slack": "ok" if self.slack_known() else "not known yet who we are",
        }
        ready = all(said == "ok" for said in checks.values())
        return JSONResponse({"ready": ready, **checks}, 200 if ready else 503)

    async def _store(self) -> str:
        try:
            async with asyncio.timeout(STORE_SECONDS):
                await self.store_answers()
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
