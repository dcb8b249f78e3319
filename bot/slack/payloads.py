"""What Slack sends when a person does something, read into one small value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.slack import ids
from bot.slack.views.parts import ANSWER

SHORTCUTS: Final = {ids.BOOK_A_MEETING: "book", ids.BOOK_ABOUT: "book"}
"""The command that does the same as a shortcut."""
LONGEST_WISH: Final = 1000
"""What is wanted travels in a button's value, which Slack lets have 2,000 characters."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who did what, and by which ways it can be answered.

    `team_id` is the workspace the app is installed in, `user_team_id` the person's own (another
    one in channels shared with other organizations). `action` is the first of a click's actions.
    """

    team_id: str
    user_id: str
    user_team_id: str
    text: str = ""
    trigger_id: str = field(default="", repr=False)
    response_url: str = field(default="", repr=False)
    channel_id: str = ""
    message_ts: str = ""
    view: Mapping[str, Any] = field(default_factory=dict, repr=False)
    action: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def is_home(self) -> bool:
        """Whether it was pressed in the App Home, where there is no modal, and no channel."""
        return self.view.get("type") == "home"

    @property
    def view_id(self) -> str:
        """The modal it was pressed in, if it was one."""
        return "" if self.is_home else str(self.view.get("id") or "")

    @property
    def metadata(self) -> str:
        return str(self.view.get("private_metadata") or "")

    @property
    def has_no_conversation(self) -> bool:
        """Whether it was pressed in the App Home, or in a modal with an answer that would be a
        message elsewhere: then answers are modals."""
        return self.is_home or self.metadata == ANSWER

    @property
    def wish(self) -> str:
        """What the person wants, as the command's text; empty where it cannot be said so."""
        action_id = str(self.action.get("action_id") or "")
        if action_id.startswith(ids.START) or action_id in {ids.CONNECT, ids.CONNECT_BY_KEY}:
            wish = self.value
        else:
            wish = "" if self.action or self.view else self.text
        return wish if len(wish) <= LONGEST_WISH else ""

    @property
    def value(self) -> str:
        """What was chosen: a button's value, an option's value, a date or an id."""
        action = self.action
        chosen = action.get("selected_option")
        if isinstance(chosen, Mapping):
            return str(chosen.get("value") or "")
        for key in ("value", "selected_date", "selected_user", "selected_conversation"):
            if action.get(key):
                return str(action[key])
        return ""


def asked(body: Mapping[str, Any]) -> Asked:
    """Read a command's, event's, click's, submission's or option request's body.

    Slack sends commands flat and interactions nested; on Grid `team` may be null.
    """
    event = body.get("event")
    if isinstance(event, Mapping):
        return _of_event(str(body.get("team_id") or ""), event)
    user = body.get("user")
    if not isinstance(user, Mapping):
        return Asked(
            team_id=str(body.get("team_id") or ""),
            user_id=str(body.get("user_id") or ""),
            user_team_id=str(body.get("team_id") or ""),
            text=str(body.get("text") or ""),
            trigger_id=str(body.get("trigger_id") or ""),
            response_url=str(body.get("response_url") or ""),
            channel_id=str(body.get("channel_id") or ""),
        )
    team = body.get("team") or {}
    channel = body.get("channel") or {}
    actions = body.get("actions") or [{}]
    team_id = str(team.get("id") or user.get("team_id") or "")
    return Asked(
        team_id=team_id,
        user_id=str(user.get("id") or ""),
        user_team_id=str(user.get("team_id") or team_id),
        text=str(body.get("value") or SHORTCUTS.get(str(body.get("callback_id"))) or ""),
        trigger_id=str(body.get("trigger_id") or ""),
        response_url=str(body.get("response_url") or ""),
        channel_id=str(channel.get("id") or ""),
        message_ts=str((body.get("container") or {}).get("message_ts") or ""),
        view=body.get("view") or {},
        action=actions[0],
    )


def _of_event(team_id: str, event: Mapping[str, Any]) -> Asked:
    user, view, inputs = event.get("user"), event.get("view"), event.get("inputs")
    if isinstance(inputs, Mapping):  # of a step: who runs the workflow, as Slack says
        context = inputs.get("user_context")
        user = context.get("id") if isinstance(context, Mapping) else ""
    return Asked(
        team_id=team_id,
        user_id=user if isinstance(user, str) else "",
        user_team_id=team_id,
        view=view if isinstance(view, Mapping) else {},
    )
