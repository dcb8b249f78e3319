"""What the browser tests do with one window."""

from dataclasses import dataclass, field

from playwright.async_api import ConsoleMessage, Locator, Page

from tests.sandbox.page.fake_page_server import FakePageServer
from tests.sandbox.page.page_gallery import Json


@dataclass
class Client:
    """One browser window over one fake workspace. `troubles` is what the console complained of."""

    page: Page
    fake: FakePageServer
    url: str
    troubles: list[str] = field(default_factory=list)

    async def visit(self, place: str) -> None:
        """Go to an address of the page ("U0ALICE/C0GENERAL") and wait until it is drawn."""
        await self.page.goto(f"{self.url}/#/{place}")
        await self.page.get_by_test_id("switcher").wait_for()

    async def type(self, text: str) -> None:
        """Write into the composer and send it."""
        await self.page.get_by_test_id("composer-input").fill(text)
        await self.page.keyboard.press("Enter")

    def action(self, action_id: str) -> Locator:
        return self.page.locator(f'[data-action-id="{action_id}"]').first

    def block(self, block_id: str) -> Locator:
        return self.page.locator(f'[data-block-id="{block_id}"]').first

    def told(self, what: str) -> list[Json]:
        """The bodies of all POST /page/`what` so far."""
        return [body for name, body in self.fake.log if name == what]

    async def until_told(self, what: str, count: int = 1) -> Json:
        """The `count`-th body of POST /page/`what`, once it is there."""
        async with self.fake.condition:
            await self.fake.condition.wait_for(lambda: len(self.told(what)) >= count)
        return self.told(what)[count - 1]

    def hear(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.troubles.append(said.text)
