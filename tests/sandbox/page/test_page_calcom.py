"""The Cal.com panel in a real browser over the local Cal.com: questions, payment, seats."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.sandbox import page as the_page
from bot.sandbox.calcom import app as calcom
from bot.sandbox.calcom import v2_event_types
from bot.sandbox.calcom.seed import seed_recordings
from bot.sandbox.calcom.world import World
from bot.sandbox.serve import serving
from bot.sandbox.slack import app as slack
from bot.sandbox.slack.sending import Sender
from bot.sandbox.slack.workspace import Workspace, seed_demo

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
MONDAY = datetime(2026, 11, 23, 6, tzinfo=UTC)
SEATS = {"seatsPerTimeSlot": 2, "showAttendeeInfo": True, "showAvailabilityCount": True}


def asks(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "slug": kind, "label": f"A {kind}", "required": True, **more}


QUESTIONS = [
    asks("textarea"),
    asks("number"),
    asks("select", options=["Bergen", "Riga"]),
    asks("checkbox", options=["Plans", "Permits", "Logs"]),
    asks("boolean"),
    asks("multiemail"),
    asks("text", hidden=True),
    {"slug": "title", "required": True, "hidden": False, "label": "Name of it"},
]


async def nobody(url: str, headers: dict[str, str], body: bytes) -> int:
    return 200


@pytest_asyncio.fixture(loop_scope="module")
async def panel(browser: Browser) -> AsyncIterator[tuple[Page, World]]:
    workspace = Workspace(lambda: MONDAY)
    seed_demo(workspace)
    world = World(lambda: MONDAY, post=nobody)
    seed_recordings(world)
    base = {"lengthInMinutes": 60}
    survey = {"title": "Survey", "slug": "survey", "bookingFields": QUESTIONS}
    paid = {"title": "Advice", "slug": "advice", "price": 5000, "currency": "eur"}
    for body in (survey, paid, {"title": "Class", "slug": "class", "seats": SEATS}):
        v2_event_types.add(world, 101, base | body)
    routes = [
        Mount("/calcom", calcom.build(world)),
        *the_page.routes(),
        Mount("/", slack.build(workspace, Sender(workspace))),
    ]
    async with serving(Starlette(routes=routes)) as url:
        workspace.base_url = url
        window = await browser.new_page()
        window.set_default_timeout(8_000)
        await window.goto(f"{url}/#/U0ALICE/C0GENERAL?calcom")
        yield window, world
        await window.close()


async def fill_in(form: Locator, start: str, name: str) -> None:
    await form.get_by_label("Start").fill(start)
    await form.get_by_label("Time zone").fill("Europe/Paris")
    await form.get_by_label("Name", exact=True).fill(name)
    await form.get_by_label("E-mail").fill(f"{name.lower()}@example.org")


async def test_an_outsider_answers_the_questions(panel: tuple[Page, World]) -> None:
    page, world = panel
    form = page.get_by_test_id("calcom-book")
    await fill_in(form, "2026-12-08T10:00", "Gina")
    await expect(form.get_by_label("A text", exact=True)).to_have_count(0)
    await form.get_by_label("A textarea").fill("Why\nnot")
    await form.get_by_label("A number").fill("4")
    await form.get_by_label("A select").select_option("Riga")
    await form.get_by_label("A checkbox").select_option(["Plans", "Logs"])
    await form.get_by_label("A boolean").check()
    await form.get_by_label("A multiemail").fill("a@example.com, b@example.com")
    await form.get_by_label("Name of it").fill("The pier")
    await form.get_by_role("button", name="Book").click()
    await expect(page.get_by_test_id("booking")).to_have_count(1)
    kept = world.bookings[0].responses
    assert {slug: kept[slug] for slug in kept if slug not in ("name", "email")} == {
        "textarea": "Why\nnot",
        "number": 4,
        "select": "Riga",
        "checkbox": ["Plans", "Logs"],
        "boolean": True,
        "multiemail": ["a@example.com", "b@example.com"],
        "title": "The pier",
    }
    await expect(form.get_by_label("A number")).to_have_value("")
    await expect(form.get_by_label("A boolean")).not_to_be_checked()


async def test_pay_and_record(panel: tuple[Page, World]) -> None:
    page, world = panel
    form, booking = page.get_by_test_id("calcom-book"), page.get_by_test_id("booking")
    await form.get_by_label("Event type").select_option("Advice (alice, 60 min, 50.00 EUR)")
    await fill_in(form, "2026-12-08T10:00", "Gina")
    await form.get_by_role("button", name="Book").click()
    await expect(booking.locator(".status")).to_have_text("unpaid")
    await page.get_by_test_id("calcom-pay").click()
    await expect(booking.locator(".status")).to_have_text("accepted")
    await expect(page.get_by_test_id("calcom-pay")).to_have_count(0)
    await page.get_by_test_id("calcom-record").click()
    await expect(booking).to_contain_text("Recordings: 1")
    assert not world.bookings[0].unpaid


async def test_join_a_class(panel: tuple[Page, World]) -> None:
    page, world = panel
    form, join = page.get_by_test_id("calcom-book"), page.get_by_test_id("calcom-join")
    await form.get_by_label("Event type").select_option("Class (alice, 60 min)")
    await fill_in(form, "2026-12-08T10:00", "Gina")
    await form.get_by_role("button", name="Book").click()
    await expect(join).to_contain_text("10:00: 1 of 2 seats left")
    await fill_in(form, "2026-12-09T10:00", "Hana")
    await join.click()
    await expect(form.get_by_label("Start")).to_have_value("2026-12-08T10:00")
    await form.get_by_role("button", name="Book").click()
    await expect(join).to_have_count(0)  # it is full
    assert [a.name for a in world.bookings[0].attendees] == ["Gina", "Hana"]
