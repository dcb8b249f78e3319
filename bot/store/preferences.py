"""What members have chosen in their settings."""

from dataclasses import asdict

from sqlalchemy import select

from bot.domain.people import Preferences
from bot.store.database import Database
from bot.store.member_tables import preferences


class PreferenceStore:
    """See the port of the same name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def preferences(self, team_id: str, user_id: str) -> Preferences:
        """What the member has chosen; nothing at all, where there is no row."""
        query = select(preferences).where(
            preferences.c.team_id == team_id, preferences.c.user_id == user_id
        )
        async with self._database.statements() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return Preferences()
        return Preferences(row.time_zone, row.hour12, row.default_event_type)

    async def set_preferences(self, team_id: str, user_id: str, chosen: Preferences) -> None:
        values = asdict(chosen)
        insert = self._database.insert(preferences).values(
            team_id=team_id, user_id=user_id, **values
        )
        upsert = insert.on_conflict_do_update(index_elements=["team_id", "user_id"], set_=values)
        async with self._database.statements() as connection:
            await connection.execute(upsert)
