"""The sandbox, as it is started for a newcomer, with a browser in front of it."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import expect

from bot.showroom import open_sandbox
from tests.browsers import chromium
from tests.e2e.window import PATIENCE, Window


@pytest_asyncio.fixture
async def window() -> AsyncIterator[Window]:
    async with open_sandbox() as sandbox, chromium() as browser:
        page = await browser.new_page(
            viewport={"width": 1280, "height": 860}, reduced_motion="reduce"
        )
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        window = Window(page, sandbox)
        page.on("pageerror", lambda error: window.troubles.append(str(error)))
        try:
            yield window
        finally:
            await window.picture("last")
        assert window.troubles == []
        assert sandbox.slack.faults == []
