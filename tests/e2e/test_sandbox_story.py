"""The whole story in the sandbox page, as a newcomer clicks through it in a real browser."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect
from playwright.async_api import TimeoutError as TooLate

from bot.sandbox.calcom import slots
from bot.sandbox.calcom.world import World
from bot.showroom import Sandbox, open_sandbox
from tests.browsers import chromium

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
PATIENCE = 15_000.0
PAID = "Consulting hour (alice, 60 min, 50.00 EUR)"


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


@pytest_asyncio.fixture
async def window() -> AsyncIterator[Window]:
    async with open_sandbox() as sandbox, chromium() as browser:
        page = await browser.new_page(viewport={"width": 1280, "height": 860})
        page.set_default_timeout(PATIENCE)
        window = Window(page, sandbox)
        page.on("pageerror", lambda error: window.troubles.append(str(error)))
        try:
            yield window
        finally:
            await window.picture("last")
        assert window.troubles == []
        assert sandbox.slack.faults == []


async def test_a_booking_from_beginning_to_end(window: Window) -> None:
    await window.visit("U0ALICE", "C0GENERAL")
    await book_for_bob(window)
    await find_it_and_move_it_to_next_month(window)
    await cancel_it(window)
    await the_channel_shows_one_card(window)


async def book_for_bob(window: Window) -> None:
    await window.type("/cal book intro")
    await expect(window.block("time:")).to_be_visible()
    await window.picture("times")
    await window.choose("for_whom", "A member")
    await window.choose("member", "Bob Stone")
    await expect(window.modal).to_contain_text("bob@example.com")
    await window.choose("time:")
    await window.block("notes").get_by_role("textbox").fill("The new lighthouse")
    await window.picture("book")
    await window.press()
    await expect(window.modal).to_contain_text("Booked")
    await expect(window.modal).to_contain_text("Bob Stone")
    await window.picture("booked")
    await window.press("modal-close")


async def find_it_and_move_it_to_next_month(window: Window) -> None:
    await window.type("/cal bookings")
    await expect(window.newest).to_contain_text("Intro call between Alice Martin and Bob Stone")
    await window.picture("bookings")
    await window.type("/cal reschedule bob stone")
    await window.newest.get_by_role("button", name="Reschedule").first.click()
    await expect(window.block("time:")).to_be_visible()
    await window.block("day:").get_by_role("button").first.click()
    await window.page.get_by_label("Next month").click()
    day = await next_workday(window.page)
    await expect(window.block(f"time:move:{day}")).to_be_visible()
    await window.choose(f"time:move:{day}")
    await window.block("reason").get_by_role("textbox").fill("The lighthouse is not ready")
    await window.picture("reschedule")
    await window.press()
    await expect(window.modal).to_contain_text("Moved")
    await window.press("modal-close")


async def next_workday(page: Page) -> str:
    """Press the month's fifteenth, or the Monday after it; returns the day."""
    days = page.locator(".calendar-grid .day:not(.other)")
    for number in (14, 15, 16):
        day = await days.nth(number).get_attribute("data-day")
        assert day is not None
        if date.fromisoformat(day).weekday() < 5:
            await days.nth(number).click()
            return day
    raise AssertionError("no workday among three days")


async def cancel_it(window: Window) -> None:
    await window.type("/cal cancel bob stone")
    await expect(window.newest).to_contain_text("Bob Stone")
    await window.newest.get_by_role("button", name="Cancel").first.click()
    await window.block("reason").get_by_role("textbox").fill("No lighthouse after all")
    await window.press()
    await expect(window.modal).to_contain_text("Cancelled")
    await window.press("modal-close")


async def the_channel_shows_one_card(window: Window) -> None:
    await window.visit("U0ALICE", "C0BOOKINGS")
    cards = window.page.get_by_test_id("message")
    await expect(cards).to_have_count(1)
    await expect(cards.first).to_contain_text("Cancelled")
    await expect(cards.first).to_contain_text("No lighthouse after all")
    await expect(cards.first).to_contain_text("Rescheduled from")
    await window.picture("card")
    await window.page.reload()
    await expect(cards).to_have_count(1)


async def test_an_outsider_books_a_paid_hour(window: Window) -> None:
    await window.visit("U0ALICE", "C0BOOKINGS?calcom")
    form = window.page.get_by_test_id("calcom-book")
    await form.get_by_label("Event type").select_option(label=PAID)
    start = first_open_start(window.sandbox.cal, "consulting")
    await form.get_by_label("Start").fill(f"{start:%Y-%m-%dT%H:%M}")
    await form.get_by_label("Time zone").fill("UTC")
    await form.get_by_label("Name").fill("Gina Rossi")
    await form.get_by_label("E-mail").fill("gina@example.org")
    await form.get_by_role("button", name="Book").click()
    await expect(window.newest).to_contain_text("Waiting for payment")
    await window.page.get_by_test_id("calcom-pay").click()
    await expect(window.newest).to_contain_text("Booked: Consulting hour")
    await expect(window.page.get_by_test_id("calcom-pay")).to_have_count(0)


def first_open_start(cal: World, slug: str) -> datetime:
    one = next(e for e in cal.event_types.values() if e.slug == slug)
    window = (cal.now() + timedelta(days=1), cal.now() + timedelta(days=14))
    return slots.open_slots(cal, one, slots.Question(window))[0].start
