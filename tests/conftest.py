"""What every test room has: a bot between the stand-ins, checked for stray faults in the end."""

import gc
import os
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.harness import Rig, Setup, rig

pytest_plugins = ["tests.databases"]


def pytest_xdist_auto_num_workers() -> int:
    """Half of a test's time is waiting, for servers that stop and processes that start."""
    return 2 * (os.cpu_count() or 1)


def pytest_configure() -> None:
    """Keep the bytecode, also where the environment says not to: to read all tests anew takes every
    worker seven seconds."""
    sys.dont_write_bytecode = False


NOTIFYING = re.compile(
    r"services/|web/|notif|remind|digest|status|trigger|mention|card|webhook|metrics|traces"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark by its path what has to do with notifications, where `--database` changes it."""
    for item in items:
        where = item.path.relative_to(Path(__file__).parent).as_posix()
        if NOTIFYING.search(where) and "chosen_url" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.notifications)


def pytest_collection_finish() -> None:
    """Look no more for garbage among what all tests are made of: it is a quarter of their time."""
    gc.collect()
    gc.freeze()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=["sqlite", "postgresql"],
        default="sqlite",
        help="what stands behind the bot where a test does not say it itself",
    )


@pytest.fixture
def chosen_url(request: pytest.FixtureRequest) -> str:
    """An empty database of the kind that `--database` says; empty for SQLite in memory."""
    if request.config.getoption("--database") == "sqlite":
        return ""
    url: str = request.getfixturevalue("emptied_postgres_url")
    return url


@pytest.fixture
def setup(request: pytest.FixtureRequest, tmp_path: Path, chosen_url: str) -> Setup:
    """How the test wants its bot; `@pytest.mark.parametrize("setup", [{...}], indirect=True)`
    changes fields of `Setup`."""
    given: dict[str, Any] = getattr(request, "param", {})
    return Setup(**({"database_url": chosen_url or f"sqlite:///{tmp_path / 'bot.db'}"} | given))


@pytest.fixture
async def bot(setup: Setup) -> AsyncIterator[Rig]:
    """A bot that runs. What Slack would have shown people as broken fails the test."""
    async with rig(setup) as running:
        yield running
        await running.settle()
        assert running.slack.faults == []
