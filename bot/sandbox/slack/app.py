"""The whole local Slack as one ASGI application."""

from starlette.applications import Starlette

from bot.sandbox.slack import control, response_url, web_api
from bot.sandbox.slack.oauth import OAuth
from bot.sandbox.slack.page_api import PageApi
from bot.sandbox.slack.page_state import Around
from bot.sandbox.slack.sending import Sender
from bot.sandbox.slack.socket import SocketHub
from bot.sandbox.slack.workspace import Workspace


def build(
    workspace: Workspace,
    sender: Sender,
    hub: SocketHub | None = None,
    oauth: OAuth | None = None,
    around: Around | None = None,
) -> Starlette:
    """/api/{method}, /response/{token}, /page/... and /sandbox/...; with a `hub` /socket/{ticket},
    with `oauth` the app's installation; `around` as the page is told.

    Whoever serves it says where: `workspace.base_url` is put into response and websocket URLs.
    """
    routes = [
        *(oauth.routes() if oauth is not None else []),
        *web_api.routes(workspace),
        *response_url.routes(workspace),
        *control.routes(workspace),
        *PageApi(workspace, sender, around).routes(),
        *(hub.routes() if hub is not None else []),
    ]
    return Starlette(routes=routes)
