"""The sandbox as a composition; what it looks like from outside is in tests/e2e and processes."""

import pytest

from bot.sandbox.calcom.seed_demo import seed_demo
from bot.sandbox.calcom.world import World
from bot.sandbox.slack.workspace import Workspace
from bot.settings import Settings
from bot.showroom_setup import environment, now, seen_by_house

URL, BOT_URL = "http://127.0.0.1:3000", "http://127.0.0.1:4000"


def test_nothing_of_somebodys_own_settings_gets_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.setenv(name.upper(), "xoxb-mine")
    monkeypatch.setenv("PATH", "/bin")
    made = environment(Workspace(now), URL, BOT_URL, "sqlite:///sandbox.db")
    assert "xoxb-mine" not in made.values()
    assert made["PATH"] == "/bin"
    monkeypatch.undo()
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in made.items():
        monkeypatch.setenv(name, value)
    settings = Settings.load("serve", env_file=None)
    assert (settings.port, settings.slack_api_url) == (4000, f"{URL}/api/")


async def test_the_house_sees_its_own_and_its_teams() -> None:
    world = World(now)
    await seed_demo(world)
    seen = [world.event_types[each] for each in seen_by_house(world)]
    slugs = {each.slug for each in seen}
    assert {"intro", "consulting", "panel", "team-demo"} <= slugs
    assert not {"sales", "support"} & slugs
    assert [each for each in seen if each.parent_id] == []
