"""What an interaction lets the app do for a moment: trigger ids and response URLs.

Source: docs.slack.dev, interactivity/handling-user-interaction.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.sandbox.slack.refusals import Refused

if TYPE_CHECKING:
    from bot.sandbox.slack.workspace import Workspace

TRIGGER_LIFE = timedelta(seconds=3)
RESPONSE_LIFE = timedelta(minutes=30)
RESPONSE_USES = 5


@dataclass(slots=True)
class Trigger:
    """One press; `view_id` is set when it happened inside a modal."""

    id: str
    user: str
    channel: str | None
    view_id: str | None
    granted_at: datetime
    exchanged: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """Where an answer to one interaction may go; `original` is the ts of the message pressed."""

    token: str
    user: str
    channel: str
    original: str | None
    granted_at: datetime
    uses_left: int = RESPONSE_USES


class Grants:
    def __init__(self, workspace: "Workspace") -> None:
        self._workspace = workspace
        self._triggers: dict[str, Trigger] = {}
        self._responses: dict[str, ResponseUrl] = {}

    def trigger(self, user: str, channel: str | None = None, view_id: str | None = None) -> str:
        """A new trigger id for this person."""
        number = self._workspace.new_number()
        at = self._workspace.clock()
        trigger_id = f"{int(at.timestamp())}.{number}.{number:032x}"
        self._triggers[trigger_id] = Trigger(trigger_id, user, channel, view_id, at)
        return trigger_id

    def valid_trigger(self, trigger_id: str) -> Trigger:
        """The trigger, to be marked `exchanged` when used. Raises Refused, Slack's three ways."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None or not re.fullmatch(r"\d+\.\d+\.[0-9a-f]+", trigger_id):
            raise Refused("invalid_trigger_id")
        if trigger.exchanged:
            raise Refused("exchanged_trigger_id")
        if self._workspace.clock() - trigger.granted_at > TRIGGER_LIFE:
            raise Refused("expired_trigger_id")
        return trigger

    def response_url(self, user: str, channel: str, original: str | None = None) -> str:
        """A new response URL, absolute, under the workspace's base URL."""
        token = self._workspace.new_id("R")
        at = self._workspace.clock()
        self._responses[token] = ResponseUrl(token, user, channel, original, at)
        return f"{self._workspace.base_url}/response/{token}"

    def use_response(self, token: str) -> ResponseUrl:
        """Counts one use. Raises Refused: used_url, expired_url; no_service when unknown."""
        response = self._responses.get(token)
        if response is None:
            raise Refused("no_service")
        if self._workspace.clock() - response.granted_at > RESPONSE_LIFE:
            raise Refused("expired_url")
        if response.uses_left <= 0:
            raise Refused("used_url")
        response.uses_left -= 1
        return response
