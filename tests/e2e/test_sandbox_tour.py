"""The tour, as a newcomer takes it: every step is ticked off when it has really happened."""

import re

import pytest
from playwright.async_api import expect

from tests.e2e.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


async def test_the_tour_from_beginning_to_end(window: Window) -> None:
    await it_is_offered_and_not_forced(window)
    await book(window)
    await see_its_card_and_move_it(window)
    await an_outsider_books(window)
    await a_webhook_gets_lost(window)
    await two_people_agree(window)
    await home(window)
    await make_a_rule(window)
    await crash_the_bot(window)
    await turn_the_light_off(window)
    await it_stays_done(window)


async def step(window: Window, name: str, press: str = "tour-show") -> None:
    await window.page.locator(f"[data-step={name}]").click()
    await expect(window.page.get_by_test_id("tour-status")).to_be_empty()
    await window.press(press)


async def done(window: Window) -> None:
    await expect(window.page.get_by_test_id("tour-status")).to_have_text("Done")


async def it_is_offered_and_not_forced(window: Window) -> None:
    await window.visit("U0BOB", "C0RANDOM")
    page = window.page
    await expect(page.get_by_test_id("tour-offer")).to_be_visible()
    await page.get_by_role("button", name="Not now").click()
    await page.reload()
    await page.get_by_test_id("composer-input").wait_for()
    await expect(page.get_by_test_id("tour-offer")).to_have_count(0)
    await window.press("tour-toggle")
    await expect(page.get_by_test_id("tour")).to_contain_text("1. Book a meeting")
    await window.press("tour-close")
    await expect(page.get_by_test_id("tour")).to_have_count(0)
    await window.press("tour-toggle")


async def book(window: Window) -> None:
    write = window.page.get_by_test_id("composer-input")
    await step(window, "book")
    await expect(write).to_have_value("/cal book intro tomorrow")
    await expect(write).to_be_focused()
    await write.press("Enter")
    await window.choose("for_whom", "A member")
    await window.choose("member", "Bob Stone")
    await window.choose("time:")
    await window.press()
    await expect(window.modal).to_contain_text("Booked")
    await window.press("modal-close")
    await done(window)


async def see_its_card_and_move_it(window: Window) -> None:
    await step(window, "card")
    await done(window)
    await step(window, "move")
    await window.newest.get_by_role("button", name="Reschedule").click()
    await window.choose("time:")
    await window.press()
    await expect(window.modal).to_contain_text("Moved")
    await window.press("modal-close")
    await done(window)


async def an_outsider_books(window: Window) -> None:
    async with window.page.expect_popup() as opened:
        await step(window, "outsider")
    page = await opened.value
    await page.get_by_test_id("start").last.click()
    await page.get_by_role("textbox", name="Name").fill("Ada Brook")
    await page.get_by_role("textbox", name="E-mail", exact=True).fill("ada@brook.example")
    await page.get_by_test_id("public-book").click()
    await expect(page.get_by_test_id("stands")).to_have_text("Booked")
    await page.close()
    await expect(window.newest).to_contain_text("Ada Brook")
    await done(window)


async def a_webhook_gets_lost(window: Window) -> None:
    await step(window, "lost", "tour-act")
    await done(window)


async def two_people_agree(window: Window) -> None:
    await step(window, "propose")
    await window.page.get_by_test_id("composer-input").press("Enter")
    await window.block("times").get_by_role("combobox").first.click()
    for nth in range(3):
        await window.page.get_by_role("option").nth(nth).click()
    await window.page.keyboard.press("Escape")
    await window.press()
    await expect(window.modal).to_contain_text("Proposed")
    await window.press("modal-close")
    await window.visit("U0BOB", "app/messages")
    await expect(window.newest).to_contain_text("proposes times")
    await window.page.get_by_role("button", name=re.compile("^Book this")).first.click()
    await done(window)


async def home(window: Window) -> None:
    await step(window, "home")
    await expect(window.page.get_by_test_id("home")).to_be_visible()
    await done(window)


async def make_a_rule(window: Window) -> None:
    await step(window, "rule")
    await window.page.get_by_test_id("composer-input").press("Enter")
    await window.page.get_by_role("button", name="Add for this channel").click()
    await window.press()
    await expect(window.modal).to_contain_text("Saved")
    await window.press("modal-close")
    await done(window)


async def crash_the_bot(window: Window) -> None:
    await step(window, "crash", "tour-act")
    await done(window)


async def turn_the_light_off(window: Window) -> None:
    await step(window, "look")
    await window.page.keyboard.press("Enter")
    await expect(window.page.get_by_test_id("tour-status")).to_have_text("All done")


async def it_stays_done(window: Window) -> None:
    await window.page.reload()
    await window.page.get_by_test_id("tour").wait_for()
    await expect(window.page.locator(".tour-dot.done")).to_have_count(10)
    await window.picture("tour")
    await the_composer_is_free_on_a_phone(window)


async def the_composer_is_free_on_a_phone(window: Window) -> None:
    await window.page.set_viewport_size({"width": 390, "height": 700})
    await window.visit("U0ALICE", "C0GENERAL")
    band = await window.page.get_by_test_id("tour").bounding_box()
    write = await window.page.get_by_test_id("composer").bounding_box()
    assert band is not None
    assert write is not None
    assert band["y"] + band["height"] < 300
    assert write["y"] + write["height"] <= 700
    assert write["y"] > band["y"] + band["height"] + 150
    width = await window.page.evaluate("document.documentElement.scrollWidth")
    assert width == 390
    await window.picture("tour-phone")
