"""The JSON the browser page lives on."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest

from bot.sandbox.serve import serving
from bot.sandbox.slack.app import build
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.sending import Sender
from bot.sandbox.slack.workspace import Workspace
from tests.sandbox.slack.living import (
    Json,
    Recorder,
    actions,
    button,
    element,
    field,
    form,
    option,
    section,
)

ALICE, BOOKINGS = "U0ALICE", "C0BOOKINGS"
Do = Callable[..., Awaitable[Json]]


@pytest.fixture
async def http(workspace: Workspace, sender: Sender) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=build(workspace, sender))
    async with httpx.AsyncClient(transport=transport, base_url="http://page.test") as http:
        yield http


@pytest.fixture
def do(http: httpx.AsyncClient) -> Do:
    """Posts to the page's API as Alice."""

    async def done(name: str, **body: object) -> Json:
        answer = await http.post(f"/page/{name}", json={"as": ALICE, **body})
        told: Json = answer.json()
        return told

    return done


async def state(http: httpx.AsyncClient, user: str = ALICE) -> Json:
    told: Json = (await http.get("/page/state", params={"as": user})).json()
    return told


def posted(workspace: Workspace, *blocks: Json, **more: Any) -> Message:
    message = Message(
        BOOKINGS, workspace.new_ts(), "U0CALBOT", "card", list(blocks), bot_id="B0CALBOT", **more
    )
    return workspace.post(message)


async def test_bootstrap(http: httpx.AsyncClient) -> None:
    told = (await http.get("/page/bootstrap")).json()
    assert told["team"] == {"id": "T0SANDBOX", "name": "Sandbox"}
    assert told["command"]["name"] == "/cal"
    assert told["app"] == {"id": "A0CALBOT", "name": "Calbot", "bot_user_id": "U0CALBOT"}
    alice = next(person for person in told["people"] if person["id"] == ALICE)
    assert alice.pop("avatar_color").startswith("#")
    assert alice == {
        "id": ALICE,
        "name": "alice",
        "real_name": "Alice Martin",
        "email": "alice@example.com",
        "tz": "Europe/Paris",
        "is_admin": True,
        "is_restricted": False,
        "deleted": False,
        "is_bot": False,
    }


async def test_everybody_sees_what_is_theirs(workspace: Workspace, http: httpx.AsyncClient) -> None:
    posted(workspace)
    posted(workspace, ephemeral_to="U0BOB")
    workspace.post(Message("C0LEADS", workspace.new_ts(), ALICE, "secret"))
    bob, carol = await state(http, "U0BOB"), await state(http, "U0CAROL")
    assert [len(told["messages"][BOOKINGS]) for told in (bob, carol)] == [2, 1]
    assert "C0LEADS" in bob["messages"]
    assert "secret" not in json.dumps(carol)
    guest = await state(http, "U0GUEST")
    assert [channel["name"] for channel in guest["channels"]] == ["bookings", "gina"]
    for nobody in ("U0GONE", "U0CALBOT", "U0NOBODY"):
        assert (await http.get("/page/state", params={"as": nobody})).status_code == 404


async def test_channels_and_messages(workspace: Workspace, http: httpx.AsyncClient, do: Do) -> None:
    parent = posted(workspace, section())
    posted(workspace, thread_ts=parent.ts)
    told = await state(http)
    channels = {channel["id"]: channel for channel in told["channels"]}
    assert channels[BOOKINGS] == {
        "id": BOOKINGS,
        "name": "bookings",
        "kind": "public",
        "is_member": True,
        "archived": False,
        "bot_is_member": True,
        "unread": 1,
        "mentions": 0,
        "im_with": None,
    }
    assert channels["D0ALICE"]["im_with"] == "U0CALBOT"
    first, second = told["messages"][BOOKINGS]
    assert (first["bot"], first["reply_count"], first["ephemeral"]) == (True, 1, False)
    assert (second["thread_ts"], second["text"]) == (parent.ts, "card")
    assert await do("read", channel=BOOKINGS) == {"ok": True}
    channels = {channel["id"]: channel for channel in (await state(http))["channels"]}
    assert channels[BOOKINGS]["unread"] == 0
    assert not (await do("read", channel="D0BOB"))["ok"]


