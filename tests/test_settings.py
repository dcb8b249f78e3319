"""The environment, as it comes, becomes one object or one message."""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from bot.settings import Purpose, Settings, SettingsError
from tests.tables import KEY, KEYS

PROJECT = Path(__file__).resolve().parents[1]
ENOUGH = {"SLACK_BOT_TOKEN": "xoxb-not-a-token", "SLACK_SIGNING_SECRET": "not-a-secret"}

Load = Callable[..., Settings]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Load:
    """Loads from these variables alone, in an empty folder that is also the home."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    def load(variables: Mapping[str, str] = ENOUGH, purpose: Purpose = "serve") -> Settings:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return Settings.load(purpose)

    return load


def key_file(home: Path) -> Path:
    path = home / ".config" / "calcom" / "api_key"
    path.parent.mkdir(parents=True)
    return path


def test_defaults(load: Load) -> None:
    settings = load()
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.slack_command == "/cal"
    assert settings.cal_api_url == "https://api.cal.com/v2"
    assert settings.cal_web_url == "https://app.cal.com"
    assert settings.database_url == "sqlite:///bot.db"
    assert (settings.host, settings.port) == ("127.0.0.1", 3000)
    assert (settings.log_level, settings.log_format) == ("info", "text")
    assert settings.admins == ()
    assert settings.cal_api_key is None
    assert settings.public_url is None
    assert not settings.socket_mode


def test_everything_said(load: Load) -> None:
    settings = load(
        {
            **ENOUGH,
            "SLACK_APP_TOKEN": "xapp-not-a-token",
            "SLACK_API_URL": "http://127.0.0.1:9/api",
            "SLACK_COMMAND": "/meet",
            "CAL_API_URL": "https://cal.example/api/v1/",
            "CAL_API_KEY": "cal_not_a_key",
            "CAL_WEB_URL": "https://cal.example/",
            "CAL_WEBHOOK_SECRET": "not-a-secret",
            "PUBLIC_URL": "https://bot.example/",
            "DATABASE_URL": "postgres://bot@db/bot",
            "ENCRYPTION_KEYS": f"{KEY}, {KEY}",
            "ADMINS": "U0ALICE, W0BOB,",
            "NOTIFY_CHANNEL": "C0123456789",
            "HOST": "0.0.0.0",
            "PORT": "8080",
            "LOG_LEVEL": "DEBUG",
            "LOG_FORMAT": "JSON",
        }
    )
    assert settings.socket_mode
    assert settings.slack_api_url == "http://127.0.0.1:9/api/"
    assert (settings.cal_api_url, settings.api_version) == ("https://cal.example/api/v1", "v1")
    assert settings.cal_web_url == "https://cal.example"
    assert settings.public_url == "https://bot.example"
    assert settings.admins == ("U0ALICE", "W0BOB")
    assert settings.notify_channel == "C0123456789"
    assert (settings.log_level, settings.log_format, settings.port) == ("debug", "json", 8080)


@pytest.mark.parametrize(
    ("url", "version"),
    [
        ("https://api.cal.com/v2", "v2"),
        ("https://cal.example/api/v2", "v2"),
        ("https://cal.example/v1", "v1"),
        ("https://v1.example/api", "v2"),
    ],
)
def test_the_address_decides_the_api_version(url: str, version: str) -> None:
    assert Settings(cal_api_url=url).api_version == version


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("#bookings", "#bookings"),
        ("bookings", "#bookings"),
        ("C0123456789", "C0123456789"),
        ("CAL", "#CAL"),
    ],
)
def test_a_channel_is_an_id_or_a_name(written: str, meant: str) -> None:
    assert Settings(notify_channel=written).notify_channel == meant


def test_empty_means_not_set(load: Load) -> None:
    settings = load({**ENOUGH, "SLACK_APP_TOKEN": "", "PORT": "", "ADMINS": ""})
    assert (settings.socket_mode, settings.port, settings.admins) == (False, 3000, ())


def test_the_env_file_is_read_and_the_environment_wins(load: Load, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=4000\nHOST=::1\nUNKNOWN=1\n# a comment\nADMINS=U1,U2\n")
    settings = load({**ENOUGH, "PORT": "5000"})
    assert (settings.port, settings.host, settings.admins) == (5000, "::1", ("U1", "U2"))


def test_the_house_key_may_be_in_its_file(load: Load, tmp_path: Path) -> None:
    key_file(tmp_path).write_text("cal_from_the_file\n")
    key = load().cal_api_key
    assert key
    assert key.get_secret_value() == "cal_from_the_file"
    key = load({**ENOUGH, "CAL_API_KEY": "cal_from_the_environment"}).cal_api_key
    assert key
    assert key.get_secret_value() == "cal_from_the_environment"


@pytest.mark.parametrize("content", [b"", b"\n"])
def test_an_empty_key_file_is_no_key(load: Load, tmp_path: Path, content: bytes) -> None:
    key_file(tmp_path).write_bytes(content)
    assert load().cal_api_key is None


@pytest.mark.parametrize("content", [b"two words", b"\xff\xfe", b"one\ntwo"])
def test_a_broken_key_file_is_named(load: Load, tmp_path: Path, content: bytes) -> None:
    key_file(tmp_path).write_bytes(content)
    with pytest.raises(SettingsError, match=r"CAL_API_KEY \(or ~/.config/calcom/api_key\)"):
        load()


def test_a_key_file_that_cannot_be_read_is_named(load: Load, tmp_path: Path) -> None:
    key_file(tmp_path).mkdir()
    with pytest.raises(SettingsError, match="CAL_API_KEY"):
        load()


def test_every_problem_is_in_one_message_and_no_value(load: Load) -> None:
    with pytest.raises(SettingsError) as wrong:
        load(
            {
                "SLACK_BOT_TOKEN": "xoxp-VALUE",
                "SLACK_APP_TOKEN": "xoxb-VALUE",
                "SLACK_API_URL": "VALUE",
                "SLACK_COMMAND": "VALUE",
                "CAL_API_URL": "ftp://VALUE",
                "CAL_API_KEY": "two VALUE",
                "CAL_WEB_URL": "https://",
                "PUBLIC_URL": "http://me:VALUE@bot.example",  # pragma: allowlist secret
                "DATABASE_URL": "mysql://root:VALUE@db",  # pragma: allowlist secret
                "ADMINS": "U1 VALUE-2",
                "NOTIFY_CHANNEL": "general",
                "PORT": "VALUE",
                "LOG_LEVEL": "VALUE",
                "LOG_FORMAT": "VALUE",
            }
        )
    named = {problem.split()[0] for problem in wrong.value.problems}
    assert named == {
        "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_API_URL", "SLACK_COMMAND", "CAL_API_URL",
        "CAL_API_KEY", "CAL_WEB_URL", "PUBLIC_URL", "DATABASE_URL", "ADMINS",
        "PORT", "LOG_LEVEL", "LOG_FORMAT",
    }  # fmt: skip
    message = str(wrong.value)
    assert "VALUE" not in message
    assert all(problem in message for problem in wrong.value.problems)


@pytest.mark.parametrize(
    ("purpose", "missing"),
    [
        ("serve", {"SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"}),
        ("worker", {"SLACK_BOT_TOKEN"}),
        ("migrate", set()),
        ("doctor", set()),
        ("manifest", set()),
    ],
)
def test_each_command_needs_what_it_needs(load: Load, purpose: Purpose, missing: set[str]) -> None:
    try:
        load({}, purpose)
    except SettingsError as error:
        named = {problem.split()[0] for problem in error.problems}
    else:
        named = set()
    assert named == missing


def test_socket_mode_needs_no_signing_secret(load: Load) -> None:
    tokens = {"SLACK_BOT_TOKEN": "xoxb-not-a-token", "SLACK_APP_TOKEN": "xapp-not-a-token"}
    assert load(tokens).socket_mode


def test_a_first_rule_needs_somebody_who_tells_of_bookings(load: Load) -> None:
    with pytest.raises(SettingsError, match="NOTIFY_CHANNEL needs CAL_API_KEY"):
        load({**ENOUGH, "NOTIFY_CHANNEL": "#bookings"})
    load({**ENOUGH, "NOTIFY_CHANNEL": "#bookings", "CAL_API_KEY": "cal_not_a_key"})
    load({**ENOUGH, "NOTIFY_CHANNEL": "#bookings", "CAL_WEBHOOK_SECRET": "not-a-secret"})


def test_secrets_are_masked_and_nothing_changes(load: Load) -> None:
    secret = "very-visible"
    settings = load(
        {
            "SLACK_BOT_TOKEN": f"xoxb-{secret}",
            "SLACK_SIGNING_SECRET": secret,
            "SLACK_APP_TOKEN": f"xapp-{secret}",
            "CAL_API_KEY": f"cal_{secret}",
            "CAL_WEBHOOK_SECRET": secret,
            "DATABASE_URL": f"postgresql://bot:{secret}@db/bot",
            "ENCRYPTION_KEYS": KEY,
        }
    )
    assert secret not in repr(settings)
    assert KEY not in repr(settings)
    assert settings.keys == KEYS
    assert secret not in str(settings)
    with pytest.raises(ValidationError, match="frozen"):
        settings.port = 1  # type: ignore[misc] # that is what is tested


def test_made_by_hand_it_looks_at_no_environment(load: Load, tmp_path: Path) -> None:
    key_file(tmp_path).write_text("cal_from_the_file")
    load({**ENOUGH, "SLACK_APP_TOKEN": "xapp-not-a-token", "PORT": "5000"})
    assert "PORT" in os.environ
    settings = Settings(slack_bot_token=SecretStr("xoxb-1"))
    assert (settings.port, settings.socket_mode, settings.cal_api_key) == (3000, False, None)
    with pytest.raises(SettingsError, match="PORT must be"):
        Settings(port=70_000)


def test_the_example_file_has_every_setting_with_its_default(tmp_path: Path) -> None:
    text = (PROJECT / ".env.example").read_text("utf-8")
    assigned = dict(re.findall(r"^#?([A-Z][A-Z_]+)=(.*)$", text, re.MULTILINE))
    assert {name.lower() for name in assigned} == set(Settings.model_fields)
    said = {name.lower(): value for name, value in assigned.items() if value}
    defaults = {name: str(getattr(Settings(), name)) for name in said}
    assert said == defaults


def test_the_example_file_as_it_is_lacks_only_secrets(load: Load, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text((PROJECT / ".env.example").read_text("utf-8"))
    with pytest.raises(SettingsError) as wrong:
        load({})
    assert [problem.split()[0] for problem in wrong.value.problems] == [
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET",
    ]


def test_for_many_workspaces_no_bot_token_is_needed() -> None:
    settings = Settings(
        slack_client_id="1.2",
        slack_client_secret=SecretStr("not-a-secret"),
        slack_signing_secret=SecretStr("not-a-secret"),
        public_url="https://bot.example",
    )
    settings.check_for("serve")
    assert settings.by_oauth


def test_for_many_workspaces_everything_that_is_missing_is_told() -> None:
    with pytest.raises(SettingsError) as error:
        Settings(slack_client_id="1.2").check_for("serve")
    told = str(error.value)
    for name in ("SLACK_CLIENT_SECRET", "PUBLIC_URL", "SLACK_SIGNING_SECRET"):
        assert f"{name} is missing" in told
    assert "SLACK_BOT_TOKEN" not in told


def test_postgresql_needs_keys(load: Load) -> None:
    with pytest.raises(SettingsError) as error:
        load({**ENOUGH, "DATABASE_URL": "postgresql://bot@db/bot"})
    assert "ENCRYPTION_KEYS is missing" in str(error.value)


@pytest.mark.parametrize("keys", ["short", f"{KEY[:-1]}", f"{KEY},another"])
def test_keys_are_fernets(load: Load, keys: str) -> None:
    with pytest.raises(SettingsError) as error:
        load({**ENOUGH, "ENCRYPTION_KEYS": keys})
    assert "ENCRYPTION_KEYS must be keys of 44 characters" in str(error.value)
    assert keys not in str(error.value)
