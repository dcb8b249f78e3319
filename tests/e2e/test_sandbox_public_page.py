"""Booking links lead to the local Cal.com's public pages, where outsiders book as anywhere."""

import pytest
from playwright.async_api import Page, expect

from tests.e2e.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


async def test_an_outsider_books_moves_and_cancels_by_a_link(window: Window) -> None:
    page = await by_the_link_in_the_chat(window)
    await book(page)
    await window.visit("U0ALICE", "C0BOOKINGS")
    await expect(window.newest).to_contain_text("Booked: Intro call")
    await expect(window.newest).to_contain_text("Gina Rossi")
    await move(page)
    await expect(window.newest).to_contain_text("Rescheduled from")
    await cancel(page)
    await expect(window.newest).to_contain_text("Cancelled")
    await expect(window.newest).to_contain_text("Too much wind")
    await expect(window.page.get_by_test_id("message")).to_have_count(1)
    await what_else_is_public(window, page)


async def by_the_link_in_the_chat(window: Window) -> Page:
    """The message names Cal.com's own address; pressed, it leads to the page on this machine."""
    await window.visit("U0ALICE", "C0GENERAL")
    await window.type("/cal types")
    link = window.newest.get_by_role("link", name="Intro call", exact=True)
    await expect(link).to_have_attribute("title", "https://cal.com/alice/intro")
    async with window.page.expect_popup() as opened:
        await link.click()
    page = await opened.value
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: window.troubles.append(str(error)))
    assert page.url == f"{window.sandbox.url}/cal.com/alice/intro"
    return page


async def book(page: Page) -> None:
    await expect(page.get_by_role("heading", level=1)).to_have_text("Intro call")
    await expect(page.get_by_test_id("facts")).to_contain_text("Alice Martin · 30 minutes")
    await expect(page.get_by_test_id("public-form")).to_have_count(0)
    await page.get_by_label("Time zone").select_option("Asia/Tokyo")
    await page.get_by_test_id("day").last.click()
    await page.get_by_test_id("start").first.click()
    await expect(page.get_by_role("heading", level=2)).to_contain_text("Asia/Tokyo")
    await expect(page.get_by_role("heading", level=2)).to_be_focused()
    await page.get_by_role("textbox", name="Name").fill("Gina Rossi")
    await page.get_by_role("textbox", name="E-mail", exact=True).fill("gina@rossi.example")
    await page.get_by_label("Notes (optional)").fill("By the old pier")
    await page.get_by_test_id("public-book").click()
    await expect(page.get_by_test_id("stands")).to_have_text("Booked")
    assert "/cal.com/booking/" in page.url


async def move(page: Page) -> None:
    before = page.url
    await page.get_by_test_id("to-reschedule").click()
    await page.get_by_test_id("start").last.click()
    await page.get_by_label("Reason").fill("The tide")
    await page.get_by_test_id("public-move").click()
    await page.wait_for_url(lambda url: url.partition("#")[0] != before)
    await expect(page.get_by_test_id("stands")).to_have_text("Booked")


async def cancel(page: Page) -> None:
    await page.get_by_test_id("to-cancel").click()
    await expect(page.get_by_label("Reason")).to_be_focused()
    await page.get_by_label("Reason").fill("Too much wind")
    await page.get_by_test_id("public-cancel").click()
    await expect(page.get_by_test_id("stands")).to_have_text("Cancelled")
    await expect(page.get_by_test_id("stands")).to_be_focused()
    await expect(page.get_by_test_id("to-cancel")).to_have_count(0)


async def what_else_is_public(window: Window, page: Page) -> None:
    async def go(path: str) -> None:
        await page.goto(f"{window.sandbox.url}/cal.com/{path}")

    await go("team/harbour-labs")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Harbour Labs")
    await expect(page.get_by_text("Welcome call")).to_have_count(0)
    await page.get_by_role("link", name="Panel interview").click()
    await expect(page.get_by_test_id("facts")).to_contain_text("Alice Martin and Bob Stone")
    for path in ("alice/confidential", "alice/nothing", "team/nobody", "booking/nothing", "a/b/c"):
        await go(path)
        await expect(page.get_by_test_id("missing")).to_be_visible()


async def test_classes_series_questions_and_prices(window: Window) -> None:
    page = window.page
    url = f"{window.sandbox.url}/cal.com/alice"

    async def book_first(slug: str, **answers: str) -> None:
        await page.goto(f"{url}/{slug}")
        await page.get_by_test_id("start").first.click()
        await page.get_by_role("textbox", name="Name").fill("Ada Brook")
        await page.get_by_role("textbox", name="E-mail", exact=True).fill("ada@brook.example")
        for label, answer in answers.items():
            await page.get_by_label(label, exact=True).fill(answer)

    await book_first("demo", Company="Brook & Co")
    await page.get_by_label("What is it about?").select_option("Security")
    await page.get_by_label("We need an NDA (optional)").check()
    await page.get_by_test_id("public-book").click()
    await expect(page.get_by_test_id("stands")).to_have_text("Booked")
    await page.goto(f"{url}/session")
    await page.get_by_label("Length").select_option("90")
    await expect(page.get_by_test_id("facts")).to_contain_text("90 minutes")
    await book_first("consulting")
    await page.get_by_test_id("public-book").click()
    await expect(page.get_by_test_id("stands")).to_have_text("Held for you until it is paid")
    await page.get_by_test_id("pay").click()
    await expect(page.get_by_test_id("stands")).to_have_text("Booked")
    await page.goto(f"{url}/onboarding")
    await expect(page.get_by_test_id("start").first).to_contain_text("left")
    await book_first("onboarding")
    await page.get_by_test_id("public-book").click()
    await page.get_by_test_id("to-cancel").click()
    await page.get_by_label("Reason").fill("Not now")
    await page.get_by_test_id("public-cancel").click()
    await expect(page.get_by_test_id("stands")).to_have_text("Cancelled")
    await book_first("check-in")
    await page.get_by_test_id("public-book").click()
    await expect(page.get_by_test_id("facts")).to_contain_text("6 times, weekly")
