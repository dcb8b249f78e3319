"""Who the bot is in the workspace of the token in the settings."""

from dataclasses import dataclass, field

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient


@dataclass(slots=True)
class Identity:
    """The workspace the bot's token belongs to; empty until `auth.test` has told it.

    Bolt would ask `auth.test` while a person waits for the first answer; here it is asked at
    start, so that no remote call stands before an answer to Slack. Without a token there is no
    such workspace.
    """

    token: str = field(repr=False)
    team_id: str = ""
    enterprise_id: str = ""
    bot_id: str = ""
    bot_user_id: str = ""

    @property
    def is_known(self) -> bool:
        """Whether there is nothing (more) to learn."""
        return bool(self.team_id) or not self.token

    async def learn(self, client: AsyncWebClient) -> None:
        """Ask Slack who we are."""
        answer = await client.auth_test()
        self.team_id = str(answer.get("team_id") or "")
        self.enterprise_id = str(answer.get("enterprise_id") or "")
        self.bot_id = str(answer.get("bot_id") or "")
        self.bot_user_id = str(answer.get("user_id") or "")

    def authorized(self, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        """The token for requests from our own workspace; None for any other."""
        if self.team_id and team_id and team_id != self.team_id:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=self.token,
            bot_id=self.bot_id or None,
            bot_user_id=self.bot_user_id or None,
        )
