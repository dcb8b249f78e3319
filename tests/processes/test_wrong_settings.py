"""What an operator is told where a program cannot start: sentences, and exit codes."""

import asyncio
import socket
from contextlib import closing

import pytest

from tests.processes.running import Launcher
from tests.processes.surroundings import Surroundings


@pytest.mark.parametrize("command", ["serve", "worker"])
async def test_everything_that_is_wrong_is_named_at_once(
    launch_alone: Launcher, command: str
) -> None:
    code, bot = await launch_alone.run(command, PORT="many", CAL_API_URL="api.cal.com")
    assert (code, bot.out) == (2, "")
    assert bot.err.startswith("These settings need your attention:\n  - ")
    for name in ("SLACK_BOT_TOKEN is missing", "PORT must be", "CAL_API_URL must be"):
        assert name in bot.err
    assert ("SLACK_SIGNING_SECRET is missing" in bot.err) == (command == "serve")
    assert "Traceback" not in bot.err


async def test_the_port_is_taken(launch: Launcher, around: Surroundings) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        taken = launch.start("serve", PORT=str(port))
        elsewhere = launch.start("serve", HOST="192.0.2.1")  # nobody has this address (RFC 5737)
        assert tuple(await asyncio.gather(taken.ended(), elsewhere.ended())) == (1, 1)
    assert taken.err == (
        f"Cannot listen on 127.0.0.1:{port}: Address already in use. "
        "Stop what listens there (another bot?), or set PORT to another number.\n"
    )
    assert elsewhere.err.startswith("Cannot listen on 192.0.2.1:0: Cannot assign requested address")
    assert elsewhere.err.count("\n") == 1
    assert not (launch.folder / "bot.db").exists()


async def test_the_database_cannot_be_reached(launch: Launcher, around: Surroundings) -> None:
    launch.common |= {"DATABASE_URL": "postgresql://bot@127.0.0.1:9/bot", "LOG_FORMAT": "text"}
    for bot in [launch.start(name) for name in ("serve", "worker", "migrate")]:
        assert await bot.ended() == 1
        assert bot.err.startswith("The database cannot be reached. Check DATABASE_URL")
        assert bot.err.count("\n") == 1
