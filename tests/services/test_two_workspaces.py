"""Two workspaces in one store, a thousand members each, and none sees anything of the other."""

import asyncio
import os
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, insert, text
from structlog.testing import capture_logs

from bot.domain.audits import Entry
from bot.domain.cards import Card
from bot.domain.errors import Expired
from bot.domain.people import Account, Member, Preferences
from bot.domain.records import Draft
from bot.domain.rules import Place, Rule
from bot.services.auditing import Auditing
from bot.services.desks import Desk, Desks
from bot.services.leaving import Leaving
from bot.services.overview import Overviews
from bot.store import Store, open_store
from bot.store.cards import columns_of
from bot.store.snapshots import dumped
from bot.store.tables import (
    accounts,
    audit,
    booking_uids,
    cards,
    drafts,
    installations,
    metadata,
    preferences,
    subjects,
)
from tests.store.samples import NOON, a_booking
from tests.tables import KEYS, sqlite_template

pytestmark = pytest.mark.timeout(180)  # it looks at every row again and again

ONE, TWO = "T0WORKSPACEONE", "T0WORKSPACETWO"
OTHER = {ONE: TWO, TWO: ONE}
MEMBERS = 1_000
NOTHING: Any = None
ACTS = ("desk", "ref", "rule", "draft", "preferences", "overview", "audit")
STEPS = st.tuples(st.sampled_from((ONE, TWO)), st.integers(0, MEMBERS - 1), st.sampled_from(ACTS))


def account_of(team: str, number: int) -> str:
    return f"account-{team}-{number}"


def rows_of(team: str, number: int) -> dict[Table, dict[str, Any]]:
    """One member's; the user id, the e-mail and the Cal.com user are the same in both."""
    user, account, ref = f"U{number}", account_of(team, number), f"ref-{team}-{number}"
    booking = a_booking(f"uid-{number}")
    theirs = {"team_id": team, "user_id": user}
    profile = asdict(Account(number, user, f"{user}@example.com"))
    credential = {"token": f"key-{team}-{number}", "refresh_token": ""}
    card = columns_of(Card(booking)) | {"version": 1, "updated_at": NOON}
    return {
        accounts: theirs | {"account": account, "way": "key", "credential": credential,
            "profile": profile, "connected_at": NOON},
        preferences: theirs | {"time_zone": team},
        subjects: {"ref": ref, "account": account, "updated_at": NOON,
            "snapshot": dumped(booking)},
        booking_uids: {"account": account, "uid": booking.uid, "ref": ref},
        cards: card | {"ref": ref, "account": account},
        drafts: theirs | {"id": f"draft-{team}-{number}", "kind": "book", "data": {"of": team},
            "updated_at": NOON},
        audit: theirs | {"at": NOON, "action": "book", "account": account, "ref": ref,
            "outcome": "done", "detail": ""},
    }  # fmt: skip


def opened(path: Path) -> Store:
    return open_store(f"sqlite:///{path}", KEYS, clock=lambda: NOON)


async def fill(path: Path) -> None:
    store = opened(path)
    await store.database.unlock()
    async with store.database.transaction(patient=True) as connection:
        for team in (ONE, TWO):
            members = [rows_of(team, number) for number in range(MEMBERS)]
            for table in members[0]:
                await connection.execute(insert(table), [each[table] for each in members])
            app = {"key": team, "team_id": team, "enterprise_id": "", "tokens": {}, "body": {}}
            await connection.execute(insert(installations).values(**app, installed_at=NOON))
    for team in (ONE, TWO):
        for number in range(0, MEMBERS, 100):
            await store.rules.save(a_rule(team, number))
    await store.close()


def a_rule(team: str, number: int) -> Rule:
    user = f"U{number}"
    return Rule(f"rule-{team}-{number}", Place(team, "C1"), account_of(team, number), user)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("two") / "filled.db"
    path.write_bytes(sqlite_template())
    asyncio.run(fill(path))
    return path


async def rows(store: Store, team: str) -> dict[str, list[str]]:
    """What names the workspace, as it lies in the file."""
    found = {}
    async with store.database.statements() as connection:
        for table in metadata.sorted_tables:
            lines = await connection.execute(text(f"SELECT * FROM {table.name}"))
            found[table.name] = sorted(line for line in map(repr, lines) if team in line)
    return found


