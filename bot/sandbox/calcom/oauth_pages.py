"""The local Cal.com's OAuth over HTTP: the page where somebody allows a client, and the tokens."""

from __future__ import annotations

import json
from html import escape
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.sandbox.calcom.oauth import SCOPES, Client, Refused, scopes_of
from bot.sandbox.calcom.world import World
from bot.sandbox.consent import STYLE


def routes(world: World) -> list[Route]:
    pages = _Pages(world)
    tokens = [
        Route(f"{base}/auth/oauth2/token", pages.token, methods=["POST"])
        for base in ("/v2", "/api/v2")
    ]
    return [Route("/auth/oauth2/authorize", pages.authorize, methods=["GET", "POST"]), *tokens]


class _Pages:
    def __init__(self, world: World) -> None:
        self._world = world

    async def authorize(self, request: Request) -> Response:
        """Show who asks for what; pressed, go back with a code or with `access_denied`."""
        query = dict(request.query_params)
        client = self._world.oauth.clients.get(query.get("client_id", ""))
        if wrong := _shown_here(client, query):
            return HTMLResponse(f"<!doctype html><title>Error</title><h1>{wrong}</h1>", 400)
        assert client is not None
        asked = scopes_of(query)
        if asked - SCOPES:
            return _back(query, error="invalid_scope")
        if asked - client.scopes:
            return _back(query, error="invalid_request")
        if request.method == "GET":
            return HTMLResponse(self._page(client, sorted(asked)))
        form = dict(parse_qsl((await request.body()).decode(errors="replace")))
        who = form.get("user", "")
        if form.get("does") != "allow" or not who.isdecimal() or int(who) not in self._world.users:
            return _back(query, error="access_denied")
        return _back(query, code=self._world.oauth.allow(client, int(who), query))

    async def token(self, request: Request) -> Response:
        """JSON or a form in, JSON without an envelope out."""
        raw = (await request.body()).decode(errors="replace")
        try:
            said = json.loads(raw) if raw.startswith("{") else dict(parse_qsl(raw))
            return JSONResponse(self._world.oauth.token({k: str(v) for k, v in said.items()}))
        except ValueError:
            return JSONResponse({"error": "invalid_request"}, 400)
        except Refused as refused:
            return JSONResponse(refused.body, refused.status)

    def _page(self, client: Client, scopes: list[str]) -> str:
        people = "".join(
            f'<option value="{u.id}">{escape(u.name)}</option>' for u in self._world.users.values()
        )
        wants = "".join(f"<li>{escape(scope)}</li>" for scope in scopes)
        return (
            '<!doctype html><html lang="en"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>Allow?</title><style>{STYLE}</style><main>"
            f"<h1>{escape(client.name)} wants to use your Cal.com account</h1>"
            f'<form method="post"><label>You are <select name="user">{people}</select></label>'
            f"<p>It will be able to use:</p><ul>{wants}</ul>"
            '<button name="does" value="allow">Allow</button> '
            '<button name="does" value="deny">Deny</button></form>'
            '<p class="quiet">This is the local Cal.com\'s page of consent.</p></main></html>'
        )


def _shown_here(client: Client | None, query: dict[str, str]) -> str:
    """What is wrong that is never sent back to an address."""
    if client is None:
        return "There is no such client"
    if query.get("redirect_uri") not in client.redirect_uris:
        return "The redirect address is not this client's"
    if not client.approved:
        return "The client is not approved"
    return "" if scopes_of(query) else "The scope is missing"


def _back(query: dict[str, str], **said: str) -> Response:
    said |= {"state": query["state"]} if "state" in query else {}
    return RedirectResponse(f"{query['redirect_uri']}?{urlencode(said)}", 303)