async def test_what_is_new_and_what_calls_somebody(
    workspace: Workspace, http: httpx.AsyncClient, do: Do
) -> None:
    async def marks(user: str) -> dict[str, tuple[int, int]]:
        channels = (await state(http, user))["channels"]
        return {one["name"]: (one["unread"], one["mentions"]) for one in channels}

    await do("command", channel=BOOKINGS, text="Ahoy")
    await do("command", channel=BOOKINGS, text="Ask @bob, he knows #general & <more>")
    sent = list(workspace.channels[BOOKINGS].messages.values())[-1].text
    assert sent == "Ask <@U0BOB>, he knows <#C0GENERAL|general> &amp; &lt;more&gt;"
    workspace.post(Message(BOOKINGS, workspace.new_ts(), ALICE, "<!subteam^S0SALES> look"))
    workspace.post(Message(BOOKINGS, workspace.new_ts(), ALICE, "<!here>"))
    workspace.post(Message("D0BOB", workspace.new_ts(), "U0CALBOT", "for you"))
    assert (await marks(ALICE))["bookings"] == (0, 0)
    assert (await marks("U0CAROL"))["bookings"] == (4, 1)
    bobs = await marks("U0BOB")
    assert (bobs["bookings"], bobs["bob"], bobs["general"]) == ((4, 3), (1, 1), (0, 0))
    workspace.mark_read("U0BOB", BOOKINGS)
    assert (await marks("U0BOB"))["bookings"] == (0, 0)
    assert (await marks("U0CAROL"))["bookings"] == (4, 1)


async def test_commands_and_words(
    workspace: Workspace, http: httpx.AsyncClient, app: Recorder, do: Do
) -> None:
    app.answer("here you are")
    assert await do("command", channel=BOOKINGS, text="/cal  slots friday ") == {"ok": True}
    assert (app.last["command"], app.last["text"]) == ("/cal", "slots friday")
    assert await do("command", channel="C0RANDOM", text="hello") == {"ok": True}
    told = await state(http)
    assert told["messages"][BOOKINGS][0]["text"] == "here you are"
    assert told["messages"][BOOKINGS][0]["ephemeral"]
    (said,) = told["messages"]["C0RANDOM"]
    assert (said["text"], said["bot"], said["user"]) == ("hello", False, ALICE)
    app.answer(None, 500)
    failed = await do("command", channel=BOOKINGS, text="/cal")
    assert failed == {"ok": False, "error": '/cal failed with the error "dispatch_failed"'}
    assert (await state(http))["errors"] == [failed["error"]]
    assert not (await do("command", channel=BOOKINGS, text="/other"))["ok"]
    assert not (await do("command", channel=BOOKINGS, text=" "))["ok"]


async def test_clicks(workspace: Workspace, app: Recorder, do: Do, http: httpx.AsyncClient) -> None:
    menu = element("static_select", "menu", options=[option("1"), option("2")])
    message = posted(workspace, actions(button("go"), menu, block_id="b"))
    container = {"type": "message", "channel": BOOKINGS, "ts": message.ts}
    place: Json = {"container": container, "block_id": "b"}
    assert await do("click", action_id="go", **place) == {"ok": True}
    assert app.last["actions"][0]["value"] == "v"
    assert (await do("click", action_id="menu", selected=option("2"), **place))["ok"]
    assert app.last["actions"][0]["selected_option"]["value"] == "2"
    (told,) = (await state(http))["messages"][BOOKINGS]
    assert told["state"]["values"]["b"]["menu"]["selected_option"]["value"] == "2"
    assert "there is no" in (await do("click", action_id="gone", **place))["error"]
    assert (await do("click", **place))["error"] == "action_id is missing"
    workspace.remove(message)
    assert not (await do("click", action_id="go", **place))["ok"]


