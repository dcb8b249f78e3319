"""What the sandbox begins with: two workspaces, a Cal.com, a rule, and the bot's settings."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from bot import store as stores
from bot.domain.rules import Detail, Look, Place, Rule
from bot.sandbox import page
from bot.sandbox.calcom import sending
from bot.sandbox.calcom.seed import OAUTH_CLIENT, add_oauth_client
from bot.sandbox.calcom.seed_clinic import seed_clinic
from bot.sandbox.calcom.seed_demo import HOUSE_KEY
from bot.sandbox.calcom.seed_demo import seed_demo as seed_cal
from bot.sandbox.calcom.world import World
from bot.sandbox.slack.oauth import CLIENT_ID, CLIENT_SECRET
from bot.sandbox.slack.page_state import Around
from bot.sandbox.slack.workspace import Workspace
from bot.sandbox.slack.workspace import seed_demo as seed_slack
from bot.settings import Settings
from bot.slack.manifest import HOSTED, OPTIONAL_SCOPES, REQUIRED_SCOPES, SHORTCUTS
from bot.slack.views.help import GROUPS

PUBLIC_URL: Final = "https://calbot.harbour-labs.example"
"""Where the local Cal.com believes the bot to be: it takes no other than public addresses."""
BOOKINGS: Final = "C0BOOKINGS"
SALES: Final = "C0SALES"
SALES_TYPES: Final = ("intro", "demo", "consulting")


CAL_WEB_URL: Final = "https://cal.com"
HOSTS: Final = {
    f"{PUBLIC_URL}/": "/",
    f"{CAL_WEB_URL}/auth/": "/calcom/auth/",
    f"{CAL_WEB_URL}/": page.CALCOM,
}
"""Where a browser is led that is sent to one of these; the first that fits."""


def now() -> datetime:
    return datetime.now(UTC)


async def seeded(clock: Callable[[], datetime], bot_url: str) -> tuple[Workspace, World]:
    """Both worlds, with their people; the bot's public address leads to where it really is."""

    async def post(url: str, headers: dict[str, str], body: bytes) -> int:
        return await sending.post(url.replace(PUBLIC_URL, bot_url, 1), headers, body)

    workspace, world = Workspace(clock, name="Harbour Labs"), World(clock, post=post)
    seed_slack(workspace)
    members = workspace.channels["C0GENERAL"].members
    bot = workspace.app.bot_user_id
    workspace.add_channel("sales", [*sorted(members), bot], channel_id=SALES)
    workspace.granted_scopes = {*REQUIRED_SCOPES, *OPTIONAL_SCOPES}
    workspace.app.unfurl_domains = (HOSTED,)
    offer(workspace)
    world.web_url = CAL_WEB_URL
    await seed_cal(world)
    seed_clinic(world)
    add_oauth_client(world, f"{PUBLIC_URL}/cal/oauth/callback")
    return workspace, world


def offer(workspace: Workspace) -> None:
    """Let the client offer what the app has: its shortcuts, and what can follow its command."""
    app = workspace.app
    app.shortcut_names = tuple((one["type"], one["callback_id"], one["name"]) for one in SHORTCUTS)
    lines = (line for _, told, _ in GROUPS for line in told)
    app.command_words = tuple((each, does) for typed, does in lines for each in typed.split("|"))


def around(workspace: Workspace, second: Workspace) -> dict[str, Around]:
    """What each of the two workspaces has beside it; into the second the app can be installed."""
    workspaces = [(workspace.name, "/"), (second.name, f"/w/{second.team_id}/")]
    return {
        workspace.team_id: Around(workspaces, HOSTS, since=workspace.clock().isoformat()),
        second.team_id: Around(workspaces, HOSTS, install="/slack/install"),
    }


def environment(workspace: Workspace, url: str, bot_url: str, database_url: str) -> dict[str, str]:
    """The bot's settings, as somebody would write them for these two servers, and nothing else
    that is one of its settings."""
    others = {k: v for k, v in os.environ.items() if k.lower() not in Settings.model_fields}
    return others | {
        "SLACK_BOT_TOKEN": workspace.app.bot_token,
        "SLACK_SIGNING_SECRET": workspace.app.signing_secret,
        "SLACK_API_URL": f"{url}/api/",
        "CAL_API_URL": f"{url}/calcom/v2",
        "CAL_WEB_URL": CAL_WEB_URL,
        "CAL_API_KEY": HOUSE_KEY,
        "CAL_OAUTH_CLIENT_ID": OAUTH_CLIENT,
        "SLACK_CLIENT_ID": CLIENT_ID,
        "SLACK_CLIENT_SECRET": CLIENT_SECRET,
        "NOTIFY_CHANNEL": "#bookings",
        "PUBLIC_URL": PUBLIC_URL,
        "DATABASE_URL": database_url,
        "PORT": bot_url.rpartition(":")[2],
    }


async def keep_sales_rule(database_url: str, workspace: Workspace, world: World) -> None:
    """Let there be a second rule, as somebody in #sales would have made it."""
    await stores.migrate(database_url)
    store = stores.open_store(database_url, clock=now)
    rule = Rule(
        "sales",
        Place(workspace.team_id, SALES),
        owner="U0ALICE",
        event_types=tuple(sorted(for_sales(world))),
        look=Look(Detail.INITIALS),
        reminders=(15,),
        zone="Europe/Paris",
    )
    try:
        await store.rules.save(rule)
    finally:
        await store.close()


def for_sales(world: World) -> frozenset[int]:
    """The event types whose bookings #sales hears of."""
    return frozenset(e.id for e in world.event_types.values() if e.slug in SALES_TYPES)


def seen_by_house(world: World) -> frozenset[int]:
    """The event types whose bookings the house account hears of: its own and its teams'; those
    that a team hands out to its members are theirs."""
    owner = world.user_by_key(HOUSE_KEY)
    assert owner is not None
    every = world.event_types.values()
    return frozenset(e.id for e in every if e.owner_id == owner.id or e.team_id is not None)
