"""The page for people who see little, hear it read out, or have only a keyboard."""

import re

import pytest
from playwright.async_api import Locator, expect

from tests.axe import violations
from tests.sandbox.page.page_client import Client
from tests.sandbox.page.page_workspace import booking

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def press(client: Client, *keys: str) -> None:
    for key in keys:
        await client.page.keyboard.press(key)


async def test_axe_finds_nothing_in_any_block_or_element(client: Client) -> None:
    page = client.page
    await page.emulate_media(reduced_motion="reduce")
    await client.visit("U0ALICE/C0GALLERY")
    found = await violations(page, "gallery")
    for action in ("static", "grouped", "external", "users", "time", "date", "more"):
        opener = client.action(action)
        button = opener.locator("button").last
        await (button if await button.count() else opener).click()
        await expect(page.get_by_test_id("popover")).to_be_visible()
        found += await violations(page, action, within=".popover")
        await page.keyboard.press("Escape")
    await client.type("/cal gallery")
    await expect(page.get_by_test_id("modal")).to_be_visible()
    found += await violations(page, "inputs")
    await client.visit("U0ALICE/app/home")
    found += await violations(page, "home")
    await page.goto(f"{client.url}/#/calcom")
    await expect(page.get_by_test_id("booking")).to_be_visible()
    found += await violations(page, "calcom")
    assert not found, "\n".join(found)


async def test_conversations_are_told_with_what_is_unread(client: Client) -> None:
    client.fake.channels[1]["unread"] = 3
    await client.visit("U0ALICE/C0GENERAL")
    nav = client.page.get_by_role("navigation", name="Channels and direct messages")
    await expect(nav.get_by_role("button", name="general")).to_have_attribute(
        "aria-current", "page"
    )
    await expect(nav.locator("[aria-current]")).to_have_count(1)
    for name in (
        r"^bookings unread$",
        r"^leads private$",
        r"^old-news archived$",
        r"^elsewhere.* not joined$",
        r"^Bob Stone$",
    ):
        await expect(nav.get_by_role("button", name=re.compile(name))).to_have_count(1)


async def test_messages_are_a_log_that_tells_who_wrote_when_and_for_whom(client: Client) -> None:
    await client.visit("U0ALICE/C0BOOKINGS")
    await client.type("/help")
    log = client.page.get_by_role("log", name="Messages in bookings")
    await expect(log).to_have_attribute("aria-live", "polite")
    messages = log.get_by_role("article")
    time = r"\d{1,2}:\d\d [AP]M"
    await expect(messages.first).to_have_accessible_name(re.compile(rf"^Calbot, {time}$"))
    await expect(messages.last).to_have_accessible_name(
        re.compile(rf"^Calbot, {time}, only visible to you$")
    )
    await client.page.get_by_test_id("replies").click()
    thread = client.page.get_by_role("complementary", name="Thread")
    await expect(thread.get_by_role("log", name="Thread")).to_contain_text("Booked by Bob.")


async def test_equal_buttons_are_told_apart_by_what_they_are_about(client: Client) -> None:
    texts = ["*Intro call* with <@U0BOB>", "*Demo* with <https://x.example|Gina>\nToday"]
    cancel = {"type": "button", "action_id": "drop", "text": {"type": "plain_text", "text": "Drop"}}
    client.fake.say(
        "C0GALLERY",
        "U0CALBOT",
        "Two",
        blocks=[
            block
            for number, words in enumerate(texts)
            for block in (
                {"type": "section", "text": {"type": "mrkdwn", "text": words}},
                {"type": "actions", "block_id": f"do{number}", "elements": [cancel]},
            )
        ],
    )
    await client.visit("U0ALICE/C0GALLERY")
    message = client.page.get_by_role("article").last
    for name in ("Drop: Intro call with @Bob Stone", "Drop: Demo with Gina"):
        await expect(message.get_by_role("button", name=name, exact=True)).to_have_count(1)
    more = message.get_by_role("button", name=re.compile(r"^More actions: Calbot, \d"))
    await expect(more).to_have_count(1)


async def test_a_form_tells_what_is_required_and_what_is_wrong(client: Client) -> None:
    await client.visit("U0ALICE/C0GENERAL")
    await client.type("/cal book")
    modal = client.page.get_by_role("dialog", name="Book a meeting")
    title = modal.get_by_role("textbox", name="Title")
    await expect(title).to_have_attribute("aria-required", "true")
    await client.action("what").get_by_role("combobox").click()
    await press(client, "Enter")
    day = modal.get_by_role("button", name="Day (required): December 1st")
    await expect(day).to_be_visible()
    await client.page.get_by_test_id("modal-submit").click()
    for field in (title, day):
        await expect(field).to_have_accessible_description("Please complete this required field.")
        await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(modal.get_by_role("alert")).to_have_count(2)


