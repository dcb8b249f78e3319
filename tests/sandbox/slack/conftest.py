"""A demo workspace behind a real socket, and a small Bolt app living in it."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
import httpx
import pytest
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Route

from bot.sandbox.serve import serving
from bot.sandbox.slack.app import build
from bot.sandbox.slack.sending import Sender
from bot.sandbox.slack.workspace import Workspace, seed_demo
from tests.sandbox.slack.living import Call, Clock, Living, Recorder, Respond


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def workspace(clock: Clock) -> Workspace:
    workspace = Workspace(clock)
    seed_demo(workspace)
    return workspace


@pytest.fixture
async def http(workspace: Workspace) -> AsyncIterator[httpx.AsyncClient]:
    """The local Slack in memory, without an app."""
    transport = httpx.ASGITransport(app=build(workspace, Sender(workspace)))
    async with httpx.AsyncClient(transport=transport, base_url="http://slack.test") as http:
        yield http


@pytest.fixture
def call(http: httpx.AsyncClient) -> Call:
    """Calls a Web API method with a JSON body and gives the answer's body."""

    async def called(method: str, *, token: str = "xoxb-sandbox", **args: Any) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {token}"}
        response = await http.post(f"/api/{method}", json=args, headers=headers)
        answer: dict[str, Any] = response.json()
        return answer | {"http_status": response.status_code}

    return called


@pytest.fixture
def respond(http: httpx.AsyncClient) -> Respond:
    """Posts to a response URL."""

    async def posted(url: str, **body: Any) -> httpx.Response:
        return await http.post(url, json=body)

    return posted


@pytest.fixture
async def living(workspace: Workspace) -> AsyncIterator[Living]:
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(workspace.app.bot_token, session=session)
        bolt = AsyncApp(
            client=client,
            signing_secret=workspace.app.signing_secret,
            process_before_response=True,
        )
        handler = AsyncSlackRequestHandler(bolt)
        app = Starlette(routes=[Route("/slack/events", handler.handle, methods=["POST"])])
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://bot.test") as http:

            async def post(
                body: bytes, headers: Mapping[str, str]
            ) -> tuple[int, Mapping[str, str], bytes]:
                answer = await http.post("/slack/events", content=body, headers=dict(headers))
                return answer.status_code, answer.headers, answer.content

            sender = Sender(workspace, post)
            async with serving(build(workspace, sender)) as url:
                workspace.base_url = url
                client.base_url = f"{url}/api/"
                yield Living(bolt, sender, workspace, url)
                await sender.aclose()


@pytest.fixture
def app() -> Recorder:
    return Recorder()


@pytest.fixture
async def sender(workspace: Workspace, app: Recorder) -> AsyncIterator[Sender]:
    """The people, acting on the recorder."""
    sender = Sender(workspace, app, patience=0.2)
    yield sender
    await sender.aclose()
