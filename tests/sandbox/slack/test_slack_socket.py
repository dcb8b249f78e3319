"""Socket Mode, with Bolt's own handler on the other end."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.serve import serving
from bot.sandbox.slack.app import build
from bot.sandbox.slack.sending import Sender
from bot.sandbox.slack.socket import CONNECTIONS, SocketHub
from bot.sandbox.slack.workspace import Workspace
from tests.sandbox.slack.living import element, field, form, option, section


@pytest.fixture
async def hub(workspace: Workspace) -> AsyncIterator[SocketHub]:
    hub = SocketHub(workspace)
    async with serving(build(workspace, Sender(workspace, transport=hub), hub)) as url:
        workspace.base_url = url
        yield hub


@contextlib.asynccontextmanager
async def connected(workspace: Workspace, hub: SocketHub) -> AsyncIterator[AsyncApp]:
    """A Bolt app with one open connection."""
    client = AsyncWebClient(workspace.app.bot_token, base_url=f"{workspace.base_url}/api/")
    app = AsyncApp(client=client, process_before_response=True)
    handler: Any = AsyncSocketModeHandler(app, workspace.app.app_token)
    before = hub.connections
    await handler.connect_async()
    await workspace.until(lambda: hub.connections > before)
    try:
        yield app
    finally:
        await handler.close_async()


async def test_commands_modals_and_menus(workspace: Workspace, hub: SocketHub) -> None:
    sender = Sender(workspace, transport=hub)
    submitted: list[Any] = []
    menu = element("external_select", "who", min_query_length=0)

    async with connected(workspace, hub) as app:

        @app.command("/cal")
        async def on_command(ack: Any, body: Any, client: Any) -> None:
            await ack("in a moment")
            view = form(field("b", menu), callback_id="form")
            await client.views_open(trigger_id=body["trigger_id"], view=view)

        @app.options("who")
        async def on_query(ack: Any, body: Any) -> None:
            await ack(options=[option(f"{body['value']}1")])

        @app.view("form")
        async def on_form(ack: Any, view: Any) -> None:
            submitted.append(view["state"]["values"]["b"]["who"]["selected_option"]["value"])
            await ack(response_action="update", view={**form(section()), "callback_id": "done"})

        outcome = await sender.command("U0ALICE", "general")
        assert [message.text for message in outcome.shown] == ["in a moment"]
        assert outcome.view is not None
        loaded = await sender.options("U0ALICE", "who", "x")
        assert [o["value"] for o in loaded.options["options"]] == ["x1"]
        await sender.fill("U0ALICE", "who", "x1")
        after = await sender.submit("U0ALICE")
        assert submitted == ["x1"]
        assert after.view is not None
        assert after.view.body["callback_id"] == "done"
        assert workspace.faults == []
    await sender.aclose()


async def test_one_connection_gets_each_payload(workspace: Workspace, hub: SocketHub) -> None:
    sender = Sender(workspace, transport=hub)
    seen: list[str] = []

    def listen(app: AsyncApp, name: str) -> None:
        @app.event("app_home_opened")
        async def on_home() -> None:
            seen.append(name)

    async with connected(workspace, hub) as one, connected(workspace, hub) as two:
        listen(one, "one")
        listen(two, "two")
        for _ in range(4):
            outcome = await sender.open_home("U0ALICE")
            assert outcome.delivery is not None
            assert outcome.delivery.status == 200
    assert sorted(seen) == ["one", "one", "two", "two"]


async def test_nobody_there_and_nobody_answering(workspace: Workspace, hub: SocketHub) -> None:
    sender = Sender(workspace, transport=hub, patience=0.2)
    gone = await sender.command("U0ALICE", "general")
    assert gone.error == '/cal failed with the error "operation_timeout"'
    async with connected(workspace, hub) as app:

        @app.command("/cal")
        async def on_command() -> None:
            pass

        late = await sender.command("U0ALICE", "general")
    assert late.delivery is not None
    assert late.delivery.late
    await sender.aclose()


async def test_a_disconnect_is_followed_by_a_new_connection(
    workspace: Workspace, hub: SocketHub
) -> None:
    async with connected(workspace, hub):
        opened = len(workspace.calls_of("apps.connections.open"))
        await hub.disconnect("refresh_requested")
        await workspace.until(lambda: hub.connections == 1)
        assert len(workspace.calls_of("apps.connections.open")) == opened + 1


async def test_tickets_are_single_use_and_connections_are_counted(
    workspace: Workspace, hub: SocketHub
) -> None:
    workspace.limits.enabled = False
    client = AsyncWebClient(base_url=f"{workspace.base_url}/api/")
    async with aiohttp.ClientSession() as session, contextlib.AsyncExitStack() as stack:

        async def connect() -> Any:
            url = (await client.apps_connections_open(app_token=workspace.app.app_token))["url"]
            socket = await stack.enter_async_context(session.ws_connect(str(url)))
            return url, await socket.receive_json()

        url, hello = await connect()
        assert (hello["type"], hello["connection_info"]) == ("hello", {"app_id": "A0CALBOT"})
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)
        for _ in range(CONNECTIONS - 1):
            await connect()
        _, refused = await connect()
        assert refused == {"type": "disconnect", "reason": "too_many_websockets"}
        assert hub.connections == CONNECTIONS
    async with asyncio.timeout(5):
        await workspace.until(lambda: hub.connections == 0)
