"""The page comes from this machine alone; how fast is told, not asserted (`pytest -s`)."""

from urllib.parse import urlsplit

import pytest
from playwright.async_api import Request, expect

from tests.e2e.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
READY = "performance.now()"


async def test_nothing_is_asked_of_anybody_else(
    window: Window, capfd: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    window.page.on("request", note)
    await window.visit("U0ALICE", "C0GENERAL")
    cold, files = await window.page.evaluate(READY), len(asked)
    await window.page.reload()
    await window.page.get_by_test_id("composer-input").wait_for()
    warm = await window.page.evaluate(READY)
    await window.visit("U0ALICE", "C0GENERAL?calcom")
    await expect(window.page.get_by_test_id("booking").first).to_be_visible()
    await window.visit("U0ALICE", "C0GENERAL?trouble")
    await expect(window.page.get_by_test_id("visitor-book")).to_be_visible()
    await window.visit("U0ALICE", "app/messages")
    await window.type("/cal types")
    await expect(window.newest).to_contain_text("Intro call")
    await window.page.goto(f"{window.sandbox.url}/cal.com/alice/intro")
    await window.page.get_by_test_id("start").first.wait_for()
    here = urlsplit(window.sandbox.url).netloc
    assert here.startswith("127.0.0.1:")
    assert files > 20
    assert {urlsplit(url).netloc for url in asked} == {here}
    with capfd.disabled():
        print(f"\ncomposer usable after {cold:.0f} ms ({files} requests), again {warm:.0f} ms")
