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

_PLACES: Final = ".message, .modal, .home"
_ALIKE: Final = """(places) => places.filter((el) => !el.closest("[inert]")).flatMap((place) => {
  const names = [...place.querySelectorAll("button:not([role]), a.button")]
    .filter((el) => el.checkVisibility())
    .map((el) => el.getAttribute("aria-label") || el.textContent.trim());
  return names.filter((name, index) => !name || names.indexOf(name) !== index);
})"""
"""The buttons of a message, a form or a Home tab that cannot be told apart when read out."""


async def violations(page: Page, state: str, within: str = "html") -> list[str]:
    """Every place that breaks a rule, with the page light and dark: the state, the look, the rule,
    the element, what is wrong there. `within` looks at a part of it."""
    return [
        f"{state}, {look}: {line}"
        for look in LOOKS
        for line in await _violations(page, look, within)
    ]


async def _violations(page: Page, look: Look, within: str) -> list[str]:
    await page.emulate_media(color_scheme=look)
    alike: list[str] = await page.eval_on_selector_all(_PLACES, _ALIKE)
    found: dict[str, Any] = (await Axe().run(page, within, _OPTIONS)).response
    return [f"several buttons are {name!r}" for name in alike] + [
        f"{rule['id']}: {node['html'][:160]} — {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
