"""A Chromium of this machine over the fake server; skipped where there is none."""

import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from bot.sandbox.serve import serving
from tests.sandbox.page.fake_page_server import FakePageServer
from tests.sandbox.page.page_client import Client

_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no chromium or google-chrome on this machine")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="module")
async def client(browser: Browser) -> AsyncIterator[Client]:
    """Ends with the assertion that the browser had nothing to complain of."""
    fake = FakePageServer()
    async with serving(fake.app()) as url:
        context = await browser.new_context(viewport={"width": 1200, "height": 800})
        page = await context.new_page()
        page.set_default_timeout(8_000)
        client = Client(page, fake, url)
        page.on("pageerror", lambda error: client.troubles.append(str(error)))
        page.on("console", client.hear)
        yield client
        await context.close()
    assert client.troubles == []