async def test_a_list_of_choices_tells_which_one_is_meant(client: Client) -> None:
    await client.visit("U0ALICE/C0GALLERY")
    page, field = client.page, client.page.get_by_test_id("choices-query")
    opener = client.action("grouped").get_by_role("combobox")
    await opener.focus()
    await press(client, "ArrowDown", "ArrowDown")
    await expect(opener).to_have_attribute("aria-expanded", "true")
    await expect(field).to_be_focused()
    await expect(meant(client)).to_have_text(re.compile("Second"))
    evening = page.get_by_role("listbox", name="Choices").get_by_role("group", name="Evening")
    await expect(evening.get_by_role("option")).to_have_count(1)
    await page.keyboard.type("nowhere")
    await expect(page.get_by_test_id("popover").get_by_role("status")).to_have_text("No results")
    await press(client, "Escape")
    await expect(opener).to_be_focused()
    await expect(opener).to_have_attribute("aria-expanded", "false")


def meant(client: Client) -> Locator:
    """The option the focus in the search line stands for."""
    return client.page.locator("[role=option].active")


async def test_the_calendar_is_walked_as_a_grid(client: Client) -> None:
    await client.visit("U0BOB/C0GALLERY")
    opener = client.action("date").locator("button")
    await opener.focus()
    await press(client, "Enter")
    focused = client.page.locator(":focus")
    for key, day in (
        ("End", "2026-12-06"),
        ("Home", "2026-11-30"),
        ("ArrowDown", "2026-12-07"),
        ("ArrowLeft", "2026-12-06"),
        ("PageUp", "2026-11-06"),
        ("Shift+PageDown", "2027-11-06"),
    ):
        await press(client, key)
        await expect(focused).to_have_attribute("data-day", day)
    await expect(client.page.get_by_role("grid", name="November 2027")).to_be_visible()
    for name in ("Previous month", "Next month", "Saturday, November 6th, 2027"):
        await press(client, "Tab")  # from the day round to the day
        await expect(focused).to_have_accessible_name(name)
    await press(client, "Escape")
    await expect(opener).to_be_focused()


async def test_the_focus_comes_back_the_way_it_went(client: Client) -> None:
    page = client.page
    await client.visit("U0ALICE/C0BOOKINGS")
    replies = page.get_by_test_id("replies")
    await replies.focus()
    await press(client, "Enter")
    await expect(page.get_by_test_id("thread-input")).to_be_focused()
    await press(client, "Escape")
    await expect(replies).to_be_focused()
    await client.type("/cal book")
    more = client.action("push")
    await more.focus()
    await press(client, "Enter")
    await expect(page.locator("#modal-title")).to_have_text("One above")
    await press(client, "Escape")
    await expect(page.locator("#modal-title")).to_have_text("Book a meeting")
    await expect(more).to_be_focused()
    await press(client, "Escape")
    await expect(page.get_by_test_id("composer-input")).to_be_focused()


async def test_the_focus_stays_where_the_app_changes_what_had_it(client: Client) -> None:
    page = client.page
    await client.visit("U0ALICE/C0BOOKINGS")
    await client.action("cancel").focus()
    await press(client, "Enter", "Escape")
    await expect(page.get_by_test_id("confirm")).to_have_count(0)
    await expect(client.action("cancel")).to_be_focused()
    await press(client, "Enter", "Enter")  # the card has no buttons any more
    await expect(page.get_by_test_id("message").first).to_be_focused()
    await client.type("/cal book")
    await client.action("title").fill("Intro")
    renamed = [one if one["block_id"] != "title" else {**one, "block_id": "t"} for one in booking()]
    await client.until_told("fill")
    client.fake.redraw(client.fake.views[-1], renamed)
    await client.fake.changed()
    await expect(client.block("t").locator("input")).to_be_focused()


async def test_on_a_phone_escape_leaves_the_channels(client: Client) -> None:
    await client.page.set_viewport_size({"width": 390, "height": 844})
    await client.visit("U0ALICE/C0GENERAL")
    menu = client.page.get_by_test_id("menu")
    await menu.click()
    await expect(menu).to_have_attribute("aria-expanded", "true")
    await client.page.locator("[data-channel=C0BOOKINGS]").focus()
    await press(client, "Escape")
    await expect(menu).to_be_focused()
    await expect(menu).to_have_attribute("aria-expanded", "false")
