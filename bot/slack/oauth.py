"""Installing the app into a workspace: to Slack's page of consent, and back with a code.

Source: docs.slack.dev, authentication/installing-with-oauth.
"""

import hashlib
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urljoin

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth import AuthorizeUrlGenerator
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.domain.accounts import Grant
from bot.domain.errors import StoreUnavailable
from bot.domain.installations import Installation
from bot.domain.wording import N_, _, speaking
from bot.locales import of_browser
from bot.services.ports import Grants, InstallationStore
from bot.slack.installations import OAuthApp
from bot.slack.manifest import OPTIONAL_SCOPES, REQUIRED_SCOPES
from bot.slack.pages import page
from bot.slack.place_errors import code_of

log = structlog.get_logger(__name__)

KIND: Final = "install"
COOKIE: Final = "calbot_install"
FOR: Final = timedelta(minutes=10)
RANDOM: Final = re.compile(r"[\w-]{43}", re.ASCII)
AGAIN: Final = ("/slack/install", N_("Install again"))


class NotInstalled(Exception):
    """Slack's answer brings no bot: its word for why, never more."""


@dataclass(frozen=True, slots=True)
class Installing:
    """The two addresses at which a browser comes by.

    Attributes:
        public_url: Where the browser reaches us, without a slash at the end.
        api_url: The Web API's base, with one: the page of consent lives on the same host.
        home: The workspace of the token in the settings, which needs no installation.
        installed: Called with what was kept, and whether it is new; must not fail.
    """

    oauth: OAuthApp
    grants: Grants
    installations: InstallationStore
    public_url: str
    api_url: str
    home: Callable[[], str]
    clock: Callable[[], datetime]
    installed: Callable[[Installation, bool], Awaitable[None]]

    async def start(self, request: Request) -> Response:
        """GET /slack/install: on to Slack, with a state for this browser that counts once."""
        with _as_read(request):
            return await self._start(request)

    async def back(self, request: Request) -> Response:
        """GET /slack/oauth_redirect: the person has said yes or no."""
        with _as_read(request):
            return await self._back(request)

    async def _start(self, request: Request) -> Response:
        state, given = secrets.token_urlsafe(32), request.cookies.get(COOKIE, "")
        # One that it has already stays, so that two installations can be under way side by side.
        browser = given if RANDOM.fullmatch(given) else secrets.token_urlsafe(32)
        until = self.clock() + FOR
        grant = Grant(KIND, "", "", until, browser=_digest(browser))
        try:
            await self.grants.put(_digest(state), grant)
        except StoreUnavailable:
            return _unavailable()
        response = RedirectResponse(self._consent(state), 303, {"cache-control": "no-store"})
        response.set_cookie(
            COOKIE,
            browser,
            max_age=int(FOR.total_seconds()),
            path="/slack",
            secure=self.public_url.startswith("https://"),
            httponly=True,
            samesite="lax",
        )
        return response

    async def _back(self, request: Request) -> Response:
        asked = request.query_params
        try:
            if not await self._is_theirs(asked.get("state", ""), request.cookies.get(COOKIE, "")):
                said = _("This link is used up or too old, or was opened in another browser.")
                return page(_("Not installed"), said, link=AGAIN, status=400)
            if not asked.get("code"):
                said = _("You did not agree, so nothing was installed.")
                return page(_("Not installed"), said, link=AGAIN)
            return await self._install(asked["code"])
        except StoreUnavailable:
            return _unavailable()

    async def _install(self, code: str) -> Response:
        try:
            told = await self.oauth.access(code=code, redirect_uri=self._redirect)
            found = _installation(told.data, self.clock())
        except (SlackApiError, NotInstalled) as error:
            why = code_of(error) if isinstance(error, SlackApiError) else str(error)
            log.warning("not_installed", why=why or "no answer")
            said = _("Slack did not take it. Nothing was installed; please try again.")
            return page(_("Not installed"), said, link=AGAIN, status=502)
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("not_installed", why=type(error).__name__)
            said = _("Slack did not answer. Please try again in a moment.")
            return page(_("Not installed"), said, link=AGAIN, status=502)
        where = found.team_name or _("your workspace")
        if found.team_id and found.team_id == self.home():
            said = _(
                "{where} is served by this bot's own token already. Nothing was changed."
            ).format(where=where)
            return page(_("Already there"), said)
        is_new = await self.installations.of(found.key) is None
        await self.installations.save(found)
        log.info("installed", team=found.key, again=not is_new)
        await self.installed(found, is_new)
        said = _("Calbot is in {where} now. You can close this page and go back to Slack.").format(
            where=where
        )
        return page(_("Installed"), said)

    async def _is_theirs(self, state: str, browser: str) -> bool:
        if not (RANDOM.fullmatch(state) and RANDOM.fullmatch(browser)):
            return False
        grant = await self.grants.take(_digest(state), _digest(browser), self.clock())
        return grant is not None and grant.kind == KIND

    @property
    def _redirect(self) -> str:
        return f"{self.public_url}/slack/oauth_redirect"

    def _consent(self, state: str) -> str:
        return AuthorizeUrlGenerator(
            client_id=quote(self.oauth.client_id, safe=""),
            redirect_uri=quote(self._redirect, safe=""),
            scopes=[*REQUIRED_SCOPES, *OPTIONAL_SCOPES],
            authorization_url=urljoin(self.api_url, "../oauth/v2/authorize"),
        ).generate(state)


def _as_read(request: Request) -> AbstractContextManager[None]:
    """Within, what is said is said in the language that the browser asks for."""
    return speaking(of_browser(request.headers.get("accept-language", "")))


def _installation(told: Any, now: datetime) -> Installation:
    """Read `oauth.v2.access`; raises `NotInstalled`."""
    if not isinstance(told, Mapping) or not told.get("access_token") or not told.get("bot_user_id"):
        raise NotInstalled("no_bot_token")
    team, whole = told.get("team") or {}, told.get("enterprise") or {}
    is_whole = bool(told.get("is_enterprise_install"))
    seconds = told.get("expires_in")
    found = Installation(
        team_id="" if is_whole else str(team.get("id") or ""),
        enterprise_id=str(whole.get("id") or ""),
        bot_token=str(told["access_token"]),
        bot_id="",
        bot_user_id=str(told["bot_user_id"]),
        app_id=str(told.get("app_id") or ""),
        installed_by=str((told.get("authed_user") or {}).get("id") or ""),
        installed_at=now,
        scopes=tuple(str(told.get("scope") or "").split(",")),
        team_name=str((whole if is_whole else team).get("name") or ""),
        refresh_token=str(told.get("refresh_token") or ""),
        expires_at=now + timedelta(seconds=int(seconds)) if seconds else None,
    )
    if not found.key:
        raise NotInstalled("no_team")
    return found


def _digest(value: str) -> bytes:
    return hashlib.sha256(value.encode()).digest()


def _unavailable() -> Response:
    said = _("The bot cannot reach its database. Please try again in a moment.")
    return page(_("Not now"), said, link=AGAIN, status=503)
