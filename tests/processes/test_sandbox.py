"""`sandbox`: needs nothing, and leaves nothing behind."""

import re
import signal
import socket
from pathlib import Path

import httpx

from tests.processes.running import STARTED_WITHIN, Launcher, until

ADDRESS = re.compile(r"The sandbox is at (http://127\.0\.0\.1:\d+) \(stop it with Ctrl-C\)\.")


async def test_it_shows_its_page_and_leaves_nothing(launch_alone: Launcher, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    sandbox = launch_alone.start("sandbox", "--port", "0", "--no-open", TMPDIR=str(temporary))
    said = await until(lambda: ADDRESS.search(sandbox.out), STARTED_WITHIN)
    assert said is not None
    (folder,) = temporary.iterdir()
    assert (folder / "sandbox.db").exists()
    async with httpx.AsyncClient(trust_env=False) as http:
        page = await http.get(said[1])
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        events = f"{said[1]}/page/events?as=U0ALICE"
        async with http.stream("GET", events) as looking:  # a browser that stays open
            assert looking.status_code == 200
            sandbox.send(signal.SIGTERM)
            assert await sandbox.ended(5) == 0
    assert list(temporary.iterdir()) == []
    assert "Traceback" not in sandbox.err
    assert "Warning" not in sandbox.err


async def test_a_port_that_is_taken_is_a_sentence(launch_alone: Launcher) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, sandbox = await launch_alone.run("sandbox", "--no-open", "--port", str(port))
    assert status == 1
    assert sandbox.err.endswith(
        f"Port {port} is taken. Choose another: --port 8000, or 0 for any.\n"
    )
