"""The whole story in the sandbox page, as a newcomer clicks through it in a real browser."""

from datetime import date

import pytest
from playwright.async_api import Page, expect

from tests.e2e.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
PAID = "Consulting hour (alice, 60 min, 50.00 EUR)"


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
    await window.book_as_outsider(PAID, "consulting")
    await expect(window.newest).to_contain_text("Waiting for payment")
    await window.page.get_by_test_id("calcom-pay").click()
    await expect(window.newest).to_contain_text("Booked: Consulting hour")
    await expect(window.page.get_by_test_id("calcom-pay")).to_have_count(0)
