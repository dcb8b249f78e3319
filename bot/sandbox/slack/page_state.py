"""What one person sees, as the browser page draws it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.slack.messages import Json, Message
from bot.sandbox.slack.people import Channel, Person
from bot.sandbox.slack.views import View
from bot.sandbox.slack.workspace import Workspace

_COLORS = ("#1d7c9b", "#8f4fa8", "#b3541e", "#2e7d4f", "#a83a5b", "#5a6acf", "#7a6a1c", "#54626f")


@dataclass(frozen=True, slots=True)
class Around:
    """What there is beside one workspace.

    Attributes:
        workspaces: Names and addresses of all that can be looked at, this one too.
        hosts: Where addresses lead in truth that are public only by name.
        install: Where the app is put into this workspace; empty where it always is.
        since: When everything stood ready; empty where there is no tour.
    """

    workspaces: Sequence[tuple[str, str]] = ()
    hosts: Mapping[str, str] = field(default_factory=dict)
    install: str = ""
    since: str = ""


def bootstrap(workspace: Workspace, around: Around) -> Json:
    """What stays as it is: the team, its people, the app and its command."""
    app = workspace.app
    name, hint = next(iter(app.commands.items()))
    return {
        "team": {"id": workspace.team_id, "name": workspace.name},
        "people": [_person(person) for person in workspace.people.values()],
        "command": {
            "name": name,
            "hint": hint,
            "words": [{"typed": typed, "does": does} for typed, does in app.command_words],
        },
        "app": {"id": app.id, "name": app.name, "bot_user_id": app.bot_user_id},
        "shortcuts": [
            {"kind": kind, "callback_id": callback_id, "name": shown}
            for kind, callback_id, shown in app.shortcut_names
        ],
        "workspaces": [{"name": name, "url": url} for name, url in around.workspaces],
        "hosts": dict(around.hosts),
        "install": around.install,
        "since": around.since,
    }


def state(workspace: Workspace, user: str) -> Json:
    """Everything before this person now, and nothing else."""
    channels = workspace.visible_channels(user)
    home = workspace.views.homes.get(user)
    return {
        "me": user,
        "channels": [_channel(workspace, user, channel) for channel in channels],
        "messages": {
            channel.id: [
                _message(workspace, user, message)
                for message in workspace.visible_messages(user, channel.id)
            ]
            for channel in channels
        },
        "views": [_view(view) for view in workspace.views.stack(user)],
        "home": _view(home) if home is not None else None,
        "errors": list(workspace.troubles.get(user, [])),
        "installed": not workspace.app.uninstalled,
    }


def _person(person: Person) -> Json:
    return {
        "id": person.id,
        "name": person.name,
        "real_name": person.real_name,
        "email": person.email,
        "tz": person.tz,
        "is_admin": person.is_admin,
        "is_restricted": person.is_restricted,
        "deleted": person.deleted,
        "is_bot": person.is_bot,
        "avatar_color": _COLORS[sum(person.id.encode()) % len(_COLORS)],
    }


def _channel(workspace: Workspace, user: str, channel: Channel) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "is_member": user in channel.members,
        "archived": channel.archived,
        "bot_is_member": workspace.app.bot_user_id in channel.members,
        "unread": workspace.unread(user, channel),
        "mentions": workspace.mentions(user, channel),
        "im_with": channel.other(user) if channel.kind == "im" else None,
    }


def _message(workspace: Workspace, user: str, message: Message) -> Json:
    seen = workspace.visible_messages(user, message.channel)
    replies = sum(m.thread_ts == message.ts and m.ts != message.ts for m in seen)
    told: dict[str, Any] = {
        "ts": message.ts,
        "channel": message.channel,
        "user": message.user,
        "bot": message.bot_id is not None,
        "text": message.text,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "ephemeral": message.ephemeral_to is not None,
        "thread_ts": message.thread_ts,
        "reply_count": replies,
        "edited": message.edited,
        "deleted": message.deleted,
        "state": {"values": message.values.get(user, {})},
    }
    return told | ({"metadata": message.metadata} if message.metadata else {})


def _view(view: View) -> Json:
    return {
        "id": view.id,
        "root_id": view.root_id,
        "hash": view.hash,
        "type": view.body["type"],
        "callback_id": view.body.get("callback_id", ""),
        "title": view.body.get("title"),
        "submit": view.body.get("submit"),
        "close": view.body.get("close"),
        "blocks": view.blocks,
        "state": {"values": view.values},
        "errors": view.errors,
        "busy": view.busy,
        "notify_on_close": bool(view.body.get("notify_on_close")),
    }
