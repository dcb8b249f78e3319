"""The world the recordings began with; `seed_demo` has one to try out."""

from __future__ import annotations

from datetime import time

from bot.sandbox.calcom.hours import DAYS
from bot.sandbox.calcom.model import Hours, Membership, Schedule, Team, User
from bot.sandbox.calcom.oauth import Client
from bot.sandbox.calcom.world import World

OAUTH_CLIENT = "calbot-sandbox"
ALICE_KEY = "cal_alice0000000000000000000000000001"
BOB_KEY = "cal_bob000000000000000000000000000002"


def seed_recordings(world: World) -> None:
    """Put in alice and bob with their working hours, as the recorded server had them; their event
    types come by asking for them again (exchanges 001 to 009)."""
    alice = User(101, "alice", "Alice Martin", "alice@example.com", "Europe/Paris", ALICE_KEY)
    alice.time_format, alice.week_start, alice.rate_limit = 24, "Monday", 5000
    bob = User(102, "bob", "Bob Stone", "bob@example.com", "America/New_York", BOB_KEY)
    for user, schedule_id in ((alice, 201), (bob, 202)):
        add_user(world, user, schedule_id, (time(9), time(17)))


def add_user(world: World, user: User, schedule_id: int, hours: tuple[time, time]) -> None:
    """Put in a person who works Monday to Friday, `hours` of their own zone."""
    user.default_schedule_id = schedule_id
    world.users[user.id] = user
    world.schedules[schedule_id] = Schedule(
        schedule_id,
        user.id,
        "Working hours",
        user.time_zone,
        [Hours(list(DAYS[:5]), *hours)],
    )


def add_team(world: World, name: str, slug: str, roles: dict[int, str]) -> Team:
    """Put in a team; `roles` are OWNER, ADMIN or MEMBER by user id."""
    members = [Membership(world.next_id("membership"), who, role) for who, role in roles.items()]
    team = Team(world.next_id("team"), name, slug, members)
    world.teams[team.id] = team
    return team


def add_oauth_client(world: World, redirect_uri: str) -> Client:
    """Put in a public client, which people come back from to `redirect_uri`."""
    client = Client(OAUTH_CLIENT, "Calbot", (redirect_uri,))
    world.oauth.clients[client.id] = client
    return client
