"""What the public pages show, and to whom: everybody sees what is not hidden."""

from __future__ import annotations

from typing import Any

from bot.sandbox.calcom.seed import add_team
from bot.sandbox.calcom.world import World
from tests.sandbox.calcom.conftest import Caller, Clock, Types


async def shown(ask: Caller, path: str) -> Any:
    answer = await ask.http.get(f"/sandbox/public/{path}")
    assert answer.status_code in (200, 404)
    return answer.json() if answer.status_code == 200 else None


async def test_a_type_with_its_open_times(ask: Caller, types: Types, clock: Clock) -> None:
    one = types("intro")
    page = await shown(ask, "alice/intro")
    assert (page["kind"], page["length"], page["hosts"]) == ("type", 30, ["Alice Martin"])
    starts = [slot["start"] for slot in page["open"]]
    assert starts == sorted(starts)
    assert starts
    assert [f["slug"] for f in page["eventType"]["bookingFields"] if f.get("hidden")] == []
    await ask.book(one, starts[0])
    assert starts[0] not in [s["start"] for s in (await shown(ask, "alice/intro"))["open"]]


async def test_of_several_lengths_one_is_asked_for(ask: Caller, types: Types) -> None:
    types("session", lengthInMinutesOptions=[15, 30, 60])
    assert (await shown(ask, "alice/session?length=60"))["length"] == 60
    assert (await shown(ask, "alice/session?length=45"))["length"] == 30
    assert (await shown(ask, "alice/session?length=x"))["length"] == 30


async def test_what_is_hidden_has_no_page(ask: Caller, types: Types, world: World) -> None:
    types("intro")
    types("secret", hidden=True)
    add_team(world, "Crew", "crew", {101: "OWNER"})
    offered = [e["slug"] for e in (await shown(ask, "alice"))["eventTypes"]]
    assert "intro" in offered
    assert "secret" not in offered
    assert (await shown(ask, "team/crew"))["name"] == "Crew"
    nothing = (
        "alice/secret",
        "alice/none",
        "nobody",
        "nobody/intro",
        "team/none",
        "team/crew/none",
    )
    for path in (*nothing, "booking/none", "a/b/c", ""):
        assert await shown(ask, path) is None


async def test_a_booking_is_moved_and_called_off_by_whoever_knows_it(
    ask: Caller, types: Types
) -> None:
    one = types("intro")
    first, *_, last = [slot["start"] for slot in (await shown(ask, "alice/intro"))["open"]]
    uid = (await ask.book(one, first)).json()["data"]["uid"]
    page = await shown(ask, f"booking/{uid}")
    assert page["booking"]["status"] == "accepted"
    wish = {"uid": uid, "start": last, "reschedulingReason": "the tide"}
    moved = (await ask.http.post("/sandbox/reschedule", json=wish)).json()["data"]
    assert (moved["start"], moved["reschedulingReason"]) == (last, "the tide")
    assert (await shown(ask, f"booking/{uid}"))["open"] == []
    assert (await ask.http.post("/sandbox/reschedule", json=wish)).status_code == 400
