"""The routes."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager

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


def build(
    *,
    webhook: CalcomWebhook,
    health: Health,
    slack: Endpoint | None = None,
    metrics: Endpoint | None = None,
    pages: Mapping[str, Endpoint] | None = None,
    lifespan: Lifespan | None = None,
) -> Starlette:
    """The ASGI application.

    Args:
        webhook: Takes Cal.com's webhooks.
        health: Answers the two health questions.
        slack: Takes what Slack sends by HTTP; None in Socket Mode.
        metrics: Shows what was counted.
        pages: What people look at in the browser, by path.
        lifespan: What starts and ends with the application: a function of the application that
            returns an async context manager.
    """
    routes = [
        Route("/webhooks/cal", webhook.post, methods=["POST"]),
        Route("/webhooks/cal/{address}", webhook.post_to_address, methods=["POST"]),
        Route("/healthz", health.healthz),
        Route("/readyz", health.readyz),
    ]
    if metrics:
        routes.append(Route("/metrics", metrics))
    routes += [Route(path, get, methods=["GET"]) for path, get in (pages or {}).items()]
    if slack:
        routes.append(Route("/slack/events", _limited(slack), methods=["POST"]))
    return Starlette(
        routes=routes, lifespan=lifespan, exception_handlers={HTTPException: _short_answer}
    )


def beside(*, health: Health, metrics: Endpoint) -> Starlette:
    """The application beside a worker, which nobody else talks to by HTTP."""
    return Starlette(
        routes=[
            Route("/healthz", health.healthz),
            Route("/readyz", health.readyz),
            Route("/metrics", metrics),
        ]
    )


def _limited(slack: Endpoint) -> Endpoint:
    """No body is read whole before it is known to be small."""

    async def on_slack(request: Request) -> Response:
        body = await read_body(request)
        return await slack(replayed(request, body))

    return on_slack


async def _short_answer(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, error.status_code, headers=error.headers)
