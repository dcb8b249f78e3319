"""The routes."""

import re
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.web.calcom_webhook import CalcomWebhook
from bot.web.health import Health
from bot.web.limits import read_body, replayed

Endpoint = Callable[[Request], Awaitable[Response]]
Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]

TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")


def build(
    *,
    webhook: CalcomWebhook,
    health: Health,
    slack: Endpoint | None = None,
    lifespan: Lifespan | None = None,
) -> Starlette:
    """The ASGI application.

    Args:
        webhook: Takes Cal.com's webhooks.
        health: Answers the two health questions.
        slack: Takes what Slack sends by HTTP; None in Socket Mode.
        lifespan: What starts and ends with the application: a function of the application that
            returns an async context manager.
    """
    routes = [
        Route("/webhooks/cal", webhook.post, methods=["POST"]),
        Route("/healthz", health.healthz),
        Route("/readyz", health.readyz),
    ]
    if slack:
        routes.append(Route("/slack/events", _in_front_of(slack), methods=["POST"]))
    return Starlette(
        routes=routes, lifespan=lifespan, exception_handlers={HTTPException: _short_answer}
    )


def _in_front_of(slack: Endpoint) -> Endpoint:
    """Bolt reads any body whole, and answers 500 to a time that is no number (seen with 1.30)."""

    async def on_slack(request: Request) -> Response:
        if not TIMESTAMP.fullmatch(request.headers.get("X-Slack-Request-Timestamp", "")):
            return JSONResponse({"error": "the signature is not right"}, 401)
        body = await read_body(request)
        return await slack(replayed(request, body))

    return on_slack


async def _short_answer(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, error.status_code, headers=error.headers)
