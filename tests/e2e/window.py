"""One person's browser on the sandbox page, and what a person does in it."""

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from playwright.async_api import Locator, Page, expect
from playwright.async_api import TimeoutError as TooLate

from bot.sandbox.calcom import slots
from bot.sandbox.calcom.world import World
from bot.showroom import Sandbox

PATIENCE = 15_000.0


@dataclass
class Window:
    """One person's browser window on the sandbox."""

    page: Page
    sandbox: Sandbox
    troubles: list[str] = field(default_factory=list)

    async def visit(self, person: str, channel: str, workspace: str = "/") -> None:
        await self.page.goto(f"{self.sandbox.url}{workspace}#/{person}/{channel}")
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

    async def book_as_outsider(self, label: str, slug: str, name: str = "Gina Rossi") -> None:
        """Book the first open time on the Cal.com panel, which is open."""
        form = self.page.get_by_test_id("calcom-book")
        await form.get_by_label("Event type").select_option(label=label)
        start = first_open_start(self.sandbox.cal, slug)
        await form.get_by_label("Start").fill(f"{start:%Y-%m-%dT%H:%M}")
        await form.get_by_label("Time zone").fill("UTC")
        await form.get_by_label("Name").fill(name)
        await form.get_by_label("E-mail").fill("gina@example.org")
        await form.get_by_role("button", name="Book").click()

    async def switch_on(self, fault: str) -> None:
        """Switch on a fault for the next one, on the panel that is open."""
        await self.page.locator(f"[data-fault={fault}]").click()
        await expect(self.page.locator(f"[data-fault={fault}]")).to_be_checked()

    @property
    def newest(self) -> Locator:
        return self.page.get_by_test_id("message").last

    async def picture(self, name: str) -> None:
        """Keep a picture, where the caller asks for them."""
        if folder := os.environ.get("CALBOT_PICTURES"):
            await self.page.screenshot(path=Path(folder) / f"{name}.png")


def first_open_start(cal: World, slug: str) -> datetime:
    one = next(e for e in cal.event_types.values() if e.slug == slug)
    window = (cal.now() + timedelta(days=1), cal.now() + timedelta(days=14))
    return slots.open_slots(cal, one, slots.Question(window))[0].start
