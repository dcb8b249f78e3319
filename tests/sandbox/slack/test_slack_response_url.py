"""Response URLs: five uses, thirty minutes, replacing and deleting."""

import httpx
import pytest

from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.workspace import Workspace
from tests.sandbox.slack.living import Call, Clock, Json, Respond, section

BOOKINGS = "C0BOOKINGS"


def url(workspace: Workspace, original: str | None = None, channel: str = "C0RANDOM") -> str:
    return workspace.grants.response_url("U0ALICE", channel, original)


async def test_five_uses(respond: Respond, workspace: Workspace) -> None:
    address = url(workspace)
    for _ in range(5):
        assert (await respond(address, text="t")).status_code == 200
    spent = await respond(address, text="t")
    assert (spent.status_code, spent.json()["error"]) == (404, "used_url")
    assert len(workspace.visible_messages("U0ALICE", "C0RANDOM")) == 5


async def test_thirty_minutes(respond: Respond, workspace: Workspace, clock: Clock) -> None:
    address = url(workspace)
    clock.advance(30 * 60)
    assert (await respond(address, text="t")).status_code == 200
    clock.advance(1)
    late = await respond(address, text="t")
    assert (late.status_code, late.json()["error"]) == (404, "expired_url")
    unknown = await respond(f"{workspace.base_url}/response/made-up", text="t")
    assert unknown.status_code == 404


async def test_for_one_person_or_for_the_channel(respond: Respond, workspace: Workspace) -> None:
    """Also where the bot is not a member."""
    await respond(url(workspace), text="psst")
    await respond(url(workspace), text="hear", response_type="in_channel", blocks=[section()])
    assert [m.text for m in workspace.visible_messages("U0ALICE", "C0RANDOM")] == ["psst", "hear"]
    assert [m.text for m in workspace.visible_messages("U0BOB", "C0RANDOM")] == ["hear"]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "no_text"),
        ({"text": "t", "blocks": [section("")]}, "invalid_blocks"),
        ({"text": "t", "response_type": "public"}, "invalid_payload"),
        ({"text": "t", "replace_original": "true"}, "invalid_payload"),
        ({"delete_original": True}, "message_not_found"),
    ],
)
async def test_refused(respond: Respond, workspace: Workspace, body: Json, error: str) -> None:
    answer = await respond(url(workspace), **body)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert workspace.calls[-1].error == error
    assert workspace.visible_messages("U0ALICE", "C0RANDOM") == []


async def test_replacing_keeps_who_sees_it(
    respond: Respond, call: Call, workspace: Workspace
) -> None:
    posted = await call("chat.postEphemeral", channel=BOOKINGS, user="U0ALICE", text="one")
    ts = posted["message_ts"]
    address = url(workspace, ts, BOOKINGS)
    body = {"text": "two", "replace_original": True, "response_type": "in_channel"}
    assert (await respond(address, **body)).status_code == 200
    (message,) = workspace.visible_messages("U0ALICE", BOOKINGS)
    assert (message.ts, message.text, message.ephemeral_to) == (ts, "two", "U0ALICE")
    assert workspace.visible_messages("U0BOB", BOOKINGS) == []
    await respond(address, text="three")
    assert len(workspace.visible_messages("U0ALICE", BOOKINGS)) == 2
    await respond(address, delete_original=True, text="")
    assert [m.text for m in workspace.visible_messages("U0ALICE", BOOKINGS)] == ["three"]


async def test_somebody_elses_message_stays(respond: Respond, workspace: Workspace) -> None:
    theirs = workspace.post(Message(BOOKINGS, workspace.new_ts(), "U0BOB", "mine"))
    address = url(workspace, theirs.ts, BOOKINGS)
    answer = await respond(address, text="yours", replace_original=True)
    assert answer.json()["error"] == "cant_update_message"
    assert theirs.text == "mine"


async def test_into_a_thread(respond: Respond, call: Call, workspace: Workspace) -> None:
    parent = (await call("chat.postMessage", channel=BOOKINGS, text="p"))["ts"]
    said = {"text": "r", "thread_ts": parent, "response_type": "in_channel"}
    await respond(url(workspace, parent, BOOKINGS), replace_original=False, **said)
    reply = workspace.visible_messages("U0BOB", BOOKINGS)[-1]
    assert (reply.text, reply.thread_ts) == ("r", parent)


async def test_trouble_on_demand(respond: Respond, workspace: Workspace) -> None:
    workspace.refuse("response_url", 500)
    assert (await respond(url(workspace), text="t")).status_code == 500
    assert workspace.visible_messages("U0ALICE", "C0RANDOM") == []
    workspace.refuse("response_url", 500, after_effect=True)
    assert (await respond(url(workspace), text="t")).status_code == 500
    assert len(workspace.visible_messages("U0ALICE", "C0RANDOM")) == 1


async def test_what_is_no_json_object(workspace: Workspace, http: httpx.AsyncClient) -> None:
    for body in (b"", b"[]", b"{"):
        answer = await http.post(url(workspace), content=body)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_payload")


async def test_an_archived_channel(respond: Respond, workspace: Workspace) -> None:
    workspace.channels["C0RANDOM"].archived = True
    answer = await respond(url(workspace), text="t", response_type="in_channel")
    assert answer.json()["error"] == "is_archived"
