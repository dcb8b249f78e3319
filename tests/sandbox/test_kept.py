"""A program that is kept running, killed, and started again."""

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from bot.sandbox import bot_control
from bot.sandbox.calcom.world import World
from bot.sandbox.comparing import Comparison
from bot.sandbox.kept import Kept, State
from bot.sandbox.slack.workspace import Workspace
from tests.sandbox.slack.living import Clock

PROGRAM = """
import pathlib, sys
with pathlib.Path("lives").open("a") as lives:
    lives.write("one more\\n")
sys.stdin.read()
"""


@dataclass
class Watcher:
    """Writes down every state that is told."""

    folder: Path
    kept: Kept = field(init=False)
    states: list[State] = field(default_factory=list)
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        program = [sys.executable, "-c", PROGRAM]
        self.kept = Kept(program, self.folder, self.is_ready, self.note)

    @property
    def lives(self) -> int:
        file = self.folder / "lives"
        return len(file.read_text().splitlines()) if file.exists() else 0

    async def is_ready(self) -> bool:
        return self.lives == self.kept.starts

    def note(self) -> None:
        self.states.append(self.kept.state)
        self.moved.set()

    async def until(self, state: State) -> None:
        async with asyncio.timeout(30):
            while self.kept.state is not state:
                self.moved.clear()
                await self.moved.wait()


@pytest.fixture
async def watcher(tmp_path: Path) -> AsyncIterator[Watcher]:
    watcher = Watcher(tmp_path)
    async with watcher.kept.running():
        yield watcher
    assert not watcher.kept.kill(), "it ends with the block"


async def test_it_is_started_again_whenever_it_was_killed(watcher: Watcher) -> None:
    for lives in (1, 2):
        assert (watcher.lives, watcher.kept.state) == (lives, State.RUNNING)
        assert watcher.kept.kill()
        await watcher.until(State.CRASHED)
        assert not watcher.kept.kill(), "it is dead already"
        await watcher.until(State.RUNNING)
    one_life = [State.STARTING, State.RUNNING, State.CRASHED]
    assert watcher.states == [*one_life, *one_life, *one_life[:2]]


async def test_the_page_crashes_it(watcher: Watcher) -> None:
    clock = Clock()
    comparison = Comparison(World(clock), Workspace(clock), [])
    app = Starlette(routes=bot_control.routes(watcher.kept, comparison))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://bot.test") as http:
        told = (await http.get("/bot/state")).json()
        assert told == {"state": "running", "starts": 1, "lines": []}
        for wrong in (b"no JSON", b'{"away": "long"}', b'{"away": 61}', b'{"away": -1}', b"[]"):
            assert (await http.post("/bot/crash", content=wrong)).status_code == 400
        assert (await http.post("/bot/crash", json={"away": 60})).status_code == 200
        await watcher.until(State.CRASHED)
        assert (await http.post("/bot/crash", json={})).status_code == 409


async def test_a_program_that_does_not_come_to_life(tmp_path: Path) -> None:
    async def never() -> bool:
        return False

    kept = Kept([sys.executable, "-c", ""], tmp_path, never, lambda: None)
    with pytest.raises(TimeoutError, match="did not come to life"):
        async with kept.running(within=0.2):
            raise AssertionError("it never ran")
