"""Everything of a workspace goes, and nothing of another."""

from typing import Any

import pytest
from sqlalchemy import Table, func, insert, select

from bot.domain.people import Preferences
from bot.domain.rules import Place, Rule
from bot.store import Store
from bot.store.columns import metadata
from bot.store.member_tables import accounts, grants, proposal_marks, proposals, shares
from bot.store.tables import booking_uids, cards, outbox, registrations, subjects, turns
from tests.store.samples import NOON


@pytest.fixture
def sealed(store: Store) -> Store:
    return store


async def fill(store: Store, team_id: str) -> None:
    """One row of each kind; the account is named after the workspace."""
    own, ref = f"own-{team_id}", f"ref-{team_id}"
    await store.rules.save(Rule(f"rule-{team_id}", Place(team_id, "C1"), own))
    await store.preferences.set_preferences(team_id, "U1", Preferences("Europe/Paris"))
    rows: dict[Table, dict[str, Any]] = {
        accounts: {
            "account": own, "team_id": team_id, "user_id": "U1", "way": "key",
            "credential": {}, "profile": {}, "connected_at": NOON,
        },
        grants: {
            "digest": own.encode(), "kind": "connect", "team_id": team_id, "user_id": "U1",
            "sealed": {}, "expires_at": NOON,
        },
        subjects: {"ref": ref, "account": own, "updated_at": NOON},
        booking_uids: {"account": own, "uid": "uid", "ref": ref},
        cards: {
            "ref": ref, "kind": "booking", "body": {}, "version": 1, "updated_at": NOON,
            "account": own,
        },
        outbox: {"ref": ref, "team_id": team_id, "place": "C1", "wanted": 1, "due_at": NOON},
        registrations: {
            "address": f"address-{team_id}", "account": own, "level": "own", "secret": "s",
            "triggers": [],
        },
        shares: {
            "id": f"share-{team_id}", "team_id": team_id, "channel": "C1", "ts": "1",
            "account": own, "user_id": "U1", "event_type_id": 1, "body": {}, "due_at": NOON,
            "expires_at": NOON,
        },
        turns: {"name": f"poll:{own}", "due_at": NOON, "state": {}},
        proposals: {
            "id": f"proposal-{team_id}", "team_id": team_id, "user_id": "U1", "account": own,
            "state": "open", "version": 1, "expires_at": NOON, "body": {},
        },
        proposal_marks: {
            "proposal": f"proposal-{team_id}", "user_id": "U2", "choice": 0, "team_id": team_id,
        },
    }  # fmt: skip
    async with store.database.transaction() as connection:
        for table, values in rows.items():
            await connection.execute(insert(table).values(**values))


async def counts(store: Store) -> dict[str, int]:
    async with store.database.statements() as connection:
        return {
            table.name: int(
                (await connection.execute(select(func.count()).select_from(table))).scalar_one()
            )
            for table in metadata.sorted_tables
        }


async def test_all_of_it_goes_and_nothing_else(sealed: Store) -> None:
    before = await counts(sealed)
    await fill(sealed, "T1")
    one = await counts(sealed)
    await fill(sealed, "T2")
    assert await sealed.workspaces.accounts("T2") == ["own-T2"]
    await sealed.workspaces.remove("T2")
    assert await counts(sealed) == one
    await sealed.workspaces.remove("T2")
    assert await counts(sealed) == one, "twice is fine"
    await sealed.workspaces.remove("T1")
    assert await counts(sealed) == before
