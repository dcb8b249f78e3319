"""Bookings of teams in the local Cal.com: who hosts, who may do what, and who sees them."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.calcom.world import World

AT = "2026-12-08T14:30:00Z"  # alice, bob and carol all work
LATER = "2026-12-08T15:00:00Z"
CAROLS = "2026-12-08T05:00:00Z"  # only carol does
TAKEN = "One of the hosts either already has booking at this time or is not available"


async def _booked(ask: Any, event_type: Any, start: str = AT, name: str = "Erin") -> Any:
    answer = await ask.book(event_type, start, name)
    assert answer.status_code == 201, answer.text
    return answer.json()["data"]


async def _read(ask: Any, uid: str) -> Any:
    return (await ask("GET", f"/bookings/{uid}")).json()["data"]


def _host(booking: Any) -> str:
    (host,) = booking["hosts"]
    return str(host["username"])


def _guests(booking: Any) -> list[str]:
    return [a["name"] for a in booking["attendees"]]


def _said(answer: Any) -> str:
    return str(answer.json()["error"]["message"])


async def test_those_who_are_free_take_turns(ask: Any, team_types: Any) -> None:
    made = team_types("roundRobin", 102, 103)
    starts = (AT, AT, LATER, "2026-12-09T14:00:00Z", CAROLS, "2026-12-09T14:30:00Z")
    hosts = [_host(await _booked(ask, made, s, f"Guest{n}")) for n, s in enumerate(starts)]
    assert hosts == ["bob", "carol", "bob", "carol", "carol", "bob"]
    refused = await ask.book(made, AT, "Late")
    assert (refused.status_code, _said(refused)) == (400, TAKEN)


async def test_requests_are_nobodys_turn(ask: Any, team_types: Any) -> None:
    policy = {"type": "always", "blockUnconfirmedBookingsInBooker": False}
    made = team_types("roundRobin", 102, 103, confirmationPolicy=policy)
    asked = [await _booked(ask, made, AT, f"Guest{n}") for n in range(2)]
    assert [(b["status"], _host(b)) for b in asked] == [("pending", "bob")] * 2
    await ask("POST", f"/bookings/{asked[0]['uid']}/confirm")
    assert _host(await _booked(ask, made, LATER)) == "carol"


@pytest.mark.parametrize("start", ["2026-12-08T01:00:00Z", "2026-12-08T21:45:00Z"])
async def test_nobody_works_then(ask: Any, team_types: Any, start: str) -> None:
    refused = await ask.book(team_types("roundRobin", 102, 103), start)
    assert (refused.status_code, _said(refused)) == (400, TAKEN)


async def test_a_collective_one_has_everybody(ask: Any, team_types: Any) -> None:
    made = team_types("collective", 101, 102, slug="panel")
    booked = await _booked(ask, made)
    assert (_host(booked), booked["title"]) == ("alice", "Panel between Sales and Erin")
    assert _guests(booked) == ["Erin", "Bob Stone"]
    assert "guests" not in booked["bookingFieldsResponses"]
    for other in (made, team_types("collective", 102, slug="bobs")):  # bob is busy all over
        refused = await ask.book(other, AT, "Finn")
        assert (refused.status_code, _said(refused)) == (400, TAKEN)
    beside = await _booked(ask, team_types("roundRobin", 102, 103), AT, "Gus")
    assert _host(beside) == "carol"


async def test_a_fixed_host_has_company_by_turns(ask: Any, team_types: Any) -> None:
    made = team_types.fixed()
    both = [await _booked(ask, made, s, n) for s, n in ((AT, "Erin"), (LATER, "Finn"))]
    assert [b["title"] for b in both] == [f"Fixed between Sales and {n}" for n in ("Erin", "Finn")]
    assert [_host(b) for b in both] == ["alice", "alice"]
    assert [_guests(b) for b in both] == [["Erin", "Bob Stone"], ["Finn", "Carol"]]


async def test_booking_by_the_teams_name(ask: Any, team_types: Any) -> None:
    team_types("roundRobin", 102)
    who = {"name": "Erin", "email": "erin@example.com", "timeZone": "Europe/Paris"}
    body = {"start": AT, "attendee": who, "eventTypeSlug": "demo"}
    for names, status in (
        ({"teamSlug": "nope"}, 404),
        ({"teamSlug": "sales", "eventTypeSlug": "nope"}, 404),
        ({"teamSlug": "sales"}, 201),
    ):
        answer = await ask.without_key()("POST", "/bookings", body | names)
        assert answer.status_code == status
        if status == 404:
            assert "not found" in _said(answer)
            assert "nope" in _said(answer)


async def test_a_template_and_a_type_without_hosts_cannot_be_booked(
    ask: Any, team_types: Any
) -> None:
    parent, child = team_types.family("managed", 102, slug="welcome")
    refused = await ask.book(parent, AT)
    assert refused.status_code == 400
    assert f"id={parent.id} is the parent managed event type" in _said(refused)
    booked = await _booked(ask, child)
    assert (_host(booked), booked["title"]) == ("bob", "Welcome between Bob Stone and Erin")
    again = await ask.book(child, AT, "Finn")
    assert _said(again).startswith("User either already has booking")
    nobodys = team_types("collective", slug="nobody")
    answer = await ask.book(nobodys, AT)
    assert answer.status_code == 422
    assert f"event type with id={nobodys.id} belonging to team with id=1" in _said(answer)


async def test_v1_books_it_too(ask: Any, team_types: Any) -> None:
    made = team_types("roundRobin", 102)
    body = {
        "eventTypeId": made.id,
        "start": AT,
        "timeZone": "Europe/Paris",
        "language": "en",
        "metadata": {},
        "responses": {"name": "Erin", "email": "erin@example.com"},
    }
    path = "/v1/bookings?apiKey=cal_bob000000000000000000000000000002"
    booked = await ask.http.post(path, json=body)
    assert (booked.status_code, booked.json()["userId"]) == (200, 102)
    again = await ask.http.post(path, json=body)
    assert (again.status_code, again.json()["message"]) == (400, "hosts_unavailable_for_booking")


async def test_a_move_finds_the_host_anew(ask: Any, team_types: Any) -> None:
    first = await _booked(ask, team_types("roundRobin", 102, 103))
    moved = await ask("POST", f"/bookings/{first['uid']}/reschedule", {"start": LATER})
    booking = moved.json()["data"]
    assert (_host(first), _host(booking)) == ("bob", "carol")
    assert booking["title"] == "Demo between Carol and Erin"


async def test_a_move_can_be_kept_to_the_host(ask: Any, team_types: Any) -> None:
    keeping = {"rescheduleWithSameRoundRobinHost": True}
    first = await _booked(ask, team_types("roundRobin", 102, 103, **keeping))
    path = f"/bookings/{first['uid']}/reschedule"
    refused = await ask("POST", path, {"start": CAROLS})
    assert (refused.status_code, _said(refused)) == (
        400,
        "User either already has booking at this time or is not available",
    )
    assert _host((await ask("POST", path, {"start": LATER})).json()["data"]) == "bob"
    together = await _booked(ask, team_types.fixed(**keeping), "2026-12-09T14:30:00Z")
    path = f"/bookings/{together['uid']}/reschedule"
    moved = (await ask("POST", path, {"start": "2026-12-09T15:00:00Z"})).json()["data"]
    assert _guests(moved) == ["Erin", "Bob Stone"]


async def test_a_move_keeps_the_others_once(ask: Any, team_types: Any) -> None:
    first = await _booked(ask, team_types("collective", 101, 102))
    path = f"/bookings/{first['uid']}/reschedule"
    moved = (await ask("POST", path, {"start": LATER})).json()["data"]
    assert _guests(moved) == ["Erin", "Bob Stone"]
    path = f"/bookings/{moved['uid']}/reschedule"
    refused = await ask("POST", path, {"start": "2026-12-08T10:00:00Z"})  # bob sleeps
    assert _said(refused) == TAKEN


async def test_anybody_with_a_key_hands_a_turn_on(
    ask: Any, team_types: Any, mailbox: Any, world: World
) -> None:
    uid = (await _booked(ask, team_types("roundRobin", 102, 103)))["uid"]
    world.subscribe("http://bot.test/team", ["BOOKING_CREATED", "BOOKING_RESCHEDULED"], team_id=1)
    for who, to in (("bob", "Carol"), ("alice", "Bob Stone"), ("dave", "Carol")):
        answer = await ask.as_user(who)("POST", f"/bookings/{uid}/reassign")
        assert answer.status_code == 200
        assert answer.json()["data"]["bookingUid"] == uid
        assert answer.json()["data"]["reassignedTo"]["name"] == to
    after = await _read(ask, uid)
    assert (_host(after), after["title"]) == ("carol", "Demo between Carol and Erin")
    assert (await ask.without_key()("POST", f"/bookings/{uid}/reassign")).status_code == 403
    assert mailbox.got == []


async def test_a_turn_goes_to_somebody_busy_who_is_named(ask: Any, team_types: Any) -> None:
    uid = (await _booked(ask, team_types("roundRobin", 102, 103), CAROLS))["uid"]
    nobody = await ask("POST", f"/bookings/{uid}/reassign")
    assert nobody.status_code == 400
    assert _said(nobody).endswith("no other host is available at that time.")
    for _ in range(2):  # the same one again is no mistake
        path = f"/bookings/{uid}/reassign/102"
        answer = await ask.as_user("dave")("POST", path, {"reason": "x"})
        assert answer.json()["data"]["reassignedTo"]["id"] == 102
    after = await _read(ask, uid)
    assert (_host(after), after["title"]) == ("bob", "Demo between Sales and Erin")


@pytest.mark.parametrize(("to", "status"), [(101, 400), (104, 400), (999, 404), ("bob", 404)])
async def test_a_turn_goes_to_nobody_else(
    ask: Any, team_types: Any, to: object, status: int
) -> None:
    uid = (await _booked(ask, team_types("roundRobin", 102, 103)))["uid"]
    refused = await ask("POST", f"/bookings/{uid}/reassign/{to}", {"reason": "x"})
    assert refused.status_code == status
    assert f"User with id={to}" in _said(refused)
    assert _host(await _read(ask, uid)) == "bob"


async def test_a_fixed_host_stays(ask: Any, team_types: Any) -> None:
    uid = (await _booked(ask, team_types.fixed()))["uid"]
    answer = await ask("POST", f"/bookings/{uid}/reassign")
    assert answer.json()["data"]["reassignedTo"]["id"] == 101  # though carol has come for bob
    after = await _read(ask, uid)
    assert (_host(after), _guests(after)) == ("alice", ["Erin", "Carol"])
    refused = await ask("POST", f"/bookings/{uid}/reassign/101", {"reason": "x"})
    assert (refused.status_code, refused.json()) == (
        500,
        {"statusCode": 500, "message": "Internal server error"},
    )


async def test_what_nobody_takes_turns_at_is_not_handed_on(ask: Any, team_types: Any) -> None:
    _, child = team_types.family("managed", 102, slug="welcome")
    for made, start in ((team_types("collective", 101, 102), AT), (child, LATER)):
        uid = (await _booked(ask, made, start))["uid"]
        assert (await ask("POST", f"/bookings/{uid}/reassign")).status_code == 400
        answer = await ask("POST", f"/bookings/{uid}/reassign/102", {"reason": "x"})
        assert "is not a valid Round Robin host" in _said(answer)


@pytest.mark.parametrize("to", ["", "/101"])
async def test_a_persons_own_booking_stays(ask: Any, types: Any, to: str) -> None:
    uid = (await _booked(ask, types()))["uid"]
    answer = await ask.as_bob()("POST", f"/bookings/{uid}/reassign{to}")
    assert answer.json()["data"]["reassignedTo"]["id"] == 101


async def test_a_request_is_handed_on_and_stays_one(ask: Any, team_types: Any) -> None:
    made = team_types("roundRobin", 102, 103, confirmationPolicy={"type": "always"})
    uid = (await _booked(ask, made))["uid"]
    await ask("POST", f"/bookings/{uid}/reassign")
    after = await _read(ask, uid)
    assert (_host(after), after["status"]) == ("carol", "pending")
    moved = (await ask("POST", f"/bookings/{uid}/reschedule", {"start": LATER})).json()["data"]
    assert moved["status"] == "pending"  # the owner is no host


@pytest.mark.parametrize(
    ("who", "status"), [("alice", 200), ("bob", 200), ("carol", 200), ("dave", 401)]
)
@pytest.mark.parametrize("word", ["confirm", "decline"])
async def test_hosts_and_admins_answer_a_request(
    ask: Any, team_types: Any, who: str, status: int, word: str
) -> None:
    made = team_types("roundRobin", 102, 103, confirmationPolicy={"type": "always"})
    uid = (await _booked(ask, made))["uid"]
    answer = await ask.as_user(who)("POST", f"/bookings/{uid}/{word}")
    assert answer.status_code == status


async def test_a_template_owner_answers_for_the_children(ask: Any, team_types: Any) -> None:
    _, child = team_types.family("managed", 102, confirmationPolicy={"type": "always"})
    uid = (await _booked(ask, child))["uid"]
    assert (await ask.as_user("carol")("POST", f"/bookings/{uid}/confirm")).status_code == 401
    assert (await ask("POST", f"/bookings/{uid}/confirm")).status_code == 200


async def test_anybody_cancels_and_the_organizer_says_why(ask: Any, team_types: Any) -> None:
    made = team_types("collective", 101, 102)
    uid = (await _booked(ask, made))["uid"]
    assert (await ask("POST", f"/bookings/{uid}/cancel")).status_code == 400
    answer = await ask.as_bob()("POST", f"/bookings/{uid}/cancel")
    assert answer.json()["data"]["status"] == "cancelled"
    uid = (await _booked(ask, made))["uid"]
    assert (await ask.as_user("dave")("POST", f"/bookings/{uid}/cancel")).status_code == 200


async def test_a_host_among_the_attendees_can_be_absent(
    ask: Any, team_types: Any, clock: Any
) -> None:
    uid = (await _booked(ask, team_types("collective", 101, 102)))["uid"]
    clock.set("2026-12-08T15:00:00")
    body = {"attendees": [{"email": "bob@example.com", "absent": True}]}
    answer = await ask.as_user("dave")("POST", f"/bookings/{uid}/mark-absent", body)
    assert [a["absent"] for a in answer.json()["data"]["attendees"]] == [False, True]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("alice", ["Turn", "Panel", "Child"]),  # she owns the team
        ("bob", ["Panel", "Child"]),
        ("carol", ["Turn"]),
        ("dave", []),
    ],
)
@pytest.mark.parametrize("query", ["", "?teamId=1", "?teamsIds=99"])
async def test_who_sees_what(
    ask: Any, team_types: Any, who: str, seen: list[str], query: str
) -> None:
    _, child = team_types.family("managed", 102, slug="welcome")
    await _booked(ask, team_types("roundRobin", 102, 103), CAROLS, "Turn")
    await _booked(ask, team_types("collective", 101, 102, slug="panel"), AT, "Panel")
    await _booked(ask, child, LATER, "Child")
    listed = (await ask.as_user(who)("GET", f"/bookings{query}")).json()["data"]
    assert [_guests(b)[0] for b in listed] == seen
