"""The local Cal.com's codes and tokens: how long they count, for whom, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest

from bot.sandbox.calcom.oauth import Client, OAuth, Refused, needed, s256
from bot.sandbox.calcom.seed import add_oauth_client
from bot.sandbox.calcom.world import World

BACK = "https://bot.test/back"
PUBLIC = Client("public", "Bot", (BACK,))
SECRET = Client("secret", "Bot", (BACK,), secret="hush")
WAITING = Client("waiting", "Bot", (BACK,), approved=False)
ASKED = {"redirect_uri": BACK, "scope": "BOOKING_READ,PROFILE_READ", "code_challenge": s256("v")}


@pytest.fixture
def oauth(clock: Any) -> OAuth:
    return OAuth(clock, {c.id: c for c in (PUBLIC, SECRET, WAITING)})


def form(oauth: OAuth, client: Client = PUBLIC, **changes: str) -> dict[str, str]:
    asked = {"grant_type": "authorization_code", "client_id": client.id, "redirect_uri": BACK}
    code = oauth.allow(client, 101, ASKED)
    return asked | {"code": code, "code_verifier": "v", "client_secret": client.secret} | changes


def test_a_code_counts_once_and_its_token_for_half_an_hour(oauth: OAuth, clock: Any) -> None:
    asked = form(oauth)
    said = oauth.token(asked)
    assert (said["expires_in"], said["scope"]) == (1800, "BOOKING_READ PROFILE_READ")
    granted = oauth.granted(said["access_token"])
    assert granted is not None
    assert granted.user_id == 101
    with pytest.raises(Refused, match="code_invalid_or_expired"):
        oauth.token(asked)
    clock.advance(minutes=30)
    assert oauth.granted(said["access_token"]) is None
    refresh = {"grant_type": "refresh_token", "client_id": "public"}
    again = oauth.token(refresh | {"refresh_token": said["refresh_token"]})
    assert oauth.granted(again["access_token"]) is not None


@pytest.mark.parametrize(
    ("client", "changes", "status", "error", "why"),
    [
        (PUBLIC, {"code_verifier": "w"}, 400, "invalid_grant", "pkce_verification_failed"),
        (SECRET, {"code_verifier": ""}, 400, "invalid_grant", "pkce_verification_failed"),
        (SECRET, {"client_secret": "x"}, 401, "invalid_client", "invalid_client_credentials"),
        (PUBLIC, {"client_id": "nobody"}, 401, "invalid_client", "client_not_found"),
        (PUBLIC, {"redirect_uri": "x"}, 400, "invalid_grant", "client_id_mismatch"),
        (WAITING, {}, 401, "unauthorized_client", "client_not_approved"),
        (PUBLIC, {"client_id": ""}, 400, "invalid_request", "client_id"),
        (PUBLIC, {"grant_type": "password"}, 400, "invalid_request", "grant_type"),
        (PUBLIC, {"grant_type": "refresh_token"}, 400, "invalid_grant", "invalid_refresh_token"),
    ],
)
def test_refuses(
    oauth: OAuth, client: Client, changes: dict[str, str], status: int, error: str, why: str
) -> None:
    with pytest.raises(Refused, match=why) as refused:
        oauth.token(form(oauth, client, **changes))
    assert (refused.value.status, refused.value.body["error"]) == (status, error)


def test_a_code_ends_after_ten_minutes(oauth: OAuth, clock: Any) -> None:
    asked = form(oauth)
    clock.advance(minutes=10)
    with pytest.raises(Refused, match="code_invalid_or_expired"):
        oauth.token(asked)


def test_which_scope_is_needed() -> None:
    assert needed("GET", "/me") == "PROFILE_READ"
    assert needed("POST", "/bookings/{uid}/cancel") == "BOOKING_WRITE"
    assert needed("GET", "/slots") == ""


async def test_allowed_on_the_page_the_token_opens_what_was_allowed(
    ask: Any, world: World, clock: Any
) -> None:
    client_id = add_oauth_client(world, BACK).id
    query = ASKED | {"client_id": client_id, "state": "s"}
    page = "/auth/oauth2/authorize"
    assert "BOOKING_READ" in (await ask.http.get(page, params=query)).text
    denied = await ask.http.post(page, params=query, data={"does": "deny", "user": "101"})
    assert denied.headers["location"] == f"{BACK}?error=access_denied&state=s"
    unknown = await ask.http.get(page, params=query | {"scope": "EVERYTHING"})
    assert unknown.headers["location"] == f"{BACK}?error=invalid_scope&state=s"
    assert (await ask.http.get(page, params=query | {"redirect_uri": "x"})).status_code == 400
    back = await ask.http.post(page, params=query, data={"does": "allow", "user": "101"})
    code = httpx.URL(back.headers["location"]).params["code"]
    asked = {"grant_type": "authorization_code", "client_id": client_id, "redirect_uri": BACK}
    said = await ask.http.post(
        "/v2/auth/oauth2/token", data=asked | {"code": code, "code_verifier": "v"}
    )
    caller = replace(ask, key=said.json()["access_token"])
    assert (await caller("GET", "/me")).json()["data"]["username"] == "alice"
    assert (await caller("GET", "/schedules")).status_code == 403
    clock.advance(minutes=30)
    assert (await caller("GET", "/me")).status_code == 401
