"""Looks at everything the bot needs, one line each, and says what to do about what is wrong."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from alembic.script import ScriptDirectory
from pydantic import SecretStr
from sqlalchemy import make_url, text
from sqlalchemy.exc import SQLAlchemyError

from bot.calcom.api import Client, connect
from bot.domain.errors import (
    NotAllowed,
    NotAuthorised,
    NotSupported,
    SchedulingError,
    StoreUnavailable,
    Unsealable,
)
from bot.domain.hooks import described
from bot.domain.records import Registration
from bot.findings import Finding
from bot.installing import installing
from bot.services.accounts import HOUSE
from bot.settings import Settings, SettingsError
from bot.slack.manifest import OPTIONAL_SCOPES, REQUIRED_SCOPES
from bot.store.database import Database
from bot.store.registrations import RegistrationStore
from bot.store.upgrading import MIGRATIONS

PATIENCE = 10.0
"""Seconds for each answer."""

_REINSTALL = "Add it under OAuth & Permissions and install the app again."


@dataclass(slots=True)
class _Visit:
    """What the checks share; `granted` are the bot token's scopes, once Slack has told them."""

    settings: Settings
    http: httpx.AsyncClient
    calcom: Client | None
    granted: frozenset[str] = frozenset()

    async def ask(self, method: str, token: SecretStr, **arguments: str) -> dict[str, Any]:
        """Slack's answer and its scopes; without one, `kind` says what came instead."""
        try:
            response = await self.http.post(
                self.settings.slack_api_url + method,
                headers={"Authorization": f"Bearer {token.get_secret_value()}"},
                data=arguments,
            )
            answer = response.json()
        except (httpx.HTTPError, ValueError) as error:
            return {"ok": False, "error": "no answer", "kind": type(error).__name__}
        if not isinstance(answer, dict):
            return {"ok": False, "error": "no answer", "kind": "not Slack's"}
        scopes = response.headers.get("x-oauth-scopes", "")
        return {"error": "refused", **answer, "scopes": scopes}

    def unanswered(self, answer: dict[str, Any]) -> str:
        """What to do where Slack did not answer at all; else nothing."""
        if "kind" not in answer:
            return ""
        return (
            f"{self.settings.slack_api_url} did not answer ({answer['kind']}). Check the network."
        )


async def examine(settings: Settings, out: Callable[[str], object]) -> int:
    """Check in order: settings, database, Slack, Cal.com, public address, installing, own
    accounts, webhook, channel. Nothing is changed anywhere, but for an installation that is begun
    where people install the app, and forgotten after ten minutes.

    Args:
        out: Takes each finding as text, as soon as it is known.

    Returns:
        The exit code: 1 if something is wrong, else 0.
    """
    wrong = 0
    async with httpx.AsyncClient(timeout=PATIENCE, follow_redirects=False) as http:
        visit = _Visit(settings, http, _calcom(settings, http))
        for check in (
            _settings,
            _database,
            _slack,
            _socket_mode,
            _account,
            _public_url,
            _installing,
            _own_accounts,
            _webhook,
            _channel,
        ):
            async for finding in check(visit):
                out(str(finding))
                wrong += not finding.ok
    return 1 if wrong else 0


async def _settings(visit: _Visit) -> AsyncIterator[Finding]:
    try:
        visit.settings.check_for("serve")
    except SettingsError as error:
        for problem in error.problems:
            yield Finding(ok=False, what="Settings", advice=problem)
    else:
        yield Finding(ok=True, what="Settings are complete")


async def _database(visit: _Visit) -> AsyncIterator[Finding]:
    settings = visit.settings
    migrate = "Run: python -m bot migrate (serve does it as well)."
    address = make_url(settings.database_url)
    kind = "SQLite" if address.get_backend_name() == "sqlite" else "PostgreSQL"
    if kind == "SQLite" and not _exists(address.database):  # looking would make the file
        yield Finding(ok=False, what=f"{kind} database does not exist yet", advice=migrate)
        return
    database = Database(settings.database_url, settings.keys)
    try:
        async with database.statements() as connection:
            await connection.execute(text("SELECT 1"))
        version = await _schema_version(database)
    except Unsealable as error:
        yield Finding(
            ok=False, what=f"{kind} database was sealed with other keys", advice=str(error)
        )
        return
    except (StoreUnavailable, SQLAlchemyError, OSError):
        yield Finding(
            ok=False,
            what=f"{kind} database cannot be reached",
            advice="Check DATABASE_URL, and that the database runs and lets this user in.",
        )
        return
    finally:
        await database.close()
    if version == ScriptDirectory(str(MIGRATIONS)).get_current_head():
        yield Finding(ok=True, what=f"{kind} database is reachable and up to date")
    else:
        yield Finding(ok=False, what=f"{kind} database is not up to date", advice=migrate)


def _exists(path: str | None) -> bool:
    return bool(path) and Path(str(path)).exists()


