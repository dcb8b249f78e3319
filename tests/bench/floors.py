"""What the bot is measured against: the least that does the same, served in the same way.

`python -m tests.bench.floors bolt` is a Bolt app as its documentation begins one: Bolt's own
defaults and one listener. `insert` is one route that stores a digest and the raw body with the
store's own driver, pool and statement, and looks at nothing; `core` is the same by SQLAlchemy
Core in a transaction, as one writes it without a reason to hurry. `PORT`, `SLACK_SIGNING_SECRET`
and `DATABASE_URL` come from the environment.
"""

import hashlib
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, insert
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.store.database import Database
from tests.tables import KEYS

metadata = MetaData()
rows = Table(
    "bench_rows",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("raw", LargeBinary, nullable=False),
)
STATEMENT = "INSERT INTO bench_rows (digest, raw) VALUES ($1, $2)"


async def alive(request: Request) -> Response:
    return PlainTextResponse("ok")


def bolt() -> Starlette:
    """Bolt with its defaults, behind the adapter and the server that the bot has too."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_token="xoxb-sandbox"
        )

    app = AsyncApp(signing_secret=os.environ["SLACK_SIGNING_SECRET"], authorize=authorize)

    @app.command("/cal")
    async def on_command(ack: AsyncAck) -> None:
        await ack("Type /cal help")

    handle = AsyncSlackRequestHandler(app).handle
    return Starlette(routes=[Route("/", alive), Route("/slack/events", handle, methods=["POST"])])


def insert_route(*, core: bool) -> Starlette:
    """One row for each POST, over the store's own engine: its driver, pool and pragmas."""
    database = Database(os.environ["DATABASE_URL"], KEYS)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with database.engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
        yield
        await database.close()

    store = by_core(database.engine) if core else by_driver(database)

    async def post(request: Request) -> Response:
        raw = await request.body()
        await store(hashlib.sha256(raw).digest(), raw)
        return PlainTextResponse("ok")

    routes = [Route("/", alive), Route("/webhooks/cal", post, methods=["POST"])]
    return Starlette(routes=routes, lifespan=lifespan)


def by_core(engine: AsyncEngine) -> Callable[[bytes, bytes], Awaitable[None]]:
    async def store(digest: bytes, raw: bytes) -> None:
        async with engine.begin() as connection:
            await connection.execute(insert(rows).values(digest=digest, raw=raw))

    return store


def by_driver(database: Database) -> Callable[[bytes, bytes], Awaitable[None]]:
    async def store(digest: bytes, raw: bytes) -> None:
        async with database.engine.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None
            if database.is_postgresql:
                await driver.execute(STATEMENT, digest, raw)
            else:
                await driver.execute(STATEMENT, (digest, raw))

    return store


def serve(app: Starlette) -> None:
    """With the options of `python -m bot serve`, on a socket that uvicorn opens itself."""
    port = int(os.environ["PORT"])
    uvicorn.run(app, port=port, log_config=None, access_log=False, ws="none")


if __name__ == "__main__":
    kind = sys.argv[1]
    serve(bolt() if kind == "bolt" else insert_route(core=kind == "core"))
