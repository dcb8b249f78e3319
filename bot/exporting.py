"""What the command line gives out of the store."""

from datetime import UTC, datetime
from typing import BinaryIO

from bot import store as stores
from bot.services.auditing import written
from bot.settings import Settings


async def audit(settings: Settings, team_id: str, out: BinaryIO) -> None:
    """Write who did what in this workspace, as CSV."""
    store = stores.open_store(settings.database_url, settings.keys, clock=lambda: datetime.now(UTC))
    try:
        async for line in written(store.audit.all(team_id)):
            out.write(line)
    finally:
        await store.close()
