"""Answers through `response_url`: they work where the bot is no member, and only one person sees
them."""

from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.slack.payloads import Asked
from bot.slack.views.parts import Message

log = structlog.get_logger(__name__)


class Replies:
    """Says things to one person.

    Args:
        session: Shared by all of Slack's clients.
        api_url: The Web API's base; its host and slack.com are the only ones ever posted to.
    """

    def __init__(self, session: aiohttp.ClientSession, api_url: str) -> None:
        self._session = session
        self._api_host = urlsplit(api_url).netloc

    async def say(
        self, client: AsyncWebClient, asked: Asked, message: Message, *, replace: bool = False
    ) -> None:
        """Answer by the response URL; where there is none, or it is used up, by direct message.

        A response URL takes five answers within half an hour (Slack's limit).
        """
        if await self._answered(asked, message, replace=replace):
            return
        try:
            await client.chat_postMessage(
                channel=asked.user_id,
                text=message.text,
                blocks=message.blocks,
                unfurl_links=False,
                unfurl_media=False,
            )
        except SlackApiError as error:
            log.warning("nobody_told", error=error.response.get("error"))
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("nobody_told", error=type(error).__name__)

    async def _answered(self, asked: Asked, message: Message, *, replace: bool) -> bool:
        if not asked.response_url or not self._is_slack(asked.response_url):
            return False
        hook = AsyncWebhookClient(asked.response_url, session=self._session)
        try:
            answer = await hook.send(
                text=message.text,
                blocks=message.blocks or None,
                response_type="ephemeral",
                replace_original=replace,
            )
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("response_url_refused", kind=type(error).__name__)
            return False
        if answer.status_code != 200:
            log.warning("response_url_refused", status=answer.status_code, body=answer.body[:80])
        return answer.status_code == 200

    def _is_slack(self, url: str) -> bool:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.netloc == self._api_host:
            return True
        return parts.scheme == "https" and (host == "slack.com" or host.endswith(".slack.com"))
