"""Notifications in the sandbox page: never lost, never doubled, whatever goes wrong."""

import pytest
from playwright.async_api import expect

from bot.sandbox.calcom import rescheduling
from bot.sandbox.calcom.rescheduling import Move
from tests.e2e.window import PATIENCE, Window, first_open_start

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
INTRO = "Intro call (alice, 30 min)"
LONG = 3 * PATIENCE
"""For what takes a new process, on a machine that may be busy."""


async def everything_is_right(window: Window, cards: int) -> None:
    """So many cards are compared, and the panel of trouble finds all of them right."""
    if await window.page.get_by_test_id("trouble").count() == 0:
        await window.page.get_by_test_id("trouble-toggle").click()
    right = window.page.locator("[data-testid=verdict][data-verdict=right]")
    await expect(right).to_have_count(cards, timeout=LONG)
    await expect(window.page.get_by_test_id("verdict")).to_have_count(cards)


async def test_two_channels_hear_of_a_booking(window: Window) -> None:
    await window.visit("U0ALICE", "C0BOOKINGS?calcom")
    await window.book_as_outsider(INTRO, "intro")
    await expect(window.newest).to_contain_text("Booked: Intro call")
    await expect(window.newest).to_contain_text("Gina Rossi")
    await window.page.get_by_test_id("channel").filter(has_text="sales").click()
    await expect(window.newest).to_contain_text("Booked: Intro")
    await expect(window.newest).to_contain_text("G. R.")
    await expect(window.newest).not_to_contain_text("Gina")
    await window.picture("sales")
    await everything_is_right(window, cards=2)
    await window.picture("trouble")


async def test_a_doubled_webhook_makes_one_card(window: Window) -> None:
    await window.visit("U0ALICE", "C0BOOKINGS?calcom")
    await window.switch_on("double_webhooks")
    await window.book_as_outsider(INTRO, "intro")
    await expect(window.page.get_by_test_id("sent").first).to_contain_text("doubled200200")
    await window.picture("doubled")
    await everything_is_right(window, cards=2)
    await expect(window.page.get_by_test_id("messages").get_by_test_id("message")).to_have_count(1)


async def test_a_lost_webhook_is_made_up_for_by_asking(window: Window) -> None:
    await window.visit("U0ALICE", "C0BOOKINGS?calcom")
    await window.switch_on("lose_webhooks")
    await window.book_as_outsider(INTRO, "intro")
    await expect(window.page.get_by_test_id("sent").first).to_contain_text("lost")
    await everything_is_right(window, cards=2)
    await expect(window.newest).to_contain_text("Booked: Intro call")


async def test_a_crash_in_the_middle_and_a_lost_answer(window: Window) -> None:
    await window.visit("U0ALICE", "C0BOOKINGS?trouble")
    state = window.page.get_by_test_id("bot-state")
    await expect(state).to_contain_text("running")
    await window.switch_on("lost")
    await window.press("visitor-book")
    await expect(window.newest).to_contain_text("Booked: Intro call")
    await window.press("visitor-move")
    await window.press("crash")
    await expect(state).to_contain_text("crashed")
    await window.picture("crashed")
    await expect(state).to_contain_text("starting again")
    await expect(state).to_contain_text("running", timeout=LONG)
    await everything_is_right(window, cards=2)
    assert window.sandbox.bot.starts == 2


async def test_what_happens_later_is_told_in_the_thread(window: Window) -> None:
    await window.visit("U0ALICE", "C0BOOKINGS?calcom")
    await window.book_as_outsider(INTRO, "intro")
    await expect(window.newest).to_contain_text("Booked: Intro call")
    cal = window.sandbox.cal
    await rescheduling.reschedule(cal, cal.bookings[-1], Move(first_open_start(cal, "intro")))
    messages = window.page.get_by_test_id("messages").first.get_by_test_id("message")
    await expect(messages.last).to_contain_text("Rescheduled: Intro call")
    await messages.last.get_by_test_id("replies").click()
    await expect(messages).to_have_count(1)
    thread = window.page.get_by_test_id("thread")
    await expect(thread).to_contain_text("1 reply")
    await expect(thread.get_by_test_id("message")).to_have_count(2)
    await expect(thread.get_by_test_id("message").last).to_contain_text("Moved from")
    await window.picture("thread")
    await window.page.set_viewport_size({"width": 390, "height": 780})
    await expect(thread).to_be_visible()
    await window.picture("thread-phone")
    await window.page.get_by_test_id("side-close").click()
    await expect(messages).to_have_count(1)


async def test_a_rule_is_made_tested_and_paused(window: Window) -> None:
    await window.visit("U0ALICE", "C0RANDOM")
    await window.type("/cal notify")
    await window.picture("notify-list")
    await window.newest.get_by_role("button", name="Add for this channel").click()
    await expect(window.modal.get_by_test_id("modal-submit")).to_be_enabled(timeout=LONG)
    await window.picture("notify-form")
    await window.press()
    await expect(window.modal).to_contain_text("Saved", timeout=LONG)
    await window.picture("notify-saved")
    await window.modal.get_by_role("button", name="Test").click()
    await expect(window.modal).to_contain_text("posted", timeout=LONG)
    await window.picture("notify-tested")
    await window.page.get_by_role("button", name="Close").first.click()
    await window.type("/cal notify")
    await expect(window.newest).to_contain_text("Everybody", timeout=LONG)
    await window.picture("notify-listed")
    await window.type("/cal status")
    await expect(window.newest).to_contain_text("Webhooks", timeout=LONG)
    await window.picture("status")
