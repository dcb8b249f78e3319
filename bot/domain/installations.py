"""Where the app is installed: workspaces, and organizations with all of their workspaces."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Installation:
    """The app in one workspace; for a whole Grid organization `team_id` is empty.

    Slack's ids as it tells them. `refresh_token` and `expires_at` only where tokens rotate;
    `version` counts the tokens it has had.
    """

    team_id: str
    enterprise_id: str
    bot_token: str = field(repr=False)
    bot_id: str
    bot_user_id: str
    app_id: str
    installed_by: str
    installed_at: datetime
    scopes: tuple[str, ...] = ()
    team_name: str = ""
    refresh_token: str = field(default="", repr=False)
    expires_at: datetime | None = None
    version: int = 1

    @property
    def key(self) -> str:
        """What it is kept under: the workspace, or the organization."""
        return self.team_id or self.enterprise_id
