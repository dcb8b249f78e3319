"""The app was taken away somewhere: Slack says so in two events, in any order."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.services.leaving import Leaving as Use
from bot.slack.background import Background
from bot.slack.installations import Installations


class Leaving:
    """Forgets the workspace, after Slack has its answer."""

    def __init__(self, use: Use, installations: Installations, background: Background) -> None:
        self._use = use
        self._installations = installations
        self._background = background

    def register(self, app: AsyncApp) -> None:
        app.event("app_uninstalled")(self.on_uninstalled)
        app.event("tokens_revoked")(self.on_revoked)

    async def on_uninstalled(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        self._background.start(self._leave(body))

    async def on_revoked(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Tokens of people (`oauth`) are none of ours: only the bot's count."""
        await ack()
        tokens = body["event"].get("tokens")
        if isinstance(tokens, Mapping) and tokens.get("bot"):
            self._background.start(self._leave(body))

    async def _leave(self, body: Mapping[str, Any]) -> None:
        team_id, enterprise_id = _where(body)
        if not team_id and not enterprise_id:
            return
        at = datetime.fromtimestamp(_seconds(body.get("event_time")), UTC)
        left = await self._use.told(team_id, enterprise_id, at)
        self._installations.forget(team_id or enterprise_id)
        await self._use.end(left)


def _where(body: Mapping[str, Any]) -> tuple[str, str]:
    """The workspace; for a whole organization (docs: Events API, `authorizations`) only that."""
    authorizations = body.get("authorizations") or [{}]
    is_whole = bool(authorizations[0].get("is_enterprise_install"))
    enterprise_id = str(body.get("enterprise_id") or authorizations[0].get("enterprise_id") or "")
    return ("" if is_whole and enterprise_id else str(body.get("team_id") or "")), enterprise_id


def _seconds(told: Any) -> int:
    return told if isinstance(told, int) and 0 <= told < 1 << 33 else 0
