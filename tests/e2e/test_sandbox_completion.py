"""What is typed is completed: the command, its words, people and channels; and what is new is
marked, for each person."""

import re

import pytest
from playwright.async_api import expect

from tests.e2e.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


async def test_a_command_is_written_with_few_keys(window: Window) -> None:
    await window.visit("U0ALICE", "C0GENERAL")
    await by_keys(window)
    await by_mouse(window)
    await what_escape_leaves(window)
    await marks_of_what_is_new(window)


async def by_keys(window: Window) -> None:
    write = window.page.get_by_test_id("composer-input")
    offers = window.page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    await write.press_sequentially("/")
    await expect(offers).to_have_count(1)
    await expect(write).to_have_attribute("aria-activedescendant", "offer-message-0")
    await write.press("Enter")
    await expect(write).to_have_value("/cal ")
    await expect(offers.filter(has_text="propose times, or ask in a poll")).to_have_count(1)
    assert await write.get_attribute("aria-activedescendant") is None
    await write.press_sequentially("s")
    await expect(offers).to_contain_text(["/cal slots", "/cal share", "/cal schedule"])
    await write.press("ArrowDown")
    await expect(offers.nth(1)).to_have_attribute("aria-selected", "true")
    await write.press("ArrowUp")
    await write.press("Tab")
    await expect(write).to_have_value("/cal slots ")
    await expect(offers).to_have_count(0)
    await write.press_sequentially("@bo")
    await write.press("Enter")
    await expect(write).to_have_value("/cal slots @bob ")
    await write.press("Enter")
    await expect(window.newest).to_contain_text("Bob")
    await expect(write).to_have_value("")


async def by_mouse(window: Window) -> None:
    write = window.page.get_by_test_id("composer-input")
    await write.press_sequentially("/cal b")
    await window.page.get_by_role("option", name="/cal bookings").click()
    await expect(write).to_have_value("/cal bookings ")
    await expect(write).to_be_focused()
    await write.fill("")


async def what_escape_leaves(window: Window) -> None:
    write = window.page.get_by_test_id("composer-input")
    offers = window.page.get_by_test_id("completions")
    await write.press_sequentially("Look at #sal")
    await expect(offers).to_contain_text("sales")
    await write.press("Escape")
    await expect(offers).to_have_count(0)
    await write.press_sequentially("e")
    await write.press("Tab")
    await expect(write).to_have_value("Look at #sales ")
    await write.press_sequentially("@bob")
    await write.press("Enter")
    await expect(window.newest.locator(".mention")).to_have_text(["#sales", "@Bob Stone"])


async def marks_of_what_is_new(window: Window) -> None:
    """Bob was called, Carol was not; who has looked has nothing new, and nobody else."""
    general = window.page.locator("[data-channel=C0GENERAL]")
    for person, said in (("U0BOB", "general unread, 1 for you"), ("U0CAROL", "general unread")):
        await window.visit(person, "C0RANDOM")
        await expect(general).to_have_accessible_name(said)
        await expect(general).to_have_class(re.compile("unread"))
    await window.visit("U0BOB", "C0GENERAL")
    await expect(general).to_have_accessible_name("general")
    await window.visit("U0CAROL", "C0RANDOM")
    await expect(general).to_have_accessible_name("general unread")
