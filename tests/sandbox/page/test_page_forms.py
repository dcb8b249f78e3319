"""Long forms in a real browser over the local Slack: every kind of answer, page after page."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.sandbox import page as the_page
from bot.sandbox.serve import serving
from bot.sandbox.slack import app as slack
from bot.sandbox.slack.sending import Sender
from bot.sandbox.slack.workspace import Workspace, seed_demo
from tests.sandbox.page.page_gallery import Json, option, plain

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
PORTS = [option(name, name) for name in ("Bergen", "Riga", "Rostock")]
FILLERS = [
    {"type": "section", "text": plain(f"{'A long word of introduction. ' * 20}{number}")}
    for number in range(8)
]


def asked(kind: str, **more: Any) -> Json:
    element = {"type": kind, "action_id": kind, **more}
    return {"type": "input", "block_id": kind, "label": plain(kind), "element": element}


def step(number: int, *blocks: Json) -> Json:
    title = {"title": plain(f"Page {number}"), "submit": plain("Next"), "close": plain("No")}
    return {"type": "modal", **title, "notify_on_close": True, "blocks": list(blocks)}


GROUPS = [
    {"label": plain("North"), "options": PORTS[:1]},
    {"label": plain("East"), "options": PORTS[1:]},
]
STEPS = [
    step(1, *FILLERS, asked("plain_text_input", min_length=3, max_length=5)),
    step(
        2,
        asked("radio_buttons", options=PORTS),
        asked("checkboxes", options=PORTS),
        *FILLERS,
        asked("number_input", is_decimal_allowed=False, min_value="1", max_value="9"),
    ),
    step(3, asked("url_text_input"), asked("email_text_input")),
    step(
        4,
        asked("static_select", option_groups=GROUPS),
        asked("multi_static_select", option_groups=GROUPS, max_selected_items=2),
        asked("external_select", min_query_length=1),
        asked("multi_external_select", min_query_length=1),
    ),
]


@dataclass
class Pages:
    """An app that asks one page of `STEPS` after the other and keeps what it is told."""

    workspace: Workspace
    answers: dict[str, Any] = field(default_factory=dict)
    closed: list[Json] = field(default_factory=list)
    at: int = 0

    async def post(
        self, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        if headers["content-type"].startswith("application/json"):
            return 200, {}, b""
        payload: Json = json.loads(parse_qs(body.decode())["payload"][0])
        content = json.dumps(self._answer(payload)).encode()
        return 200, {"content-type": "application/json"}, content

    def _answer(self, payload: Json) -> Json:
        if payload["type"] == "block_suggestion":
            found = [o for o in PORTS if payload["value"].lower() in o["value"].lower()]
            return {"option_groups": [{"label": plain("Found"), "options": found}]}
        if payload["type"] == "view_closed":
            self.closed.append(payload)
            return {}
        for block in payload["view"]["state"]["values"].values():
            self.answers |= block
        self.at += 1
        if self.at == len(STEPS):
            return {"response_action": "clear"}
        return {"response_action": "update", "view": STEPS[self.at]}


@pytest_asyncio.fixture(loop_scope="module")
async def pages(browser: Browser) -> AsyncIterator[tuple[Page, Pages]]:
    workspace = Workspace(lambda: datetime.now(UTC))
    seed_demo(workspace)
    app = Pages(workspace)
    sender = Sender(workspace, app.post)
    routes = [*the_page.routes(), Mount("/", slack.build(workspace, sender))]
    async with serving(Starlette(routes=routes)) as url:
        workspace.base_url = url
        workspace.views.open("U0ALICE", STEPS[0], "C0GENERAL")
        window = await browser.new_page(viewport={"width": 1000, "height": 600})
        window.set_default_timeout(8_000)
        await window.goto(f"{url}/#/U0ALICE/C0GENERAL")
        yield window, app
        await window.close()
    await sender.aclose()


async def pick(page: Page, action: str, query: str, name: str) -> None:
    await page.locator(f"[data-action-id={action}] .select-button").click()
    await page.get_by_test_id("choices-query").fill(query)
    await page.get_by_role("option", name=name).click()
    if action.startswith("multi"):  # a list of several stays open
        await page.keyboard.press("Escape")


async def test_every_kind_of_answer_page_after_page(pages: tuple[Page, Pages]) -> None:
    page, app = pages
    modal, go = page.get_by_test_id("modal"), page.get_by_test_id("modal-submit")
    text = modal.locator("[data-action-id=plain_text_input]")
    await text.fill("ab")
    await expect(modal).to_contain_text("2 of at least 3")
    await go.click()
    await expect(modal).to_contain_text("Please write at least 3 characters.")
    await text.press_sequentially("cdefg")
    await expect(text).to_have_value("abcde")  # the sixth cannot be typed
    await go.click()
    await expect(modal.locator("h2")).to_have_text("Page 2")
    assert await modal.locator(".modal-body").evaluate("el => el.scrollTop") == 0
    await expect(modal.locator("[type=radio]").first).to_be_focused()
    await modal.locator("[type=radio][data-value=Riga]").check()
    for value in ("Bergen", "Rostock"):
        await modal.locator(f"[type=checkbox][data-value={value}]").check()
    await modal.locator("[data-action-id=number_input]").fill("12")
    await go.click()
    await expect(modal).to_contain_text("Please write 9 or less.")
    await modal.locator("[data-action-id=number_input]").fill("7")
    await go.click()
    await expect(modal.locator("h2")).to_have_text("Page 3")
    await modal.locator("[data-action-id=url_text_input]").fill("https://example.com/a")
    await modal.locator("[data-action-id=email_text_input]").fill("gina@example.org")
    await go.click()
    await expect(modal.locator("h2")).to_have_text("Page 4")
    await modal.locator("[data-action-id=static_select] .select-button").click()
    await expect(page.locator(".choices-group")).to_have_text(["North", "East"])
    await page.keyboard.press("Escape")
    await pick(page, "static_select", "rig", "Riga")
    for name in ("Bergen", "Rostock"):
        await pick(page, "multi_static_select", name[:3], name)
        await pick(page, "multi_external_select", name[:3], name)
    await pick(page, "external_select", "ber", "Bergen")
    await expect(modal.locator("[data-action-id=multi_external_select] .chip")).to_have_count(2)
    await go.click()
    await expect(modal).to_have_count(0)
    await expect(page.get_by_test_id("toast")).to_have_count(0)
    assert app.workspace.faults == []
    told = app.answers
    assert told["plain_text_input"]["value"] == "abcde"
    assert told["radio_buttons"]["selected_option"]["value"] == "Riga"
    assert (told["number_input"]["value"], told["url_text_input"]["value"]) == (
        "7",
        "https://example.com/a",
    )
    assert told["static_select"]["selected_option"]["value"] == "Riga"
    assert told["external_select"]["selected_option"]["value"] == "Bergen"
    for name in ("checkboxes", "multi_static_select", "multi_external_select"):
        assert [o["value"] for o in told[name]["selected_options"]] == ["Bergen", "Rostock"]


async def test_leaving_in_the_middle_is_told(pages: tuple[Page, Pages]) -> None:
    page, app = pages
    await page.locator("[data-action-id=plain_text_input]").fill("abcd")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.locator("#modal-title")).to_have_text("Page 2")
    await page.get_by_test_id("modal-x").click()
    await expect(page.get_by_test_id("modal")).to_have_count(0)
    (told,) = app.closed
    assert told["is_cleared"]
    assert told["view"]["title"]["text"] == "Page 2"
