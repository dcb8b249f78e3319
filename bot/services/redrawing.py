"""Which App Homes show what is no longer so."""

from collections.abc import Collection
from datetime import datetime

import structlog

from bot.domain.errors import StoreUnavailable
from bot.services.ports import HomeStore

log = structlog.get_logger(__name__)


async def redraw_homes(
    homes: HomeStore, team_id: str, user_ids: Collection[str], now: datetime
) -> None:
    """Let the Homes of these members be drawn anew, for what has just been done to something of
    theirs. A store that is away by then is no reason to tell whoever did it that it failed: the
    Home shows it when it is opened again."""
    try:
        await homes.stale_of(team_id, user_ids, now)
    except StoreUnavailable:
        log.warning("homes_not_marked", team=team_id)
