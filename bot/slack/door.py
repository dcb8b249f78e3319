"""The HTTP door in front of Bolt: nobody gets in unless Slack signed what they bring.

Bolt verifies too, but only after it has parsed the body, and it answers 500 to a time that is no
number and to a body it cannot read (seen with 1.30). So it is done here, over the raw bytes, and
switched off there.
"""

import re
from typing import Final

import structlog
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.slack.background import Background

log = structlog.get_logger(__name__)

TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")


class Door:
    """The endpoint for everything that Slack sends.

    Args:
        app: Where it goes when it is genuine.
        signing_secret: What Slack signs with.
        background: What begins when Slack has its answer.
    """

    def __init__(self, app: AsyncApp, signing_secret: str, background: Background) -> None:
        self._handler = AsyncSlackRequestHandler(app)
        self._verifier = SignatureVerifier(signing_secret)
        self._background = background

    async def on_request(self, request: Request) -> Response:
        """200 with Bolt's answer; 401 where the signature is wrong, missing or older than five
        minutes; 400 where Slack itself sends what cannot be read."""
        body = await request.body()
        if _is_ssl_check(body):
            return Response()
        if not self._is_genuine(body, request):
            log.warning("slack_request_refused", bytes=len(body))
            return JSONResponse({"error": "the signature is not right"}, 401)
        try:
            with self._background.held() as work:
                response = await self._handler.handle(request)
        except ValueError as error:
            log.warning("slack_request_unreadable", kind=type(error).__name__)
            return JSONResponse({"error": "the body cannot be read"}, 400)
        response.background = BackgroundTask(self._background.begin, work)
        return response

    def _is_genuine(self, body: bytes, request: Request) -> bool:
        timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        if not TIMESTAMP.fullmatch(timestamp):
            return False
        try:
            return self._verifier.is_valid(body, timestamp, signature)
        except UnicodeDecodeError:  # the verifier reads the body as text, and Slack sends text
            return False


def _is_ssl_check(body: bytes) -> bool:
    """Slack's unsigned look at the certificate (docs: slash commands); nothing comes of it."""
    return b"ssl_check=1" in body[:1000].split(b"&")
