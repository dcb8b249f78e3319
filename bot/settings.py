"""The environment (and `.env`) as one frozen object; everything that is wrong with it, at once."""

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

Purpose = Literal["serve", "worker", "migrate", "rotate-keys", "audit", "doctor", "manifest"]
"""The commands that read settings; what is missing is a problem only for those that need it."""

SEALING: Final = frozenset({"serve", "worker", "migrate", "rotate-keys", "audit"})
NO_KEYS: Final = (
    "ENCRYPTION_KEYS is missing: PostgreSQL has no place for a key file. Make one with "
    "python -m bot new-key, and keep it where the other secrets are."
)
KEY_FILE = "~/.config/calcom/api_key"


class SettingsError(Exception):
    """Settings are missing or wrong; the message names all of them and what to do.

    `given` are the names (in lower case) that were set, right or wrong.
    """

    def __init__(self, problems: Iterable[str], given: Collection[str] = ()) -> None:
        self.problems = tuple(problems)
        self.given = frozenset(given)
        lines = "".join(f"\n  - {problem}" for problem in self.problems)
        super().__init__(f"These settings need your attention:{lines}")


def _url(value: str) -> str:
    if not re.fullmatch(r"https?://([\w.-]+|\[[0-9a-fA-F:]+\])(:\d+)?(/[^\s?#]*)?", value):
        raise ValueError("must be an address that begins with https:// (or http://).")
    return value.rstrip("/")


def _token(prefix: str, where: str) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        if not re.fullmatch(rf"{prefix}\S+", value.get_secret_value()):
            raise ValueError(f"must be one word that begins with {prefix}. You find it {where}.")
        return value

    return AfterValidator(check)


