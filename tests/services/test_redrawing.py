"""Whose App Home is drawn anew, where the store is away."""

from pathlib import Path

import pytest

from bot.domain.errors import StoreUnavailable
from bot.services.redrawing import redraw_homes
from bot.store import open_store
from tests.store.samples import NOON
from tests.tables import KEYS


async def test_what_was_done_is_not_told_as_failed(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/no-folder/bot.db", KEYS, clock=lambda: NOON)
    with pytest.raises(StoreUnavailable):
        await store.homes.stale_of("T1", ["U1"], NOON)
    await redraw_homes(store.homes, "T1", ["U1"], NOON)
    await store.close()
