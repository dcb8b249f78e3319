"""Connecting in the browser: who is asked, which browser gets further, and what people read."""

from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.domain.errors import Expired, NotAuthorised, StoreUnavailable, Unavailable
from bot.domain.people import Account
from bot.web.calcom_oauth import COOKIE, CalcomOAuth

AT_CAL = "https://app.cal.test/auth/oauth2/authorize?state=s1"
START = "/cal/oauth/start/s1"
BACK = "/cal/oauth/callback"


@dataclass
class Who:
    team_name: str = "Harbour <b>Labs</b>"
    member_name: str = "Bob Stone"


@dataclass
class Flow:
    """One flow under way, of the first browser that opens it."""

    browser: str = ""
    failure: Exception | None = None
    log: list[tuple[str, ...]] = field(default_factory=list)

    def _is(self, state: str, browser: str) -> bool:
        return state == "s1" and browser == self.browser != ""

    async def opened(self, state: str, browser: str) -> Who | None:
        self.browser = self.browser or browser
        return Who() if self._is(state, browser) else None

    async def authorize_url(self, state: str, browser: str) -> str | None:
        return AT_CAL if self._is(state, browser) else None

    async def came_back(self, state: str, browser: str, code: str) -> Account:
        if self.failure:
            raise self.failure
        if not self._is(state, browser):
            raise Expired
        self.log.append(("came_back", code))
        return Account(1, "bob", "bob@example.com", "Bob <i>Stone</i>")

    async def denied(self, state: str, browser: str) -> None:
        self.log.append(("denied", state))


def browser(flow: Flow, *, is_https: bool = True) -> httpx.AsyncClient:
    routes = CalcomOAuth(flow, "https://app.cal.test", is_https=is_https).routes()
    transport = httpx.ASGITransport(Starlette(routes=routes))
    return httpx.AsyncClient(transport=transport, base_url="https://bot.test")


async def test_asks_goes_to_calcom_and_comes_back() -> None:
    flow = Flow()
    async with browser(flow) as http:
        page = await http.get(START)
        assert "Is this you?" in page.text
        assert "Harbour &lt;b&gt;Labs&lt;/b&gt;" in page.text
        gone = await http.post(START)
        assert (gone.status_code, gone.headers["Location"]) == (303, AT_CAL)
        done = await http.get(BACK, params={"state": "s1", "code": "c1"})
    assert done.status_code == 200
    assert "Bob &lt;i&gt;Stone&lt;/i&gt;" in done.text
    assert flow.log == [("came_back", "c1")]


@pytest.mark.parametrize("is_https", [True, False])
async def test_the_cookie_is_for_this_alone(*, is_https: bool) -> None:
    async with browser(Flow(), is_https=is_https) as http:
        cookie = (await http.get(START)).headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "SameSite=lax", "Path=/cal/oauth"} <= set(cookie.split("; "))
    assert ("Secure" in cookie.split("; ")) is is_https


async def test_another_browser_connects_nothing() -> None:
    flow = Flow()
    async with browser(flow) as first, browser(flow) as other:
        await first.get(START)
        back = {"state": "s1", "code": "c1"}
        answers = [
            await other.get(START),
            await other.post(START),
            await other.get(BACK, params=back),
        ]
    assert [answer.status_code for answer in answers] == [404, 404, 400]
    assert all("This link has ended" in answer.text for answer in answers)
    assert flow.log == []


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        ("access_denied", 200, "You said no"),
        ("invalid_scope", 400, "does not know one of the permissions"),
        ("invalid_request", 400, "asks for more"),
        ("<script>", 400, "it refused the request"),
    ],
)
async def test_each_refusal_has_its_sentence(error: str, status: int, says: str) -> None:
    flow = Flow()
    async with browser(flow) as http:
        await http.get(START)
        page = await http.get(BACK, params={"state": "s1", "error": error})
    assert page.status_code == status
    assert says in page.text
    assert "<script" not in page.text
    assert flow.log == [("denied", "s1")]


@pytest.mark.parametrize(
    ("failure", "status"),
    [(Expired(), 404), (NotAuthorised(), 400), (Unavailable(), 503), (StoreUnavailable(), 503)],
    ids=repr,
)
async def test_each_failure_has_a_page(failure: Exception, status: int) -> None:
    async with browser(Flow(failure=failure)) as http:
        await http.get(START)
        page = await http.get(BACK, params={"state": "s1", "code": "c1"})
    assert page.status_code == status
    assert "/cal connect" in page.text


@pytest.mark.parametrize("query", [{}, {"state": "s1"}, {"state": "s" * 5000, "code": "c"}])
async def test_what_is_missing_or_too_long_has_ended(query: dict[str, Any]) -> None:
    async with browser(Flow()) as http:
        await http.get(START)
        assert (await http.get(BACK, params=query)).status_code == 400


async def test_the_headers_of_every_page() -> None:
    async with browser(Flow()) as http:
        pages = [await http.get(START), await http.get(BACK), await http.post(START)]
    for page in pages:
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script-src" not in policy
    assert "form-action 'self' https://app.cal.test" in pages[0].headers["Content-Security-Policy"]
