"""The server that puts stand-ins behind a real socket."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from bot.sandbox.serve import serving


async def hello(_: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


async def endless(_: Request) -> StreamingResponse:
    async def stream() -> AsyncIterator[str]:
        yield "first"
        await asyncio.Event().wait()

    return StreamingResponse(stream())


async def test_it_answers_and_is_gone_afterwards() -> None:
    before = signal.getsignal(signal.SIGINT)
    async with serving(Starlette(routes=[Route("/", hello)])) as url, httpx.AsyncClient() as http:
        assert (await http.get(url)).text == "hello"
        assert signal.getsignal(signal.SIGINT) is before
    async with httpx.AsyncClient() as http:
        with pytest.raises(httpx.ConnectError):
            await http.get(url)


async def test_two_run_side_by_side() -> None:
    app = Starlette(routes=[Route("/", hello)])
    async with serving(app) as one, serving(app) as two:
        assert one != two


async def test_an_endless_answer_does_not_hold_up_the_stop() -> None:
    async with (
        httpx.AsyncClient() as http,
        contextlib.AsyncExitStack() as stack,
        asyncio.timeout(5),
    ):
        url = await stack.enter_async_context(serving(Starlette(routes=[Route("/", endless)])))
        response = await http.send(http.build_request("GET", url), stream=True)
        async for piece in response.aiter_text():
            assert piece == "first"
            break
        await stack.aclose()
        await response.aclose()


async def test_the_lifespan_runs_and_a_failing_one_is_told() -> None:
    seen: list[str] = []

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        seen.append("up")
        yield
        seen.append("down")

    async with serving(Starlette(lifespan=lifespan)):
        assert seen == ["up"]
    assert seen == ["up", "down"]

    async def no_database() -> None:
        raise RuntimeError("no database")

    @contextlib.asynccontextmanager
    async def broken(_: Starlette) -> AsyncIterator[None]:
        await no_database()
        yield

    with pytest.raises(RuntimeError, match="did not start"):
        async with serving(Starlette(lifespan=broken)):
            pass
