"""`python -m tests.pictures`: take the pictures of `docs/pictures/` anew, in the sandbox itself.

Needs a Chromium, and a font with emoji. Look at them before you keep them.
"""

import asyncio
from pathlib import Path
from typing import Final

import click
from playwright.async_api import Page, expect

from bot.showroom import open_sandbox
from tests.browsers import chromium
from tests.e2e.window import Window

FOLDER: Final = Path(__file__).parents[1] / "docs" / "pictures"
MOST: Final = 120_000
"""Bytes: whoever clones this has them too."""


@click.command()
def main() -> None:
    """Walk through a short story and take its pictures."""
    asyncio.run(_story())


async def _story() -> None:
    FOLDER.mkdir(exist_ok=True)
    async with open_sandbox() as sandbox, chromium() as browser:
        page = await browser.new_page(
            viewport={"width": 1280, "height": 800}, reduced_motion="reduce"
        )
        page.set_default_timeout(15_000)
        expect.set_options(timeout=15_000)
        window = Window(page, sandbox)
        await window.visit("U0ALICE", "C0GENERAL")
        await page.get_by_role("button", name="Not now").click()
        await _book(window)
        await _public_page(window)
        await _channel(window)
        await _propose(window)
        await _home(window)
        await _rule(window)
        await _dark(window)
        await _phone(window)


async def _take(page: Page, name: str) -> None:
    await page.evaluate("document.fonts.ready")
    file = FOLDER / f"{name}.png"
    await page.screenshot(path=file)
    size = file.stat().st_size
    click.echo(f"{file.name}: {size // 1000} kB{' (too much)' if size > MOST else ''}")


async def _book(window: Window) -> None:
    await window.type("/cal book intro tomorrow")
    await window.choose("for_whom", "A member")
    await window.choose("member", "Bob Stone")
    await window.choose("time:")
    await window.block("notes").get_by_role("textbox").fill("The new lighthouse")
    await window.page.locator(".modal-body").evaluate("body => body.scrollTo(0, 0)")
    await _take(window.page, "book")
    await window.press()
    await expect(window.modal).to_contain_text("Booked")
    await window.press("modal-close")


async def _public_page(window: Window) -> None:
    page = window.page
    await page.goto(f"{window.sandbox.url}/cal.com/alice/intro")
    await page.get_by_label("Time zone").select_option("Europe/Rome")
    await page.get_by_test_id("day").nth(2).click()
    await page.get_by_test_id("start").nth(1).click()
    await page.get_by_role("textbox", name="Name").fill("Gina Rossi")
    await page.get_by_role("textbox", name="E-mail", exact=True).fill("gina@rossi.example")
    await _take(page, "public")
    await page.get_by_test_id("public-book").click()
    await expect(page.get_by_test_id("stands")).to_have_text("Booked")


async def _channel(window: Window) -> None:
    await window.visit("U0ALICE", "C0BOOKINGS")
    await expect(window.newest).to_contain_text("Gina Rossi")
    first = window.page.get_by_test_id("message").first
    await first.get_by_role("button", name="Reschedule").click()
    await window.choose("time:")
    await window.press()
    await expect(window.modal).to_contain_text("Moved")
    await window.press("modal-close")
    await expect(first).to_contain_text("Rescheduled from")
    await window.page.mouse.move(600, 20)
    await _take(window.page, "channel")


async def _propose(window: Window) -> None:
    await window.visit("U0ALICE", "C0GENERAL")
    await window.type("/cal propose @bob session")
    await window.block("times").get_by_role("combobox").first.click()
    for nth in range(3):
        await window.page.get_by_role("option").nth(nth).click()
    await window.page.keyboard.press("Escape")
    await window.press()
    await expect(window.modal).to_contain_text("Proposed")
    await window.press("modal-close")
    await window.visit("U0BOB", "app/messages")
    await expect(window.newest).to_contain_text("proposes times")
    await _take(window.page, "propose")


async def _home(window: Window) -> None:
    await window.page.goto(f"{window.sandbox.url}/#/U0ALICE/app/home")
    await expect(window.page.get_by_test_id("home")).to_contain_text("Your next meetings")
    await _take(window.page, "home")


async def _rule(window: Window) -> None:
    await window.visit("U0ALICE", "C0SALES")
    await window.type("/cal notify")
    await window.page.get_by_role("button", name="Add for this channel").click()
    await expect(window.block("where")).to_be_visible()
    await _take(window.page, "rule")
    await window.press("modal-close")


async def _dark(window: Window) -> None:
    await window.press("look")
    await window.visit("U0ALICE", "C0SALES")
    await window.page.get_by_test_id("composer-input").press_sequentially("/cal s")
    await _take(window.page, "dark")
    await window.press("look")


async def _phone(window: Window) -> None:
    await window.page.set_viewport_size({"width": 390, "height": 800})
    await window.visit("U0ALICE", "C0BOOKINGS")
    await window.press("tour-toggle")
    await expect(window.newest).to_contain_text("Gina Rossi")
    await _take(window.page, "phone")


if __name__ == "__main__":
    main()
