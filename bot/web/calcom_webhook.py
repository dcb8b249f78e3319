"""Where Cal.com's webhooks come in: verified over their raw bytes, stored, and only then answered.

Cal.com sends each one once, waits for the answer while somebody is booking, and does not come
back after an error. So nothing else is done here, and a store that is down is an answer of 503:
the one thing that Cal.com's own log then shows.

There are two ways in. `/webhooks/cal` is for a webhook that somebody set up by hand, with the
secret of the settings. `/webhooks/cal/{address}` is for one that we registered: the address leads
to its secret and its account, and whoever cannot sign with that secret learns not even whether
there is such an address.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.calcom.webhooks import UNSIGNED, verify
from bot.domain.records import Registration
from bot.services.accounts import HOUSE
from bot.services.counting import Counts, Uncounted
from bot.services.ports import Inbox, Registrations
from bot.web.limits import SECONDS, read_body

log = structlog.get_logger(__name__)

SIGNATURE: Final = "X-Cal-Signature-256"
STORE_SECONDS: Final = 2.5
NOT_SIGNED: Final = "the webhook at Cal.com has no secret"
KNOWN_FOR: Final = timedelta(minutes=1)
MOST_KNOWN: Final = 1_000
NOBODYS: Final = "the secret of an address that nobody has"


@dataclass(slots=True)
class Addresses:
    """Whose address is whose, known for a minute; also that an address is nobody's."""

    registrations: Registrations
    clock: Callable[[], datetime]
    most: int = MOST_KNOWN
    _known: dict[str, tuple[datetime, Registration | None]] = field(default_factory=dict)

    async def at(self, address: str) -> Registration | None:
        now = self.clock()
        known = self._known.get(address)
        if known and now < known[0]:
            return known[1]
        found = await self.registrations.at_address(address)
        self._known.pop(address, None)
        while len(self._known) >= self.most:
            del self._known[next(iter(self._known))]
        self._known[address] = (now + KNOWN_FOR, found)
        return found


class CalcomWebhook:
    """The endpoint.

    Args:
        inbox: Keeps what was verified.
        addresses: Whose webhook an address is.
        secret: What the webhook was set up with by hand at Cal.com; while it is empty nothing is
            taken from one.
        clock: Now, aware UTC.
        heard: Told of each new webhook: what is cached of Cal.com may no longer be so.
        seconds: How long the body may take.
        counts: Counts what came.
    """

    def __init__(  # noqa: PLR0913 - three of them are keywords, for tests and for the root
        self,
        inbox: Inbox,
        addresses: Addresses,
        secret: str,
        clock: Callable[[], datetime],
        *,
        heard: Callable[[], None] = lambda: None,
        seconds: float = SECONDS,
        counts: Counts | None = None,
    ) -> None:
        self._inbox = inbox
        self._addresses = addresses
        self._secret = secret
        self._clock = clock
        self._heard = heard
        self._seconds = seconds
        self._counts = counts or Uncounted()

    async def post(self, request: Request) -> Response:
        """200 stored (or there already), 400 not JSON, 401, 408, 413, 503 could not be stored."""
        received_at = self._clock()
        raw = await read_body(request, seconds=self._seconds)
        why = "no CAL_WEBHOOK_SECRET is configured" if not self._secret else ""
        why = why or _why_not(raw, request.headers.get(SIGNATURE, ""), self._secret)
        if why:
            log.warning("webhook_refused", why=why, bytes=len(raw))
            self._counts.came("unsigned" if why == NOT_SIGNED else "wrong_signature")
            return JSONResponse({"error": "the signature is not right"}, 401)
        return await self._keep(raw, received_at, HOUSE, _deadline())

    async def post_to_address(self, request: Request) -> Response:
        """As `post`, but 404 where the signature is not right: as for an address of nobody's."""
        received_at = self._clock()
        raw, deadline = await read_body(request, seconds=self._seconds), _deadline()
        try:
            async with asyncio.timeout_at(deadline):
                owner = await self._addresses.at(request.path_params["address"])
        except Exception as error:
            return self._not_stored(raw, error, HOUSE)
        secret = owner.secret if owner else NOBODYS
        why = _why_not(raw, request.headers.get(SIGNATURE, ""), secret)
        if owner is None or why:
            at = owner.level.value if owner else "nobody's address"
            log.warning("webhook_refused", why=why, at=at, bytes=len(raw))
            self._counts.came("unsigned" if why == NOT_SIGNED else "wrong_signature")
            return JSONResponse({"error": "Not Found"}, 404)
        return await self._keep(raw, received_at, owner.account, deadline)

    async def _keep(
        self, raw: bytes, received_at: datetime, account: str, deadline: float
    ) -> Response:
        if not _is_json(raw):
            log.warning("webhook_refused", why="not JSON: use no payload template", bytes=len(raw))
            self._counts.came("not_json")
            return JSONResponse({"error": "not JSON"}, 400)
        try:
            async with asyncio.timeout_at(deadline):
                is_new = await self._inbox.accept(raw, received_at, account)
        except Exception as error:
            return self._not_stored(raw, error, account)
        if is_new:
            self._heard()
        # The row itself says when it came; a line for each would cost half as much as storing it.
        self._counts.came("stored" if is_new else "duplicate")
        log.debug(
            "webhook_stored", new=is_new, bytes=len(raw), trace=self._inbox.trace(raw, account)
        )
        return JSONResponse({"stored": True})

    def _not_stored(self, raw: bytes, error: Exception, account: str) -> Response:
        """Whatever is wrong with the store, the sender has to hear of it."""
        trace = self._inbox.trace(raw, account)
        log.error("webhook_not_stored", bytes=len(raw), trace=trace, exc_info=error)
        self._counts.came("not_stored")
        return JSONResponse({"error": "could not be stored"}, 503)


def _why_not(raw: bytes, signature: str, secret: str) -> str:
    if signature in {"", UNSIGNED}:
        return NOT_SIGNED
    return "" if verify(raw, signature, secret) else "another secret, or changed bytes"


def _deadline() -> float:
    return asyncio.get_running_loop().time() + STORE_SECONDS


def _is_json(raw: bytes) -> bool:
    try:
        json.loads(raw)
    except (ValueError, RecursionError):
        return False
    return True
