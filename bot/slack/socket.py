"""Socket Mode: Slack's envelopes, answered over the connection that brought them."""

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.background import Background


class Socket(AsyncSocketModeHandler):
    """Bolt's handler, with the work that follows an answer after it.

    Args:
        app: Where the envelopes go.
        app_token: `xapp-...`, with `connections:write`.
        client: Asks Slack for the connection's address.
        background: What begins when Slack has its answer.
    """

    def __init__(
        self, app: AsyncApp, app_token: str, client: AsyncWebClient, background: Background
    ) -> None:
        super().__init__(app, app_token, web_client=client)
        self._background = background

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override] # as Bolt's own
        with self._background.held() as work:
            await super().handle(client, req)
        await self._background.begin(work)
