"""The webhooks that we keep at Cal.com."""

from typing import Any

from sqlalchemy import Row, delete, select

from bot.domain.records import Level, Registration
from bot.store.database import Database
from bot.store.tables import registrations


class RegistrationStore:
    """See the port `Registrations`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def at_address(self, address: str) -> Registration | None:
        query = select(registrations).where(registrations.c.address == address)
        async with self._database.statements() as connection:
            row = (await connection.execute(query)).one_or_none()
        return _registration(row) if row else None

    async def of_account(self, account: str) -> list[Registration]:
        query = select(registrations).where(registrations.c.account == account)
        async with self._database.statements() as connection:
            found = [_registration(row) for row in await connection.execute(query)]
        return sorted(found, key=lambda each: each.address)

    async def save(self, registration: Registration) -> None:
        values = {
            "account": registration.account,
            "level": registration.level.value,
            "owner_id": registration.owner_id,
            "team_id": registration.team_id,
            "secret": registration.secret,
            "webhook_id": registration.webhook_id,
            "triggers": list(registration.triggers),
            "error": registration.error or None,
            "checked_at": registration.checked_at,
        }
        put = self._database.insert(registrations).values(address=registration.address, **values)
        upsert = put.on_conflict_do_update(index_elements=["address"], set_=values)
        async with self._database.statements() as connection:
            await connection.execute(upsert)

    async def delete(self, address: str) -> None:
        async with self._database.statements() as connection:
            await connection.execute(
                delete(registrations).where(registrations.c.address == address)
            )


def _registration(row: Row[Any]) -> Registration:
    return Registration(
        address=row.address,
        account=row.account,
        level=Level(row.level),
        secret=row.secret,
        owner_id=row.owner_id,
        team_id=row.team_id,
        webhook_id=row.webhook_id,
        triggers=tuple(row.triggers),
        error=row.error or "",
        checked_at=row.checked_at,
    )
