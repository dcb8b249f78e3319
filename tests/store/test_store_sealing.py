"""What stands in the database sealed: with which keys, how it is found, how keys are changed."""

import asyncio
import sqlite3
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text

from bot.domain.errors import Unsealable
from bot.domain.records import Draft, Level, Registration, Run
from bot.store import Store, migrate, open_store, rotate
from bot.store.sealing import Keyring, Seal
from tests.store.samples import HERE, NOON, a_booking, a_card, a_subject, settled
from tests.tables import KEYS, sqlite_statements

SECRET = "a-secret-of-ours"
OTHER = Fernet.generate_key().decode()
NEWER = Fernet.generate_key().decode()


class Died(Exception):
    """What stops a rotation."""


async def busy(store: Store) -> None:
    """A row of each kind that is sealed."""
    await store.references.refer("house", [a_booking("uid-in-a-reference")])
    subject = a_subject("uid-in-a-card")
    await settled(store, subject, a_card("uid-in-a-card"), HERE)
    await store.inbox.accept(b'{"uid": "uid-in-a-webhook"}', NOON)
    await store.drafts.save(Draft("d1", "T1", "U1", "book", {"notes": "uid-in-a-draft"}))
    given = {"notes": "uid-in-a-step"}
    await store.runs.begin(Run("Fx1", "T1", "U1", "book_meeting", given, NOON, NOON))
    hook = Registration("an-unguessable-address", "house", Level.USER, SECRET, webhook_id="1")
    await store.registrations.save(hook)


async def readable(store: Store) -> list[Any]:
    """Everything of it, as it is read."""
    claimed = await store.inbox.claim(NOON + timedelta(days=1), NOON + timedelta(days=2))
    draft = await store.drafts.load("d1", "T1", "U1")
    run = await store.runs.take(NOON, NOON + timedelta(days=1))
    return [
        await store.inbox.card(a_subject("uid-in-a-card")),
        await store.inbox.cards("house", ["uid-in-a-card", "unknown"]),
        claimed and claimed.raw,
        draft and draft.data,
        await store.registrations.at_address("an-unguessable-address"),
        (await store.references.refer("house", [a_booking("uid-in-a-reference")]))[0].ref,
        run and run.inputs,
    ]


async def rows(store: Store) -> str:
    """Every value in every table, as it stands there."""
    found: list[Any] = []
    async with store.database.transaction() as connection:
        names = "SELECT name FROM sqlite_master WHERE type = 'table'"
        for name in (await connection.execute(text(names))).scalars().all():
            found += (await connection.execute(text(f"SELECT * FROM {name}"))).all()
    return repr(found)


async def test_nothing_of_it_can_be_read_without_the_key(
    sqlite_url: str, opened: Callable[[str], Store]
) -> None:
    store = opened(sqlite_url)
    await busy(store)
    there = await rows(store)
    for shown in ("uid-in-", SECRET, "an-unguessable-address", "alice@", "bob@"):
        assert shown not in there


async def test_it_is_read_by_whoever_has_the_key(
    store_url: str, opened: Callable[[str], Store]
) -> None:
    await busy(opened(store_url))
    card, cards, raw, draft, hook, _, inputs = await readable(opened(store_url))
    assert card == cards["uid-in-a-card"]
    assert set(cards) == {"uid-in-a-card"}
    assert raw == b'{"uid": "uid-in-a-webhook"}'
    assert draft == {"notes": "uid-in-a-draft"}
    assert inputs == {"notes": "uid-in-a-step"}
    assert hook.secret == SECRET


async def test_another_key_is_said_at_once(store_url: str, opened: Callable[[str], Store]) -> None:
    await busy(opened(store_url))
    with pytest.raises(Unsealable, match="None of the keys opens"):
        await migrate(store_url, [OTHER])
    wrong = open_store(store_url, [OTHER], clock=lambda: NOON)
    with pytest.raises(Unsealable):
        await wrong.ready()
    await wrong.close()


async def test_the_key_lies_beside_the_file_for_its_owner_alone(tmp_path: Path) -> None:
    url, file = f"sqlite:///{tmp_path / 'bot.db'}", tmp_path / "bot.db.key"
    await migrate(url)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    first = file.read_text()
    store = open_store(url, clock=lambda: NOON)
    await busy(store)
    await store.close()
    assert file.read_text() == first


async def test_a_lost_key_file_is_said_and_none_is_made(tmp_path: Path) -> None:
    url, file = f"sqlite:///{tmp_path / 'bot.db'}", tmp_path / "bot.db.key"
    await migrate(url)
    file.unlink()
    with pytest.raises(Unsealable, match=r"bot\.db\.key is missing"):
        await migrate(url)
    assert not file.exists()


async def test_a_key_file_that_others_may_read_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    url, file = f"sqlite:///{tmp_path / 'bot.db'}", tmp_path / "bot.db.key"
    await migrate(url)
    file.chmod(0o644)
    await migrate(url)
    assert "chmod 600 bot.db.key" in caplog.text + capsys.readouterr().out


async def test_without_keys_postgresql_is_not_sealed(postgres_url: str) -> None:
    with pytest.raises(Unsealable, match="ENCRYPTION_KEYS is missing"):
        await migrate(postgres_url)


