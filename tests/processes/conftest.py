"""The stand-ins behind real sockets, and a way to start our processes against them."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.processes.running import Launcher
from tests.processes.surroundings import Surroundings, surroundings
from tests.tables import KEY


@pytest.fixture
async def around() -> AsyncIterator[Surroundings]:
    async with surroundings() as around:
        yield around


@pytest.fixture
def launch(tmp_path: Path, around: Surroundings) -> Iterator[Launcher]:
    """Whatever it starts is ended by its pid when the test ends, however it ends."""
    with ExitStack() as stack:
        yield Launcher(tmp_path, stack.enter_context, {**around.settings, "ENCRYPTION_KEYS": KEY})


@pytest.fixture
def launch_alone(tmp_path: Path) -> Iterator[Launcher]:
    """The same without stand-ins, and without any setting."""
    with ExitStack() as stack:
        yield Launcher(tmp_path, stack.enter_context, {})
