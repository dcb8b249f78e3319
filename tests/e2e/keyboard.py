"""Somebody who has only a keyboard, and must always see where they are."""

import re
from dataclasses import dataclass
from typing import Any

from playwright.async_api import expect

from tests.e2e.window import Window

MOST = 80
"""So many times somebody presses Tab before they give up."""
FOCUS = """() => {
  const el = document.activeElement;
  const box = el.getBoundingClientRect();
  const style = getComputedStyle(el);
  return {
    name: el.getAttribute("aria-label") || el.textContent.trim(),
    day: el.dataset.day || "",
    lost: el === document.body,
    framed: style.outlineStyle !== "none" || Boolean(el.closest(".composer")),
    seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    modal: Boolean(el.closest("[role=dialog]")),
    covered: Boolean(document.querySelector(".modal")),
  };
}"""


@dataclass
class Keyboard:
    """Keys pressed in a window. After each, the focus must be somewhere, and seen."""

    window: Window

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.window.page.keyboard.press(key)
            await self.focus()

    async def write(self, text: str) -> None:
        await self.window.page.keyboard.type(text)
        await self.focus()

    async def tab_to(self, name: str, key: str = "Tab") -> None:
        """Press Tab until what has the focus is named so."""
        passed = []
        for _ in range(MOST):
            await self.press(key)
            passed.append((await self.focus())["name"])
            if name in passed[-1]:
                return
        raise AssertionError(f"{name!r} is not on the way: {passed}")

    async def focus(self) -> dict[str, Any]:
        """What has the focus; it is never lost, hidden or behind a modal."""
        found: dict[str, Any] = await self.window.page.evaluate(FOCUS)
        assert not found["lost"], "the focus is lost"
        assert found["framed"], f"the focus does not show: {found}"
        assert found["seen"], f"the focus is out of sight: {found}"
        assert found["modal"] or not found["covered"], f"the focus is behind the modal: {found}"
        return found

    async def is_at(self, name: str) -> None:
        """Wait until what has the focus is named so; an app may have to answer first."""
        await expect(self.window.page.locator(":focus")).to_have_accessible_name(
            re.compile(re.escape(name))
        )
        await self.focus()
