"""The local Cal.com answers about teams as a real one did (`v2team` 007 to 015)."""

from __future__ import annotations

import asyncio
from datetime import time

import pytest

from bot.sandbox.calcom.model import User
from bot.sandbox.calcom.seed import add_team, add_user, seed_recordings
from bot.sandbox.calcom.world import World
from tests.contract.standin_replay import RECORDINGS, Replay

TEAMS = RECORDINGS / "v2team"
pytestmark = pytest.mark.skipif(
    not TEAMS.is_dir(), reason="the recordings are not beside the checkout"
)


def _seed(world: World) -> None:
    """Alice, bob and carol are the team; dave is not in it; nobody's limit is in the way."""
    seed_recordings(world)
    key = "cal_carol0000000000000000000000000003"
    carol = User(103, "carol", "Carol Rao", "carol@example.com", "Asia/Kolkata", key)
    key = "cal_dave00000000000000000000000000004"
    dave = User(104, "dave", "Dave Hill", "dave@example.com", "Europe/London", key)
    add_user(world, carol, 203, (time(9), time(21)))
    add_user(world, dave, 204, (time(9), time(17)))
    for user in world.users.values():
        user.rate_limit = 5000
    add_team(world, "Sales", "sales", {101: "OWNER", 102: "MEMBER", 103: "MEMBER"})


def _names() -> list[str]:
    every = sorted(p.stem for p in TEAMS.glob("*.json")) if TEAMS.is_dir() else []
    return [name for name in every if "007" <= name[:3] <= "016"]


async def _replayed() -> Replay:
    replay = Replay("v2team", _seed)
    for name in _names():
        await replay.exchange(name)
    return replay


@pytest.fixture(scope="module")
def replay() -> Replay:
    return asyncio.run(_replayed())


@pytest.mark.parametrize("name", _names())
def test_answers_as_recorded(replay: Replay, name: str) -> None:
    assert replay.found[name] == []
