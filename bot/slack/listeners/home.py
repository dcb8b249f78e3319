"""The App Home: somebody opens it, turns its pages, or tries again."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.slack import ids
from bot.slack.deps import Deps
from bot.slack.payloads import asked


class Home:
    """What is pressed in it besides belongs to the flows: their buttons are the same everywhere."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def register(self, app: AsyncApp) -> None:
        app.event("app_home_opened")(self.on_opened)
        app.action(ids.starts(ids.HOME_PAGE))(self.on_page)
        app.action(ids.HOME_AGAIN)(self.on_page)

    async def on_opened(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Slack tells of both tabs; the messages are no business of ours."""
        await ack()
        who = asked(body)
        if body["event"].get("tab") == "home" and who.user_id:
            self._deps.background.start(self._deps.home.opened(who))

    async def on_page(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Another page; without a number the first one, as everything is now."""
        await ack()
        who = asked(body)
        page = int(who.value[:4]) if who.value.isdecimal() else 0
        seen = str(who.view.get("hash") or "")
        self._deps.background.start(self._deps.home.draw(who, page, seen=seen))