async def _schema_version(database: Database) -> str | None:
    """Alembic's own note of the last migration; None where there is none (no table: an error)."""
    try:
        async with database.statements() as connection:
            found = await connection.execute(text("SELECT version_num FROM alembic_version"))
            return found.scalar_one_or_none()
    except (StoreUnavailable, SQLAlchemyError):
        return None


async def _slack(visit: _Visit) -> AsyncIterator[Finding]:
    settings = visit.settings
    if settings.slack_bot_token is None:
        return
    answer = await visit.ask("auth.test", settings.slack_bot_token)
    if not answer.get("ok"):
        yield Finding(
            ok=False,
            what=f"Slack bot token: {answer['error']}",
            advice=visit.unanswered(answer)
            or "Copy the Bot User OAuth Token of the installed app into SLACK_BOT_TOKEN.",
        )
        return
    yield Finding(ok=True, what=f"Slack: {answer.get('user')} in {answer.get('team')}")
    visit.granted = frozenset(scope.strip() for scope in answer["scopes"].split(","))
    for scope, reason in REQUIRED_SCOPES.items():
        if scope not in visit.granted:
            yield Finding(
                ok=False, what=f"Slack scope {scope} is missing ({reason})", advice=_REINSTALL
            )
    for scope, reason in OPTIONAL_SCOPES.items():
        if scope not in visit.granted:
            advice = f"It is optional: {reason}."
            yield Finding(ok=True, what=f"Slack scope {scope} is not there", advice=advice)


async def _socket_mode(visit: _Visit) -> AsyncIterator[Finding]:
    settings = visit.settings
    if settings.slack_app_token is None:
        if settings.slack_signing_secret is not None:
            yield Finding(ok=True, what="Slack comes over HTTP; the signing secret is set")
        return
    answer = await visit.ask("apps.connections.open", settings.slack_app_token)
    if answer.get("ok"):
        yield Finding(ok=True, what="Slack comes over Socket Mode")
        return
    yield Finding(
        ok=False,
        what=f"Slack app token: {answer['error']}",
        advice=visit.unanswered(answer)
        or "Turn Socket Mode on, and make a token with connections:write under Basic Information.",
    )


def _calcom(settings: Settings, http: httpx.AsyncClient) -> Client | None:
    if settings.cal_api_key is None:
        return None
    key = settings.cal_api_key.get_secret_value()
    return connect(settings.cal_api_url, key, http=http, clock=lambda: datetime.now(UTC))


async def _account(visit: _Visit) -> AsyncIterator[Finding]:
    settings = visit.settings
    where = f"Cal.com API {settings.api_version} at {settings.cal_api_url}"
    if visit.calcom is None:
        yield Finding(
            ok=False,
            what="Cal.com has no key",
            advice="Make one in Cal.com (Settings, Developer, API keys) and set CAL_API_KEY.",
        )
        return
    try:
        account = await visit.calcom.me()
    except NotAuthorised:
        yield Finding(
            ok=False,
            what=f"{where} refuses the key",
            advice="Check CAL_API_KEY: it may be mistyped, expired, or of another server.",
        )
    except SchedulingError as error:
        yield Finding(
            ok=False,
            what=f"{where} does not answer as it should ({type(error).__name__})",
            advice="Check CAL_API_URL: it ends in /v2 (or /v1, on an old server of your own).",
        )
    else:
        yield Finding(ok=True, what=f"{where}, as {account.username}")


async def _public_url(visit: _Visit) -> AsyncIterator[Finding]:
    settings = visit.settings
    if settings.public_url is None:
        return
    address = f"{settings.public_url}/healthz"
    try:
        status = f"status {(await visit.http.get(address)).status_code}"
    except httpx.HTTPError as error:
        status = type(error).__name__
    if status == "status 200":
        yield Finding(ok=True, what=f"{address} answers")
        return
    yield Finding(
        ok=False,
        what=f"{address} does not answer 200 ({status})",
        advice="Start the bot (python -m bot serve), and check PUBLIC_URL and what stands before "
        "the bot.",
    )


def _installing(visit: _Visit) -> AsyncIterator[Finding]:
    return installing(visit.settings, visit.http)


async def _own_accounts(visit: _Visit) -> AsyncIterator[Finding]:
    """How members can connect accounts of their own, where the browser is meant to be a way."""
    settings = visit.settings
    if settings.cal_oauth_client_id is None:
        return
    by_key = "Members connect their own accounts by API key only"
    if settings.api_version == "v1":
        advice = "Cal.com's OAuth is for API v2; CAL_OAUTH_CLIENT_ID is of no use with v1."
        yield Finding(ok=True, what=by_key, advice=advice)
    elif settings.public_url is None:
        advice = "CAL_OAUTH_CLIENT_ID needs PUBLIC_URL: browsers come back to it from Cal.com."
        yield Finding(ok=True, what=by_key, advice=advice)
    else:
        back = f"{settings.public_url}/cal/oauth/callback"
        yield Finding(ok=True, what=f"Members connect through the browser, back to {back}")


