"""The doors beside: health, and what stands in front of Slack's endpoint."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.domain.errors import NotMigrated
from bot.web.app import build
from bot.web.calcom_webhook import CalcomWebhook
from bot.web.health import RECENT, Health, Process
from bot.web.limits import LARGEST
from tests.notifying import NOW

NOBODY: Any = None


async def fine() -> None:
    return


HEALTHY = Health(fine, lambda: NOW - timedelta(seconds=5), lambda: True, lambda: NOW)


async def echo(request: Request) -> Response:
    """What Bolt does: reads the body whole, and the form in it."""
    body = await request.body()
    return PlainTextResponse(f"{len(body)} {request.headers['x-slack-request-timestamp']}")


def app(health: Health = HEALTHY, **more: Any) -> Starlette:
    return build(webhook=CalcomWebhook(NOBODY, NOBODY, "", lambda: NOW), health=health, **more)


def client(of: Starlette) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=of), base_url="http://bot.test")


async def ready(health: Health) -> tuple[int, dict[str, Any]]:
    async with client(app(health)) as http:
        answer = await http.get("/readyz")
        return answer.status_code, answer.json()


async def test_alive_and_ready() -> None:
    async with client(app()) as http:
        assert (await http.get("/healthz")).json() == {"alive": True}
    assert await ready(HEALTHY) == (
        200,
        {"ready": True, "store": "ok", "worker": "ok", "slack": "ok"},
    )


async def _away() -> None:
    raise ConnectionError


async def _old() -> None:
    raise NotMigrated


async def _hangs() -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("health", "which", "said"),
    [
        (replace(HEALTHY, store_answers=_away), "store", "does not answer"),
        (replace(HEALTHY, store_answers=_hangs), "store", "does not answer"),
        (
            replace(HEALTHY, store_answers=_old),
            "store",
            "not migrated: python -m bot migrate",
        ),
        (replace(HEALTHY, slack_known=lambda: False), "slack", "not known yet who we are"),
        (
            replace(HEALTHY, slack_refuses=lambda: "token_revoked"),
            "slack",
            "refuses the bot: token_revoked",
        ),
        (replace(HEALTHY, last_round=lambda: None), "worker", "no round yet"),
        (
            replace(HEALTHY, last_round=lambda: NOW - RECENT - timedelta(seconds=1)),
            "worker",
            "no round for 91 s",
        ),
    ],
)
async def test_not_ready_says_which(health: Health, which: str, said: str) -> None:
    status, answer = await ready(health)
    assert (status, answer["ready"], answer[which]) == (503, False, said)
    assert sorted(answer.values(), key=str).count("ok") == 2


@pytest.mark.parametrize("connected", [True, False, None])
async def test_socket_modes_connection_counts(connected: bool | None) -> None:
    async def stands() -> bool:
        return bool(connected)

    process = Process(connected=None if connected is None else stands)
    status, answer = await ready(replace(HEALTHY, process=process, by_socket=True))
    assert (status, answer["socket_mode"]) == ((200, "ok") if connected else (503, "not connected"))


async def test_who_is_told_to_stop_is_not_ready() -> None:
    stopping = replace(HEALTHY, process=Process(stopping=True))
    assert await ready(stopping) == (503, {"ready": False, "process": "stopping"})


async def test_a_process_without_a_worker_can_be_ready() -> None:
    no_round: datetime | None = None
    status, _ = await ready(replace(HEALTHY, last_round=lambda: no_round, worker_here=False))
    assert status == 200


async def test_what_is_well_formed_reaches_slacks_endpoint_whole() -> None:
    headers = {"X-Slack-Request-Timestamp": "1795420800"}
    async with client(app(slack=echo)) as http:
        answer = await http.post("/slack/events", content=b"x" * LARGEST, headers=headers)
        assert answer.text == f"{LARGEST} 1795420800"
        answer = await http.post("/slack/events", content=b"x" * (LARGEST + 1), headers=headers)
        assert answer.status_code == 413


async def test_in_socket_mode_there_is_no_such_path() -> None:
    async with client(app()) as http:
        assert (await http.post("/slack/events")).status_code == 404


async def test_the_lifespan_is_run() -> None:
    seen: list[str] = []

    @asynccontextmanager
    async def lifespan(of: Starlette) -> AsyncIterator[None]:
        seen.append("begun")
        yield
        seen.append("ended")

    served = app(lifespan=lifespan)
    async with served.router.lifespan_context(served):
        assert seen == ["begun"]
    assert seen == ["begun", "ended"]
