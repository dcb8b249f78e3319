"""Two people in the sandbox: one proposes times, the other takes one."""

import pytest
from playwright.async_api import expect

from tests.e2e.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


async def test_alice_proposes_and_bob_accepts(window: Window) -> None:
    await window.visit("U0ALICE", "C0GENERAL")
    await window.type("/cal propose @bob intro")
    await expect(window.block("times")).to_be_visible()
    times = window.block("times").get_by_role("combobox").first
    await times.click()
    for nth in range(3):
        await window.page.get_by_role("option").nth(nth).click()
    await window.page.keyboard.press("Escape")
    await window.picture("propose")
    await window.press()
    await expect(window.modal).to_contain_text("Proposed")
    await window.press("modal-close")

    await window.visit("U0BOB", "app/messages")
    await expect(window.newest).to_contain_text("proposes times")
    await window.picture("proposed")
    await window.page.get_by_role("button", name="Book this").first.click()
    await expect(window.newest).to_contain_text("is booked")
    await expect(window.page.get_by_role("button", name="Book this")).to_have_count(0)
    await window.picture("accepted")
    title = "Intro call between Alice Martin and Bob Stone"
    assert [b.title for b in window.sandbox.cal.bookings].count(title) == 1
