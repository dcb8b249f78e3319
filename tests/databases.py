"""Both databases for tests, as pytest fixtures: `pytest_plugins = ["tests.databases"]`.

`store_url` runs a test twice, over an empty SQLite file and over an empty PostgreSQL database,
both with the tables made. Without a server that can run here the latter is skipped.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # ships no types
import pytest
from sqlalchemy import URL

from bot.store import migrate
from bot.store.columns import metadata
from tests.postgres import NoPostgres, running_postgres
from tests.tables import KEYS, sqlite_template


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server; `address` has a gap for the database's name, `template` has the tables."""

    address: str
    template: str = "calbot_template"

    def url(self, database: str) -> str:
        return self.address.format(database)

    def run(self, statement: str) -> None:
        asyncio.run(_run(self.url("postgres"), statement))


async def _run(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@asynccontextmanager
async def closed_off(database: URL) -> AsyncIterator[None]:
    """The PostgreSQL database takes no new connection until the end of the block."""
    beside = database.set(database="postgres").render_as_string(hide_password=False)
    saying = f"ALTER DATABASE {database.database} ALLOW_CONNECTIONS"
    await _run(beside, f"{saying} false")
    try:
        yield
    finally:
        await _run(beside, f"{saying} true")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for the session (every xdist worker that needs one has its own)."""
    with ExitStack() as stack:
        try:
            address = stack.enter_context(running_postgres())
        except NoPostgres as error:
            pytest.skip(f"no PostgreSQL can run here: {error}")
        server = PostgresServer(address)
        server.run(f"CREATE DATABASE {server.template}")
        asyncio.run(migrate(server.url(server.template), KEYS))
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """An empty database with its tables, dropped afterwards."""
    name = f"calbot_{secrets.token_hex(6)}"
    postgres_server.run(f"CREATE DATABASE {name} TEMPLATE {postgres_server.template}")
    yield postgres_server.url(name)
    postgres_server.run(f"DROP DATABASE {name} WITH (FORCE)")


_EMPTY = ";".join(
    (
        # Whoever was left over from the test before would be waited for.
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        *(f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables)),
        "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'",
    )
)


@pytest.fixture(scope="session")
def shared_postgres_url(postgres_server: PostgresServer) -> str:
    postgres_server.run(f"CREATE DATABASE calbot_shared TEMPLATE {postgres_server.template}")
    return postgres_server.url("calbot_shared")


@pytest.fixture
def emptied_postgres_url(shared_postgres_url: str) -> str:
    """A database for tests that leave its tables as they are: emptying it is quicker by far."""
    asyncio.run(_run(shared_postgres_url, _EMPTY))
    return shared_postgres_url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """An empty file with its tables."""
    (tmp_path / "bot.db").write_bytes(sqlite_template())
    return f"sqlite:///{tmp_path / 'bot.db'}"


@pytest.fixture(params=["sqlite_url", "postgres_url"], ids=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database with its tables, once for each kind of database."""
    url: str = request.getfixturevalue(request.param)
    return url
