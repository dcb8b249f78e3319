"""The page in a real browser, over a fake of the server's side."""

import re

import pytest
from playwright.async_api import expect

from tests.sandbox.page import page_gallery as gallery
from tests.sandbox.page.page_client import Client
from tests.sandbox.page.page_workspace import booking

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_every_block_and_element_is_drawn(client: Client) -> None:
    await client.visit("U0ALICE/C0GALLERY")
    await expect(client.page.get_by_test_id("not-drawn")).to_have_text("not drawn: hologram")
    for block in gallery.message_blocks():
        await expect(client.block(block["block_id"])).to_be_visible()
    for block in gallery.elements():
        for one in block.get("elements", [block.get("accessory")]):
            if "action_id" in one:
                await expect(client.action(one["action_id"])).to_be_visible()
    await client.type("/cal gallery")
    await expect(client.page.get_by_test_id("modal")).to_be_visible()
    for block in [*gallery.inputs(), *gallery.alerts()]:
        await expect(
            client.page.get_by_test_id("modal").locator(f"[data-block-id={block['block_id']}]")
        ).to_have_count(1)
    await expect(client.page.get_by_test_id("modal").get_by_test_id("not-drawn")).to_have_count(0)


async def test_mrkdwn_is_read_as_slack_reads_it(client: Client) -> None:
    await client.visit("U0ALICE/C0GALLERY")
    marks = client.block("marks")
    await expect(marks.locator("strong").first).to_have_text("bold")
    await expect(marks.locator("em").first).to_have_text("italic")
    await expect(marks.locator("s")).to_have_text("strike")
    await expect(marks.locator("code")).to_have_text("code")
    await expect(marks.locator("strong > em")).to_have_text("both")
    await expect(marks.locator("blockquote")).to_have_text("quoted line\nsecond quoted line")
    await expect(marks.locator("pre")).to_have_text("def booked():\n    return a link in code")
    await expect(marks).to_contain_text("snake_case_name 2*3*4")
    await expect(marks).to_contain_text(":unknown:")
    await expect(marks).to_contain_text("a < b && c > d")
    await expect(marks.locator(".mention")).to_have_text(
        ["@Bob Stone", "#bookings", "@here", "@sales"]
    )
    await expect(marks.locator("a.link").nth(1)).to_have_attribute(
        "href", "https://bare.example/path"
    )
    await expect(client.block("hostile")).to_have_text(gallery.HOSTILE)
    assert await client.page.locator("img[src=x]").count() == 0


async def test_dates_are_told_in_the_chosen_persons_zone(client: Client) -> None:
    unix = 1_800_000_000  # 2027-01-15 08:00 UTC
    client.fake.say("C0GENERAL", "U0BOB", f"<!date^{unix}^{{date_num}} {{time}}|then>")
    for person, words in (("U0ALICE", "2027-01-15 9:00 AM"), ("U0BOB", "2027-01-15 3:00 AM")):
        await client.visit(f"{person}/C0GENERAL")
        await expect(client.page.get_by_test_id("message-content").last).to_have_text(words)


async def test_a_command_is_completed_and_sent(client: Client) -> None:
    await client.visit("U0ALICE/C0GENERAL")
    write = client.page.get_by_test_id("composer-input")
    await write.press_sequentially("/c")
    await expect(client.page.get_by_test_id("completions")).to_contain_text("book · slots")
    await write.press("Tab")
    await expect(write).to_have_value("/cal ")
    await write.press_sequentially("book @ston")
    await write.press("Enter")
    await expect(write).to_have_value("/cal book @bob ")
    await write.press_sequentially("tomorrow")
    await write.press("Enter")
    sent = await client.until_told("command")
    assert sent == {"as": "U0ALICE", "channel": "C0GENERAL", "text": "/cal book @bob tomorrow"}
    await expect(client.page.get_by_test_id("modal")).to_be_visible()
    await expect(write).to_have_value("")


async def test_only_the_person_asked_sees_an_ephemeral_answer(client: Client) -> None:
    await client.visit("U0ALICE/C0GENERAL")
    await client.type("/help")
    shown = client.page.locator("[data-ephemeral]")
    await expect(shown).to_contain_text("Only visible to you")
    await client.page.get_by_test_id("switcher").click()
    await client.page.get_by_test_id("be-bob").click()
    await expect(client.page.get_by_test_id("switcher")).to_contain_text("Bob Stone")
    await expect(client.page).to_have_url(re.compile("#/U0BOB/C0GENERAL"))
    await expect(client.page.get_by_test_id("message")).not_to_have_count(0)
    await expect(shown).to_have_count(0)


