"""Out of office, as the hosted service has it: what is kept, what is refused, who is told."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.sandbox.calcom.model import Subscription
from bot.sandbox.calcom.seed import add_team
from bot.sandbox.calcom.world import World
from tests.sandbox.calcom.conftest import Caller, Mailbox

ALICE, BOB, CAROL = 101, 102, 103
DAYS = {"start": "2026-12-24T08:00:00.000Z", "end": "2026-12-28T08:00:00.000Z"}
KEPT = {"start": "2026-12-24T00:00:00.000Z", "end": "2026-12-28T23:59:59.999Z"}


@pytest.fixture(autouse=True)
def hosted(world: World) -> World:
    world.hosted = True
    add_team(world, "Team", "team", {ALICE: "OWNER", BOB: "MEMBER"})
    return world


async def added(ask: Caller, **more: Any) -> Any:
    answer = await ask("POST", "/me/ooo", DAYS | more)
    assert answer.status_code == 201
    return answer.json()["data"]


def said(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["message"]


async def test_whole_days_are_kept(ask: Caller, world: World) -> None:
    one = await added(ask, notes="skiing", toUserId=BOB)
    assert {name: one[name] for name in KEPT} == KEPT
    assert (one["reason"], one["notes"], one["toUserId"]) == ("unspecified", "skiing", BOB)
    assert one["uuid"] == world.away[one["id"]].uuid


async def test_what_is_named_is_changed_and_null_takes_away(ask: Caller) -> None:
    one = await added(ask, notes="skiing", toUserId=BOB)
    path = f"/me/ooo/{one['id']}"
    changed = (await ask("PATCH", path, {"reason": "sick"})).json()["data"]
    assert changed == one | {"reason": "sick"}
    changed = (await ask("PATCH", path, {"toUserId": None, "notes": ""})).json()["data"]
    assert (changed["toUserId"], changed["notes"], changed["reason"]) == (None, "", "sick")


async def test_the_last_to_end_come_first_where_that_is_asked(ask: Caller) -> None:
    for month in ("01", "03", "02"):
        days = {"start": f"2027-{month}-01T00:00:00Z", "end": f"2027-{month}-02T00:00:00Z"}
        assert (await ask("POST", "/me/ooo", days)).status_code == 201
    found = (await ask("GET", "/me/ooo?sortEnd=desc")).json()["data"]
    assert [each["start"][5:7] for each in found] == ["03", "02", "01"]
    assert (await ask("GET", "/me/ooo?sortEnd=sideways")).status_code == 400


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ({"end": "2026-12-20T00:00:00Z"}, (400, "Start date must be before end date.")),
        ({"start": "2026-12-24"}, (400, "Invalid Date.")),
        ({"start": "2026-13-24T00:00:00Z"}, (400, "Invalid Date.")),
        ({"toUserId": ALICE}, (400, "Cannot redirect to self.")),
        ({"toUserId": CAROL}, (400, "Cannot redirect to this user.")),
        ({"toUserId": 999}, (400, "Cannot redirect to this user.")),
    ],
)
async def test_what_cannot_be_is_refused(
    ask: Caller, world: World, more: dict[str, Any], refused: tuple[int, str]
) -> None:
    assert said(await ask("POST", "/me/ooo", DAYS | more)) == refused
    assert not world.away


async def test_the_same_days_are_refused_even_to_the_entry_that_has_them(ask: Caller) -> None:
    one = await added(ask)
    twice = (409, "Ooo entry already exists.")
    assert said(await ask("POST", "/me/ooo", DAYS)) == twice
    assert said(await ask("PATCH", f"/me/ooo/{one['id']}", DAYS)) == twice
    only_one = await ask("PATCH", f"/me/ooo/{one['id']}", {"start": DAYS["start"]})
    assert said(only_one) == (400, "Please specify both ooo start and end time.")


@pytest.mark.parametrize("more", [{}, {"toUserId": BOB}])
async def test_who_covers_for_somebody_cannot_be_away_then(
    ask: Caller, world: World, more: dict[str, Any]
) -> None:
    one = world.away[(await added(ask))["id"]]
    one.user_id, one.to_user_id = BOB, ALICE
    refused = (400, "Booking redirect infinite not allowed.")
    assert said(await ask("POST", "/me/ooo", DAYS | more)) == refused
    later = {"start": "2026-12-29T00:00:00Z", "end": "2026-12-29T00:00:00Z"}
    assert (await ask("POST", "/me/ooo", later | more)).status_code == 201


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_an_entry_that_is_not_there_or_not_ones_own_is_403(
    ask: Caller, world: World, method: str
) -> None:
    one = world.away[(await added(ask))["id"]]
    one.user_id = BOB
    for number in (one.id, 999, "x"):
        refused = (403, "This OOO entry does not belong to this user.")
        assert said(await ask(method, f"/me/ooo/{number}", {"notes": "x"})) == refused
    assert world.away == {one.id: one}


async def test_only_the_web_page_tells_subscribers(
    ask: Caller, world: World, mailbox: Mailbox
) -> None:
    world.subscriptions["a"] = Subscription(
        "a", "https://bot.example.com/a", ["OOO_CREATED"], world.now(), user_id=ALICE
    )
    world.subscriptions["b"] = Subscription(
        "b", "https://bot.example.com/b", ["OOO_CREATED"], world.now(), team_id=1
    )
    world.subscriptions["c"] = Subscription(
        "c", "https://bot.example.com/c", ["OOO_CREATED"], world.now(), user_id=BOB
    )
    await added(ask)
    assert not mailbox.got
    days = {"start": "2027-01-04T00:00:00Z", "end": "2027-01-05T00:00:00Z"}
    wanted = {"username": "alice", "reason": "sick", "notes": "flu", "toUserId": BOB}
    assert (await ask.http.post("/sandbox/away", json=days | wanted)).status_code == 201
    assert [to for to, *_ in mailbox.got] == [
        "https://bot.example.com/a",
        "https://bot.example.com/b",
    ]
    entry = httpx.Response(200, content=mailbox.got[0][2]).json()["payload"]["oooEntry"]
    assert entry["start"] == "2027-01-04T00:00:00+01:00"
    assert entry["end"] == "2027-01-05T23:59:59+01:00"
    assert entry["reason"] == {"emoji": "🤒", "reason": "ooo_reasons_sick_leave"}
    assert (entry["user"]["name"], entry["toUser"]["id"]) == (world.users[ALICE].name, BOB)


async def test_the_page_refuses_what_the_api_does_and_knows_no_strangers(ask: Caller) -> None:
    assert (await ask.http.post("/sandbox/away", json={"username": "x"})).status_code == 404
    wrong = {"username": "alice"} | DAYS | {"toUserId": 999}
    assert (await ask.http.post("/sandbox/away", json=wrong)).status_code == 400
