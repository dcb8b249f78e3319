"""A store over each database, a clock that stands still, and the data the tests speak of."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

import pytest

from bot.store import Store, open_store
from tests.store.samples import NOON
from tests.tables import KEYS


class Clock:
    """Stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, by: timedelta) -> datetime:
        self.now += by
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def opened(clock: Clock) -> AsyncIterator[Callable[[str], Store]]:
    """Opens stores as processes would, and closes them all afterwards."""
    stores: list[Store] = []

    def open_one(url: str) -> Store:
        stores.append(open_store(url, KEYS, clock=clock))
        return stores[-1]

    yield open_one
    for store in stores:
        await store.close()


@pytest.fixture
def store(store_url: str, opened: Callable[[str], Store]) -> Store:
    return opened(store_url)