async def test_what_is_typed_survives_a_redraw_and_a_new_block_id_resets_it(
    client: Client,
) -> None:
    await client.visit("U0ALICE/C0GENERAL")
    await client.type("/cal book")
    title = client.action("title")
    await title.fill("Intro call")
    await client.until_told("fill")  # before the field is another one
    await title.evaluate("el => el.setSelectionRange(2, 5)")
    view = client.fake.views[-1]
    day = {"type": "context", "block_id": "news", "elements": [gallery.plain("Fresh times")]}
    client.fake.redraw(view, [day, *booking()])
    await client.fake.changed()
    await expect(client.block("news")).to_be_visible()
    await expect(title).to_have_value("Intro call")
    await expect(title).to_be_focused()
    assert await title.evaluate("el => [el.selectionStart, el.selectionEnd]") == [2, 5]
    renamed = [
        {**one, "block_id": "title2"} if one["block_id"] == "title" else one for one in booking()
    ]
    client.fake.redraw(view, renamed)
    await client.fake.changed()
    await expect(client.block("title2").locator("input")).to_have_value("")


async def test_typing_is_told_and_an_input_that_dispatches_clicks(client: Client) -> None:
    await client.visit("U0ALICE/C0GENERAL")
    await client.type("/cal book")
    await client.action("title").fill("Intro")  # by key, a busy machine pauses within the word
    fill = await client.until_told("fill")
    assert fill["value"] == "Intro"
    await client.action("what").locator("button").first.click()
    await client.page.keyboard.type("60")
    await client.page.keyboard.press("Enter")
    click = await client.until_told("click")
    assert click["selected"] == gallery.option("60 minutes", "60")
    assert click["container"]["type"] == "view"
    await expect(client.action("day")).to_contain_text("December 1st, 2026")
    await expect(client.action("title")).to_have_value("Intro")


async def test_errors_stand_at_their_fields_and_submit_is_sent_once(client: Client) -> None:
    await client.visit("U0ALICE/C0GENERAL")
    await client.type("/cal book")
    submit = client.page.get_by_test_id("modal-submit")
    await submit.click()
    await expect(client.block("title")).to_contain_text("Please complete this required field.")
    await expect(client.action("title")).to_be_focused()
    await expect(client.action("title")).to_have_attribute("aria-invalid", "true")
    await client.action("title").fill("Intro")
    client.fake.answer_gate.clear()
    await client.page.keyboard.press("Enter")
    await expect(submit).to_be_disabled()
    await client.page.keyboard.press("Enter")
    await submit.click(force=True)
    client.fake.answer_gate.set()
    await expect(client.page.get_by_test_id("modal")).to_have_count(0)
    assert len(client.told("submit")) == 2
    assert client.told("fill")[-1]["value"] == "Intro"
    await client.page.locator("[data-channel=C0BOOKINGS]").click()
    await expect(client.page.get_by_test_id("message")).to_have_count(2)


async def test_a_modal_keeps_the_focus_and_closes_as_slack_does(client: Client) -> None:
    await client.visit("U0ALICE/C0GENERAL")
    await client.type("/cal book")
    modal = client.page.get_by_test_id("modal")
    await expect(client.action("what").locator("button")).to_be_focused()
    for key in ["Tab"] * 9 + ["Shift+Tab"] * 12:
        await client.page.keyboard.press(key)
        assert await modal.evaluate("el => el.contains(document.activeElement)")
    await client.action("push").click()
    await expect(client.page.locator("#modal-title")).to_have_text("One above")
    await client.page.keyboard.press("Escape")
    await expect(client.page.locator("#modal-title")).to_have_text("Book a meeting")
    assert client.told("close")[-1]["all"] is False
    await client.page.get_by_test_id("modal-x").click()
    await expect(modal).to_have_count(0)
    assert client.told("close")[-1]["all"] is True
    await expect(client.page.get_by_test_id("composer-input")).to_be_focused()


async def test_a_question_is_asked_first_and_the_card_changes_in_place(client: Client) -> None:
    await client.visit("U0ALICE/C0BOOKINGS")
    await client.action("cancel").click()
    await expect(client.page.get_by_test_id("confirm")).to_contain_text("Bob will be told")
    await client.page.keyboard.press("Escape")
    await expect(client.page.get_by_test_id("confirm")).to_have_count(0)
    assert client.told("click") == []
    await client.action("cancel").click()
    await client.page.get_by_test_id("confirm-yes").click()
    card = client.page.get_by_test_id("message").first
    await expect(card).to_contain_text("Cancelled(edited)")
    await expect(client.action("cancel")).to_have_count(0)
    await card.get_by_test_id("replies").click()
    thread = client.page.get_by_test_id("thread")
    await expect(thread.get_by_test_id("message")).to_have_count(3)
    await expect(thread).to_contain_text("2 replies")