async def test_a_modal(
    workspace: Workspace, http: httpx.AsyncClient, app: Recorder, do: Do
) -> None:
    menu = element("external_select", "who", min_query_length=0)
    body = form(field("name", element("plain_text_input", "typed")), field("who", menu))
    view = workspace.views.open(ALICE, body, None)
    place = {"view_id": view.id}
    refused = await do("submit", **place)
    assert (refused["ok"], sorted(refused["errors"])) == (False, ["name", "who"])
    assert await do("fill", block_id="name", action_id="typed", value="Ann", **place) == {
        "ok": True
    }
    app.answer({"options": [option("bob")]})
    query = {"block_id": "who", "action_id": "who", "query": "b"}
    loaded = await do("options", container={"type": "view", **place}, **query)
    assert [o["value"] for o in loaded["options"]] == ["bob"]
    app.answer(None, 500)
    unloaded = await do("options", container={"type": "view", **place}, **query)
    assert (unloaded["options"], unloaded["ok"]) == ([], False)
    app.answer({"options": [option("bob")]})
    await do("options", container={"type": "view", **place}, **query)
    await do("fill", block_id="who", action_id="who", value=option("bob"), **place)

    (told,) = (await state(http))["views"]
    assert told["state"]["values"]["name"]["typed"]["value"] == "Ann"
    assert (told["id"], told["busy"], told["type"]) == (view.id, False, "modal")
    assert told["submit"]["text"] == "Go"
    app.answer({"response_action": "errors", "errors": {"name": "not you"}})
    assert await do("submit", **place) == {"ok": False, "errors": {"name": "not you"}}
    assert (await state(http))["views"][0]["errors"] == {"name": "not you"}
    assert await do("submit", **place) == {"ok": True}
    assert (await state(http))["views"] == []
    assert not (await do("submit", **place))["ok"]


async def test_a_submission_under_way_is_seen(workspace: Workspace) -> None:
    seen: list[bool] = []
    view = workspace.views.open(ALICE, form(section()), None)

    async def post(body: bytes, headers: object) -> tuple[int, dict[str, str], bytes]:
        seen.append(view.busy)
        return 200, {}, b""

    await Sender(workspace, post).submit(ALICE)
    assert seen == [True]
    assert not view.busy


async def test_closing_and_home(
    workspace: Workspace, http: httpx.AsyncClient, app: Recorder, do: Do
) -> None:
    view = workspace.views.open(ALICE, form(section(), notify_on_close=True), None)
    assert await do("close", view_id=view.id, all=True) == {"ok": True}
    assert app.last["is_cleared"] is True
    assert (await state(http))["home"] is None
    workspace.views.publish(ALICE, {"type": "home", "blocks": [section()]})
    assert await do("home") == {"ok": True}
    assert app.last["event"]["type"] == "app_home_opened"
    assert (await state(http))["home"]["type"] == "home"
    assert (await state(http, "U0BOB"))["home"] is None


async def test_what_is_no_json_object(http: httpx.AsyncClient) -> None:
    for body in (b"", b"[1]", b"{"):
        assert (await http.post("/page/home", content=body)).status_code == 400
    assert not (await http.post("/page/home", json={})).json()["ok"]


async def test_changes_are_told(workspace: Workspace, sender: Sender) -> None:
    async with (
        serving(build(workspace, sender)) as url,
        httpx.AsyncClient() as http,
        http.stream("GET", f"{url}/page/events", params={"as": ALICE}) as stream,
        asyncio.timeout(5),
    ):
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.aiter_lines()

        async def next_version() -> int:
            assert await anext(lines) == "event: changed"
            data = await anext(lines)
            assert await anext(lines) == ""
            version: int = json.loads(data.removeprefix("data: "))["version"]
            return version

        first = await next_version()
        posted(workspace)
        assert await next_version() > first
