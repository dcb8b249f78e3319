"""The app under test, as the workspace has it installed."""

from dataclasses import dataclass, field
from typing import Any

SCOPES = frozenset(
    {
        "channels:read",
        "chat:write",
        "commands",
        "groups:read",
        "im:write",
        "links:read",
        "links:write",
        "mpim:write",
        "usergroups:read",
        "users:read",
        "users:read.email",
    }
)


@dataclass(slots=True)
class InstalledApp:
    """The app under test as the workspace has it installed.

    `commands` are the slash commands with their hints, `shortcuts` the callback ids, `events` the
    subscribed events (None: all), `steps` what the manifest has as functions. `shortcut_names` are
    what a client offers: kind (`global` or `message`), callback id and name; `command_words` what
    can follow the command, as typed (`slots [when]`), and what it does. With `should_escape`
    names in a command's text arrive as ids. The tokens and the secret are placeholders of this
    stand-in.
    """

    id: str = "A0CALBOT"
    name: str = "Calbot"
    bot_id: str = "B0CALBOT"
    bot_user_id: str = "U0CALBOT"
    bot_token: str = "xoxb-sandbox"  # noqa: S105 # a placeholder
    app_token: str = "xapp-sandbox"  # noqa: S105 # a placeholder
    signing_secret: str = "sandbox-signing-secret"  # noqa: S105 # a placeholder
    verification_token: str = "sandbox-verification-token"  # noqa: S105 # a placeholder
    commands: dict[str, str] = field(default_factory=lambda: {"/cal": "[what to do]"})
    should_escape: bool = True
    shortcuts: frozenset[str] | None = None
    shortcut_names: tuple[tuple[str, str, str], ...] = ()
    command_words: tuple[tuple[str, str], ...] = ()
    unfurl_domains: tuple[str, ...] = ()
    events: frozenset[str] | None = None
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    home_tab: bool = True
    messages_tab: bool = True
    uninstalled: bool = False
