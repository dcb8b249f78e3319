"""Lighthouse Clinic: a second workspace, to which the app has yet to be added."""

from collections.abc import Callable
from datetime import datetime

from bot.sandbox.slack.installed_app import InstalledApp
from bot.sandbox.slack.people import Person
from bot.sandbox.slack.workspace import Workspace

TEAM = "T0CLINIC"


def clinic(clock: Callable[[], datetime]) -> Workspace:
    """The workspace, with its people and channels."""
    app = InstalledApp(
        bot_id="B0CLINIC",
        bot_user_id="U0CLINICBOT",
        bot_token="xoxb-sandbox-clinic",  # noqa: S106 - a placeholder
        uninstalled=True,
    )
    workspace = Workspace(clock, team_id=TEAM, name="Lighthouse Clinic", app=app)
    for person in (
        Person("U0NORA", "nora", "Nora Quinn", "nora@example.net", "Europe/Dublin", is_admin=True),
        Person("U0IVAN", "ivan", "Ivan Petrov", "ivan@example.net", "Europe/Sofia"),
        Person("U0MEI", "mei", "Mei Tanaka", "mei@example.net", "Asia/Tokyo"),
    ):
        workspace.add_person(person)
    members = ["U0NORA", "U0IVAN", "U0MEI"]
    workspace.add_channel("general", members, channel_id="C0CLINIC")
    workspace.add_channel("front-desk", [*members, app.bot_user_id], channel_id="C0FRONTDESK")
    for user in members:
        name = workspace.people[user].name
        workspace.add_channel(name, [user, app.bot_user_id], "im", channel_id=f"D0{name.upper()}")
    return workspace
