"""Installing the app by OAuth: the page of consent, codes, and tokens that rotate.

Whoever is on the page of consent is signed in to all the workspaces, as any of their people.

Source: docs.slack.dev, authentication/installing-with-oauth, authentication/using-token-rotation.
"""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.sandbox.consent import STYLE
from bot.sandbox.slack.arguments import read_arguments
from bot.sandbox.slack.injections import Injection
from bot.sandbox.slack.messages import Json
from bot.sandbox.slack.record import Call
from bot.sandbox.slack.refusals import Refused
from bot.sandbox.slack.web_api import trouble
from bot.sandbox.slack.workspace import Workspace

METHOD: Final = "oauth.v2.access"
CLIENT_ID: Final = "sandbox-client"
CLIENT_SECRET: Final = "sandbox-client-secret"  # noqa: S105 # a placeholder
CODE_LIVES: Final = timedelta(minutes=10)
TOKEN_LIVES: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a code stands for, until it is used."""

    redirect_uri: str
    workspace: Workspace
    user: str
    scopes: frozenset[str]
    until: datetime


@dataclass(slots=True)
class OAuth:
    """The app's registration, and what is under way; `rotates` as in the app's settings.

    `others` are workspaces beside the first. A code stands for its redirect address, who allowed
    it and where, the scopes, and until when; `refresh_tokens` are those that count yet, each once,
    with their workspaces.
    """

    workspace: Workspace
    client_id: str = CLIENT_ID
    client_secret: str = CLIENT_SECRET
    rotates: bool = False
    others: Sequence[Workspace] = ()
    codes: dict[str, Allowed] = field(default_factory=dict)
    refresh_tokens: dict[str, Workspace] = field(default_factory=dict)

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
            team_id, _, user = str(form.get("who", f"{self.workspace.team_id}:U0ALICE")).partition(
                ":"
            )
            workspace = next((w for w in self._all if w.team_id == team_id), None)
            if workspace is None or user not in workspace.people:
                return HTMLResponse("<h1>There is nobody like that</h1>", 400)
            until, code = workspace.clock() + CODE_LIVES, self.workspace.new_id("code")
            scopes = frozenset(asked.get("scope", "").split(","))
            self.codes[code] = Allowed(asked["redirect_uri"], workspace, user, scopes, until)
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
        if found is None or found.until <= self.workspace.clock():
            raise Refused("invalid_code")
        if raw.get("redirect_uri") != found.redirect_uri:
            raise Refused("bad_redirect_uri")
        found.workspace.granted_scopes = set(found.scopes)
        found.workspace.app.uninstalled = False
        return self._tokens(found.workspace) | {"authed_user": {"id": found.user}}

    def _refreshed(self, raw: Json) -> Json:
        token = str(raw.get("refresh_token", ""))
        workspace = self.refresh_tokens.get(token)
        if workspace is None or workspace.app.uninstalled:
            raise Refused("invalid_refresh_token")
        del self.refresh_tokens[token]
        return self._tokens(workspace)

    def _tokens(self, workspace: Workspace) -> Json:
        app = workspace.app
        app.bot_token = self.workspace.new_id("xoxb-")
        told: Json = {
            "access_token": app.bot_token,
            "token_type": "bot",
            "scope": ",".join(sorted(workspace.granted_scopes)),
            "bot_user_id": app.bot_user_id,
            "app_id": app.id,
            "team": {"id": workspace.team_id, "name": workspace.name},
            "enterprise": None,
            "is_enterprise_install": False,
        }
        if self.rotates:
            refresh_token = self.workspace.new_id("xoxe-1-")
            self.refresh_tokens[refresh_token] = workspace
            told |= {
                "refresh_token": refresh_token,
                "expires_in": int(TOKEN_LIVES.total_seconds()),
            }
        return told

    @property
    def _all(self) -> list[Workspace]:
        return [self.workspace, *self.others]

    def _page(self, scope: str) -> str:
        wanted = "".join(f"<li>{escape(one)}</li>" for one in scope.split(","))
        app = escape(self.workspace.app.name)
        where = "one of your workspaces" if self.others else escape(self.workspace.name)
        groups = "".join(_people(workspace) for workspace in self._all)
        return (
            '<!doctype html><html lang="en"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>Install {app}</title><style>{STYLE}</style><main>"
            f"<h1>{app} asks to be installed in {where}</h1><form method='post'>"
            f"<label>You are <select name='who'>{groups}</select></label>"
            f"<p>It will be able to use:</p><ul>{wanted}</ul>"
            "<button name='allow' value='1'>Allow</button> <button>Cancel</button></form>"
            "<p class='quiet'>This is the local Slack's page of consent.</p></main></html>"
        )

    def _record(self, raw: Json, error: str | None) -> None:
        """Without what is secret in it."""
        shown = {"grant_type": raw.get("grant_type", "authorization_code")}
        self.workspace.record_call(Call(METHOD, shown, ok=error is None, error=error))


def _plain(injection: Injection) -> Injection:
    return Injection(injection.answer, retry_after=injection.retry_after)


def _people(workspace: Workspace) -> str:
    """Whoever can say yes there, as options."""
    there = (p for p in workspace.people.values() if not (p.is_bot or p.deleted or p.is_restricted))
    options = "".join(
        f"<option value='{escape(workspace.team_id)}:{escape(p.id)}'>{escape(p.real_name)}</option>"
        for p in there
    )
    return f"<optgroup label='{escape(workspace.name)}'>{options}</optgroup>"