async def test_keys_are_rotated(store_url: str, opened: Callable[[str], Store]) -> None:
    await busy(opened(store_url))
    before = await readable(opened(store_url))
    both = [NEWER, *KEYS]
    assert await rotate(store_url, both) >= 6
    later = open_store(store_url, [NEWER], clock=lambda: NOON)
    after = await readable(later)
    await later.close()
    before[2] = after[2] = None  # a webhook is claimed once
    assert after == before
    with pytest.raises(Unsealable):
        await migrate(store_url, KEYS)


async def test_a_rotation_can_be_done_again(
    store_url: str, opened: Callable[[str], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It dies after some values; what was sealed then is sealed once more."""
    await busy(opened(store_url))
    rotated, done = Seal.rotated, [0]

    def dying(seal: Seal, sealed: str | bytes) -> str:
        done[0] += 1
        if done[0] == 4:
            raise Died
        return rotated(seal, sealed)

    # There is no other way to stop it just there.
    monkeypatch.setattr(Seal, "rotated", dying)
    with pytest.raises(Died):
        await rotate(store_url, [NEWER, *KEYS])
    await rotate(store_url, [NEWER, *KEYS])
    later = open_store(store_url, [NEWER], clock=lambda: NOON)
    assert (await readable(later))[4].secret == SECRET
    await later.close()


async def test_an_old_key_that_is_missing_is_said(
    store_url: str, opened: Callable[[str], Store]
) -> None:
    await busy(opened(store_url))
    with pytest.raises(Unsealable, match=r"One of the old keys is missing|None of the keys"):
        await rotate(store_url, [NEWER, OTHER])


async def test_the_file_beside_sqlite_gets_a_new_key(tmp_path: Path) -> None:
    url, file = f"sqlite:///{tmp_path / 'bot.db'}", tmp_path / "bot.db.key"
    await migrate(url)
    old = file.read_text().split()
    await rotate(url, [])
    assert file.read_text().split()[1:] == old
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_text(file.read_text().split()[0])
    await migrate(url)


async def test_what_stood_in_the_clear_is_sealed(tmp_path: Path) -> None:
    """A database of the version before."""
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as connection:
        for statement in await asyncio.to_thread(sqlite_statements):
            connection.execute(statement)
        connection.executescript(
            """
            DROP TABLE claims;
            DROP TABLE shares;
            DROP TABLE homes;
            DROP TABLE proposal_marks;
            DROP TABLE proposals;
            DELETE FROM keys;
            UPDATE alembic_version SET version_num = '0004';
            INSERT INTO subjects (ref, account, snapshot, updated_at)
                VALUES ('ref-1', 'house', '{"uid": "the-uid"}', '2026-01-01'),
                       ('ref-2', 'house', NULL, '2026-01-01');
            INSERT INTO booking_uids (account, uid, ref)
                VALUES ('house', 'the-uid', 'ref-1'), ('house', 'the-other', 'ref-2');
            INSERT INTO inbox (digest, raw, received_at, due_at)
                VALUES (x'00', x'7b7d', '2026-01-01', '2026-01-01');
            INSERT INTO registrations (address, account, level, secret, triggers)
                VALUES ('the-address', 'house', 'user', 'the-secret', '[]');
            INSERT INTO drafts (id, team_id, user_id, kind, data, updated_at)
                VALUES ('d1', 'T1', 'U1', 'book', '{"a": "the-uid"}', '2026-11-24 11:00');
            """
        )
    connection.close()
    url = f"sqlite:///{path}"
    await migrate(url)
    store = open_store(url, clock=lambda: NOON)
    assert "the-" not in await rows(store)
    draft = await store.drafts.load("d1", "T1", "U1")
    assert draft
    assert draft.data == {"a": "the-uid"}
    hook = await store.registrations.at_address("the-address")
    assert hook
    assert hook.secret == "the-secret"
    claimed = await store.inbox.claim(NOON, NOON)
    assert claimed
    assert claimed.raw == b"{}"
    found = await store.references.refer("house", [a_booking("the-other")])
    assert found[0].ref == "ref-2"
    await store.close()


@pytest.mark.parametrize("value", ["", "a", "ä" * 300, "\0", "x" * 100_000])
def test_what_is_sealed_alike_is_found_and_read(value: str) -> None:
    one, other = (Seal(Keyring(KEYS, None)) for _ in range(2))
    made = one.made()
    for each in (one, other):
        each.unlock(made)
    assert one.seal_alike(value) == other.seal_alike(value)
    assert other.open_alike(one.seal_alike(value)) == value
    assert one.seal(value.encode()) != one.seal(value.encode())
    with pytest.raises(Unsealable):
        other.open_alike("AAAA" + one.seal_alike(value)[4:])


def test_two_processes_that_make_the_file_at_once_have_one_key(tmp_path: Path) -> None:
    file = tmp_path / "key"
    first = Keyring((), file).keys(make=True)
    assert Keyring((), file).keys(make=True) == first
    assert [each.name for each in tmp_path.iterdir()] == ["key"]
