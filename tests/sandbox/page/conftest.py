"""A Chromium of this machine over the fake server; skipped where there is none."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser

from bot.sandbox.serve import serving
from tests.browsers import chromium
from tests.sandbox.page.fake_page_server import FakePageServer
from tests.sandbox.page.page_client import Client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as launched:
        yield launched


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
