"""The page's switches for Slack: counted down, bounded, and visible; archived and back."""

import httpx
import pytest

from bot.sandbox.slack.workspace import Workspace
from tests.sandbox.slack.living import BOOKINGS, Call, Json, post


async def control(http: httpx.AsyncClient, path: str, **body: object) -> Json:
    answer: Json = (await http.post(f"/sandbox/{path}", json=body)).json()
    return answer


async def test_too_many_requests_for_so_many_calls(call: Call, http: httpx.AsyncClient) -> None:
    shown = await control(http, "faults", too_many=2, retry_after=7)
    assert (shown["too_many"], shown["retry_after"]) == (2, 7)
    headers = {"authorization": "Bearer xoxb-sandbox"}
    body = {"channel": BOOKINGS, "text": "card"}
    refused = await http.post("/api/chat.postMessage", json=body, headers=headers)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "7")
    assert (await call("chat.update", channel=BOOKINGS, ts="1.1"))["error"] == "ratelimited"
    assert (await post(call))["ok"]
    assert (await control(http, "faults"))["too_many"] == 0


async def test_a_lost_answer_leaves_the_message(
    call: Call, http: httpx.AsyncClient, workspace: Workspace
) -> None:
    await control(http, "faults", lost=1, not_in_channel=1)
    with pytest.raises(AssertionError):  # httpx's, in memory, at an answer that breaks off
        await post(call)
    assert len(workspace.channels[BOOKINGS].messages) == 1
    assert (await post(call, channel="#bookings"))["error"] == "not_in_channel"
    state = (await http.get("/sandbox/state")).json()
    assert [(c["channel"], c["error"], c["lost"]) for c in state["calls"]] == [
        ("bookings", "", True),
        ("bookings", "not_in_channel", False),
    ]


async def test_only_what_goes_to_a_channel_is_hit(call: Call, http: httpx.AsyncClient) -> None:
    await control(http, "faults", broken=1)
    assert (await post(call, channel="U0ALICE"))["ok"]
    assert (await call("auth.test"))["ok"]
    with pytest.raises(ValueError, match="Expecting value"):
        await post(call)


@pytest.mark.parametrize("wrong", [{"lots": 1}, {"lost": 101}, {"lost": -1}, {"lost": "1"}])
async def test_a_wrong_switch_is_refused(http: httpx.AsyncClient, wrong: Json) -> None:
    assert (await http.post("/sandbox/faults", json=wrong)).status_code == 400


async def test_a_channel_is_archived_and_taken_back(call: Call, http: httpx.AsyncClient) -> None:
    card = await post(call)
    await control(http, "archive", channel=BOOKINGS, archived=True)
    assert (await post(call))["error"] == "is_archived"
    edit = await call("chat.update", channel=BOOKINGS, ts=card["ts"], text="edited")
    assert edit["error"] == "is_archived"
    state = (await http.get("/sandbox/state")).json()
    assert state["channels"] == [{"id": BOOKINGS, "name": "bookings", "archived": True}]
    await control(http, "archive", channel=BOOKINGS, archived=False)
    assert (await post(call))["ok"]
    nowhere = await http.post("/sandbox/archive", content=b"no JSON")
    assert nowhere.status_code == 400