async def _webhook(visit: _Visit) -> AsyncIterator[Finding]:
    """The webhook that was set up by hand, where its secret is set; and those of the bot's own."""
    settings = visit.settings
    if visit.calcom is None:
        return
    if settings.public_url is None:
        what = "PUBLIC_URL is not set, so Cal.com cannot tell the bot of bookings"
        yield Finding(ok=True, what=what, advice="The bot looks for them every few minutes.")
        return
    if settings.cal_webhook_secret is not None:
        async for finding in _set_up_by_hand(visit.calcom, settings, settings.cal_webhook_secret):
            yield finding
    rows = await _registered(settings)
    for row in rows:
        yield await _registration(visit.calcom, row, f"{settings.public_url}/webhooks/cal/")
    if not rows and settings.cal_webhook_secret is None:
        yield Finding(
            ok=True,
            what="The bot has no webhooks at Cal.com yet",
            advice="While it runs it sets up those that its rules need (NOTIFY_CHANNEL is one).",
        )


async def _registered(settings: Settings) -> Sequence[Registration]:
    """What the bot has set up, by its own account; nothing where the database does not tell."""
    address = make_url(settings.database_url)
    if address.get_backend_name() == "sqlite" and not _exists(address.database):
        return ()
    database = Database(settings.database_url, settings.keys)
    try:
        return await RegistrationStore(database).of_account(HOUSE)
    except (StoreUnavailable, SQLAlchemyError, OSError, Unsealable):
        return ()  # `_database` has said it
    finally:
        await database.close()


async def _registration(calcom: Client, row: Registration, base: str) -> Finding:
    """One of them, compared with what Cal.com has."""
    kept = described(row, f"{base}{row.address}")
    what = f"{kept.what}: a webhook"
    if row.error:
        return Finding(ok=True, what=f"{what} cannot be set up", advice=kept.problem)
    try:
        there = await calcom.webhooks(row.owner)
    except SchedulingError as error:
        what = f"{what} that Cal.com does not show ({type(error).__name__})"
        return Finding(ok=True, what=what, advice="The bot looks for bookings every few minutes.")
    if any(hook.url == f"{base}{row.address}" and hook.active for hook in there):
        return Finding(ok=True, what=f"{what} is there")
    advice = "While it runs the bot sets it right within ten minutes."
    return Finding(ok=True, what=f"{what} is missing at Cal.com, or switched off", advice=advice)


async def _set_up_by_hand(
    calcom: Client, settings: Settings, secret: SecretStr
) -> AsyncIterator[Finding]:
    address = f"{settings.public_url}/webhooks/cal"
    try:
        subscriptions = await calcom.webhooks()
    except (NotAllowed, NotSupported, NotAuthorised):
        advice = f"Look in Cal.com (Settings, Developer, Webhooks) for {address}."
        yield Finding(ok=True, what="This key may not list Cal.com's webhooks", advice=advice)
        return
    except SchedulingError:
        return  # `_account` has said it
    found = [each for each in subscriptions if each.url.rstrip("/") == address]
    if not any(each.active for each in found):
        yield Finding(
            ok=False,
            what="Cal.com has no active webhook of this account for the bot",
            advice=f"Add one in Cal.com (Settings, Developer, Webhooks): {address}, with "
            "CAL_WEBHOOK_SECRET as its secret.",
        )
    elif any(each.secret not in {None, secret.get_secret_value()} for each in found):
        yield Finding(
            ok=False,
            what="Cal.com's webhook has another secret, or none",
            advice="Make it the same as CAL_WEBHOOK_SECRET; what comes now is refused.",
        )
    else:
        yield Finding(ok=True, what=f"Cal.com sends bookings to {address}")


async def _channel(visit: _Visit) -> AsyncIterator[Finding]:
    settings = visit.settings
    channel, token = settings.notify_channel, settings.slack_bot_token
    if channel is None or token is None:
        return
    later = "Whether the bot can post there will be seen at the first booking."
    if channel.startswith("#"):
        what = f"NOTIFY_CHANNEL {channel} is a name, which Slack does not look up"
        yield Finding(ok=True, what=what, advice=later)
        return
    answer = await visit.ask("conversations.info", token, channel=channel)
    about = answer.get("channel", {})
    if answer["error"] in {"missing_scope", "no answer"}:
        what = f"NOTIFY_CHANNEL {channel}: {answer['error']}"
        yield Finding(ok=True, what=what, advice=later)
    elif not answer.get("ok") or about.get("is_archived"):
        yield Finding(
            ok=False,
            what=f"NOTIFY_CHANNEL {channel}: {answer['error'] if not about else 'is_archived'}",
            advice="Invite the bot there (/invite), or set the id of another channel.",
        )
    elif not about.get("is_member") and (
        about.get("is_private") or "chat:write.public" not in visit.granted
    ):
        advice = "Invite the bot there (/invite)."
        yield Finding(ok=False, what=f"The bot is not in NOTIFY_CHANNEL {channel}", advice=advice)
    else:
        yield Finding(ok=True, what=f"NOTIFY_CHANNEL {channel} is #{about.get('name', '')}")
