"""What Slack tells about people: a profile that changed is asked for again."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.slack.deps import Deps


class People:
    """Keeps what is known of members fresh."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def register(self, app: AsyncApp) -> None:
        app.event("user_change")(self.on_changed)

    async def on_changed(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        user = body["event"].get("user") or {}
        self._deps.people.forget(str(body.get("team_id") or ""), str(user.get("id") or ""))
