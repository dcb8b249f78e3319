"""Nothing in the sandbox's page keeps people out, whatever they meet, light or dark."""

import pytest
from playwright.async_api import ViewportSize, expect

from tests.axe import violations
from tests.e2e.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
INTRO = "Intro call (alice, 30 min)"
PHONE: ViewportSize = {"width": 390, "height": 844}


class Visit:
    """One walk through the page; `found` is what axe complained of on the way."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.found: list[str] = []

    async def look(self, state: str) -> None:
        self.found += await violations(self.window.page, state)
        await self.window.picture(f"access-{state}")


async def test_axe_finds_nothing_in_any_state(window: Window) -> None:
    visit = Visit(window)
    await panels_cards_and_threads(visit)
    await answers_and_their_menus(visit)
    await a_form_and_what_floats_over_it(visit)
    await home_and_direct_messages(visit)
    await the_same_on_a_phone(visit)
    assert not visit.found, "\n".join(visit.found)


async def panels_cards_and_threads(visit: Visit) -> None:
    window, page = visit.window, visit.window.page
    await window.visit("U0ALICE", "C0BOOKINGS?calcom")
    await window.book_as_outsider(INTRO, "intro")
    await expect(window.newest).to_contain_text("Booked: Intro call")
    await expect(page.get_by_test_id("booking")).not_to_have_count(0)
    await visit.look("calcom")
    await window.press("trouble-toggle")
    await expect(page.locator("[data-verdict=right]")).to_have_count(2)
    await visit.look("trouble")
    await window.newest.hover()
    await window.newest.get_by_test_id("message-more").click()
    await visit.look("message-menu")
    await window.press("reply")
    reply = page.get_by_test_id("thread-input")
    await reply.fill("Who takes this one?")
    await reply.press("Enter")
    await expect(page.get_by_test_id("thread").get_by_test_id("message")).to_have_count(2)
    await visit.look("thread")
    await window.press("side-close")


async def answers_and_their_menus(visit: Visit) -> None:
    window, page = visit.window, visit.window.page
    await window.visit("U0ALICE", "C0SALES")
    await window.type("/cal notify")
    await window.newest.get_by_role("button", name="Delete").first.click()
    await expect(page.get_by_test_id("confirm")).to_be_visible()
    await visit.look("confirm")
    await window.press("confirm-no")
    await window.type("/cal bookings")
    await expect(window.newest).to_contain_text("Intro call")
    await visit.look("ephemeral")
    await window.newest.get_by_label("More actions: Intro call").first.click()
    await visit.look("overflow")
    await page.keyboard.press("Escape")
    await window.type("/cal help")
    await visit.look("help")
    for button in ("global-shortcuts", "switcher", "workspaces"):
        await window.press(button)
        await expect(page.get_by_test_id("popover")).to_be_visible()
        await visit.look(button)
        await page.keyboard.press("Escape")
    await page.get_by_test_id("composer-input").press_sequentially("/")
    await expect(page.get_by_test_id("completions")).to_be_visible()
    await visit.look("completions")


async def a_form_and_what_floats_over_it(visit: Visit) -> None:
    window, page = visit.window, visit.window.page
    await window.visit("U0ALICE", "C0GENERAL")
    await window.type("/cal book intro")
    await expect(window.block("time:")).to_be_visible()
    await visit.look("modal")
    await window.press()
    await expect(window.modal.locator(".field-error").first).to_be_visible()
    await visit.look("errors")
    await window.block("time:").get_by_role("combobox").click()
    await expect(page.get_by_role("option").first).to_be_visible()
    await visit.look("choices")
    await page.keyboard.press("Escape")
    await window.block("day:").get_by_role("button").first.click()
    await expect(page.get_by_role("grid")).to_be_visible()
    await visit.look("calendar")
    await page.keyboard.press("Escape")
    await window.press("modal-close")


async def home_and_direct_messages(visit: Visit) -> None:
    window, page = visit.window, visit.window.page
    await window.press("app")
    await window.press("tab-home")
    await expect(page.get_by_test_id("home")).to_contain_text("Intro call")
    await visit.look("home")
    await window.press("tab-messages")
    await visit.look("messages")


async def the_same_on_a_phone(visit: Visit) -> None:
    window, page = visit.window, visit.window.page
    await page.set_viewport_size(PHONE)
    await window.visit("U0ALICE", "C0BOOKINGS")
    await expect(window.newest).to_contain_text("Booked: Intro call")
    await visit.look("phone")
    await window.press("menu")
    await visit.look("phone-menu")
    await page.keyboard.press("Escape")
    await window.type("/cal book intro")
    await expect(window.block("time:")).to_be_visible()
    await visit.look("phone-modal")
