"""One Slack with two workspaces: whose call it is, who can be let in, and taken out again."""

import httpx
import pytest

from bot.sandbox.slack import switchboard
from bot.sandbox.slack.oauth import CLIENT_ID, CLIENT_SECRET, OAuth
from bot.sandbox.slack.page_state import Around
from bot.sandbox.slack.seed_clinic import TEAM, clinic
from bot.sandbox.slack.sending import Sender
from bot.sandbox.slack.workspace import Workspace
from tests.sandbox.slack.living import Clock

BACK = "https://bot.example/slack/oauth_redirect"
CONSENT = {
    "client_id": CLIENT_ID,
    "redirect_uri": BACK,
    "state": "s",
    "scope": "commands,chat:write",
}


@pytest.fixture
def second(clock: Clock) -> Workspace:
    return clinic(clock)


@pytest.fixture
def http(workspace: Workspace, second: Workspace) -> httpx.AsyncClient:
    async def post(body: bytes, headers: object) -> tuple[int, dict[str, str], bytes]:
        return 200, {}, b""

    around = {workspace.team_id: Around(), TEAM: Around(install="/slack/install")}
    slack = switchboard.build(
        [(workspace, Sender(workspace, post)), (second, Sender(second, post))],
        OAuth(workspace, others=[second]),
        around,
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(slack), base_url="http://slack")


async def installed(http: httpx.AsyncClient, who: str) -> dict[str, object]:
    answer = await http.post("/oauth/v2/authorize", params=CONSENT, data={"allow": "1", "who": who})
    code = httpx.URL(answer.headers["location"]).params["code"]
    given = {"code": code, "redirect_uri": BACK}
    told = await http.post("/api/oauth.v2.access", data=given, auth=(CLIENT_ID, CLIENT_SECRET))
    found: dict[str, object] = told.json()
    return found


async def team_of(http: httpx.AsyncClient, token: str) -> str:
    answer = await http.post("/api/auth.test", headers={"authorization": f"Bearer {token}"})
    told = answer.json()
    return str(told.get("team_id") or told["error"])


async def test_a_token_says_whose_call_it_is(
    http: httpx.AsyncClient, workspace: Workspace, second: Workspace
) -> None:
    told = await installed(http, f"{TEAM}:U0NORA")
    assert told["team"] == {"id": TEAM, "name": "Lighthouse Clinic"}
    assert told["authed_user"] == {"id": "U0NORA"}
    assert await team_of(http, str(told["access_token"])) == TEAM
    assert await team_of(http, workspace.app.bot_token) == workspace.team_id
    assert await team_of(http, "xoxb-nobodys") == "invalid_auth"
    assert [call.method for call in second.calls] == ["auth.test"]


async def test_everybody_who_can_say_yes_is_offered(http: httpx.AsyncClient) -> None:
    page = (await http.get("/oauth/v2/authorize", params=CONSENT)).text
    assert f"{TEAM}:U0NORA" in page
    assert "one of your workspaces" in page
    assert "U0GONE" not in page
    for nobody in (f"{TEAM}:U0ALICE", "T0NOWHERE:U0NORA", ""):
        answer = await http.post(
            "/oauth/v2/authorize", params=CONSENT, data={"allow": "1", "who": nobody}
        )
        assert answer.status_code == 400


async def test_an_admin_takes_it_out_and_nothing_of_it_works_any_more(
    http: httpx.AsyncClient, second: Workspace
) -> None:
    told = await installed(http, f"{TEAM}:U0NORA")
    state = f"/w/{TEAM}/page/state?as=U0IVAN"
    assert (await http.get(state)).json()["installed"]
    refused = await http.post(f"/w/{TEAM}/page/uninstall", json={"as": "U0IVAN"})
    assert refused.json()["ok"] is False
    await http.post(f"/w/{TEAM}/page/uninstall", json={"as": "U0NORA"})
    assert not (await http.get(state)).json()["installed"]
    kinds = [delivery.payload["event"]["type"] for delivery in second.sent]
    assert kinds == ["tokens_revoked", "app_uninstalled"]
    assert await team_of(http, str(told["access_token"])) == "account_inactive"
    typed = {"as": "U0NORA", "channel": "C0CLINIC", "text": "/cal help"}
    answer = await http.post(f"/w/{TEAM}/page/command", json=typed)
    assert answer.json()["error"] == "/cal is not a valid command."
    assert len(second.sent) == 2


async def test_where_it_always_is_it_cannot_be_taken_out(http: httpx.AsyncClient) -> None:
    refused = await http.post("/page/uninstall", json={"as": "U0ALICE"})
    assert refused.json()["ok"] is False