async def test_menus_send_what_slack_sends(client: Client) -> None:
    await client.visit("U0ALICE/C0GALLERY")
    await client.action("static").locator("button").click()
    await expect(client.page.get_by_role("option")).to_have_count(100)
    await client.page.keyboard.type("number 42")
    await client.page.keyboard.press("Enter")
    assert (await client.until_told("click"))["selected"] == gallery.option(
        "Choice number 42", "c42"
    )
    await client.action("external").locator("button").click()
    await expect(client.page.get_by_test_id("popover")).to_contain_text("Type 1 or more")
    await client.page.keyboard.type("bo")
    await expect(client.page.get_by_role("option").first).to_have_text("bo result 0")
    assert client.told("options")[-1]["query"] == "bo"
    await client.page.keyboard.press("ArrowDown")
    await client.page.keyboard.press("Enter")
    assert (await client.until_told("click", 2))["selected"]["value"] == "r1"
    await expect(client.action("external")).to_contain_text("bo result 1")
    await client.action("users").locator(".select-button").click()
    await client.page.keyboard.type("carol")
    await client.page.keyboard.press("Enter")
    assert (await client.until_told("click", 3))["selected"] == ["U0BOB", "U0CAROL"]
    await client.page.keyboard.press("Escape")
    await client.action("checks").get_by_text("First").click()
    chosen = (await client.until_told("click", 4))["selected"]
    assert [one["value"] for one in chosen] == ["a", "b"]
    await client.action("more").click()
    await client.page.get_by_role("menuitem", name="Hand over").click()
    assert (await client.until_told("click", 5))["selected"]["value"] == "h"


async def test_days_and_times_are_chosen_with_the_keyboard(client: Client) -> None:
    await client.visit("U0BOB/C0GALLERY")
    await client.action("date").locator("button").focus()
    for key in ("Enter", "ArrowRight", "PageDown", "Enter"):
        await client.page.keyboard.press(key)
    assert (await client.until_told("click"))["selected"] == "2027-01-02"
    await client.action("time").locator("button").click()
    await client.page.keyboard.type("2:07pm")
    await client.page.keyboard.press("Enter")
    assert (await client.until_told("click", 2))["selected"] == "14:07"
    await client.action("moment").get_by_role("button", name="3:00 AM").click()
    await client.page.keyboard.type("4pm")
    await client.page.keyboard.press("Enter")
    picked = (await client.until_told("click", 3))["selected"]
    assert picked == 1_800_000_000 + 13 * 3_600  # the same day in New York


async def test_a_reload_loses_nothing(client: Client) -> None:
    await client.visit("U0ALICE/C0LEADS")
    await client.type("/cal book")
    await client.action("title").fill("Intro")
    await client.action("title").blur()
    await client.until_told("fill")
    await client.page.reload()
    await expect(client.page.get_by_test_id("modal")).to_contain_text("Book a meeting")
    await expect(client.action("title")).to_have_value("Intro")
    await expect(client.page.locator("[data-channel=C0LEADS]")).to_have_attribute(
        "aria-current", "page"
    )
    await expect(client.page.get_by_test_id("switcher")).to_contain_text("Alice Martin")


async def test_the_home_tab(client: Client) -> None:
    await client.visit("U0ALICE/C0GENERAL")
    await client.page.get_by_test_id("app").click()
    await expect(client.page.get_by_test_id("home")).to_contain_text("Booking confirmed")
    assert client.told("home") == [{"as": "U0ALICE"}]
    await client.action("go").click()
    assert (await client.until_told("click"))["container"] == {"type": "view", "view_id": "VHOME"}
    await client.page.get_by_test_id("tab-messages").click()
    await expect(client.page.get_by_test_id("composer")).to_be_visible()


async def test_the_list_stays_where_it_was_left_and_follows_its_end(client: Client) -> None:
    await client.visit("U0ALICE/C0GENERAL")
    messages = client.page.get_by_test_id("messages")
    client.fake.say("C0GENERAL", "U0BOB", "first news")
    await client.fake.changed()
    await expect(client.page.get_by_text("first news")).to_be_in_viewport()
    await messages.evaluate("el => { el.scrollTop = 120 }")
    await expect(client.page.get_by_text("Latest messages")).to_be_visible()
    client.fake.say("C0GENERAL", "U0BOB", "second news")
    await client.fake.changed()
    await expect(client.page.get_by_text("second news")).to_have_count(1)
    assert await messages.evaluate("el => el.scrollTop") == 120
    await client.page.get_by_text("Latest messages").click()
    await expect(client.page.get_by_text("second news")).to_be_in_viewport()


async def test_the_look_follows_the_system_until_one_is_chosen_and_remembered(
    client: Client,
) -> None:
    light, dark = "rgb(255, 255, 255)", "rgb(27, 28, 32)"
    body, button = client.page.locator("body"), client.page.get_by_test_id("look")
    await client.page.emulate_media(color_scheme="dark")
    await client.visit("U0ALICE/C0GENERAL")
    await expect(body).to_have_css("background-color", dark)
    await expect(button).to_have_attribute("aria-pressed", "true")
    await button.click()
    await expect(body).to_have_css("background-color", light)
    await client.page.reload()
    await expect(button).to_have_attribute("aria-pressed", "false")
    await expect(body).to_have_css("background-color", light)
    await button.click()
    await expect(body).to_have_css("background-color", dark)