class Life:
    """What members do, each looked at for what is the other workspace's."""

    def __init__(self, store: Store) -> None:
        unused = [NOTHING] * 11
        self.store = store
        self.desks = Desks(
            store.connections,
            store.references,
            store.attempts,
            lambda holder, _: Desk(holder, *unused),
            lambda: "T0HOME",
            lambda: NOON,
        )

    async def act(self, team: str, number: int, act: str) -> None:
        seen = repr(await getattr(self, act)(Member(team, f"U{number}", is_admin=True), number))
        assert team in seen
        assert OTHER[team] not in seen

    async def desk(self, member: Member, number: int) -> Any:
        return (await self.desks.of(member.team_id, member.user_id)).holder

    async def ref(self, member: Member, number: int) -> Any:
        theirs = f"ref-{OTHER[member.team_id]}-{number}"
        with pytest.raises(Expired):
            await self.desks.keeping(member.team_id, member.user_id, theirs)
        ref = f"ref-{member.team_id}-{number}"
        return (await self.desks.keeping(member.team_id, member.user_id, ref)).holder

    async def rule(self, member: Member, number: int) -> Any:
        await self.store.rules.save(a_rule(member.team_id, number))
        own = await self.store.rules.owned(member.team_id, member.user_id)
        return own, await self.store.rules.at(Place(member.team_id, "C1"))

    async def draft(self, member: Member, number: int) -> Any:
        theirs = f"draft-{OTHER[member.team_id]}-{number}"
        team_id, user_id = member.team_id, member.user_id
        await self.store.drafts.save(Draft(theirs, team_id, user_id, "book", {"of": "nobody"}))
        assert await self.store.drafts.load(theirs, team_id, user_id) is None
        return await self.store.drafts.load(f"draft-{team_id}-{number}", team_id, user_id)

    async def preferences(self, member: Member, number: int) -> Any:
        kept = self.store.preferences
        found = await kept.preferences(member.team_id, member.user_id)
        chosen = Preferences(member.team_id, default_event_type=number)
        await kept.set_preferences(member.team_id, member.user_id, chosen)
        return found

    async def overview(self, member: Member, number: int) -> Any:
        await self.store.rules.save(a_rule(member.team_id, number))
        store, no = self.store, NOTHING
        shown = Overviews(store.inbox, store.outbox, store.rules, no, no, no, no, no, "")
        return await shown.own(member)

    async def audit(self, member: Member, number: int) -> Any:
        await self.store.audit.begun(Entry(NOON, member.team_id, member.user_id, "book", "begun"))
        auditing = Auditing(self.store.audit, self.store.grants, NOTHING, lambda: NOON, None)
        return await auditing.page(member, None)


async def no_more(key: str) -> bool:
    return False


async def leave(store: Store, team: str) -> None:
    leaving = Leaving(
        store.installations,
        store.workspaces,
        store.connections,
        store.registrations,
        store.proposals,
        store.turns,
        no_more,
        NOTHING,
        lambda: "T0HOME",
        lambda: NOON,
    )
    assert len(await leaving.told(team, "", NOON)) == MEMBERS


@settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, min_size=2, max_size=6), gone=st.sampled_from((ONE, TWO)))
async def test_neither_sees_or_changes_the_other(
    filled: Path, tmp_path: Path, steps: list[tuple[str, int, str]], gone: str
) -> None:
    shutil.copy(filled, path := tmp_path / f"{os.urandom(8).hex()}.db")
    store = opened(path)
    life = Life(store)
    try:
        for team, number, act in steps:
            before = await rows(store, OTHER[team])
            with capture_logs() as logs:
                await life.act(team, number, act)
            assert OTHER[team] not in repr(logs)
            assert await rows(store, OTHER[team]) == before
        before = await rows(store, OTHER[gone])
        with capture_logs() as logs:
            await leave(store, gone)
        assert OTHER[gone] not in repr(logs)
        left = await rows(store, gone)
        assert {name for name, lines in left.items() if lines} <= {"audit"}
        assert await rows(store, OTHER[gone]) == before
    finally:
        await store.close()
