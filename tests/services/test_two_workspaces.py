"""Two workspaces in one store, a thousand members each, and none sees anything of the other."""

import asyncio
import os
import shutil
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, insert, text
from structlog.testing import capture_logs

from bot.domain.audits import Entry
from bot.domain.cards import Card
from bot.domain.errors import Expired, NotConnected, Unclear
from bot.domain.hooks import Kept
from bot.domain.people import Account, Member, Preferences
from bot.domain.records import Draft
from bot.domain.rules import Place, Rule
from bot.services.auditing import Auditing
from bot.services.desks import Desk, Desks
from bot.services.leaving import Leaving
from bot.services.overview import Overviews, Running
from bot.services.rules import Ruling
from bot.store import Store, open_store
from bot.store.cards import columns_of
from bot.store.columns import metadata
from bot.store.member_tables import accounts, audit, drafts, installations, preferences
from bot.store.snapshots import dumped
from bot.store.tables import booking_uids, cards, subjects
from tests.store.samples import NOON, a_booking
from tests.tables import KEYS, sqlite_template

pytestmark = pytest.mark.timeout(180)  # it looks at every row again and again

ONE, TWO = "T0WORKSPACEONE", "T0WORKSPACETWO"
OTHER = {ONE: TWO, TWO: ONE}
MEMBERS = 1_000
NOTHING: Any = None
ACTS = ("desk", "ref", "rule", "ruling", "draft", "preferences", "overview", "admins", "audit")
RULED = [(ONE, 7, "ruling"), (TWO, 7, "admins")]
"""In every life, whatever else is drawn."""
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
    # However busy the machine is: nobody waits for it.
    async with store.database.transaction(patient=True) as connection:
        for table in metadata.sorted_tables:
            lines = await connection.execute(text(f"SELECT * FROM {table.name}"))
            found[table.name] = sorted(line for line in map(repr, lines) if team in line)
    return found


class Life:
    """What members do, each looked at for what is the other workspace's."""

    def __init__(self, store: Store) -> None:
        unused = [NOTHING] * (len(fields(Desk)) - 1)
        self.store = store
        self.waiting: dict[str, set[int]] = {ONE: set(), TWO: set()}
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
        shown = Overviews(store.inbox, store.outbox, store.rules, no, no, no, no, no, no, "", no)
        return await shown.own(member)

    async def ruling(self, member: Member, number: int) -> Any:
        """Listed, paused and at work again; the other workspace's is not even there."""
        await self.store.rules.save(a_rule(member.team_id, number))
        store, rule_id = self.store, f"rule-{member.team_id}-{number}"
        ruling = Ruling(
            store.rules,
            store.outbox,
            store.turns,
            NOTHING,
            self.desks,
            NOTHING,
            store.homes,
            lambda: NOON,
        )
        for does in (ruling.rule, ruling.pause, ruling.resume, ruling.delete, ruling.test):
            with pytest.raises(Unclear):
                await does(member, f"rule-{OTHER[member.team_id]}-{number}")
        paused = await ruling.pause(member, rule_id)
        return paused, await ruling.resume(member, rule_id), await ruling.listed(member)

    async def admins(self, member: Member, number: int) -> Any:
        """The admin's overview counts what waits for this workspace alone."""
        store = self.store
        [seen] = await store.references.refer(
            account_of(member.team_id, number), [a_booking(f"uid-{number}")]
        )
        place = Place(member.team_id, f"C{number}")
        self.waiting[member.team_id].add(number)
        await store.outbox.show(seen.ref, Card(a_booking(f"uid-{number}")), place)
        await store.inbox.accept(
            f"{number} of {member.team_id}".encode(), NOON, account_of(member.team_id, number)
        )
        around = Around()
        shown = await Overviews(
            store.inbox,
            store.outbox,
            store.rules,
            around,
            store.turns,
            around,
            around.running,
            store.homes,
            lambda: NOON,
            "",
            lambda: "T0HOME",
        ).overview(member)
        count = len(self.waiting[member.team_id])
        assert (shown.inbox.count, shown.outbox.count) == (count, count)
        return shown

    async def audit(self, member: Member, number: int) -> Any:
        await self.store.audit.begun(Entry(NOON, member.team_id, member.user_id, "book", "begun"))
        auditing = Auditing(self.store.audit, self.store.grants, NOTHING, lambda: NOON, None)
        return await auditing.page(member, None)


class Around:
    """A process that says for which workspace it was asked, and a Cal.com without an account."""

    async def running(self, team_id: str) -> Running:
        return Running(team_id, None, None, worker_here=True, database="", api_version="v2")

    async def words(self) -> list[Kept]:
        return []

    async def me(self) -> Account:
        raise NotConnected


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
        for team, number, act in [*steps, *RULED]:
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
