"""Two workspaces side by side in the sandbox: the app is let in and taken out again, and people
connect their own Cal.com accounts and let go of them."""

import pytest
from playwright.async_api import Page, expect

from bot.sandbox.slack.seed_clinic import TEAM
from tests.e2e.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


async def allowed(window: Window, link: str, who: str) -> Page:
    """Follow the newest link with this label into the browser, and say yes on every page."""
    async with window.page.expect_popup() as opened:
        await window.page.get_by_role("link", name=link).last.click()
    page = await opened.value
    if link != "Add Calbot":
        await expect(page.get_by_role("heading")).to_have_text("Is this you?")
        await page.get_by_role("button", name="Yes, go on to Cal.com").click()
    await page.get_by_label("You are").select_option(label=who)
    await page.get_by_role("button", name="Allow").click()
    return page


async def says_no(window: Window, link: str) -> Page:
    async with window.page.expect_popup() as opened:
        await window.page.get_by_role("link", name=link).last.click()
    page = await opened.value
    await page.get_by_role("button", name="Cancel").click()
    return page


async def test_bob_connects_his_account_and_lets_go_of_it(window: Window) -> None:
    await window.visit("U0BOB", "C0GENERAL")
    await window.type("/cal connect")
    page = await allowed(window, "Connect in the browser", "Bob Stone")
    await expect(page.get_by_role("heading")).to_have_text("You are connected")
    assert page.url.startswith(f"{window.sandbox.url}/cal/oauth/callback")
    await page.close()
    await expect(window.newest).to_contain_text("connected to Cal.com as Bob Stone")
    await window.type("/cal disconnect")
    await window.page.get_by_role("button", name="Disconnect").last.click()
    await window.press("confirm-yes")
    await expect(window.newest).to_contain_text("disconnected, and forgotten here")


async def test_the_clinic_lets_the_bot_in_and_takes_it_out(window: Window) -> None:
    await window.visit("U0ALICE", "C0GENERAL")
    await window.press("workspaces")
    await window.press("workspace-Lighthouse Clinic")
    await expect(window.page.get_by_test_id("workspaces")).to_contain_text("Lighthouse Clinic")
    await window.visit("U0NORA", "C0CLINIC", f"/w/{TEAM}/")
    await window.type("/cal types")
    await expect(window.page.get_by_test_id("toast")).to_contain_text("is not a valid command")
    page = await says_no(window, "Add Calbot")
    await expect(page.get_by_role("heading")).to_have_text("Not installed")
    await page.close()
    page = await allowed(window, "Add Calbot", "Nora Quinn")
    await expect(page.get_by_role("heading")).to_have_text("Installed")
    await page.close()

    await window.page.get_by_test_id("app").click()
    await window.press("tab-messages")
    await expect(window.newest).to_contain_text("Calbot")
    await window.picture("clinic-welcome")
    await window.visit("U0NORA", "C0CLINIC", f"/w/{TEAM}/")
    await window.type("/cal connect")
    page = await allowed(window, "Connect in the browser", "Nora Quinn")
    await expect(page.get_by_role("heading")).to_have_text("You are connected")
    await page.close()
    await window.type("/cal types")
    await expect(window.newest).to_contain_text("Check-up")
    await window.picture("clinic-types")

    await window.page.get_by_test_id("app").click()
    await window.press("uninstall")
    await window.press("confirm-yes")
    await expect(window.page.get_by_test_id("install")).to_be_visible()
    page = await allowed(window, "Add Calbot", "Nora Quinn")
    await expect(page.get_by_role("heading")).to_have_text("Installed")
    await page.close()
    await window.visit("U0NORA", "C0CLINIC", f"/w/{TEAM}/")
    await window.type("/cal types")  # what was known of her went with the app
    await expect(window.newest).to_contain_text("Connect")
    assert window.sandbox.clinic.faults == []
    told = [call.args for call in window.sandbox.slack.calls]
    assert "Check-up" not in str(told)
