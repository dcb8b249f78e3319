"""Rate limits, trouble on demand, and the real client over a real socket."""

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.serve import serving
from bot.sandbox.slack.app import build
from bot.sandbox.slack.injections import DROP
from bot.sandbox.slack.sending import Sender
from bot.sandbox.slack.workspace import Workspace
from tests.sandbox.slack.living import BOOKINGS, Call, Clock, Living, post, section


async def test_one_message_a_second_after_a_burst(
    call: Call, workspace: Workspace, clock: Clock
) -> None:
    for _ in range(10):
        assert (await post(call))["ok"]
    refused = await post(call)
    assert (refused["http_status"], refused["error"]) == (429, "ratelimited")
    assert (await post(call, channel="U0ALICE"))["ok"]
    clock.advance(1)
    assert (await post(call))["ok"]
    assert (await post(call))["http_status"] == 429
    workspace.limits.enabled = False
    assert (await post(call))["ok"]


@pytest.mark.parametrize(
    ("method", "tier", "pause"),
    [("users.list", 20, 3), ("conversations.info", 50, 2), ("users.info", 100, 1)],
)
async def test_tiers(call: Call, clock: Clock, method: str, tier: int, pause: float) -> None:
    for _ in range(tier):
        assert (await call(method))["http_status"] == 200
    assert (await call(method))["http_status"] == 429
    assert (await call("auth.test"))["ok"]
    clock.advance(pause)
    assert (await call(method))["http_status"] == 200


async def test_refusals_on_demand(call: Call, workspace: Workspace) -> None:
    workspace.refuse("chat.postMessage", "is_archived", times=2)
    workspace.refuse("chat.postMessage", 503)
    workspace.refuse("chat.postMessage", 500, after_effect=True)
    assert (await post(call))["error"] == "is_archived"
    assert (await post(call))["error"] == "is_archived"
    with pytest.raises(ValueError, match="Expecting value"):
        await post(call)
    assert workspace.channels[BOOKINGS].messages == {}
    with pytest.raises(ValueError, match="Expecting value"):
        await post(call)
    assert len(workspace.channels[BOOKINGS].messages) == 1
    assert (await post(call))["ok"]
    told = [(known.ok, known.error) for known in workspace.calls]
    assert told == [
        (False, "is_archived"),
        (False, "is_archived"),
        (False, "503"),
        (True, None),
        (True, None),
    ]


async def test_the_real_client(living: Living) -> None:
    """GET with a query, POST with a form, POST with JSON; a lost answer; a slow one."""
    client, workspace = living.bolt.client, living.workspace
    hello = await client.auth_test()
    assert hello["user_id"] == "U0CALBOT"
    assert "chat:write" in hello.headers["x-oauth-scopes"]
    assert (await client.users_info(user="U0ALICE"))["user"]["name"] == "alice"
    posted = await client.chat_postMessage(channel=BOOKINGS, text="t", blocks=[section()])
    await client.chat_update(channel=BOOKINGS, ts=str(posted["ts"]), text="u", blocks=[section()])
    assert workspace.calls[-1].args["blocks"] == [section()]
    assert "token" not in workspace.calls[-1].args
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="#random", text="t")
    assert refused.value.response["error"] == "not_in_channel"

    workspace.refuse("chat.postMessage", DROP, after_effect=True)
    client.retry_handlers.clear()
    count = len(workspace.channels[BOOKINGS].messages)
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=BOOKINGS, text="lost")
    assert len(workspace.channels[BOOKINGS].messages) == count + 1


async def test_a_slow_method(workspace: Workspace) -> None:
    workspace.slow("auth.test", 5)
    async with serving(build(workspace, Sender(workspace))) as url:
        client = AsyncWebClient(workspace.app.bot_token, base_url=f"{url}/api/", timeout=1)
        client.retry_handlers.clear()
        with pytest.raises(TimeoutError):
            await client.auth_test()
        assert (await client.auth_test())["ok"]


async def test_bodies_that_are_no_arguments(living: Living) -> None:
    headers = {"authorization": "Bearer xoxb-sandbox", "content-type": "application/json"}
    async with aiohttp.ClientSession(headers=headers) as http:
        for body, error in ((b"{", "invalid_json"), (b"[]", "json_not_object")):
            async with http.post(f"{living.url}/api/auth.test", data=body) as answer:
                assert (await answer.json())["error"] == error
    assert [call.error for call in living.workspace.calls] == ["invalid_json", "json_not_object"]
