"""A member's credential: how it is asked for, what each refusal means, and what is never said."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest

from bot.calcom.oauth import SCOPES, OAuth, challenge_of
from bot.domain.accounts import Credential
from bot.domain.errors import NotAuthorised, Unavailable
from tests.calcom.calcom_script import Script, Step, Time, http_for

REDIRECT = "https://bot.test/cal/oauth/callback"
TIME = Time()
TOKENS: dict[str, Any] = {
    "access_token": "an-access-token",
    "refresh_token": "the-next-refresh-token",
    "token_type": "bearer",
    "expires_in": 1800,
}
HAD = Credential("old-token", "old-refresh-token", TIME.now)


def oauth(script: Script, secret: str | None = None) -> OAuth:
    return OAuth(
        "client-1",
        secret,
        "https://api.cal.test/v2",
        "https://app.cal.test",
        REDIRECT,
        http_for(script),
        TIME,
    )


def answer(status: int = 200, **said: Any) -> httpx.Response:
    return httpx.Response(status, json=said)


def form(script: Script) -> dict[str, str]:
    return dict(parse_qsl(script.asked[0].content.decode()))


def test_the_challenge_is_the_standards() -> None:
    """RFC 7636, appendix B."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_where_people_say_yes() -> None:
    address = urlsplit(oauth(Script([])).authorize_url("a state&more", "a-challenge"))
    assert f"{address.scheme}://{address.netloc}{address.path}" == (
        "https://app.cal.test/auth/oauth2/authorize"
    )
    assert parse_qs(address.query) == {
        "client_id": ["client-1"],
        "redirect_uri": [REDIRECT],
        "response_type": ["code"],
        "scope": [" ".join(SCOPES)],
        "state": ["a state&more"],
        "code_challenge": ["a-challenge"],
        "code_challenge_method": ["S256"],
    }


@pytest.mark.parametrize("secret", [None, "a-secret"])
async def test_a_code_becomes_a_credential(secret: str | None) -> None:
    script = Script([answer(**TOKENS)])
    made = await oauth(script, secret).exchange("a-code", "a-verifier")
    assert made == Credential(
        "an-access-token", "the-next-refresh-token", TIME.now + timedelta(minutes=30)
    )
    assert str(script.asked[0].url) == "https://api.cal.test/v2/auth/oauth2/token"
    assert form(script) == {
        "client_id": "client-1",
        "grant_type": "authorization_code",
        "code": "a-code",
        "redirect_uri": REDIRECT,
        "code_verifier": "a-verifier",
    } | ({"client_secret": secret} if secret else {})


async def test_the_next_one_comes_by_the_refresh_token() -> None:
    script = Script([answer(**TOKENS)])
    assert (await oauth(script).refresh(HAD)).refresh_token == "the-next-refresh-token"
    assert form(script) == {
        "client_id": "client-1",
        "grant_type": "refresh_token",
        "refresh_token": "old-refresh-token",
    }


async def test_without_a_new_refresh_token_the_old_one_goes_on() -> None:
    script = Script([answer(access_token="t", expires_in=1800)])
    assert (await oauth(script).refresh(HAD)).refresh_token == "old-refresh-token"


async def test_an_api_key_cannot_be_refreshed() -> None:
    script = Script([answer(**TOKENS)])
    with pytest.raises(NotAuthorised):
        await oauth(script).refresh(replace(HAD, refresh_token=""))
    assert script.asked == []


@pytest.mark.parametrize(
    ("step", "means"),
    [
        (answer(400, error="invalid_grant", error_description="x"), NotAuthorised),
        (answer(400, error="invalid_request"), NotAuthorised),
        (answer(401, error="invalid_client"), Unavailable),
        (answer(401, error="unauthorized_client"), Unavailable),
        (answer(429, error="invalid_grant"), Unavailable),
        (answer(503), Unavailable),
        (answer(400, message="who knows"), Unavailable),
        (httpx.Response(404, text="<html>"), Unavailable),
        (httpx.Response(302, headers={"Location": "https://elsewhere.test/"}), Unavailable),
        (httpx.Response(200, text="<html>"), Unavailable),
        (httpx.Response(200, json=["a list"]), Unavailable),
        (answer(access_token="", expires_in=1800), Unavailable),
        (answer(access_token="t", expires_in="soon"), Unavailable),
        (answer(access_token="t", expires_in=True), Unavailable),
        (answer(access_token="t"), Unavailable),
        (httpx.ConnectError(""), Unavailable),
        (httpx.ReadTimeout(""), Unavailable),
    ],
    ids=repr,
)
async def test_what_each_answer_means(step: Step, means: type[Exception]) -> None:
    script = Script([step])
    with pytest.raises(means):
        await oauth(script).exchange("a-code", "a-verifier")
    with pytest.raises(means):
        await oauth(script).refresh(HAD)
    assert {asked.url.host for asked in script.asked} == {"api.cal.test"}
    assert len(script.asked) == 2  # neither is sent again


def test_secrets_are_not_shown() -> None:
    assert "a-secret" not in repr(oauth(Script([]), "a-secret"))
    assert "token" not in repr(Credential("token-1", "token-2")).replace("Credential", "")
