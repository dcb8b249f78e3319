"""The page for people who see little, hear it read out, or have only a keyboard."""

import pytest
from playwright.async_api import expect

from tests.axe import violations
from tests.sandbox.page.page_client import Client

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_axe_finds_nothing_in_any_block_or_element(client: Client) -> None:
    page = client.page
    await page.emulate_media(reduced_motion="reduce")
    await client.visit("U0ALICE/C0GALLERY")
    found = await violations(page, "gallery")
    for action in ("static", "grouped", "external", "users", "time", "date", "more"):
        opener = client.action(action)
        button = opener.locator("button").last
        await (button if await button.count() else opener).click()
        await expect(page.get_by_test_id("popover")).to_be_visible()
        found += await violations(page, action)
        await page.keyboard.press("Escape")
    await client.type("/cal gallery")
    await expect(page.get_by_test_id("modal")).to_be_visible()
    found += await violations(page, "inputs")
    await client.visit("U0ALICE/app/home")
    found += await violations(page, "home")
    await page.goto(f"{client.url}/#/calcom")
    await expect(page.get_by_test_id("booking")).to_be_visible()
    found += await violations(page, "calcom")
    assert not found, "\n".join(found)
