"""The payloads Slack sends, field by field.

Source: docs.slack.dev, reference/interaction-payloads, interactivity/implementing-slash-commands,
reference/events.
"""

import re
from collections.abc import Mapping
from typing import Any

from bot.sandbox.slack.messages import Json, Message
from bot.sandbox.slack.people import Channel
from bot.sandbox.slack.screen import Control, Screen
from bot.sandbox.slack.state import field_of
from bot.sandbox.slack.views import View
from bot.sandbox.slack.workspace import Workspace

_KEPT = ("text", "value", "style", "url", "confirm", "placeholder", "timezone")


class Payloads:
    """Makes payloads; making one that carries a trigger id or response URL grants it."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def slash_command(self, user: str, channel: Channel, command: str, text: str) -> Json:
        workspace = self._workspace
        return {
            "token": workspace.app.verification_token,
            "team_id": workspace.team_id,
            "team_domain": workspace.domain,
            "channel_id": channel.id,
            "channel_name": channel.payload_name,
            "user_id": user,
            "user_name": workspace.person(user).name,
            "command": command,
            "text": escaped(workspace, text) if workspace.app.should_escape else text,
            "api_app_id": workspace.app.id,
            "is_enterprise_install": "false",
            "response_url": workspace.grants.response_url(user, channel.id),
            "trigger_id": workspace.grants.trigger(user, channel.id),
        }

    def block_actions(self, screen: Screen, control: Control, value: Any) -> Json:
        """`value` is what was chosen or typed; None for a button."""
        where = self._where(screen)
        message, view = screen.message, screen.view
        if message is not None:
            trigger = self._workspace.grants.trigger(screen.user, message.channel)
            where["state"] = {"values": screen.values}
            where["response_url"] = self._workspace.grants.response_url(
                screen.user, message.channel, message.ts
            )
        else:
            assert view is not None
            in_modal = view.id if view.body["type"] == "modal" else None
            trigger = self._workspace.grants.trigger(screen.user, view.channel, in_modal)
        action = self._action(control, value)
        return {
            **self._base("block_actions", screen.user),
            **where,
            "trigger_id": trigger,
            "actions": [action],
        }

    def block_suggestion(self, screen: Screen, control: Control, query: str) -> Json:
        return {
            **self._base("block_suggestion", screen.user),
            **self._where(screen),
            "action_id": control.action_id,
            "block_id": control.block_id,
            "value": query,
        }

    def view_submission(self, view: View) -> Json:
        return {
            **self._base("view_submission", view.user),
            "trigger_id": self._workspace.grants.trigger(view.user, view.channel, view.id),
            "view": self._workspace.views.view_object(view),
            "response_urls": list(self._response_urls(view)),
        }

    def view_closed(self, view: View, *, is_cleared: bool) -> Json:
        return {
            **self._base("view_closed", view.user),
            "view": self._workspace.views.view_object(view),
            "is_cleared": is_cleared,
        }

    def shortcut(self, user: str, callback_id: str) -> Json:
        return {
            **self._base("shortcut", user),
            "callback_id": callback_id,
            "trigger_id": self._workspace.grants.trigger(user),
            "action_ts": self._workspace.new_ts(),
        }

    def message_action(self, user: str, message: Message, callback_id: str) -> Json:
        channel = self._workspace.channels[message.channel]
        grants = self._workspace.grants
        return {
            **self._base("message_action", user),
            "callback_id": callback_id,
            "trigger_id": grants.trigger(user, channel.id),
            "response_url": grants.response_url(user, channel.id, message.ts),
            "message_ts": message.ts,
            "channel": {"id": channel.id, "name": channel.payload_name},
            "message": message.message_object(),
            "action_ts": self._workspace.new_ts(),
        }

    def event(self, kind: str, fields: Mapping[str, Any]) -> Json:
        workspace = self._workspace
        user = workspace.app.bot_user_id
        authorization = {
            "enterprise_id": workspace.enterprise_id or None,
            "team_id": workspace.team_id,
            "user_id": user,
            "is_bot": True,
            "is_enterprise_install": bool(workspace.enterprise_id),
        }
        return {
            "token": workspace.app.verification_token,
            "team_id": workspace.team_id,
            "context_team_id": workspace.team_id,
            "context_enterprise_id": None,
            "api_app_id": workspace.app.id,
            "event": {"type": kind, "event_ts": workspace.new_ts(), **fields},
            "type": "event_callback",
            "event_id": workspace.new_id("Ev"),
            "event_time": int(workspace.clock().timestamp()),
            "authorizations": [authorization],
            "is_ext_shared_channel": False,
        }

    def _base(self, kind: str, user: str) -> Json:
        workspace = self._workspace
        person = workspace.person(user)
        name, team = person.name, workspace.team_id
        theirs = person.team_id or team
        return {
            "type": kind,
            "user": {"id": user, "username": name, "name": name, "team_id": theirs},
            "api_app_id": workspace.app.id,
            "token": workspace.app.verification_token,
            "team": {"id": team, "domain": workspace.domain},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _where(self, screen: Screen) -> Json:
        """The container, and the view or message in it; an ephemeral message is not told."""
        if screen.view is not None:
            return {
                "container": {"type": "view", "view_id": screen.view.id},
                "view": self._workspace.views.view_object(screen.view),
            }
        message = screen.message
        assert message is not None
        channel = self._workspace.channels[message.channel]
        container: Json = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": message.ephemeral_to is not None,
        }
        if message.thread_ts is not None:
            container["thread_ts"] = message.thread_ts
        where = {
            "container": container,
            "channel": {"id": channel.id, "name": channel.payload_name},
        }
        if message.ephemeral_to is None:
            where["message"] = message.message_object()
        return where

    def _action(self, control: Control, value: Any) -> Json:
        element = control.element
        action = {
            "type": element["type"],
            "action_id": control.action_id,
            "block_id": control.block_id,
            "action_ts": self._workspace.new_ts(),
        }
        kept = {name: held for name, held in element.items() if name in _KEPT}
        initial = {name: held for name, held in element.items() if name.startswith("initial_")}
        if element["type"] == "overflow":
            return action | kept | {"selected_option": value}
        name = field_of(element)
        return action | kept | initial | ({name: value} if name is not None else {})

    def _response_urls(self, view: View) -> Any:
        for block in view.blocks:
            element = block.get("element", {})
            if not element.get("response_url_enabled"):
                continue
            state = view.values[block["block_id"]][element["action_id"]]
            channel = state[field_of(element) or ""]
            if channel:
                yield {
                    "block_id": block["block_id"],
                    "action_id": element["action_id"],
                    "channel_id": channel,
                    "response_url": self._workspace.grants.response_url(view.user, channel),
                }


_MENTION = re.compile(r"<@(?P<id>[UW]\w+)(?:\|[^>]*)?>|@(?P<name>[\w.-]*\w)|#(?P<channel>[\w-]+)")
_LINK = re.compile(r"https?://[^\s|>]+")


def escaped(workspace: Workspace, text: str) -> str:
    """A command's text under should_escape: names become ids, URLs stand in angle brackets."""
    people = {person.name: person for person in workspace.people.values()}

    def mention(found: re.Match[str]) -> str:
        person = workspace.people.get(found["id"] or "") or people.get(found["name"] or "")
        if person is not None:
            return f"<@{person.id}|{person.name}>"
        channel = workspace.channel_named(found["channel"]) if found["channel"] else None
        if channel is not None:
            name = channel.name if channel.kind == "public" else ""
            return f"<#{channel.id}|{name}>"
        return _entities(found[0])

    told, end = "", 0
    for found in re.finditer(f"{_LINK.pattern}|{_MENTION.pattern}", text):
        told += _entities(text[end : found.start()])
        link = _LINK.fullmatch(found[0])
        told += f"<{_entities(found[0])}>" if link else mention(found)
        end = found.end()
    return told + _entities(text[end:])


def marked(workspace: Workspace, text: str) -> str:
    """What somebody typed as a message keeps it: the same, but for people, who are ids alone."""
    return re.sub(r"<@(\w+)\|[^>]*>", r"<@\1>", escaped(workspace, text))


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
