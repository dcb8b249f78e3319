"""What axe finds on a page that would keep people out, for the browser tests."""

from typing import Any, Final, Literal

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

Look = Literal["light", "dark"]
LOOKS: Final[tuple[Look, ...]] = ("light", "dark")
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_OPTIONS: Final = {
    "runOnly": {"type": "tag", "values": RULES},
    "resultTypes": ["violations"],
}


async def violations(page: Page, state: str) -> list[str]:
    """Every place that breaks a rule, with the page light and dark: the state, the look, the rule,
    the element, what is wrong there."""
    return [f"{state}, {look}: {line}" for look in LOOKS for line in await _violations(page, look)]


async def _violations(page: Page, look: Look) -> list[str]:
    await page.emulate_media(color_scheme=look)
    found: dict[str, Any] = (await Axe().run(page, options=_OPTIONS)).response
    return [
        f"{rule['id']}: {node['html'][:160]} — {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
