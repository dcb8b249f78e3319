"""One person's browser on the sandbox page, and what a person does in it."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Locator, Page, expect
from playwright.async_api import TimeoutError as TooLate

from bot.showroom import Sandbox

PATIENCE = 15_000.0


@dataclass
class Window:
    """One person's browser window on the sandbox."""

    page: Page
    sandbox: Sandbox
    troubles: list[str] = field(default_factory=list)

    async def visit(self, person: str, channel: str) -> None:
        await self.page.goto(f"{self.sandbox.url}/#/{person}/{channel}")
        await self.page.get_by_test_id("composer-input").wait_for()

    async def type(self, text: str) -> None:
        await self.page.get_by_test_id("composer-input").fill(text)
        await self.page.keyboard.press("Enter")

    @property
    def modal(self) -> Locator:
        return self.page.get_by_test_id("modal")

    def block(self, start: str) -> Locator:
        """The block in the modal whose id begins so."""
        return self.modal.locator(f'[data-block-id^="{start}"]').first

    async def choose(self, block: str, label: str | None = None) -> None:
        """Choose an option of a select: the one with this label, or the first.

        A drawing that arrives meanwhile may close the menu; then, as a person would, once more.
        """
        select = self.block(block).get_by_role("combobox").first
        options = self.page.get_by_role("option")
        wanted = options.filter(has_text=label).first if label else options.first
        for _ in range(3):
            await select.click()
            try:
                await wanted.click(timeout=PATIENCE / 5)
            except TooLate:
                continue
            break
        await expect(self.page.get_by_test_id("popover")).to_have_count(0)

    async def press(self, button: str = "modal-submit") -> None:
        await self.page.get_by_test_id(button).click()

    @property
    def newest(self) -> Locator:
        return self.page.get_by_test_id("message").last

    async def picture(self, name: str) -> None:
        """Keep a picture, where the caller asks for them."""
        if folder := os.environ.get("CALBOT_PICTURES"):
            await self.page.screenshot(path=Path(folder) / f"{name}.png")
