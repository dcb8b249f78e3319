"""Installing the app by OAuth: the page of consent, codes, and tokens that rotate.

Source: docs.slack.dev, authentication/installing-with-oauth, authentication/using-token-rotation.
"""

from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.sandbox.slack.arguments import read_arguments
from bot.sandbox.slack.injections import Injection
from bot.sandbox.slack.messages import Json
from bot.sandbox.slack.record import Call
from bot.sandbox.slack.refusals import Refused
from bot.sandbox.slack.web_api import trouble
from bot.sandbox.slack.workspace import Workspace

METHOD: Final = "oauth.v2.access"
CODE_LIVES: Final = timedelta(minutes=10)
TOKEN_LIVES: Final = timedelta(hours=12)


@dataclass(slots=True)
class OAuth:
    """The app's registration, and what is under way; `rotates` as in the app's settings.

    `refresh_tokens` are those that count yet, each once. `elsewhere` are other workspaces, by id
    with their names, into which a person can install the app; nothing more is known of them.
    """

    workspace: Workspace
    client_id: str = "sandbox-client"
    client_secret: str = "sandbox-client-secret"  # noqa: S105 # a placeholder
    rotates: bool = False
    codes: dict[str, tuple[str, str, str, datetime, str]] = field(default_factory=dict)
    refresh_tokens: set[str] = field(default_factory=set)
    elsewhere: dict[str, str] = field(default_factory=dict)

    def routes(self) -> list[Route]:
        return [
            Route("/oauth/v2/authorize", self.consent, methods=["GET", "POST"]),
            Route(f"/api/{METHOD}", self.access, methods=["POST"]),
        ]

    async def consent(self, request: Request) -> Response:
        """GET shows what the app asks for; POST with `allow` or not leads back to the app."""
        asked = dict(request.query_params)
        if asked.get("client_id") != self.client_id or not asked.get("redirect_uri"):
            return HTMLResponse("<h1>Invalid client_id</h1>", 400)
        if request.method == "GET":
            return HTMLResponse(self._page(asked.get("scope", "")))
        form = await request.form()
        back = {"state": asked.get("state", "")}
        if form.get("allow"):
            code, user = self.workspace.new_id("code"), str(form.get("user", "U0ALICE"))
            until = self.workspace.clock() + CODE_LIVES
            team = str(form.get("team", self.workspace.team_id))
            self.codes[code] = (asked["redirect_uri"], user, asked.get("scope", ""), until, team)
            back["code"] = code
        else:
            back["error"] = "access_denied"
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 303)

    async def access(self, request: Request) -> Response:
        raw = await read_arguments(request)
        injection = self.workspace.injections.next_refusal(METHOD, "")
        if injection is not None:
            self._record(raw, str(injection.answer))
            return trouble(_plain(injection))
        try:
            self._check_client(request, raw)
            refresh = raw.get("grant_type") == "refresh_token"
            told = self._refreshed(raw) if refresh else self._exchanged(raw)
        except Refused as refusal:
            self._record(raw, refusal.error)
            return JSONResponse({"ok": False, "error": refusal.error})
        self._record(raw, None)
        return JSONResponse({"ok": True, **told})

    def _check_client(self, request: Request, raw: Json) -> None:
        given = (raw.get("client_id"), raw.get("client_secret"))
        header = request.headers.get("authorization", "")
        if header.startswith("Basic "):
            try:
                name, _, secret = b64decode(header[6:]).decode().partition(":")
            except (NotBase64, UnicodeDecodeError):
                raise Refused("invalid_client_id") from None
            given = (name, secret)
        if given[0] != self.client_id:
            raise Refused("invalid_client_id")
        if given[1] != self.client_secret:
            raise Refused("bad_client_secret")

    def _exchanged(self, raw: Json) -> Json:
        found = self.codes.pop(str(raw.get("code", "")), None)
        if found is None or found[3] <= self.workspace.clock():
            raise Refused("invalid_code")
        redirect_uri, user, scope, _, team = found
        if raw.get("redirect_uri") != redirect_uri:
            raise Refused("bad_redirect_uri")
        if team in self.elsewhere:
            there = {"id": team, "name": self.elsewhere[team]}
            told = self._told(self.workspace.new_id("xoxb-"), set(scope.split(",")), there)
            return told | {"authed_user": {"id": user}}
        workspace = self.workspace
        workspace.granted_scopes = set(scope.split(","))
        workspace.app.uninstalled = False
        return self._tokens() | {"authed_user": {"id": user}}

    def _refreshed(self, raw: Json) -> Json:
        token = str(raw.get("refresh_token", ""))
        if token not in self.refresh_tokens or self.workspace.app.uninstalled:
            raise Refused("invalid_refresh_token")
        self.refresh_tokens.discard(token)
        return self._tokens()

    def _tokens(self) -> Json:
        workspace = self.workspace
        workspace.app.bot_token = workspace.new_id("xoxb-")
        here = {"id": workspace.team_id, "name": workspace.name}
        told = self._told(workspace.app.bot_token, workspace.granted_scopes, here)
        if self.rotates:
            refresh_token = workspace.new_id("xoxe-1-")
            self.refresh_tokens.add(refresh_token)
            told |= {
                "refresh_token": refresh_token,
                "expires_in": int(TOKEN_LIVES.total_seconds()),
            }
        return told

    def _told(self, token: str, scopes: set[str], team: Json) -> Json:
        app = self.workspace.app
        return {
            "access_token": token,
            "token_type": "bot",
            "scope": ",".join(sorted(scopes)),
            "bot_user_id": app.bot_user_id,
            "app_id": app.id,
            "team": team,
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _page(self, scope: str) -> str:
        wanted = "".join(f"<li>{escape(one)}</li>" for one in scope.split(","))
        return (
            f"<!doctype html><title>Install {escape(self.workspace.app.name)}</title>"
            f"<h1>{escape(self.workspace.app.name)} asks to be installed in "
            f"{escape(self.workspace.name)}</h1><ul>{wanted}</ul><form method='post'>"
            "<button name='allow' value='1'>Allow</button><button>Cancel</button></form>"
        )

    def _record(self, raw: Json, error: str | None) -> None:
        """Without what is secret in it."""
        shown = {"grant_type": raw.get("grant_type", "authorization_code")}
        self.workspace.record_call(Call(METHOD, shown, ok=error is None, error=error))


def _plain(injection: Injection) -> Injection:
    return Injection(injection.answer, retry_after=injection.retry_after)
