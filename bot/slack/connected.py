"""Telling somebody who has connected their account in the browser, where they were in Slack."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.domain.accounts import Connection
from bot.domain.wording import _, speaking
from bot.locales import language
from bot.slack.background import Background
from bot.slack.notifier import ClientFor
from bot.slack.payloads import Asked
from bot.slack.people import People
from bot.slack.replies import Replies
from bot.slack.views import connect as views


async def team_name(client_for: ClientFor, team_id: str) -> str:
    """What the workspace is called, as Slack says it."""
    answer = await (await client_for(team_id)).auth_test()
    return str(answer.get("team") or _("your workspace"))


@dataclass(frozen=True, slots=True)
class Connected:
    """Goes on, in the background, with what was wanted: see `services.connecting.Told`; `changed`
    draws their Home anew."""

    replies: Replies
    people: People
    client_for: ClientFor
    background: Background
    changed: Callable[[Asked], Awaitable[None]]

    def __call__(self, connection: Connection, wish: Mapping[str, str]) -> None:
        self.background.start(self._tell(connection, wish))

    async def _tell(self, connection: Connection, wish: Mapping[str, str]) -> None:
        team_id, user_id = connection.holder.team_id, connection.holder.user_id
        asked = Asked(team_id, user_id, team_id, response_url=wish.get("response_url", ""))
        client = await self.client_for(team_id)
        member = await self.people.member(team_id, user_id)
        with speaking(language(member.locale)):
            said = views.connected(connection, wish.get("text", ""))
        await self.replies.say(client, asked, said)
        await self.changed(asked)
