"""Where Cal.com's webhooks come in: verified over their raw bytes, stored, and only then answered.

Cal.com sends each one once, waits for the answer while somebody is booking, and does not come
back after an error. So nothing else is done here, and a store that is down is an answer of 503:
the one thing that Cal.com's own log then shows.
"""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.calcom.webhooks import UNSIGNED, verify
from bot.services.counting import Counts, Uncounted
from bot.services.ports import Inbox
from bot.web.limits import SECONDS, read_body

log = structlog.get_logger(__name__)

SIGNATURE: Final = "X-Cal-Signature-256"
STORE_SECONDS: Final = 2.5
NOT_SIGNED: Final = "the webhook at Cal.com has no secret"


class CalcomWebhook:
    """The endpoint.

    Args:
        inbox: Keeps what was verified.
        secret: What the webhook was set up with at Cal.com; while it is empty nothing is taken.
        clock: Now, aware UTC.
        heard: Told of each new webhook: what is cached of Cal.com may no longer be so.
        seconds: How long the body may take.
        counts: Counts what came.
    """

    def __init__(
        self,
        inbox: Inbox,
        secret: str,
        clock: Callable[[], datetime],
        *,
        heard: Callable[[], None] = lambda: None,
        seconds: float = SECONDS,
        counts: Counts | None = None,
    ) -> None:
        self._inbox = inbox
        self._secret = secret
        self._clock = clock
        self._heard = heard
        self._seconds = seconds
        self._counts = counts or Uncounted()

    async def post(self, request: Request) -> Response:
        """200 stored (or there already), 400 not JSON, 401, 408, 413, 503 could not be stored."""
        received_at = self._clock()
        raw = await read_body(request, seconds=self._seconds)
        why = self._why_not(raw, request.headers.get(SIGNATURE, ""))
        if why:
            log.warning("webhook_refused", why=why, bytes=len(raw))
            self._counts.came("unsigned" if why == NOT_SIGNED else "wrong_signature")
            return JSONResponse({"error": "the signature is not right"}, 401)
        if not _is_json(raw):
            log.warning("webhook_refused", why="not JSON: use no payload template", bytes=len(raw))
            self._counts.came("not_json")
            return JSONResponse({"error": "not JSON"}, 400)
        try:
            async with asyncio.timeout(STORE_SECONDS):
                is_new = await self._inbox.accept(raw, received_at)
        except Exception:  # whatever is wrong with the store, the sender has to hear of it
            log.exception("webhook_not_stored", bytes=len(raw), trace=self._inbox.trace(raw))
            self._counts.came("not_stored")
            return JSONResponse({"error": "could not be stored"}, 503)
        if is_new:
            self._heard()
        # The row itself says when it came; a line for each would cost half as much as storing it.
        self._counts.came("stored" if is_new else "duplicate")
        log.debug("webhook_stored", new=is_new, bytes=len(raw), trace=self._inbox.trace(raw))
        return JSONResponse({"stored": True})

    def _why_not(self, raw: bytes, signature: str) -> str:
        if not self._secret:
            return "no CAL_WEBHOOK_SECRET is configured"
        if signature in {"", UNSIGNED}:
            return NOT_SIGNED
        return "" if verify(raw, signature, self._secret) else "another secret, or changed bytes"


def _is_json(raw: bytes) -> bool:
    try:
        json.loads(raw)
    except (ValueError, RecursionError):
        return False
    return True
