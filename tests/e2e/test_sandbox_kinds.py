"""Special event types in the sandbox page, clicked through in a real browser."""

import pytest
from playwright.async_api import expect

from tests.e2e.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

TYPED = {
    "company": "Alder & Sons",
    "purpose": "The lights have been out since the storm.",
    "vessels": "3",
    "title": "Lights of pier 4",
}


async def test_a_long_questionnaire_is_answered_screen_by_screen(window: Window) -> None:
    await window.visit("U0DAVE", "C0GENERAL")
    await window.type("/cal book survey")
    await expect(window.block("time:")).to_be_visible()
    await window.choose("time:")
    await window.block("notes").get_by_role("textbox").fill("See you there")
    await window.picture("survey")
    for step in range(2, 5):
        await window.press()
        await expect(window.modal).to_contain_text(f"step {step} of 4")
        await answer_what_is_asked(window)
        await window.picture(f"survey-{step}")
    await window.page.get_by_role("button", name="Back").click()
    await expect(window.modal).to_contain_text("step 3 of 4")
    await window.press()
    await expect(window.modal).to_contain_text("step 4 of 4")
    title = window.modal.locator('[data-block-id$=":title"]').get_by_role("textbox")
    await expect(title).to_have_value("Lights of pier 4")
    await window.press()
    await expect(window.modal).to_contain_text("Booked")
    booking = window.sandbox.cal.bookings[-1]
    assert booking.responses["vessels"] == 3
    assert booking.responses["port"]
    assert booking.responses["terms"] is True


async def answer_what_is_asked(window: Window) -> None:
    """Whatever this screen requires."""
    for slug, text in TYPED.items():
        block = window.modal.locator(f'[data-block-id$=":{slug}"]')
        if await block.count():
            await block.get_by_role("textbox").fill(text)
    for slug in ("port", "time-out"):
        block = window.modal.locator(f'[data-block-id$=":{slug}"]')
        if await block.count():
            block_id = await block.get_attribute("data-block-id")
            await window.choose(str(block_id))
    terms = window.modal.locator('[data-block-id$=":terms"]')
    if await terms.count():
        await terms.get_by_text("Yes").click()


async def test_the_attendee_gives_the_place(window: Window) -> None:
    await window.visit("U0DAVE", "C0GENERAL")
    await window.type("/cal book your-place")
    await expect(window.block("time:")).to_be_visible()
    await window.choose("time:")
    await window.choose("place", "Your phone")
    number = window.block("place_value").get_by_role("textbox")
    await number.fill("06 12 34")
    await window.press()
    await expect(window.block("place_value")).to_contain_text("country code")
    await number.fill("+33 6 12 34 56 78")
    await window.press()
    await expect(window.modal).to_contain_text("Booked")
    await expect(window.modal).to_contain_text("+33612345678")


async def test_a_team_is_asked_to_meet_at_once(window: Window) -> None:
    await window.visit("U0DAVE", "C0GENERAL")
    await window.type("/cal book help-desk")
    await expect(window.block("time:")).to_be_visible()
    await window.modal.get_by_text("At once").click()
    await expect(window.modal.locator('[data-block-id^="time:"]')).to_have_count(0)
    await window.press()
    await expect(window.modal).to_contain_text("waiting for somebody of the team")