async def test_two_windows_are_two_people(client: Client) -> None:
    await client.visit("U0ALICE/C0GENERAL")
    await client.page.get_by_test_id("switcher").click()
    async with client.page.expect_popup() as opening:
        await client.page.get_by_test_id("second-window").click()
    second = await opening.value
    await second.get_by_test_id("switcher").click()
    await second.get_by_test_id("be-bob").click()
    await expect(second.get_by_test_id("switcher")).to_contain_text("Bob Stone")
    await expect(client.page.get_by_test_id("switcher")).to_contain_text("Alice Martin")
    client.fake.say("C0GENERAL", "U0BOB", "said to both windows")
    await client.fake.changed()
    for window in (client.page, second):
        await expect(window.get_by_text("said to both windows")).to_be_visible()


async def test_on_a_phone_the_channels_are_behind_a_button(client: Client) -> None:
    await client.page.set_viewport_size({"width": 380, "height": 740})
    await client.visit("U0ALICE/C0GALLERY")
    await expect(client.page.locator("[data-channel=C0GENERAL]")).not_to_be_visible()
    await client.page.get_by_test_id("menu").click()
    await client.page.locator("[data-channel=C0GENERAL]").click()
    await expect(client.page.locator("h1")).to_have_text("general")
    await expect(client.page.locator("[data-channel=C0GENERAL]")).not_to_be_visible()
    await client.visit("U0ALICE/C0GALLERY")
    await expect(client.block("head")).to_be_attached()
    wide = "el => el.scrollWidth - el.clientWidth"
    assert await client.page.get_by_test_id("messages").evaluate(wide) == 0


async def test_the_calcom_panel_books_cancels_and_misbehaves(client: Client) -> None:
    await client.visit("U0ALICE/C0BOOKINGS")
    await client.page.get_by_test_id("calcom-toggle").click()
    panel = client.page.get_by_test_id("calcom")
    form = panel.get_by_test_id("calcom-book")
    await form.get_by_label("Start").fill("2026-12-01T10:00")
    await form.get_by_label("Time zone").fill("Europe/Paris")
    await form.get_by_label("Name").fill("Gina")
    await form.get_by_label("E-mail").fill("gina@example.org")
    await form.get_by_role("button", name="Book").click()
    assert await client.until_told("calcom/book") == {
        "eventTypeId": 1,
        "start": "2026-12-01T09:00:00Z",
        "attendee": {"name": "Gina", "email": "gina@example.org", "timeZone": "Europe/Paris"},
    }
    await panel.get_by_test_id("calcom-cancel").click()
    await client.page.keyboard.type("ill")
    await client.page.keyboard.press("Enter")
    cancelled = {"uid": "uid1", "cancellationReason": "ill"}
    assert await client.until_told("calcom/cancel") == cancelled
    # Not `check`: a redraw shows the old state until the server has answered.
    await panel.locator("[data-fault=lose_webhooks]").click()
    assert await client.until_told("calcom/faults") == {"lose_webhooks": 1}


async def test_without_a_calcom_the_panel_says_so(client: Client) -> None:
    client.fake.calcom = None
    await client.visit("U0ALICE/C0BOOKINGS?calcom")
    await expect(client.page.get_by_test_id("calcom-missing")).to_contain_text("not available")
    client.troubles.clear()  # the browser logs the 404 itself


async def test_without_a_bot_there_is_no_trouble(client: Client) -> None:
    await client.visit("U0ALICE/C0BOOKINGS")
    await client.page.get_by_test_id("trouble-toggle").click()
    await expect(client.page.get_by_test_id("trouble-missing")).to_contain_text("no bot here")
    await client.page.get_by_test_id("trouble-toggle").click()
    await expect(client.page.get_by_test_id("trouble")).to_have_count(0)
    client.troubles.clear()  # the browser logs the 404s itself


async def test_a_server_that_went_away_is_waited_for(client: Client) -> None:
    await client.visit("U0ALICE/C0GENERAL")
    await client.page.context.set_offline(True)
    await client.type("Hello?")
    await expect(client.page.get_by_test_id("toast")).to_contain_text("nothing was sent")
    await expect(client.page.get_by_test_id("composer-input")).to_have_value("Hello?")
    await client.page.context.set_offline(False)
    await client.page.keyboard.press("Enter")
    await expect(client.page.get_by_test_id("message-content").last).to_have_text("Hello?")
    client.troubles.clear()  # the browser logs the failed requests itself
