"""The way from the page to the bot and back, with a bot that only says what it was asked."""

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.sandbox import gateway

BOT = "http://bot"
HOSTS = {"https://bot.example/": "/", "https://cal.example/auth/": "/calcom/auth/"}


async def says(request: Request) -> Response:
    heard = {
        "path": str(request.url).removeprefix(BOT),
        "cookie": request.headers.get("cookie", ""),
        "body": (await request.body()).decode(),
    }
    answer = JSONResponse(heard, 404, {"x-frame-options": "DENY"})
    answer.set_cookie("one", "1")
    answer.set_cookie("two", "2")
    return answer


async def leads(request: Request) -> Response:
    return RedirectResponse(request.query_params["to"], 303)


def browser(bot: httpx.AsyncBaseTransport) -> httpx.AsyncClient:
    to_bot = httpx.AsyncClient(transport=bot)
    routes = gateway.passing(to_bot, BOT, ["/cal/{rest:path}", "/away"])
    app = gateway.Led(Starlette(routes=routes), HOSTS)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://page")


def a_bot() -> httpx.ASGITransport:
    methods = ["GET", "POST"]
    routes = [Route("/cal/{rest:path}", says, methods=methods), Route("/away", leads)]
    return httpx.ASGITransport(Starlette(routes=routes))


async def test_what_is_asked_and_answered_passes_whole() -> None:
    http = browser(a_bot())
    answer = await http.post("/cal/a/b?c=d%20e", content="f=g", headers={"cookie": "h=i"})
    assert answer.status_code == 404
    assert answer.json() == {"path": "/cal/a/b?c=d%20e", "cookie": "h=i", "body": "f=g"}
    assert answer.headers["x-frame-options"] == "DENY"
    assert [each.partition("=")[0] for each in answer.headers.get_list("set-cookie")] == [
        "one",
        "two",
    ]


async def test_nobodys_cookies_are_kept_for_somebody_else() -> None:
    http = browser(a_bot())
    await http.get("/cal/a")
    http.cookies.clear()
    assert (await http.get("/cal/a")).json()["cookie"] == ""


async def test_public_names_lead_to_where_they_are_and_others_stay() -> None:
    http = browser(a_bot())
    led = {
        "https://bot.example/cal/oauth/callback?code=1": "/cal/oauth/callback?code=1",
        "https://cal.example/auth/oauth2/authorize": "/calcom/auth/oauth2/authorize",
        "https://cal.example/alice": "https://cal.example/alice",
        "https://bot.example.net/": "https://bot.example.net/",
    }
    for address, true in led.items():
        answer = await http.get("/away", params={"to": address})
        assert answer.headers["location"] == true


async def test_a_bot_that_is_away_is_said() -> None:
    def refused(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody listens", request=request)

    answer = await browser(httpx.MockTransport(refused)).get("/cal/a")
    assert answer.status_code == 502
    assert "not running" in answer.text
