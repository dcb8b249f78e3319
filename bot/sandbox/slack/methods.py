"""What a Web API method is here, and what several of them share."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.messages import Json
from bot.sandbox.slack.people import Channel, Kind
from bot.sandbox.slack.refusals import Refused
from bot.sandbox.slack.workspace import Workspace

Handler = Callable[[Workspace, Arguments], Json]


@dataclass(frozen=True, slots=True)
class Method:
    """A handler, which gives the answer without `ok` or raises Refused, and its scope."""

    handler: Handler
    scope: str | None = None
    app_token: bool = False


def need_scope(workspace: Workspace, scope: str) -> None:
    if scope not in workspace.granted_scopes:
        provided = ",".join(sorted(workspace.granted_scopes))
        raise Refused("missing_scope", needed=scope, provided=provided)


_FAMILIES: dict[Kind, str] = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}


def need_channel_scope(workspace: Workspace, kind: Kind, what: str) -> None:
    """Checks channels:…, groups:…, im:… or mpim:…, according to the kind of conversation."""
    need_scope(workspace, f"{_FAMILIES[kind]}:{what}")


def known_channel(workspace: Workspace, channel_id: str) -> Channel:
    """A conversation the bot may know of, by id only. Raises Refused("channel_not_found")."""
    channel = workspace.channels.get(channel_id)
    if channel is None:
        raise Refused("channel_not_found")
    if channel.kind != "public" and workspace.app.bot_user_id not in channel.members:
        raise Refused("channel_not_found")
    return channel


def channel_to_post_in(workspace: Workspace, name: str) -> Channel:
    """Where a message to an id, a #name or a person goes, when the bot may post there."""
    person = workspace.people.get(name)
    if person is not None:
        if person.deleted or person.id == workspace.app.bot_user_id:
            raise Refused("channel_not_found")
        channel = workspace.direct([person.id, workspace.app.bot_user_id])
    else:
        named = workspace.channel_named(name)
        channel = known_channel(workspace, named.id if named is not None else name)
    if channel.archived:
        raise Refused("is_archived")
    if channel.kind == "im" and not workspace.app.messages_tab:
        raise Refused("messages_tab_disabled")
    outside = workspace.app.bot_user_id not in channel.members
    if outside and "chat:write.public" not in workspace.granted_scopes:
        raise Refused("not_in_channel")
    return channel
