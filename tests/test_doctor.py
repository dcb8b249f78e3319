"""The doctor, before small stand-ins of Slack, Cal.com and the bot's own address."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.doctor import examine
from bot.domain.records import Level, Registration
from bot.sandbox.serve import serving
from bot.settings import Settings
from bot.slack.manifest import OPTIONAL_SCOPES, REQUIRED_SCOPES
from bot.store import migrate
from bot.store.database import Database
from bot.store.registrations import RegistrationStore
from tests.tables import KEYS

TOKEN = "xoxb-not-a-token"
SECRET = "the-webhook-secret"
ALL_SCOPES = ",".join([*REQUIRED_SCOPES, *OPTIONAL_SCOPES])


@dataclass
class Outside:
    """What the stand-ins answer; a test changes what it is about."""

    url: str = ""
    scopes: str = ALL_SCOPES
    slack: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {
            "auth.test": {"ok": True, "user": "calbot", "team": "Harbour Labs"},
            "apps.connections.open": {"ok": True, "url": "ws://x"},
            "conversations.info": {"ok": True, "channel": {"name": "bookings", "is_member": True}},
        }
    )
    me: tuple[int, dict[str, Any]] = (
        200,
        {"status": "success", "data": {"id": 1, "username": "alice", "email": "a@example.com"}},
    )
    webhooks: tuple[int, dict[str, Any]] = (200, {"status": "success", "data": []})
    health: int = 200
    install: tuple[int, str] = (303, "client-1")
    back: str = "{url}/slack/oauth_redirect"
    asked: list[tuple[str, str, dict[str, list[str]]]] = field(default_factory=list)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/api/{method}", self.web_api, methods=["POST"]),
                Route("/v2/me", self.cal_me),
                Route("/v2/webhooks", self.cal_webhooks),
                Route("/healthz", self.healthz),
                Route("/slack/install", self.slack_install),
            ]
        )

    async def web_api(self, request: Request) -> Response:
        method, token = request.path_params["method"], request.headers["authorization"]
        self.asked.append((method, token, parse_qs((await request.body()).decode())))
        return JSONResponse(self.slack[method], headers={"X-OAuth-Scopes": self.scopes})

    async def cal_me(self, request: Request) -> Response:
        assert request.headers["authorization"] == "Bearer cal_not_a_key"
        return JSONResponse(self.me[1], self.me[0])

    async def cal_webhooks(self, request: Request) -> Response:
        return JSONResponse(self.webhooks[1], self.webhooks[0])

    async def healthz(self, request: Request) -> Response:
        return PlainTextResponse("", self.health)

    async def slack_install(self, request: Request) -> Response:
        status, client_id = self.install
        back = {"client_id": client_id, "redirect_uri": self.back.format(url=self.url)}
        to = f"https://slack.test/oauth/v2/authorize?{urlencode(back)}"
        return Response(status_code=status, headers={"location": to})

    def subscribed(self, **changed: Any) -> None:
        webhook = {
            "id": "1", "subscriberUrl": f"{self.url}/webhooks/cal", "active": True,
            "triggers": ["BOOKING_CREATED"], "secret": SECRET,
        }  # fmt: skip
        self.webhooks = (200, {"status": "success", "data": [{**webhook, **changed}]})


@pytest.fixture
async def outside() -> AsyncIterator[Outside]:
    outside = Outside()
    async with serving(outside.app()) as outside.url:
        outside.subscribed()
        yield outside


@pytest.fixture
async def database(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    await migrate(url, KEYS)
    return url


@pytest.fixture
def settings(outside: Outside, database: str) -> Settings:
    return Settings(
        encryption_keys=KEYS,
        slack_bot_token=SecretStr(TOKEN),
        slack_signing_secret=SecretStr("not-a-secret"),
        slack_api_url=f"{outside.url}/api",
        cal_api_url=f"{outside.url}/v2",
        cal_api_key=SecretStr("cal_not_a_key"),
        cal_webhook_secret=SecretStr(SECRET),
        public_url=outside.url,
        database_url=database,
        notify_channel="C0123456789",
    )


async def said(settings: Settings) -> tuple[int, list[str]]:
    lines: list[str] = []
    code = await examine(settings, lines.append)
    return code, lines


async def wrong(settings: Settings) -> str:
    """The one finding that is wrong."""
    code, lines = await said(settings)
    (found,) = [line for line in lines if line.startswith("✗")]
    assert code == 1
    return found


async def test_all_is_well(settings: Settings, outside: Outside) -> None:
    code, lines = await said(settings)
    assert lines == [
        "✓ Settings are complete",
        "✓ SQLite database is reachable and up to date",
        "✓ Slack: calbot in Harbour Labs",
        "✓ Slack comes over HTTP; the signing secret is set",
        f"✓ Cal.com API v2 at {outside.url}/v2, as alice",
        f"✓ {outside.url}/healthz answers",
        f"✓ Cal.com sends bookings to {outside.url}/webhooks/cal",
        "✓ NOTIFY_CHANNEL C0123456789 is #bookings",
    ]
    assert code == 0
    assert outside.asked == [
        ("auth.test", f"Bearer {TOKEN}", {}),
        ("conversations.info", f"Bearer {TOKEN}", {"channel": ["C0123456789"]}),
    ]


async def test_nothing_is_set(tmp_path: Path) -> None:
    code, lines = await said(Settings(database_url=f"sqlite:///{tmp_path / 'bot.db'}"))
    assert [line.splitlines()[0] for line in lines] == [
        "✗ Settings",
        "✗ Settings",
        "✗ SQLite database does not exist yet",
        "✗ Cal.com has no key",
    ]
    assert code == 1
    assert not (tmp_path / "bot.db").exists()


async def test_a_database_without_tables(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    empty = settings.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'empty.db'}"})
    found = await wrong(empty)
    assert "not up to date" in found
    assert "python -m bot migrate" in found


async def test_a_database_that_is_none(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("this is no database at all, but a text of some length" * 20)
    broken = settings.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'text.db'}"})
    assert "cannot be reached" in await wrong(broken)


async def test_a_database_server_that_is_not_there(settings: Settings) -> None:
    gone = settings.model_copy(update={"database_url": "postgresql://bot@127.0.0.1:9/bot"})
    assert "PostgreSQL database cannot be reached" in await wrong(gone)


async def test_the_bot_token_is_refused(settings: Settings, outside: Outside) -> None:
    outside.slack["auth.test"] = {"ok": False, "error": "invalid_auth"}
    found = await wrong(settings)
    assert found.startswith("✗ Slack bot token: invalid_auth")
    assert "SLACK_BOT_TOKEN" in found


@pytest.mark.parametrize("scope", list(REQUIRED_SCOPES))
async def test_a_scope_is_missing(settings: Settings, outside: Outside, scope: str) -> None:
    outside.scopes = ", ".join({*ALL_SCOPES.split(",")} - {scope})
    found = await wrong(settings)
    assert found.startswith(f"✗ Slack scope {scope} is missing ({REQUIRED_SCOPES[scope]})")


async def test_optional_scopes_are_optional(settings: Settings, outside: Outside) -> None:
    outside.scopes = ",".join(REQUIRED_SCOPES)
    code, lines = await said(settings)
    told = [line for line in lines if line.startswith("!")]
    assert code == 0
    assert len(told) == len(OPTIONAL_SCOPES)
    assert OPTIONAL_SCOPES["channels:history"] in told[3]


async def test_socket_mode(settings: Settings, outside: Outside) -> None:
    token = {"slack_app_token": SecretStr("xapp-not-a-token")}
    assert "✓ Slack comes over Socket Mode" in (await said(settings.model_copy(update=token)))[1]
    assert ("apps.connections.open", "Bearer xapp-not-a-token", {}) in outside.asked
    outside.slack["apps.connections.open"] = {"ok": False, "error": "not_allowed_token_type"}
    assert "connections:write" in await wrong(settings.model_copy(update=token))


async def test_slack_does_not_answer(settings: Settings) -> None:
    gone = settings.model_copy(update={"slack_api_url": "http://127.0.0.1:9/api/"})
    found = await wrong(gone)
    assert found.startswith("✗ Slack bot token: no answer")
    assert "http://127.0.0.1:9/api/ did not answer" in found


async def test_what_answers_is_not_slack(settings: Settings, outside: Outside) -> None:
    elsewhere = settings.model_copy(update={"slack_api_url": f"{outside.url}/healthz?"})
    assert (await wrong(elsewhere)).startswith("✗ Slack bot token: no answer")


async def test_the_key_is_refused(settings: Settings, outside: Outside) -> None:
    message = {"message": "CustomThrottlerGuard - Invalid API Key", "code": "UnauthorizedException"}
    outside.me = (401, {"status": "error", "error": message})
    found = await wrong(settings)
    assert "refuses the key" in found
    assert "CAL_API_KEY" in found


async def test_the_address_is_not_cal_coms(settings: Settings, outside: Outside) -> None:
    elsewhere = settings.model_copy(update={"cal_api_url": f"{outside.url}/nothing"})
    found = await wrong(elsewhere)
    assert "does not answer as it should" in found
    assert "CAL_API_URL" in found


async def test_the_public_address_does_not_answer(settings: Settings, outside: Outside) -> None:
    outside.health = 503
    found = await wrong(settings)
    assert f"{outside.url}/healthz does not answer 200 (status 503)" in found


async def test_there_is_no_webhook(settings: Settings, outside: Outside) -> None:
    for data in ({"subscriberUrl": "https://elsewhere.example/"}, {"active": False}):
        outside.subscribed(**data)
        found = await wrong(settings)
        assert "no active webhook" in found
        assert f"{outside.url}/webhooks/cal" in found


async def test_the_webhook_has_another_secret(settings: Settings, outside: Outside) -> None:
    outside.subscribed(secret="another")
    found = await wrong(settings)
    assert "another secret" in found
    assert SECRET not in found
    outside.subscribed(secret=None)
    assert "or none" in await wrong(settings)


async def test_a_server_that_tells_no_secrets(settings: Settings, outside: Outside) -> None:
    outside.subscribed()
    del outside.webhooks[1]["data"][0]["secret"]
    assert (await said(settings))[0] == 0


async def test_without_a_public_address_it_says_what_that_means(settings: Settings) -> None:
    code, lines = await said(settings.model_copy(update={"public_url": None}))
    assert code == 0
    assert any(line.startswith("! PUBLIC_URL is not set") for line in lines)


async def registered(settings: Settings, **more: Any) -> None:
    """The bot has set up one, by its own account."""
    row = Registration("an-address", "house", Level.USER, "its own secret", webhook_id="h1")
    database = Database(settings.database_url, KEYS)
    await RegistrationStore(database).save(replace(row, **more))
    await database.close()


@pytest.mark.parametrize(
    ("row", "hook", "line"),
    [
        (None, {}, "! The bot has no webhooks at Cal.com yet"),
        ({}, {}, "! The account's own bookings: a webhook is missing at Cal.com"),
        ({}, {"path": "/an-address"}, "✓ The account's own bookings: a webhook is there"),
        (
            {},
            {"path": "/an-address", "active": False},
            "! The account's own bookings: a webhook is",
        ),
        ({"error": "not_allowed"}, {}, "! The account's own bookings: a webhook cannot be set up"),
        ({"level": Level.ORGANIZATION, "owner_id": 1}, {}, "! All bookings of the organization: "),
    ],
)
async def test_the_webhooks_that_the_bot_has_set_up(
    settings: Settings, outside: Outside, row: Any, hook: dict[str, Any], line: str
) -> None:
    settings = settings.model_copy(update={"cal_webhook_secret": None})
    if row is not None:
        await registered(settings, **row)
    path = hook.pop("path", "")
    outside.subscribed(subscriberUrl=f"{outside.url}/webhooks/cal{path}", **hook)
    code, lines = await said(settings)
    assert code == 0
    assert any(each.startswith(line) for each in lines), lines
    assert "its own secret" not in "".join(lines)


async def test_the_key_may_not_list_webhooks(settings: Settings, outside: Outside) -> None:
    outside.webhooks = (403, {"status": "error", "error": {"message": "no", "code": "Forbidden"}})
    code, lines = await said(settings)
    assert code == 0
    assert any(line.startswith("! This key may not list") for line in lines)


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        ({"ok": False, "error": "channel_not_found"}, "channel_not_found"),
        ({"ok": True, "channel": {"name": "x", "is_archived": True}}, "is_archived"),
        (
            {"ok": True, "channel": {"name": "x", "is_private": True, "is_member": False}},
            "The bot is not in NOTIFY_CHANNEL",
        ),
        ({"ok": True, "channel": {"name": "x", "is_member": False}}, "The bot is not in"),
    ],
)
async def test_the_channel_cannot_be_reached(
    settings: Settings, outside: Outside, answer: dict[str, Any], what: str
) -> None:
    outside.slack["conversations.info"] = answer
    outside.scopes = ",".join({*ALL_SCOPES.split(",")} - {"chat:write.public"})
    found = await wrong(settings)
    assert what in found
    assert "/invite" in found


async def test_a_public_channel_needs_no_member(settings: Settings, outside: Outside) -> None:
    outside.slack["conversations.info"] = {"ok": True, "channel": {"name": "x"}}
    assert (await said(settings))[1][-1] == "✓ NOTIFY_CHANNEL C0123456789 is #x"


async def test_the_channel_cannot_be_looked_up(settings: Settings, outside: Outside) -> None:
    outside.slack["conversations.info"] = {"ok": False, "error": "missing_scope"}
    code, lines = await said(settings)
    assert code == 0
    assert "will be seen at the first booking" in lines[-1]
    named = settings.model_copy(update={"notify_channel": "#bookings"})
    code, lines = await said(named)
    assert code == 0
    assert "will be seen at the first booking" in lines[-1]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, "✓ Members connect through the browser, back to {url}/cal/oauth/callback"),
        ({"public_url": None}, "! Members connect their own accounts by API key only"),
        ({"cal_api_url": "{url}/v1"}, "! Members connect their own accounts by API key only"),
        ({"cal_oauth_client_id": None}, None),
    ],
)
async def test_how_members_connect_their_own_accounts(
    settings: Settings, outside: Outside, changed: dict[str, Any], told: str | None
) -> None:
    filled = {
        name: value.format(url=outside.url) if value else value for name, value in changed.items()
    }
    update = {"cal_oauth_client_id": "client-1"} | filled
    _, lines = await said(settings.model_copy(update=update))
    found = [line.splitlines()[0] for line in lines if "Members connect" in line]
    assert found == ([told.format(url=outside.url)] if told else [])


BY_OAUTH = {"slack_client_id": "client-1", "slack_client_secret": SecretStr("not-a-secret")}


async def test_how_people_install_the_app(settings: Settings, outside: Outside) -> None:
    code, lines = await said(settings.model_copy(update=BY_OAUTH))
    (found,) = [line for line in lines if "install the app at" in line]
    assert found.startswith(f"! People install the app at {outside.url}/slack/install")
    assert f"{outside.url}/slack/oauth_redirect" in found
    assert "Redirect URLs" in found
    assert code == 0


@pytest.mark.parametrize(
    ("install", "back", "told", "todo"),
    [
        ((404, ""), "", "does not lead to Slack (status 404)", "SLACK_CLIENT_SECRET"),
        ((503, ""), "", "does not lead to Slack (status 503)", "python -m bot serve"),
        ((303, "client-2"), "", "leads to Slack with another client", "SLACK_CLIENT_ID"),
        ((303, "client-1"), "http://x/", "another redirect address", "another PUBLIC_URL"),
    ],
)
async def test_the_app_cannot_be_installed_there(
    settings: Settings,
    outside: Outside,
    install: tuple[int, str],
    back: str,
    told: str,
    todo: str,
) -> None:
    outside.install, outside.back = install, back
    found = await wrong(settings.model_copy(update=BY_OAUTH))
    assert told in found
    assert todo in found


@pytest.mark.parametrize("missing", ["slack_client_id", "slack_client_secret", "public_url"])
async def test_something_is_missing_for_installing(
    settings: Settings, outside: Outside, missing: str
) -> None:
    found = await wrong(settings.model_copy(update={**BY_OAUTH, missing: None}))
    assert f"{missing.upper()} is missing" in found


async def test_the_address_for_installing_is_nowhere(settings: Settings) -> None:
    update = {**BY_OAUTH, "public_url": "http://127.0.0.1:1", "cal_webhook_secret": None}
    _, lines = await said(settings.model_copy(update=update))
    assert any("/slack/install does not lead to Slack (ConnectError)" in line for line in lines)


async def test_the_database_was_sealed_with_other_keys(settings: Settings) -> None:
    other = Fernet.generate_key().decode()
    changed = settings.model_copy(update={"encryption_keys": (SecretStr(other),)})
    found = await wrong(changed)
    assert "SQLite database was sealed with other keys" in found
    assert "Put back" in found
