"""The page over the real local Slack and Cal.com, with an app of a few lines behind them."""

import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.sandbox import page as the_page
from bot.sandbox.calcom import app as calcom
from bot.sandbox.calcom import v2_team_event_types
from bot.sandbox.calcom.seed import add_team, seed_recordings
from bot.sandbox.calcom.world import World
from bot.sandbox.serve import serving
from bot.sandbox.slack import app as slack
from bot.sandbox.slack.sending import Sender
from bot.sandbox.slack.workspace import Workspace, seed_demo
from tests.sandbox.page import page_gallery as gallery
from tests.sandbox.page.page_gallery import Json, button, mrkdwn, option, plain

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


class TinyApp:
    """Opens a form on /cal, posts a card for it, and lets the card be cancelled."""

    def __init__(self, workspace: Workspace, http: httpx.AsyncClient) -> None:
        self.workspace = workspace
        self.http = http

    async def post(
        self, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        if headers["content-type"].startswith("application/json"):
            return 200, {}, b""
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if "command" in form:
            return await self._command(form)
        payload: Json = json.loads(form["payload"])
        answer: Json | None = await getattr(self, f"_{payload['type']}")(payload)
        content = b"" if answer is None else json.dumps(answer).encode()
        return 200, {"content-type": "application/json"}, content

    async def call(self, method: str, **args: Any) -> None:
        url = f"{self.workspace.base_url}/api/{method}"
        token = {"authorization": f"Bearer {self.workspace.app.bot_token}"}
        answer = (await self.http.post(url, json=args, headers=token)).json()
        assert answer["ok"], answer

    async def _command(self, form: Json) -> tuple[int, Mapping[str, str], bytes]:
        if form.get("text") == "help":
            said = {"response_type": "ephemeral", "text": f"Asked: <@{form['user_id']}>"}
            return 200, {"content-type": "application/json"}, json.dumps(said).encode()
        blocks = [*gallery.alerts(), *gallery.inputs()]
        titles = {"title": plain("Every input"), "submit": plain("Save"), "close": plain("No")}
        view = {"type": "modal", "callback_id": "all", **titles, "blocks": blocks}
        await self.call("views.open", trigger_id=form["trigger_id"], view=view)
        return 200, {}, b""

    async def _view_submission(self, payload: Json) -> Json | None:
        values = payload["view"]["state"]["values"]
        name = values["in_plain"]["plain"]["value"]
        if name == "taken":
            return {"response_action": "errors", "errors": {"in_plain": "That one has gone."}}
        kept = values["in_select"]["select"]["selected_option"]
        words = f"*{name}* · {kept and kept['text']['text']}"
        await self.call("chat.postMessage", channel="C0BOOKINGS", text=name, blocks=card(words))
        return None

    async def _block_actions(self, payload: Json) -> None:
        where = {"channel": "C0BOOKINGS", "ts": payload["container"]["message_ts"]}
        blocks = [{"type": "section", "text": mrkdwn("*Cancelled*")}]
        await self.call("chat.update", **where, text="Cancelled", blocks=blocks)

    async def _block_suggestion(self, payload: Json) -> Json:
        return {"options": [option(f"{payload['value']} found", "f")]}


def card(words: str) -> list[Json]:
    cancel = button("Cancel", "cancel", style="danger", value="x", confirm=gallery.CONFIRM)
    return [
        {"type": "section", "text": mrkdwn(words)},
        {"type": "actions", "elements": [cancel]},
    ]


def _seed_team(world: World) -> None:
    team = add_team(world, "Sales", "sales", {101: "OWNER", 102: "MEMBER"})
    base = {"lengthInMinutes": 30, "hosts": [{"userId": 101}, {"userId": 102}]}
    for kind, title in (("collective", "Panel"), ("managed", "Welcome")):
        body = base | {"title": title, "slug": title.lower(), "schedulingType": kind}
        v2_team_event_types.add(world, team, body)


@pytest_asyncio.fixture(loop_scope="module")
async def place(browser: Browser) -> AsyncIterator[tuple[Page, str]]:
    workspace = Workspace(lambda: datetime.now(UTC))
    seed_demo(workspace)
    world = World(lambda: datetime.now(UTC))
    seed_recordings(world)
    _seed_team(world)
    async with httpx.AsyncClient() as http:
        sender = Sender(workspace, TinyApp(workspace, http).post)
        routes = [
            Mount("/calcom", calcom.build(world)),
            *the_page.routes(),
            Mount("/", slack.build(workspace, sender)),
        ]
        async with serving(Starlette(routes=routes)) as url:
            workspace.base_url = url
            window = await browser.new_page()
            window.set_default_timeout(8_000)
            yield window, url
            await window.close()
        await sender.aclose()


async def test_from_the_command_to_the_card(place: tuple[Page, str]) -> None:
    page, url = place
    await page.goto(f"{url}/#/U0ALICE/C0GENERAL")
    write = page.get_by_test_id("composer-input")
    await write.fill("/cal help")
    await write.press("Enter")
    await expect(page.locator("[data-ephemeral]")).to_contain_text("Asked: @Alice Martin")
    await write.fill("/cal")
    await write.press("Enter")
    modal = page.get_by_test_id("modal")
    await expect(modal.locator("[data-action-id=plain]")).to_be_focused()
    await page.get_by_test_id("modal-submit").click()
    await expect(modal).to_contain_text("Please complete this required field.")
    await modal.locator("[data-action-id=plain]").fill("taken")
    await modal.locator("[data-action-id=email]").fill("no address")
    await page.keyboard.press("Enter")
    await expect(modal).to_contain_text("Please write an email address.")
    await modal.locator("[data-action-id=email]").fill("gina@example.org")
    await modal.locator("[data-action-id=select] button").click()
    await page.keyboard.type("number 7")
    await page.keyboard.press("Enter")
    await modal.locator("[data-action-id=external] button").click()
    await page.keyboard.type("ab")
    await page.get_by_role("option", name="ab found").click()
    await modal.locator("[data-action-id=rich_value]").fill("with *plain* words")
    await page.get_by_test_id("modal-submit").click()
    await expect(modal).to_contain_text("That one has gone.")
    await page.reload()
    await expect(modal.locator("[data-action-id=rich_value]")).to_have_value("with *plain* words")
    await expect(modal.locator("[data-action-id=external]")).to_contain_text("ab found")
    await modal.locator("[data-action-id=plain]").fill("Intro call")
    await page.get_by_test_id("modal-submit").click()
    await expect(modal).to_have_count(0)
    bookings = page.locator("[data-channel=C0BOOKINGS]")
    await expect(bookings).to_have_accessible_name("bookings unread")
    await bookings.click()
    message = page.get_by_test_id("message")
    await expect(message).to_contain_text("Intro call · Choice number 7")
    await expect(bookings).to_have_accessible_name("bookings")
    await message.locator("[data-action-id=cancel]").click()
    await page.get_by_test_id("confirm-yes").click()
    await expect(message).to_contain_text("Cancelled")
    await expect(page.get_by_test_id("toast")).to_have_count(0)


async def test_replies_edits_and_deletions(place: tuple[Page, str]) -> None:
    page, url = place
    headers = {"authorization": "Bearer xoxb-sandbox"}
    async with httpx.AsyncClient(base_url=f"{url}/api/", headers=headers) as http:

        async def call(method: str, **args: Any) -> str:
            answer = (await http.post(method, json={"channel": "C0BOOKINGS", **args})).json()
            assert answer["ok"], answer
            return str(answer["ts"])

        await page.goto(f"{url}/#/U0ALICE/C0BOOKINGS")
        card = await call("chat.postMessage", text="The card")
        replies = [
            await call("chat.postMessage", text=f"Reply {number}", thread_ts=card)
            for number in (1, 2, 3)
        ]
        messages = page.get_by_test_id("message")
        await expect(messages).to_have_count(1)
        await expect(messages).to_contain_text("3 replies")
        await call("chat.update", ts=card, text="The card, edited")
        await expect(messages).to_contain_text("The card, edited(edited)")
        await page.get_by_test_id("replies").click()
        thread = page.get_by_test_id("thread").get_by_test_id("message")
        await expect(thread).to_have_count(4)
        await call("chat.delete", ts=replies[1])
        await expect(thread).to_have_count(3)
        await expect(page.get_by_test_id("replies")).to_contain_text("2 replies")
        await call("chat.delete", ts=card)
        await expect(page.get_by_test_id("thread")).to_contain_text("not here any more")
        await page.get_by_test_id("side-close").click()
        await expect(messages).to_have_count(0)


async def test_nobody_elses_command_and_calcoms_panel(place: tuple[Page, str]) -> None:
    page, url = place
    await page.goto(f"{url}/#/U0BOB/C0GENERAL?calcom")
    await expect(page.get_by_test_id("calcom")).to_contain_text("Bookings (0)")
    await page.locator("[data-fault=slow]").click()
    await expect(page.locator("[data-fault=slow]")).to_be_checked()
    await page.get_by_test_id("composer-input").fill("/other")
    await page.get_by_test_id("composer-input").press("Enter")
    await expect(page.get_by_test_id("toast")).to_contain_text("/other is not a valid command.")


async def test_calcoms_panel_knows_what_teams_offer(place: tuple[Page, str]) -> None:
    """An outsider books the panel; the template of the managed type is shown, and not offered."""
    page, url = place
    await page.goto(f"{url}/#/U0BOB/C0GENERAL?calcom")
    panel = page.get_by_test_id("calcom")
    await expect(panel).to_contain_text("welcome · alice · bob · template · 30 min")
    form = panel.get_by_test_id("calcom-book")
    offered = form.get_by_label("Event type").locator("option")
    await expect(offered).to_have_text(
        [
            "Panel (alice, bob, together, 30 min)",
            "Welcome (alice, 30 min)",
            "Welcome (bob, 30 min)",
        ]
    )
    await form.get_by_label("Start").fill(f"{_next_monday()}T15:00")
    await form.get_by_label("Time zone").fill("Europe/Paris")
    await form.get_by_label("Name").fill("Gina")
    await form.get_by_label("E-mail").fill("gina@example.org")
    await form.get_by_role("button", name="Book").click()
    await expect(panel).to_contain_text("Panel between Sales and Gina")


def _next_monday() -> date:
    today = datetime.now(UTC).date()
    return today + timedelta(days=7 - today.weekday())