def _key(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[!-~]+", value.get_secret_value()):
        raise ValueError(f"(or {KEY_FILE}) must be one word that can be read.")
    return value


def _command(value: str) -> str:
    """Slack's rule: docs.slack.dev, app manifest, `slash_commands`."""
    if not re.fullmatch(r"/[^\s/]{1,31}", value):
        raise ValueError("must be a slash and a word of at most 31 characters, such as /cal.")
    return value


def _database(value: str) -> str:
    if not value.startswith(("sqlite://", "postgresql://", "postgres://")):
        raise ValueError("must begin with sqlite:/// or postgresql://.")
    return value


def _members(value: Any) -> Any:
    ids = re.split(r"[\s,]+", value.strip(" ,")) if isinstance(value, str) else value
    for member in ids:
        if not re.fullmatch(r"[UW][A-Z0-9]+", member):
            raise ValueError("must be Slack user ids (U0123ABCD) with commas between them.")
    return tuple(ids)


def _fernet_keys(value: Any) -> Any:
    """The newest first. A key is 32 bytes in URL-safe base64 (cryptography: Fernet)."""
    words = re.split(r"[\s,]+", value.strip(" ,")) if isinstance(value, str) else value
    for key in words:
        secret = key.get_secret_value() if isinstance(key, SecretStr) else key
        if not re.fullmatch(r"[\w-]{43}=", secret, re.ASCII):
            raise ValueError("must be keys of 44 characters, the newest first, commas between.")
    return tuple(words)


def _channel(value: str) -> str:
    is_id = re.fullmatch(r"[CGD][A-Z0-9]{7,}", value)
    return value if is_id else f"#{value.removeprefix('#')}"


Url = Annotated[str, AfterValidator(_url)]
LogLevel = Literal["debug", "info", "warning", "error", "critical"]

_lower = BeforeValidator(lambda value: value.lower() if isinstance(value, str) else value)


class Settings(BaseModel):
    """Each field is the variable of the same name in upper case; `.env.example` explains them.

    Addresses have no slash at their end, except the Web API's, which needs one. `notify_channel`
    is a channel's id, or `#name`. Only `load` looks at the environment.

    Raises:
        SettingsError: When made of wrong values.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    slack_bot_token: Annotated[SecretStr, _token("xoxb-", "under OAuth & Permissions")] | None = (
        None
    )
    slack_signing_secret: SecretStr | None = None
    slack_app_token: (
        Annotated[SecretStr, _token("xapp-", "under Basic Information, App-Level Tokens")] | None
    ) = None
    slack_client_id: str | None = None
    slack_client_secret: SecretStr | None = None
    slack_api_url: Annotated[Url, AfterValidator(lambda url: f"{url}/")] = "https://slack.com/api/"
    slack_command: Annotated[str, AfterValidator(_command)] = "/cal"
    cal_api_url: Url = "https://api.cal.com/v2"
    cal_api_key: Annotated[SecretStr, AfterValidator(_key)] | None = None
    cal_web_url: Url = "https://app.cal.com"
    cal_oauth_client_id: str | None = None
    cal_oauth_client_secret: SecretStr | None = None
    cal_webhook_secret: SecretStr | None = None
    public_url: Url | None = None
    database_url: Annotated[str, AfterValidator(_database)] = Field("sqlite:///bot.db", repr=False)
    encryption_keys: Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_fernet_keys)] = ()
    audit_days: Annotated[int, Field(ge=1)] = 365
    admins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_members)] = ()
    notify_channel: Annotated[str, AfterValidator(_channel)] | None = None
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 3000
    worker_port: Annotated[int, Field(ge=0, le=65535)] | None = None
    log_level: Annotated[LogLevel, _lower] = "info"
    log_format: Annotated[Literal["text", "json"], _lower] = "text"

    @classmethod
    def load(cls, purpose: Purpose, env_file: Path | None = Path(".env")) -> "Settings":
        """Read the environment, then `env_file`; the house key also from its own file.

        Raises:
            SettingsError: Something is wrong, or missing for this purpose.
        """
        try:
            settings = _Environment(_env_file=env_file)
        except SettingsError as error:
            missing = _missing(purpose, error.given)
            raise SettingsError([*error.problems, *missing], error.given) from None
        settings.check_for(purpose)
        return settings

    def check_for(self, purpose: Purpose) -> None:
        """Raises SettingsError when something is missing for this purpose."""
        given = {name for name, value in self if value is not None}
        missing = _missing(purpose, given)
        if purpose in SEALING and not self.encryption_keys and not self._is_sqlite:
            missing.append(NO_KEYS)
        if missing:
            raise SettingsError(missing, given)

    @property
    def _is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def keys(self) -> tuple[str, ...]:
        """What the database is sealed with, the newest first."""
        return tuple(key.get_secret_value() for key in self.encryption_keys)

    @property
    def api_version(self) -> Literal["v1", "v2"]:
        """The version of Cal.com's API, which the address decides."""
        return "v1" if urlsplit(self.cal_api_url).path.endswith("/v1") else "v2"

    @property
    def by_oauth(self) -> bool:
        """Whether the app can be installed into many workspaces."""
        return self.slack_client_id is not None and self.slack_client_secret is not None

    @property
    def socket_mode(self) -> bool:
        """Whether Slack is reached by Socket Mode instead of reaching us by HTTP."""
        return self.slack_app_token is not None

    @model_validator(mode="wrap")
    @classmethod
    def _all_at_once(cls, data: Any, read: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return read(data)
        except ValidationError as error:
            given = [name for name, value in dict(data).items() if value is not None]
            problems = [_problem(each) for each in error.errors(include_url=False)]
            raise SettingsError(problems, given) from None


class _Environment(Settings, BaseSettings):
    """The settings as the environment has them, then a file, then for the key a file of its own."""

    model_config = SettingsConfigDict(
        env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        key_file = InitSettingsSource(settings_cls, _house_key())
        return init_settings, env_settings, dotenv_settings, file_secret_settings, key_file


def _house_key() -> dict[str, Any]:
    """The key in its file, if there is one; what cannot be read is no key and is refused as one."""
    try:
        key = Path(KEY_FILE).expanduser().read_text("utf-8").strip()
    except (FileNotFoundError, NotADirectoryError, RuntimeError):  # the last: no home directory
        return {}
    except (OSError, UnicodeDecodeError):
        key = "(unreadable)\n"
    return {"cal_api_key": key} if key else {}


def _problem(error: Mapping[str, Any]) -> str:
    """One sentence, without the value: it may be a secret."""
    name = str(error["loc"][0])
    expected = {
        "port": "must be a number from 0 to 65535.",
        "worker_port": "must be a number from 0 to 65535.",
        "audit_days": "must be a number of days.",
        "log_level": "must be debug, info, warning, error or critical.",
        "log_format": "must be text or json.",
    }
    message = expected.get(name, error["msg"].removeprefix("Value error, "))
    return f"{name.upper()} {message}"


OAUTH = {"slack_client_id", "slack_client_secret"}


def _missing_for_oauth(purpose: Purpose, given: Collection[str]) -> list[str]:
    """For many workspaces both are needed, and an address to which Slack's page leads back."""
    if purpose not in {"serve", "worker"} or not OAUTH & set(given):
        return []
    problems = [
        f"{name.upper()} is missing. Copy it from the app's Basic Information: people install "
        "the app with SLACK_CLIENT_ID and SLACK_CLIENT_SECRET."
        for name in sorted(OAUTH - set(given))
    ]
    if purpose == "serve" and "public_url" not in given:
        problems.append(
            "PUBLIC_URL is missing. Slack leads whoever installs the app back to it "
            "(PUBLIC_URL/slack/oauth_redirect)."
        )
    return problems


def _missing(purpose: Purpose, given: Collection[str]) -> list[str]:
    problems = _missing_for_oauth(purpose, given)
    by_oauth = OAUTH & set(given)
    if purpose in {"serve", "worker"} and not by_oauth and "slack_bot_token" not in given:
        problems.append(
            "SLACK_BOT_TOKEN is missing. Create the app (python -m bot manifest prints the link), "
            "install it, and copy the Bot User OAuth Token (xoxb-...)."
        )
    if purpose == "serve" and not {"slack_signing_secret", "slack_app_token"} & set(given):
        problems.append(
            "SLACK_SIGNING_SECRET is missing. Copy it from the app's Basic Information, or set "
            "SLACK_APP_TOKEN (xapp-...) to use Socket Mode instead."
        )
    hears = {"cal_api_key", "cal_webhook_secret"} & set(given)
    if purpose == "serve" and "notify_channel" in given and not hears:
        problems.append(
            "NOTIFY_CHANNEL needs CAL_API_KEY: with it the bot hears of bookings. Make one in "
            "Cal.com (Settings, Developer, API keys), or remove NOTIFY_CHANNEL."
        )
    return problems
