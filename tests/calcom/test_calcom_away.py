"""Days out of office over API v2: what is sent, what is read, what a refusal means, and what became
of a change whose answer was lost."""

from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest

from bot.domain.away import Away, Colleague
from bot.domain.errors import (
    InvalidAnswer,
    NotAllowed,
    NotFound,
    NotSupported,
    Refused,
    SchedulingError,
    UnknownOutcome,
)
from tests.calcom.calcom_script import Script, ok, said, v1, v2

BOB = Colleague(2)
KEPT = Away(date(2026, 12, 24), date(2026, 12, 28), "vacation", "skiing", 7, BOB, "u-7")
NEW = replace(KEPT, id=0, uuid="")
CUT = httpx.ReadError("cut")


def entry(**more: Any) -> dict[str, Any]:
    return {
        "id": 7,
        "uuid": "u-7",
        "userId": 1,
        "toUserId": 2,
        "start": "2026-12-24T00:00:00.000Z",
        "end": "2026-12-28T23:59:59.999Z",
        "notes": "skiing",
        "reason": "vacation",
    } | more


async def test_the_list_is_read_and_what_is_missing_defaults() -> None:
    bare = {"id": 8, "start": entry()["start"], "end": entry()["end"]}
    unreadable = {"id": None, "start": "x", "end": None}
    script = Script([ok([entry(), bare | {"notes": None, "toUserId": None}, unreadable])])
    found = await v2(script).away()
    assert found == (KEPT, Away(KEPT.first, KEPT.last, id=8))
    assert script.log == ["GET /v2/me/ooo"]
    assert script.asked[0].url.params["sortEnd"] == "desc"


async def test_what_is_added_is_sent_whole() -> None:
    script = Script([ok(entry())])
    assert await v2(script).add_away(NEW) == KEPT
    assert script.sent() == {
        "start": "2026-12-24T00:00:00.000Z",
        "end": "2026-12-28T23:59:59.999Z",
        "reason": "vacation",
        "notes": "skiing",
        "toUserId": 2,
    }


async def test_notes_and_cover_are_sent_only_where_there_are_some() -> None:
    script = Script([ok(entry())])
    await v2(script).add_away(Away(KEPT.first, KEPT.last))
    assert script.sent().keys() == {"start", "end", "reason"}


@pytest.mark.parametrize(
    ("changes", "body"),
    [
        ({}, {}),
        ({"notes": "at sea"}, {"notes": "at sea"}),
        ({"notes": ""}, {"notes": ""}),
        ({"reason": "sick"}, {"reason": "sick"}),
        ({"cover": None}, {"toUserId": None}),
        ({"cover": Colleague(3, "Carol")}, {"toUserId": 3}),
        ({"cover": Colleague(2, "Bob")}, {}),
        (
            {"last": date(2027, 1, 2)},
            {"start": "2026-12-24T00:00:00.000Z", "end": "2027-01-02T23:59:59.999Z"},
        ),
    ],
)
async def test_of_a_change_only_what_differs_is_sent(
    changes: dict[str, Any], body: dict[str, Any]
) -> None:
    script = Script([ok(entry())])
    await v2(script).change_away(KEPT, replace(KEPT, **changes))
    assert script.log == ["PATCH /v2/me/ooo/7"]
    assert script.sent() == body


@pytest.mark.parametrize(
    ("status", "sentence", "error", "field"),
    [
        (409, "Ooo entry already exists.", InvalidAnswer, "start"),
        (400, "Booking redirect infinite not allowed.", InvalidAnswer, "start"),
        (400, "Cannot redirect to self.", InvalidAnswer, "toUserId"),
        (400, "Cannot redirect to this user.", InvalidAnswer, "toUserId"),
        (400, "Start date must be before end date.", Refused, ""),
        (403, "This OOO entry does not belong to this user.", NotFound, ""),
        (403, "insufficient scope", NotAllowed, ""),
        (404, "Cannot PATCH /v2/me/ooo/7", NotSupported, ""),
    ],
)
async def test_refusals(
    status: int, sentence: str, error: type[SchedulingError], field: str
) -> None:
    with pytest.raises(error) as caught:
        await v2(Script([said(status, sentence)])).change_away(KEPT, replace(KEPT, notes="x"))
    assert (getattr(caught.value, "field", "")) == field


async def test_ending_one_that_is_gone_is_no_error() -> None:
    gone = said(403, "This OOO entry does not belong to this user.")
    script = Script([gone])
    await v2(script).end_away(7)
    assert script.log == ["DELETE /v2/me/ooo/7"]


@pytest.mark.parametrize("lost", [CUT, httpx.Response(502)])
async def test_what_was_added_is_found_where_the_answer_was_lost(lost: Any) -> None:
    script = Script([lost, ok([entry(notes="else")]), ok([entry()])])
    assert await v2(script).add_away(NEW) == KEPT
    assert script.log == ["POST /v2/me/ooo", "GET /v2/me/ooo", "GET /v2/me/ooo"]


async def test_a_change_is_found_where_the_answer_was_lost() -> None:
    wanted = replace(KEPT, notes="at sea")
    script = Script([CUT, ok([entry()]), ok([entry(id=8, notes="at sea"), entry(notes="at sea")])])
    assert await v2(script).change_away(KEPT, wanted) == wanted
    assert script.log == ["PATCH /v2/me/ooo/7", "GET /v2/me/ooo", "GET /v2/me/ooo"]


async def test_what_is_not_to_be_seen_is_not_known() -> None:
    with pytest.raises(UnknownOutcome):
        await v2(Script([CUT, ok([])])).add_away(NEW)


async def test_colleagues_are_the_members_who_said_yes_and_have_names() -> None:
    teams = ok([{"id": 1, "slug": "a"}, {"id": 2, "slug": "b"}, {"id": 3, "isOrganization": True}])
    members = {
        "/v2/teams/1/memberships": ok(
            [
                {"userId": 2, "accepted": True, "user": {"name": "Bob", "username": "bob"}},
                {"userId": 3, "accepted": True, "user": {"name": None, "username": "carol"}},
                {"userId": 4, "accepted": False, "user": {"name": "Not yet"}},
                {"userId": 5, "accepted": True, "user": {"name": "", "username": None}},
                {"userId": 6, "accepted": True},
            ]
        ),
        "/v2/teams/2/memberships": said(403, "RolesGuard - no"),
    }
    script = Script([teams, lambda request: members[request.url.path]])
    assert await v2(script).colleagues() == (Colleague(2, "Bob"), Colleague(3, "carol"))


async def test_over_v1_there_is_nothing() -> None:
    client = v1(Script([ok({})]))
    assert await client.colleagues() == ()
    for ask in (client.away(), client.add_away(NEW), client.change_away(KEPT, KEPT)):
        with pytest.raises(NotSupported):
            await ask
    with pytest.raises(NotSupported):
        await client.end_away(7)
