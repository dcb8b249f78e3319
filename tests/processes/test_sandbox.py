"""`sandbox`: needs nothing, and leaves nothing behind."""

import re
import signal
import socket
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from tests.processes.running import STARTED_WITHIN, Launcher, eventually, until

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


async def test_a_crash_loses_and_doubles_nothing(launch_alone: Launcher) -> None:
    sandbox = launch_alone.start("sandbox", "--port", "0", "--no-open")
    said = await until(lambda: ADDRESS.search(sandbox.out), STARTED_WITHIN)
    assert said is not None
    async with httpx.AsyncClient(trust_env=False, base_url=said[1], timeout=30) as http:

        async def bot() -> Any:
            return (await http.get("/bot/state")).json()

        async def right() -> bool:
            lines = (await bot())["lines"]
            return [line["verdict"] for line in lines] == ["right", "right"]

        async def back() -> bool:
            told = await bot()
            return (told["state"], told["starts"]) == ("running", 2)

        await http.post("/sandbox/faults", json={"lost": 1})
        await http.post("/calcom/sandbox/faults", json={"double_webhooks": 1})
        booked = await http.post("/calcom/sandbox/book", json=await an_intro_call(http))
        assert booked.status_code == 201
        assert (await http.post("/bot/crash", json={})).status_code == 200
        await eventually(back)
        await eventually(right)
        sent = (await http.get("/calcom/sandbox/state")).json()["webhooks"][-1]
        assert (sent["mark"], sent["answers"]) == ("doubled", [200, 200])
    sandbox.send(signal.SIGTERM)
    assert await sandbox.ended(5) == 0


async def an_intro_call(http: httpx.AsyncClient) -> dict[str, Any]:
    """What Cal.com's own page sends for the next open time."""
    state = (await http.get("/calcom/sandbox/state")).json()
    intro = next(each for each in state["eventTypes"] if each["slug"] == "intro")
    now = datetime.fromisoformat(state["now"])
    query = {
        "eventTypeId": intro["id"],
        "start": f"{now + timedelta(days=1):%Y-%m-%d}",
        "end": f"{now + timedelta(days=8):%Y-%m-%d}",
    }
    versions = {"cal-api-version": "2024-09-04"}
    days = (await http.get("/calcom/v2/slots", params=query, headers=versions)).json()["data"]
    start = next(slot["start"] for slots in days.values() for slot in slots)
    who = {"name": "Tom Alder", "email": "tom@alder.example", "timeZone": "UTC"}
    return {"eventTypeId": intro["id"], "start": start, "attendee": who}


async def test_a_port_that_is_taken_is_a_sentence(launch_alone: Launcher) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, sandbox = await launch_alone.run("sandbox", "--no-open", "--port", str(port))
    assert status == 1
    assert sandbox.err.endswith(
        f"Port {port} is taken. Choose another: --port 8000, or 0 for any.\n"
    )
