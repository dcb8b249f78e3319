"""Shortcuts in the sandbox: from the composer, and at a message."""

import pytest
from playwright.async_api import expect

from tests.e2e.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


async def test_a_meeting_is_booked_from_anywhere(window: Window) -> None:
    await window.visit("U0DAVE", "C0GENERAL")
    await window.press("global-shortcuts")
    await window.press("shortcut-book_a_meeting")
    await expect(window.modal).to_contain_text("Book a meeting")
    await window.choose("event_type", "Intro call")
    await expect(window.block("time")).to_be_visible()


async def test_what_somebody_wrote_is_booked_about_and_told_in_its_thread(window: Window) -> None:
    await window.visit("U0BOB", "C0BOOKINGS")
    await window.type("Shall we talk about the new buoy?")
    await window.visit("U0ALICE", "C0BOOKINGS")
    await window.newest.hover()
    await window.newest.get_by_test_id("message-more").click()
    await window.picture("message-actions")
    await window.press("shortcut-book_about")
    await expect(window.modal).to_contain_text("Book a meeting")
    await window.choose("event_type", "Intro call")
    await window.choose("time")
    await window.press()
    await expect(window.modal).to_contain_text("Booked")
    await window.press("modal-close")
    asked = window.page.get_by_test_id("message").filter(has_text="the new buoy").first
    await expect(asked.get_by_test_id("replies")).to_contain_text("1 reply")


async def test_a_thread_is_answered_and_takes_no_command(window: Window) -> None:
    await window.visit("U0BOB", "C0GENERAL")
    await window.type("Who is in today?")
    await window.newest.hover()
    await window.newest.get_by_test_id("message-more").click()
    await window.press("reply")
    reply = window.page.get_by_test_id("thread-input")
    await reply.fill("I am.")
    await reply.press("Enter")
    thread = window.page.get_by_test_id("thread")
    await expect(thread.get_by_test_id("message")).to_have_count(2)
    await expect(thread).to_contain_text("1 reply")
    await reply.fill("/cal help")
    await reply.press("Enter")
    await expect(window.page.get_by_test_id("toast")).to_contain_text("not supported in threads")
    await window.picture("thread")
