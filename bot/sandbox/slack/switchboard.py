"""One Slack with several workspaces: a call of the Web API belongs to the one of its token."""

from collections.abc import Mapping, Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from bot.sandbox.slack import app as slack_app
from bot.sandbox.slack.arguments import read_arguments
from bot.sandbox.slack.oauth import OAuth
from bot.sandbox.slack.page_state import Around
from bot.sandbox.slack.refusals import Refused
from bot.sandbox.slack.sending import Sender
from bot.sandbox.slack.web_api import WebApi, token_of
from bot.sandbox.slack.workspace import Workspace


def build(
    workspaces: Sequence[tuple[Workspace, Sender]],
    oauth: OAuth,
    around: Mapping[str, Around],
) -> Starlette:
    """The first workspace at `/`, every other one at `/w/{team id}`; the Web API of all of them,
    and the page of consent, at `/`.

    `around` has, by team id, what stands around each.
    """
    (first, sender), *others = workspaces
    switchboard = Switchboard([workspace for workspace, _ in workspaces])
    return Starlette(
        routes=[
            *oauth.routes(),
            Route("/api/{method}", switchboard.answer, methods=["GET", "POST"]),
            *(
                Mount(f"/w/{w.team_id}", slack_app.build(w, s, around=around[w.team_id]))
                for w, s in others
            ),
            Mount("/", slack_app.build(first, sender, around=around[first.team_id])),
        ]
    )


class Switchboard:
    """A token that nobody knows is refused by the first workspace."""

    def __init__(self, workspaces: Sequence[Workspace]) -> None:
        self._apis = [(workspace, WebApi(workspace)) for workspace in workspaces]

    async def answer(self, request: Request) -> Response:
        try:
            token = token_of(request, await read_arguments(request))
        except Refused:
            token = ""
        found = (
            api
            for workspace, api in self._apis
            if token in (workspace.app.bot_token, workspace.app.app_token)
            or workspace.run_with(token)
        )
        return await next(found, self._apis[0][1]).answer(request)
