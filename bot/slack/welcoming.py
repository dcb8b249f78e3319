"""Welcoming whoever installed the app, in their language.

Slack's manifest has no place for a second language (docs.slack.dev, app manifest reference): the
app's own description stays English, and this is the first that they read of us in theirs.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import PlaceError
from bot.domain.installations import Installation
from bot.domain.wording import speaking
from bot.locales import language
from bot.slack.background import Background
from bot.slack.errors import SLACK_FAILED
from bot.slack.place_errors import place_errors
from bot.slack.telling import why
from bot.slack.views.welcome import welcome

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Welcome:
    """Writes to them where the app is new; the page in the browser does not wait for it."""

    client_with: Callable[[str], AsyncWebClient]
    background: Background
    command: str

    async def __call__(self, installation: Installation, is_new: bool) -> None:
        if is_new and installation.installed_by:
            self.background.start(self._say(installation))

    async def _say(self, installation: Installation) -> None:
        client, locale = self.client_with(installation.bot_token), ""
        with suppress(*SLACK_FAILED):
            answer = await client.users_info(user=installation.installed_by, include_locale=True)
            locale = str(answer["user"].get("locale") or "")
        with speaking(language(locale)):
            said = welcome(self.command)
        try:
            with place_errors():
                await client.chat_postMessage(
                    channel=installation.installed_by, text=said.text, blocks=said.blocks
                )
        except (PlaceError, SlackApiError) as error:
            log.warning("not_welcomed", team=installation.key, why=why(error))
