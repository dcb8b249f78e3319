"""The app's manifest: what Slack has to know about the bot, and the link that creates the app.

Source: docs.slack.dev, app manifest reference; JSON schema 2.0.0 of slackapi/manifest-schema.
It has no place for translations: what stands in it is English for everybody.
"""

import json
from typing import Any
from urllib.parse import quote

from bot.slack import ids, steps

REQUIRED_SCOPES = {
    "commands": "the slash command",
    "chat:write": "cards and answers, in channels the bot is in and in direct messages",
    "users:read": "people's names and time zones",
    "users:read.email": "people's e-mail addresses, to book for them and to find their bookings",
}
"""Scope and reason; without them the bot does not work."""

OPTIONAL_SCOPES = {
    "chat:write.public": "cards in public channels without inviting the bot",
    "channels:read": "notification rules for public channels; to tell when one is archived",
    "groups:read": "the same for private channels the bot is in, for their members only",
    "channels:history": "to find a card whose posting Slack did not answer, not to post it twice",
    "groups:history": "the same in private channels the bot is in",
    "links:read": "to hear of booking links that people write",
    "links:write": "to show what they lead to, and when it can be booked",
    "mpim:write": "to propose times to several people at once, as a group",
    "im:write": "to find a direct message whose sending Slack did not answer, not to send it twice",
    "im:history": "the same",
    "usergroups:read": "to choose user groups that a notification rule mentions",
}
"""Scope and reason; whoever installs the app may leave them out."""

SHORTCUTS = (
    {
        "type": "global",
        "callback_id": ids.BOOK_A_MEETING,
        "name": "Book a meeting",
        "description": "Find an open time and book it on Cal.com",
    },
    {
        "type": "message",
        "callback_id": ids.BOOK_ABOUT,
        "name": "Book about this",
        "description": "Book a meeting about this message, with whoever wrote it",
    },
)

EVENTS = ("user_change", "app_uninstalled", "tokens_revoked", "link_shared", "app_home_opened")

HOSTED = "cal.com"
"""Where booking links of Cal.com's own service are; app.cal.com is a part of it."""

PLACEHOLDER_URL = "https://your-host.example"


def manifest(  # noqa: PLR0913 - all are keywords, what whoever runs it may choose
    *,
    name: str = "Calbot",
    command: str = "/cal",
    public_url: str = PLACEHOLDER_URL,
    web_host: str = HOSTED,
    socket_mode: bool = False,
    by_oauth: bool = False,
    with_steps: bool = False,
) -> dict[str, Any]:
    """The manifest, ready for JSON.

    Args:
        name: What people see in Slack, at most 35 characters.
        command: The slash command, with its slash, at most 32 characters.
        web_host: Where people use Cal.com: links to it are shown.
        public_url: Where Slack reaches the bot, without a slash at the end.
        socket_mode: Leave the addresses out: the bot asks Slack.
        by_oauth: People install the app into their workspaces themselves, at our address.
        with_steps: Offer steps in Workflow Builder; Slack takes them only of apps that are ready
            for organizations, which cannot be taken back.
    """
    address = None if socket_mode else f"{public_url}/slack/events"
    back = {"redirect_urls": [f"{public_url}/slack/oauth_redirect"]} if by_oauth else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 0},
        "display_information": {
            "name": name,
            "description": "Cal.com in Slack: open times, bookings, and what becomes of them",
            "background_color": "#292929",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,  # direct messages of the bot are shown there
                "messages_tab_read_only_enabled": True,
            },
            "shortcuts": [*map(dict, SHORTCUTS)],
            "unfurl_domains": [_unfurl_domain(web_host)],
            "bot_user": {"display_name": name, "always_online": True},
            "slash_commands": [_slash_command(command, address)],
        },
        "oauth_config": {
            **back,
            "scopes": {
                "bot": [*REQUIRED_SCOPES, *OPTIONAL_SCOPES],
                "bot_optional": [*OPTIONAL_SCOPES],
            },
        },
        "settings": _settings(address, with_steps=with_steps),
        **({"functions": steps.STEPS} if with_steps else {}),
    }


def create_link(manifest: dict[str, Any]) -> str:
    """Where a click creates the app from the manifest."""
    written = json.dumps(manifest, separators=(",", ":"))
    return f"https://api.slack.com/apps?new_app=1&manifest_json={quote(written, safe='')}"


def _unfurl_domain(web_host: str) -> str:
    """Slack takes a domain for all that is below it, too."""
    return HOSTED if web_host == HOSTED or web_host.endswith(f".{HOSTED}") else web_host


def _slash_command(command: str, address: str | None) -> dict[str, Any]:
    return {
        "command": command,
        **({"url": address} if address else {}),
        "description": "Find open times, book, and see your bookings",
        "usage_hint": "slots, book, share, propose, bookings, types, today, notify, help",
        "should_escape": True,  # people come as <@U…> instead of names that cannot be resolved
    }


def _settings(address: str | None, *, with_steps: bool) -> dict[str, Any]:
    """How Slack tells us what happens: at our address, or where we ask for it."""
    request_url = {"request_url": address} if address else {}
    options_url = {"message_menu_options_url": address} if address else {}
    events = [*EVENTS, steps.EVENT] if with_steps else [*EVENTS]
    return {
        "event_subscriptions": {**request_url, "bot_events": events},
        "interactivity": {"is_enabled": True, **request_url, **options_url},
        "org_deploy_enabled": with_steps,  # like the next, it cannot be turned off again
        "token_rotation_enabled": False,
        "socket_mode_enabled": address is None,
        **({"function_runtime": "remote"} if with_steps else {}),
    }
