"""A meeting is booked and moved in the sandbox with nothing but a keyboard."""

from datetime import date

import pytest
from playwright.async_api import expect

from tests.e2e.keyboard import Keyboard
from tests.e2e.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
GINA = "Intro call between Alice Martin and Gina Rossi"


async def test_a_meeting_is_booked_and_moved_by_keyboard_only(window: Window) -> None:
    await window.visit("U0ALICE", "C0BOOKINGS")
    keyboard = Keyboard(window)
    await expect(window.page.get_by_test_id("composer-input")).to_be_focused()
    await book(keyboard)
    card = window.page.get_by_test_id("message").first
    await expect(card).to_contain_text(f"Booked: {GINA}")
    await find_it(keyboard)
    day = await choose_a_day(keyboard)
    time = await choose_a_time(keyboard, day)
    await send_it(keyboard)
    await expect(card).to_contain_text("Rescheduled from")
    await expect(card).to_contain_text(time)
    booking = window.sandbox.cal.bookings[-1]
    assert (booking.start.date(), booking.attendees[0].name) == (day, "Gina Rossi")


async def book(keyboard: Keyboard) -> None:
    window = keyboard.window
    await keyboard.write("/cal book intro")
    await keyboard.press("Enter")
    await keyboard.is_at("What")
    await expect(window.block("time:")).to_be_visible()
    await keyboard.tab_to("Time")
    await keyboard.press("ArrowDown", "ArrowDown", "Enter")
    await keyboard.is_at("Time")
    await keyboard.tab_to("Name")
    await keyboard.write("Gina Rossi")
    await keyboard.tab_to("E-mail")
    await keyboard.write("gina@example.org")
    await keyboard.press("Control+Enter")
    await expect(window.modal).to_contain_text("Booked")
    await keyboard.press("Escape")
    await expect(window.modal).to_have_count(0)
    await keyboard.is_at("Message #bookings")


async def find_it(keyboard: Keyboard) -> None:
    """From the list of bookings, which is read out, to the form that moves one."""
    window = keyboard.window
    await keyboard.write("/cal bookings")
    await keyboard.press("Enter")
    log = window.page.get_by_role("log", name="Messages in bookings")
    await expect(log).to_have_attribute("aria-live", "polite")
    answer = log.get_by_role("article", name="only visible to you").last
    await expect(answer).to_contain_text(GINA)
    await keyboard.tab_to(f"More actions: {GINA}", "Shift+Tab")
    await keyboard.press("Enter")
    await keyboard.is_at("Details")
    await keyboard.press("Escape")
    await keyboard.is_at(f"More actions: {GINA}")
    await keyboard.press("Space", "ArrowDown")
    await keyboard.is_at("Reschedule")
    await keyboard.press("Enter")
    await keyboard.is_at("Day")


async def choose_a_day(keyboard: Keyboard) -> date:
    """The first workday from a month ahead; Tab does not leave the calendar, Escape does."""
    await keyboard.press("Enter", "Tab")
    await keyboard.is_at("Previous month")
    await keyboard.press("Escape")
    await keyboard.is_at("Day")
    await keyboard.press("Enter", "PageDown")
    day = date.fromisoformat((await keyboard.focus())["day"])
    while day.weekday() > 4:
        await keyboard.press("ArrowRight")
        day = date.fromisoformat((await keyboard.focus())["day"])
    await keyboard.press("Enter")
    await expect(keyboard.window.block(f"time:move:{day}")).to_be_visible()
    await keyboard.is_at(f"{day:%B}")  # the day's field is another one now, and has the focus
    return day


async def choose_a_time(keyboard: Keyboard, day: date) -> str:
    """The second of the day; Escape leaves the list, and not the form."""
    window = keyboard.window
    await keyboard.tab_to("Time")
    await keyboard.press("ArrowDown")
    options = window.page.get_by_role("option")
    await expect(options.first).to_be_visible()
    await keyboard.press("Escape")
    await expect(options).to_have_count(0)
    await keyboard.is_at("Time")
    await keyboard.press("Enter", "ArrowDown")
    field = window.page.get_by_test_id("choices-query")
    active = await field.get_attribute("aria-activedescendant")
    time = await window.page.locator(f"#{active}").inner_text()
    await window.picture("keyboard-times")
    await keyboard.press("Enter")
    await keyboard.is_at("Time")
    await expect(window.block(f"time:move:{day}")).to_contain_text(time)
    return time


async def send_it(keyboard: Keyboard) -> None:
    window = keyboard.window
    await keyboard.tab_to("Reason")
    await keyboard.write("The lighthouse is not ready")
    await keyboard.tab_to("Reschedule")
    await window.picture("keyboard-submit")
    await keyboard.press("Space")
    await expect(window.modal).to_contain_text("Moved")
    await window.picture("keyboard-moved")
    await keyboard.press("Escape")
    await expect(window.modal).to_have_count(0)
    await keyboard.is_at(f"More actions: {GINA}")
    await window.picture("keyboard-back")
